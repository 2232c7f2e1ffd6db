"""An examiner's list, and grading with the rubric beside the work."""

from __future__ import annotations

import uuid

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app import clock
from app.access import permission
from app.accounts.errors import Refused
from app.accounts.service import load_people, load_person
from app.assessments import assigning, conflicts, grading, observing
from app.assessments.blueprint import Page, bp, language
from app.assessments.forms import GradingForm, ReasonForm, grading_form
from app.assessments.models import Assignment, Attempt
from app.db import db
from app.schemes import service as schemes


@bp.get("/grading")
@permission("attempt.grade")
def to_grade() -> Page:
    """What waits for the examiner, the nearest deadline first."""
    session = db.session()
    done = grading.graded_by(session, g.person.id)
    versions = {one.scheme_version_id: schemes.load(session, one.scheme_version_id) for _one, one in done}
    return render_template(
        "assessments/to_grade.html",
        waiting=grading.waiting_for_examiner(session, g.person.id, clock.now()),
        done=done,
        people=load_people(session, [one.person_id for _one, one in done]),
        versions=versions,
        observations=observing.by_examiner(session, g.person.id),
        language=language(),
    )


def _assignment(assignment_id: uuid.UUID) -> tuple[Assignment, Attempt]:
    """One's own assignment that has not been taken back, and its attempt; else 404."""
    session = db.session()
    assignment = grading.load_assignment(session, assignment_id, examiner=g.person.id)
    attempt = assigning.load_attempt(session, assignment.attempt_id) if assignment else None
    if assignment is None or attempt is None or assignment.ended_at is not None:
        abort(404)
    return assignment, attempt


def _facts(assignment: Assignment, attempt: Attempt) -> dict[str, object]:
    """What the pages of an assignment show."""
    session = db.session()
    version = schemes.load(session, attempt.scheme_version_id)
    assessment = version.assessment(attempt.assessment)
    kept = grading.gradings_of(session, attempt) if assignment.third else ()
    found = conflicts.obstacles(
        session, examiner=g.person.id, candidate=attempt.person_id, scheme=attempt.scheme, now=clock.now()
    )
    return {
        "assignment": assignment,
        "attempt": attempt,
        "assessment": assessment,
        "title": assessment.name[language()],
        "scheme": version.name[language()],
        "candidate": load_person(session, attempt.person_id),
        "language": language(),
        "before": [one for one in kept if one.examiner_id != g.person.id],
        "names": load_people(session, [one.examiner_id for one in kept]),
        "conflict": [conflicts.OBSTACLES[one] for one in found],
    }


def _say(form: GradingForm, refused: Refused) -> None:
    if refused.code in form:
        form[refused.code].errors = [*form[refused.code].errors, str(refused)]
    else:
        form.form_errors.append(str(refused))


@bp.route("/grading/<uuid:assignment_id>", methods=["GET", "POST"])
@permission("attempt.grade")
def grade(assignment_id: uuid.UUID) -> Page:
    """The work, and the rubric beside it; what is written is kept as a draft."""
    assignment, attempt = _assignment(assignment_id)
    session = db.session()
    given = grading.grading_of(session, assignment)
    facts = _facts(assignment, attempt)
    if given is not None:
        return render_template("assessments/graded.html", grading=given, **facts)
    assessment = grading.form_of(session, attempt)
    if request.method == "GET":
        form = grading_form(assessment, language(), grading.draft_of(session, assignment))
    else:
        form = grading_form(assessment, language())
        said = form.judgement(assessment)
        grading.save_draft(session, assignment, said, now=clock.now())
        if "save" in request.form:
            session.commit()
            flash(_("Your draft is saved. Nobody else sees it."), "good")
            return redirect(url_for("assessments.grade", assignment_id=assignment_id), 303)
        if form.validate_on_submit():
            try:
                grading.check(assessment, said)
            except Refused as refused:
                _say(form, refused)
        session.commit()
        if not form.errors and not form.form_errors:
            return redirect(url_for("assessments.grade_preview", assignment_id=assignment_id), 303)
    page = render_template("assessments/grade.html", form=form, **facts)
    return page, 422 if form.errors or form.form_errors else 200


@bp.route("/grading/<uuid:assignment_id>/preview", methods=["GET", "POST"])
@permission("attempt.grade")
def grade_preview(assignment_id: uuid.UUID) -> Page:
    """The judgement as it will stand; then one button."""
    assignment, attempt = _assignment(assignment_id)
    session = db.session()
    back = redirect(url_for("assessments.grade", assignment_id=assignment_id), 303)
    if grading.grading_of(session, assignment) is not None:
        return back
    said = grading.draft_of(session, assignment)
    assessment = grading.form_of(session, attempt)
    try:
        score = grading.check(assessment, said)
    except Refused:
        return back
    if request.method == "POST":
        try:
            grading.grade(session, assignment, said, by=g.person.id, now=clock.now())
        except Refused as refused:
            session.rollback()
            flash(str(refused), "bad")
            return back
        session.commit()
        flash(_("Your assessment is handed in. Thank you!"), "good")
        return back
    return render_template(
        "assessments/grade_preview.html", said=said, score=score, **_facts(assignment, attempt)
    )


@bp.route("/grading/<uuid:assignment_id>/decline", methods=["GET", "POST"])
@permission("attempt.grade")
def decline(assignment_id: uuid.UUID) -> Page:
    """Leave it to somebody else, with the reason."""
    session = db.session()
    own = grading.load_assignment(session, assignment_id, examiner=g.person.id)
    if own is not None and own.declined:
        flash(_("You have declined. Somebody else will be asked."), "good")  # a second click
        return redirect(url_for("assessments.to_grade"), 303)
    assignment, attempt = _assignment(assignment_id)
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            assigning.decline(
                session, assignment, reason=form.reason.data or "", by=g.person.id, now=clock.now()
            )
        except Refused as refused:
            session.rollback()
            form.reason.errors = [*form.reason.errors, str(refused)]
        else:
            session.commit()
            flash(_("You have declined. Somebody else will be asked."), "good")
            return redirect(url_for("assessments.to_grade"), 303)
    page = render_template("assessments/decline.html", form=form, **_facts(assignment, attempt))
    return page, 422 if form.is_submitted() else 200
