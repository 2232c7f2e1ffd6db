"""A quiz as a form: which questions, in which order things are shown, and what a filled-in form answers.

Choices are shown in an order of each attempt's own and named in the form by their place in it, so that neither the
order nor the source of the page gives the answer away.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Sequence
from typing import Any, Protocol

from coursekit import (
    Matching,
    MultipleChoice,
    Option,
    Ordering,
    Pair,
    Question,
    Quiz,
    SingleChoice,
)

LONGEST = 5000
"""Characters of a written answer that are kept."""


class Form(Protocol):
    """What a posted form can be asked (werkzeug's MultiDict can)."""

    def get(self, key: str) -> str | None: ...
    def getlist(self, key: str) -> list[str]: ...


def draw(quiz: Quiz, attempt: uuid.UUID) -> list[str]:
    """The ids of the questions that this attempt asks, in the bank's order."""
    if quiz.draw is None:
        return [question.id for question in quiz.questions]
    chosen = set(random.Random(str(attempt)).sample([one.id for one in quiz.questions], quiz.draw))  # noqa: S311
    return [question.id for question in quiz.questions if question.id in chosen]


def asked(quiz: Quiz, ids: Sequence[str]) -> tuple[Question, ...]:
    """The questions with these ids; one that its author has taken away since is left out."""
    by_id = {question.id: question for question in quiz.questions}
    return tuple(by_id[id] for id in ids if id in by_id)


def shown(question: Question, attempt: uuid.UUID) -> list[Any]:
    """The options (or pairs, for their right sides) in the order in which this attempt shows them."""
    several: list[Any] = []
    match question:
        case SingleChoice() | MultipleChoice():
            several = list(question.choices)
        case Ordering():
            several = list(question.steps)
        case Matching():
            several = list(question.pairs)
    random.Random(f"{attempt}:{question.id}").shuffle(several)  # noqa: S311
    return several


def name(question: Question, part: object = None) -> str:
    """The name of a field of the question in the form."""
    return f"q-{question.id}" if part is None else f"q-{question.id}-{part}"


def _picked(options: Sequence[Option | Pair], place: str | None) -> str | None:
    if place is None or not place.isdecimal() or int(place) >= len(options):
        return None
    return options[int(place)].id


def read(question: Question, form: Form, attempt: uuid.UUID) -> Any:
    """What the form answers to the question, as coursekit wants it; empty where nothing is answered."""
    options = shown(question, attempt)
    match question:
        case SingleChoice():
            return _picked(options, form.get(name(question)))
        case MultipleChoice():
            return [id for place in form.getlist(name(question)) if (id := _picked(options, place))]
        case Ordering():
            return [_picked(options, form.get(name(question, place))) for place in range(len(options))]
        case Matching():
            found = {pair.id: _picked(options, form.get(name(question, pair.id))) for pair in question.pairs}
            return {left: right for left, right in found.items() if right}
        case _:
            return (form.get(name(question)) or "").replace("\r\n", "\n")[:LONGEST]


def complete(question: Question, answer: Any) -> bool:
    """Whether every part of the question is answered, rightly or not."""
    match question:
        case Ordering():
            return isinstance(answer, list) and {step.id for step in question.steps} == set(answer)
        case Matching():
            return isinstance(answer, dict) and len(answer) == len(question.pairs)
        case _:
            return bool(answer.strip() if isinstance(answer, str) else answer)


def repeated(question: Question, answer: Any) -> bool:
    """Whether an order has the same step in two places."""
    given = (
        [step for step in answer if step]
        if isinstance(question, Ordering) and isinstance(answer, list)
        else []
    )
    return len(set(given)) < len(given)
