"""Mentor coaching: one of the two logs it, the other one confirms it, then it counts for both."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app import audit
from app.accounts import service as accounts
from app.accounts.errors import Refused
from app.accounts.models import Person
from app.clock import local_date
from app.coaching import letters
from app.coaching.figures import Figures, check, demand_free, lock_people
from app.coaching.hours import checked_reason, take_back
from app.coaching.models import Mentoring
from app.events import MentoringHeld
from app.learners import service as learners
from app.ledger import service as ledger
from app.organisations import service as organisations
from app.schemes import service as schemes
from app.ui import formatting

MENTORING = "coach"
"""The role that comes with the certificates whose holders may mentor."""
MOST_LISTED = 200


def may_mentor(session: Session, person: uuid.UUID, *, on: date, known_at: datetime) -> bool:
    """Whether the person's certificate as a coach or lead trainer is active on that day."""
    owner = organisations.scheme_owner(session).id
    return any(
        learners.holds(session, owner=owner, person=person, scheme=scheme, on=on, known_at=known_at)
        for scheme in schemes.granting(session, MENTORING)
    )


def _demand_mentor(session: Session, mentor: Person, starts: datetime, *, now: datetime) -> None:
    on = local_date(starts)
    if not may_mentor(session, mentor.id, on=on, known_at=now):
        raise Refused(
            "mentor",
            _l(
                "%(name)s had no valid certificate as a coach or lead trainer on %(day)s, so it cannot count "
                "as mentor coaching. Check the day.",
                name=mentor.name,
                day=formatting.day(on),
            ),
        )


def _demand_time(session: Session, row: Mentoring, *, by: uuid.UUID, now: datetime) -> None:
    lock_people(session, row.mentor_id, row.mentee_id)
    for person in (row.mentor_id, row.mentee_id):
        demand_free(
            session,
            person,
            row.starts,
            row.ends,
            now=now,
            besides=row.id,
            group_of=None if row.one_to_one else row.mentor_id,
            theirs="" if person == by else session.get_one(Person, person).name,
        )


def log(
    session: Session,
    figures: Figures,
    *,
    other_email: str,
    as_mentor: bool,
    one_to_one: bool,
    form_token: str,
    by: uuid.UUID,
    now: datetime,
) -> Mentoring:
    """Log mentor coaching with the person at ``other_email``, who is asked to confirm. One form, one row.

    Raises :class:`Refused`: ``unknown``, ``oneself``, ``mentor``, ``overlap``, or as ``figures.check`` does.
    """
    lock_people(session, by)
    same = select(Mentoring).where(Mentoring.logged_by == by, Mentoring.form_token == form_token)
    if (first := session.scalars(same).first()) is not None:
        return first
    check(figures, now=now)
    other = accounts.find_person(session, other_email)
    if other is None or other.closed_at is not None:
        raise Refused(
            "unknown",
            _l("Nobody here has that address. You both need an account: ask for the right address."),
        )
    if other.id == by:
        raise Refused("oneself", _l("That is your own address. Write the other person's."))
    mentor, mentee = (
        (session.get_one(Person, by), other) if as_mentor else (other, session.get_one(Person, by))
    )
    _demand_mentor(session, mentor, figures.starts, now=now)
    row = Mentoring(
        mentor_id=mentor.id,
        mentee_id=mentee.id,
        logged_by=by,
        starts=figures.starts,
        ends=figures.ends,
        minutes=figures.minutes,
        one_to_one=one_to_one,
        form_token=form_token,
        created_at=now,
    )
    _demand_time(session, row, by=by, now=now)
    session.add(row)
    session.flush()
    _note(session, "mentoring.logged", row, by=by, now=now)
    letters.ask_other(session, row, now=now)
    return row


def _note(session: Session, action: str, row: Mentoring, *, by: uuid.UUID, now: datetime) -> None:
    audit.record(session, action, by=by, now=now, subject=row, person=row.mentee_id)


