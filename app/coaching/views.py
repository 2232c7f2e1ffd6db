"""My coaching hours: the list, logging, one row, its files."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from flask import Response, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from app import clock
from app.access import permission
from app.accounts.errors import Refused
from app.clock import STOCKHOLM
from app.coaching import clients, exports, listing, service
from app.coaching.blueprint import Page, bp, figures, own_hours, say
from app.coaching.figures import figures_of
from app.coaching.forms import NEW, FilterForm, LogForm, ReasonForm, SendForm
from app.coaching.hours import REPLACEABLE
from app.coaching.listing import Filter
from app.coaching.models import Hours
from app.db import db, new_id

FILES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


# ---- the list -------------------------------------------------------------------------------------


def _uuid(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None


def _chosen() -> Filter:
    """What the address asks for; what it cannot mean is left out."""
    state, year = request.args.get("state", ""), request.args.get("year", "")
    return Filter(
        state=state if state in listing.STATE_FILTERS else "",
        client=_uuid(request.args.get("client")),
        paid={"yes": True, "no": False}.get(request.args.get("paid", "")),
        year=int(year) if year.isascii() and year.isdigit() and 1999 < int(year) < 3000 else None,
    )


def _address(chosen: Filter) -> dict[str, Any]:
    """The filter as the address carries it."""
    said = {
        "state": chosen.state or None,
        "client": chosen.client,
        "paid": None if chosen.paid is None else "yes" if chosen.paid else "no",
        "year": chosen.year,
    }
    return {name: value for name, value in said.items() if value is not None}


def _filter_form(chosen: Filter) -> FilterForm:
    session, person = db.session(), g.person.id
    form = FilterForm(formdata=None, data={name: str(value) for name, value in _address(chosen).items()})
    everything = SelectChoice("", _("All"))
    form.state.choices = [
        everything,
        SelectChoice("open", _("Waiting for the client or for you")),
        SelectChoice("waiting", _("Waiting for the client")),
        SelectChoice("signed", _("Signed by both")),
        SelectChoice("corrected", _("Correction proposed")),
        SelectChoice("refused", _("Refused by the client")),
        SelectChoice("over", _("Withdrawn, replaced, voided")),
    ]
    form.client.choices = [
        everything,
        *(SelectChoice(str(one.id), one.name) for one in clients.used_before(session, person)),
    ]
    form.paid.choices = [everything, SelectChoice("yes", _("Paid")), SelectChoice("no", _("Unpaid"))]
    form.year.choices = [
        everything,
        *(SelectChoice(str(one), str(one)) for one in listing.years(session, person)),
    ]
    return form


@bp.get("/coaching-hours")
@permission("hours.log")
def mine() -> Page:
    """The person's coaching hours with their sums; the filter stays in the address."""
    session, now = db.session(), clock.now()
    chosen = _chosen()
    after = _uuid(request.args.get("before"))
    before = service.load_hours(session, after, person=g.person.id) if after else None
    found = listing.page(session, g.person.id, chosen, before=before, limit=listing.PAGE + 1, now=now)
    more = len(found) > listing.PAGE
    shown = found[: listing.PAGE]
    address = _address(chosen)
    return render_template(
        "coaching/mine.html",
        rows=shown,
        totals=listing.totals(session, g.person.id, chosen),
        form=_filter_form(chosen),
        filtered=bool(address),
        address=address,
        to_do=service.waiting_for_coach(session, g.person.id, now=now),
        to_confirm=len(service.mentoring_to_confirm(session, g.person.id)),
        first_url=url_for("coaching.mine", **address) if before else None,
        next_url=url_for("coaching.mine", before=shown[-1].row.id, **address) if more else None,
    )


