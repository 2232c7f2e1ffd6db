"""The public history of the keys that sign certificates: which, since when, until when, and from when not to trust."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import audit
from app.awards.models import Rendition, SigningKey


class UnknownKey(LookupError):
    """No key that has signed here has a fingerprint that begins so, or several have."""


def history(session: Session) -> Sequence[SigningKey]:
    """Every key that has signed here, the newest first."""
    return session.scalars(
        select(SigningKey).order_by(SigningKey.first_used_at.desc(), SigningKey.id.desc())
    ).all()


def find(session: Session, fingerprint: str) -> SigningKey:
    """The key whose fingerprint begins so. Raises :class:`UnknownKey`."""
    wanted = fingerprint.strip().lower().replace(":", "")
    found = session.scalars(
        select(SigningKey).where(SigningKey.fingerprint.startswith(wanted, autoescape=True)).limit(2)
    ).all()
    if not wanted or len(found) != 1:
        raise UnknownKey(fingerprint)
    return found[0]


def retire(session: Session, key: SigningKey, *, now: datetime) -> None:
    """The key signs nothing more; what it has signed stays good. Idempotent."""
    if key.retired_at is None:
        key.retired_at = now
        audit.record(session, "key.retired", by=None, now=now, subject=key, fingerprint=key.fingerprint)


def compromise(session: Session, key: SigningKey, *, since: datetime, now: datetime) -> int:
    """From ``since`` on the key proves nothing, and it signs nothing more; how many files that concerns.

    An earlier date may be set later, when more is known; a date is never moved forward. Raises ``ValueError`` for
    that, and for a date to come.
    """
    if since > now:
        raise ValueError("a key cannot have been compromised in the future")
    if key.compromised_at is not None and since > key.compromised_at:
        raise ValueError("it is known to have been compromised earlier already")
    key.compromised_at = since
    key.retired_at = key.retired_at or now
    audit.record(
        session,
        "key.compromised",
        by=None,
        now=now,
        subject=key,
        fingerprint=key.fingerprint,
        since=since.isoformat(),
    )
    affected = select(func.count(func.distinct(Rendition.certificate_id))).where(
        Rendition.signer == key.fingerprint, Rendition.at >= since
    )
    return session.scalar(affected) or 0


def usable(session: Session, fingerprint: str) -> bool:
    """Whether a key may sign: it has neither been retired nor compromised."""
    gone = select(SigningKey.id).where(
        SigningKey.fingerprint == fingerprint,
        SigningKey.retired_at.is_not(None) | SigningKey.compromised_at.is_not(None),
    )
    return session.scalars(gone).first() is None
