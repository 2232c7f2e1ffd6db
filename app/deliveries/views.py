"""My sessions, and planning one: made, changed, opened, cancelled."""

from __future__ import annotations

import uuid
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from app import clock, i18n
from app.access import held, may, permission
from app.accounts.errors import Refused
from app.accounts.service import people_with_role
from app.db import db
from app.deliveries import service
from app.deliveries.blueprint import Page, bp, courses, leading, when
from app.deliveries.forms import NEW, CancelForm, PlanForm, choices
from app.deliveries.models import Delivery
from app.journeys import service as journeys
from app.organisations.service import load_organisation, organisations

# The field that a refusal is about, where the two have different names.
FIELDS = {
    "similar": "new_municipality",
    "name": "new_municipality",
    "ends": "finishes",
    "past": "day",
    "authorised": "day",
    "licence": "course",
    "busy": "begins",
    "skipped": "begins",
}


@bp.get("/sessions")
@permission("session.book")
def sessions() -> Page:
    """The sessions that the person leads, and those they take part in."""
    now = clock.now()
    return render_template(
        "deliveries/sessions.html",
        led=service.led_by(db.session(), g.person.id, now=now),
        part=service.taken_part_in(db.session(), g.person.id, now=now),
        plans=may("session.plan"),
        when=when,
        locale_name=str(get_locale()),
    )


def _administers() -> bool:
    return any(one.role == "administrator" for one in held())


def _trainers(now: datetime) -> list[tuple[str, str]]:
    """Whom an administrator may plan for; coaches plan for themselves and are not asked."""
    found = people_with_role(db.session(), "coach", clock.local_date(now))
    return [("", _("Choose")), *((str(one.id), one.name) for one in found)]


def _prepared(form: PlanForm, delivery: Delivery | None, now: datetime) -> PlanForm:
    language = i18n.language()
    titles = courses()
    if delivery is not None:
        titles.setdefault(delivery.course, delivery.title)
        del form.trainer, form.municipality, form.new_municipality, form.another
    else:
        if _administers():
            form.trainer.choices = choices(_trainers(now))
        else:
            del form.trainer
        places = organisations(db.session(), kinds=("municipality",))
        form.municipality.choices = choices(
            [
                ("", _("Choose")),
                *((str(one.id), one.name) for one in places),
                (NEW, _("A municipality that is new here")),
            ]
        )
    named = sorted(
        (title.get(language) or next(iter(title.values())), code) for code, title in titles.items()
    )
    form.course.choices = choices([("", _("Choose")), *((code, title) for title, code in named)])
    return form


