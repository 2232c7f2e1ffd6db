"""Months that are over, reckoned for good: what each receiver is owed becomes a line that never changes."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import jobs
from app.accounts.errors import Refused
from app.licensing import metering, usage
from app.licensing.models import Licence
from app.royalties import plans
from app.royalties.models import RoyaltyLine, RoyaltyMonth, RoyaltyPlan, RoyaltyShare
from app.royalties.reckoning import reckon
from app.rules.settlement import month_of


def close(session: Session, licence: Licence, month: str, *, now: datetime) -> RoyaltyMonth | None:
    """Reckon the licence's month for good, once. None where it is not over, or nothing was owed or shared in it."""
    if month >= metering.month_of(now):
        return None
    known = closed(session, licence.id, month)
    if known is not None:
        return known
    shared = reckon(session, licence, month)
    if not shared.net and not shared.dues:
        return None
    made = RoyaltyMonth(
        licence_id=licence.id,
        month=month,
        currency=shared.currency,
        net=shared.net,
        rest=shared.rest,
        at=now,
    )
    session.add(made)
    session.flush()
    for due in shared.dues.values():
        session.add(
            RoyaltyLine(
                month_id=made.id,
                share_id=due.share.id,
                person_id=due.person,
                organisation_id=due.organisation,
                uses=due.uses,
                base=due.base,
                amount=due.amount,
            )
        )
    session.flush()
    return made


def closed(session: Session, licence: uuid.UUID, month: str) -> RoyaltyMonth | None:
    """The month as it was reckoned for good, or None."""
    mine = select(RoyaltyMonth).where(RoyaltyMonth.licence_id == licence, RoyaltyMonth.month == month)
    return session.scalars(mine).first()


def _open_months(session: Session, licence: Licence, *, now: datetime) -> list[str]:
    """The months that are over and not reckoned, in which something can be owed, from the first plan's month on."""
    this = metering.month_of(now)
    begun = [month_of(one.starts) for one in plans.plans_of(session, licence.publisher_id, licence.course)]
    wanted = {month_of(licence.starts), month_of(licence.ends)}
    wanted |= {month for month, _uses, _less in usage.months(session, licence)}
    for part in session.scalars(select(Licence).where(Licence.parent_id == licence.id)):
        wanted |= {month for month, _uses, _less in usage.months(session, part)}
    over = select(RoyaltyMonth.month).where(RoyaltyMonth.licence_id == licence.id)
    wanted -= set(session.scalars(over))
    return sorted(one for one in wanted if min(begun, default=this) <= one < this)


def close_licence(session: Session, licence: Licence, *, now: datetime) -> int:
    """Every month of the licence that is over and open; how many. One that was changed in the database owes nothing."""
    done = 0
    for month in _open_months(session, licence, now=now):
        try:
            done += close(session, licence, month, now=now) is not None
        except Refused:
            break
    return done


def shared_licences(session: Session) -> Sequence[uuid.UUID]:
    """The licences that were bought and whose course has a plan."""
    courses = select(RoyaltyPlan.course)
    bought = select(Licence.id).where(Licence.parent_id.is_(None), Licence.course.in_(courses))
    return session.scalars(bought.order_by(Licence.id)).all()


def close_all(session: Session, *, now: datetime) -> int:
    """Every month that is over, of every licence whose course has a plan; how many were open."""
    found = shared_licences(session)
    return sum(close_licence(session, session.get_one(Licence, one), now=now) for one in found)


@jobs.job("reckon-royalties", daily_at=3)
def reckon_royalties(run: jobs.Run) -> None:
    """The months that are over become statements, one licence after the other."""
    found = shared_licences(run.session)
    for done, one in enumerate(found, 1):
        close_licence(run.session, run.session.get_one(Licence, one), now=run.now)
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


def owed(session: Session, publisher: uuid.UUID, course: str, month: str) -> Sequence[Owed]:
    """What the publisher owes for its course and a month that is reckoned for good, the largest amount first."""
    key = (RoyaltyLine.share_id, RoyaltyLine.person_id, RoyaltyLine.organisation_id, RoyaltyMonth.currency)
    amount = func.sum(RoyaltyLine.amount)
    rows = session.execute(
        select(*key, func.sum(RoyaltyLine.uses), amount)
        .select_from(Licence)
        .join(RoyaltyMonth, (RoyaltyMonth.licence_id == Licence.id) & (RoyaltyMonth.month == month))
        .join(RoyaltyLine, RoyaltyLine.month_id == RoyaltyMonth.id)
        .where(Licence.publisher_id == publisher, Licence.course == course)
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
