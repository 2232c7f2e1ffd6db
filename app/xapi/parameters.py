"""Query parameters, held to the same standards as the same values in statements."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from app.lrs import instants, values
from app.lrs.keys import canonical_id, identity
from app.lrs.reading import InvalidJson, json_of
from app.lrs.validate import InvalidStatement, rules
from app.xapi.call import Call, Problem


def only(call: Call, allowed: Collection[str]) -> None:
    """Refuse parameters that the resource does not know, in the case in which it knows them."""
    for name in call.params:
        if name not in allowed:
            raise Problem(400, f"{call.resource} has no such parameter for {call.method}", at=name)


def required(call: Call, name: str) -> str:
    """A parameter that must be there and say something."""
    value = call.params.get(name, "")
    if not value:
        raise Problem(400, "this parameter is required", at=name)
    return _storable(name, value)


def _storable(name: str, value: str) -> str:
    if "\x00" in value:
        raise Problem(400, "it holds a NUL character", at=name)
    try:
        value.encode()
    except UnicodeEncodeError:
        raise Problem(400, "it is not UTF-8 text", at=name) from None
    return value


def iri(call: Call, name: str, *, needed: bool = False) -> str | None:
    """An IRI."""
    if name not in call.params:
        return required(call, name) if needed else None
    value = _storable(name, call.params[name])
    if not values.is_iri(value):
        raise Problem(400, "it must be an IRI with a scheme", at=name)
    return value


def uuid_text(call: Call, name: str) -> str | None:
    """A UUID in its usual spelling."""
    value = call.params.get(name)
    if value is None:
        return None
    if not values.is_uuid(value):
        raise Problem(400, "it must be a UUID in its usual spelling", at=name)
    return canonical_id(value)


def flag(call: Call, name: str) -> bool:
    """true or false."""
    value = call.params.get(name, "false")
    if value not in ("true", "false"):
        raise Problem(400, "it must be true or false", at=name)
    return value == "true"


def instant(call: Call, name: str) -> datetime | None:
    """A timestamp."""
    value = call.params.get(name)
    if value is None:
        return None
    try:
        # In an address that nobody escaped, the plus sign of an offset arrives as a space.
        return instants.parse(value[:10] + value[10:].replace(" ", "+"))
    except ValueError as error:
        raise Problem(400, str(error), at=name) from None


def count(call: Call, name: str) -> int:
    """A number that is not negative; 0 where it is missing."""
    value = call.params.get(name, "0")
    if not (value.isascii() and value.isdigit()) or len(value) > 9:
        raise Problem(400, "it must be a number, 0 or more", at=name)
    return int(value)


def agent(
    call: Call, name: str = "agent", *, needed: bool = False, groups: bool = False
) -> Mapping[str, Any] | None:
    """An agent as JSON; where ``groups``, an identified group too."""
    if name not in call.params:
        if needed:
            required(call, name)
        return None
    try:
        value = json_of(_storable(name, call.params[name]))
        (rules(call.version).actor if groups else rules(call.version).agent)(value, name)
    except InvalidJson as error:
        raise Problem(400, f"it must be an agent as JSON, but {error}", at=name) from None
    except InvalidStatement as error:
        raise Problem(400, error.reason, at=error.at) from None
    if identity(value) is None:
        raise Problem(400, "a group without an identifier cannot be searched by", at=name)
    found: Mapping[str, Any] = value
    return found
