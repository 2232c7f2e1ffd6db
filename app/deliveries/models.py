"""A course given to a municipality: the delivery, who is booked, who was there, what they thought of it."""

from __future__ import annotations

import secrets
import uuid
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Identified, Json, Model

STATES = ("draft", "open", "held", "cancelled")
BOOKING_STATES = ("cancelled", "requested", "waitlisted", "booked", "no_show", "partial", "full")
#: States that hold a seat.
SEATED = ("booked", "no_show", "partial", "full")
PRESENT = ("partial", "full")
MOST_SEATS = 500


def _code() -> str:
    return secrets.token_urlsafe(16)


class Delivery(Identified, Model):
    """One course, given once. Users say session.

    ``title`` is the course's title when it was planned, by language. ``minutes`` is the time that counts, without
    breaks. ``municipality_id`` receives, ``provider_id`` provides. ``booked`` counts the seats taken: participants
    only. ``code`` is the random end of its own link. ``led_round`` says how often leading it has been recorded.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("ends > starts", name="interval"),
        CheckConstraint("minutes > 0", name="minutes"),
        CheckConstraint("booked >= 0 AND booked <= capacity", name="seats"),
        Index("ix_deliveries_trainer", "trainer_id", "starts"),
        Index("ix_deliveries_municipality", "municipality_id", "starts"),
        Index("ix_deliveries_provider", "provider_id", "starts"),
    )
    course: Mapped[str] = mapped_column(String(80))
    title: Mapped[dict[str, str]] = mapped_column(Json)
    trainer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    provider_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    starts: Mapped[datetime]
    ends: Mapped[datetime]
    zone: Mapped[str] = mapped_column(String(64), default="Europe/Stockholm")
    minutes: Mapped[int]
    place: Mapped[str] = mapped_column(String(300), default="")
    online_link: Mapped[str] = mapped_column(String(500), default="")
    capacity: Mapped[int]
    booked: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(10), default="draft")
    code: Mapped[str] = mapped_column(String(40), unique=True, default=_code)
    led_round: Mapped[int] = mapped_column(default=0)
    created_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    held_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(String(500), default="")

    @property
    def tz(self) -> ZoneInfo:
        """The zone in which the session's times are meant."""
        return ZoneInfo(self.zone)

    @property
    def free(self) -> int:
        """Seats left."""
        return self.capacity - self.booked

    def name(self, language: str) -> str:
        """The course's title in ``language``, else in the first that it has."""
        return self.title.get(language) or next(iter(self.title.values()), self.course)


class Booking(Identified, Model):
    """``person_id`` takes part (``participant``) or leads along with the trainer (``co``, with a ``share``)."""

    __tablename__ = "bookings"
    __table_args__ = (
        CheckConstraint(f"state IN {BOOKING_STATES}", name="state"),
        CheckConstraint(
            "(role = 'participant' AND share IS NULL) OR (role = 'co' AND share BETWEEN 1 AND 99)",
            name="role",
        ),
        Index(
            "uq_bookings_live",
            "delivery_id",
            "person_id",
            unique=True,
            sqlite_where=text("state <> 'cancelled'"),
            postgresql_where=text("state <> 'cancelled'"),
        ),
        Index("ix_bookings_person", "person_id", "state"),
    )
    delivery_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("deliveries.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    role: Mapped[str] = mapped_column(String(12), default="participant")
    share: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(12))
    booked_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class Attendance(Identified, Model):
    """How long a participant was there, of ``of_minutes``. A correction is a row that points at the one before."""

    __tablename__ = "attendances"
    __table_args__ = (
        CheckConstraint("minutes >= 0 AND minutes <= of_minutes", name="minutes"),
        CheckConstraint("taken_by <> person_id", name="not_oneself"),
        UniqueConstraint("replaces_id"),
        Index(
            "uq_attendances_first",
            "booking_id",
            unique=True,
            sqlite_where=text("replaces_id IS NULL"),
            postgresql_where=text("replaces_id IS NULL"),
        ),
        Index("ix_attendances_delivery", "delivery_id", "booking_id"),
        {"info": {"append_only": True}},
    )
    delivery_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("deliveries.id"))
    booking_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("bookings.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    minutes: Mapped[int]
    of_minutes: Mapped[int]
    taken_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    replaces_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("attendances.id"))
    reason: Mapped[str] = mapped_column(String(500), default="")

    @property
    def event_id(self) -> uuid.UUID:
        """The id of the event by which this row counts."""
        return uuid.uuid5(self.booking_id, f"attended/{self.id}")


class Feedback(Identified, Model):
    """One participant's answer about the trainer: 1 to 5, and words. ``released_at``: since when it counts."""

    __tablename__ = "delivery_feedback"
    __table_args__ = (
        CheckConstraint("value BETWEEN 1 AND 5", name="value"),
        UniqueConstraint("delivery_id", "person_id"),
        {"info": {"append_only": ("released_at",)}},
    )
    delivery_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("deliveries.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    value: Mapped[int]
    comment: Mapped[str] = mapped_column(String(2000), default="")
    at: Mapped[datetime]
    released_at: Mapped[datetime | None]
