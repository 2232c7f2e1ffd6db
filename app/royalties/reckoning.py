"""A licence's month shared out: every charge and every use by the plan of its day, to the last minor unit.

Charges for uses are shared use by use. What is owed for seats that were bought, for the whole period or up to the
minimum is shared among the authors when it is owed. The trainers get theirs when something is used, of the seat's price
or of the month's part of a flat price, and the publisher pays it out of what it kept. So the shares, the publisher's
own included, are together what the licensee owes, in every month.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby, tee
from operator import itemgetter

from sqlalchemy import ColumnElement, case, func, null, or_, select
from sqlalchemy.orm import Session, aliased

from app.cascade import service as cascade
from app.clock import local_date
from app.licensing import gate, licences, settling
from app.licensing.models import Licence, UsageLine
from app.lrs.models import Statement
from app.royalties import plans
from app.royalties.lineage import Lineage
from app.royalties.models import GENERATIONS, RoyaltyPlan, RoyaltyShare
from app.rules.entitlement import WAYS
from app.rules.royalty import costs, month_part, seat_price, split
from app.rules.settlement import account, cost_of, month_of
from app.rules.terms import Terms

CHUNK = 500
"""Lines that are looked up together."""
_GIVEN = tuple(kind for kind, ways in WAYS.items() if "session" in ways)
"""Kinds of licences under which somebody may have been trained by somebody."""


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
    """A use or a correction (``quantity``), and the trainers behind it; ``day`` is that of the use, and so is ``line``,
    which is told under a flat price alone."""

    line: uuid.UUID | None
    quantity: int
    day: date
    trainers: tuple[uuid.UUID, ...]


def _of(licences: Sequence[uuid.UUID]) -> ColumnElement[bool]:
    """The licences, and what was handed on out of them."""
    return or_(Licence.id.in_(licences), Licence.parent_id.in_(licences))


def _uses(
    session: Session, wanted: Sequence[uuid.UUID], month: str, *, deep: bool
) -> Iterator[tuple[uuid.UUID, Use]]:
    """The month's lines of these licences, one licence after the other, of seats that were handed on with those of the
    licence that was bought; a correction is as the use that it corrects. ``deep``: with the trainers behind them."""
    countered, cause = aliased(UsageLine), aliased(Statement)
    whose = case((Licence.id.in_(wanted), Licence.id), else_=Licence.parent_id)
    rows = (
        select(
            whose,
            case((Licence.kind == "flat", func.coalesce(UsageLine.counters_id, UsageLine.id))),
            UsageLine.quantity,
            func.coalesce(countered.recorded_at, UsageLine.recorded_at),
            case((Licence.kind.in_(_GIVEN), cause.statement_id)) if deep else null(),
        )
        .join(Licence, Licence.id == UsageLine.licence_id)
        .outerjoin(countered, countered.id == UsageLine.counters_id)
        .join(cause, cause.position == func.coalesce(countered.statement, UsageLine.statement))
        .where(UsageLine.month == month, _of(wanted))
        .order_by(whose, UsageLine.id)
    )
    lineage = Lineage(session)
    for some in session.execute(rows.execution_options(yield_per=CHUNK)).partitions():
        given = [row[-1] for row in some if row[-1] is not None]
        gave = cascade.trainers_by_statement(session, given) if given else {}
        for of, line, quantity, at, statement in some:
            behind = lineage.of(gave.get(statement), at, GENERATIONS)
            yield of, Use(line, quantity, local_date(at), behind)


class _Plans:
    """The plan of a day, and its shares."""

    def __init__(self, session: Session, publisher: uuid.UUID, course: str) -> None:
        self._plans = plans.plans_of(session, publisher, course)
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
    times: int = 1,
    owed: bool = True,
) -> None:
    """Share ``base`` so many ``times``; where it is not owed anew, the publisher pays it out of what it kept before."""
    given = list(shares)
    *amounts, rest = split(base, [share.share for share, _who in given])
    for (share, who), amount in zip(given, amounts, strict=True):
        shared.add(share, who, base=base * times, amount=amount * times, uses=uses * times)
    shared.rest += (rest if owed else rest - base) * times


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
    licences.terms_of(session, licence)
    ((_licence, shared),) = reckon_together(session, [licence], month)
    return shared


def reckon_together(
    session: Session, found: Sequence[Licence], month: str
) -> Iterator[tuple[Licence, Shared]]:
    """What everybody gets of these licences' month, without those that were changed after they were installed.

    What is known about them is read at once, their lines while they are shared out: many need no more memory than few.
    """
    wanted = {one.id: one for one in found}
    sums, keys = settling.uses_until(session, month, *wanted), settling.public_keys(session)
    sold = {(one.publisher_id, one.course) for one in found}
    of = {one: _Plans(session, *one) for one in sold}

    def share(licence: Licence, lines: Iterable[tuple[uuid.UUID, Use]]) -> Shared | None:
        terms = gate.read_terms(bytes(licence.content), keys.get(licence.fingerprint))
        if terms is None:
            return None
        before, uses = sums.get(licence.id, (0, 0))
        owed = account(terms, month, before=before, uses=uses)
        shared, shares = Shared(owed.currency, owed.net), of[licence.publisher_id, licence.course]
        for charge in owed.charges:
            if charge.what != "uses":
                _give(shared, _authors(shares.on(_day_of(charge.what, terms))), charge.net, uses=0)
        if terms.kind == "flat":
            _flat(session, shared, shares, licence, terms, (use for _id, use in lines))
        else:
            _used(shared, shares, terms, (use for _id, use in lines), before)
        return shared

    lines = _uses(session, list(wanted), month, deep=any(one.deep for one in of.values()))
    unused = dict(wanted)
    for id, its in groupby(lines, itemgetter(0)):
        shared = share(unused.pop(id), its)
        if shared is not None:
            yield wanted[id], shared
    for licence in unused.values():
        shared = share(licence, ())
        if shared is not None:
            yield licence, shared


def _used(shared: Shared, found: _Plans, terms: Terms, lines: Iterable[Use], before: int) -> None:
    """What uses cost; of seats, the trainers' part of each seat's price in the month in which it is used.

    Uses of one day that cost the same, with the same trainers behind them, are shared once, so many times over.
    """
    lines, again = tee(lines)
    quantities = (one.quantity for one in again)
    seats = terms.kind == "seats"
    prices = _seat_prices(terms, before, quantities) if seats else costs(terms.price, before, quantities)
    alike = Counter(
        (use.day, use.trainers, use.quantity, price) for use, price in zip(lines, prices, strict=True)
    )
    for (day, behind, quantity, price), times in alike.items():
        shares = found.on(day)
        given = [*([] if seats else _authors(shares)), *_trainers(shares, behind)]
        _give(shared, given, price, uses=quantity, times=times, owed=not seats)


def _seat_prices(terms: Terms, before: int, quantities: Iterable[int]) -> Iterator[int]:
    bought, total, count = terms.amount or 0, settling.price_of_seats(terms), before
    for one in quantities:
        yield one * seat_price(total, bought, count if one > 0 else count - 1)
        count += one


def _counted(session: Session, licence: Licence, month: str) -> dict[uuid.UUID, int]:
    """The uses of the month that were not corrected in it, numbered from 0 on: no later month changes them."""
    against = aliased(UsageLine)
    corrected = select(against.id).where(against.counters_id == UsageLine.id, against.month == month)
    rows = (
        select(UsageLine.id)
        .join(Licence, Licence.id == UsageLine.licence_id)
        .where(UsageLine.month == month, UsageLine.quantity == 1, _of([licence.id]), ~corrected.exists())
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
        number = months[month].get(use.line) if use.line else None
        if number is None:  # it came and was corrected in one month
            continue
        part = month_part(total, terms.starts, terms.ends, month)
        cost = use.quantity * seat_price(part, len(months[month]), number)
        if cost:  # after its last day the price pays for nothing more
            _give(shared, _trainers(found.on(use.day), use.trainers), cost, uses=use.quantity, owed=False)
