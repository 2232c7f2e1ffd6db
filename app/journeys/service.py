"""A municipality is welcomed, asks for a guide, gets one, and is handed over to the next."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import audit
from app.accounts import service as accounts
from app.accounts.errors import Refused
from app.accounts.models import Grant, Person
from app.clock import local_date
from app.journeys.models import Guidance, GuideRequest
from app.organisations import service as organisations
from app.organisations.models import Organisation

ALIKE = 0.84
NOTE_LIMIT = 2000
HANDOVER_LIMIT = 4000


# ---- municipalities -------------------------------------------------------------------------------


def _core_of(name: str) -> str:
    """What is left of a municipality's name when its form is taken away: Falkviks kommun -> falkvik."""
    core = re.sub(r"[^\w]+", " ", name.casefold()).strip()
    core = re.sub(r"\b(kommun|stad|municipality|city|of)\b", "", core).strip()
    return core[:-1] if core.endswith("s") and len(core) > 3 else core


def similar_municipality(session: Session, name: str) -> Organisation | None:
    """The municipality whose name is most like ``name``, or None where none is alike."""
    wanted = _core_of(name)
    found: tuple[float, Organisation] | None = None
    for one in organisations.organisations(session, kinds=("municipality",)):
        alike = SequenceMatcher(None, wanted, _core_of(one.name)).ratio()
        if alike >= ALIKE and (found is None or alike > found[0]):
            found = alike, one
    return found[1] if found else None


def _same_name(session: Session, name: str) -> bool:
    written = " ".join(name.split()).casefold()
    known = organisations.organisations(session, kinds=("municipality",))
    return written in {one.name.casefold() for one in known}


def welcome_municipality(
    session: Session, *, name: str, another: bool = False, by: uuid.UUID, now: datetime
) -> Organisation:
    """A municipality that is new to the service, and its request for a guide.

    Raises :class:`Refused` ``similar`` where one of almost that name is here, unless ``another`` says that it is
    a different one (the very same name never passes), and ``name`` for a name that cannot be kept.
    """
    like = similar_municipality(session, name) if name.strip() else None
    if like is not None and (not another or _same_name(session, name)):
        raise Refused("similar", _l("%(name)s is already here. Choose it from the list.", name=like.name))
    try:
        made = organisations.create_organisation(session, name=name, kind="municipality", by=by, now=now)
    except organisations.OrganisationRefused as refused:
        raise Refused("name", str(refused)) from refused
    request_guide(session, organisation=made.id, by=by, now=now)
    return made


# ---- asking for a guide ---------------------------------------------------------------------------


def request_guide(
    session: Session, *, organisation: uuid.UUID, note: str = "", by: uuid.UUID, now: datetime
) -> GuideRequest:
    """Ask for a guide; asking again adds to the open request. Raises :class:`Refused` ``guided`` or ``long``."""
    note = note.strip()
    if len(note) > NOTE_LIMIT:
        raise Refused(
            "long", _l("The note is longer than %(limit)s characters. Shorten it.", limit=NOTE_LIMIT)
        )
    if guidance_of(session, organisation) is not None:
        raise Refused("guided", _l("The municipality already has a guide."))
    waiting = open_request(session, organisation)
    if waiting is not None:
        waiting.note = note or waiting.note
        return waiting
    asked = GuideRequest(organisation_id=organisation, requested_by=by, requested_at=now, note=note)
    try:
        with session.begin_nested():
            session.add(asked)
    except IntegrityError:  # somebody else asked in this moment
        waiting = open_request(session, organisation)
        if waiting is None:
            raise
        return waiting
    audit.record(session, "guide.requested", by=by, now=now, subject=asked, organisation=organisation)
    return asked


def open_request(session: Session, organisation: uuid.UUID) -> GuideRequest | None:
    """The municipality's request that nobody has answered yet, or None."""
    wanted = select(GuideRequest).where(
        GuideRequest.organisation_id == organisation, GuideRequest.answered_at.is_(None)
    )
    return session.scalars(wanted).first()


@dataclass(frozen=True, slots=True)
class Waiting:
    """One municipality that waits for a guide: who asked, when and with which words."""

    request: GuideRequest
    municipality: Organisation
    asked_by: Person


def open_requests(session: Session) -> list[Waiting]:
    """Every request that waits, the oldest first."""
    wanted = (
        select(GuideRequest, Organisation, Person)
        .join(Organisation, Organisation.id == GuideRequest.organisation_id)
        .join(Person, Person.id == GuideRequest.requested_by)
        .where(GuideRequest.answered_at.is_(None))
        .order_by(GuideRequest.id)
    )
    return [Waiting(*row) for row in session.execute(wanted)]


# ---- guides ---------------------------------------------------------------------------------------


def guidance_of(session: Session, organisation: uuid.UUID) -> Guidance | None:
    """The municipality's guidance that goes on now, or None."""
    wanted = select(Guidance).where(Guidance.organisation_id == organisation, Guidance.ends.is_(None))
    return session.scalars(wanted).first()


def guide_of(session: Session, organisation: uuid.UUID) -> Person | None:
    """The municipality's guide, or None."""
    guidance = guidance_of(session, organisation)
    return session.get_one(Person, guidance.guide_id) if guidance else None