@bp.get("/coaching-hours/export.<any(csv, xlsx):kind>")
@permission("hours.log")
def export(kind: str) -> Page:
    """The hours that the filter shows, as a file."""
    now = clock.now()
    head, body = exports.rows(db.session(), g.person.id, _chosen(), now=now)
    content = exports.as_csv(head, body) if kind == "csv" else exports.as_xlsx(head, body)
    name = f"coachtimmar-{clock.local_date(now)}.{kind}"
    return Response(
        content, mimetype=FILES[kind], headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


# ---- logging --------------------------------------------------------------------------------------


def _pattern() -> tuple[Hours | None, Hours | None]:
    """The row that the new one replaces, and the one whose words it starts from."""
    replaces, like = _uuid(request.args.get("replaces")), _uuid(request.args.get("like"))
    old = own_hours(replaces) if replaces else None
    if old is not None and old.state not in REPLACEABLE:
        abort(404)
    return old, old or (own_hours(like) if like else None)


def _prefilled(replaces: Hours | None, like: Hours | None) -> dict[str, Any]:
    data: dict[str, Any] = {
        "form_token": str(new_id()),
        "contact_language": g.person.language,
        "group_size": 1,
    }
    if like is not None:
        starts = like.starts.astimezone(STOCKHOLM)
        data |= {
            "client": str(like.client_id),
            "contact_name": like.contact_name,
            "contact_email": like.contact_email,
            "contact_language": like.contact_language,
            "minutes": like.minutes,
            "paid": "yes" if like.paid else "no",
            "group_size": like.group_size,
            "begins": starts.time(),
        }
    if replaces is not None:
        data |= {"day": replaces.starts.astimezone(STOCKHOLM).date(), "about": replaces.about}
    return data


def _client(form: LogForm, now: datetime) -> uuid.UUID:
    """The organisation that the form means. Raises :class:`Refused`."""
    session = db.session()
    if form.client.data not in (None, "", NEW):
        if (form.new_client.data or "").strip():
            raise Refused(
                "new_client",
                _("You have chosen an organisation and written a name as well. Empty one of them."),
            )
        chosen = _uuid(form.client.data)
        if chosen is None:
            raise Refused("client", _("Choose one of the organisations, or write its name."))
        return clients.choose(session, chosen, person=g.person.id).id
    if not (form.new_client.data or "").strip():
        raise Refused(
            "client" if len(form.client.choices) > 1 else "new_client",
            _("Write which organisation you coached."),
        )
    meant = _uuid(form.similar.data)
    if meant is not None:
        return clients.choose(session, meant, person=g.person.id).id
    name = form.new_client.data or ""
    return clients.typed(session, name, another=form.similar.data == NEW, person=g.person.id, now=now).id


def _offer(form: LogForm) -> None:
    """Show the names that are almost the same, to choose from."""
    found = clients.similar(db.session(), form.new_client.data or "", person=g.person.id)
    form.similar.choices = [
        *(SelectChoice(str(one.id), one.name) for one in found),
        SelectChoice(NEW, _("None of these, it is another organisation")),
    ]


@bp.route("/coaching-hours/new", methods=["GET", "POST"])
@permission("hours.log")
def log() -> Page:
    """Log hours; the client is asked to sign at once."""
    now = clock.now()
    replaces, like = _pattern()
    form = LogForm(data=_prefilled(replaces, like)) if request.method == "GET" else LogForm()
    form.client.choices = [
        SelectChoice("", _("Choose")),
        *(SelectChoice(str(one.id), one.name) for one in clients.used_before(db.session(), g.person.id)),
        SelectChoice(NEW, _("Another organisation")),
    ]
    if len(form.client.choices) == 2:
        form.client.choices = [SelectChoice(NEW, _("Another organisation"))]
    offered = bool(form.similar.data)
    if form.validate_on_submit():
        try:
            row = _log(form, replaces, now)
        except Refused as refused:
            db.session.rollback()
            offered = offered or refused.code == "similar"
            say(form, refused)
        else:
            db.session.commit()
            flash(
                _(
                    "The hours are logged and signed by you. %(name)s gets a link to sign with.",
                    name=row.contact_name,
                ),
                "good",
            )
            return redirect(url_for("coaching.row", hours_id=row.id), 303)
    if offered:
        _offer(form)
    page = render_template(
        "coaching/log.html", form=form, offered=offered, replaces=replaces, draft=like is None
    )
    return page, 422 if form.is_submitted() else 200


def _log(form: LogForm, replaces: Hours | None, now: datetime) -> Hours:
    entry = service.Entry(
        figures=figures(form),
        client=_client(form, now),
        contact_name=form.contact_name.data or "",
        contact_email=form.contact_email.data or "",
        contact_language=form.contact_language.data or "sv",
        about=form.about.data or "",
        form_token=(form.form_token.data or str(new_id()))[:64],
        replaces=replaces.id if replaces else None,
    )
    return service.log(db.session(), entry, by=g.person.id, now=now)


# ---- one row --------------------------------------------------------------------------------------


def _send_form(row: Hours) -> SendForm:
    return SendForm(
        data={
            "contact_name": row.contact_name,
            "contact_email": row.contact_email,
            "contact_language": row.contact_language,
        }
    )


def _row_page(row: Hours, form: SendForm, *, opened: bool = False) -> str:
    now = clock.now()
    history = listing.history(db.session(), row, now=now)
    proposed = figures_of(history.answer) if history.answer and history.answer.action == "correct" else None
    return render_template(
        "coaching/row.html",
        row=row,
        history=history,
        proposed=proposed,
        send_form=form,
        opened=opened,
        state="undelivered"
        if history.listed.undelivered
        else "expired"
        if history.listed.expired
        else row.state,
        replaceable=row.state in REPLACEABLE and history.after is None,
    )


@bp.get("/coaching-hours/<uuid:hours_id>")
@permission("hours.log")
def row(hours_id: uuid.UUID) -> Page:
    """One row: its facts, what happened to it, what there is to do."""
    found = own_hours(hours_id)
    return _row_page(found, _send_form(found))


@bp.post("/coaching-hours/<uuid:hours_id>/send")
@permission("hours.log")
def send(hours_id: uuid.UUID) -> Page:
    """Send the link again, to another address where that one is wrong."""
    found = own_hours(hours_id)
    form = SendForm()
    if form.validate_on_submit():
        try:
            service.send_again(
                db.session(),
                found,
                name=form.contact_name.data or "",
                email=form.contact_email.data or "",
                language=form.contact_language.data or "sv",
                by=g.person.id,
                now=clock.now(),
            )
        except Refused as refused:
            db.session.rollback()
            say(form, refused)
        else:
            db.session.commit()
            flash(_("A new link is on its way to %(email)s.", email=found.contact_email), "good")
            return redirect(url_for("coaching.row", hours_id=hours_id), 303)
    return _row_page(own_hours(hours_id), form, opened=True), 422


@bp.post("/coaching-hours/<uuid:hours_id>/accept")
@permission("hours.log")
def accept(hours_id: uuid.UUID) -> Page:
    """Take the client's figures; a new row signed by both replaces this one."""
    try:
        signed = service.accept(db.session(), own_hours(hours_id), by=g.person.id, now=clock.now())
    except Refused as refused:
        db.session.rollback()
        flash(str(refused), "bad")
        return redirect(url_for("coaching.row", hours_id=hours_id), 303)
    db.session.commit()
    flash(_("The hours now count with the client's figures, signed by both."), "good")
    return redirect(url_for("coaching.row", hours_id=signed.id), 303)


@bp.post("/coaching-hours/<uuid:hours_id>/withdraw")
@permission("hours.log")
def withdraw(hours_id: uuid.UUID) -> Page:
    """Take back a row that is not signed; logging it anew is one click away."""
    try:
        service.withdraw(db.session(), own_hours(hours_id), by=g.person.id, now=clock.now())
    except Refused as refused:
        db.session.rollback()
        flash(str(refused), "bad")
    else:
        db.session.commit()
        flash(_("The row is withdrawn and its time is free again."), "good")
    return redirect(url_for("coaching.row", hours_id=hours_id), 303)


@bp.route("/coaching-hours/<uuid:hours_id>/void", methods=["GET", "POST"])
@permission("hours.log")
def void(hours_id: uuid.UUID) -> Page:
    """Take signed hours back, after a look at what that means."""
    found = own_hours(hours_id)
    if found.state != "signed" and request.method == "GET":
        return redirect(url_for("coaching.row", hours_id=hours_id), 303)
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            service.void(db.session(), found, reason=form.reason.data or "", by=g.person.id, now=clock.now())
        except Refused as refused:
            db.session.rollback()
            say(form, refused)
        else:
            db.session.commit()
            flash(_("The hours are voided and no longer count. Log them anew if they were wrong."), "good")
            return redirect(url_for("coaching.row", hours_id=hours_id), 303)
    found = own_hours(hours_id)
    page = render_template(
        "coaching/void.html",
        row=found,
        client=listing.history(db.session(), found, now=clock.now()).listed.client,
        consequences=listing.consequences(db.session(), found),
        language=g.person.language,
        form=form,
    )
    return page, 422 if form.is_submitted() else 200
