"""The session's own link: what it is, and a place in it by one button."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _

from app import clock, i18n
from app.access import permission
from app.accounts.errors import Refused
from app.accounts.service import load_person
from app.db import db
from app.deliveries import service
from app.deliveries.blueprint import Page, bp, when
from app.deliveries.bookings import demand_open
from app.deliveries.forms import AskForm
from app.deliveries.models import Delivery
from app.organisations.service import load_organisation


def _found(code: str) -> Delivery:
    delivery = service.by_code(db.session(), code)
    if delivery is None:
        abort(404)
    return delivery


def _page(delivery: Delivery, form: AskForm, status: int = 200) -> Page:
    closed = ""
    try:
        demand_open(delivery, clock.now())
    except Refused as refused:
        closed = str(refused)
    booking = service.live_booking(db.session(), delivery.id, g.person.id) if g.person else None
    place = load_organisation(db.session(), delivery.municipality_id)
    page = render_template(
        "deliveries/join.html",
        delivery=delivery,
        title=delivery.name(i18n.language()),
        when=when(delivery),
        municipality=place.name if place else "",
        trainer=load_person(db.session(), delivery.trainer_id),
        closed=closed,
        booking=booking,
        leads=bool(g.person) and service.leads(db.session(), delivery, g.person.id),
        form=form,
        join_path=url_for("deliveries.join", code=delivery.code),
    )
    return page, status


@bp.get("/s/<code>")
@permission("session.open")
def join(code: str) -> Page:
    """What the session is; a button to book, or a way to sign in."""
    return _page(_found(code), AskForm())


@bp.post("/s/<code>/book")
@permission("session.book")
def join_book(code: str) -> Page:
    """Book one's own place."""
    delivery = _found(code)
    delivery_id = delivery.id
    try:
        service.book(db.session(), delivery, person=g.person.id, by=g.person.id, now=clock.now())
    except Refused as refused:
        db.session.rollback()
        flash(str(refused), "bad")
        return redirect(url_for("deliveries.join", code=code), 303)
    db.session.commit()
    flash(_("You are booked. A mail with everything you need is on its way."), "good")
    return redirect(url_for("deliveries.session", delivery_id=delivery_id), 303)


@bp.post("/s/<code>/ask")
@permission("session.open")
def join_ask(code: str) -> Page:
    """Without an account: a mail with a link, the same answer whoever asks."""
    delivery = _found(code)
    form = AskForm()
    if not form.validate_on_submit():
        return _page(delivery, form, 422)
    try:
        service.ask_for_link(db.session(), delivery, email=form.email.data, now=clock.now())
    except Refused as refused:
        db.session.rollback()
        form.email.errors = [str(refused)]
        return _page(_found(code), form, 422)
    db.session.commit()
    flash(_("Look in your mailbox: we have sent a link to %(address)s.", address=form.email.data), "good")
    return redirect(url_for("deliveries.join", code=code), 303)
