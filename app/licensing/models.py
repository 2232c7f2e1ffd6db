"""Who publishes a course and with which keys they sign; the licences that are installed, and what became of them."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Identified, Model
from app.lrs.models import Position
from app.rules.terms import KINDS

STOPS = ("", "new", "all")
SEAT_STATES = ("reserved", "consumed", "returned", "followed")
LIVE = ("reserved", "consumed")


class CoursePublisher(Identified, Model):
    """``course`` belongs to ``publisher_id`` and needs its licence. A course without such a row is free to use."""

    __tablename__ = "course_publishers"
    course: Mapped[str] = mapped_column(String(80), unique=True)
    publisher_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    named_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"))
    named_at: Mapped[datetime]


class PublisherKey(Identified, Model):
    """A public key with which a publisher signs its licences; ``fingerprint`` is its SHA-256."""

    __tablename__ = "publisher_keys"
    __table_args__ = ({"info": {"append_only": ("retired_at",)}},)
    publisher_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    added_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"))
    added_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class Licence(Identified, Model):
    """An installed licence: the file as it was signed, and the few terms that are searched by.

    ``number`` is the id in its terms. ``capacity`` None: without a limit; ``taken`` counts what is kept or used.
    ``stop``: ``new`` lets nobody begin, ``all`` lets nobody go on either. ``parent_id``: the licence out of which
    these seats were handed on; terms and file are then its.
    """

    __tablename__ = "licences"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint(f"stop IN {STOPS}", name="stop"),
        CheckConstraint("ends >= starts", name="period"),
        CheckConstraint("licensee_id <> publisher_id", name="two_sides"),
        CheckConstraint("taken >= 0 AND (capacity IS NULL OR taken <= capacity)", name="capacity"),
        Index(
            "uq_licences_number",
            "number",
            unique=True,
            sqlite_where=text("parent_id IS NULL"),
            postgresql_where=text("parent_id IS NULL"),
        ),
        Index("ix_licences_queue", "licensee_id", "course", "starts"),
        Index("ix_licences_publisher", "publisher_id", "id"),
        # all that a publisher's own page reads of its licences, so that their files are not touched
        Index(
            "ix_licences_sold",
            "publisher_id",
            "ends",
            "starts",
            "stop",
            "course",
            "licensee_id",
            "capacity",
            "taken",
            "id",
        ),
        {"info": {"append_only": ("stop", "capacity", "taken")}},
    )
    number: Mapped[uuid.UUID]
    publisher_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    licensee_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    course: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(16))
    starts: Mapped[date]
    ends: Mapped[date]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[str] = mapped_column(String(64))
    fingerprint: Mapped[str] = mapped_column(String(64))
    capacity: Mapped[int | None]
    taken: Mapped[int] = mapped_column(default=0)
    stop: Mapped[str] = mapped_column(String(4), default="")
    parent_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("licences.id"), index=True)
    installed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"))
    installed_at: Mapped[datetime]

    def state(self, on: date) -> str:
        """As the vocabulary of states knows it: ``later``, ``in_force``, ``expired``, ``suspended`` (stopped)."""
        if self.stop:
            return "suspended"
        return "later" if on < self.starts else "expired" if on > self.ends else "in_force"


class Seat(Identified, Model):
    """``person_id`` may use the licence's course for one thing: ``use_id`` is the registration or the session.

    ``state`` is what the last of its moves says: ``reserved``, ``consumed``, ``returned`` (free for others again), or
    ``followed``: it was used, its licence ended, and the person goes on under another.
    """

    __tablename__ = "licence_seats"
    __table_args__ = (
        CheckConstraint("way IN ('study', 'session')", name="way"),
        CheckConstraint(f"state IN {SEAT_STATES}", name="state"),
        Index(
            "uq_licence_seats_live",
            "use_id",
            "person_id",
            "way",
            unique=True,
            sqlite_where=text("state IN ('reserved', 'consumed')"),
            postgresql_where=text("state IN ('reserved', 'consumed')"),
        ),
        Index("ix_licence_seats_licence", "licence_id", "state", "id"),
        Index("ix_licence_seats_waiting", "state", "way", "reserved_at"),
        Index("ix_licence_seats_person", "person_id"),
        {"info": {"append_only": ("state",)}},
    )
    licence_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("licences.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    way: Mapped[str] = mapped_column(String(8))
    use_id: Mapped[uuid.UUID]
    state: Mapped[str] = mapped_column(String(10))
    reserved_at: Mapped[datetime]


class SeatMove(Identified, Model):
    """What became of a seat, and why: ``rule`` is the visible rule by which it was given back, or empty."""

    __tablename__ = "licence_seat_moves"
    __table_args__ = (
        CheckConstraint(f"state IN {SEAT_STATES}", name="state"),
        Index("ix_licence_seat_moves_seat", "seat_id", "id"),
        {"info": {"append_only": True}},
    )
    seat_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("licence_seats.id"))
    state: Mapped[str] = mapped_column(String(10))
    rule: Mapped[str] = mapped_column(String(20), default="")
    by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]


class UsageLine(Identified, Model):
    """One use of a licence (``quantity`` 1), or the correction of one (-1, ``counters_id``).

    Each cites the statement that caused it, by its place in the record: a statement causes one line at most, and no
    line is without. It belongs to the ``month`` (such as 2027-03) in which it was recorded, so that a month that is
    over never changes.
    """

    __tablename__ = "licence_usage"
    __table_args__ = (
        CheckConstraint(
            "(quantity = 1 AND counters_id IS NULL) OR (quantity = -1 AND counters_id IS NOT NULL)",
            name="quantity",
        ),
        UniqueConstraint("statement"),
        UniqueConstraint("counters_id"),
        Index("ix_licence_usage_month", "licence_id", "month", "id"),
        Index("ix_licence_usage_seat", "seat_id"),
        Index("ix_licence_usage_recorded", "recorded_at", "licence_id", "quantity"),
        {"info": {"append_only": True}},
    )
    licence_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("licences.id"))
    seat_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("licence_seats.id"))
    statement: Mapped[int] = mapped_column(Position, ForeignKey("lrs_statements.position"))
    quantity: Mapped[int]
    counters_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("licence_usage.id"))
    month: Mapped[str] = mapped_column(String(7))
    recorded_at: Mapped[datetime]


class LicenceChange(Identified, Model):
    """What was done to a licence after it was installed, by whom and why: ``stop_new``, ``stop_all``, ``resume``."""

    __tablename__ = "licence_changes"
    __table_args__ = (
        Index("ix_licence_changes_licence", "licence_id", "id"),
        {"info": {"append_only": True}},
    )
    licence_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("licences.id"))
    kind: Mapped[str] = mapped_column(String(12))
    amount: Mapped[int | None]
    other_id: Mapped[uuid.UUID | None]
    reason: Mapped[str] = mapped_column(String(500))
    by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
