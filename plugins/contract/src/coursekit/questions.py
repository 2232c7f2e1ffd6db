"""Questions: how they are asked, how an answer is judged, what is said back.

An answer is plain JSON: the id of a choice, a list of ids, ``{left: right}`` or a text. ``share(answer)`` is the
part of the question that was right, from 0 to 1, or None where nobody judges (a reflection). A missing answer is
None and gives 0.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, ClassVar

from coursekit.text import Text

NOTHING, ALL = Fraction(0), Fraction(1)


def plain(words: str) -> str:
    """How short answers are compared: without case, accents, punctuation and double spaces."""
    letters = unicodedata.normalize("NFKD", words.casefold())
    kept = "".join(
        letter if letter.isalnum() else " " for letter in letters if not unicodedata.combining(letter)
    )
    return " ".join(kept.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """Something to choose, order or match. ``why`` is said to whoever chose it."""

    id: str
    text: Text
    right: bool = False
    why: Text = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """``lesson`` names where the answer is found; ``why`` explains the right answer to everybody afterwards."""

    kind: ClassVar[str]
    id: str
    text: Text
    lesson: str
    why: Text = field(default_factory=dict)

    def share(self, answer: Any) -> Fraction | None:
        """The part of the question that ``answer`` got right."""
        raise NotImplementedError

    def faults(self) -> list[str]:
        """Why nobody could answer this question rightly; empty when all is well."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleChoice(Question):
    """Exactly one choice is right."""

    kind: ClassVar[str] = "single"
    choices: tuple[Option, ...]

    def share(self, answer: Any) -> Fraction | None:
        return ALL if any(one.id == answer and one.right for one in self.choices) else NOTHING

    def faults(self) -> list[str]:
        right = sum(one.right for one in self.choices)
        found = [] if right == 1 else [f"{right} choices are right; a single choice needs exactly one"]
        return found if len(self.choices) > 1 else [*found, "it needs at least two choices"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MultipleChoice(Question):
    """One or several are right. A wrong choice takes away what a right one gives, never below nothing."""

    kind: ClassVar[str] = "multiple"
    choices: tuple[Option, ...]

    def share(self, answer: Any) -> Fraction | None:
        chosen = set(answer) if isinstance(answer, list) else set()
        right = {one.id for one in self.choices if one.right}
        known = {one.id for one in self.choices}
        return max(NOTHING, Fraction(len(chosen & right) - len(chosen & known - right), len(right)))

    def faults(self) -> list[str]:
        found = [] if any(one.right for one in self.choices) else ["no choice is right"]
        return found if len(self.choices) > 1 else [*found, "it needs at least two choices"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordering(Question):
    """Steps, written in the right order. Each step in its right place counts."""

    kind: ClassVar[str] = "order"
    steps: tuple[Option, ...]

    def share(self, answer: Any) -> Fraction | None:
        given = answer if isinstance(answer, list) else []
        hits = sum(one.id == there for one, there in zip(self.steps, given, strict=False))
        return Fraction(hits, len(self.steps))

    def faults(self) -> list[str]:
        return [] if len(self.steps) > 2 else ["it needs at least three steps to order"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two things that belong together."""

    id: str
    left: Text
    right: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching(Question):
    """Each left side belongs to one right side. The answer maps pair ids to pair ids."""

    kind: ClassVar[str] = "match"
    pairs: tuple[Pair, ...]

    def share(self, answer: Any) -> Fraction | None:
        given = answer if isinstance(answer, Mapping) else {}
        return Fraction(sum(given.get(pair.id) == pair.id for pair in self.pairs), len(self.pairs))

    def faults(self) -> list[str]:
        found = [] if len(self.pairs) > 1 else ["it needs at least two pairs"]
        for language in self.text:
            right = [pair.right.get(language, "") for pair in self.pairs]
            if len(set(right)) < len(right):
                found.append(f"two pairs have the same right side in {language}")
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortAnswer(Question):
    """A word or two. ``accepts`` lists, per language, the answers that are right; spelling is forgiven a little."""

    kind: ClassVar[str] = "short"
    accepts: Mapping[str, tuple[str, ...]]

    def share(self, answer: Any) -> Fraction | None:
        given = plain(answer) if isinstance(answer, str) else ""
        accepted = {plain(words) for several in self.accepts.values() for words in several}
        return ALL if given and given in accepted else NOTHING

    def faults(self) -> list[str]:
        return [
            f"it accepts no answer in {language}"
            for language in self.text
            if not any(plain(words) for words in self.accepts.get(language, ()))
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reflection(Question):
    """Thinking in writing. Nobody grades it; ``why`` is something to compare one's thoughts with."""

    kind: ClassVar[str] = "reflective"

    def share(self, answer: Any) -> Fraction | None:
        return None

    def faults(self) -> list[str]:
        return []


def score(questions: tuple[Question, ...], answers: Mapping[str, Any]) -> int:
    """Whole percent, rounded down, over the questions that are judged; 100 where none is."""
    shares = [share for one in questions if (share := one.share(answers.get(one.id))) is not None]
    return int(sum(shares, NOTHING) * 100 / len(shares)) if shares else 100
