"""An invoice's figures: lines, VAT for each category and rate, totals, in whole minor units. Pure.

The terms are those of EN 16931. VAT is reckoned once for each category and rate, over the sum of its lines, and rounded
there alone; so the parts add up to the whole. What is owed back is a credit note, whose amounts are written positive.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from app.rules.settlement import vat_of


@dataclass(frozen=True, slots=True)
class Party:
    """A Swedish seller or buyer. ``number``: ten digits of the organisation number; ``endpoint`` is where it receives
    electronic invoices, under the numbering ``scheme`` (0007 organisation number, 0088 GLN). ``vat_number`` and
    ``email`` may be empty."""

    name: str
    number: str
    vat_number: str
    street: str
    postcode: str
    city: str
    scheme: str
    endpoint: str
    email: str = ""


@dataclass(frozen=True, slots=True)
class Payment:
    """How the buyer pays. ``bankgiro`` and ``iban``: one of them at least; ``days`` from the invoice's day on."""

    days: int
    bankgiro: str
    iban: str
    f_tax: bool


@dataclass(frozen=True, slots=True)
class Line:
    """``quantity`` units for ``net`` minor units together, without VAT, at ``rate`` hundredths of a percent."""

    name: str
    quantity: int
    net: int
    rate: int

    @property
    def category(self) -> str:
        """S: the standard rules, E: exempt."""
        return "S" if self.rate else "E"

    @property
    def price(self) -> tuple[int, int]:
        """(price, for how many): of one where it is a whole number of minor units, else of all of them together.
        A price is never below zero; a line that is, has its quantity below zero."""
        size, cost = abs(self.quantity), abs(self.net)
        return (cost // size, 1) if cost % size == 0 else (cost, size)


@dataclass(frozen=True, slots=True)
class Vat:
    """The lines of one category and rate together: what is taxed, and its VAT."""

    category: str
    rate: int
    taxable: int
    amount: int


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice, or with ``credit`` a credit note. ``exemption`` says why lines of category E bear no VAT."""

    number: str
    issued: date
    due: date
    first: date
    last: date
    currency: str
    seller: Party
    buyer: Party
    reference: str
    payment: Payment
    lines: tuple[Line, ...]
    exemption: str = ""
    note: str = ""
    credit: bool = False

    @property
    def vat(self) -> tuple[Vat, ...]:
        groups: dict[tuple[str, int], int] = {}
        for one in self.lines:
            key = one.category, one.rate
            groups[key] = groups.get(key, 0) + one.net
        return tuple(
            Vat(category, rate, net, vat_of(net, rate)) for (category, rate), net in sorted(groups.items())
        )

    @property
    def net(self) -> int:
        return sum(one.net for one in self.lines)

    @property
    def vat_total(self) -> int:
        return sum(one.amount for one in self.vat)

    @property
    def gross(self) -> int:
        return self.net + self.vat_total


def signed(invoice: Invoice) -> Invoice:
    """The same as a credit note with its signs turned, where more is owed back than is owed."""
    if invoice.net >= 0:
        return invoice
    turned = tuple(replace(one, quantity=-one.quantity, net=-one.net) for one in invoice.lines)
    return replace(invoice, lines=turned, credit=True)
