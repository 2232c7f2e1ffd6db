"""Waive a criterion, after a look at what it means."""

from __future__ import annotations

import uuid

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms.fields import SelectChoice

from app import clock
from app.access import permission
from app.accounts import service as accounts
from app.awards import deciding, waivers
from app.awards.blueprint import bp, language, owner_id, page_args
from app.awards.decision_views import Page
from app.awards.forms import WaiverForm
from app.db import db
from app.schemes import service as schemes


@bp.route("/decisions/candidates/<uuid:candidacy_id>/waive", methods=["GET", "POST"])
@permission("waiver.grant")
def waive(candidacy_id: uuid.UUID) -> Page:
    """Waive one criterion for this candidate."""
    session = db.session()
    candidacy = deciding.candidacy_for(session, candidacy_id, owner=owner_id())
    if candidacy is None or candidacy.state != "open":
        abort(404)
    version = schemes.load(session, candidacy.scheme_version_id)
    form = WaiverForm()
    form.criterion.choices = [
        SelectChoice(row.criterion, version.names[row.criterion][language()])
        for row in candidacy.standings
        if row.state == "unmet"
    ]
    if request.method == "POST" and form.validate():
        try:
            waivers.waive(
                session,
                candidacy,
                criterion=form.criterion.data,
                reason=form.reason.data,
                text=form.text.data,
                until=form.until.data,
                by=g.person.id,
                now=clock.now(),
            )
            session.commit()
            flash(_("The requirement is waived, and the waiver stands in the record."), "good")
            return redirect(url_for("awards.decide", candidacy_id=candidacy.id))
        except waivers.WaiverRefused as refusal:
            session.rollback()
            texts = {"oneself": _("You cannot waive anything for yourself. Another certifier has to.")}
            form.text.errors = [*form.text.errors, texts.get(refusal.reason, _("This cannot be waived now."))]
    page = render_template(
        "awards/waive.html",
        candidacy=candidacy,
        person=accounts.load_person(session, candidacy.person_id),
        form=form,
        **page_args(),
    )
    return page, 422 if request.method == "POST" else 200
