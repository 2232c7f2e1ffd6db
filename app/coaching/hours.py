"""What the coach does: log, accept a correction, withdraw, void and replace."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import audit
from app.accounts.errors import Refused
from app.accounts.models import Person
from app.coaching import letters, signing
from app.coaching.figures import Figures, check, demand_free, figures_of, lock_people
from app.coaching.models import ABOUT_LIMIT, REASON_LIMIT, Hours
from app.db import new_id
from app.events import EvidenceVoided
from app.ledger import service as ledger
from app.ledger.statements import statement_id

AUDITED_PERCENT = 10
#: States whose row may be followed by a new one that replaces it.
REPLACEABLE = ("refused", "withdrawn", "voided")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What the coach writes down. ``form_token`` names the form that was filled in, ``replaces`` an earlier row."""

    figures: Figures
    client: uuid.UUID
    contact_name: str
    contact_email: str
    about: str
    form_token: str
    contact_language: str = "sv"
    replaces: uuid.UUID | None = None


def drawn(hours_id: uuid.UUID) -> bool:
    """Whether the row is drawn for an audit: one in ten, decided by a digest of its id."""
    number = int.from_bytes(hashlib.sha256(hours_id.bytes).digest()[:8], "big")
    return number % 100 < AUDITED_PERCENT


def of_form(session: Session, person: uuid.UUID, form_token: str) -> Hours | None:
    """The row that this form has already made, or None."""
    return session.scalars(
        select(Hours).where(Hours.person_id == person, Hours.form_token == form_token)
    ).first()


def load_hours(session: Session, hours_id: uuid.UUID, *, person: uuid.UUID) -> Hours | None:
    """The row, if it is the person's own."""
    found = session.get(Hours, hours_id)
    return found if found is not None and found.person_id == person else None


def log(session: Session, entry: Entry, *, by: uuid.UUID, now: datetime) -> Hours:
    """Log hours, which is the coach's signature, and ask the client for theirs. The same form twice is one row.

    Raises :class:`Refused`: ``minutes``, ``group_size``, ``future``, ``unfinished``, ``old``, ``overlap``,
    ``contact_name``, ``email``, ``own``, ``about`` or ``replaces``.
    """
    lock_people(session, by)
    if (first := of_form(session, by, entry.form_token)) is not None:
        return first
    coach = session.get_one(Person, by)
    check(entry.figures, now=now)
    name, email = signing.checked_contact(session, coach, name=entry.contact_name, email=entry.contact_email)
    about = entry.about.strip()
    if not about or len(about) > ABOUT_LIMIT:
        raise Refused(
            "about", _l("Write what it was about, in at most %(most)s characters.", most=ABOUT_LIMIT)
        )
    if entry.replaces is not None:
        _demand_replaceable(session, entry.replaces, by)
    demand_free(session, by, entry.figures.starts, entry.figures.ends, now=now)
    row = _row(
        entry.figures,
        now=now,
        person_id=by,
        client_id=entry.client,
        provider_id=coach.organisation_id,
        about=about,
        contact_name=name,
        contact_email=email,
        contact_language=entry.contact_language,
        form_token=entry.form_token,
        replaces_id=entry.replaces,
    )
    session.add(row)
    session.flush()
    _note(session, "hours.logged", row, by=by, now=now)
    signing.send_link(session, row, "request", by=by, now=now)
    return row


def _row(figures: Figures, *, now: datetime, **more: object) -> Hours:
    made = new_id()
    return Hours(
        id=made,
        starts=figures.starts,
        ends=figures.ends,
        minutes=figures.minutes,
        paid=figures.paid,
        group_size=figures.group_size,
        audit_drawn=drawn(made),
        created_at=now,
        asked_at=now,
        **more,
    )


