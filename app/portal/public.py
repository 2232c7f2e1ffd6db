"""Open pages about the service itself, its health, and its accessibility statement (made from data)."""

from __future__ import annotations

import shutil

import prometheus_client
from flask import Response, current_app, jsonify, render_template
from flask_babel import gettext as _
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from app.access import permission
from app.db import db
from app.jobs import Job
from app.portal import accessibility_facts
from app.portal.blueprint import bp

LEAST_FREE = 256 * 1024 * 1024
"""Bytes of disk below which the service no longer calls itself ready: a full disk stops SQLite in mid-write."""


@bp.get("/about")
@permission("page.public")
def about() -> str:
    return render_template("portal/about.html")


@bp.get("/accessibility")
@permission("page.public")
def accessibility() -> str:
    """The accessibility statement that Swedish law asks public bodies for."""
    return render_template("portal/accessibility.html", facts=accessibility_facts.STATEMENT)


@bp.get("/healthz")
@permission("service.health")
def healthz() -> Response:
    """The process is alive."""
    return jsonify(status="ok")


@bp.get("/readyz")
@permission("service.health")
def readyz() -> tuple[Response, int]:
    """The service can do its work: the database answers, the disk has room."""
    problems = []
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        problems.append(_("The database does not answer."))
    if shutil.disk_usage(current_app.config["INSTANCE"]).free < LEAST_FREE:
        problems.append(_("The disk is almost full."))
    return jsonify(status="ok" if not problems else "not ready", problems=problems), 503 if problems else 200


@bp.get("/metrics")
@permission("service.manage")
def metrics() -> Response:
    """Figures for Prometheus."""
    registry = prometheus_client.CollectorRegistry()
    jobs_by_state = prometheus_client.Gauge("accelerera_jobs", "Jobs by state", ["state"], registry=registry)
    for state, count in db.session.execute(select(Job.state, func.count()).group_by(Job.state)):
        jobs_by_state.labels(state).set(count)
    return Response(prometheus_client.generate_latest(registry), mimetype="text/plain")
