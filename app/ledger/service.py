"""record(): the only way anything comes to count.

service -> record(session, HoursSignedOff(...))
             1. the event as xAPI statements          stored by lrs, same transaction
             2. rules.project(statement) -> evidence  kept by evidence
             3. standing of the candidate, only the criteria touched; cascade edges
             4. a seat consumed, a usage line          where a licence applies
a course, app or LRS -> record_statements(...)        the same steps, where the authority is trusted
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from app.cascade import service as cascade
from app.clock import local_date
from app.events import (
    AttemptGraded,
    Event,
    EvidenceVoided,
    MentoringHeld,
    SessionAttended,
    SessionObserved,
    UseCorrected,
)
from app.evidence import service as evidence
from app.evidence.service import Kept
from app.learners import standing
from app.ledger.statements import statements_for
from app.licensing import metering
from app.lrs import service as lrs
from app.organisations import service as organisations
from app.rules.evidence import Evidence
from app.rules.projection import project, projected_person


@dataclass(frozen=True, slots=True)
class Trust:
    """What statements of an outside authority may become: evidence of ``kinds`` for ``person`` only, and where
    ``course`` is given, only what names that course. ``registration``: it was launched for this one, so that what it
    states uses the seat."""

    person: uuid.UUID
    kinds: frozenset[str]
    course: str | None = None
    registration: uuid.UUID | None = None

    def covers(self, item: Evidence) -> bool:
        """Whether ``item`` may come of a trusted statement."""
        if item.kind not in self.kinds or self.course not in (None, item.facts.get("course")):
            return False
        return EARLIEST <= item.starts <= item.recorded + CLOCKS_DIFFER and all(
            map(_plain, item.facts.values())
        )

    def launched(self, statement: Mapping[str, Any]) -> bool:
        """Whether the statement is about the registration for which its unit was launched."""
        named = statement.get("context", {}).get("registration")
        return self.registration is not None and str(named).lower() == str(self.registration)


EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
CLOCKS_DIFFER = timedelta(hours=1)
"""So far may an outside clock be ahead of ours. What is said to begin later has not happened."""
LONGEST_FACT = 200
"""Characters, or digits: what names a thing is shorter."""


def _plain(value: object) -> bool:
    """Whether a fact that somebody else wrote can be kept everywhere and compared."""
    return "\x00" not in str(value) and len(str(value)) <= LONGEST_FACT


def home() -> str:
    """The home page under which the service's accounts are named in statements."""
    return str(current_app.config["SERVICE_URL"])


def _authority() -> dict[str, Any]:
    return {"objectType": "Agent", "account": {"homePage": home(), "name": "service"}}


def record(
    session: Session, event: Event, *, by: uuid.UUID | None, now: datetime, owner: uuid.UUID | None = None
) -> list[Kept]:
    """Let ``event`` count. Returns the evidence that came of it; recording the same event twice adds nothing.

    ``owner`` is the scheme owner whose record this is (the consortium where there is only one).
    """
    tenant = owner or organisations.scheme_owner(session).id
    if isinstance(event, EvidenceVoided):
        _void(session, event, tenant=tenant, now=now)
        return []
    return record_all(session, [event], owner=tenant, now=now)


def record_all(session: Session, events: Sequence[Event], *, owner: uuid.UUID, now: datetime) -> list[Kept]:
    """Let these events count, in their order, as :func:`record` does; withdrawals are not among them."""
    made = [statements_for(event, home=home()) for event in events]
    stored = iter(
        lrs.store(
            session,
            [one.statement for parts in made for one in parts],
            tenant=owner,
            authority=_authority(),
            now=now,
            trusted=True,
        )
    )
    answered = [
        (event, [(one, next(stored)) for one in parts]) for event, parts in zip(events, made, strict=True)
    ]
    fresh = [one for _, parts in answered for one, result in parts if result.new]
    kept = _count(session, [(one.statement, one.person) for one in fresh], owner=owner, now=now)
    for event, parts in answered:
        for one, result in parts:
            if not result.new:
                continue
            if isinstance(event, UseCorrected):
                metering.counter(session, event.line, by_statement=result.position, now=now)
            else:
                metering.note(session, one.statement, position=result.position, person=one.person, now=now)
        if any(result.new for _, result in parts):
            _relate(session, event, statement=parts[0][1].id, now=now)
    return kept


def record_statements(
    session: Session,
    statements: Sequence[dict[str, Any]],
    *,
    tenant: uuid.UUID,
    authority: Mapping[str, Any],
    now: datetime,
    trust: Trust | None = None,
) -> list[lrs.Stored]:
    """Store statements that came from outside; those that ``trust`` covers become evidence, no others."""
    stored = lrs.store(session, list(statements), tenant=tenant, authority=dict(authority), now=now)
    if trust is not None:
        theirs = [
            ({**statement, "id": str(result.id)}, result.position)
            for statement, result in zip(statements, stored, strict=True)
            if result.new and projected_person(statement, home=home()) == str(trust.person)
        ]
        _count(session, [(said, trust.person) for said, _ in theirs], owner=tenant, now=now, trust=trust)
        if theirs and trust.launched(theirs[0][0]):
            said, position = theirs[0]
            metering.note(session, said, position=position, person=trust.person, now=now)
    return stored


def _count(
    session: Session,
    statements: Iterable[tuple[Mapping[str, Any], uuid.UUID]],
    *,
    owner: uuid.UUID,
    now: datetime,
    trust: Trust | None = None,
) -> list[Kept]:
    """Keep what these statements are evidence of, each for its person, and read their standings again."""
    projected = (project(said, person=str(person), recorded=now) for said, person in statements)
    items = [one for one in projected if one is not None and (trust is None or trust.covers(one))]
    if not items:
        return []
    kept = evidence.keep_all(session, items, owner=owner)
    standing.take(session, kept, owner=owner, now=now)
    return kept


def _relate(session: Session, event: Event, *, statement: uuid.UUID, now: datetime) -> None:
    """The cascade's edges that this event adds."""
    match event:
        case MentoringHeld(mentor=mentor):
            pairs = [("mentored", mentor)]
        case SessionAttended(trainer=trainer):
            pairs = [("trained", trainer)]
        case SessionObserved(examiner=examiner):
            pairs = [("observed", examiner)]
        case AttemptGraded(examiners=examiners):
            pairs = [("examined", one) for one in examiners]
        case _:
            return
    for kind, giver in pairs:
        cascade.relate(
            session,
            kind,
            giver=giver,
            taker=event.person,
            on=local_date(event.at),
            statement=statement,
            now=now,
        )


def _void(session: Session, event: EvidenceVoided, *, tenant: uuid.UUID, now: datetime) -> None:
    made = statements_for(event, home=home())
    stored = lrs.store(
        session, [one.statement for one in made], tenant=tenant, authority=_authority(), now=now, trusted=True
    )
    if stored[0].new:
        metering.correct(
            session, tenant=tenant, voided=event.statement, by_statement=stored[0].position, now=now
        )
    cascade.withdraw(session, statement=event.statement, now=now)
    item = evidence.by_statement(session, owner=tenant, statement=event.statement)
    if item is not None:
        evidence.withdraw(session, item, by_statement=stored[0].id, now=now)
        standing.rebuild_person(session, owner=tenant, person=item.person_id, now=now)


def trainers_of(session: Session, people: Iterable[uuid.UUID]) -> dict[uuid.UUID, set[uuid.UUID]]:
    """Everybody who trained or mentored each of ``people``: a certificate counts for them too."""
    return cascade.givers(session, people, kinds=("trained", "mentored"))
