"""A candidate's assessments: where each stands, handing in, what came of it."""

from __future__ import annotations

import uuid
from typing import Any

from flask import abort, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from app import clock, files
from app.access import permission
from app.accounts.errors import Refused
from app.accounts.service import load_people, load_person
from app.assessments import assigning, conflicts, grading, handing_in, observing, service
from app.assessments.blueprint import Page, bp, language, oversees, readable_attempt
from app.assessments.forms import MeetingForm, WorkForm
from app.assessments.models import Attempt, DraftItem, HandInDraft
from app.db import db
from app.learners import service as learners
from app.learners.models import Candidacy
from app.rules.scheme import AssessmentForm
from app.schemes import service as schemes
from app.ui.setup import render_error


@bp.get("/assessments")
@permission("portfolio.hand_in")
def mine() -> Page:
    """Every assessment of one's schemes, and what to do next."""
    return render_template(
        "assessments/mine.html",
        found=service.mine(db.session(), g.person.id),
        observations=observing.of_person(db.session(), g.person.id),
        language=language(),
    )


def _own(candidacy_id: uuid.UUID, code: str) -> tuple[Candidacy, AssessmentForm]:
    candidacy = learners.get(db.session(), candidacy_id, person=g.person.id)
    form = handing_in.form_of(db.session(), candidacy, code) if candidacy else None
    if candidacy is None or form is None:
        abort(404)
    return candidacy, form


def _latest(candidacy: Candidacy, code: str) -> Attempt | None:
    found = handing_in.attempts_of(
        db.session(), candidacy.person_id, scheme=candidacy.scheme, assessment=code
    )
    return found[0] if found else None


def _head(candidacy: Candidacy, assessment: AssessmentForm) -> dict[str, object]:
    version = schemes.load(db.session(), candidacy.scheme_version_id)
    return {
        "candidacy": candidacy,
        "assessment": assessment,
        "title": assessment.name[language()],
        "scheme": version.name[language()],
        "language": language(),
    }


@bp.errorhandler(RequestEntityTooLarge)
def too_large(error: RequestEntityTooLarge) -> Page:
    """More was sent at once than the service reads: nothing of it has arrived."""
    most = current_app.config["UPLOAD_LIMIT"] // (1024 * 1024)
    text = _(
        "A file may be at most %(most)s MB, and several at once not much more. What you had saved in your draft "
        "is still there. Choose a smaller file, add one at a time, or hand in a link.",
        most=most,
    )
    back = (_("Back to your work"), request.path)
    # The rest of what is being sent is not read.
    page, code = render_error(413, _("That was too much at once"), text, back)
    return Response(page, code, headers={"Connection": "close"}, mimetype="text/html")


def _take_in(form: WorkForm, draft: HandInDraft) -> list[DraftItem]:
    """Put the posted files and link into the draft. What cannot be taken is said beside its field."""
    session, taken = db.session(), []
    for upload in form.files.data or ():
        if not upload or not upload.filename:
            continue
        try:
            stored = files.store(
                upload.stream, limit=current_app.config["UPLOAD_LIMIT"], name=upload.filename
            )
            taken.append(handing_in.add_file(session, draft, stored, upload.filename))
        except (files.TooLarge, files.NotAccepted, Refused) as refused:
            # Whatever the name, only what can be shown of it.
            called = files.shown_name(upload.filename, "application/pdf").removesuffix(".pdf")
            form.files.errors = [*form.files.errors, f"{called}: {refused}"]
    if form.link.data:
        try:
            handing_in.add_link(session, draft, form.link.data)
            form.link.data = ""
        except Refused as refused:
            form.link.errors = [*form.link.errors, str(refused)]
    return taken


@bp.route("/assessments/<uuid:candidacy_id>/<code>", methods=["GET", "POST"])
@permission("portfolio.hand_in")
def hand_in(candidacy_id: uuid.UUID, code: str) -> Page:
    """Gather files, links and words; the draft is kept until it is handed in."""
    candidacy, assessment = _own(candidacy_id, code)
    session = db.session()
    latest = _latest(candidacy, code)
    if not handing_in.may_hand_in(candidacy, latest):
        if latest is None:
            abort(404)
        return redirect(url_for("assessments.attempt", attempt_id=latest.id), 303)
    draft = handing_in.draft_of(session, candidacy, code)
    form = WorkForm() if assessment.hand_in else MeetingForm()
    if request.method == "GET":
        form.text.data = draft.text if draft else ""
    elif form.validate_on_submit():
        try:
            draft = handing_in.save_draft(
                session, candidacy, assessment, form.text.data or "", by=g.person.id, now=clock.now()
            )
        except Refused as refused:
            form.text.errors = [*form.text.errors, str(refused)]
        else:
            taken = _take_in(form, draft) if isinstance(form, WorkForm) else []
            _tell_of_places(taken)
            missing = handing_in.lacking(assessment, draft) if "preview" in request.form else None
            if missing is not None:
                field = form["files" if missing.code == "items" else "text"]
                field.errors = [*field.errors, str(missing)]
            # What could be taken stays, whatever was wrong with the rest.
            session.commit()
            if not form.errors:
                return _onward(candidacy, code)
    page = render_template(
        "assessments/hand_in.html",
        form=form,
        draft=draft,
        latest=latest,
        gradings=grading.gradings_of(session, latest) if latest else (),
        **_head(candidacy, assessment),
    )
    return page, 422 if form.errors else 200


