"""create_app: the one file that knows every room."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask, Response, g, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_migrate import Migrate
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from app import i18n, jobs
from app.accounts import setup as accounts
from app.api import setup as api
from app.assessments import setup as assessments
from app.awards import setup as awards
from app.coaching import setup as coaching
from app.config import settings
from app.db import begin_reading, begin_writing, db
from app.declarations import setup as declarations
from app.deliveries import setup as deliveries
from app.disputes import setup as disputes
from app.journeys import setup as journeys
from app.learners import setup as learners
from app.licensing import setup as licensing
from app.organisations import setup as organisations
from app.portal import setup as portal
from app.privacy import setup as privacy
from app.reports import setup as reports
from app.royalties import setup as royalties
from app.schemes import setup as schemes
from app.study import setup as study
from app.ui import setup as ui
from app.xapi import setup as xapi

csrf = CSRFProtect()
limiter = Limiter(get_remote_address, default_limits=[])
migrate = Migrate(render_as_batch=True, directory=str(Path(__file__).parent.parent / "migrations"))

# In the order in which they are plugged in: what others build on comes first.
ROOMS = (
    ui,
    organisations,
    accounts,
    schemes,
    licensing,
    learners,
    xapi,
    journeys,
    declarations,
    disputes,
    assessments,
    coaching,
    deliveries,
    royalties,
    study,
    awards,
    reports,
    portal,
    api,
    privacy,
)

POLICY_HEADER = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; media-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


def _protect(app: Flask) -> None:
    @app.before_request
    def choose_transaction() -> None:
        (begin_reading if request.method in ("GET", "HEAD", "OPTIONS") else begin_writing)()

    @app.after_request
    def headers(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", POLICY_HEADER)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "geolocation=(), camera=(self), microphone=()")
        if app.config["SESSION_COOKIE_SECURE"]:
            response.headers.setdefault("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
        if g.get("person") is not None:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


def _log(app: Flask) -> None:
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """The service. ``config`` overrides single settings (a test's database, an instance folder)."""
    app = Flask("app", static_folder=None)
    app.config.from_mapping(settings())
    app.config.from_mapping(config or {})
    if app.config["MODE"] == "test":
        app.testing = True
    app.config["INSTANCE"] = Path(app.config["INSTANCE"])
    app.config["INSTANCE"].mkdir(parents=True, exist_ok=True)
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=0, x_proto=1, x_host=0)  # type: ignore[method-assign]
    _log(app)
    db.init_app(app)
    migrate.init_app(app, db)
    i18n.init_app(app)
    csrf.init_app(app)
    limiter.init_app(app)
    jobs.init_app(app)
    _protect(app)
    for room in ROOMS:
        room.init_app(app)
    return app
