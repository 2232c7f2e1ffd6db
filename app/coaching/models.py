"""Coaching hours with the client's signature, and mentor coaching that both people agree on."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Identified, Model

STATES = ("waiting", "corrected", "signed", "refused", "withdrawn", "replaced", "voided")
#: States in which the time is taken: nothing else may be logged over it.
TAKEN = ("waiting", "corrected", "signed")
MENTORING_STATES = ("waiting", "confirmed", "declined", "withdrawn", "voided")
MENTORING_TAKEN = ("waiting", "confirmed")
LINK_KINDS = ("request", "again", "reminder")
ACTIONS = ("confirm", "correct", "refuse")
LONGEST_MINUTES = 24 * 60
LARGEST_GROUP = 500
ABOUT_LIMIT = 2000
REASON_LIMIT = 500


class Hours(Identified, Model):
    """Hours that ``person_id`` coached ``client_id``. Logging them is the coach's signature.

    What was logged never changes: a correction is a row that ``replaces_id`` the one before. ``asked_at`` is when
    the coach last asked for the signature, ``reminders`` how often the clock did. ``signer_id`` is whoever signed,
    where they have an account. ``audit_drawn``: drawn for an audit, which may ask for the underlying record.
    ``form_token`` makes a form that is sent twice one row.
    """

    __tablename__ = "coaching_hours"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint(f"minutes BETWEEN 1 AND {LONGEST_MINUTES}", name="minutes"),
        CheckConstraint("ends > starts", name="interval"),
        CheckConstraint(f"group_size BETWEEN 1 AND {LARGEST_GROUP}", name="group_size"),
        CheckConstraint("signer_id IS NULL OR signer_id <> person_id", name="not_oneself"),
        CheckConstraint("replaces_id IS NULL OR replaces_id <> id", name="replaces_another"),
        CheckConstraint("(state IN ('signed', 'voided')) = (signed_at IS NOT NULL)", name="signed"),
        UniqueConstraint("person_id", "form_token"),
        Index("ix_coaching_hours_person", "person_id", "starts"),
        Index("ix_coaching_hours_waiting", "state", "asked_at"),
        Index("ix_coaching_hours_signer", "signer_id"),
        Index("ix_coaching_hours_replaces", "replaces_id"),
        {
            "info": {
                "append_only": (
                    "state",
                    "contact_name",
                    "contact_email",
                    "contact_language",
                    "asked_at",
                    "reminders",
                    "signed_at",
                    "signer_id",
                    "closed_at",
                    "close_reason",
                )
            }
        },
    )
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    client_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    provider_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisations.id"))
    starts: Mapped[datetime]
    ends: Mapped[datetime]
    minutes: Mapped[int]
    paid: Mapped[bool]
    group_size: Mapped[int]
    about: Mapped[str] = mapped_column(String(ABOUT_LIMIT))
    contact_name: Mapped[str] = mapped_column(String(200))
    contact_email: Mapped[str] = mapped_column(String(254))
    contact_language: Mapped[str] = mapped_column(String(2), default="sv")
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    form_token: Mapped[str] = mapped_column(String(64))
    replaces_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("coaching_hours.id"))
    audit_drawn: Mapped[bool]
    created_at: Mapped[datetime]
    asked_at: Mapped[datetime]
    reminders: Mapped[int] = mapped_column(default=0)
    signed_at: Mapped[datetime | None]
    signer_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"))
    closed_at: Mapped[datetime | None]
    close_reason: Mapped[str] = mapped_column(String(REASON_LIMIT), default="")


class SigningLink(Identified, Model):
    """A link that was mailed to the client's contact. Only the digest of its secret is kept."""

    __tablename__ = "coaching_links"
    __table_args__ = (
        CheckConstraint(f"kind IN {LINK_KINDS}", name="kind"),
        Index("ix_coaching_links_hours", "hours_id", "id"),
    )
    hours_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("coaching_hours.id"))
    kind: Mapped[str] = mapped_column(String(8))
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str] = mapped_column(String(254))
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    mail_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("mails.id"))


class Answer(Identified, Model):
    """What the client answered, once: confirmed, proposed other figures, or refused.

    ``digest`` is over the facts that stood on the page when they answered.
    """

    __tablename__ = "coaching_answers"
    __table_args__ = (
        CheckConstraint(f"action IN {ACTIONS}", name="action"),
        CheckConstraint("(action = 'correct') = (minutes IS NOT NULL)", name="figures"),
        CheckConstraint(f"minutes IS NULL OR minutes BETWEEN 1 AND {LONGEST_MINUTES}", name="minutes"),
        CheckConstraint(f"group_size IS NULL OR group_size BETWEEN 1 AND {LARGEST_GROUP}", name="group_size"),
        UniqueConstraint("hours_id"),
        {"info": {"append_only": True}},
    )
    hours_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("coaching_hours.id"))
    link_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("coaching_links.id"))
    action: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime]
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254))
    digest: Mapped[str] = mapped_column(String(64))
    starts: Mapped[datetime | None]
    minutes: Mapped[int | None]
    paid: Mapped[bool | None]
    group_size: Mapped[int | None]
    comment: Mapped[str] = mapped_column(String(ABOUT_LIMIT), default="")


class Mentoring(Identified, Model):
    """``mentor_id`` coached ``mentee_id`` in their coaching. One of them logged it, the other one confirms."""

    __tablename__ = "mentor_coaching"
    __table_args__ = (
        CheckConstraint(f"state IN {MENTORING_STATES}", name="state"),
        CheckConstraint("mentor_id <> mentee_id", name="not_oneself"),
        CheckConstraint("logged_by IN (mentor_id, mentee_id)", name="logged_by_one"),
        CheckConstraint(
            "answered_by IS NULL OR (answered_by <> logged_by AND answered_by IN (mentor_id, mentee_id))",
            name="answered_by_the_other",
        ),
        CheckConstraint(f"minutes BETWEEN 1 AND {LONGEST_MINUTES}", name="minutes"),
        CheckConstraint("ends > starts", name="interval"),
        UniqueConstraint("logged_by", "form_token"),
        Index("ix_mentor_coaching_mentor", "mentor_id", "starts"),
        Index("ix_mentor_coaching_mentee", "mentee_id", "starts"),
        {"info": {"append_only": ("state", "answered_by", "answered_at", "closed_at", "close_reason")}},
    )
    mentor_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    mentee_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    logged_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    starts: Mapped[datetime]
    ends: Mapped[datetime]
    minutes: Mapped[int]
    one_to_one: Mapped[bool]
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    form_token: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    answered_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"))
    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    close_reason: Mapped[str] = mapped_column(String(REASON_LIMIT), default="")

    def other(self, person: uuid.UUID) -> uuid.UUID:
        """Whom ``person`` held it with."""
        return self.mentee_id if person == self.mentor_id else self.mentor_id
