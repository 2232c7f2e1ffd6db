"""Signing in and out, forgotten passwords, accepting an invitation, choosing as whom one is here."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlsplit

from flask import abort, current_app, flash, g, jsonify, redirect, render_template, request, session, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from app import audit, clock
from app.access import permission
from app.accounts import passkeys, resets, second_factor
from app.accounts.blueprint import bp, enter, home, is_fresh, leave, next_url, roles_here
from app.accounts.errors import Refused
from app.accounts.forms import (
    AcceptForm,
    CodeForm,
    ConfirmForm,
    ForgottenForm,
    NewPasswordForm,
    SignInForm,
    consented,
    with_consents,
)
from app.accounts.invitations import accept, accept_as, open_invitation
from app.accounts.models import Invitation, Person
from app.accounts.passwords import matches
from app.accounts.service import find_person, load_person, roles_of
from app.accounts.terms import TERMS
from app.db import db
from app.organisations.service import load_organisation
from app.ui import formatting
from app.ui.setup import render_error
from app.ui.views import way_back

HALF_WAY_SECONDS = 600
Page = str | Response | tuple[Any, int]


def site() -> passkeys.Site:
    """Where this service is for passkeys: its configured address, never what a request claims."""
    parts = urlsplit(current_app.config["SERVICE_URL"])
    return passkeys.Site(parts.hostname or "localhost", f"{parts.scheme}://{parts.netloc}")


def _demonstration_people() -> list[tuple[Person, list[str]]]:
    if current_app.config["MODE"] == "production":
        return []
    people = db.session.scalars(
        select(Person).where(Person.demonstration, Person.closed_at.is_(None)).order_by(Person.id)
    )
    shown = list(people)
    roles = roles_of(db.session(), [one.id for one in shown], clock.local_date(clock.now()))
    return [(one, roles.get(one.id, [])) for one in shown]


@bp.get("/sign-in")
@permission("account.enter")
def sign_in() -> Page:
    """The page where one signs in."""
    if g.person is not None:
        return redirect(next_url(request.args.get("next")), 303)
    form = SignInForm(formdata=None, data={"next": way_back(request.args.get("next"))})
    return _sign_in_page(form)


def _sign_in_page(form: SignInForm) -> str:
    return render_template("accounts/sign_in.html", form=form, demonstration=_demonstration_people())


@bp.post("/sign-in")
@permission("account.enter")
def sign_in_post() -> Page:
    """Sign in with a password; then the code, where the person has switched it on."""
    form = SignInForm()
    if not form.validate_on_submit():
        return _sign_in_page(form), 422
    now = clock.now()
    person = find_person(db.session(), form.email.data)
    known = matches(person, form.password.data)
    if person is None or not known or not person.active:
        audit.record(
            db.session(),
            "account.refused",
            by=None,
            now=now,
            person=person.id if person else None,
            via="password",
        )
        db.session.commit()
        form.form_errors.append(_why_not(person if known else None))
        return _sign_in_page(form), 422
    if second_factor.is_on(person):
        session.clear()
        session["half_way"] = [str(person.id), now.timestamp(), way_back(form.next.data)]
        return redirect(url_for("accounts.code"), 303)
    return enter(person, via="password", target=form.next.data, now=now)


def _why_not(person: Person | None) -> str:
    """Only who knows the password of a closed account is told that it is closed."""
    if person is None or person.closed_at is None:
        return _("The e-mail address or the password is not right. Try again.")
    return _(
        "This account was closed on %(day)s. Ask an administrator to open it if you want to come back.",
        day=formatting.day(person.closed_at),
    )


def _half_way() -> tuple[Person, str] | None:
    kept = session.get("half_way")
    if not kept or clock.now().timestamp() - kept[1] > HALF_WAY_SECONDS:
        return None
    person = load_person(db.session(), uuid.UUID(kept[0]))
    return (person, kept[2]) if person is not None and person.active else None


@bp.route("/sign-in/code", methods=["GET", "POST"])
@permission("account.enter")
def code() -> Page:
    """The second step of signing in."""
    half = _half_way()
    if half is None:
        return redirect(url_for("accounts.sign_in"), 303)
    person, target = half
    form = CodeForm()
    if form.validate_on_submit():
        now = clock.now()
        if second_factor.check(db.session(), person, form.code.data, now=now):
            return enter(person, via="password and code", target=target, now=now)
        audit.record(db.session(), "account.refused", by=None, now=now, person=person.id, via="code")
        db.session.commit()
        form.code.errors = [_("That code is not right or has been used. Wait for the next one in your app.")]
    return render_template("accounts/code.html", form=form), 422 if form.errors else 200


@bp.post("/sign-in/passkey/ask")
@permission("account.enter")
def passkey_ask() -> Response:
    """What the browser needs to use a passkey."""
    asked = passkeys.ask_to_sign_in(site())
    session["challenge"] = asked.challenge
    return jsonify(asked.options)


@bp.post("/sign-in/passkey")
@permission("account.enter")
def passkey_enter() -> Page:
    """Sign in, or confirm that it is still oneself, with a passkey; answers with the address to go on to."""
    given = request.get_json(silent=True) or {}
    now = clock.now()
    try:
        person = passkeys.signed_in_by(
            db.session(),
            answer=given.get("answer") or {},
            challenge=session.pop("challenge", ""),
            site=site(),
            now=now,
        )
    except Refused as refused:
        return jsonify(message=str(refused)), 422
    if g.person is not None:
        if person.id != g.person.id:
            return jsonify(message=_("That passkey belongs to another account.")), 422
        session["fresh_at"] = now.timestamp()
        db.session.commit()
        return jsonify(next=next_url(given.get("next")))
    response = enter(person, via="passkey", target=given.get("next"), now=now)
    return jsonify(next=response.location)


@bp.post("/sign-in/as")
@permission("demo.use")
def enter_demonstration() -> Page:
    """One click into a demonstration account; such accounts work in no other mode."""
    try:
        person = load_person(db.session(), uuid.UUID(request.form.get("person", "")))
    except ValueError:
        abort(404)
    if person is None or not person.demonstration or not person.active:
        abort(404)
    now = clock.now()
    if g.person is not None:
        leave(now)
    return enter(person, via="demonstration", target=request.form.get("next"), now=now)


@bp.post("/sign-out")
@permission("page.public")
def sign_out() -> Page:
    """Leave; harmless for whoever is not here."""
    leave(clock.now())
    flash(_("You are signed out."), "good")
    return redirect(url_for("accounts.sign_in"), 303)


@bp.route("/confirm", methods=["GET", "POST"])
@permission("account.own")
def confirm() -> Page:
    """Show once more that it is oneself, before changing how one signs in."""
    form = ConfirmForm()
    if request.method == "GET":
        form.next.data = way_back(request.args.get("next"))
        if is_fresh():
            return redirect(next_url(form.next.data), 303)
    elif form.validate_on_submit():
        if matches(g.person, form.password.data):
            session["fresh_at"] = clock.now().timestamp()
            return redirect(next_url(form.next.data), 303)
        form.password.errors = [_("That is not your password.")]
    return render_template("accounts/confirm.html", form=form), 422 if form.errors else 200


@bp.route("/password/forgotten", methods=["GET", "POST"])
@permission("account.enter")
def forgotten() -> Page:
    """Ask for a link to a new password; the answer is the same whoever asks."""
    form = ForgottenForm()
    if form.validate_on_submit():
        resets.ask(db.session(), email=form.email.data, language=str(get_locale()), now=clock.now())
        db.session.commit()
        return render_template("accounts/forgotten_sent.html", email=form.email.data)
    return render_template("accounts/forgotten.html", form=form), 422 if form.errors else 200


@bp.route("/password/new/<token>", methods=["GET", "POST"])
@permission("account.enter")
def new_password(token: str) -> Page:
    """Choose a new password by the link in the mail."""
    now = clock.now()
    form = NewPasswordForm()
    try:
        person = resets.person_behind(db.session(), token, now=now)
        if form.validate_on_submit():
            resets.choose(db.session(), token=token, password=form.password.data, now=now)
            db.session.commit()
            flash(_("Your new password is set. Sign in with it."), "good")
            return redirect(url_for("accounts.sign_in"), 303)
    except Refused as refused:
        again = (_("Ask for a new link"), url_for("accounts.forgotten"))
        return render_error(410, _("The link does not work"), str(refused), again)
    return render_template(
        "accounts/new_password.html", form=form, email=person.email
    ), 422 if form.errors else 200


@bp.route("/invitation/<token>", methods=["GET", "POST"])
@permission("account.enter")
def invitation(token: str) -> Page:
    """Accept an invitation: with a new account, or with the one that the address already has."""
    now = clock.now()
    try:
        found = open_invitation(db.session(), token, now=now)
        if find_person(db.session(), found.email) is not None:
            return _accept_with_account(token, found)
        form = with_consents(AcceptForm, TERMS.values())()
        if request.method == "GET":
            form.name.data, form.language.data = found.name, found.language
        if form.validate_on_submit():
            person = accept(
                db.session(),
                token=token,
                name=form.name.data,
                password=form.password.data if form.how.data == "password" else None,
                language=form.language.data,
                consents=consented(form),
                now=now,
            )
            target = None if form.how.data == "password" else url_for("accounts.passkeys_page")
            return enter(person, via="invitation", target=target or _purpose_url(found), now=now)
    except Refused as refused:
        db.session.rollback()
        return render_error(
            410, _("The invitation cannot be used"), str(refused), (_("Sign in"), url_for("accounts.sign_in"))
        )
    place = load_organisation(db.session(), found.organisation_id)
    return render_template(
        "accounts/accept.html", form=form, invitation=found, place=place, terms=TERMS
    ), 422 if form.errors else 200


def _accept_with_account(token: str, found: Invitation) -> Page:
    here = url_for("accounts.invitation", token=token)
    if g.person is None:
        flash(
            _("You already have an account with this address. Sign in, and you can accept the invitation."),
            "info",
        )
        return redirect(url_for("accounts.sign_in", next=here), 303)
    if request.method == "POST":
        accept_as(db.session(), token=token, person=g.person, now=clock.now())
        db.session.commit()
        flash(_("The invitation is accepted."), "good")
        return redirect(_purpose_url(found), 303)
    place = load_organisation(db.session(), found.organisation_id)
    return render_template("accounts/accept_as.html", invitation=found, place=place, url=here)


def _purpose_url(found: Invitation) -> str:
    """What the invitation leads to; rooms above register their pages under its purpose."""
    leads = current_app.extensions["accounts"].get(found.purpose or "")
    return str(leads(found.target_id)) if leads else home()


@bp.post("/role")
@permission("account.own")
def choose_role() -> Page:
    """Be here as another of one's roles."""
    role = request.form.get("role", "")
    if role not in roles_here():
        abort(403)
    session["role"] = role
    return redirect(home(), 303)
