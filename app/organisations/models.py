"""The tenants: consortium, municipalities, partners, coaching firms, and the clients that coaches serve."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Identified, Model

KINDS = ("consortium", "municipality", "partner", "coaching_firm", "client")


class Organisation(Identified, Model):
    """An organisation. ``registration_number`` is the public register's number, if it has one."""

    __tablename__ = "organisations"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        Index("ix_organisations_kind_name", "kind", "name"),
    )
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    registration_number: Mapped[str | None] = mapped_column(String(40), unique=True)
    language: Mapped[str] = mapped_column(String(2), default="sv")
    created_at: Mapped[datetime]
