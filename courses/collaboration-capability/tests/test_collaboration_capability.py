"""The course keeps what it promises. Needs coursekit only, no service."""

import re
from collections import Counter

import accelerera_collaboration_capability as module
import pytest
from coursekit import Package, Quiz, collect
from coursekit.package import faults

LANGUAGES = ("sv", "en")
SHAPE = re.compile(r"^(?:(#{2,3}) |(::: \w+)|(!\[)|(\|)|(\d\.) |(-) )", re.MULTILINE)


@pytest.fixture(scope="module")
def package() -> Package:
    return collect(module)


@pytest.fixture(scope="module")
def bank(package: Package) -> Quiz:
    return next(quiz for quiz in package.quizzes if quiz.id == "collaboration-test")


def shape(text: str) -> Counter[str]:
    """How often each kind of building block occurs."""
    return Counter(next(filter(None, found.groups())) for found in SHAPE.finditer(text))


def test_nothing_is_wrong_with_it(package: Package):
    assert list(faults(package)) == []


def test_the_lessons_make_the_hours_that_are_promised(package: Package):
    assert sum(lesson.minutes for lesson in package.lessons) == package.course.hours * 60
    assert len(package.lessons) >= 8


def test_both_languages_say_as_much_and_are_built_alike(package: Package):
    pages = [*package.lessons, *package.assignments, package.facilitation]
    for one in pages:
        swedish, english = (package.read(one.page(language)) for language in LANGUAGES)
        assert shape(swedish) == shape(english), one.page("sv")
        assert 0.9 < len(english.split()) / len(swedish.split()) < 1.3, one.page("sv")


def test_every_lesson_has_a_case_an_exercise_a_source_and_something_to_take_along(package: Package):
    for lesson in package.lessons:
        text = package.read(lesson.page("sv"))
        assert len(text.split()) > 600, lesson.id
        for part in ("::: case", "::: exercise", "[^", "## Att ta med sig"):
            assert part in text, (lesson.id, part)


def test_every_footnote_is_named_and_used(package: Package):
    for lesson in package.lessons:
        for language in LANGUAGES:
            text = package.read(lesson.page(language))
            named = set(re.findall(r"^\[\^(\w+)\]:", text, re.MULTILINE))
            assert set(re.findall(r"\[\^(\w+)\](?!:)", text)) == named, lesson.id


def test_reading_and_exercise_make_the_time_of_the_lesson(package: Package):
    for lesson in package.lessons:
        for language in LANGUAGES:
            text = package.read(lesson.page(language))
            minutes = re.search(r"::: exercise .*\((\d+) minut", text)
            assert minutes, lesson.id
            reading = len(text.split()) / 120  # words a minute, read aloud
            assert 0 <= lesson.minutes - int(minutes[1]) - reading <= 10, lesson.id


def test_the_bank_has_four_questions_of_every_lesson_and_several_kinds(bank: Quiz, package: Package):
    per_lesson = Counter(question.lesson for question in bank.questions)
    assert len(bank.questions) >= 30
    assert all(per_lesson[lesson.id] >= 4 for lesson in package.lessons)
    assert {question.kind for question in bank.questions} == {
        "single", "multiple", "order", "match", "short", "reflective",
    }  # fmt: skip


def test_every_answer_is_explained(bank: Quiz):
    for question in bank.questions:
        assert question.why, question.id
        for choice in getattr(question, "choices", ()):
            assert choice.why or choice.right, (question.id, choice.id)


def test_the_right_choice_does_not_give_itself_away(bank: Quiz):
    singles = [one for one in bank.questions if one.kind == "single"]
    places = Counter(next(at for at, choice in enumerate(one.choices) if choice.right) for one in singles)
    assert max(places.values()) <= len(singles) * 0.5
    longest = sum(max(one.choices, key=lambda choice: len(choice.text["sv"])).right for one in singles)
    assert longest <= len(singles) * 0.5


def test_only_what_the_course_reports_is_promised(package: Package):
    reported = {one.reports for one in (*package.quizzes, *package.assignments) if one.reports}
    assert set(package.course.serves) == reported | {"training"}


def test_a_meeting_fits_into_half_a_day_and_has_a_break(package: Package):
    assert package.facilitation is not None
    for meeting in package.facilitation.meetings:
        assert meeting.minutes <= 4 * 60
        assert any(one.title["en"].startswith("Break") for one in meeting.activities)
