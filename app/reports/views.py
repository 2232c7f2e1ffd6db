"""The monthly usage report of a licence as a signed file, beside the page and the table."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, flash, redirect, url_for
from flask_babel import gettext as _

from app import clock, i18n
from app.access import permission
from app.awards.signers import CannotIssue, usable_signer
from app.db import db
from app.licensing import disputes, usage
from app.licensing.blueprint import Page, course_name, month_name, names_of, seen_licence
from app.licensing.models import Licence
from app.licensing.usage import Line
from app.licensing.usage_views import asked_month, reading, ways
from app.organisations.service import scheme_owner
from app.reports import drawing
from app.ui import formatting
from app.ui.status import status_text
from certificates.report import sign_report

bp = Blueprint("reports", __name__)
MOST = 1_000
"""Lines that are set on paper, which takes up to three milliseconds each; a longer month is read as a table."""


def _facts(licence: Licence, month: str, lines: list[Line]) -> list[tuple[str, str]]:
    names = names_of([licence])
    uses = sum(1 for one in lines if one.quantity > 0)
    return [
        (_("Month"), month_name(month)),
        (_("Course"), course_name(licence.course)),
        (_("Publisher"), names[licence.publisher_id]),
        (_("Licensee"), names[licence.licensee_id]),
        (_("Licence"), f"{licence.number}, {formatting.days(licence.starts, licence.ends)}"),
        (_("SHA-256 of the licence"), licence.digest),
        (_("Uses"), str(uses)),
        (_("Corrections"), str(len(lines) - uses)),
        (_("What counts"), formatting.number(2 * uses - len(lines))),
        (_("Made"), formatting.moment(clock.now())),
    ]


@bp.get("/licences/<uuid:licence_id>/usage.pdf")
@permission("licence.hold")
def licence_usage_pdf(licence_id: uuid.UUID) -> Page:
    """The report of a month, signed with the key that signs certificates."""
    found, month, session = seen_licence(licence_id), asked_month(), db.session()
    page = redirect(url_for("licensing.licence_usage", licence_id=found.id, month=month), 303)
    lines = list(usage.lines(session, found, month, limit=MOST + 1, **reading(found)))
    if len(lines) > MOST:
        flash(_("The month has too many lines for paper. Download it as CSV."), "info")
        return page
    owner = scheme_owner(session)
    try:
        signer = usable_signer(session, owner.id)
    except CannotIssue:
        flash(_("The report cannot be signed now. Try again later, or download it as CSV."), "bad")
        return page
    signed = _(
        "Signed by %(issuer)s. SHA-256 of the signing certificate: %(key)s.",
        issuer=owner.name,
        key=signer.fingerprint,
    )
    if signer.development:
        signed += " " + _("This is a development key: it proves nothing.")
    states = disputes.of_lines(session, (one.id for one in lines))
    drawn = drawing.draw(
        _facts(found, month, lines),
        lines,
        ways=ways(),
        disputed={
            line: _("disputed: %(state)s", state=status_text(one.state)) for line, one in states.items()
        },
        signed=signed,
        issuer=owner.name,
        language=i18n.language(),
    )
    response = Response(sign_report(drawn, signer=signer, name=owner.name, at=clock.now()))
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="usage-{month}-{found.id}.pdf"'
    return response
