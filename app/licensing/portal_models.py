"""What publishers earned by month, and how their courses were used by day: added up at night, for pages to read."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Identified, Model


class PublisherMonth(Identified, Model):
    """What ``publisher_id`` is owed for ``month`` (such as 2027-03) in one currency, in minor units.

    It repeats what the statements of account of its licences say together, as they were ``reckoned_at``; it is
    reckoned anew until the month is over.
    """

    __tablename__ = "publisher_months"
    __table_args__ = (UniqueConstraint("publisher_id", "month", "currency"),)
    publisher_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    month: Mapped[str] = mapped_column(String(7))
    currency: Mapped[str] = mapped_column(String(3))
    net: Mapped[int] = mapped_column(BigInteger)
    vat: Mapped[int] = mapped_column(BigInteger)
    licences: Mapped[int]
    reckoned_at: Mapped[datetime]


class UseDay(Identified, Model):
    """Uses of a publisher's ``course``, less corrections, recorded on a ``day`` that is over.

    A line is never changed and belongs to the day on which it was recorded, so these sums stay as they are.
    """

    __tablename__ = "licence_use_days"
    __table_args__ = (
        UniqueConstraint("publisher_id", "course", "day"),
        Index("ix_licence_use_days_day", "day"),
    )
    publisher_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    course: Mapped[str] = mapped_column(String(80))
    day: Mapped[date]
    net: Mapped[int]
