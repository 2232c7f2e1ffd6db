"""What licences cost in a month, from signed terms and usage lines; whoever bought pays for what was handed on."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from sqlalchemy import Integer, case, cast, func, select
from sqlalchemy.orm import Session

from app.licensing import gate, licences
from app.licensing.models import Licence, PublisherKey, UsageLine
from app.rules.settlement import Account, account, cost_of
from app.rules.terms import Terms

CHUNK = 500


def uses_until(session: Session, month: str, *licence: uuid.UUID) -> dict[uuid.UUID, tuple[int, int]]:
    """For each licence that was bought: the uses of the months before, and of the month; of those given, or all."""
    bought = func.coalesce(Licence.parent_id, Licence.id)
    of_month = case((UsageLine.month == month, UsageLine.quantity), else_=0)
    sums = (
        select(
            bought,
            cast(func.sum(UsageLine.quantity - of_month), Integer),
            cast(func.sum(of_month), Integer),
        )
        .select_from(UsageLine)
        .join(Licence, Licence.id == UsageLine.licence_id)
        .where(UsageLine.month <= month)
        .group_by(bought)
    )
    if licence:
        sums = sums.where((Licence.id.in_(licence)) | (Licence.parent_id.in_(licence)))
    return {row[0]: (row[1], row[2]) for row in session.execute(sums)}


def public_keys(session: Session) -> dict[str, bytes]:
    """Every key with which licences were signed, by its fingerprint."""
    return {one.fingerprint: bytes(one.public_key) for one in session.scalars(select(PublisherKey))}


def price_of_seats(terms: Terms) -> int:
    """What the seats that were bought cost together."""
    return cost_of(terms.price, terms.amount or 0)


def account_of(session: Session, licence: Licence, month: str) -> Account:
    """What the licensee owes the publisher for the month, without what was handed on to it by others.

    Raises :class:`Refused` ``signature`` where the licence was changed after it was installed.
    """
    before, uses = uses_until(session, month, licence.id).get(licence.id, (0, 0))
    return account(licences.terms_of(session, licence), month, before=before, uses=uses)


def settle(session: Session, month: str) -> Iterator[tuple[Licence, Account | None]]:
    """Every licence that was bought, with what is owed for the month; None where its signature does not hold.

    Lines are added up by the database and licences read in steps, so that many need no more memory than few.
    """
    sums, keys = uses_until(session, month), public_keys(session)
    last = None
    while True:
        wanted = select(Licence).where(Licence.parent_id.is_(None)).order_by(Licence.id).limit(CHUNK)
        found = session.scalars(wanted if last is None else wanted.where(Licence.id > last)).all()
        for one in found:
            before, uses = sums.get(one.id, (0, 0))
            terms = gate.read_terms(bytes(one.content), keys.get(one.fingerprint))
            yield one, account(terms, month, before=before, uses=uses) if terms else None
        if len(found) < CHUNK:
            return
        last = found[-1].id
        session.expunge_all()
