"""Who guides which municipality, and which municipalities wait for a guide."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Identified, Model


class Guidance(Identified, Model):
    """``guide_id`` is the municipality's guide from ``starts`` until ``ends`` (None: still).

    ``handover`` is what the guide wrote to the one who came after. ``grant_id`` is the role that was given with
    the task and ends with it, where the guide did not reach the municipality before.
    """

    __tablename__ = "guidances"
    __table_args__ = (
        CheckConstraint("ends IS NULL OR ends >= starts", name="interval"),
        Index(
            "uq_guidances_active",
            "organisation_id",
            unique=True,
            sqlite_where=text("ends IS NULL"),
            postgresql_where=text("ends IS NULL"),
        ),
        Index("ix_guidances_guide", "guide_id", "ends"),
        Index("ix_guidances_organisation", "organisation_id", "id"),
    )
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    guide_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    starts: Mapped[datetime]
    ends: Mapped[datetime | None]
    handover: Mapped[str] = mapped_column(String(4000), default="")
    assigned_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    ended_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"))
    grant_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("grants.id"))


class GuideRequest(Identified, Model):
    """A municipality needs a guide; open until one is assigned."""

    __tablename__ = "guide_requests"
    __table_args__ = (
        Index(
            "uq_guide_requests_open",
            "organisation_id",
            unique=True,
            sqlite_where=text("answered_at IS NULL"),
            postgresql_where=text("answered_at IS NULL"),
        ),
    )
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    requested_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    requested_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(String(2000), default="")
    answered_at: Mapped[datetime | None]
    guidance_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("guidances.id"))
