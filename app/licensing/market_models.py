"""What a course costs by its publisher's list, and what is said between two organisations until there is a licence."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Identified, Json, Model
from app.rules.terms import KINDS, MODELS

REQUEST_STATES = ("asked", "offered", "accepted", "installed", "withdrawn", "declined", "refused", "replaced")
"""``withdrawn`` and ``declined`` by who asked, ``refused`` by the publisher; ``replaced``: its offer gave way to a
newer one for the same course."""
OPEN_STATES = ("asked", "offered", "accepted")


class CoursePrice(Identified, Model):
    """What the publisher asks for ``course`` as a rule. The newest row of a course holds; an offer may say otherwise.

    ``tiers``: as in ``app.rules.terms.Price``. Money is in minor units, VAT in hundredths of a percent.
    """

    __tablename__ = "course_prices"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint(f"model IN {MODELS}", name="model"),
        Index("ix_course_prices_course", "course", "id"),
        {"info": {"append_only": True}},
    )
    course: Mapped[str] = mapped_column(String(80))
    publisher_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    kind: Mapped[str] = mapped_column(String(16))
    model: Mapped[str] = mapped_column(String(8))
    currency: Mapped[str] = mapped_column(String(3))
    amount: Mapped[int] = mapped_column(BigInteger)
    tiers: Mapped[list[Any]] = mapped_column(Json)
    minimum: Mapped[int] = mapped_column(BigInteger)
    vat: Mapped[int]
    set_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"))
    set_at: Mapped[datetime]


class LicenceRequest(Identified, Model):
    """``licensee_id`` asks ``publisher_id`` for a licence of ``course``. ``state`` is what its last step says.

    ``form`` names the form that was filled in, so that it asks once. ``licence_id``: more of this one is asked for.
    """

    __tablename__ = "licence_requests"
    __table_args__ = (
        CheckConstraint(f"state IN {REQUEST_STATES}", name="state"),
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint("licensee_id <> publisher_id", name="two_sides"),
        Index("ix_licence_requests_publisher", "publisher_id", "state", "id"),
        Index("ix_licence_requests_licensee", "licensee_id", "state", "id"),
        {"info": {"append_only": ("state",)}},
    )
    form: Mapped[uuid.UUID] = mapped_column(unique=True)
    course: Mapped[str] = mapped_column(String(80))
    publisher_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    licensee_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    licence_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("licences.id"))
    kind: Mapped[str] = mapped_column(String(16))
    amount: Mapped[int | None]
    starts: Mapped[date]
    asked_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10), default="asked")


class RequestStep(Identified, Model):
    """One step of a request, by whom and with which words. ``terms``: what was offered, exactly as it is signed later;
    ``licence_id``: what was installed in the end."""

    __tablename__ = "licence_request_steps"
    __table_args__ = (
        CheckConstraint(f"kind IN {REQUEST_STATES}", name="kind"),
        CheckConstraint("(kind = 'offered') = (terms IS NOT NULL)", name="terms"),
        CheckConstraint("(kind = 'installed') = (licence_id IS NOT NULL)", name="licence"),
        Index("ix_licence_request_steps_request", "request_id", "id"),
        {"info": {"append_only": True}},
    )
    request_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("licence_requests.id"))
    kind: Mapped[str] = mapped_column(String(10))
    message: Mapped[str] = mapped_column(String(1000), default="")
    terms: Mapped[bytes | None] = mapped_column(LargeBinary)
    licence_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("licences.id"))
    by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
