"""How a municipality's people get on: who moves, who stands still, who has not answered yet."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Invitation, Person
from app.accounts.service import people_of
from app.evidence.models import EvidenceItem
from app.learners.models import Candidacy
from app.organisations.models import Organisation
from app.organisations.service import scheme_owner
from app.schemes import service as schemes

#: Who has added nothing for so long stands still.
STILL_AFTER = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Station:
    """One certification that a person works towards: how many of its criteria are fulfilled."""

    candidacy: uuid.UUID
    name: dict[str, str]
    fulfilled: int
    criteria: int
    deadline: date | None
    ready: bool


@dataclass(frozen=True, slots=True)
class Traveller:
    """One person: what they work towards, when something last counted, and whether they move."""

    person: Person
    stations: Sequence[Station]
    last: datetime | None
    moves: bool

    @property
    def state(self) -> str:
        """``ready``, ``moving``, ``still``, or ``idle`` where nothing has been applied for."""
        if not self.stations:
            return "idle"
        if any(station.ready for station in self.stations):
            return "ready"
        return "moving" if self.moves else "still"


@dataclass(slots=True)
class Overview:
    """One municipality in the guide's list."""

    municipality: Organisation
    people: int = 0
    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("ready", "moving", "still", "idle"), 0)
    )
    waiting: int = 0
    last: datetime | None = None


def travellers(session: Session, people: Sequence[Person], *, now: datetime) -> list[Traveller]:
    """The people in the order given, each with what they work towards; a few queries for any number."""
    ids = [one.id for one in people]
    owner = scheme_owner(session).id
    stations: dict[uuid.UUID, list[Station]] = {}
    began: dict[uuid.UUID, datetime] = {}
    open_ones = select(Candidacy).where(
        Candidacy.owner_id == owner, Candidacy.person_id.in_(ids), Candidacy.state == "open"
    )
    for candidacy in session.scalars(open_ones.order_by(Candidacy.applied_at)):
        version = schemes.load(session, candidacy.scheme_version_id)
        stations.setdefault(candidacy.person_id, []).append(
            Station(
                candidacy.id,
                dict(version.name),
                candidacy.fulfilled,
                candidacy.criteria,
                candidacy.deadline,
                candidacy.ready_at is not None,
            )
        )
        began[candidacy.person_id] = max(
            candidacy.applied_at, began.get(candidacy.person_id, candidacy.applied_at)
        )
    latest = (
        select(EvidenceItem.person_id, func.max(EvidenceItem.recorded_at))
        .where(EvidenceItem.owner_id == owner, EvidenceItem.person_id.in_(ids))
        .group_by(EvidenceItem.person_id)
    )
    last: dict[uuid.UUID, datetime] = dict(session.execute(latest).all())
    found = []
    for one in people:
        seen = [at for at in (last.get(one.id), began.get(one.id)) if at is not None]
        moves = bool(seen) and now - max(seen) < STILL_AFTER
        found.append(Traveller(one, stations.get(one.id, []), last.get(one.id), moves))
    return found


def of_municipality(session: Session, organisation: uuid.UUID, *, now: datetime) -> list[Traveller]:
    """Everybody of the municipality: those who are ready first, then those who stand still, then the others."""
    order = {"ready": 0, "still": 1, "moving": 2, "idle": 3}
    found = travellers(session, people_of(session, organisation), now=now)
    return sorted(found, key=lambda one: order[one.state])


def overviews(session: Session, municipalities: Sequence[Organisation], *, now: datetime) -> list[Overview]:
    """Every municipality with its people summed up; a constant number of queries."""
    found = {one.id: Overview(one) for one in municipalities}
    if not found:
        return []
    people = people_of(session, among=frozenset(found))
    for one in travellers(session, people, now=now):
        home = found.get(one.person.organisation_id) if one.person.organisation_id else None
        if home is None:
            continue
        home.people += 1
        home.counts[one.state] += 1
        home.last = max((at for at in (home.last, one.last) if at), default=None)
    for organisation, waiting in _waiting(session, found, now):
        found[organisation].waiting = waiting
    return list(found.values())


def _waiting(session: Session, among: Iterable[uuid.UUID], now: datetime) -> Iterable[tuple[uuid.UUID, int]]:
    wanted = (
        select(Invitation.organisation_id, func.count(Invitation.id))
        .where(
            Invitation.organisation_id.in_(set(among)),
            Invitation.state == "sent",
            Invitation.expires_at > now,
        )
        .group_by(Invitation.organisation_id)
    )
    return [(organisation, count) for organisation, count in session.execute(wanted)]
