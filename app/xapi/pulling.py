"""Fetching the statements of an outside store, page by page, so that a fetch that was broken off goes on.

What is fetched keeps its octets, its ids and its attachments. Its authority is ours, since we vouch for no stranger,
and it is evidence of nothing. What breaks a rule of xAPI, or has an id that another statement has here, is left out and
named.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.lrs import attachments, instants, reading
from app.lrs import service as lrs
from app.lrs.documents import media_type
from app.lrs.stored import Received, StatementConflict
from app.lrs.validate import InvalidStatement
from app.xapi import multipart
from app.xapi.addresses import AddressRefused
from app.xapi.call import CONSISTENT_HEADER, ONE, TWO, Problem
from app.xapi.models import PullSource
from app.xapi.outbound import Outbound, Reply, Unreachable

PAGE = 100
OVERLAP = timedelta(seconds=1)
"""The next fetch begins so much before where this one ended: stores differ in how finely they tell time."""


_GONE = (400, 404, 410)
"""Answers of a store that does not know its own link any longer."""


class PullFailed(Exception):
    """The store does not answer as a store; the message says how. What was kept before stays kept."""

    def __init__(self, said: str, *, status: int = 0) -> None:
        super().__init__(said)
        self.status = status


@dataclass(slots=True)
class Page:
    """One page of the other store. ``faults``: (id, reason) of what cannot be kept."""

    statements: list[Received] = field(default_factory=list)
    parts: list[multipart.Part] = field(default_factory=list)
    faults: list[tuple[str, str]] = field(default_factory=list)
    more: str = ""
    through: datetime | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a page, and where the next one begins."""

    new: int
    known: int
    faults: Sequence[tuple[str, str]]
    more: str
    since: str


def begin(session: Session, endpoint: str, *, tenant: uuid.UUID, now: datetime) -> tuple[str, str]:
    """Where fetching ``endpoint`` for ``tenant`` goes on: a link of a fetch that was broken off, and an instant."""
    source = _source(session, endpoint, tenant, now)
    return source.more, source.since


def _source(session: Session, endpoint: str, tenant: uuid.UUID, now: datetime) -> PullSource:
    wanted = select(PullSource).where(PullSource.endpoint == endpoint, PullSource.tenant == tenant)
    found = session.scalars(wanted).one_or_none()
    if found is None:
        found = PullSource(endpoint=endpoint, tenant=tenant, at=now, more="", since="", fetched=0)
        session.add(found)
        session.flush()
    return found


def spoken(remote: Outbound) -> str:
    """The version to speak with the store: 2.0 where it can. Raises :class:`PullFailed`."""
    reply = _ask(remote, "about", {})
    try:
        versions = json.loads(reply.body)["version"]
        return TWO if any(str(one).startswith("2.0") for one in versions) else ONE
    except (ValueError, TypeError, KeyError):
        raise PullFailed("it does not say which versions of xAPI it speaks") from None


def fetch(remote: Outbound, *, more: str, since: str) -> Page:
    """The page that ``more`` leads to, or the first one with what was stored after ``since``.

    A link that the store does not know any longer is left, and ``since`` counts. Raises :class:`PullFailed`.
    """
    first = {"ascending": "true", "attachments": "true", "limit": str(PAGE)} | (
        {"since": since} if since else {}
    )
    try:
        page = _read(_ask(remote, more, {}) if more else _ask(remote, "statements", first))
    except PullFailed as failed:
        if not more or failed.status not in _GONE:
            raise
        page = _read(_ask(remote, "statements", first))
    if page.more and remote.leads_elsewhere(page.more):
        raise PullFailed("its link to more statements leads to another host")
    if page.more and page.more == more:
        raise PullFailed("its link to more statements leads to itself")
    return page


def keep(
    session: Session,
    endpoint: str,
    page: Page,
    *,
    tenant: uuid.UUID,
    authority: Mapping[str, Any],
    now: datetime,
) -> Kept:
    """Store ``page`` and note how far fetching ``endpoint`` has come; the caller commits."""
    waiting = {one["id"].lower(): one for one in page.statements}
    faults, stored = list(page.faults), []
    while waiting:
        try:
            stored = lrs.store(session, list(waiting.values()), tenant=tenant, authority=authority, now=now)
            break
        except StatementConflict as conflict:  # found before anything is written
            waiting.pop(str(conflict.id))
            faults.append((str(conflict.id), "another statement has this id here"))
    new = sum(one.new for one in stored)
    if page.parts:
        attachments.keep(session, tenant, [(p.sha2, p.content_type, p.content) for p in page.parts])
    source = _source(session, endpoint, tenant, now)
    source.more, source.at = page.more, now
    source.fetched += new
    if page.through is not None:
        source.since = instants.write(page.through - OVERLAP)
    session.flush()
    return Kept(new, len(stored) - new, faults, source.more, source.since)


def _ask(remote: Outbound, resource: str, params: dict[str, str]) -> Reply:
    try:
        reply = remote.call("GET", resource, params=params)
    except (Unreachable, AddressRefused) as error:
        raise PullFailed(str(error)) from error
    if reply.status != 200:
        said = " ".join(reply.body[:300].decode("utf-8", "replace").split())
        raise PullFailed(f"it answered {reply.status}: {said}", status=reply.status)
    return reply


def _read(reply: Reply) -> Page:
    body, page = reply.body, Page()
    kind = reply.headers.get("content-type", "")
    try:
        if media_type(kind) == "multipart/mixed":
            body, page.parts = multipart.split(body, kind)
        said, texts = reading.statement_result(body)
    except (Problem, reading.InvalidJson) as error:
        raise PullFailed(f"its answer is no result of statements: {error}") from error
    more = said.get("more") or ""
    page.more = more if isinstance(more, str) else ""
    stored = []
    for value, text in texts:
        try:
            version = value.get("version", "1.0.0") if isinstance(value, dict) else "1.0.0"
            (statement,), _ = reading.read(
                text.encode("utf-8", "surrogatepass"), version=str(version), single=True
            )
            _, when = statement["id"], instants.parse(str(statement["stored"]))
        except (reading.InvalidJson, InvalidStatement, KeyError, ValueError) as fault:
            name = str(value.get("id", "?"))[:36] if isinstance(value, dict) else "?"
            page.faults.append((name, f"{fault} is missing" if isinstance(fault, KeyError) else str(fault)))
        else:
            page.statements.append(statement)
            stored.append(when)
    page.through = max(stored, default=None)
    if page.through is not None and not page.more:
        page.through = min(page.through, _consistent(reply) or page.through)
    return page


def _consistent(reply: Reply) -> datetime | None:
    """Up to where the store says that nothing earlier can still appear."""
    try:
        return instants.parse(reply.headers.get(CONSISTENT_HEADER.lower(), ""))
    except ValueError:
        return None
