"""Months that are over, reckoned for good: what each receiver is owed becomes a line that never changes."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from app import jobs
from app.db import insert_all, new_id
from app.licensing import metering
from app.licensing.models import Licence, UsageLine
from app.royalties import plans
from app.royalties.models import RoyaltyLine, RoyaltyMonth, RoyaltyPlan, RoyaltyShare
from app.royalties.reckoning import Shared, reckon, reckon_together
from app.rules.settlement import month_of

TOGETHER = 50
"""Licences that are reckoned together."""


def close(session: Session, licence: Licence, month: str, *, now: datetime) -> RoyaltyMonth | None:
    """Reckon the licence's month for good, once. None where it is not over, or nothing was owed or shared in it."""
    if month >= metering.month_of(now):
        return None
    if closed(session, licence.id, month) is None:
        _keep(session, month, [(licence, reckon(session, licence, month))], now=now)
    return closed(session, licence.id, month)


def closed(session: Session, licence: uuid.UUID, month: str) -> RoyaltyMonth | None:
    """The month as it was reckoned for good, or None."""
    mine = select(RoyaltyMonth).where(RoyaltyMonth.licence_id == licence, RoyaltyMonth.month == month)
    return session.scalars(mine).first()


def _keep(session: Session, month: str, found: Iterable[tuple[Licence, Shared]], *, now: datetime) -> int:
    """A row for each licence, and a line for each share; how many licences had something to share."""
    months: list[dict[str, Any]] = []
    lines: list[dict[str, Any]] = []
    for licence, shared in found:
        if not shared.net and not shared.dues:
            continue
        id = new_id()
        months.append(
            {
                "id": id,
                "licence_id": licence.id,
                "month": month,
                "currency": shared.currency,
                "net": shared.net,
                "rest": shared.rest,
                "at": now,
            }
        )
        lines += [
            {
                "month_id": id,
                "share_id": due.share.id,
                "person_id": due.person,
                "organisation_id": due.organisation,
                "uses": due.uses,
                "base": due.base,
                "amount": due.amount,
            }
            for due in shared.dues.values()
        ]
    insert_all(session, RoyaltyMonth, months)
    insert_all(session, RoyaltyLine, lines)
    return len(months)


def _open_months(session: Session, found: Sequence[Licence], *, now: datetime) -> Mapping[str, list[Licence]]:
    """The months that are over and not reckoned, in which something can be owed, from the first plan's month on."""
    this, ids = metering.month_of(now), [one.id for one in found]
    begun: dict[tuple[uuid.UUID, str], str] = {}
    for sold in {(one.publisher_id, one.course) for one in found}:
        begun[sold] = min((month_of(one.starts) for one in plans.plans_of(session, *sold)), default=this)
    wanted = {one.id: {month_of(one.starts), month_of(one.ends)} for one in found}
    bought = func.coalesce(Licence.parent_id, Licence.id)
    used = (
        select(bought, UsageLine.month)
        .join(Licence, Licence.id == UsageLine.licence_id)
        .where(or_(Licence.id.in_(ids), Licence.parent_id.in_(ids)))
        .distinct()
    )
    for id, month in session.execute(used):
        wanted[id].add(month)
    over = select(RoyaltyMonth.licence_id, RoyaltyMonth.month).where(RoyaltyMonth.licence_id.in_(ids))
    for id, month in session.execute(over):
        wanted[id].discard(month)
    months: dict[str, list[Licence]] = {}
    for one in found:
        for month in wanted[one.id]:
            if begun[one.publisher_id, one.course] <= month < this:
                months.setdefault(month, []).append(one)
    return dict(sorted(months.items()))


def close_together(session: Session, licences: Sequence[uuid.UUID], *, now: datetime) -> int:
    """Every month of these licences that is over and open; how many. One that was changed in the database owes
    nothing."""
    found = session.scalars(select(Licence).where(Licence.id.in_(licences)).order_by(Licence.id)).all()
    return sum(
        _keep(session, month, reckon_together(session, some, month), now=now)
        for month, some in _open_months(session, found, now=now).items()
    )


