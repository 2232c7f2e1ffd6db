"""Two versions of a scheme, told apart criterion by criterion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from app.rules.scheme import SchemeVersion

Part = Literal["criteria", "renewal", "assessments", "terms"]


@dataclass(frozen=True, slots=True)
class Change:
    """One value that differs. None: the version does not say it."""

    key: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Difference:
    """What became of one criterion, assessment or, for ``part`` terms, of the version's other rules."""

    part: Part
    code: str
    state: Literal["added", "removed", "changed", "unchanged"]
    changes: tuple[Change, ...] = ()


def compare(old: SchemeVersion, new: SchemeVersion) -> tuple[Difference, ...]:
    """Every criterion, assessment and term of both versions in the new one's order, the removed ones last."""
    listed: tuple[Part, ...] = ("criteria", "renewal", "assessments")
    differences = [_terms(old, new)]
    for part in listed:
        before = {one["code"]: one for one in old.source[part]}
        after = {one["code"]: one for one in new.source[part]}
        for code in [*after, *(code for code in before if code not in after)]:
            differences.append(_one(part, code, before.get(code), after.get(code)))
    return tuple(differences)


def _terms(old: SchemeVersion, new: SchemeVersion) -> Difference:
    listed = ("criteria", "renewal", "assessments", "version")
    before = {key: value for key, value in old.source.items() if key not in listed}
    after = {key: value for key, value in new.source.items() if key not in listed}
    return _one("terms", new.code, before, after)


def _one(
    part: Part, code: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> Difference:
    if before is None:
        return Difference(part, code, "added", tuple(_changes({}, _flat(after or {}))))
    if after is None:
        return Difference(part, code, "removed", tuple(_changes(_flat(before), {})))
    changes = tuple(_changes(_flat(before), _flat(after)))
    return Difference(part, code, "changed" if changes else "unchanged", changes)


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    keys = [*before, *(key for key in after if key not in before)]
    return [
        Change(key, before.get(key), after.get(key))
        for key in keys
        if key != "code" and before.get(key) != after.get(key)
    ]


def _flat(value: Any, prefix: str = "") -> dict[str, Any]:
    """Nested tables as one: ``text.sv``; what carries a code is named by it (``rubric.goals.weight``)."""
    flat: dict[str, Any] = {}
    if isinstance(value, Mapping):
        for key, inner in value.items():
            flat |= _flat(inner, f"{prefix}.{key}" if prefix else key)
    elif isinstance(value, list) and value and all(isinstance(one, Mapping) for one in value):
        for index, inner in enumerate(value, 1):
            flat |= _flat(inner, f"{prefix}.{inner.get('code', index)}")
    else:
        flat[prefix] = value
    return flat
