"""Evidence: what may count towards a criterion, each item from exactly one xAPI statement."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Identified, Model


class EvidenceItem(Identified, Model):
    """One item of evidence of one person under one scheme owner (``owner_id``).

    What happened never changes. It can be withdrawn once (``withdrawn_at``, by which voiding statement), and
    ``excluded`` says why the item is left out beside the others (see ``app.rules.exclusions``).
    """

    __tablename__ = "evidence"
    __table_args__ = (
        UniqueConstraint("owner_id", "statement_id"),
        CheckConstraint("minutes >= 0", name="minutes"),
        CheckConstraint("ends >= starts", name="interval"),
        Index("ix_evidence_person_kind", "owner_id", "person_id", "kind", "id"),
        Index("ix_evidence_person_subject", "owner_id", "person_id", "subject"),
        Index("ix_evidence_person_starts", "owner_id", "person_id", "starts"),
        {"info": {"append_only": ("withdrawn_at", "withdrawn_by", "excluded", "excluded_by")}},
    )
    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[str] = mapped_column(String(40))
    starts: Mapped[datetime]
    ends: Mapped[datetime]
    recorded_at: Mapped[datetime]
    minutes: Mapped[int] = mapped_column(default=0)
    facts: Mapped[dict[str, Any]]
    subject: Mapped[str | None] = mapped_column(String(300))
    statement_id: Mapped[uuid.UUID]
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    digest: Mapped[str] = mapped_column(String(64))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[uuid.UUID | None]
    excluded: Mapped[str | None] = mapped_column(String(40))
    excluded_by: Mapped[uuid.UUID | None]
