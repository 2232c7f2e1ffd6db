"""The order in which a course is worked through: its lessons, each quiz after its lesson, then what is handed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from coursekit import Package, Text


@dataclass(frozen=True, slots=True)
class Unit:
    """One station of the course. ``minutes`` is None where no time is declared."""

    kind: Literal["lesson", "quiz", "assignment", "instrument"]
    id: str
    title: Text
    summary: Text
    minutes: int | None
    required: bool


def outline(package: Package) -> list[Unit]:
    """Every unit in the order of study. Lessons are required, and quizzes unless they say otherwise; work to hand in
    is judged elsewhere, and instruments are answered when it suits."""
    quizzes = [Unit("quiz", one.id, one.title, one.summary, None, one.required) for one in package.quizzes]
    after = {one.id: one.after for one in package.quizzes}
    lessons = {one.id for one in package.lessons}
    units: list[Unit] = []
    for lesson in package.lessons:
        units.append(Unit("lesson", lesson.id, lesson.title, lesson.summary, lesson.minutes, True))
        units += [quiz for quiz in quizzes if after[quiz.id] == lesson.id]
    units += [quiz for quiz in quizzes if after[quiz.id] not in lessons]
    units += [Unit("assignment", one.id, one.title, {}, one.minutes, False) for one in package.assignments]
    units += [Unit("instrument", one.id, one.title, {}, None, False) for one in package.instruments]
    return units


def neighbours(units: list[Unit], id: str) -> tuple[Unit | None, Unit | None]:
    """The unit before and the unit after ``id``."""
    at = next(number for number, unit in enumerate(units) if unit.id == id)
    return (units[at - 1] if at else None, units[at + 1] if at + 1 < len(units) else None)


def next_unit(units: list[Unit], done: Mapping[str, datetime], resume_at: str | None) -> Unit | None:
    """Where to go on: the unit looked at last if it is not done, else the first that is not; None when all is."""
    waiting = [unit for unit in units if unit.required and unit.id not in done]
    return next((unit for unit in waiting if unit.id == resume_at), waiting[0] if waiting else None)
