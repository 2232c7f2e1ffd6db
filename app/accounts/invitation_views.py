"""Invitations: followed, sent one by one or from a list, sent again, taken back. Within one's own organisations."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from flask import abort, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from app import clock
from app.access import held, organisations_for, permission
from app.accounts import imports
from app.accounts.blueprint import bp
from app.accounts.errors import Refused
from app.accounts.forms import ImportCommitForm, ImportForm, InviteForm, choices
from app.accounts.invitations import invitations, invite, load_invitation, open_to, resend, revoke
from app.accounts.models import Invitation
from app.accounts.roles import MAY_GRANT, ROLES, role_name
from app.db import db
from app.organisations.models import Organisation
from app.organisations.service import organisations
from app.ui.views import way_back

PAGE = 50
STATES = ("sent", "accepted", "expired", "revoked")
CARRIED_FOR_SECONDS = 3600
MOMENT = timedelta(seconds=30)
INVITES_INTO = ("consortium", "municipality", "partner", "coaching_firm")
Page = str | Response | tuple[Any, int]


def _places() -> list[Organisation]:
    return organisations(db.session(), kinds=INVITES_INTO, among=organisations_for("people.invite"))


def _roles() -> list[tuple[str, str]]:
    mine = {role for one in held() if one.role in ("guide", "administrator") for role in MAY_GRANT[one.role]}
    return [(role, role_name(role)) for role in ROLES if role in mine]


def _uuid(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        abort(404)


@bp.get("/invitations")
@permission("people.invite")
def invitation_list() -> Page:
    """Who was invited and how it stands, undelivered mail with its reason."""
    state = request.args.get("state") if request.args.get("state") in STATES else None
    found = invitations(
        db.session(),
        among=organisations_for("people.invite"),
        state=state,
        before=_uuid(request.args.get("before")),
        limit=PAGE + 1,
        now=clock.now(),
    )
    more = found[PAGE - 1].invitation.id if len(found) > PAGE else None
    return render_template(
        "accounts/invitations.html", found=found[:PAGE], more=more, state=state, states=STATES
    )


def _just_sent(form: InviteForm) -> bool:
    """Whether the same person sent the same invitation a moment ago: a second click."""
    found = open_to(
        db.session(),
        email=form.email.data,
        organisation=uuid.UUID(form.organisation.data),
        role=form.role.data,
    )
    return found is not None and found.invited_by == g.person.id and clock.now() - found.sent_at < MOMENT


@bp.route("/invitations/new", methods=["GET", "POST"])
@permission("people.invite")
def invitation_new() -> Page:
    """Invite one person."""
    form = InviteForm()
    places = _places()
    form.organisation.choices = choices((str(one.id), one.name) for one in places)
    form.role.choices = choices(_roles())
    if request.method == "GET":
        form.organisation.data = request.args.get("organisation") or form.organisation.data
    if form.validate_on_submit():
        try:
            sent = invite(
                db.session(),
                email=form.email.data,
                organisation=uuid.UUID(form.organisation.data),
                role=form.role.data,
                name=form.name.data or "",
                language=form.language.data,
                by=g.person.id,
                now=clock.now(),
            )
        except Refused as refused:
            db.session.rollback()
            if refused.code == "invited" and _just_sent(form):
                flash(_("The invitation to %(address)s is on its way.", address=form.email.data), "good")
                return redirect(url_for("accounts.invitation_list"), 303)
            form.email.errors = [str(refused)]
        else:
            db.session.commit()
            flash(_("The invitation to %(address)s is on its way.", address=sent.email), "good")
            return redirect(url_for("accounts.invitation_list"), 303)
    return render_template(
        "accounts/invitation_new.html", form=form, places=places
    ), 422 if form.errors else 200


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="import")


@bp.route("/invitations/import", methods=["GET", "POST"])
@permission("people.invite")
def invitation_import() -> Page:
    """Choose a list; see what it would do, every bad cell with its row and column."""
    form = ImportForm()
    places = _places()
    form.organisation.choices = choices((str(one.id), one.name) for one in places)
    if form.validate_on_submit():
        place = next(one for one in places if str(one.id) == form.organisation.data)
        upload = form.file.data
        try:
            preview = imports.preview_import(
                db.session(),
                upload.read(),
                upload.filename or "",
                organisation=place.id,
                by=g.person.id,
                now=clock.now(),
            )
        except Refused as refused:
            form.file.errors = [str(refused)]
        else:
            carried = _serializer().dumps([g.person.id.hex, place.id.hex, preview.as_plain()])
            return render_template(
                "accounts/import_preview.html",
                preview=preview,
                place=place,
                carried=carried,
                form=form,
                filename=upload.filename,
            ), 422 if preview.errors else 200
    return render_template("accounts/import.html", form=form, places=places), 422 if form.errors else 200


@bp.post("/invitations/import/commit")
@permission("people.invite")
def invitation_import_commit() -> Page:
    """Invite everybody on the list that was looked at."""
    form = ImportCommitForm()
    again = url_for("accounts.invitation_import")
    try:
        who, where, plain = _serializer().loads(form.list.data or "", max_age=CARRIED_FOR_SECONDS)
    except BadSignature:
        flash(_("The preview is too old. Choose the file once more."), "warn")
        return redirect(again, 303)
    place = uuid.UUID(hex=where)
    allowed = organisations_for("people.invite")
    if who != g.person.id.hex or (allowed is not None and place not in allowed):
        abort(404)
    rows = [imports.Row(**row) for row in plain]
    try:
        made = imports.import_invitations(
            db.session(), rows, organisation=place, by=g.person.id, now=clock.now()
        )
    except Refused as refused:
        db.session.rollback()
        flash(_("Nobody was invited. %(reason)s", reason=str(refused)), "bad")
        return redirect(again, 303)
    db.session.commit()
    count = len(made)
    flash(ngettext("One invitation is on its way.", "%(num)s invitations are on their way.", count), "good")
    return redirect(url_for("accounts.invitation_list"), 303)


def _mine(invitation_id: uuid.UUID) -> Invitation:
    found = load_invitation(db.session(), invitation_id, among=organisations_for("people.invite"))
    if found is None:
        abort(404)
    return found


@bp.post("/invitations/<uuid:invitation_id>/resend")
@permission("people.invite")
def invitation_resend(invitation_id: uuid.UUID) -> Page:
    """Send it again with a new link."""
    try:
        resend(
            db.session(),
            _mine(invitation_id),
            seen=request.form.get("seen", type=int),
            by=g.person.id,
            now=clock.now(),
        )
    except Refused as refused:
        db.session.rollback()
        flash(str(refused), "bad")
    else:
        db.session.commit()
        flash(_("The invitation is on its way again, with a new link."), "good")
    return redirect(_back(), 303)


@bp.post("/invitations/<uuid:invitation_id>/revoke")
@permission("people.invite")
def invitation_revoke(invitation_id: uuid.UUID) -> Page:
    """Take it back."""
    try:
        revoke(db.session(), _mine(invitation_id), by=g.person.id, now=clock.now())
    except Refused as refused:
        db.session.rollback()
        flash(str(refused), "bad")
    else:
        db.session.commit()
        flash(_("The invitation is withdrawn; its link no longer works."), "good")
    return redirect(_back(), 303)


def _back() -> str:
    target = way_back(request.form.get("next"))
    return url_for("accounts.invitation_list") if target == "/" else target
