"""Wires the room into an application."""

from __future__ import annotations

from flask import Flask

from app.organisations.views import bp


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
