"""Plug the room in."""

from __future__ import annotations

from flask import Flask

from app.reports.views import bp


def init_app(app: Flask) -> None:
    """Register the pages."""
    app.register_blueprint(bp)
