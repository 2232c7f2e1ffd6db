"""Statements as rows of a table for a spreadsheet. No cell can be taken for a formula."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator

from app.lrs import instants
from app.lrs.keys import identity
from app.lrs.stored import StoredStatement

HEAD = (
    "id",
    "stored",
    "timestamp",
    "actor",
    "actor_name",
    "verb",
    "verb_display",
    "object_type",
    "object",
    "object_name",
    "registration",
    "success",
    "completion",
    "score_scaled",
    "score_raw",
    "duration",
    "response",
    "authority",
    "context_extensions",
)
#: What a spreadsheet program takes for the beginning of a formula.
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def _cell(value: object) -> object:
    """The value as a cell: numbers as they are, text led by an apostrophe where it would be calculated."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def _named(texts: dict[str, str] | None) -> str:
    return next(iter((texts or {}).values()), "")


def row(stored: StoredStatement) -> list[object]:
    """One statement's cells, in the order of :data:`HEAD`."""
    said = stored.statement
    thing, result, context = said["object"], said.get("result") or {}, said.get("context") or {}
    score = result.get("score") or {}
    about = thing.get("id") or (identity(thing) if thing.get("objectType") in ("Agent", "Group") else None)
    cells = (
        str(stored.id),
        instants.write(stored.stored),
        said.get("timestamp"),
        identity(said["actor"]),
        said["actor"].get("name"),
        said["verb"]["id"],
        _named(said["verb"].get("display")),
        thing.get("objectType", "Activity"),
        about,
        _named((thing.get("definition") or {}).get("name")),
        context.get("registration"),
        result.get("success"),
        result.get("completion"),
        score.get("scaled"),
        score.get("raw"),
        result.get("duration"),
        result.get("response"),
        identity(said["authority"]),
        context.get("extensions"),
    )
    return [_cell(one) for one in cells]


def lines(statements: Iterable[StoredStatement]) -> Iterator[bytes]:
    """The file, a line at a time: UTF-8 with a byte order mark and semicolons, as a Swedish Excel opens it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    text.write("\N{ZERO WIDTH NO-BREAK SPACE}")
    writer.writerow(HEAD)
    for one in statements:
        yield text.getvalue().encode("utf-8", "surrogatepass")
        text.seek(0)
        text.truncate()
        writer.writerow(row(one))
    yield text.getvalue().encode("utf-8", "surrogatepass")
