"""One session: its people, its link, attendance, its municipality's guide, what people thought of it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock, i18n
from app.access import permission
from app.accounts.errors import Refused
from app.accounts.service import load_person
from app.db import db
from app.deliveries import service
from app.deliveries.attendance import EARLIEST
from app.deliveries.blueprint import Page, bp, join_link, leading, oversees, qr, when
from app.deliveries.forms import (
    AttendanceForm,
    CoTrainerForm,
    FeedbackForm,
    GuideNoteForm,
    InviteListForm,
    Rows,
    read_rows,
)
from app.deliveries.models import Booking, Delivery
from app.journeys import service as journeys
from app.organisations.service import load_organisation


def _facts(delivery: Delivery) -> dict[str, object]:
    """What every page of a session shows."""
    place = load_organisation(db.session(), delivery.municipality_id)
    return {
        "delivery": delivery,
        "title": delivery.name(i18n.language()),
        "when": when(delivery),
        "municipality": place.name if place else "",
        "trainer": load_person(db.session(), delivery.trainer_id),
    }


@bp.get("/sessions/<uuid:delivery_id>")
@permission("session.book")
def session(delivery_id: uuid.UUID) -> Page:
    """The session as the person who asks has to do with it: leading, or taking part."""
    delivery = service.load_delivery(db.session(), delivery_id)
    if delivery is None:
        abort(404)
    now = clock.now()
    if service.leads(db.session(), delivery, g.person.id) or oversees(delivery):
        return _led(delivery, now)
    booking = service.live_booking(db.session(), delivery.id, g.person.id)
    if booking is None:
        if any(
            one.delivery.id == delivery.id
            for one in service.taken_part_in(db.session(), g.person.id, now=now).invited
        ):
            return redirect(url_for("deliveries.join", code=delivery.code), 303)
        abort(404)
    people = service.everyone(db.session(), delivery)
    mine = next((one for one in (*people.booked, *people.asked) if one.booking.id == booking.id), None)
    return render_template(
        "deliveries/taking_part.html",
        **_facts(delivery),
        booking=booking,
        attendance=mine.attendance if mine else None,
        may_leave=delivery.state == "open" and booking.state == "booked",
        may_answer=service.may_answer(db.session(), delivery, g.person.id),
        answered=service.given_by(db.session(), delivery.id, g.person.id) is not None,
    )


def _step(delivery: Delivery, people: service.Everyone, now: datetime) -> str:
    """The one thing to do next: open, invite, attend, held, wait, or nothing."""
    if delivery.state == "draft":
        return "open"
    if delivery.state != "open":
        return ""
    if service.may_be_held(db.session(), delivery, now=now) is None:
        return "held"
    if now >= delivery.starts - EARLIEST and people.booked:
        return "attend"
    return "invite" if delivery.ends > now and delivery.free else "wait"


def _led(delivery: Delivery, now: datetime) -> Page:
    people = service.everyone(db.session(), delivery)
    link = join_link(delivery)
    return render_template(
        "deliveries/session.html",
        **_facts(delivery),
        people=people,
        guide=journeys.guide_of(db.session(), delivery.municipality_id),
        guide_request=journeys.open_request(db.session(), delivery.municipality_id),
        link=link,
        qr=qr(link),
        step=_step(delivery, people, now),
        may_attend=delivery.state in ("open", "held")
        and now >= delivery.starts - EARLIEST
        and bool(people.booked),
        summary=service.summary(db.session(), delivery) if delivery.state == "held" else None,
    )


@bp.route("/sessions/<uuid:delivery_id>/invite", methods=["GET", "POST"])
@permission("session.plan")
def session_invite(delivery_id: uuid.UUID) -> Page:
    """Ask a pasted list of people to come."""
    delivery = leading(delivery_id)
    form = InviteListForm()
    if form.validate_on_submit():
        try:
            asked = service.invite_list(
                db.session(), delivery, form.addresses.data, by=g.person.id, now=clock.now()
            )
        except service.BadRows as bad:
            db.session.rollback()
            form.addresses.errors = [
                _("Row %(row)s, “%(written)s”: %(reason)s", row=row, written=written, reason=reason)
                for row, written, reason in bad.rows
            ]
        except Refused as refused:
            db.session.rollback()
            form.addresses.errors = [str(refused)]
        else:
            db.session.commit()
            if asked.sent:
                flash(
                    ngettext(
                        "One invitation is on its way.", "%(num)s invitations are on their way.", asked.sent
                    ),
                    "good",
                )
            if asked.already:
                flash(_("Already invited or booked: %(who)s.", who=", ".join(asked.already)), "info")
            return redirect(url_for("deliveries.session", delivery_id=delivery_id), 303)
    page = render_template("deliveries/invite.html", **_facts(delivery), form=form, link=join_link(delivery))
    return page, 422 if form.is_submitted() else 200


@bp.route("/sessions/<uuid:delivery_id>/co-trainers", methods=["GET", "POST"])
@permission("session.plan")
def session_co_trainer(delivery_id: uuid.UUID) -> Page:
    """Name somebody who leads along."""
    delivery = leading(delivery_id)
    form = CoTrainerForm()
    if request.method == "GET":
        form.share.data = 50
    if form.validate_on_submit():
        try:
            service.add_co_trainer(
                db.session(),
                delivery,
                email=form.email.data,
                share=form.share.data,
                by=g.person.id,
                now=clock.now(),
            )
        except Refused as refused:
            db.session.rollback()
            field = form.share if refused.code == "share" else form.email
            field.errors = [*field.errors, str(refused)]
        else:
            db.session.commit()
            flash(_("The co-trainer is added."), "good")
            return redirect(url_for("deliveries.session", delivery_id=delivery_id), 303)
    page = render_template("deliveries/co_trainer.html", **_facts(delivery), form=form)
    return page, 422 if form.is_submitted() else 200


@bp.post("/sessions/<uuid:delivery_id>/people/<uuid:booking_id>/remove")
@permission("session.plan")
def session_remove(delivery_id: uuid.UUID, booking_id: uuid.UUID) -> Page:
    """Somebody does not come after all, or does not lead along."""
    delivery = leading(delivery_id)
    booking = db.session.get(Booking, booking_id)
    if booking is None or booking.delivery_id != delivery.id:
        abort(404)
    return _end_booking(delivery, booking, _("The booking is removed."))


@bp.post("/sessions/<uuid:delivery_id>/leave")
@permission("session.book")
def session_leave(delivery_id: uuid.UUID) -> Page:
    """Give up one's own place."""
    delivery = service.load_delivery(db.session(), delivery_id)
    booking = service.live_booking(db.session(), delivery_id, g.person.id)
    says = _("You have given up your place. Thank you for saying so.")
    if booking is None and service.gave_up(db.session(), delivery_id, g.person.id):
        flash(says, "good")  # a second click
        return redirect(url_for("deliveries.sessions"), 303)
    if delivery is None or booking is None or booking.role != "participant":
        abort(404)
    return _end_booking(delivery, booking, says, leave=True)


