"""Who did what: an append-only log, hash-chained by one background linker in commit order.

Writers only insert an :class:`AuditEvent`; they never wait for a hash. The linker gives every committed event
the next position and a digest over the one before it, so that a removed, changed or reordered event shows.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Index, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Identified, Model, insert_all

GENESIS = "0" * 64
_PLAIN = (str, int, type(None))
"""What is JSON as it stands."""

Entry = dict[str, Any]
"""The columns of an :class:`AuditEvent` without its id."""
RECHAINED = "person.erased"


class AuditEvent(Identified, Model):
    """``actor_id`` did ``action`` to ``subject``. Details hold no personal data beyond ids."""

    __tablename__ = "audit_events"
    __table_args__ = (
        Index("ix_audit_events_actor", "actor_id", "id"),
        Index("ix_audit_events_person", "person_id", "id"),
        Index("ix_audit_events_subject", "subject_id", "id"),
        {"info": {"append_only": True}},
    )
    at: Mapped[datetime]
    actor_id: Mapped[uuid.UUID | None]
    action: Mapped[str]
    subject_type: Mapped[str]
    subject_id: Mapped[uuid.UUID | None]
    person_id: Mapped[uuid.UUID | None]
    organisation_id: Mapped[uuid.UUID | None]
    details: Mapped[dict[str, Any]]


class AuditLink(Model):
    """An audit event's place in the chain."""

    __tablename__ = "audit_links"
    __table_args__ = ({"info": {"append_only": True}},)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    event_id: Mapped[uuid.UUID] = mapped_column(unique=True)
    digest: Mapped[str]


@dataclass(frozen=True)
class Broken:
    """Where the chain does not hold: the position and what was found."""

    position: int
    reason: str


def record(
    session: Session,
    action: str,
    *,
    by: uuid.UUID | None,
    now: datetime,
    subject: Any = None,
    person: uuid.UUID | None = None,
    organisation: uuid.UUID | None = None,
    **details: Any,
) -> AuditEvent:
    """Note that ``by`` did ``action`` (a dotted word such as ``hours.signed``) to ``subject`` (a model or None).

    ``person`` is whom it concerns: it then shows on that person's own activity page.
    """
    event = AuditEvent(
        **entry(action, by=by, now=now, subject=subject, person=person, organisation=organisation, **details)
    )
    session.add(event)
    return event


def record_all(session: Session, entries: Iterable[Entry]) -> None:
    """As :func:`record` for each :func:`entry`, written at once: for what happens to hundreds together."""
    insert_all(session, AuditEvent, list(entries))


def entry(
    action: str,
    *,
    by: uuid.UUID | None,
    now: datetime,
    subject: Any = None,
    person: uuid.UUID | None = None,
    organisation: uuid.UUID | None = None,
    **details: Any,
) -> Entry:
    """What :func:`record` notes."""
    return {
        "at": now,
        "actor_id": by,
        "action": action,
        "subject_type": getattr(subject, "__tablename__", ""),
        "subject_id": getattr(subject, "id", None),
        "person_id": person,
        "organisation_id": organisation,
        "details": {
            name: said if isinstance(said, _PLAIN) else _plain(said) for name, said in details.items()
        },
    }


def _plain(said: Any) -> Any:
    return json.loads(json.dumps(said, default=str))


def _digest(before: str, event: AuditEvent) -> str:
    said = {
        "id": str(event.id),
        "at": event.at.isoformat(),
        "actor": str(event.actor_id),
        "action": event.action,
        "subject": [event.subject_type, str(event.subject_id)],
        "person": str(event.person_id),
        "organisation": str(event.organisation_id),
        "details": event.details,
    }
    return hashlib.sha256((before + json.dumps(said, sort_keys=True)).encode()).hexdigest()


def link(session: Session, *, limit: int = 1000) -> int:
    """Append up to ``limit`` committed events to the chain; the number appended. One caller at a time."""
    last = session.scalars(select(AuditLink).order_by(AuditLink.position.desc()).limit(1)).first()
    position, digest = (last.position, last.digest) if last else (0, GENESIS)
    linked = select(AuditLink.event_id).where(AuditLink.event_id == AuditEvent.id).exists()
    waiting = session.scalars(select(AuditEvent).where(~linked).order_by(AuditEvent.id).limit(limit)).all()
    for event in waiting:
        position, digest = position + 1, _digest(digest, event)
        session.add(AuditLink(position=position, event_id=event.id, digest=digest))
    return len(waiting)


