"""The course keeps what it promises. Needs coursekit only, no service."""

import re
from collections import Counter

import accelerera_needs_and_current_state as module
import pytest
from coursekit import Instrument, Package, Quiz, collect
from coursekit.package import faults

SERVICES = ("none", "2", "3, then 2", "3", "2 and 3", "4", "2, then 4")


@pytest.fixture(scope="module")
def package() -> Package:
    return collect(module)


@pytest.fixture(scope="module")
def self_check(package: Package) -> Quiz:
    return next(quiz for quiz in package.quizzes if quiz.reports == "self-check")


@pytest.fixture(scope="module")
def capability(package: Package) -> Instrument:
    return next(one for one in package.instruments if one.id == "capability")


def test_nothing_is_wrong_with_it(package: Package):
    assert list(faults(package)) == []


def test_the_lessons_make_the_hours_that_are_promised(package: Package):
    assert sum(lesson.minutes for lesson in package.lessons) == package.course.hours * 60
    assert len(package.lessons) >= 8


def test_whoever_works_through_it_has_the_training_and_the_self_check_of_a_participant(
    package: Package, self_check: Quiz
):
    assert sum(lesson.minutes for lesson in package.lessons if lesson.core) >= 12 * 60
    assert {"training", self_check.reports} <= set(package.course.serves)
    assert self_check.retry.attempts is None


def test_both_languages_say_as_much(package: Package):
    for lesson in package.lessons:
        words = [len(package.read(lesson.page(language)).split()) for language in ("sv", "en")]
        assert min(words) > 600, lesson.id
        assert max(words) / min(words) < 1.3, lesson.id


def test_both_languages_are_built_alike(package: Package):
    marks = re.compile(r"^(#{2,3} |::: \w+|!\[|\|---|\| |\d\. |- )", re.MULTILINE)
    pages = [*package.lessons, *package.assignments, package.facilitation]
    for one in pages:
        swedish, english = (
            Counter(mark.split()[-1] for mark in marks.findall(package.read(one.page(language))))
            for language in ("sv", "en")
        )
        assert swedish == english, one.page("sv")


def test_every_lesson_has_a_case_an_exercise_and_something_to_take_along(package: Package):
    for lesson in package.lessons:
        text = package.read(lesson.page("sv"))
        assert "::: case" in text, lesson.id
        assert "::: exercise" in text, lesson.id
        assert "## Att ta med sig" in text, lesson.id


def test_every_footnote_is_named_and_used_and_stands_among_the_sources(package: Package):
    sources = " ".join(package.course.sources)
    for lesson in package.lessons:
        for language in ("sv", "en"):
            text = package.read(lesson.page(language))
            notes = dict(re.findall(r"^\[\^(\w+)\]: (.+)$", text, re.MULTILINE))
            assert set(re.findall(r"\[\^(\w+)\](?!:)", text)) == set(notes)
            for note in notes.values():
                year = re.findall(r"\d{4}(?!/)", note)[-1] if "2016/679" not in note else "2016/679"
                assert year in sources, note


def test_every_figure_that_is_listed_is_shown(package: Package):
    shown = {
        name
        for lesson in package.lessons
        for language in ("sv", "en")
        for name in re.findall(r"\]\((figures/[^)]+)\)", package.read(lesson.page(language)))
    }
    assert shown == set(package.course.files)


def test_the_bank_has_thirty_questions_of_every_kind_and_five_of_every_lesson(
    package: Package, self_check: Quiz
):
    assert len(self_check.questions) >= 30
    per_lesson = Counter(question.lesson for question in self_check.questions)
    assert all(per_lesson[lesson.id] >= 5 for lesson in package.lessons)
    assert {question.kind for question in self_check.questions} == {
        "single", "multiple", "order", "match", "short", "reflective",
    }  # fmt: skip


def test_every_question_explains_its_answer_and_every_wrong_choice_why(self_check: Quiz):
    for question in self_check.questions:
        assert question.why, question.id
        for choice in getattr(question, "choices", ()):
            assert choice.why or (choice.right and question.kind == "multiple"), question.id


def test_the_right_choice_does_not_give_itself_away_by_place_or_length(self_check: Quiz):
    singles = [one for one in self_check.questions if one.kind == "single"]
    places = Counter(next(at for at, choice in enumerate(one.choices) if choice.right) for one in singles)
    assert max(places.values()) <= len(singles) * 0.45
    for language in ("sv", "en"):
        longest = sum(
            max(one.choices, key=lambda choice: len(choice.text[language])).right for one in singles
        )
        assert longest <= len(singles) * 0.45, language


def test_the_halfway_quiz_asks_only_what_has_been_read_and_counts_for_nothing(package: Package):
    halfway = next(quiz for quiz in package.quizzes if quiz.id == "halfway")
    order = [lesson.id for lesson in package.lessons]
    read = order[: order.index(halfway.after) + 1]
    assert {question.lesson for question in halfway.questions} == set(read)
    assert halfway.reports == ""


def test_capability_has_eight_sides_with_five_different_levels_each(capability: Instrument):
    assert [one.id for one in capability.dimensions] == [
        "leadership", "strategy", "culture", "collaboration", "processes", "resources", "learning", "impact",
    ]  # fmt: skip
    assert capability.whose == "organisation"
    assert capability.shown_from >= 3
    for language in ("sv", "en"):
        anchors = [anchor[language] for one in capability.dimensions for anchor in one.anchors]
        assert len(anchors) == len(set(anchors)) == 40


def test_a_profile_follows_the_instruments_order_and_refuses_a_sixth_level(capability: Instrument):
    assert capability.profile({"impact": 1, "leadership": 4}) == (("leadership", 4), ("impact", 1))
    with pytest.raises(ValueError, match="culture has no level 6"):
        capability.profile({"culture": 6})


def test_the_lesson_on_capability_shows_the_instrument_word_for_word(
    package: Package, capability: Instrument
):
    for language in ("sv", "en"):
        text = package.read(f"pages/{language}/05-capability-in-eight-parts.md")
        for one in capability.dimensions:
            assert f"| {one.title[language]} | {one.asks[language]} |" in text
            levels = "\n".join(f"{level}. {anchor[language]}" for level, anchor in enumerate(one.anchors, 1))
            assert f"### {one.title[language]}\n\n{levels}\n" in text


def test_the_guide_to_the_plan_leads_from_every_box_to_a_service(package: Package):
    text = package.read("pages/en/09-from-findings-to-plan.md")
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in text.splitlines()]
    guide = [row for row in rows if row[0].startswith("box ")]
    assert {row[0][4] for row in guide} == set("1234")
    assert {row[3] for row in guide} == set(SERVICES)


def test_a_session_fits_into_its_day_and_has_breaks(package: Package):
    assert package.facilitation is not None
    for meeting in package.facilitation.meetings:
        assert meeting.minutes <= 8 * 60
        since_break = 0
        for activity in meeting.activities:
            rests = activity.title["en"].startswith(("Break", "Lunch"))
            since_break = 0 if rests else since_break + activity.minutes
            assert since_break <= 90, f"{meeting.id}: no break before {activity.title['en']}"


def test_the_plan_of_the_meeting_on_the_profile_is_the_one_that_the_lesson_describes(package: Package):
    assert package.facilitation is not None
    meeting = next(one for one in package.facilitation.meetings if one.id == "profile")
    text = package.read("pages/en/06-read-the-profile-together.md")
    taught = [int(minutes) for minutes in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)]
    held = [
        activity.minutes for activity in meeting.activities if not activity.title["en"].startswith("Break")
    ]
    assert taught[:4] == held[1:5]
