"""What a certificate's status is on a given day, as it was known at a given instant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from app.rules.months import ONE_DAY, add_months

Status = Literal["pending", "active", "suspended", "withdrawn", "expired", "superseded"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """From the UTC day of ``at`` on the certificate is ``status``; a suspension may have a last day."""

    status: Status
    at: datetime
    recorded: datetime
    until: date | None = None
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A certification period: ``valid_until`` is its last day, None when it has no end."""

    valid_from: date
    valid_until: date | None
    renewal_window_months: int = 6
    grace_days: int = 60

    @classmethod
    def of(
        cls, start: date, *, months: int | None, renewal_window_months: int = 6, grace_days: int = 60
    ) -> Period:
        """A period of so many calendar months: from 3 March 2026, 24 months last through 2 March 2028."""
        until = add_months(start, months) - ONE_DAY if months else None
        return cls(
            valid_from=start,
            valid_until=until,
            renewal_window_months=renewal_window_months,
            grace_days=grace_days,
        )

    @property
    def window_opens(self) -> date | None:
        """The first day on which renewal can be applied for; never before the period itself."""
        if self.valid_until is None:
            return None
        return max(self.valid_from, add_months(self.valid_until, -self.renewal_window_months))

    @property
    def grace_ends(self) -> date | None:
        """The last day on which an expired certificate can still be renewed."""
        return None if self.valid_until is None else self.valid_until + timedelta(days=self.grace_days)

    def renewable(self, on: date) -> bool:
        """Whether renewal is open on that day."""
        opens, ends = self.window_opens, self.grace_ends
        return opens is not None and ends is not None and opens <= on <= ends

    def in_grace(self, on: date) -> bool:
        """Whether the certificate has run out but can still be renewed."""
        ends = self.grace_ends
        return self.valid_until is not None and ends is not None and self.valid_until < on <= ends


def status_on(
    period: Period, changes: Iterable[Change], on: date, known_at: datetime | None = None
) -> Status:
    """The status on ``on``, from what was recorded by ``known_at`` (everything, when None).

    The latest change that has begun decides. ``superseded`` is final. A suspension ends after its last day; a
    withdrawal only by a later ``active`` (an appeal upheld). Nothing is active before its first or after its
    last day.
    """
    status: Status = "active"
    until: date | None = None
    known = [change for change in changes if known_at is None or change.recorded <= known_at]
    for change in sorted(known, key=lambda change: (change.at, change.recorded, change.id)):
        if change.at.date() > on or status == "superseded":
            break
        status, until = change.status, change.until
    if status == "suspended" and until is not None and until < on:
        status = "active"
    if status in ("active", "suspended"):
        if period.valid_until is not None and on > period.valid_until:
            return "expired"
        if on < period.valid_from:
            return "pending"
    return status


def turning_days(period: Period, changes: Iterable[Change], on: date) -> list[date]:
    """The later days on which the status may change by itself, given what is known, in order."""
    days = {period.valid_from}
    if period.valid_until is not None:
        days.add(period.valid_until + ONE_DAY)
    for change in changes:
        days.add(change.at.date())
        if change.until is not None:
            days.add(change.until + ONE_DAY)
    return sorted(day for day in days if day > on)


def suspension_ends(start: date, *, max_months: int = 6) -> date:
    """The last day of a suspension that begins on ``start`` and uses all the time it may."""
    return add_months(start, max_months) - ONE_DAY
