"""A question bank kept in a TOML file, so that authors write questions and no code.

.. code-block:: toml

    [[question]]
    kind = "single"                # single, multiple, order, match, short or reflective
    id = "who-owns-the-question"
    lesson = "01-the-role"
    text = { sv = "Vem äger frågan?", en = "Who owns the question?" }
    why = { sv = "Den som ska göra jobbet.", en = "Whoever will do the work." }
    choices = [
      { right = true, sv = "Deltagaren", en = "The participant" },
      { sv = "Coachen", en = "The coach", why = { sv = "Då blir det coachens.", en = "Then it is the coach's." } },
    ]

``choices`` for single and multiple, ``steps`` (in the right order) for order, ``pairs`` with ``left`` and ``right``
for match, ``accepts = { sv = [...], en = [...] }`` for short.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from coursekit.questions import (
    Matching,
    MultipleChoice,
    Option,
    Ordering,
    Pair,
    Question,
    Reflection,
    ShortAnswer,
    SingleChoice,
)

LETTERS = "abcdefghijklmnopqrstuvwxyz"


class BankError(ValueError):
    """A question bank cannot be read; the message names the file and the question, ``line`` where it stands."""

    def __init__(self, says: str, *, file: Path, line: int = 1) -> None:
        super().__init__(says)
        self.file, self.line = file, line


def _words(entry: Mapping[str, Any]) -> dict[str, str]:
    return {
        key: value for key, value in entry.items() if key not in ("right", "why") and isinstance(value, str)
    }


def _options(entries: list[Mapping[str, Any]]) -> tuple[Option, ...]:
    return tuple(
        Option(id=letter, text=_words(entry), right=bool(entry.get("right")), why=entry.get("why", {}))
        for letter, entry in zip(LETTERS, entries, strict=False)
    )


def _pairs(entries: list[Mapping[str, Any]]) -> tuple[Pair, ...]:
    return tuple(
        Pair(id=letter, left=entry["left"], right=entry["right"])
        for letter, entry in zip(LETTERS, entries, strict=False)
    )


KINDS: dict[str, Callable[[dict[str, Any]], Question]] = {
    "single": lambda entry: SingleChoice(**{**entry, "choices": _options(entry["choices"])}),
    "multiple": lambda entry: MultipleChoice(**{**entry, "choices": _options(entry["choices"])}),
    "order": lambda entry: Ordering(**{**entry, "steps": _options(entry["steps"])}),
    "match": lambda entry: Matching(**{**entry, "pairs": _pairs(entry["pairs"])}),
    "short": lambda entry: ShortAnswer(
        **{**entry, "accepts": {language: tuple(words) for language, words in entry["accepts"].items()}}
    ),
    "reflective": lambda entry: Reflection(**entry),
}


def line_of(text: str, number: int) -> int:
    """The line on which the question ``number`` (from 1) of a bank's text begins."""
    starts = [line for line, words in enumerate(text.splitlines(), 1) if words.strip() == "[[question]]"]
    return starts[number - 1] if number <= len(starts) else 1


def read_bank(file: Path) -> tuple[Question, ...]:
    """Every question of ``file``, in its order. Raises :class:`BankError`."""
    try:
        text = file.read_text(encoding="utf-8")
        content = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        at = re.search(r"at line (\d+)", str(error))
        raise BankError(f"{file.name}: {error}", file=file, line=int(at[1]) if at else 1) from error
    questions = []
    for number, entry in enumerate(content.get("question", []), start=1):
        name = entry.get("id", f"number {number}")
        kind = entry.pop("kind", None)
        fault = ""
        if kind not in KINDS:
            fault = f"question {name} is of kind {kind!r}; it can be {', '.join(KINDS)}"
        else:
            try:
                questions.append(KINDS[kind](entry))
            except KeyError as missing:
                fault = f"question {name} lacks {missing}"
            except (TypeError, AttributeError) as error:
                fault = f"question {name}: {error}"
        if fault:
            raise BankError(f"{file.name}: {fault}", file=file, line=line_of(text, number))
    return tuple(questions)