def _demand_replaceable(session: Session, hours_id: uuid.UUID, person: uuid.UUID) -> None:
    found = load_hours(session, hours_id, person=person)
    if found is None or found.state not in REPLACEABLE:
        raise Refused(
            "replaces", _l("The row that this was to replace still stands. Void or withdraw it first.")
        )


def _note(session: Session, action: str, row: Hours, *, by: uuid.UUID, now: datetime) -> None:
    audit.record(
        session, action, by=by, now=now, subject=row, person=row.person_id, organisation=row.client_id
    )


def accept(session: Session, row: Hours, *, by: uuid.UUID, now: datetime) -> Hours:
    """Take the client's figures: a new row, signed by both, replaces the first. Twice is once.

    Raises :class:`Refused`: ``state`` where nothing is proposed any more, or ``overlap``.
    """
    lock_people(session, by)
    row = signing.lock(session, row)
    token = f"accepted {row.id}"
    if (first := of_form(session, by, token)) is not None:
        return first
    answer = signing.answer_of(session, row)
    if row.state != "corrected" or answer is None:
        raise Refused("state", _l("There is no correction to accept any more."))
    figures = figures_of(answer)
    demand_free(session, by, figures.starts, figures.ends, now=now, besides=row.id)
    row.state, row.closed_at = "replaced", now
    signed = _row(
        figures,
        now=now,
        person_id=row.person_id,
        client_id=row.client_id,
        provider_id=row.provider_id,
        about=row.about,
        contact_name=answer.name,
        contact_email=answer.email,
        contact_language=row.contact_language,
        form_token=token,
        replaces_id=row.id,
        state="signed",
        signed_at=now,
        signer_id=row.signer_id,
    )
    session.add(signed)
    session.flush()
    _note(session, "hours.accepted", signed, by=by, now=now)
    signing.count(session, signed, by=by, now=now)
    letters.to_client(session, "hours_accepted", signed, now=now)
    return signed


def withdraw(session: Session, row: Hours, *, by: uuid.UUID, now: datetime) -> None:
    """Take back a row that has not been signed. Raises :class:`Refused` ``state`` for any other."""
    row = signing.lock(session, row)
    if row.state == "withdrawn":
        return
    if row.state not in ("waiting", "corrected", "refused"):
        raise Refused("state", _l("The client has signed, so the row can only be voided."))
    row.state, row.closed_at = "withdrawn", now
    session.flush()
    _note(session, "hours.withdrawn", row, by=by, now=now)


def void(session: Session, row: Hours, *, reason: str, by: uuid.UUID, now: datetime) -> None:
    """Take signed hours back: they no longer count, and the row stays. Twice is once.

    Raises :class:`Refused`: ``reason`` or ``state``.
    """
    row = signing.lock(session, row)
    if row.state == "voided":
        return
    if row.state != "signed":
        raise Refused("state", _l("Only signed hours are voided. Withdraw the row instead."))
    row.close_reason = checked_reason(reason)
    row.state, row.closed_at = "voided", now
    session.flush()
    _note(session, "hours.voided", row, by=by, now=now)
    take_back(session, row.id, "coach", person=row.person_id, reason="voided by the coach", by=by, now=now)


def checked_reason(reason: str) -> str:
    """The reason as it will be kept. Raises :class:`Refused` ``reason``."""
    reason = reason.strip()
    if not reason or len(reason) > REASON_LIMIT:
        raise Refused("reason", _l("Write why, in at most %(most)s characters.", most=REASON_LIMIT))
    return reason


def take_back(
    session: Session,
    event: uuid.UUID,
    role: str,
    *,
    person: uuid.UUID,
    reason: str,
    by: uuid.UUID,
    now: datetime,
) -> None:
    """Void what the event with this id said of ``person``; what people wrote as a reason stays out of it."""
    ledger.record(
        session,
        EvidenceVoided(
            id=uuid.uuid5(event, f"voided/{role}"),
            person=person,
            at=now,
            statement=statement_id(event, role),
            reason=reason,
        ),
        by=by,
        now=now,
    )
