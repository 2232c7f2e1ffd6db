"""Plug the room into the service."""

from __future__ import annotations

from flask import Flask

from app.awards import (
    certificate_views,
    decision_views,
    key_views,
    longevity,
    template_views,
    verification_views,
    waiver_views,
)
from app.awards.blueprint import bp

VIEWS = (
    decision_views,
    certificate_views,
    verification_views,
    waiver_views,
    key_views,
    template_views,
)
JOBS = (longevity,)


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
