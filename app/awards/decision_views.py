"""The decision list, one decision, many at once."""

from __future__ import annotations

import uuid
from datetime import datetime

from flask import Response as FlaskResponse
from flask import abort, flash, g, redirect, render_template, request, stream_with_context, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from app import clock
from app.access import may, permission
from app.accounts import service as accounts
from app.awards import appeals, batches, bundle, deciding, issuing, letters, signers
from app.awards.blueprint import bp, language, obstacle_text, owner_id, page_args
from app.awards.deciding import DecisionRefused
from app.awards.forms import AppealForm, BatchForm, DecisionForm
from app.awards.models import Batch, Certificate, Decision
from app.db import db
from app.jobs import Job
from app.learners import words as said
from app.learners.models import Candidacy
from app.schemes import service as schemes

Page = str | Response | tuple[str, int]


def _after() -> tuple[datetime, uuid.UUID] | None:
    try:
        at, last = request.args["after"].split("~")
        return datetime.fromisoformat(at), uuid.UUID(last)
    except (KeyError, ValueError):
        return None


@bp.get("/decisions")
@permission("decision.take")
def ready() -> Page:
    """Who is ready, the longest waiting first."""
    session = db.session()
    scheme = request.args.get("scheme") or None
    found = deciding.ready(session, owner=owner_id(), scheme=scheme, after=_after(), limit=deciding.PAGE + 1)
    page, more = found[: deciding.PAGE], len(found) > deciding.PAGE
    people = accounts.load_people(session, [one.person_id for one in page])
    last = page[-1] if more else None
    return render_template(
        "awards/ready.html",
        rows=page,
        people=people,
        versions={one.scheme_version_id: schemes.load(session, one.scheme_version_id) for one in page},
        every=[
            (one.code, schemes.load(session, one.versions[0].id))
            for one in schemes.every(session)
            if one.versions
        ],
        scheme=scheme,
        now=clock.now(),
        next_url=url_for("awards.ready", scheme=scheme, after=f"{last.ready_at.isoformat()}~{last.id}")
        if last and last.ready_at
        else None,
        appeals=appeals.count_waiting(session),
        **page_args(),
    )


def _candidacy(candidacy_id: uuid.UUID) -> Candidacy:
    found = deciding.candidacy_for(db.session(), candidacy_id, owner=owner_id())
    if found is None:
        abort(404)
    return found


@bp.route("/decisions/candidates/<uuid:candidacy_id>", methods=["GET", "POST"])
@permission("decision.take")
def decide(candidacy_id: uuid.UUID) -> Page:
    """Everything the decision rests on, then the decision with its reason."""
    candidacy = _candidacy(candidacy_id)
    form = DecisionForm()
    if request.method == "POST" and form.validate():
        answer = _decide(candidacy, form)
        if answer is not None:
            return answer
        candidacy = _candidacy(candidacy_id)
    return _decision_page(candidacy, form), 422 if request.method == "POST" else 200


def _decision_page(candidacy: Candidacy, form: DecisionForm) -> str:
    session, now = db.session(), clock.now()
    barred = deciding.obstacle(session, candidacy, by=g.person.id, now=now)
    return render_template(
        "awards/decide.html",
        candidacy=candidacy,
        person=accounts.load_person(session, candidacy.person_id),
        version=schemes.load(session, candidacy.scheme_version_id),
        language=language(),
        basis=deciding.basis(session, candidacy, now=now),
        said=said,
        barred=obstacle_text(barred) if barred else None,
        form=form,
        decided=session.scalars(select(Decision).where(Decision.candidacy_id == candidacy.id)).first(),
        **page_args(),
    )


def _decide(candidacy: Candidacy, form: DecisionForm) -> Response | None:
    session, now = db.session(), clock.now()
    grant = form.outcome.data == "grant"
    try:
        decision = deciding.decide(
            session, candidacy, grant=grant, reason=form.reason.data or "", by=g.person.id, now=now
        )
        if not grant:
            letters.refused(session, decision, now=now)
            session.commit()
            flash(_("The decision is recorded, and the person has been told."), "good")
            return redirect(url_for("awards.ready"))
        certificate = issuing.intend(
            session, decision, now=now, replaces=issuing.renewed_by(session, decision)
        )
        session.commit()
    except DecisionRefused as refusal:
        session.rollback()
        if refusal.reason == "already_decided" and (again := _second_click(candidacy, form)):
            return again
        form.outcome.errors = [*form.outcome.errors, obstacle_text(refusal.reason)]
        return None
    except signers.CannotIssue as problem:
        session.rollback()
        form.outcome.errors = [
            *form.outcome.errors,
            _("The certificate cannot be drawn: %(why)s", why=str(problem)),
        ]
        return None
    return _finish(certificate)


def _second_click(candidacy: Candidacy, form: DecisionForm) -> Response | None:
    """Where the first click led, if this is the same person's same decision once more."""
    session = db.session()
    kinds = ("grant", "recertify") if form.outcome.data == "grant" else ("refuse",)
    reason = form.reason.data or ""
    first = deciding.taken(session, kinds=kinds, reason=reason, by=g.person.id, candidacy=candidacy.id)
    if first is None:
        return None
    made = session.scalars(select(Certificate).where(Certificate.decision_id == first.id)).first()
    if made is None:
        flash(_("The decision is recorded, and the person has been told."), "good")
        return redirect(url_for("awards.ready"))
    return redirect(url_for("awards.certificate", certificate_id=made.id))


