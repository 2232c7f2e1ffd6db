"""The use of a licence by month, for both sides: on a page and as a file."""

from __future__ import annotations

import re
import uuid
from typing import Any

from flask import (
    Response,
    abort,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask_babel import gettext as _

from app import clock
from app.access import permission
from app.db import db
from app.licensing import disputes, licences, metering, usage
from app.licensing.blueprint import Page, asked_uuid, bp, holding, names_of, seen_licence
from app.licensing.models import Licence
from app.licensing.seat_views import one_of_ours


def asked_month() -> str:
    """The month that the address names, else this one; 404 for what is none."""
    asked = request.args.get("month") or metering.month_of(clock.now())
    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", asked):
        abort(404)
    return asked


def reading(licence: Licence) -> dict[str, Any]:
    """Whether whoever asks reads names: the licensee does, the publisher where the licensee lets them."""
    mine = holding()
    holds = mine is None or licence.licensee_id in mine
    return {
        "names": holds or usage.shows_names(db.session(), licence),
        "secret": str(current_app.config["SECRET_KEY"]),
    }


def ways() -> dict[str, str]:
    return {"study": _("Studies at their own pace"), "session": _("A session")}


@bp.get("/licences/<uuid:licence_id>/usage")
@permission("licence.hold")
def licence_usage(licence_id: uuid.UUID) -> Page:
    """What was used in a month, each line with the statement that caused it."""
    found, month = seen_licence(licence_id), asked_month()
    mine = holding()
    months = usage.months(db.session(), found)
    read = list(
        usage.lines(
            db.session(),
            found,
            month,
            after=asked_uuid("after"),
            limit=licences.PAGE + 1,
            **reading(found),
        )
    )
    shown = read[: licences.PAGE]
    return render_template(
        "licensing/usage.html",
        licence=found,
        names=names_of([found]),
        month=month,
        months=months,
        this=next(((uses, less) for one, uses, less in months if one == month), (0, 0)),
        rows=shown,
        disputed=disputes.of_lines(db.session(), (one.id for one in shown)),
        ways=ways(),
        holds=mine is None or found.licensee_id in mine,
        shows=usage.shows_names(db.session(), found),
        next_url=url_for("licensing.licence_usage", licence_id=found.id, month=month, after=shown[-1].id)
        if len(read) > licences.PAGE
        else None,
    )


@bp.get("/licences/<uuid:licence_id>/usage.csv")
@permission("licence.hold")
def licence_usage_csv(licence_id: uuid.UUID) -> Response:
    """The same as a file for a spreadsheet, every line of the month."""
    found, month = seen_licence(licence_id), asked_month()
    read = usage.lines(db.session(), found, month, **reading(found))
    response = Response(stream_with_context(usage.as_table(read, month, ways())))
    response.mimetype = "text/csv"
    response.headers["Content-Disposition"] = f'attachment; filename="usage-{month}-{found.id}.csv"'
    return response


@bp.post("/licences/<uuid:licence_id>/names")
@permission("licence.hold")
def licence_names(licence_id: uuid.UUID) -> Page:
    """The licensee lets the publisher read names in the report, or no longer."""
    found = one_of_ours(licence_id)
    show = request.form.get("show") == "1"
    usage.show_names(db.session(), found, show=show, by=g.person.id, now=clock.now())
    db.session.commit()
    flash(_("The publisher now reads names.") if show else _("The publisher now reads pseudonyms."), "good")
    return redirect(url_for("licensing.licence_usage", licence_id=found.id), 303)
