"""One's own certificates; and what certifiers do with an issued one."""

from __future__ import annotations

import uuid

from flask import Response as FlaskResponse
from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from app import clock
from app.access import may, permission
from app.accounts import service as accounts
from app.awards import appeals, deciding, on_record, renditions, signers, status
from app.awards import register as registered
from app.awards.blueprint import bp, certificate_or_404, obstacle_text, owner_id, page_args
from app.awards.deciding import DecisionRefused
from app.awards.decision_views import Page, _finish
from app.awards.forms import AnswerForm, ReasonForm, SuspendForm
from app.awards.models import Appeal, Certificate, Decision
from app.clock import local_date
from app.db import db
from app.learners import service as learners

PAGE = 50


@bp.get("/certificates")
@permission("certificate.own")
def mine() -> Page:
    """One's own certificates and decisions."""
    session, today = db.session(), local_date(clock.now())
    found = on_record.of_person(session, g.person.id)
    return render_template(
        "awards/mine.html",
        rows=[(one, status.status(session, one, on=today), status.period(one)) for one in found],
        decisions=deciding.of_person(session, g.person.id),
        today=today,
        **page_args(),
    )


def _readable(certificate_id: uuid.UUID) -> Certificate:
    found = certificate_or_404(certificate_id)
    if found.person_id != g.person.id and not may("certificate.manage"):
        abort(404)
    return found


@bp.get("/certificates/<uuid:certificate_id>")
@permission("certificate.own")
def certificate(certificate_id: uuid.UUID) -> Page:
    """One certificate: what it states, its status now, its history, what can be done."""
    session, today = db.session(), local_date(clock.now())
    found = _readable(certificate_id)
    replaces = session.get(Certificate, found.replaces_id) if found.replaces_id else None
    replaced_by = session.scalars(select(Certificate).where(Certificate.replaces_id == found.id)).first()
    current = status.status(session, found, on=today) if found.state == "issued" else found.state
    return render_template(
        "awards/certificate.html",
        certificate=found,
        facts=on_record.describe(found),
        status=current,
        period=status.period(found),
        history=status.changes(session, found),
        renditions=renditions.of_certificate(session, found),
        rendition_text=rendition_text,
        waiting=renditions.waiting(session, found),
        replaces=replaces,
        replaced_by=replaced_by,
        own=found.person_id == g.person.id,
        person=accounts.load_person(session, found.person_id),
        today=today,
        **page_args(),
    )


def rendition_text(kind: str) -> str:
    """What a form of the file is called."""
    if kind.startswith("archive-"):
        return _("Archived %(year)s", year=kind.removeprefix("archive-"))
    texts = {
        "original": _("As it was issued"),
        "timestamped": _("With an independent timestamp"),
        "long-term": _("For the long term"),
    }
    return texts[kind]


