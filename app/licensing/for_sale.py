"""What a course's page says about its licence: the price in words, and who can ask for one."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.accounts import service as accounts
from app.licensing import market, pricing, publishers, words
from app.licensing.market_models import LicenceRequest
from app.organisations import service as organisations

LEADING = ("lead", "partner")
"""Roles that ask for their organisation."""


@dataclass(frozen=True, slots=True)
class ForSale:
    """``price`` in words. ``asks``: the reader may ask; ``whom``: who in their organisation may, where they may not.
    ``asked``: what their organisations have asked for and is not settled. ``prices``: the reader sets the price."""

    publisher: str
    price: str
    asks: bool
    whom: Sequence[str]
    asked: Sequence[LicenceRequest]
    prices: bool


def of_course(
    session: Session,
    course: str,
    *,
    home: uuid.UUID | None,
    asking: frozenset[uuid.UUID],
    selling: frozenset[uuid.UUID],
    today: date,
) -> ForSale | None:
    """None where the course needs no licence. ``home``: the reader's organisation; ``asking`` and ``selling``: those
    for which they act."""
    owner = publishers.publisher_of(session, course)
    publisher = organisations.load_organisation(session, owner)
    if owner is None or publisher is None:
        return None
    row = pricing.current(session, course, owner)
    asking -= {owner}
    whom = []
    if home is not None and home != owner and not asking:
        whom = [
            one.name
            for role in LEADING
            for one in accounts.people_with_role(session, role, today, organisation=home)
        ]
    return ForSale(
        publisher=publisher.name,
        price=words.price(pricing.price_of(row), row.kind)
        if row
        else _("The publisher names it when you ask."),
        asks=bool(asking),
        whom=list(dict.fromkeys(whom)),
        asked=market.open_ones(session, course, asking) if asking else (),
        prices=owner in selling,
    )
