"""People and the roles they hold: who may hand out which role, where, and for how long.

``by`` is the id of the person who acts; None is the service itself, while it is set up.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from zoneinfo import available_timezones

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import BindParameter, Date, bindparam, func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from app import audit
from app.access import Held
from app.accounts.errors import Refused
from app.accounts.models import Grant, Person, SignIn, normal_email
from app.accounts.roles import MAY_GRANT, OF_NO_SCHEME, ROLES
from app.clock import local_date

NAME_LIMIT = 200


# ---- people ---------------------------------------------------------------------------------------


def load_person(session: Session, person_id: uuid.UUID | None) -> Person | None:
    """The person with this id, closed accounts included, or None."""
    return session.get(Person, person_id) if person_id else None


def load_people(session: Session, ids: Iterable[uuid.UUID | None]) -> dict[uuid.UUID, Person]:
    """Several people in one query, by id."""
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    return {person.id: person for person in session.scalars(select(Person).where(Person.id.in_(wanted)))}


def find_person(session: Session, email: str) -> Person | None:
    """The person with this address, whatever its capitals, or None."""
    return session.scalars(select(Person).where(Person.email == normal_email(email))).first()


def checked_name(name: str) -> str:
    """A name as it will be kept: one line, trimmed, any script. Raises :class:`Refused`."""
    name = " ".join(name.split())
    if not name:
        raise Refused("name-missing", _l("Write a name."))
    if len(name) > NAME_LIMIT:
        raise Refused("name-long", _l("The name is longer than 200 characters. Shorten it."))
    if any(not letter.isprintable() for letter in name):
        raise Refused("name-unprintable", _l("The name holds signs that cannot be printed. Remove them."))
    return name


def create_person(
    session: Session,
    *,
    email: str,
    name: str,
    by: uuid.UUID | None,
    now: datetime,
    organisation: uuid.UUID | None = None,
    language: str = "sv",
    password_hash: str | None = None,
    demonstration: bool = False,
) -> Person:
    """A new account; its address is confirmed, since people come by invitation.

    Raises :class:`Refused` when the address is taken or the name cannot be kept.
    """
    if demonstration and current_app.config["MODE"] == "production":
        raise ValueError("demonstration accounts cannot exist in production")
    if find_person(session, email):
        raise Refused("email-taken", _l("There is already an account with that e-mail address."))
    person = Person(
        email=email,
        name=checked_name(name),
        language=language,
        organisation_id=organisation,
        password=password_hash,
        confirmed_at=now,
        created_at=now,
        demonstration=demonstration,
    )
    session.add(person)
    session.flush()
    audit.record(
        session,
        "account.created",
        by=by or person.id,
        now=now,
        subject=person,
        person=person.id,
        organisation=organisation,
    )
    return person


def people_of(
    session: Session,
    organisation: uuid.UUID | None = None,
    *,
    among: frozenset[uuid.UUID] | None = None,
    role: str | None = None,
    search: str = "",
    on: date | None = None,
    closed: bool = False,
    after: tuple[str, uuid.UUID] | None = None,
    limit: int | None = None,
) -> list[Person]:
    """People with an open account (or a ``closed`` one), by name: employed by or holding ``role`` in ``organisation``.

    ``among`` limits to several organisations (None: all), ``on`` is the day a role must hold, ``after`` the
    (name, id) of the last person on the page before.
    """
    here = (
        Person.closed_at.is_not(None) & Person.erased_at.is_(None) if closed else Person.closed_at.is_(None)
    )
    wanted = select(Person).where(here).order_by(Person.name, Person.id)
    scope = frozenset({organisation}) if organisation else among
    if role:
        holds = select(Grant.person_id).where(Grant.role == role, Grant.ended_at.is_(None))
        if on:
            holds = holds.where(Grant.starts <= on, or_(Grant.ends.is_(None), Grant.ends >= on))
        if scope is not None:
            holds = holds.where(Grant.organisation_id.in_(scope))
        wanted = wanted.where(Person.id.in_(holds))
    elif scope is not None:
        member = select(Grant.person_id).where(Grant.ended_at.is_(None), Grant.organisation_id.in_(scope))
        wanted = wanted.where(or_(Person.organisation_id.in_(scope), Person.id.in_(member)))
    for word in search.split():
        wanted = wanted.where(or_(_holds(Person.name, word), _holds(Person.email, word)))
    if after:
        wanted = wanted.where(or_(Person.name > after[0], (Person.name == after[0]) & (Person.id > after[1])))
    return list(session.scalars(wanted.limit(limit) if limit else wanted))


def _holds(column: Any, word: str) -> ColumnElement[bool]:
    # SQLite folds only A-Z, so the word is also tried as written and capitalised.
    return or_(*(column.icontains(form, autoescape=True) for form in {word, word.lower(), word.capitalize()}))


def change_profile(
    session: Session,
    person: Person,
    *,
    name: str,
    certificate_name: str | None,
    language: str,
    time_zone: str,
    by: uuid.UUID | None,
    now: datetime,
) -> Person:
    """Change how a person is called, spoken to and shown the time. Issued certificates keep their names."""
    if language not in ("sv", "en"):
        raise Refused("language", _l("Choose Swedish or English."))
    if time_zone not in available_timezones():
        raise Refused("time-zone", _l("Choose a time zone from the list."))
    shown = checked_name(certificate_name) if certificate_name and certificate_name.strip() else None
    changed = [
        field
        for field, value in (
            ("name", checked_name(name)),
            ("certificate_name", shown),
            ("language", language),
            ("time_zone", time_zone),
        )
        if getattr(person, field) != value
    ]
    person.name, person.certificate_name = checked_name(name), shown
    person.language, person.time_zone = language, time_zone
    if changed:
        audit.record(
            session, "account.changed", by=by, now=now, subject=person, person=person.id, fields=changed
        )
    return person


def close_account(session: Session, person: Person, *, by: uuid.UUID | None, now: datetime) -> None:
    """Nobody signs in to it again; its roles end, its history stays. The last administrator cannot leave."""
    if person.closed_at is not None:
        return
    for grant in active_grants(session, person.id, local_date(now)):
        end_grant(session, grant, by=by, now=now, reason="account closed")
    person.closed_at = now
    sign_out_everywhere(session, person, by=by, now=now)
    audit.record(session, "account.closed", by=by, now=now, subject=person, person=person.id)


def reopen_account(session: Session, person: Person, *, by: uuid.UUID, now: datetime) -> None:
    """Let the person sign in again. The roles that ended stay ended.

    Raises :class:`Refused`: ``oneself``, or ``erased`` where nobody stands behind the account any more.
    """
    if person.closed_at is None:
        return
    if by == person.id:
        raise Refused("oneself", _l("You cannot open your own account. Ask another administrator."))
    if person.erased_at is not None:
        raise Refused("erased", _l("The person has been erased, so the account cannot be opened again."))
    person.closed_at = None
    audit.record(session, "account.reopened", by=by, now=now, subject=person, person=person.id)


def sign_out_everywhere(
    session: Session, person: Person, *, by: uuid.UUID | None, now: datetime, besides: uuid.UUID | None = None
) -> int:
    """End every sign-in of the person (but ``besides``); how many ended."""
    ended = 0
    for sign_in in open_sign_ins(session, person.id):
        if sign_in.id != besides:
            sign_in.ended_at = now
            ended += 1
    audit.record(session, "account.signed_out_everywhere", by=by, now=now, subject=person, person=person.id)
    return ended


def open_sign_ins(session: Session, person_id: uuid.UUID) -> list[SignIn]:
    """Where the person is signed in now, newest first."""
    mine = select(SignIn).where(SignIn.person_id == person_id, SignIn.ended_at.is_(None))
    return list(session.scalars(mine.order_by(SignIn.id.desc())))


# ---- roles ----------------------------------------------------------------------------------------


def _holding(on: date | BindParameter[date]) -> ColumnElement[bool]:
    return Grant.ended_at.is_(None) & (Grant.starts <= on) & or_(Grant.ends.is_(None), Grant.ends >= on)


# Asked with every page, so it is put together once.
_HELD = (
    select(Grant.role, Grant.organisation_id, Grant.scheme)
    .where(Grant.person_id == bindparam("person"), _holding(bindparam("on", type_=Date)))
    .order_by(Grant.id)
)


def active_grants(session: Session, person_id: uuid.UUID, on: date) -> list[Grant]:
    """The grants that the person holds on the day ``on``, oldest first."""
    mine = select(Grant).where(Grant.person_id == person_id, _holding(on)).order_by(Grant.id)
    return list(session.scalars(mine))


def grants_of(session: Session, person_id: uuid.UUID) -> list[Grant]:
    """Every grant the person ever had, newest first."""
    return list(session.scalars(select(Grant).where(Grant.person_id == person_id).order_by(Grant.id.desc())))


def held_roles(session: Session, person_id: uuid.UUID, on: date) -> tuple[Held, ...]:
    """The person's roles as the gate reads them."""
    return tuple(Held(*row) for row in session.execute(_HELD, {"person": person_id, "on": on}))


