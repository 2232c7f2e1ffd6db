"""Plug the programming interface into the service: OpenAPI document, limits, and errors of its own below /api/."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, request
from flask_smorest import Api
from werkzeug.exceptions import HTTPException

from app.api import problems, shapes
from app.api.views import bp
from app.ui.setup import answer_errors

PREFIX = "/api/"
LIMITS = {"api.verify": "60 per minute; 1000 per hour", "api.register": "60 per minute"}


class Described(Api):
    """flask-smorest without its error handler, which would answer the pages' errors in JSON too."""

    ERROR_SCHEMA = shapes.Problem
    DEFAULT_ERROR_RESPONSE_CONTENT_TYPE = problems.TYPE

    def _register_error_handlers(self) -> None:
        """Errors below /api/ are answered by ``problems``, all others with a page."""


def _answer(error: HTTPException) -> Response:
    return problems.answer(error, request.path)


def init_app(app: Flask) -> None:
    app.config.setdefault("OPENAPI_URL_PREFIX", "/api")
    description = Described(
        app,
        spec_kwargs={
            "title": "Accelerera",
            "version": "1",
            "openapi_version": "3.0.3",
            "info": {
                "description": "Verify certificates, read the certification schemes and the register. Read-only.",
                "license": {"name": "EUPL-1.2"},
            },
        },
    )
    description.register_blueprint(bp)
    answer_errors(app, PREFIX, _answer)
    for limiter in app.extensions.get("limiter", ()):
        for endpoint, rate in LIMITS.items():
            limited: Any = limiter.limit(rate)(app.view_functions[endpoint])
            app.view_functions[endpoint] = limited
