"""One's own account: profile, ways to sign in, consents, what happened, one's own data."""

from __future__ import annotations

import uuid
from typing import Any

from flask import abort, flash, g, jsonify, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from sqlalchemy import or_, select
from werkzeug.wrappers import Response

from app import clock, mail
from app.access import permission
from app.accounts import activity_words, letters, passkeys, resets, second_factor
from app.accounts.blueprint import bp, confirm_first, is_fresh, leave, next_url
from app.accounts.consents import consent, terms_to_renew
from app.accounts.consents import consents as consents_of
from app.accounts.data import person_data
from app.accounts.errors import Refused
from app.accounts.forms import (
    ChangePasswordForm,
    CodeForm,
    ConsentForm,
    NewPasswordForm,
    ProfileForm,
    consented,
    with_consents,
)
from app.accounts.models import SignIn
from app.accounts.service import (
    change_profile,
    close_account,
    load_people,
    open_sign_ins,
    sign_out_everywhere,
)
from app.accounts.sign_in_views import site
from app.accounts.terms import TERMS
from app.audit import AuditEvent
from app.db import db
from app.i18n import COOKIE as LANGUAGE_COOKIE
from app.ui.views import way_back

PAGE = 50
Page = str | Response | tuple[Any, int]


def _tell(what: str) -> None:
    now = clock.now()
    letters.send(
        db.session(),
        "security_changed",
        to=g.person.email,
        language=g.person.language,
        now=now,
        person=g.person.id,
        name=g.person.name,
        what=what,
        at=now,
        link=mail.address("/password/forgotten"),
    )


@bp.route("/settings", methods=["GET", "POST"])
@permission("account.own")
def settings() -> Page:
    """Name, language, zone; and the way to everything else about the account."""
    form = ProfileForm(obj=g.person)
    if form.validate_on_submit():
        try:
            change_profile(
                db.session(),
                g.person,
                name=form.name.data,
                certificate_name=form.certificate_name.data,
                language=form.language.data,
                time_zone=form.time_zone.data,
                by=g.person.id,
                now=clock.now(),
            )
        except Refused as refused:
            form.form_errors.append(str(refused))
        else:
            db.session.commit()
            flash(_("Saved."), "good")
            response = redirect(url_for("accounts.settings"), 303)
            response.delete_cookie(LANGUAGE_COOKIE)
            return response
    return render_template("accounts/settings.html", form=form, two_factor=second_factor.is_on(g.person)), (
        422 if form.errors else 200
    )


@bp.route("/settings/password", methods=["GET", "POST"])
@permission("account.own")
def password() -> Page:
    """Change one's password, or choose a first one."""
    has_one = bool(g.person.password)
    if not has_one and (first := confirm_first()):
        return first
    form: Any = ChangePasswordForm() if has_one else NewPasswordForm()
    if form.validate_on_submit():
        now = clock.now()
        try:
            resets.change(
                db.session(),
                g.person,
                current=form.current.data if has_one else "",
                password=form.password.data,
                now=now,
            )
        except Refused as refused:
            form.current.errors = [str(refused)]
        else:
            # This browser stays: the change came from here.
            sign_in = db.session.get_one(SignIn, uuid.UUID(session["sign_in"]))
            sign_in.ended_at = None
            db.session.commit()
            flash(_("Your password is changed. Every other browser has been signed out."), "good")
            return redirect(url_for("accounts.settings"), 303)
    return render_template("accounts/password.html", form=form, has_one=has_one), 422 if form.errors else 200


@bp.get("/settings/passkeys")
@permission("account.own")
def passkeys_page() -> Page:
    """One's passkeys."""
    return confirm_first() or render_template("accounts/passkeys.html", passkeys=g.person.webauthn)


