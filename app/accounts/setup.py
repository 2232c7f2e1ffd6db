"""Wires people, sign-in and the gate into an application."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_limiter.util import get_remote_address
from flask_security import RoleMixin, Security, SQLAlchemyUserDatastore

from app import access, clock
from app.access import Held
from app.accounts import blueprint, invitation_views, people_views, settings_views, sign_in_views, upkeep
from app.accounts.models import Passkey, Person
from app.accounts.roles import role_name
from app.accounts.service import held_roles
from app.db import db
from app.ui.setup import provide

# How often one address, and one account, may try.
LIMITS = {
    "sign_in_post": "30 per minute; 300 per hour",
    "code": "10 per minute; 60 per hour",
    "passkey_ask": "30 per minute",
    "passkey_enter": "30 per minute",
    "confirm": "10 per minute",
    "forgotten": "5 per minute; 30 per hour",
    "new_password": "20 per minute",
    "invitation": "30 per minute",
}
PER_ACCOUNT = {"sign_in_post": "10 per 10 minutes", "forgotten": "5 per hour"}

PARTS = (sign_in_views, settings_views, invitation_views, people_views, upkeep)  # register themselves


def _held(person: Any) -> tuple[Held, ...]:
    return held_roles(db.session(), person.id, clock.local_date(clock.now()))


def _account_named() -> str:
    return request.form.get("email", "").strip().lower() or get_remote_address()


def _limit(app: Flask) -> None:
    for limiter in app.extensions.get("limiter", ()):
        for name, rate in LIMITS.items():
            endpoint = f"{blueprint.bp.name}.{name}"
            view = app.view_functions[endpoint]
            limited = limiter.limit(rate, methods=["POST"])(view)
            if name in PER_ACCOUNT:
                limited = limiter.limit(PER_ACCOUNT[name], methods=["POST"], key_func=_account_named)(limited)
            app.view_functions[endpoint] = limited


def _security(app: Flask) -> None:
    """Flask-Security for hashing and the login manager; its own views, tokens and commands stay off."""
    cheap = {"argon2__time_cost": 1, "argon2__memory_cost": 64, "argon2__parallelism": 1}
    app.config.update(
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_PASSWORD_SINGLE_HASH=["argon2"],
        SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS=cheap if app.config["MODE"] == "test" else {},
        SECURITY_DATETIME_FACTORY=clock.now,
        SECURITY_CLI_USERS_NAME=None,
        SECURITY_CLI_ROLES_NAME=None,
        SECURITY_TOKEN_MAX_AGE=timedelta(seconds=0),
        REMEMBER_COOKIE_DURATION=timedelta(0),
    )
    security = Security()
    security.init_app(app, SQLAlchemyUserDatastore(db, Person, RoleMixin, Passkey), register_blueprint=False)
    security.login_manager.user_loader(blueprint.load_signed_in)
    # A token in a header or address signs nobody in.
    security.login_manager._request_callback = None


def _sign_in_url() -> str | None:
    if request.endpoint == "accounts.sign_in" or g.get("person") is not None:
        return None
    return url_for("accounts.sign_in")


def lead_on(purpose: str, url: Any) -> None:
    """A room above says where an accepted invitation with this ``purpose`` leads: ``url(target_id) -> address``."""
    current_app.extensions["accounts"][purpose] = url


def init_app(app: Flask) -> None:
    app.extensions["accounts"] = {}
    _security(app)
    access.init_app(app, load_held=_held)
    app.register_blueprint(blueprint.bp)
    _limit(app)
    app.jinja_env.globals["role_name"] = role_name
    provide(app, account=blueprint.account, sign_in_url=_sign_in_url, keep_language=blueprint.keep_language)
