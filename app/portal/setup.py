"""Plug the room into the service: its pages, and what the layout asks for."""

from __future__ import annotations

from flask import Flask

from app.accounts import activity_words
from app.portal import activity, candidates, demo_mail, home, menu, operations, partner, path, public
from app.portal.blueprint import bp
from app.ui.setup import provide

VIEWS = (candidates, demo_mail, home, partner, path, public, operations)


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    activity_words.tell(**activity.WORDS)
    provide(app, nav=menu.nav, foot_links=menu.foot, home_url=menu.home_url)
