"""The targets of forwarding as administrators keep them: made, changed, paused, replayed. Everything is audited."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from app import audit
from app.lrs import instants
from app.lrs.models import Statement
from app.lrs.query import HIGHEST
from app.xapi import addresses, sealing
from app.xapi.forwarding import wake
from app.xapi.models import ForwardTarget, Quarantined

VERSIONS = ("2.0.0", "1.0.3")


class TargetRefused(ValueError):
    """A target cannot be kept like this; ``field`` names what to correct, the message says how."""

    def __init__(self, field: str, said: str) -> None:
        super().__init__(said)
        self.field = field


def every(session: Session) -> Sequence[ForwardTarget]:
    """All targets that have not ended, by name."""
    rows = select(ForwardTarget).where(ForwardTarget.state != "ended")
    return session.scalars(rows.order_by(func.lower(ForwardTarget.name), ForwardTarget.id)).all()


def find(session: Session, id: uuid.UUID) -> ForwardTarget | None:
    """The target, unless it has ended."""
    found = session.get(ForwardTarget, id)
    return found if found is not None and found.state != "ended" else None


def quarantined(session: Session, target: ForwardTarget, *, limit: int = 200) -> Sequence[Quarantined]:
    """What waits for somebody to look, the earliest first."""
    rows = select(Quarantined).where(
        Quarantined.target_id == target.id, Quarantined.state.in_(("held", "again"))
    )
    return session.scalars(rows.order_by(Quarantined.position).limit(limit)).all()


def make(
    session: Session,
    *,
    name: str,
    endpoint: str,
    version: str,
    user: str,
    password: str,
    organisations: Iterable[uuid.UUID],
    verbs: Iterable[str] = (),
    activities: Iterable[str] = (),
    since: datetime | None = None,
    by: uuid.UUID | None,
    now: datetime,
) -> ForwardTarget:
    """A new target. It gets what is stored from now on, or from ``since`` on. Raises :class:`TargetRefused`."""
    if not user or not password:
        raise TargetRefused("password", _("Write the key and the secret that the other store has given you."))
    target = ForwardTarget(created_at=now, created_by=by, state="active", sealed=b"")
    _fill(target, name, endpoint, version, organisations, verbs, activities)
    target.sealed = sealing.seal(user, password, keys=[current_app.config["SECRET_KEY"]])
    target.committed, target.position = before(session, since) if since is not None else end(session)
    session.add(target)
    session.flush()
    _note(session, "record.forward_made", target, by=by, now=now, endpoint=target.endpoint)
    wake(session, target=target.id, by=by, now=now)
    return target


def change(
    session: Session,
    target: ForwardTarget,
    *,
    name: str,
    endpoint: str,
    version: str,
    user: str = "",
    password: str = "",
    organisations: Iterable[uuid.UUID],
    verbs: Iterable[str] = (),
    activities: Iterable[str] = (),
    by: uuid.UUID | None,
    now: datetime,
) -> None:
    """Change a target; empty credentials leave those it has, as long as the host stays the same."""
    before_, host = target.endpoint, urlsplit(target.endpoint)[:2]
    _fill(target, name, endpoint, version, organisations, verbs, activities)
    if user and password:
        target.sealed = sealing.seal(user, password, keys=[current_app.config["SECRET_KEY"]])
    elif user or password:
        raise TargetRefused(
            "password", _("Write both the key and the secret, or neither to keep those there are.")
        )
    elif urlsplit(target.endpoint)[:2] != host:
        # Otherwise whoever may change an address could have the credentials sent to their own.
        raise TargetRefused("password", _("The host is another one: write its key and secret too."))
    _touch(target)
    target.retry_at, target.failures, target.trouble = None, 0, ""
    _note(
        session,
        "record.forward_changed",
        target,
        by=by,
        now=now,
        was=before_,
        endpoint=target.endpoint,
        credentials=bool(user),
    )
    wake(session, target=target.id, by=by, now=now)


def _fill(
    target: ForwardTarget,
    name: str,
    endpoint: str,
    version: str,
    organisations: Iterable[uuid.UUID],
    verbs: Iterable[str],
    activities: Iterable[str],
) -> None:
    target.name = " ".join(name.split())[:120]
    if not target.name:
        raise TargetRefused("name", _("Write a name for the store."))
    try:
        target.endpoint = addresses.checked(endpoint)
        _literal(target.endpoint)
    except addresses.AddressRefused:
        said = _(
            "Write the store's xAPI endpoint: a public address that begins with https://, without a query."
        )
        raise TargetRefused("endpoint", said) from None
    if version not in VERSIONS:
        raise TargetRefused("version", _("Choose one of the versions."))
    target.version = version
    target.organisations = sorted({str(one) for one in organisations})
    if not target.organisations:
        said = _("Choose the organisations whose statements are forwarded, at least one.")
        raise TargetRefused("organisations", said)
    target.verbs, target.activities = _listed("verbs", verbs), _listed("activities", activities)


def _literal(endpoint: str) -> None:
    """An address in numbers can be judged at once; a name is judged at every connection."""
    try:
        ip_address(urlsplit(endpoint).hostname or "")
    except ValueError:
        return
    addresses.route(endpoint, allowed=addresses.networks(current_app.config["FORWARD_PRIVATE"]))


def _listed(field: str, iris: Iterable[str]) -> list[str]:
    found = sorted({one.strip() for one in iris if one.strip()})
    for one in found:
        scheme, colon, rest = one.partition(":")
        if not colon or not scheme.isalnum() or not rest or any(c.isspace() for c in one):
            raise TargetRefused(field, _("%(iri)s is not an IRI. Write one on each line.", iri=one[:100]))
    return found


def _touch(target: ForwardTarget) -> None:
    """Let a run under way notice."""
    target.round += 1


def _note(
    session: Session,
    action: str,
    target: ForwardTarget,
    *,
    by: uuid.UUID | None,
    now: datetime,
    **details: Any,
) -> None:
    audit.record(session, action, by=by, now=now, subject=target, target=target.name, **details)


def pause(session: Session, target: ForwardTarget, *, by: uuid.UUID | None, now: datetime) -> None:
    """Send nothing until it is resumed; what is stored meanwhile waits."""
    if target.state == "active":
        target.state = "paused"
        _touch(target)
        _note(session, "record.forward_paused", target, by=by, now=now)


def resume(session: Session, target: ForwardTarget, *, by: uuid.UUID | None, now: datetime) -> None:
    """Go on where the cursor stands, at once."""
    if target.state == "paused":
        target.state = "active"
        _note(session, "record.forward_resumed", target, by=by, now=now)
    retry_now(session, target, by=by, now=now)


def retry_now(session: Session, target: ForwardTarget, *, by: uuid.UUID | None, now: datetime) -> None:
    """Do not wait for the next try."""
    target.retry_at, target.failures, target.trouble = None, 0, ""
    _touch(target)
    wake(session, target=target.id, by=by, now=now)


def end_target(session: Session, target: ForwardTarget, *, by: uuid.UUID | None, now: datetime) -> None:
    """Send nothing more and forget the credentials. What was delivered stays there."""
    target.state, target.sealed = "ended", b""
    _touch(target)
    _note(session, "record.forward_ended", target, by=by, now=now)


def replay(
    session: Session, target: ForwardTarget, *, since: datetime, by: uuid.UUID | None, now: datetime
) -> None:
    """Go through everything stored from ``since`` on once more. What is there already is recognised by its id."""
    start = before(session, since)
    # A replay never skips: a point behind the cursor is no reason to leave out what still waits.
    target.committed, target.position = min(start, (target.committed, target.position))
    _note(session, "record.forward_replayed", target, by=by, now=now, since=since.isoformat())
    retry_now(session, target, by=by, now=now)


def send_again(
    session: Session,
    target: ForwardTarget,
    *,
    ids: Iterable[uuid.UUID] | None = None,
    by: uuid.UUID | None,
    now: datetime,
) -> int:
    """Send quarantined statements again: all, or the rows ``ids``. How many."""
    return _move(session, target, "again", "record.forward_retried", ids, by=by, now=now)


def dismiss(
    session: Session, target: ForwardTarget, *, ids: Iterable[uuid.UUID], by: uuid.UUID | None, now: datetime
) -> int:
    """Take quarantined statements off the list without sending them. How many."""
    return _move(session, target, "dismissed", "record.forward_dismissed", ids, by=by, now=now)


def _move(
    session: Session,
    target: ForwardTarget,
    state: str,
    action: str,
    ids: Iterable[uuid.UUID] | None,
    *,
    by: uuid.UUID | None,
    now: datetime,
) -> int:
    held = (Quarantined.target_id == target.id, Quarantined.state.in_(("held", "again")))
    some = held if ids is None else (*held, Quarantined.id.in_(list(ids)))
    moved = (
        update(Quarantined).where(*some).values(state=state, settled_at=now if state == "dismissed" else None)
    )
    count: int = session.execute(moved).rowcount  # type: ignore[attr-defined]
    if count:
        _note(session, action, target, by=by, now=now, statements=count)
        if state == "again":
            retry_now(session, target, by=by, now=now)
    return count


def end(session: Session) -> tuple[int, int]:
    """The cursor behind everything that is committed."""
    if session.get_bind().dialect.name == "postgresql":
        oldest = session.scalar(text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"))
        return int(oldest or 1) - 1, HIGHEST
    return session.scalar(select(func.max(Statement.committed))) or 0, HIGHEST


def before(session: Session, since: datetime) -> tuple[int, int]:
    """A cursor before every statement stored from ``since`` on.

    Commits follow the time of storing closely, but not exactly: the earliest commit among the first thousand counts.
    """
    first = select(Statement.committed).where(Statement.position >= instants.first_position(since))
    some = first.order_by(Statement.position).limit(1000).subquery()
    earliest = session.scalar(select(func.min(some.c.committed)))
    return (earliest - 1, HIGHEST) if earliest is not None else end(session)
