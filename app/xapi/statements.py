"""The statements resource."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from app.ledger import service as ledger
from app.lrs import attachments, formats, instants, reading
from app.lrs import service as lrs
from app.lrs.credentials import Grant
from app.lrs.documents import media_type
from app.lrs.keys import canonical_id
from app.lrs.query import consistent_through
from app.lrs.stored import Received, StatementConflict, Stored, StoredStatement
from app.lrs.validate import InvalidStatement
from app.xapi import multipart, parameters, signatures
from app.xapi.call import CONSISTENT_HEADER, Answer, Call, Problem, answer_json
from app.xapi.permits import authority_of, check_bounds, demand
from app.xapi.trusting import trust_of

MOST = 500
"""Statements in one answer, at most; also where the request names no limit."""
_ONE = ("statementId", "voidedStatementId")
_FILTERS = ("agent", "verb", "activity", "registration", "related_activities", "related_agents")
_SEQUENCE = ("since", "until", "limit", "ascending")
_LOOKS = ("format", "attachments")


def read(call: Call) -> tuple[list[Received], list[multipart.Part], bool]:
    """The statements and attachments of a PUT or POST, checked against every rule but the store's own."""
    single = call.method == "PUT"
    parameters.only(call, ("statementId",) if single else ())
    if single:
        parameters.required(call, "statementId")
    kind = media_type(call.header("Content-Type"))
    body = call.body
    parts: list[multipart.Part] = []
    if kind == "multipart/mixed":
        body, parts = multipart.split(call.body, call.header("Content-Type"))
    elif kind != "application/json":
        raise Problem(400, "statements come as application/json or multipart/mixed", at="Content-Type")
    try:
        statements, many = reading.read(body, version=call.version, single=single)
    except reading.InvalidJson as error:
        raise Problem(400, f"the body cannot be read: {error}") from None
    except InvalidStatement as error:
        raise Problem(400, error.reason, at=error.at) from None
    multipart.agree(statements, parts)
    signatures.check_signatures(statements, parts, version=call.version)
    return statements, parts, many


def permit(
    call: Call, grant: Grant, statements: Sequence[Received], *, home: str
) -> tuple[Sequence[Received], dict[str, Any]]:
    """The statements as they are to be stored, and their authority, where the credential covers them."""
    demand(grant, "statements/write")
    if call.method == "PUT":
        id_ = parameters.uuid_text(call, "statementId")
        own = statements[0].get("id")
        if own is not None and canonical_id(own) != id_:
            raise Problem(400, "it is not the id that the parameter statementId names", at="id")
        if own is None:
            statements[0]["id"] = id_
            statements[0].raw = f'{{"id":"{id_}",'.encode() + statements[0].raw[1:]
    for number, statement in enumerate(statements):
        check_bounds(grant, statement, at=f"[{number}]." if len(statements) > 1 else "")
    return statements, authority_of(grant, home=home)


def write(
    session: Session,
    call: Call,
    grant: Grant,
    sent: tuple[list[Received], list[multipart.Part], bool],
    *,
    home: str,
    now: datetime,
) -> Answer:
    """PUT one statement or POST some; the caller commits."""
    parts = sent[1]
    statements, authority = permit(call, grant, sent[0], home=home)
    _check_voiding(session, grant, statements, authority)
    try:
        stored = ledger.record_statements(
            session,
            statements,
            tenant=grant.organisation,
            authority=authority,
            now=now,
            trust=trust_of(session, grant, home=home),
        )
    except StatementConflict as conflict:
        raise conflicting(conflict) from None
    except InvalidStatement as error:
        raise Problem(400, error.reason, at=error.at) from None
    if parts:
        attachments.keep(session, grant.organisation, [(p.sha2, p.content_type, p.content) for p in parts])
    return done(call, stored)


def conflicting(conflict: StatementConflict) -> Problem:
    """The answer where another statement has the id."""
    return Problem(409, str(conflict), at="id")


def done(call: Call, stored: Sequence[Stored]) -> Answer:
    """The answer where everything is stored."""
    return Answer(204) if call.method == "PUT" else answer_json([str(one.id) for one in stored])


def _check_voiding(
    session: Session, grant: Grant, statements: Sequence[Received], authority: dict[str, Any]
) -> None:
    """A credential voids what it stored itself. What the service and others stored, they void: evidence hangs on it."""
    for number, statement in enumerate(statements):
        if statement["verb"]["id"] == lrs.VOIDED:
            target = lrs.get(session, grant.organisation, uuid.UUID(statement["object"]["id"]))
            if target is not None and json.loads(target.authority) != authority:
                at = f"[{number}].object.id" if len(statements) > 1 else "object.id"
                raise Problem(403, "this statement was stored by another, who alone may void it", at=at)


def get(session: Session, call: Call, grant: Grant, *, home: str, now: datetime) -> Answer:
    """One statement, or those that meet the filters; answer or problem says through when it is consistent."""
    through = {CONSISTENT_HEADER: instants.write(consistent_through(session, now=now))}
    try:
        answer = _found(session, call, grant, home)
    except Problem as problem:
        problem.headers.update(through)
        raise
    answer.headers.update(through)
    return answer


