"""Organisations: made, named, found."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import audit
from app.organisations.models import KINDS, Organisation

KIND_NAMES: dict[str, LazyString] = {
    "consortium": _l("Consortium"),
    "municipality": _l("Municipality"),
    "partner": _l("Partner"),
    "coaching_firm": _l("Coaching firm"),
    "client": _l("Client organisation"),
}


class OrganisationRefused(ValueError):
    """An organisation cannot be kept like this; the message is for the person who asked."""


def _checked(
    session: Session, name: str, number: str | None, besides: uuid.UUID | None
) -> tuple[str, str | None]:
    name = " ".join(name.split())
    if not name:
        raise OrganisationRefused(str(_l("Write the organisation's name.")))
    if len(name) > 200:
        raise OrganisationRefused(str(_l("The name is longer than 200 characters. Shorten it.")))
    number = (number or "").strip() or None
    if number:
        same = select(Organisation).where(
            Organisation.registration_number == number, Organisation.id != besides
        )
        if found := session.scalars(same).first():
            said = _l("%(name)s already has that registration number.", name=found.name)
            raise OrganisationRefused(str(said))
    return name, number


def create_organisation(
    session: Session,
    *,
    name: str,
    kind: str,
    registration_number: str | None = None,
    language: str = "sv",
    by: uuid.UUID | None,
    now: datetime,
) -> Organisation:
    """A new organisation. Raises :class:`OrganisationRefused` for a bad name or a number in use."""
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is no kind of organisation")
    name, number = _checked(session, name, registration_number, None)
    made = Organisation(name=name, kind=kind, registration_number=number, language=language, created_at=now)
    session.add(made)
    session.flush()
    audit.record(session, "organisation.created", by=by, now=now, subject=made, organisation=made.id)
    return made


def change_organisation(
    session: Session,
    organisation: Organisation,
    *,
    name: str,
    registration_number: str | None,
    language: str,
    by: uuid.UUID | None,
    now: datetime,
) -> Organisation:
    """Correct an organisation's name, number or language."""
    name, number = _checked(session, name, registration_number, organisation.id)
    organisation.name, organisation.registration_number, organisation.language = name, number, language
    audit.record(
        session, "organisation.changed", by=by, now=now, subject=organisation, organisation=organisation.id
    )
    return organisation


def load_organisation(session: Session, organisation_id: uuid.UUID | None) -> Organisation | None:
    """The organisation with this id, or None."""
    return session.get(Organisation, organisation_id) if organisation_id else None


def organisations(
    session: Session, *, kinds: Iterable[str] = KINDS, among: frozenset[uuid.UUID] | None = None
) -> list[Organisation]:
    """Organisations of these kinds in Swedish order of name; ``among`` limits them (None: all)."""
    wanted = select(Organisation).where(Organisation.kind.in_(tuple(kinds)))
    if among is not None:
        wanted = wanted.where(Organisation.id.in_(among))
    return sorted(session.scalars(wanted), key=lambda one: swedish_key(one.name))


def swedish_key(text: str) -> str:
    """Sorts å, ä and ö after z, whatever the database's own order is."""
    return text.casefold().replace("å", "{a").replace("ä", "{b").replace("ö", "{c")


def find_by_name(session: Session, name: str, *, kind: str | None = None) -> Organisation | None:
    """The oldest organisation with exactly this name (and kind), or None."""
    wanted = select(Organisation).where(Organisation.name == name).order_by(Organisation.id).limit(1)
    if kind:
        wanted = wanted.where(Organisation.kind == kind)
    return session.scalars(wanted).first()


def find_by_number(session: Session, number: str) -> Organisation | None:
    """The organisation with this registration number, with or without its hyphen, or None."""
    plain = number.replace("-", "").strip()
    same = func.replace(Organisation.registration_number, "-", "") == plain
    return session.scalars(select(Organisation).where(same)).first() if plain else None


def scheme_owner(session: Session) -> Organisation:
    """The organisation whose certification schemes these are: the consortium. Raises LookupError without one."""
    owner = session.scalars(
        select(Organisation).where(Organisation.kind == "consortium").order_by(Organisation.id).limit(1)
    ).first()
    if owner is None:
        raise LookupError("the service has no consortium yet")
    return owner
