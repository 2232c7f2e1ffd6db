"""Which courses need a licence, whose they are, and the keys with which their publishers sign."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import audit
from app.accounts.errors import Refused
from app.licensing import gate
from app.licensing.models import CoursePublisher, Licence, PublisherKey
from app.licensing.signing import BadKey, fingerprint, raw_public


def published(session: Session) -> Mapping[str, uuid.UUID]:
    """Every course that needs a licence, and its publisher."""
    rows = session.execute(select(CoursePublisher.course, CoursePublisher.publisher_id))
    return {row.course: row.publisher_id for row in rows}


def publisher_of(session: Session, course: str) -> uuid.UUID | None:
    """Whose licence the course needs; None where it needs none."""
    return session.scalar(select(CoursePublisher.publisher_id).where(CoursePublisher.course == course))


def name_publisher(
    session: Session, course: str, *, publisher: uuid.UUID | None, by: uuid.UUID | None, now: datetime
) -> None:
    """From now on the course needs this publisher's licence; None: none. Raises :class:`Refused` ``licensed``
    where licences of another publisher are installed for it."""
    known = session.scalars(select(CoursePublisher).where(CoursePublisher.course == course)).first()
    if (known.publisher_id if known else None) == publisher:
        return
    if session.scalar(select(Licence.id).where(Licence.course == course).limit(1)):
        raise Refused(
            "licensed", _l("Licences for the course are installed, so its publisher can no longer change.")
        )
    if known is not None:
        session.delete(known)
        session.flush()
    if publisher is not None:
        session.add(CoursePublisher(course=course, publisher_id=publisher, named_by=by, named_at=now))
        session.flush()
    gate.forget(session)
    audit.record(session, "course.publisher", by=by, now=now, organisation=publisher, course=course)


def keys(session: Session, publisher: uuid.UUID) -> Sequence[PublisherKey]:
    """The publisher's keys, the newest first."""
    mine = select(PublisherKey).where(PublisherKey.publisher_id == publisher)
    return session.scalars(mine.order_by(PublisherKey.id.desc())).all()


def find_key(session: Session, named: str) -> PublisherKey | None:
    """The key with this fingerprint that is in use, or None."""
    wanted = select(PublisherKey).where(PublisherKey.fingerprint == named, PublisherKey.retired_at.is_(None))
    return session.scalars(wanted).first()


def add_key(
    session: Session, pem: bytes, *, publisher: uuid.UUID, by: uuid.UUID | None, now: datetime
) -> PublisherKey:
    """Licences signed with this key (public, PEM) are the publisher's. Adding a key twice is adding it once.

    Raises :class:`Refused`: ``key`` (not an Ed25519 public key) or ``taken`` (another's, or retired).
    """
    try:
        public = raw_public(pem)
    except BadKey as error:
        raise Refused(
            "key", _l("This is no public Ed25519 key. The file begins with -----BEGIN PUBLIC KEY-----.")
        ) from error
    named = fingerprint(public)
    known = session.scalars(select(PublisherKey).where(PublisherKey.fingerprint == named)).first()
    if known is not None and known.publisher_id == publisher and known.retired_at is None:
        return known
    if known is not None:
        raise Refused(
            "taken", _l("This key cannot be added: it is in use elsewhere or retired. Make a new one.")
        )
    made = PublisherKey(
        publisher_id=publisher, fingerprint=named, public_key=public, added_by=by, added_at=now
    )
    session.add(made)
    session.flush()
    audit.record(
        session, "licence.key_added", by=by, now=now, subject=made, organisation=publisher, fingerprint=named
    )
    return made


def retire_key(session: Session, key: PublisherKey, *, by: uuid.UUID | None, now: datetime) -> None:
    """Nothing more can be installed that was signed with the key; what is installed stays."""
    if key.retired_at is not None:
        return
    key.retired_at = now
    audit.record(
        session,
        "licence.key_retired",
        by=by,
        now=now,
        subject=key,
        organisation=key.publisher_id,
        fingerprint=key.fingerprint,
    )
