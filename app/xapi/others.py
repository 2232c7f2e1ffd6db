"""The agents, activities and about resources."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy.orm import Session

from app.lrs import formats
from app.lrs import service as lrs
from app.lrs.credentials import Grant
from app.lrs.keys import identity
from app.xapi import parameters
from app.xapi.call import ONE, VERSION_HEADER, VERSIONS, Answer, Call, answer_json
from app.xapi.permits import demand

_IDENTIFIERS = ("mbox", "mbox_sha1sum", "openid", "account")


def agents(session: Session, call: Call, grant: Grant) -> Answer:
    """Everything known of an agent, as a Person."""
    parameters.only(call, ("agent",))
    agent = parameters.agent(call, needed=True) or {}
    demand(grant, "statements/read/mine")
    person: dict[str, Any] = {"objectType": "Person"}
    seen = lrs.definitions(session, grant.organisation, "a", identity(agent) or "")
    names = [agent["name"]] if "name" in agent else []
    names += [json.loads(name) for name in seen]
    if names:
        person["name"] = list(dict.fromkeys(names))
    for name in _IDENTIFIERS:
        if name in agent:
            person[name] = [agent[name]]
    return answer_json(person)


def activities(session: Session, call: Call, grant: Grant) -> Answer:
    """An activity with everything that statements said of it."""
    parameters.only(call, ("activityId",))
    activity = parameters.iri(call, "activityId", needed=True) or ""
    demand(grant, "statements/read/mine")
    found: dict[str, Any] = {"objectType": "Activity", "id": activity}
    definition = formats.merged(lrs.definitions(session, grant.organisation, "o", activity))
    if definition:
        found["definition"] = definition
    return answer_json(found)


def about(call: Call) -> Answer:
    """The versions spoken. A client that says it speaks 1.0 hears of 1.0 only: some stop at what they do not know."""
    parameters.only(call, ())
    spoken: tuple[str, ...] = VERSIONS
    if call.header(VERSION_HEADER) and call.version == ONE:
        spoken = tuple(version for version in VERSIONS if version.startswith("1"))
    return answer_json({"version": list(spoken), "extensions": {}})
