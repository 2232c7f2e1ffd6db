"""When two statements with one id are the same statement (xAPI's statement comparison requirements)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from app.lrs import instants
from app.lrs.keys import CONTEXT_ACTIVITIES, canonical_id, identity

_SET_BY_STORE = ("id", "stored", "authority", "version", "attachments")
_HUNDREDTHS = re.compile(r"([.,]\d\d)\d*S")
"""Seconds count to the hundredth when durations are compared."""


def _agent(agent: Mapping[str, Any]) -> Any:
    own = identity(agent)
    if own is not None:
        return own
    return sorted(str(_agent(member)) for member in agent.get("member", ()))


def _thing(thing: Mapping[str, Any]) -> Any:
    kind = thing.get("objectType", "Activity")
    if kind == "Activity":
        return thing["id"]
    if kind == "StatementRef":
        return ["ref", canonical_id(thing["id"])]
    if kind == "SubStatement":
        return _normal(thing, both_timed=True)
    return ["agent", _agent(thing)]


def _context(context: Mapping[str, Any]) -> dict[str, Any]:
    said = dict(context)
    for name in ("instructor", "team"):
        if name in said:
            said[name] = _agent(said[name])
    if "registration" in said:
        said["registration"] = canonical_id(said["registration"])
    if "statement" in said:
        said["statement"] = canonical_id(said["statement"]["id"])
    if "contextActivities" in said:
        listed = said["contextActivities"]
        said["contextActivities"] = {
            name: sorted(
                a["id"] for a in ([listed[name]] if isinstance(listed[name], dict) else listed[name])
            )
            for name in CONTEXT_ACTIVITIES
            if listed.get(name)
        }
    return said


def _normal(statement: Mapping[str, Any], *, both_timed: bool) -> dict[str, Any]:
    """What a statement says: without what the store sets, display texts, definitions and order in lists."""
    said = {name: value for name, value in statement.items() if name not in _SET_BY_STORE}
    said["actor"] = _agent(said["actor"])
    said["verb"] = said["verb"]["id"]
    said["object"] = _thing(said["object"])
    if "duration" in said.get("result", ()):
        said["result"] = {**said["result"], "duration": _HUNDREDTHS.sub(r"\1S", said["result"]["duration"])}
    if "context" in said:
        said["context"] = _context(said["context"])
    if both_timed and "timestamp" in said:
        said["timestamp"] = instants.write(instants.parse(said["timestamp"]))
    else:
        said.pop("timestamp", None)
    return said


def same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two valid statements that share an id say the same. A time that only one of them names is the
    store's, and does not tell them apart."""
    timed = "timestamp" in one and "timestamp" in other
    mine, theirs = _normal(one, both_timed=timed), _normal(other, both_timed=timed)
    return json.dumps(mine, sort_keys=True) == json.dumps(theirs, sort_keys=True)
