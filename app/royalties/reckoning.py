"""A licence's month shared out: every charge and every use by the plan of its day, to the last minor unit.

Charges for uses are shared use by use. What is owed for seats that were bought, for the whole period or up to the
minimum is shared among the authors when it is owed. The trainers get theirs when something is used, of the seat's price
or of the month's part of a flat price, and the publisher pays it out of what it kept. So the shares, the publisher's
own included, are together what the licensee owes, in every month.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.cascade import service as cascade
from app.clock import local_date
from app.licensing import licences, settling
from app.licensing.models import Licence, UsageLine
from app.lrs.models import Statement
from app.royalties import plans
from app.royalties.lineage import Lineage
from app.royalties.models import GENERATIONS, RoyaltyPlan, RoyaltyShare
from app.rules.royalty import costs, month_part, seat_price, split
from app.rules.settlement import cost_of, month_of
from app.rules.terms import Terms

CHUNK = 500
"""Lines that are looked up together."""


@dataclass(slots=True)
class Due:
    """What one receiver is owed by one share; exactly one of ``person`` and ``organisation`` is given."""

    share: RoyaltyShare
    person: uuid.UUID | None
    organisation: uuid.UUID | None
    uses: int = 0
    base: int = 0
    amount: int = 0


@dataclass(slots=True)
class Shared:
    """A month: ``net`` is what the licensee owes, ``rest`` what the publisher keeps, ``dues`` what the others get."""

    currency: str
    net: int
    rest: int = 0
    dues: dict[tuple[uuid.UUID, uuid.UUID], Due] = field(default_factory=dict)

    def add(
        self, share: RoyaltyShare, person: uuid.UUID | None, *, base: int, amount: int, uses: int
    ) -> None:
        """Add to what the share's author, or the trainer ``person``, is owed."""
        who = person or share.person_id
        key = share.id, who or share.organisation_id or share.id
        due = self.dues.setdefault(key, Due(share, who, None if who else share.organisation_id))
        due.uses, due.base, due.amount = due.uses + uses, due.base + base, due.amount + amount


@dataclass(frozen=True, slots=True)
class Use:
    """A use or a correction (``quantity``), and the trainers behind it; ``line`` and ``day`` are those of the use."""

    line: uuid.UUID
    quantity: int
    day: date
    trainers: Sequence[uuid.UUID]


def _of(licence: Licence) -> ColumnElement[bool]:
    """The licence, and what was handed on out of it."""
    return or_(Licence.id == licence.id, Licence.parent_id == licence.id)


def _uses(session: Session, licence: Licence, month: str, *, deep: bool) -> Iterator[Use]:
    """The lines of the month, of seats that were handed on too; a correction is as the use that it corrects."""
    countered, cause = aliased(UsageLine), aliased(Statement)
    rows = (
        select(
            func.coalesce(UsageLine.counters_id, UsageLine.id),
            UsageLine.quantity,
            func.coalesce(countered.recorded_at, UsageLine.recorded_at),
            cause.statement_id,
        )
        .join(Licence, Licence.id == UsageLine.licence_id)
        .outerjoin(countered, countered.id == UsageLine.counters_id)
        .join(cause, cause.position == func.coalesce(countered.statement, UsageLine.statement))
        .where(UsageLine.month == month, _of(licence))
        .order_by(UsageLine.id)
    )
    lineage = Lineage(session)
    for some in session.execute(rows.execution_options(yield_per=CHUNK)).partitions():
        gave = (
            cascade.trainers_by_statement(session, [statement for *_use, statement in some]) if deep else {}
        )
        for line, quantity, at, statement in some:
            yield Use(line, quantity, local_date(at), lineage.of(gave.get(statement), at, GENERATIONS))


class _Plans:
    """The plan of a day, and its shares."""

    def __init__(self, session: Session, licence: Licence) -> None:
        self._plans = plans.plans_of(session, licence.publisher_id, licence.course)
        self._shares = plans.shares_of(session, self._plans)
        self.deep = any(one.role == "trainer" for each in self._shares.values() for one in each)

    def on(self, day: date) -> Sequence[RoyaltyShare]:
        plan: RoyaltyPlan | None = next((one for one in self._plans if one.holds(day)), None)
        return self._shares[plan.id] if plan else ()