def has_role(
    session: Session,
    person_id: uuid.UUID,
    role: str,
    on: date,
    *,
    organisation: uuid.UUID | None = None,
    scheme: str | None = None,
) -> bool:
    """Whether the person holds ``role`` that day, for the organisation and the scheme where named."""
    return any(
        one.role == role
        and (organisation is None or one.covers(organisation))
        and (scheme is None or one.scheme in (None, scheme))
        for one in active_grants(session, person_id, on)
    )


def people_with_role(
    session: Session, role: str, on: date, *, organisation: uuid.UUID | None = None, scheme: str | None = None
) -> list[Person]:
    """People with an open account whose ``role`` that day covers ``organisation`` and ``scheme``."""
    holds = select(Grant.person_id).where(Grant.role == role, _holding(on))
    if organisation is not None:
        holds = holds.where(or_(Grant.organisation_id.is_(None), Grant.organisation_id == organisation))
    if scheme is not None:
        holds = holds.where(or_(Grant.scheme.is_(None), Grant.scheme == scheme))
    wanted = select(Person).where(Person.id.in_(holds), Person.closed_at.is_(None))
    return list(session.scalars(wanted.order_by(Person.name, Person.id)))


def may_grant(
    session: Session,
    *,
    by: uuid.UUID,
    role: str,
    organisation: uuid.UUID | None,
    scheme: str | None,
    on: date,
) -> bool:
    """Whether ``by`` may hand out ``role`` there: never above their own, never beyond their scope."""
    return any(
        role in MAY_GRANT[held.role]
        and held.covers(organisation)
        and (role in OF_NO_SCHEME or held.scheme in (None, scheme))
        for held in active_grants(session, by, on)
    )


