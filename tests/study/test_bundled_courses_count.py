"""A participant's training hours and self-check can really be met with one bundled course."""

from datetime import timedelta
from typing import Any

import pytest
from coursekit import Question

from app.learners import service as learners
from app.registrations import service as registrations
from app.schemes import service as schemes
from app.study import answers, service
from plugins.catalogue import courses


def right(question: Question) -> Any:
    """The right answer to a question of any kind, as an attempt keeps it."""
    match question.kind:
        case "single":
            return next(one.id for one in question.choices if one.right)
        case "multiple":
            return [one.id for one in question.choices if one.right]
        case "order":
            return [one.id for one in question.steps]
        case "match":
            return {pair.id: pair.id for pair in question.pairs}
        case "short":
            return question.accepts["sv"][0]
    return "Jag prövar det på måndag."


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # it is about courses and rules
@pytest.mark.parametrize("course", ["needs-and-current-state", "train-the-trainer"])
def test_lessons_and_self_check_of_one_course_are_enough(session, learner, now, course: str):
    schemes.publish_from_files(session, by=None, now=now)
    candidacy = learners.apply(session, person=learner.id, scheme="participant", by=learner.id, now=now)
    run = registrations.start(session, course=courses().summary(course), by=learner.id, now=now)
    handle = courses().course(course, gate=registrations.gate(session, run, now=now))

    for day, lesson in enumerate(handle.lessons, start=1):
        at = now + timedelta(days=day)
        service.complete_lesson(session, run, handle, lesson, by=learner.id, now=at)
    quiz, later = handle.quiz("self-check"), now + timedelta(days=30)
    draft = service.begin(session, run, quiz, now=later)
    draft.answers = {one.id: right(one) for one in answers.asked(quiz, draft.questions)}
    attempt = service.hand_in(session, run, handle, quiz, draft, by=learner.id, now=later)

    assert attempt.score == 100
    states = {row.criterion: row.state for row in candidacy.standings}
    assert states == {"training-hours": "met", "attendance": "unmet", "self-check": "met"}
