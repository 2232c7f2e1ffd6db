"""Judging what others have declared: the list, then one at a time."""

from __future__ import annotations

import uuid

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app import clock
from app.access import permission
from app.accounts.errors import Refused
from app.accounts.service import load_people, load_person
from app.db import db
from app.declarations import training
from app.declarations.blueprint import Page, bp, judges, owner_id, say
from app.declarations.forms import AcceptForm, WhyForm
from app.declarations.models import FurtherTraining

PAGE = 50


def _to_judge(row_id: uuid.UUID) -> FurtherTraining:
    row = training.load(db.session(), row_id)
    if row is None or not judges(row):
        abort(404)
    return row


@bp.get("/further-training/to-judge")
@permission("training.judge")
def to_judge() -> Page:
    """What waits, the longest waiting first."""
    session = db.session()
    try:
        after = uuid.UUID(request.args["after"]) if request.args.get("after") else None
    except ValueError:
        abort(404)
    found = training.waiting(session, owner=owner_id(), besides=g.person.id, after=after, limit=PAGE + 1)
    people = load_people(session, [one.person_id for one in found])
    more = found[PAGE - 1].id if len(found) > PAGE else None
    return render_template("declarations/to_judge.html", rows=found[:PAGE], people=people, more=more)


@bp.route("/further-training/<uuid:row_id>/judge", methods=["GET", "POST"])
@permission("training.judge")
def judge(row_id: uuid.UUID) -> Page:
    """Let it count, with as many credits as are right."""
    found = _to_judge(row_id)
    if found.state != "waiting" and request.method == "GET":
        return redirect(url_for("declarations.row", row_id=row_id), 303)
    form = AcceptForm()
    if request.method == "GET":
        form.credits.data, form.category.data = found.credits, found.category
    if form.validate_on_submit():
        try:
            training.accept(
                db.session(),
                found,
                credits=form.credits.data,
                category=form.category.data,
                answer=form.answer.data or "",
                by=g.person.id,
                now=clock.now(),
            )
        except Refused as refused:
            db.session.rollback()
            say(form, refused)
        else:
            db.session.commit()
            flash(_("The credits count, and the person gets a mail."), "good")
            return redirect(url_for("declarations.to_judge"), 303)
    found = _to_judge(row_id)
    page = render_template(
        "declarations/judge.html", row=found, form=form, person=load_person(db.session(), found.person_id)
    )
    return page, 422 if form.is_submitted() else 200


@bp.route("/further-training/<uuid:row_id>/decline", methods=["GET", "POST"])
@permission("training.judge")
def decline(row_id: uuid.UUID) -> Page:
    """Say no, and why."""
    return _close(row_id, "waiting")


@bp.route("/further-training/<uuid:row_id>/void", methods=["GET", "POST"])
@permission("training.judge")
def void(row_id: uuid.UUID) -> Page:
    """Take accepted credits back, after a look at what that means."""
    return _close(row_id, "accepted")


def _close(row_id: uuid.UUID, state: str) -> Page:
    found = _to_judge(row_id)
    if found.state != state and request.method == "GET":
        return redirect(url_for("declarations.row", row_id=row_id), 303)
    form, session, now = WhyForm(), db.session(), clock.now()
    if form.validate_on_submit():
        try:
            if state == "waiting":
                training.decline(session, found, answer=form.reason.data or "", by=g.person.id, now=now)
            else:
                training.void(session, found, reason=form.reason.data or "", by=g.person.id, now=now)
        except Refused as refused:
            session.rollback()
            say(form, refused, answer="reason")
        else:
            session.commit()
            flash(_("The person gets a mail with your reason."), "good")
            return redirect(url_for("declarations.row", row_id=row_id), 303)
    found = _to_judge(row_id)
    page = render_template(
        "declarations/close.html",
        row=found,
        form=form,
        voiding=state == "accepted",
        person=load_person(session, found.person_id),
    )
    return page, 422 if form.is_submitted() else 200