def _plan(form: PlanForm, delivery: Delivery | None) -> service.Plan:
    """What the form says. Raises :class:`Refused` ``skipped`` for a time that does not exist."""
    zone = ZoneInfo(form.zone.data)
    starts = service.instant(form.day.data, form.begins.data, zone)
    ends = service.instant(form.day.data, form.finishes.data, zone)
    whole = int((ends - starts).total_seconds() // 60)
    title = courses().get(form.course.data) or (delivery.title if delivery else {})
    return service.Plan(
        course=form.course.data,
        title=title,
        starts=starts,
        ends=ends,
        zone=form.zone.data,
        minutes=form.minutes.data or max(whole, 1),
        capacity=form.capacity.data,
        place=form.place.data or "",
        online_link=form.online_link.data or "",
    )


def _say(form: PlanForm, refused: Refused) -> None:
    """Put what a service refused beside the field that it is about."""
    name = FIELDS.get(refused.code, refused.code)
    if name not in form:
        form.form_errors.append(str(refused))
        return
    form[name].errors = [*form[name].errors, str(refused)]


@bp.route("/sessions/new", methods=["GET", "POST"])
@permission("session.plan")
def session_new() -> Page:
    """Plan a session, for a municipality that is here or one that is new."""
    now = clock.now()
    form = _prepared(PlanForm(), None, now)
    if request.method == "GET":
        form.capacity.data = form.capacity.data or 15
    alike = False
    if form.validate_on_submit():
        try:
            delivery = _create(form, now)
        except Refused as refused:
            db.session.rollback()
            alike = refused.code == "similar"
            _say(form, refused)
        else:
            db.session.commit()
            flash(_("The session is planned. Look it over, then open it for booking."), "good")
            return redirect(url_for("deliveries.session", delivery_id=delivery.id), 303)
    page = render_template(
        "deliveries/plan.html",
        form=form,
        delivery=None,
        alike=alike or bool(form.another.data),
    )
    return page, 422 if form.is_submitted() else 200


def _create(form: PlanForm, now: datetime) -> Delivery:
    session = db.session()
    plan = _plan(form, None)
    if form.municipality.data == NEW:
        place = journeys.welcome_municipality(
            session, name=form.new_municipality.data, another=bool(form.another.data), by=g.person.id, now=now
        )
    else:
        chosen = load_organisation(session, uuid.UUID(form.municipality.data))
        if chosen is None:
            raise Refused("municipality", _("Choose a municipality."))
        place = chosen
    trainer = uuid.UUID(form.trainer.data) if form.trainer else g.person.id
    return service.plan_session(
        session, plan, trainer=trainer, municipality=place.id, by=g.person.id, now=now
    )


@bp.route("/sessions/<uuid:delivery_id>/edit", methods=["GET", "POST"])
@permission("session.plan")
def session_edit(delivery_id: uuid.UUID) -> Page:
    """Change what was planned."""
    delivery = leading(delivery_id)
    now = clock.now()
    form = PlanForm()
    if request.method == "GET":
        starts, ends = delivery.starts.astimezone(delivery.tz), delivery.ends.astimezone(delivery.tz)
        form = PlanForm(
            formdata=None,
            obj=delivery,
            data={"day": starts.date(), "begins": starts.time(), "finishes": ends.time()},
        )
    form = _prepared(form, delivery, now)
    if form.validate_on_submit():
        try:
            service.change_session(db.session(), delivery, _plan(form, delivery), by=g.person.id, now=now)
        except Refused as refused:
            db.session.rollback()
            _say(form, refused)
        else:
            db.session.commit()
            flash(_("The session is changed."), "good")
            return redirect(url_for("deliveries.session", delivery_id=delivery.id), 303)
    page = render_template("deliveries/plan.html", form=form, delivery=delivery, alike=False)
    return page, 422 if form.is_submitted() else 200


@bp.post("/sessions/<uuid:delivery_id>/open")
@permission("session.plan")
def session_open(delivery_id: uuid.UUID) -> Page:
    """Let people book."""
    delivery = leading(delivery_id)
    try:
        service.open_session(db.session(), delivery, by=g.person.id, now=clock.now())
    except Refused as refused:
        db.session.rollback()
        flash(str(refused), "bad")
    else:
        db.session.commit()
        flash(_("The session is open for booking. Invite the participants."), "good")
    return redirect(url_for("deliveries.session", delivery_id=delivery_id), 303)


@bp.route("/sessions/<uuid:delivery_id>/cancel", methods=["GET", "POST"])
@permission("session.plan")
def session_cancel(delivery_id: uuid.UUID) -> Page:
    """Cancel the session, after a look at what that means."""
    delivery = leading(delivery_id)
    form = CancelForm()
    if form.validate_on_submit():
        try:
            told = service.cancel_session(
                db.session(), delivery, reason=form.reason.data or "", by=g.person.id, now=clock.now()
            )
        except Refused as refused:
            db.session.rollback()
            form.form_errors.append(str(refused))
        else:
            db.session.commit()
            told_text = (
                ngettext("One person gets a mail.", "%(num)s people get a mail.", len(told)) if told else ""
            )
            flash(" ".join((_("The session is cancelled."), told_text)).strip(), "good")
            return redirect(url_for("deliveries.session", delivery_id=delivery_id), 303)
    page = render_template(
        "deliveries/cancel.html",
        delivery=delivery,
        form=form,
        when=when(delivery),
        title=delivery.name(str(get_locale())),
    )
    return page, 422 if form.is_submitted() else 200
