"""The client's page, by the link in the mail. Opening it changes nothing; a button answers."""

from __future__ import annotations

from datetime import datetime

from flask import g, redirect, render_template, request, url_for

from app import clock
from app.access import permission
from app.accounts.errors import Refused
from app.accounts.service import load_person
from app.clock import STOCKHOLM
from app.coaching import service
from app.coaching.blueprint import Page, bp, figures, say
from app.coaching.figures import figures_of
from app.coaching.forms import CorrectForm, RefuseForm
from app.coaching.models import Hours, SigningLink
from app.db import db
from app.organisations.service import load_organisation

PRIVATE = {"Cache-Control": "private, no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}


def _correct_form(row: Hours, *, answering: bool) -> CorrectForm:
    if answering:
        return CorrectForm()
    starts = row.starts.astimezone(STOCKHOLM)
    return CorrectForm(
        formdata=None,
        data={
            "day": starts.date(),
            "begins": starts.time(),
            "minutes": row.minutes,
            "paid": "yes" if row.paid else "no",
            "group_size": row.group_size,
        },
    )


@bp.route("/hours/<token>", methods=["GET", "POST"])
@permission("hours.answer")
def answer(token: str) -> Page:
    """What the coach logged, and the client's three answers; afterwards, what was answered."""
    session, now = db.session(), clock.now()
    try:
        link, row = service.open_link(session, token, now=now)
    except Refused as refused:
        page = render_template("coaching/link_over.html", message=str(refused))
        return page, 404 if refused.code == "unknown" else 410, PRIVATE
    asked = request.form.get("action", "") if request.method == "POST" else ""
    correcting, refusing = _correct_form(row, answering=asked == "correct"), RefuseForm()
    trouble = ""
    if asked:
        done, trouble = _take(token, asked, correcting, refusing, now)
        if done:
            return redirect(url_for("coaching.answer", token=token), 303)
        link, row = service.open_link(session, token, now=now)
    return _page(token, link, row, correcting, refusing, asked, trouble), 422 if asked else 200, PRIVATE


def _take(
    token: str, asked: str, correcting: CorrectForm, refusing: RefuseForm, now: datetime
) -> tuple[bool, str]:
    """Carry the answer out. Whether there is now an answer to show, and what else to say."""
    session, by = db.session(), g.person.id if g.person else None
    form = {"correct": correcting, "refuse": refusing}.get(asked)
    try:
        if form is not None and not form.validate():
            return False, ""
        if asked == "confirm":
            service.confirm(session, token, by=by, now=now)
        elif asked == "correct":
            comment = correcting.comment.data or ""
            service.correct(session, token, figures(correcting), comment=comment, by=by, now=now)
        elif asked == "refuse":
            service.refuse(session, token, reason=refusing.reason.data or "", by=by, now=now)
        else:
            return True, ""
    except Refused as refused:
        db.session.rollback()
        if refused.code in ("answered", "expired", "revoked"):
            return True, ""  # somebody was quicker, or it was a double click: show what was answered
        if form is None or refused.code == "own":
            return False, str(refused)
        say(form, refused)
        return False, ""
    db.session.commit()
    return True, ""


def _page(
    token: str,
    link: SigningLink,
    row: Hours,
    correcting: CorrectForm,
    refusing: RefuseForm,
    asked: str,
    trouble: str,
) -> str:
    session = db.session()
    given = service.answer_of(session, row)
    coach, client = load_person(session, row.person_id), load_organisation(session, row.client_id)
    return render_template(
        "coaching/answer.html",
        token=token,
        row=row,
        link=link,
        coach=coach.name if coach else "",
        client=client.name if client else "",
        given=given,
        logged=figures_of(row),
        proposed=figures_of(given) if given is not None and given.action == "correct" else None,
        correcting=correcting,
        refusing=refusing,
        asked=asked,
        trouble=trouble,
        own=g.person is not None and g.person.id == row.person_id,
    )