@dataclass(frozen=True)
class Head:
    """How long the chain was and what its last digest said, kept outside the database. ``whole``: its seal fits."""

    position: int
    digest: str
    whole: bool = True


def head_file(config: Mapping[str, Any]) -> Path:
    """Where this instance keeps its heads."""
    return Path(config["INSTANCE"]) / "audit-heads.jsonl"


def _seal(position: int, digest: str, key: str) -> str:
    return hmac.new(key.encode(), f"audit head {position} {digest}".encode(), hashlib.sha256).hexdigest()


def keep_head(session: Session, file: Path, *, key: str) -> bool:
    """Append the chain's head to ``file``, sealed with ``key``, unless it stands there; whether it was new.

    Whoever can cut off the chain in the database cannot do so without this file telling; copy it elsewhere.
    """
    last = session.scalars(select(AuditLink).order_by(AuditLink.position.desc()).limit(1)).first()
    kept = kept_heads(file, key=key)
    if last is None or (kept and kept[-1].position >= last.position):
        return False
    seal = _seal(last.position, last.digest, key)
    with file.open("a") as opened:
        opened.write(json.dumps({"position": last.position, "digest": last.digest, "seal": seal}) + "\n")
    return True


def kept_heads(file: Path, *, key: str) -> list[Head]:
    """The heads that were kept in ``file``, oldest first."""
    if not file.exists():
        return []
    said = [json.loads(line) for line in file.read_text().splitlines() if line]
    return [
        Head(one["position"], one["digest"], _seal(one["position"], one["digest"], key) == one["seal"])
        for one in said
    ]


def check(session: Session, heads: Sequence[Head] = ()) -> Iterator[Broken]:
    """Every place where the chain does not hold, by itself and beside heads kept elsewhere; nothing when it is whole.

    A head from before an erasure says another digest where the chain had to be worked out anew; that is excused by
    the erasure's own entry (``rechained_from`` among its details).
    """
    yield from _check_links(session)
    rechained = select(AuditEvent).where(AuditEvent.action == RECHAINED)
    firsts = [event.details.get("rechained_from") for event in session.scalars(rechained)]
    for head in heads:
        link_ = session.get(AuditLink, head.position)
        if not head.whole:
            yield Broken(head.position, "a head kept elsewhere was changed")
        elif link_ is None:
            yield Broken(head.position, "the chain ends before a head kept elsewhere")
        elif link_.digest != head.digest and not any(one and one <= head.position for one in firsts):
            yield Broken(head.position, "a head kept elsewhere says something else")


def _check_links(session: Session) -> Iterator[Broken]:
    before, expected = GENESIS, 1
    rows = select(AuditLink, AuditEvent).outerjoin(AuditEvent, AuditEvent.id == AuditLink.event_id)
    for link_, event in session.execute(rows.order_by(AuditLink.position)).yield_per(500):
        if link_.position != expected:
            yield Broken(expected, "a position is missing")
            expected = link_.position
        if event is None:
            yield Broken(link_.position, "the event is gone")
        elif _digest(before, event) != link_.digest:
            yield Broken(link_.position, "the event or its place was changed")
        before, expected = link_.digest, expected + 1


def chain_again(session: Session, event_ids: set[uuid.UUID]) -> tuple[int, str] | None:
    """Recompute the chain from the first of these events on, after an erasure has taken personal data out of them.

    The position and digest that stood there before, to be recorded; None where none of them was linked yet.
    """
    first = session.scalar(select(func.min(AuditLink.position)).where(AuditLink.event_id.in_(event_ids)))
    if first is None:
        return None
    before = session.get(AuditLink, first - 1)
    digest, found = before.digest if before else GENESIS, session.get_one(AuditLink, first).digest
    rows = select(AuditLink, AuditEvent).join(AuditEvent, AuditEvent.id == AuditLink.event_id)
    for link_, event in session.execute(rows.where(AuditLink.position >= first).order_by(AuditLink.position)):
        link_.digest = digest = _digest(digest, event)
    return first, found
