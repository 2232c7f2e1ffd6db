"""What a course consists of. Everything here is plain data: frozen, typed, without any service behind it.

Minutes are whole minutes of a learner's time. Percentages are whole percent. Ids are short slugs
(``a-z``, ``0-9``, ``-``) that never change once people have studied the course: progress hangs on them.
File names are relative to the folder of the package's module.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from coursekit.questions import Question
from coursekit.text import Text

CONTRACT = 1
"""The version of this contract. A course names the one it was written for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What the catalogue shows, and what a registration is pinned to.

    ``serves`` lists the criteria that the course can give evidence for: the codes of assessments that its
    quizzes and assignments report, and ``training`` for learning time. What it does not list never counts.
    ``files`` lists every picture, film and download that its pages use; nothing else is handed out.
    """

    id: str
    version: str
    contract: int
    title: Text
    summary: Text
    for_whom: Text
    languages: tuple[str, ...]
    hours: int
    serves: tuple[str, ...]
    delivered_by: Text = field(default_factory=dict)
    module: int | None = None
    publisher: str = ""
    files: tuple[str, ...] = ()
    history: tuple[Change, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One earlier or present version: when it came, and what it changes for those who study."""

    version: str
    day: date
    says: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """One page of Markdown or HTML per language, and the time it takes with its exercises.

    ``core`` time counts as core training. Without ``pages`` the files are ``pages/<language>/<id>.md``.
    """

    id: str
    title: Text
    minutes: int
    summary: Text = field(default_factory=dict)
    core: bool = True
    pages: Mapping[str, str] = field(default_factory=dict)

    def page(self, language: str) -> str:
        """The name of the file with this lesson's text in ``language``."""
        return self.pages.get(language) or f"pages/{language}/{self.id}.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """``attempts`` None: as often as one likes. ``wait_hours`` must pass after an attempt that did not pass."""

    attempts: int | None = None
    wait_hours: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiz:
    """Questions, of which ``draw`` (None: all) are asked at each attempt.

    ``reports`` is the code of the assessment that the result is evidence for; empty: for practice only.
    ``after`` is the lesson that it follows; empty: it stands at the end of the course.
    The course is completed without a quiz that is not ``required``: a test that only some of its learners need.
    """

    id: str
    title: Text
    questions: tuple[Question, ...]
    pass_mark: int
    summary: Text = field(default_factory=dict)
    draw: int | None = None
    retry: Retry = Retry()
    reports: str = ""
    after: str = ""
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RubricRow:
    """One thing that is judged, with a description of each level, the lowest first."""

    id: str
    title: Text
    levels: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """Work to hand in. ``pass_level`` is the level (0 is the lowest) that every row must reach.

    Without ``pages`` the brief is ``pages/<language>/<id>.md``.
    """

    id: str
    title: Text
    minutes: int
    rubric: tuple[RubricRow, ...]
    pass_level: int
    reports: str = ""
    pages: Mapping[str, str] = field(default_factory=dict)

    def page(self, language: str) -> str:
        """The name of the file with the brief in ``language``."""
        return self.pages.get(language) or f"pages/{language}/{self.id}.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """One side of a capability: what is asked, and how each level shows in behaviour, the lowest first."""

    id: str
    title: Text
    asks: Text
    anchors: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """A survey or capability assessment. Answers of several people are shown together from ``shown_from`` up.

    ``whose`` says whose capability it is: ``person`` or ``organisation``.
    """

    id: str
    title: Text
    intro: Text
    dimensions: tuple[Dimension, ...]
    whose: str = "person"
    shown_from: int = 3

    def profile(self, answers: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
        """(dimension, level from 1) for every dimension answered, in the instrument's order.

        Raises ValueError for a level that the dimension does not have.
        """
        found = []
        for dimension in self.dimensions:
            level = answers.get(dimension.id)
            if level is None:
                continue
            if not 1 <= level <= len(dimension.anchors):
                raise ValueError(f"{dimension.id} has no level {level}")
            found.append((dimension.id, level))
        return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """One block of a session: how long, what the trainer does, what the group does, what must lie ready."""

    minutes: int
    title: Text
    trainer: Text
    group: Text
    needs: Text = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """One session of the course as a trainer gives it, minute by minute."""

    id: str
    title: Text
    aim: Text
    activities: tuple[Activity, ...]

    @property
    def minutes(self) -> int:
        """How long the session takes, pauses included."""
        return sum(activity.minutes for activity in self.activities)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facilitation:
    """What a trainer needs to give the course: a guide to read, and the plan of every session."""

    meetings: tuple[Meeting, ...]
    pages: Mapping[str, str] = field(default_factory=dict)

    def page(self, language: str) -> str:
        """The name of the file with the guide in ``language``."""
        return self.pages.get(language) or f"pages/{language}/facilitation.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """What a criterion of a course's own kind finds: an amount of a target, and whether that is enough."""

    met: bool
    amount: int
    target: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """Evidence, parameters and a day, with the answer that they must give. It is documentation and test."""

    evidence: tuple[Mapping[str, Any], ...]
    on: date
    parameters: Mapping[str, int]
    gives: Assessed


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionKind:
    """A kind of criterion that the course brings, for schemes to use.

    ``assess(evidence, on, parameters)`` is pure: the same input gives the same answer, whatever the order of
    the evidence, with no clock, no file and no network. Each item of evidence is a mapping with ``kind``,
    ``starts`` (an ISO instant), ``minutes`` and ``facts``. ``examples`` are run whenever the package is loaded;
    the names of the first one's parameters are those that a scheme has to give.

    Evidence of later days than ``on`` is left out before the function is called, and so is what fell out of the
    scheme's ``within_months``: the answer to the same evidence is the same on every later day.
    """

    code: str
    title: Text
    says: Text
    assess: Callable[[Sequence[Mapping[str, Any]], date, Mapping[str, int]], Assessed]
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateTemplate:
    """The words of the course's own proof of completion. It never calls itself a certification.

    ``body`` may use ``{name}``, ``{course}``, ``{minutes}`` and ``{day}``.

    ``look`` is what a sheet in the course's own design differs by: colours ``ink``, ``quiet``, ``accent``, ``warm`` as
    ``#0c5a60``, ``logo`` (a PNG or JPEG of the package), ``words`` and ``rosette``. An issuer may build on it.
    """

    title: Text
    body: Text
    look: Mapping[str, Any] = field(default_factory=dict)
