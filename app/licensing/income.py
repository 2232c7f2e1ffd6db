"""What publishers earned: the statements of account added up by month, kept so that a page reads twelve rows."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.licensing import settling
from app.licensing.metering import month_of
from app.licensing.portal_models import PublisherMonth
from app.rules.months import add_months

LOOKED_BACK = 12
"""Months that are reckoned where nothing has been reckoned before."""


@dataclass(slots=True)
class Sum:
    """What the licences of one publisher bring in a month, in minor units."""

    net: int = 0
    vat: int = 0
    licences: int = 0


def due(session: Session, now: datetime) -> Sequence[str]:
    """The months to reckon: from the last one that was, which may not have been over then, to this one."""
    this = month_of(now)
    last = session.scalar(select(func.max(PublisherMonth.month)))
    first = date.fromisoformat(f"{last or this}-01")
    months = [first if last else add_months(first, 1 - LOOKED_BACK)]
    while f"{months[-1]:%Y-%m}" < this:
        months.append(add_months(months[-1], 1))
    return [f"{one:%Y-%m}" for one in months]


def sums(session: Session, month: str) -> Mapping[tuple[uuid.UUID, str], Sum]:
    """By publisher and currency. The session is emptied on the way: hand in one of its own."""
    found: dict[tuple[uuid.UUID, str], Sum] = {}
    for licence, account in settling.settle(session, month):
        if account is None or not account.charges:
            continue
        one = found.setdefault((licence.publisher_id, account.currency), Sum())
        one.net += account.net
        one.vat += account.vat
        one.licences += 1
    return found


def keep(session: Session, month: str, found: Mapping[tuple[uuid.UUID, str], Sum], *, now: datetime) -> None:
    """The month's rows in place of those that were reckoned before."""
    session.execute(delete(PublisherMonth).where(PublisherMonth.month == month))
    session.add_all(
        PublisherMonth(
            publisher_id=publisher,
            month=month,
            currency=currency,
            net=one.net,
            vat=one.vat,
            licences=one.licences,
            reckoned_at=now,
        )
        for (publisher, currency), one in found.items()
    )
    session.flush()


def earned(
    session: Session, publishers: frozenset[uuid.UUID] | None, *, limit: int = LOOKED_BACK
) -> Sequence[tuple[str, str, int, int, datetime]]:
    """(month, currency, net, VAT, when it was reckoned) of these publishers together (None: all), the newest first."""
    rows = (
        select(
            PublisherMonth.month,
            PublisherMonth.currency,
            func.sum(PublisherMonth.net).label("net"),
            func.sum(PublisherMonth.vat).label("vat"),
            func.max(PublisherMonth.reckoned_at).label("at"),
        )
        .group_by(PublisherMonth.month, PublisherMonth.currency)
        .order_by(PublisherMonth.month.desc(), PublisherMonth.currency)
        .limit(limit)
    )
    if publishers is not None:
        rows = rows.where(PublisherMonth.publisher_id.in_(publishers))
    return [(row.month, row.currency, int(row.net), int(row.vat), row.at) for row in session.execute(rows)]