def _found(session: Session, call: Call, grant: Grant, home: str) -> Answer:
    parameters.only(call, (*_ONE, *_FILTERS, *_SEQUENCE, *_LOOKS, "after"))
    demand(grant, "statements/read/mine")
    look = call.params.get("format", "exact")
    if look not in ("exact", "ids", "canonical"):
        raise Problem(400, "it must be exact, ids or canonical", at="format")
    with_attachments = parameters.flag(call, "attachments")
    if any(name in call.params for name in _ONE):
        return _one(session, call, grant, look, with_attachments, home)
    return _many(session, call, grant, look, with_attachments, home)


def _one(session: Session, call: Call, grant: Grant, look: str, with_attachments: bool, home: str) -> Answer:
    for name in call.params:
        if name not in _LOOKS and name not in _ONE:
            raise Problem(400, "one statement is asked for, which leaves no other filter", at=name)
    if all(name in call.params for name in _ONE):
        raise Problem(400, "either statementId or voidedStatementId", at="voidedStatementId")
    void = "voidedStatementId" in call.params
    asked = parameters.uuid_text(call, _ONE[void])
    found = lrs.get(session, grant.organisation, uuid.UUID(asked))
    if found is not None and not _readable(found, grant, home):
        found = None
    if found is None or lrs.is_voided(session, grant.organisation, found.id) != void:
        raise Problem(404, "there is no such statement", at=_ONE[void])
    body = next(_bodies(session, call, [found], look))
    headers = {"Last-Modified": format_datetime(found.stored, usegmt=True)}
    return _answer(session, grant, [found], body, with_attachments, headers)


def _readable(found: StoredStatement, grant: Grant, home: str) -> bool:
    """Whether the credential covers this statement."""
    if grant.bound:
        registration = found.statement.get("context", {}).get("registration")
        return registration is not None and canonical_id(registration) == str(grant.registration)
    mine = found.statement["authority"] == authority_of(grant, home=home)
    return grant.may("statements/read") or mine


def _many(session: Session, call: Call, grant: Grant, look: str, with_attachments: bool, home: str) -> Answer:
    limit = parameters.count(call, "limit")
    registration = parameters.uuid_text(call, "registration")
    if grant.bound:
        if registration not in (None, str(grant.registration)):
            raise Problem(403, "the session was launched for another registration", at="registration")
        registration = str(grant.registration)
    page = lrs.query(
        session,
        tenant=grant.organisation,
        agent=parameters.agent(call, groups=True),
        verb=parameters.iri(call, "verb"),
        activity=parameters.iri(call, "activity"),
        registration=registration,
        related_agents=parameters.flag(call, "related_agents"),
        related_activities=parameters.flag(call, "related_activities"),
        since=parameters.instant(call, "since"),
        until=parameters.instant(call, "until"),
        ascending=parameters.flag(call, "ascending"),
        limit=min(limit, MOST) if limit else MOST,
        after=_after(call),
        only_by=None if grant.may("statements/read") else authority_of(grant, home=home),
    )
    more = ""
    if page.next is not None:
        more = "/xapi/statements?" + urlencode({**call.params, "after": str(page.next)})
    bodies = b",".join(_bodies(session, call, page.statements, look))
    body = b'{"statements":[' + bodies + b'],"more":' + json.dumps(more).encode() + b"}"
    newest = max((s.stored for s in page.statements), default=None)
    headers = {"Last-Modified": format_datetime(newest, usegmt=True)} if newest else {}
    return _answer(session, grant, page.statements, body, with_attachments, headers)


def _after(call: Call) -> int | None:
    value = call.params.get("after")
    if value is None:
        return None
    try:
        return max(min(int(value[:20]), 2**63 - 1), -(2**63))
    except ValueError:
        raise Problem(400, "it comes from a link to more statements, unchanged", at="after") from None


def _bodies(session: Session, call: Call, found: Sequence[StoredStatement], look: str) -> Iterator[bytes]:
    if look == "exact":
        for statement in found:
            yield statement.exact
        return
    languages = formats.preferred(call.header("Accept-Language"))
    known: dict[str, dict[str, Any] | None] = {}
    tenant = found[0].tenant if found else None

    def define(activity: str) -> dict[str, Any] | None:
        if activity not in known and tenant is not None:
            known[activity] = formats.merged(lrs.definitions(session, tenant, "o", activity))
        return known[activity]

    for statement in found:
        if look == "ids":
            said = formats.ids(statement.statement)
        else:
            said = formats.canonical(statement.statement, languages=languages, define=define)
        yield json.dumps(said, ensure_ascii=False).encode()


def _answer(
    session: Session,
    grant: Grant,
    found: Sequence[StoredStatement],
    body: bytes,
    with_attachments: bool,
    headers: dict[str, str],
) -> Answer:
    if not with_attachments:
        return Answer(200, body, "application/json", headers)
    digests = {a["sha2"].lower() for one in found for a in multipart.attachments_of(one.statement)}
    kept = attachments.find(session, grant.organisation, digests)
    body, content_type = multipart.written(body, (multipart.Part(*one) for one in kept))
    return Answer(200, body, content_type, headers)
