"""The statement of account of a licence for a month: for both sides, on a page and as a file."""

from __future__ import annotations

import uuid

from flask import Response, abort, current_app, render_template
from flask_babel import gettext as _

from app import clock
from app.access import permission
from app.accounts.errors import Refused
from app.db import db
from app.licensing import disputes, metering, settling, usage
from app.licensing.blueprint import Page, bp, course_name, names_of, seen_licence, selling
from app.licensing.models import Licence
from app.licensing.usage_views import asked_month
from app.rules.settlement import Account, Charge, month_of
from app.ui import formatting


def what(charge: Charge) -> str:
    """What a line of the account is for."""
    return {
        "seats": _("Seats bought, used or not"),
        "uses": _("Uses of the month, less corrections"),
        "flat": _("Price of the whole period"),
        "minimum": _("Up to the least price of the whole period"),
    }[charge.what]


def asked_account(licence_id: uuid.UUID) -> tuple[Licence, str, Account]:
    """The licence, the month and what is owed; 404 for seats that were handed on: whoever bought them pays."""
    found, month = seen_licence(licence_id), asked_month()
    if found.parent_id is not None:
        abort(404)
    try:
        return found, month, settling.account_of(db.session(), found, month)
    except Refused:  # changed in the database: nothing can be owed by it
        abort(404)


def months_owed(licence: Licence) -> list[str]:
    """The months in which something can be owed, the newest first: the first, those with use, and the last if begun."""
    this = metering.month_of(clock.now())
    edges = {month_of(licence.starts), month_of(licence.ends)}
    used = {month for month, _uses, _less in usage.months(db.session(), licence)}
    return sorted((one for one in edges | used if one <= this), reverse=True)


def _shares(licence: Licence, month: str) -> list[tuple[str, str, str, str]]:
    """For the publisher's people: who gets what of the month, as the room of royalties says."""
    mine = selling()
    told = current_app.extensions.get("royalties")
    if told is None or not (mine is None or licence.publisher_id in mine):
        return []
    rows: list[tuple[str, str, str, str]] = told(db.session(), licence, month)
    return rows


@bp.get("/licences/<uuid:licence_id>/account")
@permission("licence.hold")
def licence_account(licence_id: uuid.UUID) -> Page:
    """What is owed for the month, line by line."""
    found, month, owed = asked_account(licence_id)

    def money(minor: int) -> str:
        return formatting.money(minor, owed.currency)

    return render_template(
        "licensing/account.html",
        licence=found,
        month=month,
        months=months_owed(found),
        names=names_of([found]),
        shares=_shares(found, month),
        waiting=disputes.waiting(db.session(), found, month),
        rows=[(what(one), one.quantity, money(one.net)) for one in owed.charges],
        sums=[
            (_("Without VAT"), money(owed.net)),
            (_("VAT %(rate)s", rate=formatting.percent(owed.vat_rate / 100)), money(owed.vat)),
            (_("To pay"), money(owed.gross)),
        ],
    )


@bp.get("/licences/<uuid:licence_id>/account.csv")
@permission("licence.hold")
def licence_account_csv(licence_id: uuid.UUID) -> Response:
    """The same as a file: amounts in whole minor units, as they are reckoned."""
    found, month, owed = asked_account(licence_id)
    names = names_of([found])
    head = [
        _("Month"),
        _("Licence"),
        _("Publisher"),
        _("Licensee"),
        _("Course"),
        _("What"),
        _("Quantity"),
        _("Without VAT, minor units"),
        _("Currency"),
    ]
    sides = [
        month,
        found.number,
        names[found.publisher_id],
        names[found.licensee_id],
        course_name(found.course),
    ]
    lines = [[*sides, what(one), one.quantity, one.net, owed.currency] for one in owed.charges]
    lines.append([*sides, _("VAT"), None, owed.vat, owed.currency])
    lines.append([*sides, _("To pay"), None, owed.gross, owed.currency])
    response = Response(b"".join(usage.table(head, iter(lines))))
    response.mimetype = "text/csv"
    response.headers["Content-Disposition"] = f'attachment; filename="account-{month}-{found.id}.csv"'
    return response
