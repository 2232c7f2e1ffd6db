"""From the bytes of a request to valid statements, each with its own bytes."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from app.lrs.stored import Received
from app.lrs.validate import InvalidStatement, check

_SPACE = re.compile(r"[ \t\r\n]*")
DEEPEST = 100
"""Objects and arrays inside each other. What is deeper could be read here and overflow whoever reads it next."""


class InvalidJson(ValueError):
    """The text is not JSON, or not JSON that a statement may be made of."""


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise InvalidJson(f"the property {next(n for n in names if names.count(n) > 1)!r} is there twice")
    return found


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise InvalidJson(f"the number {text[:40]} is too large")
    return number


def _no_constant(text: str) -> Any:
    raise InvalidJson(f"{text} is not a JSON value")


_decoder = json.JSONDecoder(object_pairs_hook=_members, parse_float=_finite, parse_constant=_no_constant)


def _value(text: str, at: int) -> tuple[Any, int]:
    try:
        value, end = _decoder.raw_decode(text, at)
        if text.count("[", at, end) + text.count("{", at, end) > DEEPEST and _too_deep(value):
            raise InvalidJson(f"it is nested more than {DEEPEST} deep")
        return value, end
    except RecursionError:
        raise InvalidJson(f"it is nested more than {DEEPEST} deep") from None
    except json.JSONDecodeError as error:
        raise InvalidJson(f"it is not JSON: {error}") from None
    except InvalidJson:
        raise
    except ValueError as error:
        raise InvalidJson(f"it is not JSON: {error}") from None


def _too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(DEEPEST + 1):
        level = [
            inner
            for one in level
            if isinstance(one, (dict, list))
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
        if not level:
            return False
    return True


def _space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def text_of(body: bytes) -> str:
    """``body`` as the UTF-8 text that JSON is; raises :class:`InvalidJson`."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidJson(f"it is not UTF-8 text (octet {error.start})") from None


def json_of(body: bytes | str) -> Any:
    """The JSON value that ``body`` is; raises :class:`InvalidJson`, also for a property that is there twice."""
    text = body if isinstance(body, str) else text_of(body)
    value, end = _value(text, _space(text, 0))
    if _space(text, end) < len(text):
        raise InvalidJson(f"something follows the JSON value at character {end}")
    if "\\ud" in text or "\\uD" in text:
        try:
            json.dumps(value, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            raise InvalidJson("it holds half of a surrogate pair") from None
    return value


def _array(text: str, at: int) -> tuple[list[tuple[Any, str]], int]:
    """Each element of the array at ``at`` with its own text, and where the array ends."""
    found: list[tuple[Any, str]] = []
    at = _space(text, at + 1)
    if text.startswith("]", at):
        return found, at + 1
    while True:
        value, end = _value(text, at)
        found.append((value, text[at:end]))
        end = _space(text, end)
        if not text.startswith(",", end):
            break
        at = _space(text, end + 1)
    if not text.startswith("]", end):
        raise InvalidJson(f"the array does not end at character {end}")
    return found, end + 1


def _slices(text: str) -> tuple[list[tuple[Any, str]], bool]:
    """Each statement of a body with its own text, and whether the body was an array."""
    at = _space(text, 0)
    many = text.startswith("[", at)
    if many:
        found, end = _array(text, at)
    else:
        value, end = _value(text, at)
        found = [(value, text[at:end])]
    if _space(text, end) < len(text):
        raise InvalidJson(f"something follows the {'array' if many else 'JSON value'} at character {end}")
    return found, many


def statement_result(body: bytes) -> tuple[dict[str, Any], list[tuple[Any, str]]]:
    """What another store answers to a query: its properties, and each of its statements with its own text.

    Raises :class:`InvalidJson`; the statements themselves are not checked.
    """
    text = text_of(body)
    said: dict[str, Any] = {}
    found: list[tuple[Any, str]] = []
    at = _space(text, 0)
    if not text.startswith("{", at):
        raise InvalidJson("it is not an object")
    at = _space(text, at + 1)
    while not text.startswith("}", at):
        name, at = _value(text, at)
        at = _space(text, at)
        if type(name) is not str or not text.startswith(":", at):
            raise InvalidJson(f"a property is expected at character {at}")
        at = _space(text, at + 1)
        if name == "statements" and text.startswith("[", at):
            found, at = _array(text, at)
        else:
            said[name], at = _value(text, at)
        at = _space(text, at)
        if text.startswith(",", at):
            at = _space(text, at + 1)
        elif not text.startswith("}", at):
            raise InvalidJson(f"the object does not end at character {at}")
    if "statements" in said:
        raise InvalidJson("its statements are no array")
    return said, found


def read(body: bytes, *, version: str, single: bool = False) -> tuple[list[Received], bool]:
    """The valid statements in ``body``, and whether it was an array.

    Raises :class:`InvalidJson` or :class:`InvalidStatement`. ``single`` refuses an array.
    """
    text = text_of(body)
    parts, many = _slices(text)
    if many and single:
        raise InvalidStatement("", "one statement is expected here, not an array")
    suspicious = "\\ud" in text or "\\uD" in text
    statements: list[Received] = []
    for number, (value, raw) in enumerate(parts):
        check(value, version=version, at=f"[{number}]" if many else "")
        statement = Received(value)
        try:
            statement.raw = raw.encode()
            if suspicious:
                json.dumps(value, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            raise InvalidJson("it holds half of a surrogate pair") from None
        statement.version = version
        statements.append(statement)
    return statements, many
