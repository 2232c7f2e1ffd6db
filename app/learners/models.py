"""A person's candidacy in one scheme version, and how they stand towards each of its criteria."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Identified, Model

STATES = ("open", "certified", "refused", "withdrawn", "lapsed")


class Candidacy(Identified, Model):
    """``person_id`` works towards a scheme, held to the version that they began on.

    ``purpose`` is ``certification`` or ``renewal``; a renewal counts only what happened from ``since`` on.
    ``deadline`` is the last day to be ready; it moves only by a :class:`DeadlineExtension`.
    ``ready_at`` is set while every criterion is fulfilled: the decision list sorts by it. ``next_change`` is
    the earliest day on which any standing changes by itself.
    """

    __tablename__ = "candidacies"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("purpose IN ('certification', 'renewal')", name="purpose"),
        Index(
            "uq_candidacies_open",
            "owner_id",
            "person_id",
            "scheme",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_candidacies_ready", "owner_id", "state", "ready_at", "id"),
        Index("ix_candidacies_next_change", "state", "next_change"),
        Index("ix_candidacies_person", "person_id"),
    )
    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    scheme: Mapped[str] = mapped_column(String(80))
    scheme_version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("scheme_versions.id"))
    purpose: Mapped[str] = mapped_column(String(20), default="certification")
    since: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(12), default="open")
    applied_at: Mapped[datetime]
    deadline: Mapped[date | None]
    closed_at: Mapped[datetime | None]
    ready_at: Mapped[datetime | None]
    next_change: Mapped[date | None]
    fulfilled: Mapped[int] = mapped_column(default=0)
    criteria: Mapped[int] = mapped_column(default=0)
    standings: Mapped[list[CriterionStanding]] = relationship(order_by="CriterionStanding.position")


class CriterionStanding(Identified, Model):
    """How a candidacy stands towards one criterion: the accumulator, and what it last read as.

    Always derivable from the evidence; :func:`app.learners.service.rebuild` does so.
    """

    __tablename__ = "standings"
    __table_args__ = (UniqueConstraint("candidacy_id", "criterion"),)
    candidacy_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("candidacies.id"))
    criterion: Mapped[str] = mapped_column(String(80))
    position: Mapped[int]
    accumulated: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(8))
    figures: Mapped[dict[str, Any]]
    next_change: Mapped[date | None]
    updated_at: Mapped[datetime]


class DeadlineExtension(Identified, Model):
    """A candidacy's deadline moved, by whom and why."""

    __tablename__ = "deadline_extensions"
    __table_args__ = ({"info": {"append_only": True}},)
    candidacy_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("candidacies.id"))
    before: Mapped[date]
    after: Mapped[date]
    reason: Mapped[str] = mapped_column(String(500))
    by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
