"""How an amount is shared among those who have a part in it, to the last minor unit. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from app.rules.months import add_months
from app.rules.settlement import FULL, cost_of
from app.rules.terms import Price


def split(net: int, shares: Sequence[int]) -> tuple[int, ...]:
    """``net`` by ``shares`` in hundredths of a percent, and last the rest: together they are ``net`` exactly.

    Each gets the whole minor units of its share; what is left over goes, one each, to the largest fractions, the
    first first. An amount that is given back is shared as it was when it came. Raises ValueError for shares below
    zero, or above a whole together.
    """
    rest = FULL - sum(shares)
    if rest < 0 or any(one < 0 for one in shares):
        raise ValueError("shares are parts of a whole")
    weights = [*shares, rest]
    size = abs(net)
    parts = [size * one // FULL for one in weights]
    by_fraction = sorted(range(len(weights)), key=lambda at: -(size * weights[at] % FULL))
    for at in by_fraction[: size - sum(parts)]:
        parts[at] += 1
    return tuple(parts if net >= 0 else (-one for one in parts))


def costs(price: Price, before: int, quantities: Iterable[int]) -> Iterator[int]:
    """What each use (1) or correction (-1) adds to what is owed, in their order, after ``before`` others. Together
    they are what the month is charged for uses."""
    count, owed = before, cost_of(price, before)
    for one in quantities:
        count += one
        owed, already = cost_of(price, count), owed
        yield owed - already


def seat_price(total: int, seats: int, number: int) -> int:
    """What seat ``number`` (from 0 on) cost of ``seats`` that were bought for ``total``; nothing beyond them."""
    if not 0 <= number < seats:
        return 0
    return total * (number + 1) // seats - total * number // seats


def month_part(total: int, first: date, last: date, month: str) -> int:
    """What of ``total``, which is for the days from ``first`` to ``last``, is for those in a month such as 2027-03. The
    months together are the whole."""
    days, begins = (last - first).days + 1, date.fromisoformat(f"{month}-01")

    def until(day: date) -> int:
        return total * min(max((day - first).days, 0), days) // days

    return until(add_months(begins, 1)) - until(begins)