@bp.get("/certificates/<uuid:certificate_id>/<serial>.pdf")
@permission("certificate.own")
def download(certificate_id: uuid.UUID, serial: str) -> FlaskResponse:
    """The signed file in its newest form, or in the form of ``?rendition=``, byte for byte."""
    session, found = db.session(), _readable(certificate_id)
    files = {one.kind: one for one in renditions.of_certificate(session, found)}
    wanted = request.args.get("rendition") or next(reversed(files), "")
    if wanted not in files or serial != found.serial:
        abort(404)
    content = files[wanted].content
    response = FlaskResponse(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="certifikat-{found.serial}.pdf"'
    return response


@bp.route("/certificates/<uuid:certificate_id>/renew", methods=["POST"])
@permission("certificate.own")
def renew(certificate_id: uuid.UUID) -> Response:
    """The holder begins the way to the next period."""
    session = db.session()
    found = certificate_or_404(certificate_id)
    if found.person_id != g.person.id:
        abort(404)
    try:
        candidacy = status.begin_renewal(session, found, by=g.person.id, now=clock.now())
    except status.NotPossible:
        flash(_("This certificate cannot be renewed now."), "warn")
    except learners.NotEligible:
        flash(_("You have already begun to renew it."), "info")
    else:
        session.commit()
        flash(_("Your renewal has begun. Here you see what is needed."), "good")
        return redirect(url_for("portal.candidacy", candidacy_id=candidacy.id))
    return redirect(url_for("awards.certificate", certificate_id=found.id))


@bp.get("/certificates/issued")
@permission("certificate.manage")
def issued() -> Page:
    """Every certificate by number, newest first, voided intents included."""
    session, today = db.session(), local_date(clock.now())
    query = select(Certificate).where(Certificate.owner_id == owner_id())
    search = request.args.get("q", "").strip()[:100]
    if search:
        query = query.where(
            Certificate.holder.icontains(search, autoescape=True) | (Certificate.serial == search)
        )
    show, scheme = request.args.get("show"), request.args.get("scheme") or None
    if show in ("in_force", "expiring"):
        query = query.where(*status.in_force(owner_id(), today))
    if show == "expiring":
        query = query.where(status.runs_out_soon(today))
    if scheme:
        query = query.where(Certificate.scheme == scheme)
    before = request.args.get("before", type=int)
    if before:
        query = query.where(Certificate.number < before)
    rows = session.scalars(query.order_by(Certificate.number.desc()).limit(PAGE + 1)).all()
    page = rows[:PAGE]
    known = status.statuses(session, page, on=today)
    return render_template(
        "awards/issued.html",
        rows=[(one, known[one.id] if one.state == "issued" else one.state) for one in page],
        search=search,
        show=show if show in ("in_force", "expiring") else None,
        scheme=scheme,
        schemes=registered.scheme_choices(session),
        next_url=url_for("awards.issued", q=search or None, show=show, scheme=scheme, before=page[-1].number)
        if len(rows) > PAGE
        else None,
        **page_args(),
    )


ACTS = ("suspend", "reinstate", "withdraw", "replace")


@bp.route(
    "/certificates/<uuid:certificate_id>/<any(suspend, reinstate, withdraw, replace):act>",
    methods=["GET", "POST"],
)
@permission("decision.take")
def change(certificate_id: uuid.UUID, act: str) -> Page:
    """Suspend, reinstate, withdraw or replace, after a preview, with a reason."""
    session = db.session()
    found = certificate_or_404(certificate_id)
    form = SuspendForm() if act == "suspend" else ReasonForm()
    if request.method == "POST" and form.validate():
        answer = _change(found, act, form)
        if answer is not None:
            return answer
        found = certificate_or_404(certificate_id)
    page = render_template(
        "awards/change.html",
        certificate=found,
        act=act,
        form=form,
        status=status.status(session, found, on=local_date(clock.now())),
        person=accounts.load_person(session, found.person_id),
        **page_args(),
    )
    return page, 422 if request.method == "POST" else 200


def _change(found: Certificate, act: str, form: ReasonForm) -> Response | None:
    session, now, by, reason = db.session(), clock.now(), g.person.id, form.reason.data or ""
    new = None
    try:
        match act:
            case "suspend":
                until = form.until.data if isinstance(form, SuspendForm) else None
                status.suspend(session, found, reason=reason, until=until, by=by, now=now)
            case "reinstate":
                status.reinstate(session, found, reason=reason, by=by, now=now)
            case "withdraw":
                status.withdraw(session, found, reason=reason, by=by, now=now)
            case _:
                new = status.replace(session, found, reason=reason, by=by, now=now)
        session.commit()
    except (DecisionRefused, status.NotPossible, signers.CannotIssue) as problem:
        session.rollback()
        if isinstance(problem, status.NotPossible) and (again := _second_click(found, act, reason)):
            return again
        form.reason.errors = [*form.reason.errors, _problem_text(problem)]
        return None
    if new is not None:
        return _finish(new)
    flash(_("Done. The holder has been told."), "good")
    return redirect(url_for("awards.certificate", certificate_id=found.id))


def _second_click(found: Certificate, act: str, reason: str) -> Response | None:
    """Where the first click led, if the same person did the same in the same words just before."""
    session = db.session()
    first = deciding.taken(session, kinds=(act,), reason=reason, by=g.person.id, certificate=found.id)
    if first is None:
        return None
    new = session.scalars(select(Certificate).where(Certificate.decision_id == first.id)).first()
    return redirect(url_for("awards.certificate", certificate_id=(new or found).id))


def _problem_text(problem: Exception) -> str:
    if isinstance(problem, DecisionRefused):
        return obstacle_text(problem.reason)
    if isinstance(problem, status.NotPossible):
        return _("The certificate's status has changed, so this is not possible now.")
    return str(problem)


@bp.get("/appeals")
@permission("decision.take")
def appeal_list() -> Page:
    """Appeals that wait for an answer."""
    session = db.session()
    found = appeals.waiting(session)
    decisions = {
        one.id: one
        for one in session.scalars(select(Decision).where(Decision.id.in_([a.decision_id for a in found])))
    }
    return render_template(
        "awards/appeals.html",
        rows=found,
        decisions=decisions,
        people=accounts.load_people(session, [one.person_id for one in found]),
        **page_args(),
    )


@bp.route("/appeals/<uuid:appeal_id>", methods=["GET", "POST"])
@permission("decision.take")
def answer_appeal(appeal_id: uuid.UUID) -> Page:
    """Answer an appeal; only somebody uninvolved can."""
    session = db.session()
    found = session.get(Appeal, appeal_id)
    if found is None:
        abort(404)
    form = AnswerForm()
    if request.method == "POST" and form.validate():
        try:
            appeals.answer(
                session,
                found,
                upheld=form.outcome.data == "upheld",
                text=form.text.data or "",
                by=g.person.id,
                now=clock.now(),
            )
            session.commit()
            flash(_("The answer has been sent."), "good")
            return redirect(url_for("awards.appeal_list"))
        except appeals.AppealRefused:
            session.rollback()
            form.outcome.errors = [
                *form.outcome.errors,
                _("You took part before. Somebody else has to answer."),
            ]
    decision = session.get_one(Decision, found.decision_id)
    page = render_template(
        "awards/answer_appeal.html",
        appeal=found,
        decision=decision,
        person=accounts.load_person(session, found.person_id),
        barred=appeals.obstacle(session, found, by=g.person.id),
        form=form,
        **page_args(),
    )
    return page, 422 if request.method == "POST" else 200