def _end_booking(delivery: Delivery, booking: Booking, says: str, *, leave: bool = False) -> Page:
    to = url_for("deliveries.sessions") if leave else url_for("deliveries.session", delivery_id=delivery.id)
    try:
        service.give_up(db.session(), delivery, booking, by=g.person.id, now=clock.now())
    except Refused as refused:
        db.session.rollback()
        flash(str(refused), "bad")
    else:
        db.session.commit()
        flash(says, "good")
    return redirect(to, 303)


# ---- attendance -----------------------------------------------------------------------------------


@bp.route("/sessions/<uuid:delivery_id>/attendance", methods=["GET", "POST"])
@permission("session.plan")
def session_attendance(delivery_id: uuid.UUID) -> Page:
    """One big row for each person, one button."""
    delivery = leading(delivery_id)
    people = service.everyone(db.session(), delivery).booked
    form = AttendanceForm()
    rows = _present(people)
    if form.validate_on_submit():
        rows = read_rows(
            request.form, [one.booking for one in people], most=delivery.minutes, rest="rest" in request.form
        )
        if not rows.errors:
            try:
                changed = service.take_attendance(
                    db.session(),
                    delivery,
                    rows.minutes,
                    reason=form.reason.data or "",
                    by=g.person.id,
                    now=clock.now(),
                )
            except Refused as refused:
                db.session.rollback()
                if refused.code == "reason":
                    form.reason.errors = [str(refused)]
                else:
                    form.form_errors.append(str(refused))
            else:
                db.session.commit()
                flash(
                    ngettext(
                        "Attendance is saved for one person.",
                        "Attendance is saved for %(num)s people.",
                        changed,
                    )
                    if changed
                    else _("Attendance is as it was."),
                    "good",
                )
                return redirect(url_for("deliveries.session", delivery_id=delivery_id), 303)
    page = render_template(
        "deliveries/attendance.html", **_facts(delivery), people=people, rows=rows, form=form
    )
    return page, 422 if form.is_submitted() else 200


