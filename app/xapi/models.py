"""Where statements are forwarded to and fetched from, and how far that has come."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Identified, Model

STATES = ("active", "paused", "ended")


class ForwardTarget(Identified, Model):
    """An outside store that statements are forwarded to.

    (``committed``, ``position``) is the cursor: everything up to it is delivered, quarantined or not meant for the
    target. ``round`` grows whenever a person changes something, so that a run under way notices and stops.
    ``sealed`` holds the credentials, encrypted (``app.xapi.sealing``).
    """

    __tablename__ = "forward_targets"
    name: Mapped[str] = mapped_column(String(120))
    endpoint: Mapped[str] = mapped_column(String(500))
    version: Mapped[str] = mapped_column(String(10))
    sealed: Mapped[bytes]
    verbs: Mapped[list[Any]]
    activities: Mapped[list[Any]]
    organisations: Mapped[list[Any]]
    state: Mapped[str] = mapped_column(String(10), default="active")
    round: Mapped[int] = mapped_column(default=0)
    committed: Mapped[int] = mapped_column(BigInteger, default=0)
    position: Mapped[int] = mapped_column(BigInteger, default=0)
    delivered: Mapped[int] = mapped_column(BigInteger, default=0)
    delivered_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    retry_at: Mapped[datetime | None]
    trouble: Mapped[str] = mapped_column(default="")
    lease: Mapped[uuid.UUID | None]
    lease_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by: Mapped[uuid.UUID | None]


class Quarantined(Identified, Model):
    """A statement that a target does not take, with the reason; ``state``: held, again, delivered, dismissed."""

    __tablename__ = "forward_quarantine"
    __table_args__ = (
        UniqueConstraint("target_id", "position"),
        Index("ix_forward_quarantine_target_state", "target_id", "state", "position"),
    )
    target_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("forward_targets.id"))
    position: Mapped[int] = mapped_column(BigInteger)
    tenant: Mapped[uuid.UUID]
    statement_id: Mapped[uuid.UUID]
    reason: Mapped[str] = mapped_column(String(20))
    detail: Mapped[str]
    state: Mapped[str] = mapped_column(String(10), default="held")
    at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class PullSource(Identified, Model):
    """How far the statements of an outside store have been fetched for an organisation.

    ``more`` is the link to the next page of a fetch that was broken off; ``since`` where the next fetch begins.
    """

    __tablename__ = "pull_sources"
    __table_args__ = (UniqueConstraint("endpoint", "tenant"),)
    endpoint: Mapped[str] = mapped_column(String(500))
    tenant: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    more: Mapped[str] = mapped_column(default="")
    since: Mapped[str] = mapped_column(String(40), default="")
    fetched: Mapped[int] = mapped_column(BigInteger, default=0)
    at: Mapped[datetime]
