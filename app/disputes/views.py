"""Disputes: opened on a line of the usage report, answered by the other side, listed for both."""

from __future__ import annotations

import uuid

from flask import Blueprint, abort, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _

from app import clock
from app.access import permission
from app.accounts.errors import Refused
from app.db import db
from app.disputes import service
from app.disputes.forms import OpenForm, SettleForm
from app.licensing import disputes, usage
from app.licensing.blueprint import (
    Page,
    asked_uuid,
    course_name,
    holding,
    month_name,
    names_of,
    say_on,
    seen_licence,
    selling,
)
from app.licensing.dispute_models import UsageDispute
from app.licensing.models import Licence, UsageLine
from app.licensing.usage_views import reading, ways

bp = Blueprint("disputes", __name__, template_folder="templates")
PAGE = 50


def _side(licence: Licence) -> str:
    """For which side of the licence the person speaks; whoever may for both speaks for the licensee."""
    mine = holding()
    return "licensee" if mine is None or licence.licensee_id in mine else "publisher"


def _may_settle(dispute: UsageDispute, licence: Licence) -> bool:
    """Whether the person speaks for the other side, and did not open the dispute."""
    if dispute.opened_by == g.person.id:
        return False
    other = selling() if dispute.side == "licensee" else holding()
    place = licence.publisher_id if dispute.side == "licensee" else licence.licensee_id
    return other is None or place in other


def _line(licence: Licence, line_id: uuid.UUID) -> tuple[UsageLine, usage.Line]:
    """The line as it is kept, and as the reader may read it; 404 for another licence's."""
    row = db.session.get(UsageLine, line_id)
    if row is None or row.licence_id != licence.id:
        abort(404)
    read = usage.line(db.session(), licence, row, **reading(licence))
    return row, read


@bp.get("/disputes")
@permission("licence.hold")
def index() -> Page:
    """Every dispute about the person's licences."""
    found = disputes.listed(
        db.session(), publishing=selling(), holding=holding(), before=asked_uuid("before"), limit=PAGE + 1
    )
    shown = found[:PAGE]
    return render_template(
        "disputes/index.html",
        rows=shown,
        names=names_of([licence for _dispute, licence in shown]),
        course_name=course_name,
        next_url=url_for("disputes.index", before=shown[-1][0].dispute.id) if len(found) > PAGE else None,
    )


@bp.route("/licences/<uuid:licence_id>/lines/<uuid:line_id>/dispute", methods=["GET", "POST"])
@permission("licence.hold")
def open_dispute(licence_id: uuid.UUID, line_id: uuid.UUID) -> Page:
    """Say why a use should not count."""
    licence, session = seen_licence(licence_id), db.session()
    row, read = _line(licence, line_id)
    known = disputes.of_line(session, row.id)
    if known is not None:
        return redirect(url_for("disputes.dispute", dispute_id=known.dispute.id), 303)
    form = OpenForm()
    if form.validate_on_submit():
        try:
            made = service.open_dispute(
                session,
                licence,
                row,
                side=_side(licence),
                reason=form.reason.data or "",
                by=g.person.id,
                now=clock.now(),
            )
        except Refused as refused:
            session.rollback()
            say_on(form, refused, {})
        else:
            session.commit()
            flash(_("The other side has been told, and answers."), "good")
            return redirect(url_for("disputes.dispute", dispute_id=made.id), 303)
    page = render_template(
        "disputes/open.html",
        form=form,
        licence=licence,
        line=read,
        ways=ways(),
        names=names_of([licence]),
        month=row.month,
        month_name=month_name,
        course_name=course_name,
    )
    return page, 422 if form.errors else 200


@bp.route("/disputes/<uuid:dispute_id>", methods=["GET", "POST"])
@permission("licence.hold")
def dispute(dispute_id: uuid.UUID) -> Page:
    """What is disputed, why, and the answer; the other side gives it here."""
    session = db.session()
    found = disputes.find(session, dispute_id)
    if found is None:
        abort(404)
    licence = seen_licence(found.dispute.licence_id)
    row, read = _line(licence, found.dispute.line_id)
    may = found.answer is None and _may_settle(found.dispute, licence)
    form = SettleForm()
    if may and form.validate_on_submit():
        try:
            service.settle(
                session,
                found,
                licence,
                outcome=form.outcome.data,
                reason=form.reason.data or "",
                by=g.person.id,
                now=clock.now(),
            )
        except Refused as refused:
            session.rollback()
            say_on(form, refused, {})
        else:
            session.commit()
            flash(_("Settled. The other side has been told."), "good")
            return redirect(url_for("disputes.dispute", dispute_id=dispute_id), 303)
    page = render_template(
        "disputes/dispute.html",
        found=found,
        form=form if may else None,
        licence=licence,
        line=read,
        ways=ways(),
        names=names_of([licence]),
        month=row.month,
        month_name=month_name,
        course_name=course_name,
    )
    return page, 422 if form.errors else 200
