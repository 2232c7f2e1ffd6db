"""Who trained, mentored, observed and examined whom: typed, dated edges between people."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Identified, Model

KINDS = ("trained", "mentored", "coached", "observed", "examined")


class Relation(Identified, Model):
    """``giver_id`` trained (mentored, ...) ``taker_id`` on ``on``, as ``statement_id`` says."""

    __tablename__ = "relations"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint("giver_id <> taker_id", name="not_oneself"),
        UniqueConstraint("statement_id", "kind", "giver_id"),
        Index("ix_relations_giver", "giver_id", "kind"),
        Index("ix_relations_taker", "taker_id", "kind"),
        {"info": {"append_only": ("withdrawn_at",)}},
    )
    kind: Mapped[str] = mapped_column(String(12))
    giver_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    taker_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    on: Mapped[date] = mapped_column("on_day")
    statement_id: Mapped[uuid.UUID]
    recorded_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
