"""A scheme file's text: read it, and say on which line each mistake stands."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from app.rules.parsing import SchemeError, parse
from app.rules.scheme import SchemeVersion
from app.schemes import brought

UNREADABLE = "a quotation mark, equals sign or bracket seems to be missing (%(why)s)"

_HEADER = re.compile(r"^\s*\[(\[)?\s*([\w.\-]+)\s*\]")
_KEY = re.compile(r"^\s*([\w\-]+)\s*(?:\.\s*([\w\-]+)\s*)?=")
_WHERE = re.compile(r"at line (\d+)")


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake in the text: its line (from 1; None where the whole text is meant), its key, what is wrong there
    (``text`` with places for ``values``)."""

    line: int | None
    key: str
    text: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def says(self) -> str:
        """What is wrong, in English."""
        return self.text % self.values


@dataclass(frozen=True, slots=True)
class Checked:
    """A text that was read: the version that it describes, or what is wrong with it."""

    version: SchemeVersion | None
    mistakes: tuple[Mistake, ...] = ()


@lru_cache(maxsize=64)
def check(text: str, *, file: str = "scheme.toml") -> Checked:
    """Read a scheme file's text. Never raises. Remembers the last texts: the same ones are asked for all the time."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        where = _WHERE.search(str(error))
        line = int(where[1]) if where else None
        return Checked(None, (Mistake(line, "", UNREADABLE, {"why": str(error)}),))
    try:
        return Checked(parse(data, file=file, reckoners=brought.find))
    except SchemeError as error:
        lines = line_numbers(text)
        return Checked(
            None,
            tuple(Mistake(_line(lines, one.key), one.key, one.text, one.values) for one in error.problems),
        )


def line_numbers(text: str) -> dict[str, int]:
    """The line of each key of a TOML text, by its path (``criteria[1].hours``). Multi-line strings, inline
    tables and dotted headers are understood as far as scheme files use them."""
    found: dict[str, int] = {}
    counts: dict[str, int] = {}
    prefix = ""
    inside = False
    for number, line in enumerate(text.splitlines(), 1):
        quotes = line.count('"""') + line.count("'''")
        if inside:
            inside = quotes % 2 == 0
            continue
        if header := _HEADER.match(line):
            prefix = _resolve(header[2], bool(header[1]), counts)
            found.setdefault(prefix, number)
        elif key := _KEY.match(line):
            path = f"{prefix}.{key[1]}" if prefix else key[1]
            found.setdefault(path, number)
            if key[2]:
                found.setdefault(f"{path}.{key[2]}", number)
        inside = quotes % 2 == 1
    return found


def _resolve(name: str, array: bool, counts: dict[str, int]) -> str:
    """``criteria.text`` under the second ``[[criteria]]`` is ``criteria[1].text``."""
    path = ""
    parts = name.split(".")
    for depth, part in enumerate(parts):
        path = f"{path}.{part}" if path else part
        last = depth == len(parts) - 1
        if array and last:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = f"{path}[{counts[path]}]"
    return path


def _line(lines: dict[str, int], key: str) -> int | None:
    """The line of the key or, where it is missing, of the table that it is missing from."""
    while key:
        if key in lines:
            return lines[key]
        key = key.rpartition(".")[0]
    return None
