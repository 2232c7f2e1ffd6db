"""Keys under which a statement is found: eight bytes each, from tenant, kind and value.

Kinds: ``*`` every statement of a tenant; ``v`` verb; ``a`` agent as actor or object (groups' members too); ``o``
activity as object; ``r`` registration; ``A`` and ``O`` agents and activities anywhere else (the *related* ones);
``d`` an activity's definitions and an agent's names. A related search looks under both letters.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

CONTEXT_ACTIVITIES = ("parent", "grouping", "category", "other")


@lru_cache(20_000)
def key(tenant: uuid.UUID, kind: str, value: str) -> int:
    """The signed 64-bit key for ``value``. Rows found by it still name the tenant themselves."""
    digest = hashlib.blake2b(value.encode(), digest_size=8, key=tenant.bytes, person=kind.encode())
    return int.from_bytes(digest.digest(), "big", signed=True)


def identity(agent: Mapping[str, Any]) -> str | None:
    """An agent's or identified group's inverse functional identifier as one text; None for an anonymous group."""
    if "account" in agent:
        return f"account {agent['account']['homePage']} {agent['account']['name']}"
    for name in ("mbox", "mbox_sha1sum", "openid"):
        if name in agent:
            return f"{name} {agent[name]}"
    return None


def canonical_id(value: str) -> str:
    """A UUID's usual spelling."""
    return str(uuid.UUID(value))


def _agents(agent: Mapping[str, Any], found: set[str]) -> None:
    """Add the identities of an agent or group and of the group's members to ``found``."""
    own = identity(agent)
    if own is not None:
        found.add(own)
    if "member" in agent:
        for member in agent["member"]:
            _agents(member, found)


def _is_agent(thing: Mapping[str, Any]) -> bool:
    return thing.get("objectType") in ("Agent", "Group")


def _related(statement: Mapping[str, Any], agents: set[str], activities: set[str]) -> None:
    """Add what a statement or sub-statement mentions beyond actor and object."""
    context = statement.get("context")
    if not context:
        return
    for name in ("instructor", "team"):
        if name in context:
            _agents(context[name], agents)
    for item in context.get("contextAgents", ()):
        _agents(item["agent"], agents)
    for item in context.get("contextGroups", ()):
        _agents(item["group"], agents)
    if "contextActivities" in context:
        for listed in context["contextActivities"].values():
            for activity in [listed] if isinstance(listed, dict) else listed:
                activities.add(activity["id"])


def found_by(statement: Mapping[str, Any], authority: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Every (kind, value) under which ``statement`` is found."""
    agents: set[str] = set()
    activities: set[str] = set()
    more_agents: set[str] = set()
    more_activities: set[str] = set()
    _agents(statement["actor"], agents)
    thing = statement["object"]
    kind = thing.get("objectType", "Activity")
    if kind == "Activity":
        activities.add(thing["id"])
    elif _is_agent(thing):
        _agents(thing, agents)
    elif kind == "SubStatement":
        _agents(thing["actor"], more_agents)
        inner = thing["object"]
        if inner.get("objectType", "Activity") == "Activity":
            more_activities.add(inner["id"])
        elif _is_agent(inner):
            _agents(inner, more_agents)
        _related(thing, more_agents, more_activities)
    _related(statement, more_agents, more_activities)
    _agents(authority, more_agents)
    found = {("*", ""), ("v", statement["verb"]["id"])}
    found.update([("a", one) for one in agents], [("o", one) for one in activities])
    found.update([("A", one) for one in more_agents - agents])
    found.update([("O", one) for one in more_activities - activities])
    registration = statement.get("context", {}).get("registration")
    if registration is not None:
        found.add(("r", registration.lower()))  # as canonical_id, for what has the usual form
    return found


def described(statement: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """(``o`` or ``a``, activity id or agent identity, definition or name) of what a statement describes."""
    yield from _described_agent(statement["actor"])
    thing = statement["object"]
    kind = thing.get("objectType", "Activity")
    if kind == "Activity":
        yield from _described_activity(thing)
    elif kind == "SubStatement":
        yield from described(thing)
    elif kind != "StatementRef":
        yield from _described_agent(thing)
    context = statement.get("context")
    if not context:
        return
    for name in ("instructor", "team"):
        if name in context:
            yield from _described_agent(context[name])
    for listed in context.get("contextActivities", {}).values():
        for activity in [listed] if isinstance(listed, dict) else listed:
            yield from _described_activity(activity)


def _described_activity(activity: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    if activity.get("definition"):
        yield "o", activity["id"], activity["definition"]


def _described_agent(agent: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    own = identity(agent)
    if own is not None and "name" in agent:
        yield "a", own, agent["name"]
    for member in agent.get("member", ()):
        yield from _described_agent(member)
