"""The course keeps what it promises. Needs coursekit only, no service."""

import re
from collections import Counter
from datetime import date

import accelerera_train_the_trainer as module
import pytest
from accelerera_train_the_trainer.practice import practice_weeks
from coursekit import Package, Quiz, collect
from coursekit.package import faults


@pytest.fixture(scope="module")
def package() -> Package:
    return collect(module)


@pytest.fixture(params=["pollinator-test", "coach-test", "train-the-trainer"])
def asked_for(request: pytest.FixtureRequest, package: Package) -> Quiz:
    """Each quiz that a certification asks for, by the assessment that it reports."""
    return next(quiz for quiz in package.quizzes if quiz.reports == request.param)


def test_nothing_is_wrong_with_it(package: Package):
    assert list(faults(package)) == []


def test_the_lessons_make_the_hours_that_are_promised(package: Package):
    assert sum(lesson.minutes for lesson in package.lessons) == package.course.hours * 60
    assert len(package.lessons) >= 8


def test_both_languages_say_as_much(package: Package):
    for lesson in package.lessons:
        words = [len(package.read(lesson.page(language)).split()) for language in ("sv", "en")]
        assert min(words) > 500, lesson.id
        assert max(words) / min(words) < 1.3, lesson.id


def test_both_languages_are_built_alike(package: Package):
    marks = re.compile(r"^(#{2,3} |::: \w+|!\[|\|---|\d\. )", re.MULTILINE)
    for lesson in package.lessons:
        swedish, english = (
            Counter(mark.split()[-1] for mark in marks.findall(package.read(lesson.page(language))))
            for language in ("sv", "en")
        )
        assert swedish == english, lesson.id


def test_every_lesson_has_a_case_or_a_source_an_exercise_and_something_to_take_along(package: Package):
    for lesson in package.lessons:
        text = package.read(lesson.page("sv"))
        assert "::: case" in text, lesson.id
        assert "::: exercise" in text, lesson.id
        assert "## Att ta med sig" in text, lesson.id


def test_every_footnote_is_named_and_used(package: Package):
    for lesson in package.lessons:
        for language in ("sv", "en"):
            text = package.read(lesson.page(language))
            assert set(re.findall(r"\[\^(\w+)\](?!:)", text)) == set(
                re.findall(r"^\[\^(\w+)\]:", text, re.MULTILINE)
            )


def test_the_bank_has_thirty_questions_and_four_or_more_of_nearly_every_lesson(package: Package):
    test = next(quiz for quiz in package.quizzes if quiz.id == "pollinator-test")
    assert len(test.questions) >= 30
    per_lesson = Counter(question.lesson for question in test.questions)
    assert all(per_lesson[lesson.id] >= 4 for lesson in package.lessons)


def test_coaches_and_lead_trainers_have_banks_of_their_own(package: Package):
    banks = {quiz.reports: {question.id for question in quiz.questions} for quiz in package.quizzes}
    own = [banks[code] for code in ("pollinator-test", "coach-test", "train-the-trainer")]
    assert all(len(bank) >= 24 for bank in own)
    assert len(set.union(*own)) == sum(map(len, own))
    assert {"coach-test", "train-the-trainer"} <= set(package.course.serves)


def test_a_test_that_a_certification_asks_for_can_be_taken_again_after_a_day(asked_for: Quiz):
    assert asked_for.draw == 20
    assert (asked_for.retry.wait_hours, asked_for.retry.attempts) == (24, None)


def test_only_who_wants_the_certificate_needs_its_test(package: Package):
    optional = {quiz.reports for quiz in package.quizzes if not quiz.required}
    assert optional == {"coach-test", "train-the-trainer"}


def test_every_question_explains_its_answer_and_every_wrong_choice_why(asked_for: Quiz):
    for question in asked_for.questions:
        assert question.why, question.id
        if question.kind == "single":
            assert all(choice.why for choice in question.choices), question.id
        if question.kind == "multiple":
            assert all(choice.why for choice in question.choices if not choice.right), question.id


def test_every_kind_of_question_is_asked(asked_for: Quiz):
    assert {question.kind for question in asked_for.questions} == {
        "single", "multiple", "order", "match", "short", "reflective",
    }  # fmt: skip


def test_the_right_choice_does_not_give_itself_away_by_place_or_length(asked_for: Quiz):
    singles = [one for one in asked_for.questions if one.kind == "single"]
    places = Counter(next(at for at, choice in enumerate(one.choices) if choice.right) for one in singles)
    assert max(places.values()) <= len(singles) * 0.45
    for language in ("sv", "en"):
        longest = sum(
            max(one.choices, key=lambda choice: len(choice.text[language])).right for one in singles
        )
        assert longest <= len(singles) * 0.45, language


def test_every_source_of_a_lesson_stands_among_the_sources(package: Package):
    sources = " ".join(package.course.sources)
    for lesson in package.lessons:
        for language in ("sv", "en"):
            for note in re.findall(r"^\[\^\w+\]: (.+)$", package.read(lesson.page(language)), re.MULTILINE):
                assert all(year in sources for year in re.findall(r"\b(?:19|20)\d\d\b", note)), note


def test_a_session_fits_into_its_day_and_nobody_sits_longer_than_the_lesson_says(package: Package):
    assert package.facilitation is not None
    assert "after 90 minutes at most" in package.read("pages/en/06-design-a-session.md")
    for meeting in package.facilitation.meetings:
        assert meeting.minutes <= 8 * 60
        since_break = 0
        for activity in meeting.activities:
            rests = activity.title["en"].startswith(("Break", "Lunch"))
            since_break = 0 if rests else since_break + activity.minutes
            assert since_break <= 90, f"{meeting.id}: no break before {activity.title['en']}"


def test_practice_weeks_know_the_turn_of_the_year():
    around = [{"kind": "coaching", "starts": f"{day}T12:00:00+00:00"} for day in ("2026-12-31", "2027-01-01")]
    found = practice_weeks(around, date(2027, 3, 3), {"weeks": 1})
    assert (found.met, found.amount) == (True, 1)


def test_only_practice_makes_a_practice_week():
    found = practice_weeks(
        [{"kind": "training", "starts": "2027-03-01T12:00:00+00:00"}], date(2027, 3, 3), {"weeks": 1}
    )
    assert (found.met, found.amount) == (False, 0)
