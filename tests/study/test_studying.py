"""Lessons count once, quizzes follow their rule, and a course that is done is done."""

from dataclasses import replace
from datetime import timedelta

import pytest
from coursekit import score
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError
from werkzeug.datastructures import MultiDict

from app.evidence.models import EvidenceItem
from app.registrations import service as registrations
from app.registrations.models import Registration
from app.study import answers, service
from app.study.models import QuizAttempt
from app.study.outline import next_unit, outline
from plugins.catalogue import NotAllowed


def evidence(session, person):
    return session.scalars(select(EvidenceItem).where(EvidenceItem.person_id == person.id)).all()


def right_form(quiz, draft, *, wrong=()):
    """What somebody would post who knows the answers, except those in ``wrong``."""
    form: MultiDict[str, str] = MultiDict()
    for question in answers.asked(quiz, draft.questions):
        shown = [one.id for one in answers.shown(question, draft.id)]
        name = answers.name(question)
        bad = question.id in wrong
        match question.kind:
            case "single":
                form.add(name, str(shown.index("b" if bad else "a")))
            case "multiple":
                for id in ("c",) if bad else ("a", "b"):
                    form.add(name, str(shown.index(id)))
            case "order":
                for place, id in enumerate("bca" if bad else "abc"):
                    form.add(f"{name}-{place}", str(shown.index(id)))
            case "match":
                for pair in "ab":
                    form.add(f"{name}-{pair}", str(shown.index({"a": "b", "b": "a"}[pair] if bad else pair)))
            case "short":
                form.add(name, "buss" if bad else "Cykel")
            case _:
                form.add(name, "Jag tänker.")
    return form


def attempt(session, registration, handle, *, now, quiz="check", wrong=()):
    found = handle.quiz(quiz)
    draft = service.begin(session, registration, found, now=now)
    service.save(draft, found, right_form(found, draft, wrong=wrong), now=now)
    return service.hand_in(session, registration, handle, found, draft, by=registration.person_id, now=now)


def finish_lessons(session, registration, handle, *, now):
    for lesson in handle.lessons:
        service.complete_lesson(session, registration, handle, lesson, by=registration.person_id, now=now)


def test_a_lesson_counts_once_with_its_minutes(session, registration, handle, learner, now):
    lesson = handle.lesson("two")
    assert service.complete_lesson(session, registration, handle, lesson, by=learner.id, now=now)
    later = now + timedelta(days=1)
    assert not service.complete_lesson(session, registration, handle, lesson, by=learner.id, now=later)
    found = evidence(session, learner)
    assert [(one.kind, one.minutes) for one in found] == [("training", 45)]


def test_starting_twice_is_one_registration(session, made_up_courses, learner, registration, now):
    again = registrations.start(session, course=made_up_courses.summary("bikes"), by=learner.id, now=now)
    assert again.id == registration.id
    assert len(registrations.of_person(session, person=learner.id)) == 1


def test_the_database_keeps_one_open_registration_per_course(session, registration, learner, now):
    session.add(
        Registration(person_id=learner.id, course="bikes", version="2.0.0", started_at=now, seen_at=now)
    )
    with pytest.raises(DatabaseError):
        session.flush()


def test_a_registration_keeps_its_version_and_opens_no_other(session, registration, made_up_courses, now):
    gate = registrations.gate(session, registration, now=now)
    gate(made_up_courses.summary("bikes"))
    registration.version = "0.9.0"
    with pytest.raises(NotAllowed):
        gate(made_up_courses.summary("bikes"))


def test_the_outline_puts_a_quiz_after_its_lesson_and_work_last(handle):
    assert [unit.id for unit in outline(handle.package)] == [
        "one",
        "practice",
        "two",
        "check",
        "work",
        "feeling",
    ]


def test_one_goes_on_where_one_was_unless_that_is_done(handle, now):
    units = outline(handle.package)
    by_id = {unit.id: unit for unit in units}
    assert next_unit(units, {}, None) == by_id["one"]
    assert next_unit(units, {"one": now}, "two") == by_id["two"]
    assert next_unit(units, {"one": now, "two": now}, "two") == by_id["practice"]
    assert next_unit(units, dict.fromkeys(("one", "two", "practice", "check"), now), "two") is None


def test_a_quiz_that_only_some_need_is_shown_and_nobody_waits_for_it(handle, now):
    check = replace(handle.quiz("check"), required=False)
    package = replace(handle.package, quizzes=(check, handle.quiz("practice")))
    units = outline(package)
    assert [unit.id for unit in units if not unit.required] == ["check", "work", "feeling"]
    assert next_unit(units, dict.fromkeys(("one", "two", "practice"), now), None) is None


