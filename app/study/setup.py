"""Plug the room in."""

from __future__ import annotations

from flask import Flask

from app.study import instrument_views, quiz_views, version_views, views  # noqa: F401 - their pages join the blueprint
from app.study.blueprint import bp
from plugins.catalogue import courses


def init_app(app: Flask) -> None:
    """Register the pages; ``app.extensions["courses"]`` is the catalogue of course packages."""
    app.extensions.setdefault("courses", app.config.get("COURSES") or courses(app.config["INSTANCE"]))
    app.register_blueprint(bp)
