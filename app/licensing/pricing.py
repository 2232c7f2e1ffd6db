"""What a course costs by its publisher's list: for the course's page, and to begin an offer with."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import audit
from app.licensing.market_models import CoursePrice
from app.rules.terms import Price


def price_of(row: CoursePrice) -> Price:
    """The row as a price."""
    return Price(
        model=row.model,
        currency=row.currency,
        amount=row.amount,
        tiers=tuple((end, each) for end, each in row.tiers),
        minimum=row.minimum,
        vat=row.vat,
    )


def current(session: Session, course: str, publisher: uuid.UUID) -> CoursePrice | None:
    """What the publisher asks for the course now; None where it has said nothing."""
    rows = select(CoursePrice).where(CoursePrice.course == course, CoursePrice.publisher_id == publisher)
    return session.scalars(rows.order_by(CoursePrice.id.desc()).limit(1)).first()


def set_price(
    session: Session,
    course: str,
    price: Price,
    *,
    kind: str,
    publisher: uuid.UUID,
    by: uuid.UUID,
    now: datetime,
) -> None:
    """From now on the course costs this by the list; licences and offers that were given before stay as they are."""
    known = current(session, course, publisher)
    if known is not None and (price_of(known), known.kind) == (price, kind):
        return
    session.add(
        CoursePrice(
            course=course,
            publisher_id=publisher,
            kind=kind,
            model=price.model,
            currency=price.currency,
            amount=price.amount,
            tiers=[list(tier) for tier in price.tiers],
            minimum=price.minimum,
            vat=price.vat,
            set_by=by,
            set_at=now,
        )
    )
    session.flush()
    audit.record(session, "course.priced", by=by, now=now, organisation=publisher, course=course)
