"""What an organisation's invoices need to say about it."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Identified, Model

SCHEMES = ("0007", "0088")


class InvoicingDetails(Identified, Model):
    """What ``organisation_id`` has said of itself; the newest row holds. Words are empty where nothing was said.

    ``number``: ten digits. ``scheme`` and ``endpoint``: where it receives electronic invoices. ``reference``: what it
    asks its sellers to write on them. ``days``, ``bankgiro``, ``iban``, ``f_tax``, ``exemption``: for what it sells.
    """

    __tablename__ = "invoicing_details"
    __table_args__ = (
        CheckConstraint(f"scheme IN {SCHEMES}", name="scheme"),
        CheckConstraint("days BETWEEN 0 AND 365", name="days"),
        Index("ix_invoicing_details_organisation", "organisation_id", "id"),
        {"info": {"append_only": True}},
    )
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    name: Mapped[str] = mapped_column(String(200))
    number: Mapped[str] = mapped_column(String(10))
    vat_number: Mapped[str] = mapped_column(String(14))
    street: Mapped[str] = mapped_column(String(200))
    postcode: Mapped[str] = mapped_column(String(10))
    city: Mapped[str] = mapped_column(String(100))
    scheme: Mapped[str] = mapped_column(String(4))
    endpoint: Mapped[str] = mapped_column(String(20))
    email: Mapped[str] = mapped_column(String(254))
    reference: Mapped[str] = mapped_column(String(100))
    days: Mapped[int]
    bankgiro: Mapped[str] = mapped_column(String(8))
    iban: Mapped[str] = mapped_column(String(34))
    f_tax: Mapped[bool]
    exemption: Mapped[str] = mapped_column(String(200))
    given_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"))
    given_at: Mapped[datetime]
