"""Plans: how a publisher shares what a course earns."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import audit
from app.accounts.errors import Refused
from app.db import new_id
from app.licensing import publishers
from app.licensing.models import Licence
from app.royalties.models import GENERATIONS, RoyaltyMonth, RoyaltyPlan, RoyaltyShare
from app.rules.settlement import FULL


@dataclass(frozen=True, slots=True)
class Author:
    """A person or an organisation, and their share in hundredths of a percent."""

    share: int
    person: uuid.UUID | None = None
    organisation: uuid.UUID | None = None


def first_open_day(session: Session, publisher: uuid.UUID, course: str) -> date | None:
    """The first day after the months that are reckoned for good; None: no month is."""
    closed = (
        select(func.max(RoyaltyMonth.month))
        .join(Licence, Licence.id == RoyaltyMonth.licence_id)
        .where(Licence.publisher_id == publisher, Licence.course == course)
    )
    last = session.scalar(closed)
    if last is None:
        return None
    year, month = map(int, last.split("-"))
    return date(year + month // 12, month % 12 + 1, 1)


def make(
    session: Session,
    *,
    publisher: uuid.UUID,
    course: str,
    starts: date,
    ends: date | None,
    authors: Sequence[Author],
    trainers: Sequence[int],
    reason: str,
    by: uuid.UUID,
    now: datetime,
) -> RoyaltyPlan:
    """A plan that holds from ``starts`` on, in place of those before it. ``trainers``: the share of each generation.

    Raises :class:`Refused`: ``course`` (another's), ``ends``, ``starts`` (in a month that is reckoned for good),
    ``authors`` (a share that is none, or more than a whole together), ``reason``.
    """
    if publishers.publisher_of(session, course) != publisher:
        raise Refused("course", _l("The course belongs to another publisher. Choose one of your own."))
    if ends is not None and ends < starts:
        raise Refused("ends", _l("The last day lies before the first. Change one of them."))
    opened = first_open_day(session, publisher, course)
    if opened is not None and starts < opened:
        raise Refused("starts", _l("The months before are reckoned for good. Choose a later first day."))
    shares = [*(one.share for one in authors), *trainers]
    if any(one < 0 for one in shares) or any(one.share < 1 for one in authors) or sum(shares) > FULL:
        raise Refused("authors", _l("The shares are more than 100 percent together, or one of them is none."))
    if len(trainers) > GENERATIONS:
        raise ValueError("there are no more generations than that")
    reason = " ".join(reason.split())
    if not reason or len(reason) > 500:
        raise Refused("reason", _l("Write why, in at most 500 characters."))
    plan = RoyaltyPlan(
        id=new_id(),
        publisher_id=publisher,
        course=course,
        starts=starts,
        ends=ends,
        reason=reason,
        by_id=by,
        at=now,
    )
    session.add(plan)
    session.flush()
    for one in authors:
        session.add(
            RoyaltyShare(
                plan_id=plan.id,
                role="author",
                person_id=one.person,
                organisation_id=one.organisation,
                share=one.share,
            )
        )
    for generation, share in enumerate(trainers):
        if share:
            session.add(RoyaltyShare(plan_id=plan.id, role="trainer", generation=generation, share=share))
    session.flush()
    audit.record(
        session, "royalties.planned", by=by, now=now, subject=plan, organisation=publisher, course=course
    )
    return plan


def plans_of(session: Session, publisher: uuid.UUID, course: str | None = None) -> Sequence[RoyaltyPlan]:
    """The publisher's plans (of one course), the newest first."""
    mine = select(RoyaltyPlan).where(RoyaltyPlan.publisher_id == publisher)
    if course is not None:
        mine = mine.where(RoyaltyPlan.course == course)
    return session.scalars(mine.order_by(RoyaltyPlan.id.desc())).all()


def shares_of(session: Session, plans: Sequence[RoyaltyPlan]) -> Mapping[uuid.UUID, Sequence[RoyaltyShare]]:
    """Each plan's shares, in their order."""
    rows = select(RoyaltyShare).where(RoyaltyShare.plan_id.in_([one.id for one in plans]))
    found: dict[uuid.UUID, list[RoyaltyShare]] = {one.id: [] for one in plans}
    for share in session.scalars(rows.order_by(RoyaltyShare.id)):
        found[share.plan_id].append(share)
    return found
