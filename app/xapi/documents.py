"""The state, agent profile and activity profile resources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from sqlalchemy.orm import Session

from app.lrs import documents
from app.lrs.credentials import Grant
from app.lrs.documents import ACTIVITY_PROFILE, AGENT_PROFILE, STATE, Conditions, Place
from app.lrs.reading import InvalidJson, json_of
from app.xapi import parameters
from app.xapi.call import TWO, Answer, Call, Problem, answer_json
from app.xapi.permits import check_place, demand


@dataclass(frozen=True, slots=True)
class Resource:
    """A kind of document: how its id is called and what it belongs to."""

    kind: str
    name: str
    activity: bool
    agent: bool
    scope: str


LAUNCH_DATA = "LMS.LaunchData"
"""The state that a launch leaves for the launched unit (cmi5)."""

RESOURCES = {
    "activities/state": Resource(STATE, "stateId", True, True, "state"),
    "activities/profile": Resource(ACTIVITY_PROFILE, "profileId", True, False, "profile"),
    "agents/profile": Resource(AGENT_PROFILE, "profileId", False, True, "profile"),
}


def handle(session: Session, call: Call, grant: Grant, *, now: datetime) -> Answer:
    """GET, PUT, POST and DELETE of documents; the caller commits."""
    resource = RESOURCES[call.resource]
    demand(
        grant,
        resource.scope + "/read"
        if call.method == "GET" and not grant.may(resource.scope)
        else resource.scope,
    )
    allowed = [resource.name] + ["activityId"] * resource.activity + ["agent"] * resource.agent
    if resource.kind == STATE:
        allowed.append("registration")
    if call.method == "GET":
        allowed.append("since")
    parameters.only(call, allowed)
    place = _place(call, grant, resource)
    name = call.params.get(resource.name)
    if (
        name is not None
        or call.method in ("PUT", "POST")
        or (call.method == "DELETE" and resource.kind != STATE)
    ):
        name = parameters.required(call, resource.name)
    conditions = Conditions(call.header("If-Match"), call.header("If-None-Match"))
    try:
        if call.method == "GET":
            return _get(session, call, place, name)
        if call.method == "DELETE":
            if grant.bound and name in (None, LAUNCH_DATA):
                raise Problem(403, "a launched session does not remove its launch data", at="stateId")
            documents.remove(session, place, name, conditions=conditions)
            return Answer(204)
        return _write(session, call, grant, place, str(name), conditions, now)
    except documents.PreconditionFailed:
        raise Problem(412, "the document is not the one that If-Match or If-None-Match describes") from None
    except documents.DocumentConflict:
        raise Problem(
            409,
            "the document exists; read it, then say by If-Match which one you replace, or by If-None-Match: * "
            "that you replace none",
        ) from None
    except documents.PreconditionRequired:
        raise Problem(
            400, "say by If-None-Match: * that you replace no document, or by If-Match which one"
        ) from None
    except documents.CannotMerge as error:
        raise Problem(400, str(error)) from None


def _place(call: Call, grant: Grant, resource: Resource) -> Place:
    activity: str | None = None
    agent: Mapping[str, Any] | None = None
    registration = None
    if resource.activity:
        activity = parameters.iri(call, "activityId", needed=True)
    if resource.agent:
        agent = parameters.agent(call, needed=True)
    if resource.kind == STATE:
        registration = parameters.uuid_text(call, "registration")
    check_place(grant, agent=agent, activity=activity, registration=registration)
    return Place(grant.organisation, resource.kind, activity, agent, registration)


def _get(session: Session, call: Call, place: Place, name: str | None) -> Answer:
    if name is None:
        found = documents.names(session, place, since=parameters.instant(call, "since"))
        newest = max((changed for _, changed in found), default=None)
        headers = {"Last-Modified": format_datetime(newest, usegmt=True)} if newest else {}
        return answer_json(list(dict.fromkeys(name for name, _ in found)), headers=headers)
    if "since" in call.params:
        raise Problem(400, "one document is asked for, which leaves no filter", at="since")
    document = documents.find(session, place, name)
    if document is None:
        raise Problem(404, "there is no such document")
    headers = {"ETag": f'"{document.etag}"', "Last-Modified": format_datetime(document.updated, usegmt=True)}
    return Answer(200, document.content, document.content_type, headers)


def _write(
    session: Session, call: Call, grant: Grant, place: Place, name: str, conditions: Conditions, now: datetime
) -> Answer:
    if grant.bound and name == LAUNCH_DATA:
        raise Problem(403, "a launched session reads its launch data and does not change it", at="stateId")
    content_type = call.header("Content-Type") or "application/octet-stream"
    content = call.body
    if call.method == "POST":
        documents.post(
            session, place, name, content=content, content_type=content_type, conditions=conditions, now=now
        )
        return Answer(204)
    if documents.media_type(content_type) == "application/json":
        try:
            json_of(content)
        except InvalidJson as error:
            raise Problem(400, f"the document is not the JSON that it says it is: {error}") from None
    documents.put(
        session,
        place,
        name,
        content=content,
        content_type=content_type,
        conditions=conditions,
        guarded=place.kind != STATE or call.version == TWO,
        now=now,
    )
    return Answer(204)
