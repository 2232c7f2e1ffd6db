"""Licences sold and held; one licence; installing; keys; which courses need a licence."""

from __future__ import annotations

import base64
import binascii
import uuid

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from app import clock
from app.access import may, permission
from app.accounts.errors import Refused
from app.db import db
from app.licensing import dividing, figures, licences, market, publishers, seats, words
from app.licensing.blueprint import (
    SELLERS,
    Page,
    acts_as_licensee,
    asked_uuid,
    bp,
    coach_names,
    course_name,
    courses,
    holding,
    names_of,
    say_on,
    seen_licence,
    sellers,
    selling,
)
from app.licensing.forms import FileForm, KeyForm, PublisherForm
from app.licensing.models import PublisherKey
from app.licensing.signing import LARGEST, Signed, new_key
from app.organisations import service as organisations


@bp.get("/licences")
@permission("licence.sell")
def sold() -> Page:
    """The licences that the person's organisations have sold, with what is needed to sell more."""
    found = licences.listed(
        db.session(), publishers=selling(), before=asked_uuid("before"), limit=licences.PAGE + 1
    )
    shown = found[: licences.PAGE]
    mine = sellers()
    owned = publishers.published(db.session())
    return render_template(
        "licensing/sold.html",
        rows=shown,
        names=names_of(shown),
        mine=mine,
        courses=[(course, owner) for course, owner in sorted(owned.items()) if owner in {o.id for o in mine}],
        keys=[(one, key) for one in mine for key in publishers.keys(db.session(), one.id)],
        next_url=url_for("licensing.sold", before=shown[-1].id) if len(found) > licences.PAGE else None,
        today=clock.local_date(clock.now()),
    )


@bp.get("/licences/held")
@permission("licence.hold")
def held() -> Page:
    """What the person's organisations may run."""
    found = licences.listed(
        db.session(), licensees=holding(), before=asked_uuid("before"), limit=licences.PAGE + 1
    )
    shown = found[: licences.PAGE]
    today = clock.local_date(clock.now())
    return render_template(
        "licensing/held.html",
        running=[one for one in shown if one.state(today) == "in_force"],
        others=[one for one in shown if one.state(today) != "in_force"],
        names=names_of(shown),
        forecasts=figures.forecasts(db.session(), shown, today),
        asks_for=acts_as_licensee(),
        next_url=url_for("licensing.held", before=shown[-1].id) if len(found) > licences.PAGE else None,
        today=today,
    )


@bp.get("/licences/<uuid:licence_id>")
@permission("licence.hold")
def licence(licence_id: uuid.UUID) -> Page:
    """One licence: its terms in words, and the file itself."""
    found = seen_licence(licence_id)
    try:
        terms = licences.terms_of(db.session(), found)
    except Refused:  # somebody has written into the database: nothing of it is shown as a promise
        terms = None
    mine, ours = holding(), selling()
    parts = dividing.parts_of(db.session(), found)
    return render_template(
        "licensing/licence.html",
        licence=found,
        counts=seats.counts(db.session(), found.id),
        changes=licences.changes(db.session(), found),
        holds=mine is None or found.licensee_id in mine,
        sells=(ours is None or found.publisher_id in ours) and may("licence.sell"),
        parts=parts,
        outlook=figures.forecasts(db.session(), [found], clock.local_date(clock.now())).get(found.id),
        asks=found.licensee_id in acts_as_licensee(),
        hands_on=dividing.may_hand_on(db.session(), found),
        facts=words.facts(terms, coach_names(terms), course=course_name(terms.course)) if terms else None,
        names=names_of([found, *parts]),
        today=clock.local_date(clock.now()),
    )


# ---- installing -----------------------------------------------------------------------------------


@bp.route("/licences/install", methods=["GET", "POST"])
@permission("licence.hold")
def licence_check() -> Page:
    """Is the file genuine, and what does it say? Looking installs nothing."""
    form = FileForm()
    if form.validate_on_submit():
        content = form.file.data.read(LARGEST + 1)
        try:
            signed = licences.examine(db.session(), content)
            return _shown(signed)
        except Refused as refused:
            form.file.errors = [str(refused)]
    return render_template("licensing/check.html", form=form), 422 if form.errors else 200


def _shown(signed: Signed) -> Page:
    return render_template(
        "licensing/install.html",
        facts=words.facts(signed.terms, coach_names(signed.terms), course=course_name(signed.terms.course)),
        fingerprint=signed.fingerprint,
        content=base64.b64encode(signed.content).decode(),
        mine=_concerns_me(signed),
    )


