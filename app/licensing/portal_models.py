"""What publishers earned by month: reckoned at night from signed terms and usage lines, so that pages only read it."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String, UniqueConstraint
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
