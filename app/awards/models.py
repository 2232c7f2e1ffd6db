"""Decisions, the certificates that come of them, what became of those, and appeals. All append-only at heart."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, deferred, mapped_column

from app.db import Identified, Model

DECISIONS = ("grant", "refuse", "recertify", "replace", "suspend", "reinstate", "withdraw")
GRANTING = ("grant", "recertify", "replace")


class Decision(Identified, Model):
    """Somebody uninvolved decided; everything needed to recompute the answer is kept with it.

    ``evidence`` lists id and digest of each item that was known; ``outcome`` is what the rules answered on
    ``on`` as known at ``known_at``; ``digest`` is the outcome's. ``certificate_id`` names the certificate that a
    later decision (suspend, replace, ...) is about.
    """

    __tablename__ = "decisions"
    __table_args__ = (
        CheckConstraint(f"kind IN {DECISIONS}", name="kind"),
        CheckConstraint("taken_by <> person_id", name="not_oneself"),
        Index(
            "uq_decisions_candidacy",
            "candidacy_id",
            unique=True,
            sqlite_where=text("kind IN ('grant', 'refuse', 'recertify')"),
            postgresql_where=text("kind IN ('grant', 'refuse', 'recertify')"),
        ),
        Index("ix_decisions_person", "person_id", "id"),
        {"info": {"append_only": True}},
    )
    kind: Mapped[str] = mapped_column(String(12))
    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    candidacy_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("candidacies.id"))
    certificate_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    scheme: Mapped[str] = mapped_column(String(80))
    scheme_version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("scheme_versions.id"))
    taken_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    on: Mapped[date] = mapped_column("on_day")
    known_at: Mapped[datetime]
    since: Mapped[date | None]
    reason: Mapped[str] = mapped_column(String(4000))
    engine: Mapped[str] = mapped_column(String(40))
    scheme_digest: Mapped[str] = mapped_column(String(64))
    evidence: Mapped[list[Any]]
    outcome: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))


class SerialCounter(Model):
    """The last serial number given under one owner; raised in the transaction that uses it, so no gaps."""

    __tablename__ = "serial_counters"
    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    last: Mapped[int] = mapped_column(default=0)


class Certificate(Identified, Model):
    """A certificate from its intent on: the serial is taken first, the document follows exactly once.

    ``facts`` are the canonical bytes of what it states. ``state`` is ``intended``, ``issued`` or ``voided`` (an
    intent that could not be carried out; ``void_reason`` explains the number). Whether it is valid today is
    never stored: it is derived from the period and the changes.
    """

    __tablename__ = "certificates"
    __table_args__ = (
        UniqueConstraint("owner_id", "number"),
        CheckConstraint("state IN ('intended', 'issued', 'voided')", name="state"),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="interval"),
        Index("ix_certificates_person", "person_id", "scheme"),
        Index("ix_certificates_state", "state", "intended_at"),
        Index("ix_certificates_expiry", "valid_until"),
        {"info": {"append_only": ("state", "issued_at", "void_reason", "signed_digest")}},
    )
    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    number: Mapped[int]
    serial: Mapped[str] = mapped_column(String(40), unique=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    decision_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("decisions.id"), unique=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    scheme: Mapped[str] = mapped_column(String(80))
    scheme_version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("scheme_versions.id"))
    holder: Mapped[str] = mapped_column(String(200))
    facts: Mapped[bytes] = mapped_column(LargeBinary)
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    renewal_window_months: Mapped[int]
    grace_days: Mapped[int]
    replaces_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("certificates.id"))
    state: Mapped[str] = mapped_column(String(10), default="intended")
    intended_at: Mapped[datetime]
    issued_at: Mapped[datetime | None]
    void_reason: Mapped[str] = mapped_column(String(400), default="")
    signed_digest: Mapped[str | None] = mapped_column(String(64), unique=True)


class Rendition(Identified, Model):
    """One file of a certificate: the signed original, later its timestamped or archival forms.

    ``kind`` is ``original``, ``timestamped``, ``long-term`` or ``archive-`` and the year. ``digest`` is the SHA-256
    of what the signature covers, ``sha256`` that of the whole file.
    """

    __tablename__ = "renditions"
    __table_args__ = (
        UniqueConstraint("certificate_id", "kind"),
        Index("ix_renditions_digest", "digest"),
        Index("ix_renditions_kind", "kind", "at"),
        {"info": {"append_only": True}},
    )
    certificate_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("certificates.id"))
    kind: Mapped[str] = mapped_column(String(12))
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    sha256: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    signer: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class TimestampRequest(Identified, Model):
    """One question to a timestamping authority: written before it is asked, so that limits hold after a crash.

    ``answer`` is empty for a good timestamp, ``NULL`` while nothing has come back, otherwise what went wrong.
    """

    __tablename__ = "timestamp_requests"
    __table_args__ = (
        Index("ix_timestamp_requests_authority", "authority", "at"),
        Index("ix_timestamp_requests_certificate", "certificate_id", "id"),
    )
    certificate_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("certificates.id"))
    authority: Mapped[str] = mapped_column(String(300))
    at: Mapped[datetime]
    answer: Mapped[str | None] = mapped_column(String(400))


class StatusChange(Identified, Model):
    """From ``at`` on the certificate is ``status``, as decision ``decision_id`` says (none: by itself)."""

    __tablename__ = "certificate_status_changes"
    __table_args__ = (
        Index("ix_certificate_status_changes_certificate", "certificate_id", "at"),
        {"info": {"append_only": True}},
    )
    certificate_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("certificates.id"))
    status: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime]
    until: Mapped[date | None]
    reason: Mapped[str] = mapped_column(String(4000))
    decision_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("decisions.id"))


class SigningKey(Identified, Model):
    """A certificate that has signed here: verification knows it for ever, and since when not to trust it."""

    __tablename__ = "signing_keys"
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    certificate: Mapped[bytes] = mapped_column(LargeBinary)
    chain: Mapped[bytes] = mapped_column(LargeBinary)
    development: Mapped[bool]
    first_used_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    compromised_at: Mapped[datetime | None]


class Appeal(Identified, Model):
    """A person's appeal against a decision that concerns them; ends in a reasoned answer by the uninvolved."""

    __tablename__ = "appeals"
    __table_args__ = (
        CheckConstraint("outcome IS NULL OR outcome IN ('upheld', 'dismissed')", name="outcome"),
        CheckConstraint("handled_by IS NULL OR handled_by <> person_id", name="not_oneself"),
        Index("ix_appeals_open", "outcome", "filed_at"),
    )
    decision_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("decisions.id"), unique=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    text: Mapped[str] = mapped_column(String(8000))
    filed_at: Mapped[datetime]
    due: Mapped[date]
    handled_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"))
    handled_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(10))
    answer: Mapped[str] = mapped_column(String(8000), default="")


class Batch(Identified, Model):
    """Many candidacies granted together after a preview; carried out by a job that can start again anywhere."""

    __tablename__ = "award_batches"
    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    reason: Mapped[str] = mapped_column(String(4000))
    at: Mapped[datetime]
    job_id: Mapped[uuid.UUID | None]
    finished_at: Mapped[datetime | None]


class BatchItem(Identified, Model):
    """One candidacy of a batch and what came of it: ``waiting``, ``issued`` or ``refused`` with the reason."""

    __tablename__ = "award_batch_items"
    __table_args__ = (
        UniqueConstraint("batch_id", "candidacy_id"),
        Index("ix_award_batch_items_waiting", "batch_id", "state", "id"),
    )
    batch_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("award_batches.id"))
    candidacy_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("candidacies.id"))
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    problem: Mapped[str] = mapped_column(String(400), default="")
    certificate_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("certificates.id"))