def _give(
    shared: Shared,
    shares: Iterable[tuple[RoyaltyShare, uuid.UUID | None]],
    base: int,
    *,
    uses: int,
    owed: bool = True,
) -> None:
    """Share ``base``; where it is not owed anew, the publisher pays it out of what it kept before."""
    given = list(shares)
    *amounts, rest = split(base, [share.share for share, _who in given])
    for (share, who), amount in zip(given, amounts, strict=True):
        shared.add(share, who, base=base, amount=amount, uses=uses)
    shared.rest += rest if owed else rest - base


def _authors(shares: Iterable[RoyaltyShare]) -> list[tuple[RoyaltyShare, uuid.UUID | None]]:
    return [(one, None) for one in shares if one.role == "author"]


def _trainers(
    shares: Iterable[RoyaltyShare], line: Sequence[uuid.UUID]
) -> list[tuple[RoyaltyShare, uuid.UUID | None]]:
    """The shares of those generations that there are; what nobody gets stays with the publisher."""
    return [
        (one, line[one.generation])
        for one in shares
        if one.role == "trainer" and one.generation is not None and one.generation < len(line)
    ]


def _day_of(charge: str, terms: Terms) -> date:
    return terms.ends if charge == "minimum" else terms.starts


def reckon(session: Session, licence: Licence, month: str) -> Shared:
    """What everybody gets of the licence's month. Raises :class:`Refused` ``signature`` for a changed licence."""
    owed, terms = settling.account_of(session, licence, month), licences.terms_of(session, licence)
    found, shared = _Plans(session, licence), Shared(owed.currency, owed.net)
    uses = list(_uses(session, licence, month, deep=found.deep))
    before = settling.uses_before(session, licence, month)
    for charge in owed.charges:
        if charge.what != "uses":
            _give(shared, _authors(found.on(_day_of(charge.what, terms))), charge.net, uses=0)
    if terms.kind == "seats":
        _seats(shared, found, terms, uses, before)
    elif terms.kind == "flat":
        _flat(session, shared, found, licence, terms, uses)
    else:
        for use, cost in zip(uses, costs(terms.price, before, [one.quantity for one in uses]), strict=True):
            shares = found.on(use.day)
            _give(shared, [*_authors(shares), *_trainers(shares, use.trainers)], cost, uses=use.quantity)
    return shared


def _seats(shared: Shared, found: _Plans, terms: Terms, uses: Iterable[Use], before: int) -> None:
    """The trainers' part of each seat's price, in the month in which it is used."""
    bought = terms.amount or 0
    total, count = settling.price_of_seats(terms), before
    for use in uses:
        seat = count if use.quantity > 0 else count - 1
        cost = use.quantity * seat_price(total, bought, seat)
        _give(shared, _trainers(found.on(use.day), use.trainers), cost, uses=use.quantity, owed=False)
        count += use.quantity


def _counted(session: Session, licence: Licence, month: str) -> dict[uuid.UUID, int]:
    """The uses of the month that were not corrected in it, numbered from 0 on: no later month changes them."""
    against = aliased(UsageLine)
    corrected = select(against.id).where(against.counters_id == UsageLine.id, against.month == month)
    rows = (
        select(UsageLine.id)
        .join(Licence, Licence.id == UsageLine.licence_id)
        .where(UsageLine.month == month, UsageLine.quantity == 1, _of(licence), ~corrected.exists())
        .order_by(UsageLine.id)
    )
    return {id: number for number, id in enumerate(session.scalars(rows))}


def _flat(
    session: Session,
    shared: Shared,
    found: _Plans,
    licence: Licence,
    terms: Terms,
    uses: Iterable[Use],
) -> None:
    """The trainers' part of a flat price: the days of a month are paid by its part of the price, which is parted evenly
    among the uses of the month. A use that is corrected later gives back what it got."""
    total, months = cost_of(terms.price, 1), dict[str, dict[uuid.UUID, int]]()
    for use in uses if found.deep else ():
        month = month_of(use.day)
        if month not in months:
            months[month] = _counted(session, licence, month)
        number = months[month].get(use.line)
        if number is None:  # it came and was corrected in one month
            continue
        part = month_part(total, terms.starts, terms.ends, month)
        cost = use.quantity * seat_price(part, len(months[month]), number)
        if cost:  # after its last day the price pays for nothing more
            _give(shared, _trainers(found.on(use.day), use.trainers), cost, uses=use.quantity, owed=False)
