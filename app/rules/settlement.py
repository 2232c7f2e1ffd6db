"""What a licence costs in a month: from its terms and the number of uses, in whole minor units.

Pure. The cost is reckoned from the beginning of the licence on, and a month is charged what the cost has grown by: so
the months add up to the whole, whatever the tiers, and a use that is corrected later gives back exactly what it cost.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.rules.terms import Price, Terms

FULL = 10_000
"""A whole, in hundredths of a percent."""


@dataclass(frozen=True, slots=True)
class Charge:
    """One line of a statement of account. ``what``: ``seats``, ``uses``, ``flat`` or ``minimum``; ``quantity`` None
    where nothing is counted. ``net`` is without VAT."""

    what: str
    quantity: int | None
    net: int


@dataclass(frozen=True, slots=True)
class Account:
    """What is owed for one month, in minor units of ``currency``; ``vat_rate`` in hundredths of a percent."""

    charges: tuple[Charge, ...]
    currency: str
    vat_rate: int

    @property
    def net(self) -> int:
        return sum(one.net for one in self.charges)

    @property
    def vat(self) -> int:
        return vat_of(self.net, self.vat_rate)

    @property
    def gross(self) -> int:
        return self.net + self.vat


def vat_of(net: int, rate: int) -> int:
    """VAT on ``net``, rounded to the nearest minor unit, half away from zero: a credit is a charge reversed."""
    size = (abs(net) * rate + FULL // 2) // FULL
    return size if net >= 0 else -size


def cost_of(price: Price, units: int) -> int:
    """What so many units cost together, without the minimum."""
    if price.model == "free" or units <= 0:
        return 0
    if price.model == "flat":
        return price.amount
    if price.model == "each":
        return units * price.amount
    cost, below = 0, 0
    for end, each in price.tiers:
        top = units if end is None else min(units, end)
        cost += max(0, top - below) * each
        below = top
    return cost


def month_of(day: date) -> str:
    """The month of a day, such as 2027-03."""
    return f"{day:%Y-%m}"


def account(terms: Terms, month: str, *, before: int, uses: int) -> Account:
    """What the licensee owes for ``month``. ``before``: the uses of the months before it; ``uses``: its own, less its
    corrections.

    Seats that were bought and a flat price are owed in the licence's first month, used or not. What is missing to the
    minimum is owed in its last; uses that are recorded later are owed as they come, less what the minimum has covered.
    """
    price, first, last = terms.price, month_of(terms.starts), month_of(terms.ends)
    charges: list[Charge] = []
    if terms.kind == "flat":
        if month == first and cost_of(price, 1):
            charges.append(Charge("flat", None, cost_of(price, 1)))
        total_before = total = cost_of(price, 1)
    elif terms.kind == "seats":
        bought = terms.amount or 0
        total_before = total = cost_of(price, bought)
        if month == first and total:
            charges.append(Charge("seats", bought, total))
    else:
        total_before, total = cost_of(price, before), cost_of(price, before + uses)
        if uses:
            charges.append(Charge("uses", uses, total - total_before))
    minimum = _minimum(price, month, last, total_before, total)
    if minimum:
        charges.append(Charge("minimum", None, minimum))
    return Account(tuple(charges), price.currency, price.vat)


def _minimum(price: Price, month: str, last: str, before: int, total: int) -> int:
    if month < last:
        return 0
    owed_now = max(price.minimum, total) - total
    owed_before = 0 if month == last else max(price.minimum, before) - before
    return owed_now - owed_before
