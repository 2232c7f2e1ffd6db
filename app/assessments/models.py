"""Work handed in, who judges it, what they said: attempts are never overwritten, every examiner has their own row.

What is on its way to becoming binding (a hand-in, a grading) stands in a draft that may change.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Identified, Model

OUTCOMES = ("passed", "failed", "repeat")
KINDS = ("file", "link")
OBSERVED = ("session", "coaching")


class HandInDraft(Identified, Model):
    """What a candidate gathers before handing in; one for each assessment."""

    __tablename__ = "hand_in_drafts"
    __table_args__ = (UniqueConstraint("person_id", "scheme", "assessment"),)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    scheme: Mapped[str] = mapped_column(String(80))
    assessment: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text, default="")
    saved_at: Mapped[datetime]
    items: Mapped[list[DraftItem]] = relationship(order_by="DraftItem.id", cascade="all, delete-orphan")


class DraftItem(Identified, Model):
    """A file or link in a draft."""

    __tablename__ = "hand_in_draft_items"
    __table_args__ = (CheckConstraint(f"kind IN {KINDS}", name="kind"),)
    draft_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("hand_in_drafts.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(String(4))
    name: Mapped[str] = mapped_column(String(300))
    url: Mapped[str] = mapped_column(String(1000), default="")
    digest: Mapped[str] = mapped_column(String(64), default="")
    size: Mapped[int] = mapped_column(default=0)
    media_type: Mapped[str] = mapped_column(String(120), default="")
    has_location: Mapped[bool] = mapped_column(default=False)


class Attempt(Identified, Model):
    """One hand-in, frozen. It is settled once, when its examiners agree or a third has judged.

    ``number`` counts a person's attempts at one assessment of a scheme. At most one of them is unsettled.
    """

    __tablename__ = "attempts"
    __table_args__ = (
        UniqueConstraint("person_id", "scheme", "assessment", "number"),
        CheckConstraint(f"outcome IS NULL OR outcome IN {OUTCOMES}", name="outcome"),
        CheckConstraint("score IS NULL OR score BETWEEN 0 AND 100", name="score"),
        Index(
            "uq_attempts_unsettled",
            "person_id",
            "scheme",
            "assessment",
            unique=True,
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
        Index("ix_attempts_waiting", "owner_id", "settled_at", "handed_in_at", "id"),
        {"info": {"append_only": ("settled_at", "outcome", "score", "moderated")}},
    )
    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    candidacy_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("candidacies.id"))
    scheme: Mapped[str] = mapped_column(String(80))
    scheme_version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("scheme_versions.id"))
    assessment: Mapped[str] = mapped_column(String(80))
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text, default="")
    examiners: Mapped[int]
    handed_in_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(8))
    score: Mapped[int | None]
    moderated: Mapped[bool] = mapped_column(default=False)
    items: Mapped[list[AttemptItem]] = relationship(order_by="AttemptItem.position", viewonly=True)

    @property
    def event_id(self) -> uuid.UUID:
        """The id of the event by which the result counts."""
        return uuid.uuid5(self.id, "graded")


class AttemptItem(Identified, Model):
    """A file or link that was handed in."""

    __tablename__ = "attempt_items"
    __table_args__ = (
        UniqueConstraint("attempt_id", "position"),
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        {"info": {"append_only": True}},
    )
    attempt_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("attempts.id"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(4))
    name: Mapped[str] = mapped_column(String(300))
    url: Mapped[str] = mapped_column(String(1000), default="")
    digest: Mapped[str] = mapped_column(String(64), default="")
    size: Mapped[int] = mapped_column(default=0)
    media_type: Mapped[str] = mapped_column(String(120), default="")


class Assignment(Identified, Model):
    """``examiner_id`` is asked to judge an attempt by ``due``; ``third`` where two examiners differ.

    ``ended_at`` is set when the examiner declines (``declined``) or somebody else is asked instead.
    """

    __tablename__ = "assignments"
    __table_args__ = (
        CheckConstraint("examiner_id <> person_id", name="not_oneself"),
        Index(
            "uq_assignments_live",
            "attempt_id",
            "examiner_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_assignments_examiner", "examiner_id", "ended_at", "due"),
        {"info": {"append_only": ("ended_at", "end_reason", "declined", "ended_by", "reminders")}},
    )
    attempt_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("attempts.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    examiner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    third: Mapped[bool] = mapped_column(default=False)
    assigned_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    assigned_at: Mapped[datetime]
    due: Mapped[datetime]
    reminders: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None]
    declined: Mapped[bool] = mapped_column(default=False)
    ended_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"))
    end_reason: Mapped[str] = mapped_column(String(1000), default="")


class GradingDraft(Identified, Model):
    """What an examiner has written so far."""

    __tablename__ = "grading_drafts"
    assignment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("assignments.id"), unique=True)
    points: Mapped[dict[str, Any]]
    comments: Mapped[dict[str, Any]]
    comment: Mapped[str] = mapped_column(Text, default="")
    outcome: Mapped[str] = mapped_column(String(8), default="")
    saved_at: Mapped[datetime]


class Grading(Identified, Model):
    """One examiner's judgement: points and words for each criterion of the rubric, an outcome, a score in percent."""

    __tablename__ = "gradings"
    __table_args__ = (
        CheckConstraint("examiner_id <> person_id", name="not_oneself"),
        CheckConstraint(f"outcome IN {OUTCOMES}", name="outcome"),
        CheckConstraint("score BETWEEN 0 AND 100", name="score"),
        UniqueConstraint("attempt_id", "examiner_id"),
        {"info": {"append_only": True}},
    )
    attempt_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("attempts.id"))
    assignment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("assignments.id"), unique=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    examiner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"), index=True)
    third: Mapped[bool] = mapped_column(default=False)
    points: Mapped[dict[str, Any]]
    comments: Mapped[dict[str, Any]]
    comment: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(String(8))
    score: Mapped[int]
    at: Mapped[datetime]


class Observation(Identified, Model):
    """An examiner saw a candidate lead a session, or coach. ``answers``: aspect -> 0, 1 or 2."""

    __tablename__ = "observations"
    __table_args__ = (
        CheckConstraint("examiner_id <> person_id", name="not_oneself"),
        CheckConstraint(f"kind IN {OBSERVED}", name="kind"),
        UniqueConstraint("person_id", "examiner_id", "began_at"),
        Index("ix_observations_examiner", "examiner_id", "began_at"),
        {"info": {"append_only": True}},
    )
    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    candidacy_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("candidacies.id"))
    examiner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[str] = mapped_column(String(10))
    delivery_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("deliveries.id"))
    began_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(String(300), default="")
    answers: Mapped[dict[str, Any]]
    comment: Mapped[str] = mapped_column(Text)
    passed: Mapped[bool]
    at: Mapped[datetime]
