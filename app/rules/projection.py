"""From one xAPI statement to one evidence item, or none: the same function for anybody who checks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID, uuid5

from app.rules.evidence import Evidence, Scalar, instant
from app.rules.profile import BY_KEY, Fact, Pattern, extension

#: Evidence ids are made from statement ids, so that projecting again gives the same item.
NAMESPACE = UUID("5b0f7a3e-3f0c-5d5c-9c55-8f2d6f0e7a11")
_DURATION = re.compile(
    r"P(?:(?P<weeks>\d{1,4})W)?(?:(?P<days>\d{1,5})D)?"
    r"(?:T(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,8})M)?(?:(?P<seconds>\d{1,9}(?:\.\d+)?)S)?)?"
)


def project(statement: Mapping[str, Any], *, person: str, recorded: datetime) -> Evidence | None:
    """The evidence that ``statement`` is for ``person`` under the profile, None where it is none.

    Reads nothing but its arguments and never raises: a statement that leaves something out, or says it in a
    way that the profile does not know, is no evidence. Who may say it is for the caller to know beforehand.
    """
    try:
        return _project(statement, person, recorded)
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation, OverflowError):
        return None


def projected_person(statement: Mapping[str, Any], *, home: str) -> str | None:
    """The person whom the statement is about, where its actor is one of the accounts of ``home``."""
    actor = statement.get("actor")
    account = actor.get("account") if isinstance(actor, Mapping) else None
    if not isinstance(account, Mapping) or account.get("homePage") != home:
        return None
    name = account.get("name")
    return name if isinstance(name, str) and name else None


def evidence_id(statement: str) -> str:
    """The id of the evidence item that comes from the statement with this id."""
    return str(uuid5(NAMESPACE, str(UUID(statement))))


def whole_minutes(duration: str) -> int:
    """An ISO 8601 duration in whole minutes, rounded down. Raises ValueError for years and months."""
    match = _DURATION.fullmatch(duration)
    if match is None or not any(match.groups()):
        raise ValueError(f"not a duration in weeks, days, hours, minutes or seconds: {duration}")
    part = {name: Decimal(value) if value else Decimal(0) for name, value in match.groupdict().items()}
    seconds = (
        part["weeks"] * 604800
        + part["days"] * 86400
        + part["hours"] * 3600
        + part["minutes"] * 60
        + part["seconds"]
    )
    return int(seconds // 60)


def _project(statement: Mapping[str, Any], person: str, recorded: datetime) -> Evidence | None:
    activity = statement["object"]
    if activity.get("objectType", "Activity") != "Activity":
        return None
    pattern = BY_KEY.get((statement["verb"]["id"], activity["definition"]["type"]))
    if pattern is None:
        return None
    result: Mapping[str, Any] = statement.get("result") or {}
    extensions: Mapping[str, Any] = (statement.get("context") or {}).get("extensions") or {}
    facts = {fact.name: _fact(fact, extensions) for fact in pattern.facts}
    facts |= _result_facts(pattern, result)
    timestamp = statement.get("timestamp")
    return Evidence(
        id=evidence_id(statement["id"]),
        person=person,
        kind=pattern.kind,
        starts=instant(timestamp) if timestamp else recorded,
        recorded=recorded,
        minutes=whole_minutes(result["duration"]) if pattern.timed else 0,
        facts=facts,
        statement=str(UUID(statement["id"])),
        valid_from=_day(extensions, "valid_from") if pattern.lasting else None,
        valid_until=_day(extensions, "valid_until") if pattern.lasting else None,
    )


def _fact(fact: Fact, extensions: Mapping[str, Any]) -> Scalar:
    value = extensions.get(extension(fact.name))
    if value is None and fact.optional:
        return None
    right: tuple[bool, ...]
    if fact.type == "flag":
        right = (isinstance(value, bool),)
    elif fact.type == "whole":
        right = (isinstance(value, int), not isinstance(value, bool), value >= 0)  # type: ignore[operator]
    else:
        right = (isinstance(value, str), value != "")
    if not all(right):
        raise ValueError(f"{fact.name} is not a {fact.type}")
    return value


def _result_facts(pattern: Pattern, result: Mapping[str, Any]) -> dict[str, Scalar]:
    facts: dict[str, Scalar] = {}
    if pattern.scored:
        score = result["score"]
        facts["score"] = _percent(score["scaled"])
        if result["success"] is not True and result["success"] is not False:
            raise ValueError("success is neither true nor false")
    if pattern.judged:
        if not isinstance(result["success"], bool):
            raise ValueError("success is neither true nor false")
        facts["passed"] = result["success"]
    return facts


def _percent(scaled: Any) -> int:
    if isinstance(scaled, bool) or not isinstance(scaled, int | float):
        raise ValueError("a scaled score is a number")
    percent = int(Decimal(str(scaled)) * 100 // 1)
    if not 0 <= percent <= 100:
        raise ValueError("a scaled score lies between 0 and 1")
    return percent


def _day(extensions: Mapping[str, Any], name: str) -> date | None:
    value = extensions.get(extension(name))
    return date.fromisoformat(value) if value is not None else None