def _concerns_me(signed: Signed) -> bool:
    """Whether the person speaks for one of the two sides, and so may install."""
    both = {(selling(), signed.terms.publisher.id), (holding(), signed.terms.licensee.id)}
    return any(scope is None or side in scope for scope, side in both)


@bp.post("/licences/install/now")
@permission("licence.hold")
def licence_install() -> Page:
    """Put the licence that the page before showed in force; the file is examined anew."""
    try:
        content = base64.b64decode(request.form.get("content", ""), validate=True)
        signed = licences.examine(db.session(), content)
        if not _concerns_me(signed):
            abort(404)
        made = market.install(db.session(), content, by=g.person.id, now=clock.now())
    except (Refused, binascii.Error) as refused:
        db.session.rollback()
        flash(str(refused) if isinstance(refused, Refused) else _("Choose the licence file."), "bad")
        return redirect(url_for("licensing.licence_check"), 303)
    id = made.id
    db.session.commit()
    flash(_("The licence is installed."), "good")
    return redirect(url_for("licensing.licence", licence_id=id), 303)


# ---- keys -----------------------------------------------------------------------------------------


@bp.route("/licences/keys/new", methods=["GET", "POST"])
@permission("licence.sell")
def key_new() -> Page:
    """Register a public key; or let a pair be made, whose private half is shown once."""
    form = KeyForm()
    form.publisher.choices = [SelectChoice(str(one.id), one.name) for one in sellers()]
    if "make" in request.form and form.publisher.validate(form):
        private, public = new_key()
        publisher = uuid.UUID(form.publisher.data)
        key = publishers.add_key(db.session(), public, publisher=publisher, by=g.person.id, now=clock.now())
        db.session.commit()
        return render_template("licensing/key_made.html", private=private.decode(), key=key)
    if form.validate_on_submit():
        try:
            publishers.add_key(
                db.session(),
                (form.public_key.data or "").encode(),
                publisher=uuid.UUID(form.publisher.data),
                by=g.person.id,
                now=clock.now(),
            )
        except Refused as refused:
            db.session.rollback()
            say_on(form, refused, {"key": "public_key", "taken": "public_key"})
        else:
            db.session.commit()
            flash(_("The key is registered. Licences signed with it can be installed."), "good")
            return redirect(url_for("licensing.sold"), 303)
    return render_template("licensing/key_new.html", form=form), 422 if form.errors else 200


@bp.post("/licences/keys/<uuid:key_id>/retire")
@permission("licence.sell")
def key_retire(key_id: uuid.UUID) -> Page:
    """Nothing more is installed that was signed with this key."""
    key, mine = db.session.get(PublisherKey, key_id), selling()
    if key is None or (mine is not None and key.publisher_id not in mine):
        abort(404)
    publishers.retire_key(db.session(), key, by=g.person.id, now=clock.now())
    db.session.commit()
    flash(_("The key is retired. Licences that are installed stay in force."), "good")
    return redirect(url_for("licensing.sold"), 303)


# ---- which courses need a licence -----------------------------------------------------------------


@bp.route("/administration/licensed-courses", methods=["GET", "POST"])
@permission("course.manage")
def licensed_courses() -> Page:
    """Which courses need a publisher's licence. All others are free to use."""
    session = db.session()
    owned = publishers.published(session)
    form = PublisherForm()
    named = sorted((course_name(course), course) for course in {*courses(), *owned})
    form.course.choices = [SelectChoice("", _("Choose")), *(SelectChoice(code, name) for name, code in named)]
    places = organisations.organisations(session, kinds=SELLERS)
    form.publisher.choices = [
        SelectChoice("", _("No licence needed")),
        *(SelectChoice(str(one.id), one.name) for one in places),
    ]
    if form.validate_on_submit():
        chosen = uuid.UUID(form.publisher.data) if form.publisher.data else None
        try:
            publishers.name_publisher(
                session, form.course.data, publisher=chosen, by=g.person.id, now=clock.now()
            )
        except Refused as refused:
            session.rollback()
            say_on(form, refused, {"licensed": "course"})
        else:
            session.commit()
            flash(_("Saved."), "good")
            return redirect(url_for("licensing.licensed_courses"), 303)
    page = render_template(
        "licensing/courses.html",
        form=form,
        rows=sorted((course_name(course), owner) for course, owner in owned.items()),
        names={one.id: one.name for one in places},
        sells=may("licence.sell"),
    )
    return page, 422 if form.errors else 200
