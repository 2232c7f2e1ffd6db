"""People and the roles they hold, for administrators."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import clock
from app.access import permission
from app.accounts.blueprint import bp
from app.accounts.errors import Refused
from app.accounts.forms import EndGrantForm, GrantForm
from app.accounts.models import Grant, Person
from app.accounts.roles import ROLE_NAMES, ROLES
from app.accounts.service import (
    close_account,
    end_grant,
    grant_role,
    grants_of,
    load_people,
    load_person,
    people_of,
    reopen_account,
    roles_of,
)
from app.db import db
from app.organisations.service import load_organisation, organisations

PAGE = 50
Page = str | Response | tuple[Any, int]


def _today() -> date:
    return clock.local_date(clock.now())


def _person(person_id: uuid.UUID) -> Person:
    found = load_person(db.session(), person_id)
    if found is None or found.erased_at is not None:
        abort(404)
    return found


@bp.get("/people")
@permission("people.manage")
def people() -> Page:
    """Everybody with an account: searched, by role, by organisation."""
    role = request.args.get("role") if request.args.get("role") in ROLES else None
    search = request.args.get("q", "")[:100]
    organisation = None
    after = None
    try:
        if given := request.args.get("organisation"):
            organisation = uuid.UUID(given)
        if given := request.args.get("after"):
            last = load_person(db.session(), uuid.UUID(given))
            after = (last.name, last.id) if last else None
    except ValueError:
        abort(404)
    closed = "closed" in request.args
    found = people_of(
        db.session(),
        organisation,
        role=role,
        search=search,
        on=_today(),
        closed=closed,
        after=after,
        limit=PAGE + 1,
    )
    places = {one.id: one.name for one in organisations(db.session())}
    return render_template(
        "accounts/people.html",
        people=found[:PAGE],
        more=found[PAGE - 1].id if len(found) > PAGE else None,
        places=places,
        role=role,
        search=search,
        closed=closed,
        organisation=organisation,
        role_names=ROLE_NAMES,
        held=roles_of(db.session(), [one.id for one in found], _today()),
    )


@bp.get("/people/<uuid:person_id>")
@permission("people.manage")
def person(person_id: uuid.UUID) -> Page:
    """One person: who, where, as what."""
    return _person_page(_person(person_id), _grant_form())


def _grant_form() -> GrantForm:
    form = GrantForm()
    form.organisation.choices = [
        ("", _("Everywhere")),
        *((str(o.id), o.name) for o in organisations(db.session())),
    ]
    if request.method == "GET":
        form.starts.data = _today()
    return form


def _person_page(found: Person, form: GrantForm) -> Page:
    grants = grants_of(db.session(), found.id)
    return render_template(
        "accounts/person.html",
        person=found,
        form=form,
        today=_today(),
        grants=grants,
        names={
            key: one.name
            for key, one in load_people(db.session(), [grant.granted_by for grant in grants]).items()
        },
        places={one.id: one.name for one in organisations(db.session())},
        employer=load_organisation(db.session(), found.organisation_id),
    ), 422 if form.errors else 200


@bp.post("/people/<uuid:person_id>/grants")
@permission("people.manage")
def grant(person_id: uuid.UUID) -> Page:
    """Give a role."""
    found = _person(person_id)
    form = _grant_form()
    if form.validate_on_submit():
        try:
            grant_role(
                db.session(),
                person=found.id,
                role=form.role.data,
                organisation=uuid.UUID(form.organisation.data) if form.organisation.data else None,
                starts=form.starts.data,
                ends=form.ends.data,
                reason=form.reason.data,
                by=g.person.id,
                now=clock.now(),
            )
        except Refused as refused:
            db.session.rollback()
            target = form.ends if refused.code == "interval" else form.role
            target.errors = [str(refused)]
            found = _person(person_id)
        else:
            db.session.commit()
            flash(_("The role is granted."), "good")
            return redirect(url_for("accounts.person", person_id=found.id), 303)
    return _person_page(found, form)


@bp.route("/grants/<uuid:grant_id>/end", methods=["GET", "POST"])
@permission("people.manage")
def grant_end(grant_id: uuid.UUID) -> Page:
    """Take a role back, with a reason."""
    found = db.session.get(Grant, grant_id)
    if found is None or found.ended_at is not None:
        abort(404)
    holder = _person(found.person_id)
    form = EndGrantForm()
    if form.validate_on_submit():
        try:
            end_grant(db.session(), found, by=g.person.id, now=clock.now(), reason=form.reason.data)
        except Refused as refused:
            db.session.rollback()
            form.reason.errors = [str(refused)]
        else:
            db.session.commit()
            flash(_("The role has ended."), "good")
            return redirect(url_for("accounts.person", person_id=holder.id), 303)
    place = load_organisation(db.session(), found.organisation_id)
    return render_template("accounts/grant_end.html", grant=found, holder=holder, place=place, form=form), (
        422 if form.errors else 200
    )


@bp.route("/people/<uuid:person_id>/close", methods=["GET", "POST"])
@permission("people.manage")
def person_close(person_id: uuid.UUID) -> Page:
    """Close somebody's account, after a look at what that means."""
    found = _person(person_id)
    if request.method == "POST":
        try:
            close_account(db.session(), found, by=g.person.id, now=clock.now())
        except Refused as refused:
            db.session.rollback()
            flash(str(refused), "bad")
        else:
            db.session.commit()
            flash(_("The account is closed."), "good")
        return redirect(url_for("accounts.person", person_id=person_id), 303)
    return render_template("accounts/person_close.html", person=found)


@bp.post("/people/<uuid:person_id>/reopen")
@permission("people.manage")
def person_reopen(person_id: uuid.UUID) -> Page:
    """Open a closed account again."""
    found = _person(person_id)
    try:
        reopen_account(db.session(), found, by=g.person.id, now=clock.now())
    except Refused as refused:
        db.session.rollback()
        flash(str(refused), "bad")
    else:
        db.session.commit()
        flash(_("The account is open again. Grant the roles that are needed."), "good")
    return redirect(url_for("accounts.person", person_id=person_id), 303)
