"""Disputes about lines of use, and how each was settled."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Identified, Model

SIDES = ("licensee", "publisher")
OUTCOMES = ("accepted", "refused")


class UsageDispute(Identified, Model):
    """One side says of a use that it should not count. A line is disputed once; the other side answers."""

    __tablename__ = "usage_disputes"
    __table_args__ = (
        CheckConstraint(f"side IN {SIDES}", name="side"),
        UniqueConstraint("line_id"),
        UniqueConstraint("id", "opened_by"),
        Index("ix_usage_disputes_licence", "licence_id", "id"),
        {"info": {"append_only": True}},
    )
    licence_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("licences.id"))
    line_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("licence_usage.id"))
    side: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(500))
    opened_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    opened_at: Mapped[datetime]


class DisputeAnswer(Identified, Model):
    """How the other side settled it, and why; never whoever opened it."""

    __tablename__ = "usage_dispute_answers"
    __table_args__ = (
        CheckConstraint(f"outcome IN {OUTCOMES}", name="outcome"),
        CheckConstraint("by_id <> opened_by", name="not_ones_own"),
        ForeignKeyConstraint(["dispute_id", "opened_by"], ["usage_disputes.id", "usage_disputes.opened_by"]),
        UniqueConstraint("dispute_id"),
        {"info": {"append_only": True}},
    )
    dispute_id: Mapped[uuid.UUID]
    opened_by: Mapped[uuid.UUID]
    outcome: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(500))
    by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
