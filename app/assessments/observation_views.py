"""Writing down what was seen of a candidate at work, and reading it."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app import clock
from app.access import may, permission
from app.accounts.errors import Refused
from app.accounts.service import load_person
from app.assessments import observing
from app.assessments.blueprint import Page, bp, language, sessions_of
from app.assessments.forms import FullObservationForm, ObservationForm, WhomForm, choices
from app.assessments.models import Observation
from app.db import db
from app.learners import service as learners
from app.learners.models import Candidacy
from app.ui import formatting

FIELDS = {"began": "begins", "answers": f"aspect-{next(iter(observing.ASPECTS))}"}


@bp.route("/grading/observations/new", methods=["GET", "POST"])
@permission("attempt.grade")
def observe_whom() -> Page:
    """Who was observed; the conflict check comes first."""
    form = WhomForm()
    if form.validate_on_submit():
        try:
            _person, candidacy = observing.find_candidate(
                db.session(), form.email.data or "", examiner=g.person.id, now=clock.now()
            )
        except Refused as refused:
            form.email.errors = [*form.email.errors, str(refused)]
        else:
            return redirect(url_for("assessments.observe", candidacy_id=candidacy.id), 303)
    page = render_template("assessments/observe_whom.html", form=form)
    return page, 422 if form.is_submitted() else 200


def _observable(candidacy_id: uuid.UUID) -> Candidacy:
    """The candidacy, if the person who asks may observe it now; else 404."""
    session = db.session()
    candidacy = learners.get(session, candidacy_id)
    person = load_person(session, candidacy.person_id) if candidacy else None
    if candidacy is None or person is None:
        abort(404)
    try:
        found = observing.find_candidate(session, person.email, examiner=g.person.id, now=clock.now())
    except Refused:
        abort(404)
    return found[1]


def _seen(form: ObservationForm) -> observing.Seen:
    began = datetime.combine(form.day.data, form.begins.data, clock.STOCKHOLM)
    delivery = uuid.UUID(form.delivery.data) if form.delivery.data and form.kind.data == "session" else None
    return observing.Seen(
        kind=form.kind.data,
        began=began.astimezone(UTC),
        answers=form.answers(),
        comment=form.comment.data or "",
        passed=form.outcome.data == "passed",
        place=form.place.data or "",
        delivery=delivery,
    )


def _say(form: ObservationForm, refused: Refused) -> None:
    name = FIELDS.get(refused.code, refused.code)
    if name in form:
        form[name].errors = [*form[name].errors, str(refused)]
    else:
        form.form_errors.append(str(refused))


@bp.route("/grading/observations/of/<uuid:candidacy_id>", methods=["GET", "POST"])
@permission("attempt.grade")
def observe(candidacy_id: uuid.UUID) -> Page:
    """Write down what was seen; shown once more before it counts."""
    candidacy = _observable(candidacy_id)
    session, now = db.session(), clock.now()
    sessions = sessions_of(candidacy.person_id)
    form: Any = FullObservationForm()
    named = [(str(one.id), f"{one.name}, {formatting.moment(one.starts)}") for one in sessions]
    form.delivery.choices = choices([("", _("Another one")), *named])
    looked_over = False
    if form.validate_on_submit():
        try:
            seen = _seen(form)
            observing.check(seen, sessions=sessions, now=now)
            if "confirm" in request.form:
                made = observing.observe(session, candidacy, seen, sessions=sessions, by=g.person.id, now=now)
                session.commit()
                flash(_("The observation is written down, and the candidate gets a mail."), "good")
                return redirect(url_for("assessments.observation", observation_id=made.id), 303)
            looked_over = "change" not in request.form
        except Refused as refused:
            session.rollback()
            _say(form, refused)
    wrong = bool(form.errors or form.form_errors)
    page = render_template(
        "assessments/observe_preview.html" if looked_over else "assessments/observe.html",
        form=form,
        candidacy=candidacy,
        candidate=load_person(session, candidacy.person_id),
        aspects=observing.ASPECTS,
        levels=observing.LEVELS,
        sessions=sessions,
    )
    return page, 422 if wrong else 200


@bp.get("/observations/<uuid:observation_id>")
@permission("portfolio.hand_in")
def observation(observation_id: uuid.UUID) -> Page:
    """One observation, for whom it is about, who made it and who chooses examiners."""
    session = db.session()
    found = session.get(Observation, observation_id)
    if found is None or not (g.person.id in (found.person_id, found.examiner_id) or may("attempt.assign")):
        abort(404)
    return render_template(
        "assessments/observation.html",
        observation=found,
        own=found.person_id == g.person.id,
        candidate=load_person(session, found.person_id),
        examiner=load_person(session, found.examiner_id),
        aspects=observing.ASPECTS,
        levels=observing.LEVELS,
        language=language(),
    )
