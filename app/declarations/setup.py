"""Plug the room in: its pages, and what its acts are called on a person's activity page."""

from __future__ import annotations

from flask import Flask

from app.accounts import activity_words
from app.declarations import blueprint, judging_views, signing_views, training_views, words

VIEWS = (training_views, judging_views, signing_views)


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint.bp)
    activity_words.tell(**words.ACTIVITY)
