"""Licences: examined, installed, listed, stopped."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import audit
from app.accounts.errors import Refused
from app.licensing import gate, publishers
from app.licensing.models import Licence, LicenceChange, PublisherKey
from app.licensing.signing import BadFile, Signed, check
from app.organisations.models import Organisation
from app.rules.terms import Terms

PAGE = 50
LICENSEES = ("municipality", "coaching_firm", "partner")
"""Kinds of organisations that can hold a licence."""

PUBLIC_SECTOR = ("municipality",)
"""Kinds of organisations whose non-profit use can be free."""

_INSTALLED = _l("A licence with this number is installed already.")
_BAD: dict[str, LazyString] = {
    "form": _l("This is no licence file, or it was changed on the way. Ask the publisher to send it again."),
    "unknown_key": _l("The licence is signed with a key that is not known here, or is retired."),
    "signature": _l(
        "The signature does not hold: the file was changed after it was signed. Do not rely on it."
    ),
}


def check_free(terms: Terms, licensee: Organisation) -> None:
    """What costs nothing is for non-profit use by the public sector: its own staff, and nobody's customers. Only a
    trial is free for others. Raises :class:`Refused` ``model``."""
    if terms.price.model != "free" or terms.trial:
        return
    if licensee.kind not in PUBLIC_SECTOR:
        raise Refused(
            "model",
            _l(
                "Free use is for the public sector, and %(name)s is not of it. Set a price, or make it a trial.",
                name=licensee.name,
            ),
        )
    if "customers" in terms.teaches:
        raise Refused(
            "model",
            _l(
                "Free use is non-profit: it is for the licensee's own staff, not for customers. Change one of them."
            ),
        )


def examine(session: Session, file: bytes) -> Signed:
    """The licence in ``file``, if it is genuine and its publisher may give it; nothing is written.

    Raises :class:`Refused`: ``form``, ``unknown_key``, ``signature``, ``terms``, ``publisher`` (the course or the
    key is another's), ``licensee`` (not known here), ``model`` (as :func:`check_free` does) or ``installed``.
    """
    keys: list[PublisherKey] = []

    def known(named: str) -> bytes | None:
        keys.extend(one for one in [publishers.find_key(session, named)] if one is not None)
        return keys[0].public_key if keys else None

    try:
        signed = check(file, known)
    except BadFile as bad:
        said = _BAD.get(bad.code) or _l(
            "The licence is signed, but its terms cannot be used: %(faults)s", faults="; ".join(bad.faults)
        )
        raise Refused(bad.code, said) from bad
    terms = signed.terms
    if keys[0].publisher_id != terms.publisher.id:
        raise Refused("publisher", _l("The key belongs to another publisher than the one the licence names."))
    if publishers.publisher_of(session, terms.course) != terms.publisher.id:
        raise Refused("publisher", _l("The course of this licence is not its publisher's here."))
    licensee = session.get(Organisation, terms.licensee.id)
    if licensee is None or licensee.kind not in LICENSEES:
        raise Refused("licensee", _l("The licence is for an organisation that does not exist here."))
    check_free(terms, licensee)
    if _is_installed(session, terms):
        raise Refused("installed", _INSTALLED)
    return signed


def _is_installed(session: Session, terms: Terms) -> bool:
    return session.scalar(select(Licence.id).where(Licence.number == terms.id).limit(1)) is not None


def install(session: Session, file: bytes, *, by: uuid.UUID | None, now: datetime) -> Licence:
    """Put the licence in force from its first day on. Raises :class:`Refused` as :func:`examine` does."""
    signed = examine(session, file)
    terms = signed.terms
    made = Licence(
        number=terms.id,
        publisher_id=terms.publisher.id,
        licensee_id=terms.licensee.id,
        course=terms.course,
        kind=terms.kind,
        capacity=terms.amount,
        taken=0,
        starts=terms.starts,
        ends=terms.ends,
        content=signed.content,
        digest=signed.digest,
        fingerprint=signed.fingerprint,
        installed_by=by,
        installed_at=now,
    )
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError as quicker:  # installed twice at the same moment: the other one counts
        if not _is_installed(session, terms):
            raise
        raise Refused("installed", _INSTALLED) from quicker
    gate.forget(session)
    audit.record(
        session,
        "licence.installed",
        by=by,
        now=now,
        subject=made,
        organisation=made.licensee_id,
        digest=made.digest,
        course=made.course,
    )
    return made


def terms_of(session: Session, licence: Licence) -> Terms:
    """What the licence says, its signature checked anew over the bytes as they are kept.

    Raises :class:`Refused` ``signature`` where somebody has changed them in the database.
    """
    key = session.scalars(select(PublisherKey).where(PublisherKey.fingerprint == licence.fingerprint)).first()
    try:
        return check(licence.content, lambda _named: key.public_key if key else None).terms
    except BadFile as bad:
        raise Refused("signature", _BAD["signature"]) from bad


def _within(
    publishing: frozenset[uuid.UUID] | None, holding: frozenset[uuid.UUID] | None
) -> ColumnElement[bool] | None:
    """Which licences somebody may see, who sells for some organisations and holds for others; None: all."""
    if publishing is None or holding is None:
        return None
    return or_(Licence.publisher_id.in_(publishing), Licence.licensee_id.in_(holding))


def find(
    session: Session,
    id: uuid.UUID,
    *,
    publishing: frozenset[uuid.UUID] | None,
    holding: frozenset[uuid.UUID] | None,
) -> Licence | None:
    """The licence, if one of these organisations publishes or holds it (None: any); else None."""
    wanted, within = select(Licence).where(Licence.id == id), _within(publishing, holding)
    return session.scalars(wanted if within is None else wanted.where(within)).first()


def listed(
    session: Session,
    *,
    publishers: frozenset[uuid.UUID] | None = None,
    licensees: frozenset[uuid.UUID] | None = None,
    before: uuid.UUID | None = None,
    limit: int = PAGE,
) -> Sequence[Licence]:
    """Licences that these organisations publish, or hold (None: any), the newest first."""
    wanted = select(Licence).order_by(Licence.id.desc()).limit(limit)
    if publishers is not None:
        wanted = wanted.where(Licence.publisher_id.in_(publishers))
    if licensees is not None:
        wanted = wanted.where(Licence.licensee_id.in_(licensees))
    if before is not None:
        wanted = wanted.where(Licence.id < before)
    return session.scalars(wanted).all()


def changes(session: Session, licence: Licence) -> Sequence[LicenceChange]:
    """What was done to the licence, the first first."""
    mine = select(LicenceChange).where(LicenceChange.licence_id == licence.id)
    return session.scalars(mine.order_by(LicenceChange.at, LicenceChange.id)).all()


_STOPS = {"stop_new": "new", "stop_all": "all", "resume": ""}


def change_stop(
    session: Session, licence: Licence, kind: str, *, reason: str, by: uuid.UUID, now: datetime
) -> None:
    """``stop_new``: nobody begins, who has begun goes on. ``stop_all``: nobody goes on. ``resume``: as before.

    Raises :class:`Refused` ``reason``. Nothing that anybody has earned is taken away.
    """
    reason = " ".join(reason.split())
    if not reason or len(reason) > 500:
        raise Refused("reason", _l("Write why, in at most 500 characters. Both sides can read it."))
    if licence.stop == _STOPS[kind]:
        return
    licence.stop = _STOPS[kind]
    gate.forget(session)
    session.add(LicenceChange(licence_id=licence.id, kind=kind, reason=reason, by_id=by, at=now))
    session.flush()
    audit.record(
        session,
        f"licence.{kind}",
        by=by,
        now=now,
        subject=licence,
        organisation=licence.licensee_id,
    )
