"""Plug the room into the service."""

from __future__ import annotations

from flask import Flask

from app.privacy.views import bp


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
