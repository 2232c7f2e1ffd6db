"""Find a course by any word of it, and say what it helps to meet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from coursekit import Course
from coursekit.questions import plain
from sqlalchemy.orm import Session

from app.rules.criteria import Assessment, TrainingHours
from app.rules.scheme import SchemeVersion, walk
from app.schemes import service as schemes

DIGRAPHS = (("aa", "a"), ("ae", "a"), ("oe", "o"), ("ph", "f"))
"""How people write å, ä and ö where they have no such keys."""


@dataclass(frozen=True, slots=True)
class Met:
    """One requirement of a scheme that the course gives evidence for."""

    scheme: SchemeVersion
    name: Mapping[str, str]


def folded(words: str) -> str:
    """Words without case, accents and punctuation; å, ä and ö as people type them who lack the keys."""
    found = plain(words)
    for written, meant in DIGRAPHS:
        found = found.replace(written, meant)
    return found


def fits(course: Course, asked: str) -> bool:
    """Whether every word asked for stands in what the catalogue says of the course, in any language."""
    texts = (course.title, course.summary, course.for_whom, course.delivered_by)
    said = folded(
        " ".join([course.id, course.publisher, *(words for text in texts for words in text.values())])
    )
    return all(word in said for word in folded(asked).split())


def _current(session: Session) -> Iterator[SchemeVersion]:
    """Every scheme as it is published now."""
    for one in schemes.every(session):
        current = next((version for version in one.versions if version.state == "published"), None)
        if current is not None:
            yield schemes.load(session, current.id)


def assessment_names(session: Session) -> Mapping[str, Mapping[str, str]]:
    """What the schemes of now call each assessment that a course can give evidence for, by its code."""
    return {one.code: one.name for version in _current(session) for one in version.assessments}


def what_it_meets(session: Session, course: Course) -> Sequence[Met]:
    """The requirements, of schemes as they are now, that the course gives evidence for."""
    found = []
    for version in _current(session):
        for outer in version.criteria:
            for criterion in walk(outer):
                match criterion:
                    case Assessment(assessment=code) if code in course.serves:
                        found.append(Met(version, version.names[criterion.code]))
                    case TrainingHours() if "training" in course.serves:
                        found.append(Met(version, version.names[criterion.code]))
    return found
