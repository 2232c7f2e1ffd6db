"""Choosing who judges, with the conflict check beside every name."""

from __future__ import annotations

import uuid
from datetime import datetime

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app import clock
from app.access import permission
from app.accounts.errors import Refused
from app.accounts.service import load_people, load_person
from app.assessments import assigning, conflicts
from app.assessments.blueprint import Page, assigns_in, bp, language, oversees
from app.assessments.forms import AssignForm, ReasonForm, choices
from app.assessments.models import Assignment, Attempt
from app.db import db
from app.organisations.service import scheme_owner
from app.schemes import service as schemes


def _after() -> tuple[datetime, uuid.UUID] | None:
    try:
        at, last = request.args["after"].split("~")
        moment = datetime.fromisoformat(at)
        return (moment, uuid.UUID(last)) if moment.tzinfo else None
    except (KeyError, ValueError):
        return None


@bp.get("/assigning")
@permission("attempt.assign")
def to_assign() -> Page:
    """Work that lacks an examiner, and examiners whose time has run out."""
    session, now = db.session(), clock.now()
    owner = scheme_owner(session).id
    found = assigning.to_assign(
        session, owner=owner, schemes=assigns_in(), after=_after(), limit=assigning.PAGE + 1
    )
    rows = found[: assigning.PAGE]
    late = assigning.overdue(session, owner=owner, schemes=assigns_in(), now=now)
    shown = [*rows, *(attempt for _assignment, attempt in late)]
    people = load_people(
        session, [*(one.person_id for one in shown), *(one.examiner_id for one, _attempt in late)]
    )
    last = rows[-1] if len(found) > assigning.PAGE else None
    return render_template(
        "assessments/to_assign.html",
        rows=rows,
        late=late,
        people=people,
        versions={one.scheme_version_id: schemes.load(session, one.scheme_version_id) for one in shown},
        language=language(),
        next_url=url_for("assessments.to_assign", after=f"{last.handed_in_at.isoformat()}~{last.id}")
        if last
        else None,
    )


def _overseen(attempt_id: uuid.UUID) -> Attempt:
    attempt = assigning.load_attempt(db.session(), attempt_id)
    if attempt is None or not oversees(attempt):
        abort(404)
    return attempt


@bp.route("/assigning/<uuid:attempt_id>", methods=["GET", "POST"])
@permission("attempt.assign")
def assign(attempt_id: uuid.UUID) -> Page:
    """Choose an examiner for one attempt."""
    attempt = _overseen(attempt_id)
    session, now = db.session(), clock.now()
    candidate = load_person(session, attempt.person_id)
    if candidate is None:
        abort(404)
    examiners = conflicts.examiners_for(session, candidate=candidate, scheme=attempt.scheme, now=now)
    people = assigning.asked(session, attempt)
    busy = {one.assignment.examiner_id for one in people if one.assignment.ended_at is None}
    free = [one for one, obstacles in examiners if not obstacles and one.id not in busy]
    form = AssignForm()
    form.examiner.choices = choices([(str(one.id), one.name) for one in free])
    if form.examiner.data in {str(one) for one in busy}:  # a second click
        return redirect(url_for("assessments.assign", attempt_id=attempt_id), 303)
    if form.validate_on_submit():
        try:
            assigning.assign(session, attempt, uuid.UUID(form.examiner.data), by=g.person.id, now=now)
        except Refused as refused:
            session.rollback()
            form.examiner.errors = [*form.examiner.errors, str(refused)]
        else:
            session.commit()
            flash(_("The examiner is asked, and gets a mail."), "good")
            return redirect(url_for("assessments.assign", attempt_id=attempt_id), 303)
    version = schemes.load(session, attempt.scheme_version_id)
    page = render_template(
        "assessments/assign.html",
        form=form,
        attempt=attempt,
        assessment=version.assessment(attempt.assessment),
        title=version.assessment(attempt.assessment).name[language()],
        scheme=version.name[language()],
        candidate=candidate,
        barred=[
            (one, [conflicts.OBSTACLES[code] for code in obstacles])
            for one, obstacles in examiners
            if obstacles
        ],
        people=people,
        names=load_people(session, [one.assignment.examiner_id for one in people]),
        left=assigning.places_left(attempt, people),
        free=free,
        language=language(),
        now=now,
    )
    return page, 422 if form.is_submitted() else 200


@bp.route("/assigning/assignments/<uuid:assignment_id>/release", methods=["GET", "POST"])
@permission("attempt.assign")
def release(assignment_id: uuid.UUID) -> Page:
    """Take the work back from an examiner who does not get round to it."""
    session = db.session()
    assignment = session.get(Assignment, assignment_id)
    if assignment is None:
        abort(404)
    attempt = _overseen(assignment.attempt_id)
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            assigning.release(
                session, assignment, reason=form.reason.data or "", by=g.person.id, now=clock.now()
            )
        except Refused as refused:
            session.rollback()
            form.reason.errors = [*form.reason.errors, str(refused)]
        else:
            session.commit()
            flash(_("The work is taken back. Choose another examiner."), "good")
            return redirect(url_for("assessments.assign", attempt_id=attempt.id), 303)
    version = schemes.load(session, attempt.scheme_version_id)
    page = render_template(
        "assessments/release.html",
        form=form,
        attempt=attempt,
        assignment=assignment,
        title=version.assessment(attempt.assessment).name[language()],
        scheme=version.name[language()],
        examiner=load_person(session, assignment.examiner_id),
        candidate=load_person(session, attempt.person_id),
    )
    return page, 422 if form.is_submitted() else 200