@bp.post("/settings/passkeys/ask")
@permission("account.own")
def passkey_ask_to_add() -> Page:
    """What the browser needs to make a passkey."""
    if not is_fresh():
        return jsonify(message=_("Show once more that it is you, then try again.")), 403
    asked = passkeys.ask_to_add(g.person, site())
    session["challenge"] = asked.challenge
    return jsonify(asked.options)


@bp.post("/settings/passkeys")
@permission("account.own")
def passkey_add() -> Page:
    """Keep the passkey that the browser made."""
    if not is_fresh():
        return jsonify(message=_("Show once more that it is you, then try again.")), 403
    given = request.get_json(silent=True) or {}
    try:
        passkeys.add(
            db.session(),
            g.person,
            answer=given.get("answer") or {},
            challenge=session.pop("challenge", ""),
            site=site(),
            name=str(given.get("name") or ""),
            by=g.person.id,
            now=clock.now(),
        )
    except Refused as refused:
        return jsonify(message=str(refused)), 422
    _tell(_("A passkey was added to your account."))
    db.session.commit()
    flash(_("The passkey is added. You can sign in with it from now on."), "good")
    return jsonify(next=url_for("accounts.passkeys_page"))


@bp.post("/settings/passkeys/<uuid:passkey_id>/remove")
@permission("account.own")
def passkey_remove(passkey_id: uuid.UUID) -> Page:
    """Forget a passkey."""
    if first := confirm_first():
        return first
    try:
        passkeys.remove(db.session(), g.person, passkey_id, by=g.person.id, now=clock.now())
    except Refused as refused:
        if refused.code == "unknown":
            abort(404)
        flash(str(refused), "bad")
    else:
        _tell(_("A passkey was removed from your account."))
        db.session.commit()
        flash(_("The passkey is removed."), "good")
    return redirect(url_for("accounts.passkeys_page"), 303)


@bp.route("/settings/second-step", methods=["GET", "POST"])
@permission("account.own")
def second_step() -> Page:
    """Switch the code from an app on; seen again, how it stands."""
    if first := confirm_first():
        return first
    if second_factor.is_on(g.person):
        left = len(g.person.mf_recovery_codes or [])
        return render_template("accounts/second_step_on.html", left=left)
    form = CodeForm()
    secret = session.get("new_secret")
    if secret is None:
        secret = session["new_secret"] = second_factor.new_secret()
    if form.validate_on_submit():
        try:
            codes = second_factor.turn_on(
                db.session(),
                g.person,
                secret=secret,
                code="".join(form.code.data.split()),
                by=g.person.id,
                now=clock.now(),
            )
        except Refused as refused:
            form.code.errors = [str(refused)]
        else:
            _tell(_("Signing in now asks for a code from your app."))
            db.session.commit()
            session.pop("new_secret")
            return render_template("accounts/recovery_codes.html", codes=codes, first=True)
    return render_template(
        "accounts/second_step.html",
        form=form,
        key=second_factor.shown_key(secret),
        qr=second_factor.qr(secret, g.person),
    ), 422 if form.errors else 200


@bp.post("/settings/second-step/off")
@permission("account.own")
def second_step_off() -> Page:
    """Ask for no code any more."""
    if first := confirm_first():
        return first
    second_factor.turn_off(db.session(), g.person, by=g.person.id, now=clock.now())
    _tell(_("Signing in no longer asks for a code from your app."))
    db.session.commit()
    flash(_("Signing in no longer asks for a code."), "good")
    return redirect(url_for("accounts.settings"), 303)


@bp.post("/settings/second-step/recovery-codes")
@permission("account.own")
def recovery_codes() -> Page:
    """Make new recovery codes; they are shown this once."""
    if first := confirm_first():
        return first
    if not second_factor.is_on(g.person):
        abort(404)
    codes = second_factor.new_recovery_codes(db.session(), g.person, by=g.person.id, now=clock.now())
    db.session.commit()
    return render_template("accounts/recovery_codes.html", codes=codes, first=False)


