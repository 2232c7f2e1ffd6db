"""The basis for an invoice: what it would say, what is missing for it, and the file for Peppol."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping

from flask import Response, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app import clock
from app.access import permission
from app.db import db
from app.licensing import invoicing, metering, ubl
from app.licensing.account_views import asked_account, what
from app.licensing.blueprint import Page, bp, course_name, holding, month_name, names_of
from app.licensing.invoice_forms import DetailsForm
from app.licensing.models import Licence
from app.organisations import service as organisations
from app.rules.invoice import Invoice
from app.rules.settlement import Account
from app.ui import formatting

MISSING: Mapping[str, LazyString] = {
    "number": _l("organisation number"),
    "street": _l("street or box"),
    "postcode": _l("postcode"),
    "city": _l("town"),
    "endpoint": _l("address for electronic invoices"),
    "reference": _l("your reference"),
    "vat_number": _l("number for VAT"),
    "account": _l("bankgiro or IBAN"),
    "exemption": _l("why no VAT is charged"),
}


def _lacking(licence: Licence, rate: int) -> list[tuple[uuid.UUID, list[str]]]:
    """Each side of which something is missing, and what."""
    session = db.session()
    sides = ((licence.publisher_id, True), (licence.licensee_id, False))
    found = (
        (side, invoicing.missing(invoicing.details_of(session, side), sells=sells, rate=rate))
        for side, sells in sides
    )
    return [(side, [str(MISSING[one]) for one in lacking]) for side, lacking in found if lacking]


def _asked_number(licence: Licence, month: str) -> str:
    """The number of the seller's own series, if the address gives one that an invoice may have."""
    asked = request.args.get("number", "").strip()
    return asked if re.fullmatch(r"[\w./-]{1,30}", asked) else invoicing.number_of(licence, month)


def _language(licence: Licence) -> str:
    """The buyer's language."""
    buyer = organisations.load_organisation(db.session(), licence.licensee_id)
    return buyer.language if buyer else "sv"


def _invoice(licence: Licence, month: str, owed: Account) -> Invoice | None:
    """The invoice, or None where nothing is owed or something is missing."""
    session = db.session()
    seller = invoicing.details_of(session, licence.publisher_id)
    buyer = invoicing.details_of(session, licence.licensee_id)
    if not owed.charges or seller is None or buyer is None or _lacking(licence, owed.vat_rate):
        return None
    with force_locale(_language(licence)):  # an invoice says the same, whoever asks for it
        course = course_name(licence.course)
        return invoicing.made(
            seller,
            buyer,
            owed,
            month,
            number=_asked_number(licence, month),
            on=clock.local_date(clock.now()),
            name=lambda charge: f"{course}: {what(charge)}",
            note=_(
                "Licence %(number)s, %(month)s. Each use cites its statement in the usage report.",
                number=licence.number,
                month=month_name(month),
            ),
        )


@bp.get("/licences/<uuid:licence_id>/invoice")
@permission("licence.hold")
def licence_invoice(licence_id: uuid.UUID) -> Page:
    """What the invoice says, or what is missing for it and where to give it."""
    found, month, owed = asked_account(licence_id)
    invoice = _invoice(found, month, owed)

    def money(minor: int) -> str:
        return formatting.money(minor, owed.currency)

    mine = holding()
    return render_template(
        "licensing/invoice.html",
        licence=found,
        month=month,
        names=names_of([found]),
        owed=owed,
        lacking=[
            (side, lacking, mine is None or side in mine) for side, lacking in _lacking(found, owed.vat_rate)
        ],
        invoice=invoice,
        language=_language(found),
        money=money,
        percent=lambda rate: formatting.percent(rate / 100),
        sides=[one for one in (found.publisher_id, found.licensee_id) if mine is None or one in mine],
        over=month < metering.month_of(clock.now()),
    )


@bp.get("/licences/<uuid:licence_id>/invoice.xml")
@permission("licence.hold")
def licence_invoice_xml(licence_id: uuid.UUID) -> Page:
    """The same as a file for Peppol: UBL 2.1 by BIS Billing 3."""
    found, month, owed = asked_account(licence_id)
    invoice = _invoice(found, month, owed)
    if invoice is None:
        return redirect(url_for("licensing.licence_invoice", licence_id=found.id, month=month), 303)
    response = Response(ubl.write(invoice))
    response.mimetype = "application/xml"
    response.headers["Content-Disposition"] = f'attachment; filename="invoice-{month}-{found.id}.xml"'
    return response


@bp.route("/organisations/<uuid:organisation_id>/invoicing", methods=["GET", "POST"])
@permission("licence.hold")
def invoicing_details(organisation_id: uuid.UUID) -> Page:
    """What the organisation's invoices need to say of it, given by its own people."""
    session, mine = db.session(), holding()
    found = organisations.load_organisation(session, organisation_id)
    if found is None or not (mine is None or found.id in mine):
        abort(404)
    known = invoicing.details_of(session, found.id)
    form = DetailsForm(
        obj=known,
        data=None if known else {"name": found.name, "number": found.registration_number},
    )
    if form.validate_on_submit():
        invoicing.keep(session, found, form.details(), by=g.person.id, now=clock.now())
        session.commit()
        flash(_("Saved. New invoices say this."), "good")
        return redirect(url_for("licensing.invoicing_details", organisation_id=found.id), 303)
    page = render_template("licensing/invoicing_details.html", form=form, organisation=found, known=known)
    return page, 422 if form.errors else 200
