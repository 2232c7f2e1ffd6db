"""What people say of themselves: further training, which somebody else judges, and declarations, which they sign."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Identified, Model

CATEGORIES = ("core", "ethics", "other")
STATES = ("waiting", "accepted", "declined", "withdrawn", "voided")
MOST_CREDITS = 100
TITLE_LIMIT = 200
TEXT_LIMIT = 2000
REASON_LIMIT = 1000
LINK_LIMIT = 1000


class FurtherTraining(Identified, Model):
    """Training that ``person_id`` took part in and asks credits for. What was declared never changes.

    ``credits`` and ``category`` are what was asked for, ``given`` and ``given_category`` what somebody else has
    accepted. ``form_token`` makes a form that is sent twice one row.
    """

    __tablename__ = "further_training"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint(f"category IN {CATEGORIES}", name="category"),
        CheckConstraint(f"credits BETWEEN 1 AND {MOST_CREDITS}", name="credits"),
        CheckConstraint("judged_by IS NULL OR judged_by <> person_id", name="not_oneself"),
        CheckConstraint(
            "(state IN ('accepted', 'voided')) = (given IS NOT NULL AND given_category IS NOT NULL)",
            name="given",
        ),
        CheckConstraint(f"given IS NULL OR given BETWEEN 1 AND {MOST_CREDITS}", name="given_credits"),
        CheckConstraint(f"given_category IS NULL OR given_category IN {CATEGORIES}", name="given_category"),
        UniqueConstraint("person_id", "form_token"),
        Index("ix_further_training_waiting", "owner_id", "state", "id"),
        {
            "info": {
                "append_only": (
                    "state",
                    "given",
                    "given_category",
                    "judged_by",
                    "judged_at",
                    "answer",
                    "closed_at",
                    "close_reason",
                )
            }
        },
    )
    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    title: Mapped[str] = mapped_column(String(TITLE_LIMIT))
    organiser: Mapped[str] = mapped_column(String(TITLE_LIMIT))
    day: Mapped[date]
    category: Mapped[str] = mapped_column(String(8))
    credits: Mapped[int]
    about: Mapped[str] = mapped_column(String(TEXT_LIMIT))
    link: Mapped[str] = mapped_column(String(LINK_LIMIT), default="")
    file_name: Mapped[str] = mapped_column(String(300), default="")
    file_digest: Mapped[str] = mapped_column(String(64), default="")
    file_size: Mapped[int] = mapped_column(default=0)
    file_type: Mapped[str] = mapped_column(String(120), default="")
    form_token: Mapped[str] = mapped_column(String(64))
    declared_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    given: Mapped[int | None]
    given_category: Mapped[str | None] = mapped_column(String(8))
    judged_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    judged_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(String(REASON_LIMIT), default="")
    closed_at: Mapped[datetime | None]
    close_reason: Mapped[str] = mapped_column(String(REASON_LIMIT), default="")


class Signing(Identified, Model):
    """``person_id`` signed the declaration that ``criterion`` of their candidacy's scheme version words.

    ``wording`` is the digest of the words that stood on the page. Where the requirement asks for a fresh one, the
    same declaration is signed once a day at most.
    """

    __tablename__ = "declarations"
    __table_args__ = (
        UniqueConstraint("candidacy_id", "criterion", "signed_on"),
        {"info": {"append_only": True}},
    )
    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"), index=True)
    candidacy_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("candidacies.id"))
    scheme: Mapped[str] = mapped_column(String(80))
    scheme_version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("scheme_versions.id"))
    criterion: Mapped[str] = mapped_column(String(80))
    wording: Mapped[str] = mapped_column(String(64))
    signed_on: Mapped[date]
    at: Mapped[datetime]
