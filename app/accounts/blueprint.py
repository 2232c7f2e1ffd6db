"""The blueprint of this room and what its views share: where to go next, who is here and as whom."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, g, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_login import login_user
from flask_security.utils import logout_user
from sqlalchemy import bindparam, select
from werkzeug.wrappers import Response as AnyResponse

from app import audit, clock
from app.access import Held
from app.accounts.consents import terms_to_renew
from app.accounts.models import Person, SignIn
from app.accounts.roles import ROLE_NAMES
from app.db import db
from app.ui.views import way_back

bp = Blueprint("accounts", __name__, template_folder="templates", static_folder="static",
               static_url_path="/accounts/files")  # fmt: skip

LASTS = timedelta(days=30)
FRESH_FOR = timedelta(minutes=30)

# Whose start page comes first when a person has several roles and has not chosen yet.
FIRST_SEEN = ("administrator", "certifier", "examiner", "guide", "lead", "partner", "coach", "member")


def home() -> str:
    """The start page of whoever asks."""
    asked = current_app.extensions["ui"].home_url
    return str(asked()) if asked else "/"


def next_url(given: str | None) -> str:
    """A relative address to go on to, or the start page."""
    target = way_back(given)
    return home() if target == "/" else target


# Asked with every page, so it is put together once.
_SIGNED_IN = (
    select(Person)
    .join(SignIn, SignIn.person_id == Person.id)
    .where(
        Person.fs_uniquifier == bindparam("uniquifier"),
        Person.closed_at.is_(None),
        SignIn.id == bindparam("sign_in"),
        SignIn.ended_at.is_(None),
        SignIn.started_at > bindparam("since"),
    )
)


def load_signed_in(uniquifier: str) -> Person | None:
    """The person behind the session, if that sign-in has not been ended; one query."""
    try:
        sign_in = UUID(session.get("sign_in", ""))
    except ValueError:
        return None
    asked = {"uniquifier": uniquifier, "sign_in": sign_in, "since": clock.now() - LASTS}
    found = db.session.scalars(_SIGNED_IN, asked).first()
    if found is not None and found.demonstration and current_app.config["MODE"] == "production":
        return None
    return found


def enter(person: Person, *, via: str, target: str | None, now: datetime) -> AnyResponse:
    """Sign in with a session of its own, nothing carried over from before, and go on."""
    session.clear()
    sign_in = SignIn(person_id=person.id, started_at=now, browser=request.user_agent.string[:200])
    db.session.add(sign_in)
    db.session.flush()
    session["sign_in"] = str(sign_in.id)
    session["fresh_at"] = now.timestamp()
    login_user(person, force=True)
    audit.record(
        db.session(), "account.signed_in", by=person.id, now=now, subject=person, person=person.id, via=via
    )
    renew = not person.demonstration and terms_to_renew(db.session(), person.id)
    db.session.commit()
    g.person = person
    goal = next_url(target)
    if renew:
        return redirect(url_for("accounts.consents", next=goal), 303)
    return redirect(goal, 303)


def leave(now: datetime) -> None:
    """End this browser's sign-in."""
    if g.person is not None:
        sign_in = db.session.get(SignIn, UUID(session["sign_in"]))
        if sign_in is not None:
            sign_in.ended_at = now
        audit.record(db.session(), "account.signed_out", by=g.person.id, now=now, person=g.person.id)
        db.session.commit()
    logout_user()
    session.clear()
    g.person, g.held = None, ()


def is_fresh() -> bool:
    """Whether the person has shown a moment ago that it is them."""
    return float(session.get("fresh_at", 0)) > (clock.now() - FRESH_FOR).timestamp()


def confirm_first() -> AnyResponse | None:
    """For pages that change how one signs in: a way over a fresh proof, or None where there is one."""
    if is_fresh():
        return None
    return redirect(url_for("accounts.confirm", next=request.path), 303)


def roles_here() -> list[str]:
    """The roles that the person can be here as, the most far-reaching first."""
    mine: tuple[Held, ...] = g.get("held", ())
    held = {one.role for one in mine}
    return [role for role in FIRST_SEEN if role in held]


def current_role() -> str | None:
    """The role that the person has chosen to be here as; None when nobody is signed in."""
    roles = roles_here()
    chosen = session.get("role")
    return chosen if chosen in roles else next(iter(roles), None)


def account() -> dict[str, Any] | None:
    """What the account menu shows."""
    if g.get("person") is None:
        return None
    current = current_role()
    return {
        "name": g.person.name,
        "roles": [(role, str(ROLE_NAMES[role]), role == current) for role in roles_here()],
        "role_url": url_for("accounts.choose_role"),
        "links": menu_links(),
        "sign_out_url": url_for("accounts.sign_out"),
    }


def menu_links() -> list[tuple[str, str]]:
    """Where the account menu leads."""
    return [
        (_("Settings"), url_for("accounts.settings")),
        (_("What has happened"), url_for("accounts.activity")),
        (_("My data"), url_for("accounts.my_data")),
    ]


def keep_language(language: str) -> None:
    """Remember the choice of language for next time."""
    if g.get("person") is not None and g.person.language != language:
        g.person.language = language
        db.session.commit()
