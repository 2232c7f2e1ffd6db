"""The later forms of a certificate's file: with a timestamp, for the long term, archived. The first bytes stay.

A certificate is issued without waiting for anybody. The job asks a timestamping authority for one certificate
after the other, as fast as the authorities allow; whoever waits longest and has failed least comes first.
"""

from __future__ import annotations

import hashlib
import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, aliased

from app import clock, jobs
from app.awards import authorities
from app.awards.authorities import Authority
from app.awards.models import Certificate, Rendition, TimestampRequest
from app.db import new_id
from certificates.cms import CMSError
from certificates.timestamps import add_timestamp
from certificates.tokens import TimestampError
from certificates.verify import signed_digest

log = logging.getLogger(__name__)

ROUND = timedelta(seconds=50)
_ORDER = ("original", "timestamped", "long-term")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A certificate waits for its timestamp ``since`` then; ``asked`` in vain so often, last with ``problem``."""

    since: datetime
    asked: int
    problem: str


def rank(kind: str) -> tuple[int, str]:
    """How far along a rendition is: the larger, the later."""
    return (_ORDER.index(kind), "") if kind in _ORDER else (len(_ORDER), kind)


def of_certificate(session: Session, certificate: Certificate) -> list[Rendition]:
    """All files of a certificate without their bytes, the original first."""
    found = session.scalars(select(Rendition).where(Rendition.certificate_id == certificate.id)).all()
    return sorted(found, key=lambda one: rank(one.kind))


def newest(session: Session, certificate: Certificate) -> Rendition | None:
    """The file to hand out."""
    found = of_certificate(session, certificate)
    return found[-1] if found else None


def store(
    session: Session,
    certificate: uuid.UUID,
    kind: str,
    content: bytes,
    *,
    digest: str,
    signer: str,
    now: datetime,
) -> Rendition:
    """Keep one more file of a certificate. The certificate has one of each kind."""
    made = Rendition(
        certificate_id=certificate,
        kind=kind,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        digest=digest,
        signer=signer,
        at=now,
    )
    session.add(made)
    return made


def has_kind(kind: str) -> ColumnElement[bool]:
    """Whether the certificate of a rendition has one of this kind too."""
    other = aliased(Rendition)
    return exists().where(other.certificate_id == Rendition.certificate_id, other.kind == kind)


def _failures() -> ColumnElement[int]:
    return (
        select(func.count())
        .where(TimestampRequest.certificate_id == Rendition.certificate_id, TimestampRequest.answer != "")
        .scalar_subquery()
    )


def untimestamped(session: Session, *, limit: int) -> Sequence[uuid.UUID]:
    """Certificates that wait for a timestamp, those that failed least and then the oldest first."""
    return session.scalars(
        select(Rendition.certificate_id)
        .where(Rendition.kind == "original", ~has_kind("timestamped"))
        .order_by(_failures(), Rendition.at, Rendition.id)
        .limit(limit)
    ).all()


def waiting_count(session: Session) -> tuple[int, datetime | None]:
    """How many certificates wait for a timestamp, and since when the one that waits longest."""
    row = session.execute(
        select(func.count(), func.min(Rendition.at)).where(
            Rendition.kind == "original", ~has_kind("timestamped")
        )
    ).one()
    return row[0], row[1]


def waiting(session: Session, certificate: Certificate) -> Waiting | None:
    """What the certificate's page says while it waits; ``None`` where nothing is to be waited for."""
    kinds = {one.kind: one for one in of_certificate(session, certificate)}
    if not authorities.configured() or "original" not in kinds or "timestamped" in kinds:
        return None
    asked = session.scalars(
        select(TimestampRequest)
        .where(TimestampRequest.certificate_id == certificate.id, TimestampRequest.answer != "")
        .order_by(TimestampRequest.id.desc())
    ).all()
    return Waiting(kinds["original"].at, len(asked), (asked[0].answer or "") if asked else "")


def ready(session: Session, asked: Sequence[Authority]) -> list[Authority]:
    """Those that may be asked now, in order."""
    now = clock.now()
    return [one for one in asked if authorities.standing(session, one, now=now).ready_at is None]


def timestamp(
    session: Session, certificate_id: uuid.UUID, asked: Sequence[Authority], *, post: authorities.Post
) -> bool:
    """Ask for one certificate's timestamp until an authority gives it; whether one did.

    Commits before each question, so that no lock is held meanwhile and no limit forgotten.
    """
    original = session.scalars(
        select(Rendition).where(Rendition.certificate_id == certificate_id, Rendition.kind == "original")
    ).one()
    content, digest, signer = original.content, original.digest, original.signer
    roots = authorities.roots()
    for authority in asked:
        question_id = new_id()
        session.add(
            TimestampRequest(
                id=question_id, certificate_id=certificate_id, authority=authority.address, at=clock.now()
            )
        )
        session.commit()
        try:
            made, _stamp = add_timestamp(content, authorities=[authority.address], post=post, roots=roots)
            problem = "" if signed_digest(made) == digest else "another identity"
        except (TimestampError, CMSError) as refusal:
            problem = str(refusal)
        session.get_one(TimestampRequest, question_id).answer = problem[:400]
        if not problem and not _stored(session, certificate_id, "timestamped"):
            store(session, certificate_id, "timestamped", made, digest=digest, signer=signer, now=clock.now())
        session.commit()
        if not problem:
            return True
        log.warning("no timestamp from %s: %s", authority.address, problem)
    return False


def _stored(session: Session, certificate_id: uuid.UUID, kind: str) -> bool:
    return (
        session.scalars(
            select(Rendition.id).where(Rendition.certificate_id == certificate_id, Rendition.kind == kind)
        ).first()
        is not None
    )


@jobs.job("timestamp-certificates", every_minutes=1)
def timestamp_certificates(run: jobs.Run) -> None:
    """Ask for as many timestamps as a round and the authorities' limits allow."""
    session, asked = run.session, authorities.configured()
    if not asked:
        return
    todo = untimestamped(session, limit=500)
    until = clock.now() + ROUND
    for position, certificate_id in enumerate(todo, start=1):
        answering = ready(session, asked)
        if not answering or clock.now() > until:
            break
        timestamp(session, certificate_id, answering, post=authorities.post)
        run.checkpoint(position, len(todo))
