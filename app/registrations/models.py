"""A person's run of one course version, and how far they have come in it."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Identified, Model


class Registration(Identified, Model):
    """``person_id`` studies ``course`` in the version that it had when they began, whatever comes later.

    ``resume_at`` is the unit that they looked at last; None until they open one, with each licence anew.
    """

    __tablename__ = "registrations"
    __table_args__ = (
        Index(
            "uq_registrations_open",
            "person_id",
            "course",
            unique=True,
            sqlite_where=text("completed_at IS NULL"),
            postgresql_where=text("completed_at IS NULL"),
        ),
        Index("ix_registrations_course_version", "course", "version"),
    )
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    course: Mapped[str] = mapped_column(String(80))
    version: Mapped[str] = mapped_column(String(40))
    started_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]
    resume_at: Mapped[str | None] = mapped_column(String(80))
    seen_at: Mapped[datetime]


class UnitDone(Identified, Model):
    """One unit of a course worked through, once per registration."""

    __tablename__ = "units_done"
    __table_args__ = (UniqueConstraint("registration_id", "unit"), {"info": {"append_only": True}})
    registration_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("registrations.id"))
    unit: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]