def grant_role(
    session: Session,
    *,
    person: uuid.UUID,
    role: str,
    organisation: uuid.UUID | None = None,
    scheme: str | None = None,
    starts: date | None = None,
    ends: date | None = None,
    reason: str = "",
    founder: bool = False,
    by: uuid.UUID | None,
    now: datetime,
) -> Grant:
    """Give a role; the same grant twice is one.

    Only setting up the service (``by`` None) makes founders. Raises :class:`Refused`: to oneself, above one's
    own role, outside one's own organisation, or ending before it starts.
    """
    if role not in ROLES:
        raise ValueError(f"{role!r} is no role")
    today = local_date(now)
    starts = starts or today
    if ends is not None and ends < starts:
        raise Refused("interval", _l("The role ends before it starts. Change one of the dates."))
    if by is None:
        if not founder:
            raise Refused("nobody", _l("A role needs somebody who grants it."))
    else:
        if founder:
            raise Refused("founder", _l("Founders are named when the service is set up."))
        if by == person:
            raise Refused("oneself", _l("You cannot grant yourself a role. Ask another administrator."))
        if not may_grant(session, by=by, role=role, organisation=organisation, scheme=scheme, on=today):
            raise Refused("above", _l("You cannot grant this role here. Ask an administrator."))
    for held in active_grants(session, person, starts):
        if (held.role, held.organisation_id, held.scheme, held.ends) == (role, organisation, scheme, ends):
            return held
    grant = Grant(
        person_id=person,
        role=role,
        organisation_id=organisation,
        scheme=scheme,
        starts=starts,
        ends=ends,
        reason=reason,
        founder=founder,
        granted_by=by,
        granted_at=now,
    )
    session.add(grant)
    session.flush()
    audit.record(
        session,
        "grant.given",
        by=by,
        now=now,
        subject=grant,
        person=person,
        organisation=organisation,
        role=role,
        scheme=scheme,
        starts=starts,
        ends=ends,
    )
    return grant


def end_grant(
    session: Session, grant: Grant, *, by: uuid.UUID | None, now: datetime, reason: str = ""
) -> None:
    """Take a role back, or lay down one's own. The last administrator stays."""
    if grant.ended_at is not None:
        return
    today = local_date(now)
    if (
        by is not None
        and by != grant.person_id
        and not may_grant(
            session, by=by, role=grant.role, organisation=grant.organisation_id, scheme=grant.scheme, on=today
        )
    ):
        raise Refused("above", _l("You cannot end this role. Ask an administrator."))
    if grant.role == "administrator" and grant.organisation_id is None and grant.holds_on(today):
        others = select(func.count(Grant.id)).join(Person, Person.id == Grant.person_id)
        others = others.where(Grant.role == "administrator", Grant.organisation_id.is_(None), _holding(today))
        others = others.where(Grant.person_id != grant.person_id, Person.closed_at.is_(None))
        if not session.scalar(others):
            raise Refused("last", _l("This is the last administrator. Name another one first."))
    grant.ended_at, grant.ended_by, grant.end_reason = now, by, reason
    session.flush()
    audit.record(
        session,
        "grant.ended",
        by=by,
        now=now,
        subject=grant,
        person=grant.person_id,
        organisation=grant.organisation_id,
        role=grant.role,
    )


def roles_of(session: Session, people: Iterable[uuid.UUID], on: date) -> dict[uuid.UUID, list[str]]:
    """The roles that each of these people holds that day, each named once; one query."""
    wanted = select(Grant.person_id, Grant.role).where(Grant.person_id.in_(list(people)), _holding(on))
    found: dict[uuid.UUID, list[str]] = {}
    for person, role in session.execute(wanted.order_by(Grant.id)):
        if role not in found.setdefault(person, []):
            found[person].append(role)
    return found