def _tell_of_places(taken: list[DraftItem]) -> None:
    for item in taken:
        if item.has_location:
            flash(
                _("%(name)s says where it was taken. Your examiner can see that. Remove it if you do not want that.",
                  name=item.name),
                "warn",
            )  # fmt: skip


def _onward(candidacy: Candidacy, code: str) -> Response:
    there: dict[str, Any] = {"candidacy_id": candidacy.id, "code": code}
    if "preview" in request.form:
        return redirect(url_for("assessments.preview", **there), 303)
    if "add" in request.form:
        return redirect(url_for("assessments.hand_in", **there, _anchor="gathered"), 303)
    flash(_("Your draft is saved. It is not handed in yet."), "good")
    return redirect(url_for("assessments.hand_in", **there), 303)


@bp.post("/assessments/<uuid:candidacy_id>/<code>/items/<uuid:item_id>/remove")
@permission("portfolio.hand_in")
def remove_item(candidacy_id: uuid.UUID, code: str, item_id: uuid.UUID) -> Page:
    """Take something out of the draft again."""
    candidacy, _assessment = _own(candidacy_id, code)
    session = db.session()
    draft = handing_in.draft_of(session, candidacy, code, lock=True)
    removed = handing_in.remove_item(session, draft, item_id) if draft else None
    session.commit()
    if removed is not None:
        flash(_("%(name)s is removed.", name=removed.name), "good")
    return redirect(
        url_for("assessments.hand_in", candidacy_id=candidacy.id, code=code, _anchor="gathered"), 303
    )


@bp.route("/assessments/<uuid:candidacy_id>/<code>/preview", methods=["GET", "POST"])
@permission("portfolio.hand_in")
def preview(candidacy_id: uuid.UUID, code: str) -> Page:
    """What will be handed in, and what that means; then one button."""
    candidacy, assessment = _own(candidacy_id, code)
    session = db.session()
    latest = _latest(candidacy, code)
    if latest is not None and latest.settled_at is None:
        return redirect(url_for("assessments.attempt", attempt_id=latest.id), 303)
    draft = handing_in.draft_of(session, candidacy, code)
    if handing_in.lacking(assessment, draft) is not None:
        return redirect(url_for("assessments.hand_in", candidacy_id=candidacy_id, code=code), 303)
    if request.method == "POST":
        try:
            made = handing_in.hand_in(session, candidacy, assessment, by=g.person.id, now=clock.now())
        except Refused as refused:
            session.rollback()
            flash(str(refused), "warn")
            return redirect(url_for("assessments.mine"), 303)
        session.commit()
        flash(_("Your work is handed in. You get a mail when it has been assessed."), "good")
        return redirect(url_for("assessments.attempt", attempt_id=made.id), 303)
    return render_template(
        "assessments/preview.html",
        draft=draft,
        number=(latest.number if latest else 0) + 1,
        **_head(candidacy, assessment),
    )


@bp.get("/assessments/attempts/<uuid:attempt_id>")
@permission("portfolio.hand_in")
def attempt(attempt_id: uuid.UUID) -> Page:
    """One attempt: what was handed in, and what the examiners said once all have spoken."""
    found = readable_attempt(attempt_id)
    session = db.session()
    version = schemes.load(session, found.scheme_version_id)
    assessment = version.assessment(found.assessment)
    own = found.person_id == g.person.id
    people = assigning.asked(session, found)
    gradings = grading.gradings_of(session, found) if found.settled_at or oversees(found) else ()
    candidacy = learners.get(session, found.candidacy_id)
    return render_template(
        "assessments/attempt.html",
        attempt=found,
        assessment=assessment,
        title=assessment.name[language()],
        scheme=version.name[language()],
        language=language(),
        own=own,
        candidate=load_person(session, found.person_id),
        people=people,
        gradings=gradings,
        names=load_people(session, [one.assignment.examiner_id for one in people]),
        again=own and candidacy is not None and _may_repeat(candidacy, found),
        oversees=oversees(found),
        obstacles=conflicts.OBSTACLES,
    )


def _may_repeat(candidacy: Candidacy, found: Attempt) -> bool:
    latest = _latest(candidacy, found.assessment)
    return latest is not None and latest.id == found.id and handing_in.may_hand_in(candidacy, latest)


@bp.get("/assessments/files/<uuid:item_id>")
@permission("portfolio.hand_in")
def file(item_id: uuid.UUID) -> Page:
    """Something handed in, or in one's own draft, to save."""
    session = db.session()
    there = service.item_for(session, item_id)
    if there is not None:
        item, found = there
        readable_attempt(found.id)
        return _download(item.digest, item.name, item.media_type, item.size)
    mine = session.get(DraftItem, item_id)
    draft = session.get(HandInDraft, mine.draft_id) if mine is not None else None
    if mine is None or draft is None or draft.person_id != g.person.id:
        abort(404)
    return _download(mine.digest, mine.name, mine.media_type, mine.size)


def _download(digest: str, name: str, media_type: str, size: int) -> Response:
    try:
        return files.download(digest, name=name, media_type=media_type, size=size)
    except FileNotFoundError:
        abort(404)
