"""Calendar months, and windows that are so many months long.

A month later is the same day of the month, or the last day where that month is shorter: 31 January and a
month is 28 or 29 February. An item of day D lies within ``n`` months on every day before
``add_months(D, n)``.
"""

from __future__ import annotations

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from typing import overload

ONE_DAY = timedelta(days=1)


def add_months(day: date, months: int) -> date:
    """The day ``months`` calendar months after ``day`` (before it, when negative)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def cutoff(on: date, months: int) -> date:
    """The latest day that no longer lies within ``months`` on ``on``; every later day does."""
    day = add_months(on, -months)
    while add_months(day + ONE_DAY, months) <= on:
        day += ONE_DAY
    return day


def falls_out(day: date, months: int) -> date:
    """The first date on which an item of ``day`` no longer lies within ``months``."""
    return add_months(day, months)


class FallOuts(Sequence[date]):
    """The dates on which the sorted ISO ``days`` fall out of a window, worked out only when asked for."""

    __slots__ = ("_days", "_months")

    def __init__(self, days: list[str], months: int) -> None:
        self._days = days
        self._months = months

    def __len__(self) -> int:
        return len(self._days)

    @overload
    def __getitem__(self, index: int) -> date: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[date]: ...
    def __getitem__(self, index: int | slice) -> date | Sequence[date]:
        if isinstance(index, slice):
            return FallOuts(self._days[index], self._months)
        return falls_out(date.fromisoformat(self._days[index]), self._months)


def after(days: list[str], day: str) -> list[str]:
    """Those of the sorted ISO ``days`` that come later than ``day``."""
    return days[bisect_right(days, day) :]
