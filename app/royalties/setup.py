"""Plug the room in: its pages, what its acts are called, and the shares on a licence's statement of account."""

from __future__ import annotations

from flask import Flask

from app.accounts import activity_words
from app.royalties import closing, sums, views, words

PARTS = (views, closing, sums)


def init_app(app: Flask) -> None:
    app.register_blueprint(views.bp)
    activity_words.tell(**words.ACTIVITY)
    app.extensions["royalties"] = views.on_account
