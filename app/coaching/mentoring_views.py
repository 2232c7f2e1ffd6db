"""Mentor coaching: logged by one, confirmed by the other."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app import clock
from app.access import permission
from app.accounts.errors import Refused
from app.accounts.service import load_people, load_person
from app.coaching import mentoring as mentors
from app.coaching import service
from app.coaching.blueprint import Page, bp, figures, own_mentoring, say
from app.coaching.forms import MentoringForm, ReasonForm
from app.coaching.models import Mentoring
from app.db import db, new_id


@bp.route("/mentor-coaching", methods=["GET", "POST"])
@permission("hours.log")
def mentoring() -> Page:
    """What the person has received and given, and the form that logs more."""
    session, now = db.session(), clock.now()
    form = MentoringForm(data={"form_token": str(new_id())}) if request.method == "GET" else MentoringForm()
    if form.validate_on_submit():
        try:
            row = mentors.log(
                session,
                figures(form),
                other_email=form.other_email.data or "",
                as_mentor=form.part.data == "mentor",
                one_to_one=form.one_to_one.data == "yes",
                form_token=(form.form_token.data or str(new_id()))[:64],
                by=g.person.id,
                now=now,
            )
        except Refused as refused:
            db.session.rollback()
            say(form, refused)
        else:
            db.session.commit()
            other = load_person(session, row.other(g.person.id))
            flash(
                _("It is logged. %(name)s gets a mail and confirms.", name=other.name if other else ""),
                "good",
            )
            return redirect(url_for("coaching.mentoring"), 303)
    rows = mentors.of_person(session, g.person.id)
    page = render_template(
        "coaching/mentoring.html",
        form=form,
        rows=rows,
        people=load_people(session, [one.other(g.person.id) for one in rows]),
        summary=service.summary(session, g.person.id),
        to_confirm=service.mentoring_to_confirm(session, g.person.id),
    )
    return page, 422 if form.is_submitted() else 200


def _one(row: Mentoring, form: ReasonForm, *, opened: bool = False) -> str:
    other = load_person(db.session(), row.other(g.person.id))
    return render_template(
        "coaching/mentored.html",
        row=row,
        other=other.name if other else "",
        as_mentor=row.mentor_id == g.person.id,
        logged_by_me=row.logged_by == g.person.id,
        form=form,
        opened=opened,
    )


@bp.get("/mentor-coaching/<uuid:mentoring_id>")
@permission("hours.log")
def mentored(mentoring_id: uuid.UUID) -> Page:
    """One mentor coaching: confirm it, say no, take it back."""
    return _one(own_mentoring(mentoring_id), ReasonForm())


def _done(mentoring_id: uuid.UUID, act: Callable[[Mentoring], None], text: str) -> Page:
    try:
        act(own_mentoring(mentoring_id))
    except Refused as refused:
        db.session.rollback()
        flash(str(refused), "bad")
    else:
        db.session.commit()
        flash(text, "good")
    return redirect(url_for("coaching.mentored", mentoring_id=mentoring_id), 303)


@bp.post("/mentor-coaching/<uuid:mentoring_id>/confirm")
@permission("hours.log")
def confirm_mentoring(mentoring_id: uuid.UUID) -> Page:
    """The other one agrees."""
    now = clock.now()
    return _done(
        mentoring_id,
        lambda row: mentors.confirm(db.session(), row, by=g.person.id, now=now),
        _("Thank you. It now counts for both of you."),
    )


@bp.post("/mentor-coaching/<uuid:mentoring_id>/withdraw")
@permission("hours.log")
def withdraw_mentoring(mentoring_id: uuid.UUID) -> Page:
    """Whoever logged it takes it back."""
    now = clock.now()
    return _done(
        mentoring_id,
        lambda row: mentors.withdraw(db.session(), row, by=g.person.id, now=now),
        _("It is taken back and the time is free again."),
    )


@bp.post("/mentor-coaching/<uuid:mentoring_id>/decline")
@permission("hours.log")
def decline_mentoring(mentoring_id: uuid.UUID) -> Page:
    """The other one does not agree, with a reason."""
    form = ReasonForm()
    if not form.validate():
        return _one(own_mentoring(mentoring_id), form, opened=True), 422
    reason, now = form.reason.data or "", clock.now()
    return _done(
        mentoring_id,
        lambda row: mentors.decline(db.session(), row, reason=reason, by=g.person.id, now=now),
        _("You have said that it was not so. It does not count."),
    )


@bp.post("/mentor-coaching/<uuid:mentoring_id>/void")
@permission("hours.log")
def void_mentoring(mentoring_id: uuid.UUID) -> Page:
    """Either of the two takes confirmed mentor coaching back, for both."""
    form = ReasonForm()
    if not form.validate():
        return _one(own_mentoring(mentoring_id), form, opened=True), 422
    reason, now = form.reason.data or "", clock.now()
    return _done(
        mentoring_id,
        lambda row: mentors.void(db.session(), row, reason=reason, by=g.person.id, now=now),
        _("It is voided and no longer counts for either of you."),
    )
