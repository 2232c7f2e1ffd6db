"""Passwords: what a good one is, and how it is kept (argon2, by Flask-Security's hashing)."""

from __future__ import annotations

import unicodedata

from flask_babel import lazy_gettext as _l
from flask_security.utils import hash_password, verify_password

from app.accounts.errors import Refused
from app.accounts.models import Person

SHORTEST, LONGEST = 12, 200

# Long enough and still the first that anybody tries.
COMMON = frozenset({"password1234", "lösenord1234", "123456789012", "qwertyuiopas", "accelerera123"})


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


def checked_password(password: str) -> str:
    """The password as it is hashed. Raises :class:`Refused` when it is too short, too long or too common."""
    password = _normal(password)
    if len(password) < SHORTEST:
        raise Refused(
            "password-short",
            _l("Use at least %(count)s characters, for example a few words in a row.", count=SHORTEST),
        )
    if len(password) > LONGEST:
        raise Refused("password-long", _l("Use at most %(count)s characters.", count=LONGEST))
    if password.lower() in COMMON or len(set(password)) < 4:
        raise Refused("password-common", _l("That password is too easy to guess. Use a few words in a row."))
    return password


def hashed(password: str) -> str:
    """The hash under which a checked password is kept. Slow on purpose."""
    return hash_password(password)


def matches(person: Person | None, password: str) -> bool:
    """Whether this is the person's password; takes the same time when there is no person or password."""
    password = _normal(password)[: LONGEST + 1]
    if person is None or not person.password:
        hash_password(password)
        return False
    return verify_password(password, person.password)