def test_a_course_is_completed_with_its_last_required_part(session, registration, handle, learner, now):
    finish_lessons(session, registration, handle, now=now)
    attempt(session, registration, handle, now=now, quiz="practice")
    assert registration.completed_at is None
    attempt(session, registration, handle, now=now)
    assert registration.completed_at == now
    units = {one.facts.get("unit") for one in evidence(session, learner) if one.kind == "training"}
    assert units == {"one", "two", "bikes"}


def test_a_quiz_result_counts_for_the_assessment_that_it_reports(session, registration, handle, learner, now):
    made = attempt(session, registration, handle, now=now, wrong=("single", "short"))
    assert (made.score, made.passed) == (60, True)
    found = evidence(session, learner)
    assert [one.facts.get("assessment") for one in found] == ["self-check"]


def test_a_quiz_for_practice_gives_no_evidence(session, registration, handle, learner, now):
    attempt(session, registration, handle, now=now, quiz="practice")
    assert evidence(session, learner) == []


def test_every_kind_of_question_is_read_back_as_it_was_answered(session, registration, handle, now):
    quiz = handle.quiz("check")
    draft = service.begin(session, registration, quiz, now=now)
    service.save(draft, quiz, right_form(quiz, draft), now=now)
    assert draft.answers == {
        "single": "a",
        "many": ["a", "b"],
        "order": ["a", "b", "c"],
        "match": {"a": "a", "b": "b"},
        "short": "Cykel",
        "think": "Jag tänker.",
    } or sorted(draft.answers["many"]) == ["a", "b"]
    assert score(quiz.questions, draft.answers) == 100


@pytest.mark.parametrize("value", ["99", "-1", "a", "1e3", "²", ""])
def test_a_place_that_was_not_shown_is_no_answer(session, registration, handle, now, value):
    quiz = handle.quiz("check")
    draft = service.begin(session, registration, quiz, now=now)
    form = MultiDict({"q-single": value, "q-many": value, "q-order-0": value, "q-match-a": value})
    service.save(draft, quiz, form, now=now)
    assert score(quiz.questions, draft.answers) == 0


def test_waiting_is_told_to_the_hour_and_then_over(session, registration, handle, now):
    attempt(session, registration, handle, now=now, wrong=("single", "many", "order", "match", "short"))
    with pytest.raises(service.NotNow) as refused:
        service.begin(session, registration, handle.quiz("check"), now=now + timedelta(hours=23, minutes=59))
    assert refused.value.turn == service.Turn(False, "wait", now + timedelta(hours=24), None)
    assert service.begin(session, registration, handle.quiz("check"), now=now + timedelta(hours=24))


def test_attempts_are_used_up(session, registration, handle, now):
    for _number in range(2):
        attempt(session, registration, handle, now=now, quiz="practice", wrong=("p",))
    with pytest.raises(service.NotNow) as refused:
        service.begin(session, registration, handle.quiz("practice"), now=now + timedelta(days=9))
    assert refused.value.turn.why == "used_up"


def test_who_has_passed_what_counts_needs_no_more(session, registration, handle, now):
    attempt(session, registration, handle, now=now)
    with pytest.raises(service.NotNow) as refused:
        service.begin(session, registration, handle.quiz("check"), now=now + timedelta(days=9))
    assert refused.value.turn.why == "passed"


def test_an_attempt_is_never_changed(session, registration, handle, now):
    made = attempt(session, registration, handle, now=now)
    session.flush()
    made.score = 100 if made.score < 100 else 0
    with pytest.raises(DatabaseError, match="append-only"):
        session.flush()


def test_attempts_are_numbered(session, registration, handle, now):
    attempt(session, registration, handle, now=now, wrong=("single", "many", "order", "match", "short"))
    attempt(session, registration, handle, now=now + timedelta(days=2))
    numbers = session.scalars(select(QuizAttempt.number).order_by(QuizAttempt.number)).all()
    assert numbers == [1, 2]


def test_a_note_is_kept_changed_and_taken_away(session, registration, now):
    service.keep_note(session, registration, "one", "Först\r\nsedan", now=now)
    session.flush()
    assert service.note(session, registration, "one") == "Först\nsedan"
    service.keep_note(session, registration, "one", "  ", now=now)
    session.flush()
    assert service.notes(session, registration) == {}


def test_an_upgrade_knows_whom_it_concerns(session, registration, now):
    assert registrations.midway(session, course="bikes", version="1.0.0") == [registration]
    assert registrations.midway(session, course="bikes", version="2.0.0") == []
