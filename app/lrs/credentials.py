"""Keys and secrets with scopes, per organisation, and for launched sessions bound to what was launched.

A secret is 256 random bits, so one SHA-256 of it is kept and a slow hash would protect nothing. What was looked
up is remembered for a while in each process, since nothing about a credential changes but that it is revoked; and that
is asked in every transaction, so that revocation holds at once everywhere.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, select
from sqlalchemy.orm import Session

from app import audit
from app.lrs import rows
from app.lrs.models import Credential

SCOPES = (
    "statements/write",
    "statements/read",
    "statements/read/mine",
    "state",
    "profile",
    "all/read",
    "all",
)
REMEMBERED = 60.0
"""Seconds for which a process keeps what it looked up."""
_CACHE_LIMIT = 10_000
_remembered: WeakKeyDictionary[Any, dict[str, tuple[float, bytes, Grant]]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Grant:
    """What a verified credential lets its holder do."""

    id: uuid.UUID
    key: str
    label: str
    organisation: uuid.UUID
    scopes: frozenset[str]
    expires_at: datetime | None = None
    registration: uuid.UUID | None = None
    activity: str | None = None
    actor: Mapping[str, Any] | None = None

    @property
    def bound(self) -> bool:
        """Whether it belongs to one launched session."""
        return self.registration is not None

    def may(self, scope: str) -> bool:
        """Whether ``scope`` is covered."""
        if "all" in self.scopes or scope in self.scopes:
            return True
        if scope == "statements/read/mine":
            return "statements/read" in self.scopes or "all/read" in self.scopes
        return "all/read" in self.scopes and scope in ("statements/read", "state/read", "profile/read")


def make_credential(
    session: Session,
    *,
    organisation: uuid.UUID,
    scopes: Iterable[str],
    label: str,
    by: uuid.UUID | None,
    now: datetime,
    expires_at: datetime | None = None,
    registration: uuid.UUID | None = None,
    activity: str | None = None,
    actor: Mapping[str, Any] | None = None,
    replaces: uuid.UUID | None = None,
) -> tuple[str, str]:
    """A new (key, secret). The secret is shown once and not kept.

    ``registration``, ``activity`` and ``actor`` bind it to one launched session. Raises ``ValueError`` for an
    unknown scope.
    """
    asked = sorted(set(scopes))
    unknown = [scope for scope in asked if scope not in SCOPES]
    if unknown or not asked:
        raise ValueError(f"a credential needs scopes out of {', '.join(SCOPES)}")
    key, secret = secrets.token_hex(16), secrets.token_urlsafe(32)
    credential = Credential(
        key=key,
        secret_digest=hashlib.sha256(secret.encode()).digest(),
        organisation_id=organisation,
        scopes=asked,
        label=label,
        created_at=now,
        created_by=by,
        expires_at=expires_at,
        registration=registration,
        activity=activity,
        actor=dict(actor) if actor is not None else None,
        replaces_id=replaces,
    )
    session.add(credential)
    session.flush()
    if registration is None:
        audit.record(
            session,
            "record.credential_made",
            by=by,
            now=now,
            subject=credential,
            organisation=organisation,
            scopes=asked,
        )
    return key, secret


def revoke(session: Session, *, key: str, by: uuid.UUID | None, now: datetime) -> None:
    """End a credential. Raises ``LookupError`` where there is none with this key."""
    credential = session.scalars(select(Credential).where(Credential.key == key)).one_or_none()
    if credential is None:
        raise LookupError(key)
    if credential.revoked_at is None:
        credential.revoked_at, credential.revoked_by = now, by
        organisation = credential.organisation_id
        audit.record(
            session,
            "record.credential_revoked",
            by=by,
            now=now,
            subject=credential,
            organisation=organisation,
        )


def rotate(session: Session, *, key: str, by: uuid.UUID | None, now: datetime) -> tuple[str, str]:
    """Replace a credential by a new one with the same scopes and end the old one; the new (key, secret)."""
    old = session.scalars(select(Credential).where(Credential.key == key)).one_or_none()
    if old is None or old.revoked_at is not None:
        raise LookupError(key)
    revoke(session, key=key, by=by, now=now)
    return make_credential(
        session,
        organisation=old.organisation_id,
        scopes=old.scopes,
        label=old.label,
        by=by,
        now=now,
        expires_at=old.expires_at,
        registration=old.registration,
        activity=old.activity,
        actor=old.actor,
        replaces=old.id,
    )


def verify(
    session: Session, *, key: str, secret: str | None, now: datetime, asked_again: bool = False
) -> Grant | None:
    """What the credential lets its holder do; None if it is unknown, wrong, expired or revoked.

    Without a ``secret`` its holder has shown in another way who they are. ``asked_again``: the caller asks
    :func:`standing` in a transaction of its own before anything comes of it."""
    bind = session.get_bind()
    known = remembered(bind, key=key, secret=secret, now=now)
    if known is not None:
        return known if asked_again or standing(session.connection(), {key}) else None
    digest, grant = _look_up(session, key)
    if grant is not None:
        _remember(bind, grant, digest)
    return _checked(digest, grant, secret, now)


def remembered(bind: Engine | Connection, *, key: str, secret: str | None, now: datetime) -> Grant | None:
    """What this process looked up a moment ago; None where it did not, or where the secret is another.

    The credential may have been revoked since: whoever stores or hands out something asks :func:`standing`.
    """
    found = _remembered.get(bind, {}).get(key)
    if found is None or time.monotonic() - found[0] > REMEMBERED:
        return None
    return _checked(found[1], found[2], secret, now)


def standing(connection: Connection, some: Collection[str]) -> set[str]:
    """Which of the keys are there and not revoked, as the transaction sees it."""
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    marks = ",".join([mark] * len(some))
    sql = f"SELECT key FROM lrs_credentials WHERE key IN ({marks}) AND revoked_at IS NULL"
    return {key for (key,) in rows.run(connection, sql, tuple(some))}


def _remember(bind: Engine | Connection, grant: Grant, digest: bytes) -> None:
    known = _remembered.setdefault(bind, {})
    if len(known) > _CACHE_LIMIT:
        known.clear()
    known[grant.key] = (time.monotonic(), digest, grant)


def _checked(digest: bytes, grant: Grant | None, secret: str | None, now: datetime) -> Grant | None:
    if secret is not None:
        given = hashlib.sha256(secret.encode("utf-8", "surrogateescape")).digest()
        if not hmac.compare_digest(digest, given):
            return None
    if grant is None:
        return None
    return None if grant.expires_at is not None and grant.expires_at <= now else grant


def _look_up(session: Session, key: str) -> tuple[bytes, Grant | None]:
    credential = session.scalars(select(Credential).where(Credential.key == key)).one_or_none()
    if credential is None or credential.revoked_at is not None:
        return bytes(32), None
    grant = Grant(
        id=credential.id,
        key=credential.key,
        label=credential.label,
        organisation=credential.organisation_id,
        scopes=frozenset(credential.scopes),
        expires_at=credential.expires_at,
        registration=credential.registration,
        activity=credential.activity,
        actor=credential.actor,
    )
    return credential.secret_digest, grant
