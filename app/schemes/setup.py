"""Wires the schemes' pages into an application."""

from __future__ import annotations

from flask import Flask

from app.schemes import words
from app.schemes.views import bp


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    app.jinja_env.globals["scheme_words"] = words
