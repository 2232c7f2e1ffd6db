"""From what is owed for a month to an invoice: what each side has said of itself, and what is still missing."""

from __future__ import annotations

import uuid
from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import audit
from app.licensing.invoice_models import InvoicingDetails
from app.licensing.models import Licence
from app.organisations.models import Organisation
from app.rules.invoice import Invoice, Line, Party, Payment, signed
from app.rules.settlement import Account, Charge


@dataclass(frozen=True, slots=True)
class Details:
    """What is said in :class:`InvoicingDetails`, as it is given."""

    name: str
    number: str
    vat_number: str
    street: str
    postcode: str
    city: str
    scheme: str
    endpoint: str
    email: str
    reference: str
    days: int
    bankgiro: str
    iban: str
    f_tax: bool
    exemption: str


def details_of(session: Session, organisation: uuid.UUID) -> InvoicingDetails | None:
    """What the organisation said last, or None."""
    said = select(InvoicingDetails).where(InvoicingDetails.organisation_id == organisation)
    return session.scalars(said.order_by(InvoicingDetails.id.desc()).limit(1)).first()


def keep(
    session: Session, organisation: Organisation, given: Details, *, by: uuid.UUID, now: datetime
) -> InvoicingDetails:
    """From now on this is what the organisation's invoices say of it. Saying the same again keeps nothing new."""
    said = asdict(given)
    known = details_of(session, organisation.id)
    if known is not None and all(getattr(known, name) == value for name, value in said.items()):
        return known
    made = InvoicingDetails(organisation_id=organisation.id, given_by=by, given_at=now, **said)
    session.add(made)
    session.flush()
    audit.record(
        session, "organisation.invoicing", by=by, now=now, subject=organisation, organisation=organisation.id
    )
    return made


_ADDRESS = ("number", "street", "postcode", "city", "endpoint")


def missing(said: InvoicingDetails | None, *, sells: bool, rate: int) -> Sequence[str]:
    """The fields without which no invoice can name the organisation as seller (``sells``) or as buyer."""
    wanted = [*_ADDRESS, *(("vat_number",) if sells else ("reference",))]
    lacking = [name for name in wanted if not getattr(said, name, "")]
    if sells and not (said and (said.bankgiro or said.iban)):
        lacking.append("account")
    if sells and not rate and not (said and said.exemption):
        lacking.append("exemption")
    return lacking


def number_of(licence: Licence, month: str) -> str:
    """The number that the basis has until the seller gives it one of its own series."""
    return f"{month}-{licence.number.hex[-8:].upper()}"


def period(month: str) -> tuple[date, date]:
    """The first and the last day of a month such as 2027-03."""
    year, number = map(int, month.split("-"))
    return date(year, number, 1), date(year, number, monthrange(year, number)[1])


def _party(said: InvoicingDetails) -> Party:
    return Party(
        name=said.name,
        number=said.number,
        vat_number=said.vat_number,
        street=said.street,
        postcode=said.postcode,
        city=said.city,
        scheme=said.scheme,
        endpoint=said.endpoint,
        email=said.email,
    )


def made(
    seller: InvoicingDetails,
    buyer: InvoicingDetails,
    owed: Account,
    month: str,
    *,
    number: str,
    on: date,
    name: Callable[[Charge], str],
    note: str,
) -> Invoice:
    """The month's invoice, or credit note, dated ``on``; ``name`` says what a charge is for.

    Both sides must have said everything: see :func:`missing`.
    """
    first, last = period(month)
    return signed(
        Invoice(
            number=number,
            issued=on,
            due=on + timedelta(days=seller.days),
            first=first,
            last=last,
            currency=owed.currency,
            seller=_party(seller),
            buyer=_party(buyer),
            reference=buyer.reference,
            payment=Payment(seller.days, seller.bankgiro, seller.iban, seller.f_tax),
            lines=tuple(_line(one, owed.vat_rate, name(one)) for one in owed.charges),
            exemption=seller.exemption,
            note=note,
        )
    )


def _line(charge: Charge, rate: int, name: str) -> Line:
    """A charge that counts nothing is one unit, or one less."""
    quantity = charge.quantity if charge.quantity is not None else 1 if charge.net >= 0 else -1
    return Line(name, quantity, charge.net, rate)
