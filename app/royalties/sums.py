"""What courses owe in royalties this month and the last: added up at night, so that a page reads few rows."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import case, delete, func, or_, select
from sqlalchemy.orm import Session

from app import jobs
from app.db import reading
from app.licensing.metering import month_of
from app.licensing.models import Licence, UsageLine
from app.royalties.closing import TOGETHER, owed_to_others
from app.royalties.models import RoyaltyLine, RoyaltyMonth, RoyaltyPlan, RoyaltySum
from app.royalties.reckoning import reckon_together

Key = tuple[uuid.UUID, str, uuid.UUID | None, str]
"""Publisher, course, receiving organisation (None: people), currency."""


@dataclass(frozen=True, slots=True)
class Owed:
    """A course's month for some organisations: what they owe others for it, and what they are owed."""

    month: str
    closed: bool
    course: str
    currency: str
    owes: int
    owed: int
    added_up_at: datetime


def month_before(month: str) -> str:
    """The month before one such as 2027-03."""
    return f"{date.fromisoformat(f'{month}-01') - timedelta(days=1):%Y-%m}"


def closed_sums(session: Session, month: str) -> Mapping[Key, int]:
    """What the lines of a month that is reckoned for good come to."""
    key = (Licence.publisher_id, Licence.course, RoyaltyLine.organisation_id, RoyaltyMonth.currency)
    rows = (
        select(*key, func.sum(RoyaltyLine.amount))
        .select_from(RoyaltyMonth)
        .join(RoyaltyLine, RoyaltyLine.month_id == RoyaltyMonth.id)
        .join(Licence, Licence.id == RoyaltyMonth.licence_id)
        .where(RoyaltyMonth.month == month)
        .group_by(*key)
    )
    return {(row[0], row[1], row[2], row[3]): int(row[4]) for row in session.execute(rows)}


def sums_so_far(session: Session, month: str) -> Mapping[Key, int]:
    """What a month that is not over comes to until now. The session is emptied on the way: hand in one of its own."""
    first = date.fromisoformat(f"{month}-01")
    after = (first + timedelta(days=31)).replace(day=1)
    used = select(func.coalesce(Licence.parent_id, Licence.id)).join(
        UsageLine, UsageLine.licence_id == Licence.id
    )
    wanted = select(Licence.id).where(
        Licence.parent_id.is_(None),
        Licence.course.in_(select(RoyaltyPlan.course)),
        or_(
            Licence.starts.between(first, after - timedelta(days=1)),
            Licence.ends.between(first, after - timedelta(days=1)),
            Licence.id.in_(used.where(UsageLine.month == month)),
        ),
    )
    found = Counter[Key]()
    ids = session.scalars(wanted.order_by(Licence.id)).all()
    for done in range(0, len(ids), TOGETHER):
        if done:
            session.expunge_all()
        some = session.scalars(select(Licence).where(Licence.id.in_(ids[done : done + TOGETHER]))).all()
        for licence, shared in reckon_together(session, some, month):
            for due in shared.dues.values():
                found[licence.publisher_id, licence.course, due.organisation, shared.currency] += due.amount
    return found


def add_up(session: Session, this: str) -> tuple[Mapping[Key, int], Mapping[Key, int]]:
    """The month before ``this``, and ``this`` so far; as :func:`sums_so_far` says, in a session of its own."""
    return closed_sums(session, month_before(this)), sums_so_far(session, this)


def keep(
    session: Session, closed: Mapping[Key, int], so_far: Mapping[Key, int], *, this: str, now: datetime
) -> None:
    """These sums of the month before ``this`` and of ``this``, in place of those that were kept."""
    session.execute(delete(RoyaltySum))
    session.add_all(
        RoyaltySum(
            month=month,
            closed=over,
            publisher_id=publisher,
            course=course,
            organisation_id=organisation,
            currency=currency,
            amount=amount,
            added_up_at=now,
        )
        for month, over, found in ((month_before(this), True, closed), (this, False, so_far))
        for (publisher, course, organisation, currency), amount in found.items()
    )
    session.flush()


def owed(session: Session, mine: frozenset[uuid.UUID] | None) -> Sequence[Owed]:
    """What these organisations (None: all) owe and are owed, by month and course, the newest month first."""
    owes = RoyaltySum.publisher_id.in_(mine) if mine is not None else RoyaltySum.publisher_id.is_not(None)
    gets = (
        RoyaltySum.organisation_id.in_(mine) if mine is not None else RoyaltySum.organisation_id.is_not(None)
    )
    key = (RoyaltySum.month, RoyaltySum.closed, RoyaltySum.course, RoyaltySum.currency)
    rows = (
        select(
            *key,
            func.sum(case((owes, RoyaltySum.amount), else_=0)),
            func.sum(case((gets, RoyaltySum.amount), else_=0)),
            func.max(RoyaltySum.added_up_at),
        )
        .where(or_(owes, gets), owed_to_others(RoyaltySum.organisation_id, RoyaltySum.publisher_id))
        .group_by(*key)
        .order_by(RoyaltySum.month.desc(), RoyaltySum.course, RoyaltySum.currency)
    )
    return [
        Owed(row[0], row[1], row[2], row[3], int(row[4]), int(row[5]), row[6])
        for row in session.execute(rows)
    ]


@jobs.job("add-royalties-up", daily_at=4)
def add_royalties_up(run: jobs.Run) -> None:
    """What the pages of publishers show, after the months that are over were reckoned."""
    this = month_of(run.now)
    run.checkpoint(0, 1)  # what follows reads at length: nobody who writes waits for it
    with reading(), Session(run.session.get_bind()) as apart:  # it is emptied on the way
        closed, so_far = add_up(apart, this)
    keep(run.session, closed, so_far, this=this, now=run.now)
    run.checkpoint(1, 1)