def _finish(certificate: Certificate) -> Response:
    """The second commit. Where it fails the sweeper tries again; the decision stands."""
    session = db.session()
    try:
        issuing.finish(session, certificate, now=clock.now())
        session.commit()
        flash(
            _("Certificate %(serial)s is issued and the holder has been told.", serial=certificate.serial),
            "good",
        )
    except signers.CannotIssue:
        session.rollback()
        flash(
            _("The decision is recorded. The certificate could not be signed yet; it will be tried again."),
            "warn",
        )
    return redirect(url_for("awards.certificate", certificate_id=certificate.id))


@bp.route("/decisions/together", methods=["POST"])
@permission("decision.take")
def together() -> Page:
    """Preview, then grant, everybody who was ticked."""
    session, now = db.session(), clock.now()
    chosen = _chosen()
    if not chosen:
        flash(_("Tick at least one person first."), "warn")
        return redirect(url_for("awards.ready"))
    form = BatchForm()
    barred = batches.obstacles(session, chosen, by=g.person.id, now=now)
    free = [one for one in chosen if one.id not in barred]
    if "confirm" in request.form and form.validate() and free:
        wanted = [one.id for one in free]
        first = batches.under_way(session, wanted, by=g.person.id)
        if first is not None:
            return redirect(url_for("awards.batch", batch_id=first.id))
        batch = batches.create(
            session, wanted, owner=owner_id(), reason=form.reason.data or "", by=g.person.id, now=now
        )
        session.commit()
        flash(
            ngettext(
                "%(num)s certificate is being issued.", "%(num)s certificates are being issued.", len(free)
            ),
            "good",
        )
        return redirect(url_for("awards.batch", batch_id=batch.id))
    page = render_template(
        "awards/together.html",
        rows=chosen,
        free=free,
        barred={key: obstacle_text(reason) for key, reason in barred.items()},
        people=accounts.load_people(session, [one.person_id for one in chosen]),
        form=form if "confirm" in request.form else BatchForm(None),
        **page_args(),
    )
    return page, 422 if "confirm" in request.form else 200


def _chosen() -> list[Candidacy]:
    found = []
    for given in request.form.getlist("candidacy")[:1000]:
        try:
            candidacy = deciding.candidacy_for(db.session(), uuid.UUID(given), owner=owner_id())
        except ValueError:
            continue
        if candidacy is not None and candidacy.state == "open" and candidacy.ready_at is not None:
            found.append(candidacy)
    return found


@bp.get("/decisions/together/<uuid:batch_id>")
@permission("decision.take")
def batch(batch_id: uuid.UUID) -> Page:
    """How far the work on a batch has come."""
    session = db.session()
    found = session.get(Batch, batch_id)
    if found is None or found.owner_id != owner_id():
        abort(404)
    items = batches.items(session, found)
    candidacies = {
        one.id: one
        for one in session.scalars(select(Candidacy).where(Candidacy.id.in_([i.candidacy_id for i in items])))
    }
    certificates = {
        one.id: one
        for one in session.scalars(
            select(Certificate).where(
                Certificate.id.in_([i.certificate_id for i in items if i.certificate_id])
            )
        )
    }
    return render_template(
        "awards/batch.html",
        batch=found,
        counts=batches.counts(session, found),
        items=items,
        candidacies=candidacies,
        certificates=certificates,
        people=accounts.load_people(session, [one.person_id for one in candidacies.values()]),
        job=session.get(Job, found.job_id) if found.job_id else None,
        obstacle_text=obstacle_text,
        **page_args(),
    )


@bp.get("/decisions/together/<uuid:batch_id>/certificates.zip")
@permission("decision.take")
def batch_bundle(batch_id: uuid.UUID) -> FlaskResponse:
    """The batch's certificates so far, streamed as one ZIP."""
    session = db.session()
    found = session.get(Batch, batch_id)
    if found is None or found.owner_id != owner_id():
        abort(404)
    chosen = bundle.issued(session, found)
    response = FlaskResponse(stream_with_context(bundle.stream(session, chosen)), mimetype="application/zip")
    response.headers["Content-Disposition"] = 'attachment; filename="certifikat.zip"'
    return response


@bp.route("/decisions/<uuid:decision_id>", methods=["GET", "POST"])
@permission("appeal.file")
def decision(decision_id: uuid.UUID) -> Page:
    """One decision with its reason; the person concerned can appeal here."""
    session, now = db.session(), clock.now()
    found = session.get(Decision, decision_id)
    if found is None or found.owner_id != owner_id():
        abort(404)
    if found.person_id != g.person.id and not may("decision.take"):
        abort(404)
    own = found.person_id == g.person.id
    form = AppealForm()
    if request.method == "POST":
        if not own:
            abort(404)
        if form.validate():
            try:
                appeals.file(session, found, text=form.text.data or "", by=g.person.id, now=now)
                session.commit()
                flash(_("Your appeal has been received. You will have an answer within 60 days."), "good")
                return redirect(url_for("awards.decision", decision_id=found.id))
            except appeals.AppealRefused as refusal:
                session.rollback()
                form.text.errors = [*form.text.errors, _appeal_text(refusal.reason)]
    page = render_template(
        "awards/decision.html",
        decision=found,
        own=own,
        person=accounts.load_person(session, found.person_id),
        taken_by=accounts.load_person(session, found.taken_by),
        appeal=appeals.of_decision(session, found),
        may_appeal=own and appeals.may_file(session, found, now=now),
        form=form,
        **page_args(),
    )
    return page, 422 if request.method == "POST" else 200


def _appeal_text(code: str) -> str:
    texts = {
        "too_late": _("The time to appeal, 30 days, is over."),
        "already_filed": _("You have already appealed against this decision."),
        "involved": _("You took part before. Somebody else has to answer."),
        "answered": _("The appeal has already been answered."),
    }
    return texts.get(code, code)
