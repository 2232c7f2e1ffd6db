"""The formats in which a statement is handed out: exact (as stored), ids, and canonical."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from app.lrs.keys import CONTEXT_ACTIVITIES, identity

_IDENTIFIERS = ("mbox", "mbox_sha1sum", "openid", "account")
Define = Callable[[str], dict[str, Any] | None]
"""Gives an activity's canonical definition by its id."""


def merged(definitions: Iterable[bytes]) -> dict[str, Any] | None:
    """One definition out of all that were seen: languages add up, the latest word on everything else stands."""
    whole: dict[str, Any] = {}
    for body in definitions:
        for name, value in json.loads(body).items():
            if name in ("name", "description", "extensions") and isinstance(whole.get(name), dict):
                whole[name] = {**whole[name], **value}
            else:
                whole[name] = value
    return whole or None


def ids(statement: Mapping[str, Any]) -> dict[str, Any]:
    """Agents, activities, verbs and groups by nothing but what identifies them."""
    return _mapped(
        statement, _bare_agent, lambda activity: {"id": activity["id"]}, lambda verb: {"id": verb["id"]}
    )


def canonical(statement: Mapping[str, Any], *, languages: Sequence[str], define: Define) -> dict[str, Any]:
    """Definitions as the store knows them, each text in the one language that fits ``languages`` best."""

    def activity(given: Mapping[str, Any]) -> dict[str, Any]:
        definition = define(given["id"]) or given.get("definition")
        return {**given, "definition": localised(definition, languages)} if definition else dict(given)

    def verb(given: Mapping[str, Any]) -> dict[str, Any]:
        if "display" not in given:
            return dict(given)
        return {**given, "display": one_language(given["display"], languages)}

    return _mapped(statement, dict, activity, verb)


def localised(definition: Mapping[str, Any], languages: Sequence[str]) -> dict[str, Any]:
    """A definition with one language in each of its language maps."""
    said = dict(definition)
    for name in ("name", "description"):
        if name in said:
            said[name] = one_language(said[name], languages)
    for name in ("choices", "scale", "source", "target", "steps"):
        if name in said:
            said[name] = [
                {**part, "description": one_language(part["description"], languages)}
                if "description" in part
                else part
                for part in said[name]
            ]
    return said


def one_language(texts: Mapping[str, str], languages: Sequence[str]) -> dict[str, str]:
    """The entry of a language map that fits best; ``languages`` come in order of preference."""
    if not texts:
        return {}
    lowered = {tag.lower(): tag for tag in texts}
    for wanted in (language.lower() for language in languages):
        if wanted in lowered:
            return {lowered[wanted]: texts[lowered[wanted]]}
        base = wanted.split("-")[0]
        for tag in lowered:
            if tag.split("-")[0] == base:
                return {lowered[tag]: texts[lowered[tag]]}
    first = next((lowered[tag] for tag in lowered if tag in ("und", "en")), next(iter(texts)))
    return {first: texts[first]}


def preferred(header: str) -> list[str]:
    """The languages of an Accept-Language header, the most wanted first."""
    weighed: list[tuple[float, int, str]] = []
    for number, part in enumerate(header.split(",")):
        tag, _, rest = part.strip().partition(";")
        quality = 1.0
        if rest.strip().startswith("q="):
            try:
                quality = float(rest.strip()[2:])
            except ValueError:
                quality = 0.0
        if tag and tag != "*" and quality > 0:
            weighed.append((-quality, number, tag.strip()))
    return [tag for _, _, tag in sorted(weighed)]


def _bare_agent(agent: Mapping[str, Any]) -> dict[str, Any]:
    said = {name: agent[name] for name in ("objectType", *_IDENTIFIERS) if name in agent}
    if identity(agent) is None:
        said["member"] = [_bare_agent(member) for member in agent.get("member", ())]
    return said


def _mapped(
    statement: Mapping[str, Any],
    agent: Callable[[Mapping[str, Any]], dict[str, Any]],
    activity: Callable[[Mapping[str, Any]], dict[str, Any]],
    verb: Callable[[Mapping[str, Any]], dict[str, Any]],
) -> dict[str, Any]:
    said = dict(statement)
    said["actor"], said["verb"] = agent(said["actor"]), verb(said["verb"])
    thing = said["object"]
    kind = thing.get("objectType", "Activity")
    if kind == "Activity":
        said["object"] = activity(thing)
    elif kind == "SubStatement":
        said["object"] = _mapped(thing, agent, activity, verb)
    elif kind != "StatementRef":
        said["object"] = agent(thing)
    if "authority" in said:
        said["authority"] = agent(said["authority"])
    if "context" in said:
        context = said["context"] = dict(said["context"])
        for name in ("instructor", "team"):
            if name in context:
                context[name] = agent(context[name])
        for listed, inner in (("contextAgents", "agent"), ("contextGroups", "group")):
            if listed in context:
                context[listed] = [{**item, inner: agent(item[inner])} for item in context[listed]]
        if "contextActivities" in context:
            given = context["contextActivities"]
            context["contextActivities"] = {
                name: [activity(a) for a in ([given[name]] if isinstance(given[name], dict) else given[name])]
                for name in CONTEXT_ACTIVITIES
                if name in given
            }
    return said
