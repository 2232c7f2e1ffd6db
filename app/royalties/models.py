"""Who has a share in what a course earns, from when until when; and what came of it, month by month."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Identified, Model

ROLES = ("author", "trainer")
GENERATIONS = 3
"""Who gave the session, who trained them, and who trained those."""

_RECEIVER = "(person_id IS NULL) <> (organisation_id IS NULL)"


class RoyaltyPlan(Identified, Model):
    """How ``publisher_id`` shares what ``course`` earns from ``starts`` until ``ends`` (None: until the next plan).
    Of several that hold on a day, the newest counts."""

    __tablename__ = "royalty_plans"
    __table_args__ = (
        CheckConstraint("ends IS NULL OR ends >= starts", name="period"),
        Index("ix_royalty_plans_course", "publisher_id", "course", "id"),
        {"info": {"append_only": True}},
    )
    publisher_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    course: Mapped[str] = mapped_column(String(80))
    starts: Mapped[date]
    ends: Mapped[date | None]
    reason: Mapped[str] = mapped_column(String(500))
    by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]

    def holds(self, day: date) -> bool:
        return self.starts <= day and (self.ends is None or day <= self.ends)


class RoyaltyShare(Identified, Model):
    """One share of a plan, in hundredths of a percent. An ``author`` is a person or an organisation. A ``trainer`` is
    whom the record names: ``generation`` 0 gave the session, 1 trained them, 2 trained those."""

    __tablename__ = "royalty_shares"
    __table_args__ = (
        CheckConstraint(f"role IN {ROLES}", name="role"),
        CheckConstraint("share BETWEEN 1 AND 10000", name="share"),
        CheckConstraint(
            f"(role = 'author' AND generation IS NULL AND {_RECEIVER}) OR (role = 'trainer' AND generation >= 0 "
            "AND person_id IS NULL AND organisation_id IS NULL)",
            name="receiver",
        ),
        Index("ix_royalty_shares_plan", "plan_id", "id"),
        {"info": {"append_only": True}},
    )
    plan_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("royalty_plans.id"))
    role: Mapped[str] = mapped_column(String(8))
    generation: Mapped[int | None]
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisations.id"))
    share: Mapped[int]


class RoyaltyMonth(Identified, Model):
    """A month of a licence whose royalties are reckoned for good. ``net`` is what the licensee owed for it, ``rest``
    what the publisher keeps of it."""

    __tablename__ = "royalty_months"
    __table_args__ = (UniqueConstraint("licence_id", "month"), {"info": {"append_only": True}})
    licence_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("licences.id"))
    month: Mapped[str] = mapped_column(String(7))
    currency: Mapped[str] = mapped_column(String(3))
    net: Mapped[int] = mapped_column(BigInteger)
    rest: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime]


class RoyaltyLine(Identified, Model):
    """What one receiver is owed of a licence's month by one share: ``amount`` of ``base``, in minor units."""

    __tablename__ = "royalty_lines"
    __table_args__ = (
        CheckConstraint(_RECEIVER, name="receiver"),
        Index("ix_royalty_lines_month", "month_id"),
        Index("ix_royalty_lines_person", "person_id", "id"),
        Index("ix_royalty_lines_organisation", "organisation_id", "id"),
        {"info": {"append_only": True}},
    )
    month_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("royalty_months.id"))
    share_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("royalty_shares.id"))
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisations.id"))
    uses: Mapped[int]
    base: Mapped[int] = mapped_column(BigInteger)
    amount: Mapped[int] = mapped_column(BigInteger)


class RoyaltySum(Identified, Model):
    """What the licences of ``publisher_id``'s ``course`` owe in a month to ``organisation_id``, or to people (None), in
    minor units. Added up every night; ``closed``: the month is over and reckoned for good."""

    __tablename__ = "royalty_sums"
    __table_args__ = (
        Index("ix_royalty_sums_publisher", "publisher_id"),
        Index("ix_royalty_sums_organisation", "organisation_id"),
    )
    month: Mapped[str] = mapped_column(String(7))
    closed: Mapped[bool]
    publisher_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    course: Mapped[str] = mapped_column(String(80))
    organisation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisations.id"))
    currency: Mapped[str] = mapped_column(String(3))
    amount: Mapped[int] = mapped_column(BigInteger)
    added_up_at: Mapped[datetime]