def guides_of(session: Session, among: Iterable[uuid.UUID]) -> dict[uuid.UUID, Person]:
    """The guides of several municipalities in one query, by the municipality's id."""
    wanted = (
        select(Guidance.organisation_id, Person)
        .join(Person, Person.id == Guidance.guide_id)
        .where(Guidance.ends.is_(None), Guidance.organisation_id.in_(set(among)))
    )
    return dict(session.execute(wanted).all())


def municipalities_of(session: Session, guide: uuid.UUID) -> list[Organisation]:
    """The municipalities that the person guides now, in Swedish order."""
    mine = select(Guidance.organisation_id).where(Guidance.guide_id == guide, Guidance.ends.is_(None))
    return organisations.organisations(
        session, kinds=("municipality",), among=frozenset(session.scalars(mine))
    )


def history(session: Session, organisation: uuid.UUID) -> Sequence[Guidance]:
    """Everyone who has guided the municipality, the newest first."""
    wanted = select(Guidance).where(Guidance.organisation_id == organisation)
    return session.scalars(wanted.order_by(Guidance.id.desc())).all()


def _may_appoint(session: Session, by: uuid.UUID, organisation: uuid.UUID, now: datetime) -> bool:
    return accounts.may_grant(
        session, by=by, role="guide", organisation=organisation, scheme=None, on=local_date(now)
    )


def guides_for(session: Session, organisation: uuid.UUID, *, by: uuid.UUID, now: datetime) -> list[Person]:
    """Whom ``by`` may choose: guides who reach the municipality; an administrator may choose any guide."""
    reach = None if _may_appoint(session, by, organisation, now) else organisation
    return accounts.people_with_role(session, "guide", local_date(now), organisation=reach)


def assign_guide(
    session: Session, *, organisation: uuid.UUID, guide: uuid.UUID, by: uuid.UUID, now: datetime
) -> Guidance:
    """Give the municipality its guide and answer its request.

    A guide who does not reach the municipality gets the role for it, where ``by`` may hand that out. Raises
    :class:`Refused`: ``guided`` (hand over instead) or ``guide`` (not somebody whom ``by`` may choose).
    """
    if guidance_of(session, organisation) is not None:
        raise Refused("guided", _l("The municipality already has a guide. Hand over instead."))
    if guide not in {one.id for one in guides_for(session, organisation, by=by, now=now)}:
        raise Refused("guide", _l("Choose a guide from the list, or ask an administrator."))
    grant: Grant | None = None
    if not accounts.has_role(session, guide, "guide", local_date(now), organisation=organisation):
        grant = accounts.grant_role(
            session, person=guide, role="guide", organisation=organisation, reason="guidance", by=by, now=now
        )
    guidance = Guidance(
        organisation_id=organisation,
        guide_id=guide,
        starts=now,
        assigned_by=by,
        grant_id=grant.id if grant else None,
    )
    try:
        with session.begin_nested():
            session.add(guidance)
    except IntegrityError:  # two were assigned in the same moment: the first one stays
        raise Refused("guided", _l("The municipality already has a guide. Hand over instead.")) from None
    waiting = open_request(session, organisation)
    if waiting is not None:
        waiting.answered_at, waiting.guidance_id = now, guidance.id
    audit.record(
        session, "guide.assigned", by=by, now=now, subject=guidance, person=guide, organisation=organisation
    )
    return guidance


def hand_over(
    session: Session, *, organisation: uuid.UUID, to: uuid.UUID, note: str, by: uuid.UUID, now: datetime
) -> Guidance:
    """End the present guide's task with a note to the next one, and assign that one.

    Raises :class:`Refused`: ``unguided``, ``same``, ``note`` (missing or too long), ``others`` (only the guide
    and administrators hand over), or what :func:`assign_guide` raises.
    """
    present = guidance_of(session, organisation)
    note = note.strip()
    if present is None:
        raise Refused("unguided", _l("The municipality has no guide yet. Assign one."))
    if to == present.guide_id:
        raise Refused("same", _l("That is the guide the municipality has. Choose somebody else."))
    if not note:
        raise Refused("note", _l("Write what the next guide needs to know."))
    if len(note) > HANDOVER_LIMIT:
        raise Refused(
            "note", _l("The note is longer than %(limit)s characters. Shorten it.", limit=HANDOVER_LIMIT)
        )
    if by != present.guide_id and not _may_appoint(session, by, organisation, now):
        raise Refused("others", _l("Only the municipality's guide or an administrator can hand it over."))
    if to not in {one.id for one in guides_for(session, organisation, by=by, now=now)}:
        raise Refused("guide", _l("Choose a guide from the list, or ask an administrator."))
    present.ends, present.ended_by, present.handover = now, by, note
    session.flush()
    following = assign_guide(session, organisation=organisation, guide=to, by=by, now=now)
    if present.grant_id is not None:
        grant = session.get_one(Grant, present.grant_id)
        accounts.end_grant(session, grant, by=by, now=now, reason="guidance handed over")
    audit.record(
        session, "guide.handed_over", by=by, now=now, subject=present, person=to, organisation=organisation
    )
    return following