def _lock(session: Session, row: Mentoring) -> Mentoring:
    return session.scalars(
        select(Mentoring)
        .where(Mentoring.id == row.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def load_mentoring(session: Session, mentoring_id: uuid.UUID, *, person: uuid.UUID) -> Mentoring | None:
    """The mentor coaching, if the person is one of the two."""
    found = session.get(Mentoring, mentoring_id)
    return found if found is not None and person in (found.mentor_id, found.mentee_id) else None


def _answering(session: Session, row: Mentoring, by: uuid.UUID) -> Mentoring:
    row = _lock(session, row)
    if by != row.other(row.logged_by):
        raise Refused("oneself", _l("The other person confirms what you have logged."))
    if row.state != "waiting":
        raise Refused("answered", _l("This mentor coaching has already been answered."))
    return row


def confirm(session: Session, row: Mentoring, *, by: uuid.UUID, now: datetime) -> None:
    """The other one agrees; it counts for both. Raises :class:`Refused`: ``oneself``, ``answered``, ``mentor``."""
    row = _answering(session, row, by)
    _demand_mentor(session, session.get_one(Person, row.mentor_id), row.starts, now=now)
    row.state, row.answered_by, row.answered_at = "confirmed", by, now
    session.flush()
    _note(session, "mentoring.confirmed", row, by=by, now=now)
    ledger.record(
        session,
        MentoringHeld(
            id=row.id,
            person=row.mentee_id,
            at=row.starts,
            mentoring=row.id,
            mentor=row.mentor_id,
            minutes=row.minutes,
            one_to_one=row.one_to_one,
        ),
        by=by,
        now=now,
    )


def decline(session: Session, row: Mentoring, *, reason: str, by: uuid.UUID, now: datetime) -> None:
    """The other one says that it was not so. Raises :class:`Refused`: ``oneself``, ``answered`` or ``reason``."""
    row = _answering(session, row, by)
    row.close_reason = checked_reason(reason)
    row.state, row.answered_by, row.answered_at, row.closed_at = "declined", by, now, now
    session.flush()
    _note(session, "mentoring.declined", row, by=by, now=now)


def withdraw(session: Session, row: Mentoring, *, by: uuid.UUID, now: datetime) -> None:
    """Whoever logged it takes it back before it is confirmed. Raises :class:`Refused` ``state``."""
    row = _lock(session, row)
    if row.state == "withdrawn":
        return
    if row.state != "waiting" or by != row.logged_by:
        raise Refused("state", _l("It has been answered, so it cannot be withdrawn."))
    row.state, row.closed_at = "withdrawn", now
    session.flush()
    _note(session, "mentoring.withdrawn", row, by=by, now=now)


def void(session: Session, row: Mentoring, *, reason: str, by: uuid.UUID, now: datetime) -> None:
    """Either of the two takes confirmed mentor coaching back, for both. Raises :class:`Refused`."""
    row = _lock(session, row)
    if row.state == "voided":
        return
    if row.state != "confirmed":
        raise Refused("state", _l("Only confirmed mentor coaching is voided."))
    row.close_reason = checked_reason(reason)
    row.state, row.closed_at = "voided", now
    session.flush()
    _note(session, "mentoring.voided", row, by=by, now=now)
    for role, person in (("mentee", row.mentee_id), ("mentor", row.mentor_id)):
        take_back(session, row.id, role, person=person, reason="voided by one of the two", by=by, now=now)


def of_person(session: Session, person: uuid.UUID, *, state: str | None = None) -> Sequence[Mentoring]:
    """Mentor coaching that the person took part in, the newest first."""
    wanted = select(Mentoring).where(or_(Mentoring.mentor_id == person, Mentoring.mentee_id == person))
    if state:
        wanted = wanted.where(Mentoring.state == state)
    return session.scalars(
        wanted.order_by(Mentoring.starts.desc(), Mentoring.id.desc()).limit(MOST_LISTED)
    ).all()


def mentoring_to_confirm(session: Session, person: uuid.UUID) -> list[Mentoring]:
    """What somebody else logged and the person has to confirm, the oldest first."""
    waiting = of_person(session, person, state="waiting")
    return [one for one in reversed(waiting) if one.logged_by != person]
