"""Apply for a scheme, step back from it."""

from __future__ import annotations

import uuid

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import DateField, TextAreaField
from wtforms.validators import InputRequired, Length

from app import clock
from app.access import permission
from app.accounts.service import load_person
from app.db import db
from app.learners import service
from app.schemes import service as schemes
from app.schemes.views import unknown
from app.ui import formatting
from app.ui.forms import Form

bp = Blueprint("learners", __name__, template_folder="templates")


def _language() -> str:
    return "en" if str(get_locale()) == "en" else "sv"


@bp.route("/apply/<code>", methods=["GET", "POST"])
@permission("candidacy.apply")
def apply(code: str) -> str | Response | tuple[str, int]:
    """What applying means, then one button."""
    session, now = db.session(), clock.now()
    try:
        row = schemes.current(session, code)
    except schemes.UnknownScheme:
        abort(unknown())
    version = schemes.load(session, row.id)
    name = version.name[_language()]
    already = service.find_open(session, owner=row.scheme.owner_id, person=g.person.id, scheme=code)
    if already is not None:
        return redirect(url_for("portal.candidacy", candidacy_id=already.id))
    if request.method == "POST":
        try:
            candidacy = service.apply(session, person=g.person.id, scheme=code, by=g.person.id, now=now)
        except service.NotEligible as refusal:
            session.rollback()
            if refusal.reason == "already_held":
                flash(_("You hold this certificate already. You renew it when its time comes."), "info")
                return redirect(url_for("awards.mine"))
        else:
            session.commit()
            flash(_("You are on your way towards %(name)s.", name=name), "good")
            return redirect(url_for("portal.candidacy", candidacy_id=candidacy.id))
    lacking = service.missing_prerequisites(
        session, owner=row.scheme.owner_id, person=g.person.id, scheme=code, now=now
    )
    names = [schemes.load(session, schemes.current(session, one).id).name[_language()] for one in lacking]
    page = render_template(
        "learners/apply.html", version=version, name=name, lacking=names, language=_language()
    )
    return (page, 422) if request.method == "POST" else page


@bp.route("/path/<uuid:candidacy_id>/step-back", methods=["GET", "POST"])
@permission("candidacy.apply")
def step_back(candidacy_id: uuid.UUID) -> str | Response:
    """Leave a path; everything earned stays."""
    session = db.session()
    candidacy = service.get(session, candidacy_id, person=g.person.id)
    if candidacy is None:
        abort(404)
    if candidacy.state != "open":
        return redirect(url_for("portal.candidacy", candidacy_id=candidacy.id), 303)
    if request.method == "POST":
        service.withdraw(session, candidacy, by=g.person.id, now=clock.now())
        session.commit()
        flash(_("You have stepped back. Everything you have earned stays."), "good")
        return redirect(url_for("portal.paths"))
    version = schemes.load(session, candidacy.scheme_version_id)
    return render_template("learners/step_back.html", candidacy=candidacy, name=version.name[_language()])


class ExtendForm(Form):
    """A later deadline, and why."""

    until = DateField(_l("Until and including"), validators=[InputRequired(_l("Choose a date."))])
    reason = TextAreaField(
        _l("Reason"),
        description=_l("The person reads it on their path."),
        validators=[
            InputRequired(_l("Write a reason.")),
            Length(max=500, message=_l("The reason is longer than 500 characters. Shorten it.")),
        ],
        render_kw={"rows": 3},
    )


@bp.route("/path/<uuid:candidacy_id>/extend", methods=["GET", "POST"])
@permission("candidacy.extend")
def extend(candidacy_id: uuid.UUID) -> str | Response | tuple[str, int]:
    """Give somebody more time, as far as the scheme allows. Never oneself."""
    session = db.session()
    candidacy = service.get(session, candidacy_id)
    if candidacy is None or candidacy.state != "open" or candidacy.person_id == g.person.id:
        abort(404)
    latest = service.latest_deadline(session, candidacy)
    there = url_for("portal.candidacy", candidacy_id=candidacy.id)
    if latest is None or candidacy.deadline is None or latest <= candidacy.deadline:
        flash(_("The scheme allows no later day."), "info")
        return redirect(there, 303)
    form = ExtendForm(until=latest)
    if form.validate_on_submit():
        try:
            service.extend_deadline(
                session,
                candidacy,
                until=form.until.data,
                reason=form.reason.data or "",
                by=g.person.id,
                now=clock.now(),
            )
        except service.DeadlineNotMoved:
            session.rollback()
            form.until.errors = [
                _(
                    "Choose a day after %(before)s, %(latest)s at the latest.",
                    before=formatting.day(candidacy.deadline),
                    latest=formatting.day(latest),
                )
            ]
        else:
            session.commit()
            flash(_("The deadline is moved."), "good")
            return redirect(there, 303)
    page = render_template(
        "learners/extend.html",
        candidacy=candidacy,
        form=form,
        latest=latest,
        person=load_person(session, candidacy.person_id),
        name=schemes.load(session, candidacy.scheme_version_id).name[_language()],
        there=there,
    )
    return (page, 422) if form.is_submitted() else page
