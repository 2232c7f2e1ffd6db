"""What may be run, what is left of it and who holds it; stopping, handing on; and why somebody is kept out."""

from __future__ import annotations

import uuid

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from app import clock
from app.access import permission
from app.accounts import service as accounts
from app.accounts.errors import Refused
from app.db import db, new_id
from app.licensing import dividing, gate, licences, seats
from app.licensing.blueprint import (
    Page,
    asked_uuid,
    bp,
    course_name,
    holding,
    names_of,
    say_on,
    selling,
)
from app.licensing.forms import HandOnForm, StopForm, TakeBackForm, WhyForm
from app.licensing.models import Licence
from app.licensing.reasons import state_of
from app.organisations import service as organisations
from app.organisations.models import Organisation


def one_of_ours(id: uuid.UUID) -> Licence:
    """The licence, if the person's organisations hold it; else 404."""
    mine = holding()
    found = licences.find(db.session(), id, publishing=None if mine is None else frozenset(), holding=mine)
    if found is None:
        abort(404)
    return found


def _one_we_sold(id: uuid.UUID) -> Licence:
    """The licence, if the person's organisations publish it; else 404."""
    mine = selling()
    found = licences.find(db.session(), id, publishing=mine, holding=None if mine is None else frozenset())
    if found is None:
        abort(404)
    return found


def _back(licence: Licence) -> Page:
    return redirect(url_for("licensing.licence", licence_id=licence.id), 303)


@bp.get("/licences/<uuid:licence_id>/seats")
@permission("licence.hold")
def seat_holders(licence_id: uuid.UUID) -> Page:
    """Who holds the licence's seats: for the licensee, whose people they are."""
    found = one_of_ours(licence_id)
    held = seats.holders(db.session(), found.id, before=asked_uuid("before"), limit=licences.PAGE + 1)
    shown = held[: licences.PAGE]
    return render_template(
        "licensing/seats.html",
        licence=found,
        counts=seats.counts(db.session(), found.id),
        rows=shown,
        people=accounts.load_people(db.session(), (one.person_id for one in shown)),
        unused_days=seats.UNUSED_FOR.days,
        next_url=url_for("licensing.seat_holders", licence_id=found.id, before=shown[-1].id)
        if len(held) > licences.PAGE
        else None,
    )


@bp.route("/licences/<uuid:licence_id>/stop", methods=["GET", "POST"])
@permission("licence.sell")
def licence_stop(licence_id: uuid.UUID) -> Page:
    """Stop the licence for those who have not begun, or for everybody; or let it go on."""
    found = _one_we_sold(licence_id)
    form = StopForm()
    if form.validate_on_submit():
        try:
            licences.change_stop(
                db.session(),
                found,
                form.kind.data,
                reason=form.reason.data or "",
                by=g.person.id,
                now=clock.now(),
            )
        except Refused as refused:
            db.session.rollback()
            say_on(form, refused, {})
        else:
            db.session.commit()
            flash(_("Saved. Both sides can read why."), "good")
            return _back(found)
    page = render_template("licensing/stop.html", form=form, licence=found, names=names_of([found]))
    return page, 422 if form.errors else 200


def _named(text: str) -> Organisation:
    """The organisation whose number or whole name was written: there is no list of all to choose from. Raises
    :class:`Refused` ``to``."""
    session, name = db.session(), " ".join(text.split())
    found = organisations.find_by_number(session, name) or organisations.find_by_name(session, name)
    if found is None:
        raise Refused("to", _("No organisation here has that number or name. Check how it is written."))
    return found


@bp.route("/licences/<uuid:licence_id>/hand-on", methods=["GET", "POST"])
@permission("licence.hold")
def licence_hand_on(licence_id: uuid.UUID) -> Page:
    """Hand unused seats on to another organisation."""
    found = one_of_ours(licence_id)
    session = db.session()
    if not dividing.may_hand_on(session, found):
        abort(404)
    form = HandOnForm(data={"form_token": new_id().hex})
    if form.validate_on_submit():
        try:
            dividing.hand_on(
                session,
                found,
                to=_named(form.to.data or "").id,
                amount=form.amount.data or 0,
                form=form.form_token.data or "",
                by=g.person.id,
                now=clock.now(),
            )
        except Refused as refused:
            session.rollback()
            say_on(form, refused, {"model": "to"})
        else:
            session.commit()
            flash(_("The seats are handed on."), "good")
            return _back(found)
    page = render_template("licensing/hand_on.html", form=form, licence=found)
    return page, 422 if form.errors else 200


@bp.route("/licences/<uuid:licence_id>/take-back", methods=["GET", "POST"])
@permission("licence.hold")
def licence_take_back(licence_id: uuid.UUID) -> Page:
    """Take back seats that the other organisation does not use; ``licence_id`` is its part."""
    part = db.session.get(Licence, licence_id)
    if part is None or part.parent_id is None:
        abort(404)
    parent = one_of_ours(part.parent_id)
    form = TakeBackForm(data={"form_token": new_id().hex})
    if form.validate_on_submit():
        try:
            dividing.take_back(
                db.session(),
                part,
                amount=form.amount.data or 0,
                form=form.form_token.data or "",
                by=g.person.id,
                now=clock.now(),
            )
        except Refused as refused:
            db.session.rollback()
            say_on(form, refused, {})
        else:
            db.session.commit()
            flash(_("The seats are yours again."), "good")
            return _back(parent)
    page = render_template(
        "licensing/take_back.html", form=form, part=part, parent=parent, names=names_of([part, parent])
    )
    return page, 422 if form.errors else 200


@bp.get("/administration/licensed-courses/why")
@permission("course.manage")
def licence_why() -> Page:
    """Why an organisation's people can or cannot begin a course today: each licence of its queue, and the clock."""
    session, now = db.session(), clock.now()
    form = WhyForm(request.args, meta={"csrf": False})
    owned = sorted((course_name(course), course) for course in licences.publishers.published(session))
    form.course.choices = [SelectChoice("", _("Choose")), *(SelectChoice(id, name) for name, id in owned)]
    places = organisations.organisations(session, kinds=licences.LICENSEES)
    form.licensee.choices = [
        SelectChoice("", _("Choose")),
        *(SelectChoice(str(one.id), one.name) for one in places),
    ]
    rows = None
    if request.args and form.validate():
        found = gate.explained(session, form.course.data, uuid.UUID(form.licensee.data), now=now)
        rows = [(one, state_of(reason)) for one, reason in found]
    return render_template(
        "licensing/why.html", form=form, rows=rows, behind=gate.clock_behind(session, now), now=now
    )
