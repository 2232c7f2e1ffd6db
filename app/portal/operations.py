"""For administrators: is the service healthy? Jobs, mail that did not arrive, the audit log."""

from __future__ import annotations

import uuid

from flask import abort, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from app import audit, clock, jobs
from app.access import permission
from app.accounts import activity_words
from app.accounts import service as accounts
from app.audit import AuditEvent, AuditLink
from app.awards import authorities, renditions
from app.db import db
from app.jobs import Job
from app.mail import Mail
from app.portal.blueprint import bp

ROWS = 50


@bp.get("/operations")
@permission("service.manage")
def operations() -> str:
    """What waits, what failed, what was done last."""
    session = db.session()
    counted = session.execute(select(Job.state, func.count()).group_by(Job.state))
    states = {row[0]: row[1] for row in counted}
    unfinished = select(Job).where(Job.state.in_(("failed", "running", "queued")))
    letters = select(Mail).where(Mail.state == "failed").order_by(Mail.id.desc())
    return render_template(
        "portal/operations.html",
        states=states,
        jobs=session.scalars(unfinished.order_by(Job.id.desc()).limit(ROWS)).all(),
        letters=session.scalars(letters.limit(ROWS)).all(),
        unstamped=renditions.waiting_count(session),
        timestampers=[
            authorities.standing(session, one, now=clock.now()) for one in authorities.configured()
        ],
        linked=session.scalar(select(func.max(AuditLink.position))) or 0,
        events=session.scalar(select(func.count()).select_from(AuditEvent)) or 0,
    )


@bp.post("/operations/jobs/<uuid:job_id>/again")
@permission("service.manage")
def job_again(job_id: uuid.UUID) -> Response:
    """Try a failed job once more."""
    session, now = db.session(), clock.now()
    job = session.get(Job, job_id)
    if job is None or job.state != "failed":
        abort(404)
    job.state, job.attempts, job.run_after, job.finished_at = "queued", 0, now, None
    session.info["jobs_waiting"] = True
    audit.record(session, "job.again", by=g.person.id, now=now, subject=job, name=job.name)
    session.commit()
    flash(_("The job will be tried again."), "good")
    return redirect(url_for("portal.operations"))


@bp.post("/operations/mail/<uuid:mail_id>/again")
@permission("service.manage")
def mail_again(mail_id: uuid.UUID) -> Response:
    """Send a letter that did not arrive once more."""
    session, now = db.session(), clock.now()
    letter = session.get(Mail, mail_id)
    if letter is None or letter.state != "failed":
        abort(404)
    letter.state, letter.error = "queued", ""
    jobs.enqueue(session, "send-mail", now=now, by=g.person.id, mail=letter.id)
    audit.record(session, "mail.again", by=g.person.id, now=now, subject=letter)
    session.commit()
    flash(_("The letter will be sent again."), "good")
    return redirect(url_for("portal.operations"))


@bp.get("/operations/audit")
@permission("service.manage")
def audit_log() -> str:
    """Who did what, newest first; whether the chain is whole is checked on demand."""
    session = db.session()
    query = select(AuditEvent, AuditLink.position).outerjoin(AuditLink, AuditLink.event_id == AuditEvent.id)
    action = request.args.get("action", "").strip()[:80]
    if action:
        query = query.where(AuditEvent.action.startswith(action, autoescape=True))
    try:
        before = uuid.UUID(request.args.get("before", ""))
        query = query.where(AuditEvent.id < before)
    except ValueError:
        pass
    rows = session.execute(query.order_by(AuditEvent.id.desc()).limit(ROWS + 1)).all()
    page = rows[:ROWS]
    people = accounts.load_people(
        session, [one.actor_id for one, _position in page] + [one.person_id for one, _position in page]
    )
    heads = audit.kept_heads(audit.head_file(current_app.config), key=current_app.config["SECRET_KEY"])
    broken = list(audit.check(session, heads)) if request.args.get("check") else None
    return render_template(
        "portal/audit.html",
        rows=page,
        people=people,
        say=activity_words.say,
        action=action,
        broken=broken,
        next_url=url_for("portal.audit_log", action=action or None, before=page[-1][0].id)
        if len(rows) > ROWS
        else None,
    )


@jobs.job("link-audit", every_minutes=1)
def link_audit(run: jobs.Run) -> None:
    """The one linker: gives committed events their place in the chain."""
    while audit.link(run.session):
        run.session.commit()
    audit.keep_head(run.session, audit.head_file(current_app.config), key=current_app.config["SECRET_KEY"])
