"""The second step of signing in: a six-digit code from an app, or one of ten codes kept for a bad day.

Secrets are encrypted with the service's key; a code is taken once. Recovery codes are kept as digests.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Sequence
from datetime import datetime

import segno
from flask import current_app
from flask_babel import lazy_gettext as _l
from passlib.exc import TokenError
from passlib.totp import TOTP, AppWallet
from sqlalchemy.orm import Session

from app import audit
from app.accounts.errors import Refused
from app.accounts.models import Person

ISSUER = "Accelerera"
RECOVERY_CODES = 10
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
WINDOW_SECONDS = 30


def _wallet() -> AppWallet:
    keys: Sequence[str] = [
        current_app.config["SECRET_KEY"],
        *current_app.config.get("SECRET_KEY_FALLBACKS", ()),
    ]
    tagged = {hashlib.sha256(key.encode()).hexdigest()[:12]: key for key in keys}
    return AppWallet(tagged, default_tag=next(iter(tagged)))


def _totp() -> type[TOTP]:
    kind: type[TOTP] = TOTP.using(issuer=ISSUER, wallet=_wallet())
    return kind


def new_secret() -> str:
    """A secret for an authenticator app, encrypted."""
    return str(_totp().new().to_json(encrypt=True))


def shown_key(secret: str) -> str:
    """The secret in groups of four, to be typed into an app."""
    return str(_totp().from_source(secret).pretty_key())


def qr(secret: str, person: Person) -> str:
    """An SVG data address to be scanned by an app."""
    uri = _totp().from_source(secret).to_uri(label=person.email)
    return str(segno.make(uri, error="m").svg_data_uri(scale=5, border=3, light="#ffffff"))


def _match(secret: str, code: str, now: datetime, last: int | None) -> int | None:
    try:
        return int(
            _totp()
            .verify(code, secret, time=now.timestamp(), window=WINDOW_SECONDS, last_counter=last)
            .counter
        )
    except (TokenError, ValueError):
        return None


def turn_on(
    session: Session, person: Person, *, secret: str, code: str, by: uuid.UUID, now: datetime
) -> list[str]:
    """Ask for a code from now on, once the app has shown that it works; returns the recovery codes."""
    counter = _match(secret, code, now, None)
    if counter is None:
        raise Refused(
            "code", _l("That code is not right. Wait for the next one in the app and write it here.")
        )
    person.tf_primary_method, person.tf_totp_secret, person.tf_last_counter = "authenticator", secret, counter
    audit.record(session, "two_factor.on", by=by, now=now, subject=person, person=person.id)
    return new_recovery_codes(session, person, by=by, now=now)


def turn_off(session: Session, person: Person, *, by: uuid.UUID, now: datetime) -> None:
    """Ask for no code any more; the recovery codes go too."""
    person.tf_primary_method = person.tf_totp_secret = person.tf_last_counter = None
    person.mf_recovery_codes = None
    audit.record(session, "two_factor.off", by=by, now=now, subject=person, person=person.id)


def is_on(person: Person) -> bool:
    """Whether signing in asks for a code."""
    return person.tf_primary_method is not None


def new_recovery_codes(session: Session, person: Person, *, by: uuid.UUID, now: datetime) -> list[str]:
    """Ten fresh codes that work once each; those from before stop working."""
    codes = [
        "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(3))
        for _ in range(RECOVERY_CODES)
    ]
    person.mf_recovery_codes = [_digest(code) for code in codes]
    audit.record(session, "recovery_codes.made", by=by, now=now, subject=person, person=person.id)
    return codes


def _digest(code: str) -> str:
    plain = "".join(letter for letter in code.casefold() if letter.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()


def check(session: Session, person: Person, code: str, *, now: datetime) -> bool:
    """Whether ``code`` is the app's (not used before) or an unused recovery code; it is used up by this."""
    if person.tf_totp_secret:
        digits = "".join(code.split())
        counter = _match(person.tf_totp_secret, digits, now, person.tf_last_counter)
        if counter is not None:
            person.tf_last_counter = counter
            return True
    kept = person.mf_recovery_codes or []
    digest = _digest(code)
    if digest in kept:
        person.mf_recovery_codes = [one for one in kept if one != digest]
        left = len(kept) - 1
        audit.record(
            session, "recovery_code.used", by=person.id, now=now, subject=person, person=person.id, left=left
        )
        return True
    return False
