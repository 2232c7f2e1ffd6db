"""Plug the room in: its pages, and what its acts are called."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from app.accounts import activity_words
from app.disputes.views import bp

ACTIVITY = {
    "licence.disputed": _l("A use under a licence was disputed"),
    "licence.dispute_accepted": _l("A dispute about a use was accepted"),
    "licence.dispute_refused": _l("A dispute about a use was refused"),
}


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    activity_words.tell(**ACTIVITY)