def _present(people: Sequence[service.Attendee]) -> Rows:
    """The rows as attendance stands now."""
    rows = Rows()
    for one in people:
        chosen = {"full": "full", "partial": "part", "no_show": "absent"}.get(one.booking.state, "")
        rows.chosen[one.booking.id] = chosen
        rows.typed[one.booking.id] = (
            str(one.attendance.minutes) if one.attendance and chosen == "part" else ""
        )
    return rows


@bp.post("/sessions/<uuid:delivery_id>/held")
@permission("session.plan")
def session_held(delivery_id: uuid.UUID) -> Page:
    """The session has been held: it counts from now on."""
    delivery = leading(delivery_id)
    try:
        came = service.mark_held(db.session(), delivery, by=g.person.id, now=clock.now())
    except Refused as refused:
        db.session.rollback()
        flash(str(refused), "bad")
    else:
        db.session.commit()
        flash(
            ngettext(
                "The session counts for one participant and for those who led it.",
                "The session counts for %(num)s participants and for those who led it.",
                came,
            ),
            "good",
        )
    return redirect(url_for("deliveries.session", delivery_id=delivery_id), 303)


# ---- the municipality's guide ---------------------------------------------------------------------


@bp.route("/sessions/<uuid:delivery_id>/guide", methods=["GET", "POST"])
@permission("session.plan")
def session_guide(delivery_id: uuid.UUID) -> Page:
    """Ask for a guide for the municipality, or see how the request stands."""
    delivery = leading(delivery_id)
    waiting = journeys.open_request(db.session(), delivery.municipality_id)
    form = GuideNoteForm()
    if request.method == "GET" and waiting is not None:
        form.note.data = waiting.note
    if form.validate_on_submit():
        try:
            journeys.request_guide(
                db.session(),
                organisation=delivery.municipality_id,
                note=form.note.data or "",
                by=g.person.id,
                now=clock.now(),
            )
        except Refused as refused:
            db.session.rollback()
            form.form_errors.append(str(refused))
        else:
            db.session.commit()
            flash(_("The request is with the guides and administrators."), "good")
            return redirect(url_for("deliveries.session", delivery_id=delivery_id), 303)
    page = render_template(
        "deliveries/guide.html",
        **_facts(delivery),
        form=form,
        waiting=waiting,
        guide=journeys.guide_of(db.session(), delivery.municipality_id),
    )
    return page, 422 if form.is_submitted() else 200


# ---- what people thought of it --------------------------------------------------------------------


@bp.route("/sessions/<uuid:delivery_id>/feedback", methods=["GET", "POST"])
@permission("session.book")
def session_feedback(delivery_id: uuid.UUID) -> Page:
    """A participant says what they thought of the session; once."""
    delivery = service.load_delivery(db.session(), delivery_id)
    booking = service.live_booking(db.session(), delivery_id, g.person.id)
    if delivery is None or booking is None or booking.role != "participant":
        abort(404)
    form = FeedbackForm()
    if form.validate_on_submit():
        try:
            service.give_feedback(
                db.session(),
                delivery,
                value=int(form.value.data),
                comment=form.comment.data or "",
                by=g.person.id,
                now=clock.now(),
            )
        except Refused as refused:
            db.session.rollback()
            form.form_errors.append(str(refused))
        else:
            db.session.commit()
            flash(_("Thank you! Your answer helps the trainer and those who come after you."), "good")
            return redirect(url_for("deliveries.sessions"), 303)
    page = render_template(
        "deliveries/feedback.html",
        **_facts(delivery),
        form=form,
        may_answer=service.may_answer(db.session(), delivery, g.person.id),
        answered=service.given_by(db.session(), delivery_id, g.person.id) is not None,
    )
    return page, 422 if form.is_submitted() else 200
