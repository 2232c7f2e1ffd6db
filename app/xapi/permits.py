"""Who speaks, and what a credential may do: scopes for everybody, bounds for a launched session."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.lrs.credentials import Grant, verify
from app.lrs.keys import canonical_id, identity
from app.lrs.store import VOIDED
from app.xapi.call import Call, Problem
from app.xapi.tokens import MARK, Tokens, narrowed

CHALLENGE = 'Basic realm="xAPI", charset="UTF-8", Bearer realm="xAPI"'


@dataclass(frozen=True, slots=True)
class Claim:
    """Who a call says that it comes from; an empty key where it says nothing that can be read. A token's holder has
    shown a secret before, and is held to the token's ``scopes``."""

    key: str = ""
    secret: str | None = ""
    scopes: frozenset[str] | None = None

    def within(self, grant: Grant | None) -> Grant | None:
        """``grant`` as far as the claim goes."""
        return grant if grant is None or self.scopes is None else narrowed(grant, self.scopes)


def grant_of(
    session: Session, call: Call, tokens: Tokens, *, now: datetime, asked_again: bool = False
) -> Grant:
    """The credential that the call carries: Basic, a bearer token, or a bearer's key and secret. Else 401.
    ``asked_again``: whether it is revoked is asked later (see :func:`app.lrs.credentials.verify`)."""
    claim, found = claimed(call, tokens, now=now), None
    if claim.key:
        found = verify(session, key=claim.key, secret=claim.secret, now=now, asked_again=asked_again)
    grant = claim.within(found)
    if grant is None:
        raise no_credential(call)
    return grant


def claimed(call: Call, tokens: Tokens, *, now: datetime) -> Claim:
    """What the call says of its sender."""
    kind, _, rest = call.header("Authorization").partition(" ")
    rest = rest.strip()
    if kind.lower() == "basic":
        try:
            key, _, secret = base64.b64decode(rest, validate=True).decode("utf-8").partition(":")
        except (binascii.Error, ValueError):
            return Claim()
        return Claim(key, secret)
    if kind.lower() != "bearer":
        return Claim()
    if rest.startswith(MARK):
        token = tokens.read(rest, now=now)
        return Claim() if token is None else Claim(token[0], None, token[1])
    key, _, secret = rest.partition(".")
    return Claim(key, secret)


def no_credential(call: Call) -> Problem:
    """The answer to a call without a valid credential."""
    # A browser that sees the challenge stops to ask its reader for a password.
    headers = {} if call.header("Origin") else {"WWW-Authenticate": CHALLENGE}
    return Problem(401, "the request needs a valid key and secret", headers=headers)


def authority_of(grant: Grant, *, home: str) -> dict[str, Any]:
    """The authority under which the credential's statements are stored."""
    return authority_named(grant.key, home=home)


def authority_named(key: str, *, home: str) -> dict[str, Any]:
    """The authority under which the statements of the credential with this key are stored."""
    return {"objectType": "Agent", "account": {"homePage": f"{home}/xapi/", "name": key}}


def demand(grant: Grant, scope: str) -> None:
    """Answer 403 unless the credential covers ``scope``."""
    if not grant.may(scope):
        raise Problem(403, f"this credential does not cover {scope}")


def check_bounds(grant: Grant, statement: Mapping[str, Any], *, at: str) -> None:
    """A launched session speaks for its own learner, registration and activity, and voids nothing."""
    if statement["verb"]["id"] == VOIDED and not grant.may("all"):
        raise Problem(403, "this credential may not void statements", at=f"{at}verb.id")
    if not grant.bound:
        return
    if statement["verb"]["id"] == VOIDED:
        raise Problem(403, "a launched session voids no statements", at=f"{at}verb.id")
    if grant.actor is not None and identity(statement["actor"]) != identity(grant.actor):
        raise Problem(403, "the session was launched for another actor", at=f"{at}actor")
    context = statement.get("context", {})
    if "registration" not in context or canonical_id(context["registration"]) != str(grant.registration):
        raise Problem(
            403, "the session was launched for another registration", at=f"{at}context.registration"
        )
    if grant.activity is not None and grant.activity not in _activities(statement):
        raise Problem(403, "the session was launched for another activity", at=f"{at}object.id")


def _activities(statement: Mapping[str, Any]) -> set[str]:
    found = set()
    if statement["object"].get("objectType", "Activity") == "Activity":
        found.add(statement["object"]["id"])
    for listed in statement.get("context", {}).get("contextActivities", {}).values():
        found |= {activity["id"] for activity in ([listed] if isinstance(listed, dict) else listed)}
    return found


def check_place(
    grant: Grant, *, agent: Mapping[str, Any] | None, activity: str | None, registration: str | None
) -> None:
    """A launched session's documents are those of its own learner, activity and registration."""
    if not grant.bound:
        return
    if agent is not None and grant.actor is not None and identity(agent) != identity(grant.actor):
        raise Problem(403, "the session was launched for another actor", at="agent")
    if activity is not None and grant.activity is not None and activity != grant.activity:
        raise Problem(403, "the session was launched for another activity", at="activityId")
    if registration is not None and registration != str(grant.registration):
        raise Problem(403, "the session was launched for another registration", at="registration")
