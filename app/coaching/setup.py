"""Plug the room in."""

from __future__ import annotations

from typing import Any

from flask import Flask

from app.coaching import answer_views, blueprint, mentoring_views, reminders, views

PARTS = (views, answer_views, mentoring_views, reminders)
# How often one address may open or answer a link.
ANSWERS = "60 per minute"


def _limit(app: Flask) -> None:
    for limiter in app.extensions.get("limiter", ()):
        endpoint = f"{blueprint.bp.name}.answer"
        limited: Any = limiter.limit(ANSWERS)(app.view_functions[endpoint])
        app.view_functions[endpoint] = limited


def init_app(app: Flask) -> None:
    """Register the pages and the daily reminders."""
    app.register_blueprint(blueprint.bp)
    _limit(app)
