"""A new password by mail: a signed link that works once, for two hours. Nobody learns who has an account."""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime, timedelta

from flask import current_app
from flask_babel import lazy_gettext as _l
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.orm import Session

from app import audit, mail
from app.accounts import letters
from app.accounts.errors import Refused
from app.accounts.models import Person
from app.accounts.passwords import checked_password, hashed, matches
from app.accounts.service import find_person, load_person, sign_out_everywhere

VALID_FOR = timedelta(hours=2)


def _serializer() -> URLSafeSerializer:
    keys = [*reversed(current_app.config.get("SECRET_KEY_FALLBACKS", ())), current_app.config["SECRET_KEY"]]
    return URLSafeSerializer(keys, salt="new-password")


def _state(person: Person) -> str:
    # Changes with the password, so that a link dies with its use.
    return hashlib.sha256(f"{person.password}:{person.fs_uniquifier}".encode()).hexdigest()[:20]


def ask(session: Session, *, email: str, language: str, now: datetime) -> None:
    """Send a link to ``email``, or a letter saying that there is no account: the page answers the same."""
    person = find_person(session, email)
    if person is None or not person.active or person.demonstration:
        letters.send(session, "no_account", to=email, language=language, now=now)
        return
    token = _serializer().dumps([person.id.hex, _state(person), int((now + VALID_FOR).timestamp())])
    letters.send(
        session,
        "new_password",
        to=person.email,
        language=person.language,
        now=now,
        person=person.id,
        sensitive=True,
        name=person.name,
        link=mail.address(f"/password/new/{token}"),
    )
    audit.record(session, "password.asked", by=None, now=now, subject=person, person=person.id)


def person_behind(session: Session, token: str, *, now: datetime) -> Person:
    """Whom the link belongs to. Raises :class:`Refused` when it is forged, used or too old."""
    dead = Refused("link", _l("This link no longer works. Ask for a new one."))
    try:
        person_id, state, until = _serializer().loads(token)
        person = load_person(session, _uuid(person_id))
    except (BadSignature, ValueError, TypeError):
        raise dead from None
    if person is None or not person.active or state != _state(person) or now.timestamp() >= until:
        raise dead
    return person


def _uuid(text: str) -> uuid.UUID:
    return uuid.UUID(hex=text)


def choose(session: Session, *, token: str, password: str, now: datetime) -> Person:
    """Set the new password; every browser is signed out."""
    person = person_behind(session, token, now=now)
    set_password(session, person, password, now=now)
    return person


def change(session: Session, person: Person, *, current: str, password: str, now: datetime) -> None:
    """Change one's own password, knowing the current one (where there is one)."""
    if person.password and not matches(person, current):
        raise Refused("current", _l("That is not your current password."))
    set_password(session, person, password, now=now)


def set_password(session: Session, person: Person, password: str, *, now: datetime) -> None:
    """Keep the new password, sign out everywhere, and tell the person by mail."""
    person.password = hashed(checked_password(password))
    sign_out_everywhere(session, person, by=person.id, now=now)
    letters.send(
        session,
        "password_changed",
        to=person.email,
        language=person.language,
        now=now,
        person=person.id,
        name=person.name,
        at=now,
        link=mail.address("/password/forgotten"),
    )
    audit.record(session, "password.changed", by=person.id, now=now, subject=person, person=person.id)
