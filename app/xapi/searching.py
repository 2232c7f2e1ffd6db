"""What a reader of the record looks for, and the pages of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.clock import STOCKHOLM
from app.ledger.service import home
from app.lrs import rows
from app.lrs import service as lrs
from app.lrs.keys import found_by, identity
from app.lrs.stored import StoredStatement

PAGE = 50
_STREAMED = 500


@dataclass(frozen=True, slots=True)
class Search:
    """Filters of one organisation's statements. ``since`` and ``until`` are days in Stockholm, both included;
    ``mbox`` is the address of somebody who has no account here. ``voided``: only what is void, in the order in
    which it was voided."""

    tenant: uuid.UUID
    person: uuid.UUID | None = None
    mbox: str = ""
    verb: str = ""
    activity: str = ""
    registration: uuid.UUID | None = None
    since: date | None = None
    until: date | None = None
    voided: bool = False

    @property
    def agent(self) -> Mapping[str, Any] | None:
        """The person as statements name them."""
        if self.person is not None:
            return {"account": {"homePage": home(), "name": str(self.person)}}
        return {"mbox": f"mailto:{self.mbox}"} if self.mbox else None


@dataclass(frozen=True, slots=True)
class Found:
    """One page, newest first, and the positions behind which the older and the newer pages begin."""

    statements: list[StoredStatement]
    older: int | None
    newer: int | None


def page(
    session: Session,
    search: Search,
    *,
    after: int | None = None,
    newer_than: int | None = None,
    limit: int = PAGE,
) -> Found:
    """The statements older than position ``after``, or those just newer than ``newer_than``."""
    back = newer_than is not None
    got = _query(session, search, after=newer_than if back else after, ascending=back, limit=limit)
    listed = got.statements[::-1] if back else got.statements
    first, last = (listed[0].position, listed[-1].position) if listed else (None, None)
    older = last if back else got.next
    newer = (first if got.next is not None else None) if back else (first if after is not None else None)
    if search.voided:
        listed = _targets(session, search, listed)
    return Found(listed, older, newer)


def every(session: Session, search: Search) -> Iterator[StoredStatement]:
    """Everything that the search finds, newest first; one page at a time is in memory."""
    after: int | None = None
    while True:
        found = page(session, search, after=after, limit=_STREAMED)
        yield from found.statements
        if found.older is None:
            return
        after = found.older


def _query(session: Session, search: Search, *, after: int | None, ascending: bool, limit: int) -> lrs.Page:
    # A voiding statement is also found by what the statement that it voids says.
    return lrs.query(
        session,
        tenant=search.tenant,
        agent=search.agent,
        verb=lrs.VOIDED if search.voided else search.verb or None,
        activity=search.activity or None,
        registration=search.registration,
        since=_midnight(search.since) - timedelta(microseconds=1) if search.since else None,
        until=_midnight(search.until + timedelta(days=1)) - timedelta(microseconds=1)
        if search.until
        else None,
        ascending=ascending,
        limit=limit,
        after=after,
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, STOCKHOLM)


def _targets(session: Session, search: Search, voidings: list[StoredStatement]) -> list[StoredStatement]:
    """What these statements void, as far as the search asks for it."""
    wanted = [one.voids for one in voidings if one.voids is not None]
    known = rows.by_ids(session.connection(), search.tenant, wanted)
    listed = [known[one] for one in wanted if one in known and known[one].voids is None]
    return [one for one in listed if _fits(search, one.statement)]


def _fits(search: Search, statement: Mapping[str, Any]) -> bool:
    agent = search.agent
    asked = {("v", search.verb)} if search.verb else set()
    if agent is not None:
        asked.add(("a", str(identity(agent))))
    return asked <= found_by(statement, statement["authority"])
