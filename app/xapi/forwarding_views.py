"""The pages of forwarding, for administrators: how far each store has come, what it did not take, and going on."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app import clock
from app.access import permission
from app.clock import STOCKHOLM
from app.db import db
from app.organisations import service as organisations
from app.xapi import forwarding, targets
from app.xapi.blueprint import pages, tabs
from app.xapi.forwarding_forms import NewTargetForm, ReplayForm, TargetForm
from app.xapi.models import ForwardTarget

Page = str | Response | tuple[Any, int]


def _reason(reason: str) -> str:
    return {
        "refused": _("The store refused it"),
        "conflict": _("The id is taken there by another statement"),
        "too_large": _("Too large for the store"),
        "version": _("Only xAPI 2.0 can say it"),
        "poison": _("The store fails on it"),
    }.get(reason, reason)


def _target(id: uuid.UUID) -> ForwardTarget:
    found = targets.find(db.session(), id)
    if found is None:
        abort(404)
    return found


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(0), STOCKHOLM) if day is not None else None


def _figures(target: ForwardTarget) -> dict[str, Any]:
    count, since = forwarding.waiting(db.session(), target)
    held = forwarding.quarantined_count(db.session(), target.id)
    return {"row": target, "waiting": count, "since": since, "held": held}


def _with_choices(form: TargetForm) -> TargetForm:
    form.organisations.choices = [
        (str(one.id), one.name) for one in organisations.organisations(db.session())
    ]
    return form


def _said(form: TargetForm) -> dict[str, Any]:
    return {
        "name": form.name.data or "",
        "endpoint": form.endpoint.data or "",
        "version": form.version.data,
        "user": (form.user.data or "").strip(),
        "password": form.password.data or "",
        "organisations": [uuid.UUID(one) for one in form.organisations.data or ()],
        "verbs": (form.verbs.data or "").split("\n"),
        "activities": (form.activities.data or "").split("\n"),
    }


@pages.get("/forwarding", endpoint="forwarding")
@permission("record.manage")
def forwarding_list() -> Page:
    """Every store with its lag, failures and quarantine."""
    shown = [_figures(one) for one in targets.every(db.session())]
    return render_template("record/forwarding.html", targets=shown, tabs=tabs())


@pages.route("/forwarding/new", methods=["GET", "POST"])
@permission("record.manage")
def forwarding_new() -> Page:
    """Forward to one more store."""
    form = _with_choices(NewTargetForm())
    if form.validate_on_submit():
        since = _midnight(form.since.data)
        try:
            made = targets.make(db.session(), **_said(form), since=since, by=g.person.id, now=clock.now())
        except targets.TargetRefused as refused:
            db.session.rollback()
            getattr(form, refused.field).errors = [str(refused)]
        else:
            id_ = made.id
            db.session.commit()
            flash(_("Statements are forwarded to the store from now on."), "good")
            return redirect(url_for("record.forwarding_target", target_id=id_))
    answer = render_template("record/forwarding_edit.html", form=form, target=None)
    return (answer, 422) if form.is_submitted() else answer


@pages.get("/forwarding/<uuid:target_id>")
@permission("record.manage")
def forwarding_target(target_id: uuid.UUID) -> Page:
    """One store: how it goes, what is set aside, and what can be done."""
    return _show(_target(target_id), ReplayForm())


def _show(target: ForwardTarget, form: ReplayForm) -> str:
    names = {str(one.id): one.name for one in organisations.organisations(db.session())}
    return render_template(
        "record/forwarding_target.html",
        **_figures(target),
        owners=[names.get(one, one) for one in target.organisations],
        quarantine=targets.quarantined(db.session(), target),
        reason=_reason,
        form=form,
    )


@pages.route("/forwarding/<uuid:target_id>/change", methods=["GET", "POST"])
@permission("record.manage")
def forwarding_change(target_id: uuid.UUID) -> Page:
    """Change a store's address, credentials or rules."""
    target = _target(target_id)
    kept = {
        "name": target.name,
        "endpoint": target.endpoint,
        "version": target.version,
        "organisations": target.organisations,
        "verbs": "\n".join(target.verbs),
        "activities": "\n".join(target.activities),
    }
    form = _with_choices(TargetForm(data=kept))
    if form.validate_on_submit():
        try:
            targets.change(db.session(), target, **_said(form), by=g.person.id, now=clock.now())
        except targets.TargetRefused as refused:
            db.session.rollback()
            getattr(form, refused.field).errors = [str(refused)]
        else:
            db.session.commit()
            flash(_("The store is changed."), "good")
            return redirect(url_for("record.forwarding_target", target_id=target_id))
    answer = render_template("record/forwarding_edit.html", form=form, target=_target(target_id))
    return (answer, 422) if form.is_submitted() else answer


@pages.post("/forwarding/<uuid:target_id>/<any(pause, resume, now, end):act>")
@permission("record.manage")
def forwarding_act(target_id: uuid.UUID, act: str) -> Page:
    """Pause, go on, try at once, or end."""
    done = {
        "pause": (targets.pause, _("Forwarding is paused. What is stored meanwhile waits.")),
        "resume": (targets.resume, _("Forwarding goes on.")),
        "now": (targets.retry_now, _("It is tried again now.")),
        "end": (
            targets.end_target,
            _("Nothing more is forwarded to the store, and its credentials are forgotten."),
        ),
    }
    do, said = done[act]
    do(db.session(), _target(target_id), by=g.person.id, now=clock.now())
    db.session.commit()
    flash(said, "good")
    if act == "end":
        return redirect(url_for("record.forwarding"))
    return redirect(url_for("record.forwarding_target", target_id=target_id))


@pages.post("/forwarding/<uuid:target_id>/replay")
@permission("record.manage")
def forwarding_replay(target_id: uuid.UUID) -> Page:
    """Go through everything once more from a day on."""
    target, form = _target(target_id), ReplayForm()
    since = _midnight(form.since.data) if form.validate_on_submit() else None
    if since is None:
        return _show(target, form), 422
    targets.replay(db.session(), target, since=since, by=g.person.id, now=clock.now())
    db.session.commit()
    flash(_("Everything from that day on is sent again. What is there already is not doubled."), "good")
    return redirect(url_for("record.forwarding_target", target_id=target_id))


@pages.post("/forwarding/<uuid:target_id>/quarantine")
@permission("record.manage")
def forwarding_quarantine(target_id: uuid.UUID) -> Page:
    """Send what was set aside again, or take it off the list: all of it, or one statement."""
    target = _target(target_id)
    try:
        ids = [uuid.UUID(one) for one in request.form.getlist("id")]
    except ValueError:
        abort(404)
    asked = {"by": g.person.id, "now": clock.now()}
    if request.form.get("do") == "dismiss":
        count = targets.dismiss(db.session(), target, ids=ids, **asked)
        said = ngettext("One statement is off the list.", "%(num)s statements are off the list.", count)
    else:
        count = targets.send_again(db.session(), target, ids=ids or None, **asked)
        said = ngettext("One statement is sent again.", "%(num)s statements are sent again.", count)
    db.session.commit()
    flash(said, "good")
    return redirect(url_for("record.forwarding_target", target_id=target_id))
