"""Credentials of outside stores, encrypted at rest with a key that is derived from the service's secret key."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class CannotOpen(ValueError):
    """The credentials were sealed under another secret key."""


def _fernet(secret: str) -> Fernet:
    # The purpose stands in ``info``: a key derived for anything else opens nothing here.
    derived = HKDF(SHA256(), 32, salt=None, info=b"credentials of outside record stores, 1").derive(
        secret.encode()
    )
    return Fernet(base64.urlsafe_b64encode(derived))


def seal(user: str, password: str, *, keys: Sequence[str]) -> bytes:
    """``user`` and ``password`` encrypted under the first of ``keys``."""
    return MultiFernet([_fernet(key) for key in keys]).encrypt(json.dumps([user, password]).encode())


def unseal(sealed: bytes, *, keys: Sequence[str]) -> tuple[str, str]:
    """(user, password), sealed under any of ``keys``. Raises :class:`CannotOpen`."""
    try:
        user, password = json.loads(MultiFernet([_fernet(key) for key in keys]).decrypt(sealed))
    except InvalidToken:
        raise CannotOpen("the credentials were sealed under another secret key; enter them again") from None
    return str(user), str(password)


def basic(user: str, password: str) -> str:
    """The Authorization header, in UTF-8 as RFC 7617 lets it be."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode("ascii")
