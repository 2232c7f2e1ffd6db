"""How the questions of a quiz do, so that their author can better them. Nobody is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from coursekit import MultipleChoice, Question, Quiz, SingleChoice
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.registrations.models import Registration
from app.study.models import QuizAttempt

FEWEST = 5
"""From so many answers up a question's figures are shown: fewer say nothing, and could point somebody out."""
MOST = 5000
"""So many of the latest attempts are looked at."""


@dataclass(frozen=True, slots=True)
class Item:
    """One question. ``right`` is the mean share that was right, ``apart`` how much better those do on it who do well
    on the rest than those who do not (both whole percent), ``chosen`` how often each choice was taken.

    All three are empty while ``asked`` is below :data:`FEWEST`; the first two always for a reflection.
    """

    question: Question
    asked: int
    right: int | None
    apart: int | None
    chosen: tuple[tuple[Any, int], ...]

    @property
    def doubtful(self) -> bool:
        """Whether to look at it again: nearly nobody or nearly everybody is right, or the wrong people are."""
        return self.right is not None and (
            self.right < 25 or self.right > 97 or (self.apart is not None and self.apart < 0)
        )


def of_quiz(session: Session, quiz: Quiz, *, course: str, version: str) -> Sequence[Item]:
    """Every question of the quiz with its figures, from each person's first attempt in this version."""
    rows = (
        select(QuizAttempt.questions, QuizAttempt.answers)
        .join(Registration, Registration.id == QuizAttempt.registration_id)
        .where(
            Registration.course == course,
            Registration.version == version,
            QuizAttempt.quiz == quiz.id,
            QuizAttempt.number == 1,
        )
        .order_by(QuizAttempt.id.desc())
        .limit(MOST)
    )
    # an erased person's answers are empty and say nothing about the questions
    attempts = [(row.questions, row.answers) for row in session.execute(rows) if row.answers]
    return items(quiz, attempts)


def items(quiz: Quiz, attempts: Iterable[tuple[Sequence[str], dict[str, Any]]]) -> Sequence[Item]:
    """The figures from attempts given as (ids of the questions asked, answers). Pure."""
    by_id = {one.id: one for one in quiz.questions}
    scored = []
    for asked, answers in attempts:
        shares = {id: by_id[id].share(answers.get(id)) for id in asked if id in by_id}
        scored.append((shares, answers))
    return [_item(question, scored) for question in quiz.questions]


Scored = Sequence[tuple[dict[str, Fraction | None], dict[str, Any]]]


def _item(question: Question, scored: Scored) -> Item:
    met = [(shares, answers) for shares, answers in scored if question.id in shares]
    if len(met) < FEWEST:
        return Item(question, len(met), None, None, ())
    got = [share for shares, _answers in met if (share := shares[question.id]) is not None]
    right = round(100 * sum(got, Fraction(0)) / len(got)) if got else None
    return Item(question, len(met), right, _apart(question.id, met) if got else None, _chosen(question, met))


def _apart(id: str, met: Scored) -> int | None:
    """The upper third's share right minus the lower third's, by how they did on the other questions."""
    ranked = []
    for shares, _answers in met:
        rest = [share for other, share in shares.items() if other != id and share is not None]
        if rest:
            ranked.append((sum(rest, Fraction(0)) / len(rest), shares[id] or Fraction(0)))
    third = len(ranked) // 3
    if not third:
        return None
    ranked.sort(key=lambda pair: pair[0])
    low, high = ranked[:third], ranked[-third:]
    return round(100 * (sum(own for _r, own in high) - sum(own for _r, own in low)) / third)


def _chosen(question: Question, met: Scored) -> tuple[tuple[Any, int], ...]:
    if not isinstance(question, SingleChoice | MultipleChoice):
        return ()
    counted: Counter[str] = Counter()
    for _shares, answers in met:
        given = answers.get(question.id)
        counted.update(given if isinstance(given, list) else [given] if given else [])
    return tuple((option, counted[option.id]) for option in question.choices)