@bp.get("/settings/browsers")
@permission("account.own")
def browsers() -> Page:
    """Where one is signed in."""
    return render_template(
        "accounts/browsers.html", sign_ins=open_sign_ins(db.session(), g.person.id), this=session["sign_in"]
    )


@bp.post("/settings/browsers/<uuid:sign_in_id>/end")
@permission("account.own")
def browser_end(sign_in_id: uuid.UUID) -> Page:
    """Sign one browser out."""
    found = next((one for one in open_sign_ins(db.session(), g.person.id) if one.id == sign_in_id), None)
    if found is None:
        abort(404)
    found.ended_at = clock.now()
    db.session.commit()
    flash(_("That browser is signed out."), "good")
    return redirect(url_for("accounts.browsers"), 303)


@bp.post("/settings/browsers/end-others")
@permission("account.own")
def browsers_end_others() -> Page:
    """Sign every other browser out."""
    sign_out_everywhere(
        db.session(), g.person, by=g.person.id, now=clock.now(), besides=uuid.UUID(session["sign_in"])
    )
    db.session.commit()
    flash(_("Every other browser is signed out."), "good")
    return redirect(url_for("accounts.browsers"), 303)


@bp.route("/settings/consents", methods=["GET", "POST"])
@permission("account.own")
def consents() -> Page:
    """What one agrees to; asked again when a text has changed."""
    standing = {one.kind: one for one in consents_of(db.session(), g.person.id)}
    form = with_consents(ConsentForm, TERMS.values())(
        data={f"consent_{kind}": True for kind in standing} | {"next": way_back(request.args.get("next"))}
    )
    if form.validate_on_submit():
        consent(db.session(), g.person, consented(form), by=g.person.id, now=clock.now())
        db.session.commit()
        flash(_("Saved."), "good")
        return redirect(
            next_url(form.next.data) if form.next.data != "/" else url_for("accounts.settings"), 303
        )
    renew = terms_to_renew(db.session(), g.person.id)
    return render_template("accounts/consents.html", form=form, standing=standing, renew=renew), (
        422 if form.errors else 200
    )


@bp.route("/settings/close", methods=["GET", "POST"])
@permission("account.own")
def close() -> Page:
    """Close one's own account, after a look at what that means."""
    if first := confirm_first():
        return first
    if request.method == "POST":
        now = clock.now()
        try:
            close_account(db.session(), g.person, by=g.person.id, now=now)
        except Refused as refused:
            db.session.rollback()
            flash(str(refused), "bad")
            return redirect(url_for("accounts.settings"), 303)
        db.session.commit()
        leave(now)
        flash(_("Your account is closed."), "good")
        return redirect(url_for("accounts.sign_in"), 303)
    return render_template("accounts/close.html")


@bp.get("/activity")
@permission("activity.own")
def activity() -> Page:
    """What was done by and about the person, newest first."""
    wanted = select(AuditEvent).where(
        or_(AuditEvent.actor_id == g.person.id, AuditEvent.person_id == g.person.id)
    )
    if before := request.args.get("before"):
        try:
            wanted = wanted.where(AuditEvent.id < uuid.UUID(before))
        except ValueError:
            abort(404)
    events = db.session.scalars(wanted.order_by(AuditEvent.id.desc()).limit(PAGE + 1)).all()
    more = events[PAGE - 1].id if len(events) > PAGE else None
    people = load_people(db.session(), [one.actor_id for one in events])
    items = [
        {
            "at": one.at,
            "what": activity_words.say(one.action),
            "who": people[one.actor_id].name
            if one.actor_id in people and one.actor_id != g.person.id
            else "",
        }
        for one in events[:PAGE]
    ]
    return render_template("accounts/activity.html", items=items, more=more)


@bp.get("/my-data")
@permission("data.own")
def my_data() -> Page:
    """What the service holds about one, in short, and the whole of it to download."""
    return render_template("accounts/my_data.html", data=person_data(db.session(), g.person.id))
