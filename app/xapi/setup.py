"""How the service takes up this room."""

from __future__ import annotations

from flask import Flask

from app.access import POLICY, permission_of
from app.xapi import browser_views, credential_views, forwarding_views, profile_views, tokens
from app.xapi.blueprint import pages
from app.xapi.views import Door, bp

PAGES = (browser_views, credential_views, forwarding_views, profile_views)  # register themselves


def init_app(app: Flask) -> None:
    """Register the HTTP API and put its door before the pages.

    It carries credentials in every request and no cookie, so no form token is due. The door passes the gate by,
    which is right only as long as the policy lets everybody speak.
    """
    tokens.init_app(app)
    app.extensions["csrf"].exempt(bp)
    app.register_blueprint(bp)
    app.register_blueprint(pages)
    app.register_blueprint(profile_views.public)
    if POLICY[str(permission_of(app, "xapi.speak"))].public:
        app.wsgi_app = Door(app, app.wsgi_app)  # type: ignore[method-assign]
