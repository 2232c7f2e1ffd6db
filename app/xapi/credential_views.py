"""Credentials of the record store, for administrators: who may talk to it, made, renewed and ended here."""

from __future__ import annotations

import uuid
from datetime import datetime, time, timedelta
from typing import Any

from flask import abort, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app import clock
from app.access import permission
from app.accounts.blueprint import confirm_first
from app.clock import STOCKHOLM
from app.db import db
from app.lrs import credentials as store
from app.lrs import query
from app.lrs.keys import identity
from app.lrs.models import Credential
from app.organisations import service as organisations
from app.organisations.models import Organisation
from app.xapi.blueprint import asked_uuid, pages, tabs
from app.xapi.forms import SCOPE_NAMES, CredentialForm
from app.xapi.permits import authority_named

PAGE = 50
Page = str | Response | tuple[Any, int]


def endpoint() -> str:
    """Where the store is spoken to."""
    return f"{current_app.config['SERVICE_URL']}/xapi/"


def state_of(one: Credential, now: datetime) -> str:
    """``revoked``, ``expired`` or ``active``."""
    if one.revoked_at is not None:
        return "revoked"
    return "expired" if one.expires_at is not None and one.expires_at <= now else "active"


def _last_used(session: Session, one: Credential) -> datetime | None:
    """When the credential last stored a statement; reading leaves no trace."""
    authority = authority_named(one.key, home=str(current_app.config["SERVICE_URL"]))
    return query.last_stored(session, one.organisation_id, by=str(identity(authority)))


@pages.get("/credentials")
@permission("record.manage")
def credentials() -> Page:
    """The credentials, newest first: those in force, unless the address asks for ended and launched ones."""
    session, now = db.session(), clock.now()
    owner, before = asked_uuid("organisation"), asked_uuid("before")
    shown = request.args.get("show", "")
    wanted = select(Credential).order_by(Credential.id.desc())
    if owner is not None:
        wanted = wanted.where(Credential.organisation_id == owner)
    if before is not None:
        wanted = wanted.where(Credential.id < before)
    if shown == "launched":
        wanted = wanted.where(Credential.registration.is_not(None))
    elif shown != "all":
        unended = or_(Credential.expires_at.is_(None), Credential.expires_at > now)
        wanted = wanted.where(Credential.registration.is_(None), Credential.revoked_at.is_(None), unended)
    found = session.scalars(wanted.limit(PAGE + 1)).all()
    places = organisations.organisations(session)
    listed = [(one, state_of(one, now), _last_used(session, one)) for one in found[:PAGE]]
    kept: dict[str, Any] = {"organisation": owner, "show": shown or None}
    return render_template(
        "record/credentials.html",
        tabs=tabs(),
        rows=listed,
        places=places,
        names={one.id: one.name for one in places},
        owner=owner,
        shown=shown,
        endpoint=endpoint(),
        first_url=url_for("record.credentials", **kept) if before else None,
        next_url=url_for("record.credentials", **kept, before=found[PAGE - 1].id)
        if len(found) > PAGE
        else None,
    )


@pages.route("/credentials/new", methods=["GET", "POST"])
@permission("record.manage")
def credential_new() -> Page:
    """Make one. The answer shows its secret, once."""
    if first := confirm_first():
        return first
    session, now = db.session(), clock.now()
    form = CredentialForm()
    form.organisation.choices = [
        SelectChoice(str(one.id), one.name) for one in organisations.organisations(session)
    ]
    if request.method == "GET":
        form.organisation.data = str(asked_uuid("organisation") or organisations.scheme_owner(session).id)
    if form.validate_on_submit():
        expires = form.expires.data
        ends = (
            datetime.combine(expires + timedelta(days=1), time.min, STOCKHOLM)
            if expires is not None
            else None
        )
        if ends is not None and ends <= now:
            form.expires.errors = [_("The day has passed. Choose today or a later one.")]
        else:
            key, secret = store.make_credential(
                session,
                organisation=uuid.UUID(form.organisation.data),
                scopes=form.scopes.data or (),
                label=str(form.label.data).strip(),
                by=g.person.id,
                now=now,
                expires_at=ends,
            )
            db.session.commit()
            return _shown_once(key, secret)
    return render_template("record/credential_new.html", form=form), 422 if form.errors else 200


def _shown_once(key: str, secret: str) -> Page:
    made = db.session.scalars(select(Credential).where(Credential.key == key)).one()
    place = organisations.load_organisation(db.session(), made.organisation_id)
    return render_template(
        "record/credential_made.html",
        credential=made,
        place=place,
        secret=secret,
        endpoint=endpoint(),
        scopes=scope_names(made),
    )


def scope_names(one: Credential) -> list[str]:
    """What a credential may do, in words."""
    return [str(SCOPE_NAMES[scope]) for scope in one.scopes]


def _credential(credential_id: uuid.UUID) -> tuple[Credential, Organisation]:
    found = db.session.get(Credential, credential_id)
    if found is None or found.revoked_at is not None:
        abort(404)
    place = organisations.load_organisation(db.session(), found.organisation_id)
    if place is None:
        abort(404)
    return found, place


@pages.route("/credentials/<uuid:credential_id>/rotate", methods=["GET", "POST"])
@permission("record.manage")
def credential_rotate(credential_id: uuid.UUID) -> Page:
    """A new key and secret in place of the old ones."""
    if first := confirm_first():
        return first
    found, place = _credential(credential_id)
    if found.registration is not None:
        abort(404)  # nobody but the launched session holds its secret
    if request.method == "POST":
        key, secret = store.rotate(db.session(), key=found.key, by=g.person.id, now=clock.now())
        db.session.commit()
        return _shown_once(key, secret)
    return render_template(
        "record/credential_end.html",
        credential=found,
        place=place,
        scopes=scope_names(found),
        last_used=_last_used(db.session(), found),
        rotate=True,
    )


@pages.route("/credentials/<uuid:credential_id>/revoke", methods=["GET", "POST"])
@permission("record.manage")
def credential_revoke(credential_id: uuid.UUID) -> Page:
    """End a credential."""
    if first := confirm_first():
        return first
    found, place = _credential(credential_id)
    if request.method == "POST":
        store.revoke(db.session(), key=found.key, by=g.person.id, now=clock.now())
        db.session.commit()
        flash(_("The credential is revoked. It opens nothing any more."), "good")
        return redirect(url_for("record.credentials", organisation=place.id))
    return render_template(
        "record/credential_end.html",
        credential=found,
        place=place,
        scopes=scope_names(found),
        last_used=_last_used(db.session(), found),
        rotate=False,
    )