def shared_licences(session: Session) -> Sequence[Sequence[uuid.UUID]]:
    """The licences that were bought and whose course has a plan, so many together."""
    courses = select(RoyaltyPlan.course)
    bought = select(Licence.id).where(Licence.parent_id.is_(None), Licence.course.in_(courses))
    found = session.scalars(bought.order_by(Licence.id)).all()
    return [found[first : first + TOGETHER] for first in range(0, len(found), TOGETHER)]


def close_all(session: Session, *, now: datetime) -> int:
    """Every month that is over, of every licence whose course has a plan; how many were open."""
    return sum(close_together(session, some, now=now) for some in shared_licences(session))


@jobs.job("reckon-royalties", daily_at=3)
def reckon_royalties(run: jobs.Run) -> None:
    """The months that are over become statements, some licences after the others."""
    found = shared_licences(run.session)
    for done, some in enumerate(found, 1):
        close_together(run.session, some, now=run.now)
        run.checkpoint(done, len(found))


Row = tuple[RoyaltyLine, RoyaltyMonth, RoyaltyShare, Licence]


def earned(
    session: Session,
    *,
    person: uuid.UUID | None = None,
    organisations: frozenset[uuid.UUID] | None = None,
    before: uuid.UUID | None = None,
    limit: int | None = None,
) -> Sequence[Row]:
    """The lines of one receiver, a person or one of the organisations, the newest first."""
    mine = (
        RoyaltyLine.person_id == person
        if person is not None
        else RoyaltyLine.organisation_id.in_(organisations or ())
    )
    rows = (
        select(RoyaltyLine, RoyaltyMonth, RoyaltyShare, Licence)
        .join(RoyaltyMonth, RoyaltyMonth.id == RoyaltyLine.month_id)
        .join(RoyaltyShare, RoyaltyShare.id == RoyaltyLine.share_id)
        .join(Licence, Licence.id == RoyaltyMonth.licence_id)
        .where(mine)
        .order_by(RoyaltyLine.id.desc())
    )
    if before is not None:
        rows = rows.where(RoyaltyLine.id < before)
    if limit is not None:
        rows = rows.limit(limit)
    return [(line, month, share, licence) for line, month, share, licence in session.execute(rows)]


@dataclass(frozen=True, slots=True)
class Owed:
    """What one receiver is owed for a course and month, by one share, of all its licences together."""

    share: RoyaltyShare
    person: uuid.UUID | None
    organisation: uuid.UUID | None
    uses: int
    amount: int
    currency: str


def owed_to_others(organisation: Any, publisher: Any) -> ColumnElement[bool]:
    """A publisher that is an author of its own course gets its share, and owes it to nobody."""
    return or_(organisation.is_(None), organisation != publisher)


def owed(session: Session, publisher: uuid.UUID, course: str, month: str) -> Sequence[Owed]:
    """What the publisher owes for its course and a month that is reckoned for good, the largest amount first."""
    key = (RoyaltyLine.share_id, RoyaltyLine.person_id, RoyaltyLine.organisation_id, RoyaltyMonth.currency)
    amount = func.sum(RoyaltyLine.amount)
    rows = session.execute(
        select(*key, func.sum(RoyaltyLine.uses), amount)
        .select_from(Licence)
        .join(RoyaltyMonth, (RoyaltyMonth.licence_id == Licence.id) & (RoyaltyMonth.month == month))
        .join(RoyaltyLine, RoyaltyLine.month_id == RoyaltyMonth.id)
        .where(
            Licence.publisher_id == publisher,
            Licence.course == course,
            owed_to_others(RoyaltyLine.organisation_id, Licence.publisher_id),
        )
        .group_by(*key)
        .order_by(amount.desc(), RoyaltyLine.share_id)
    ).all()
    named = select(RoyaltyShare).where(RoyaltyShare.id.in_({row[0] for row in rows}))
    shares = {one.id: one for one in session.scalars(named)}
    return [Owed(shares[row[0]], row[1], row[2], int(row[4]), int(row[5]), row[3]) for row in rows]


def totals(rows: Sequence[Row]) -> Mapping[tuple[str, str], int]:
    """What the lines come to, by month and currency, the newest first."""
    found: dict[tuple[str, str], int] = {}
    for line, month, _share, _licence in rows:
        key = month.month, month.currency
        found[key] = found.get(key, 0) + line.amount
    return dict(sorted(found.items(), reverse=True))
