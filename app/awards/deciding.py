"""Who is ready, and the decision about them: taken by somebody uninvolved, kept so that anyone can recompute it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from app import audit
from app.accounts import service as accounts
from app.awards.models import Decision
from app.cascade import service as cascade
from app.clock import local_date
from app.evidence import service as evidence
from app.learners import service as learners
from app.learners import standing
from app.learners.models import Candidacy
from app.rules import decision as rules
from app.rules.evidence import Evidence
from app.rules.scheme import SchemeVersion
from app.schemes import service as schemes

PAGE = 50


class DecisionRefused(Exception):
    """The decision cannot be taken. ``reason`` is a short code:

    ``oneself``, ``involved`` (trained, mentored, observed or examined the person), ``not_authorised``,
    ``not_met`` (``missing`` holds the criteria), ``already_decided``, ``closed``, ``no_reason``.
    """

    def __init__(self, reason: str, missing: Sequence[str] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.missing = tuple(missing)


@dataclass(frozen=True, slots=True)
class Basis:
    """What a decision is taken on: the criteria's scheme version, the evidence known, the rules' answer."""

    version: SchemeVersion
    on: date
    known_at: datetime
    evidence: tuple[Evidence, ...]
    outcome: rules.Decision
    digest: str


def ready(
    session: Session,
    *,
    owner: uuid.UUID,
    scheme: str | None = None,
    after: tuple[datetime, uuid.UUID] | None = None,
    limit: int = PAGE,
) -> Sequence[Candidacy]:
    """Open candidacies whose every criterion is fulfilled, the longest waiting first.

    ``after`` is the (ready_at, id) of the last row of the page before.
    """
    query = select(Candidacy).where(
        Candidacy.owner_id == owner, Candidacy.state == "open", Candidacy.ready_at.is_not(None)
    )
    if scheme:
        query = query.where(Candidacy.scheme == scheme)
    if after:
        ready_at, last = after
        query = query.where(
            or_(Candidacy.ready_at > ready_at, and_(Candidacy.ready_at == ready_at, Candidacy.id > last))
        )
    return session.scalars(query.order_by(Candidacy.ready_at, Candidacy.id).limit(limit)).all()


def count_ready(session: Session, *, owner: uuid.UUID) -> int:
    """How many candidacies wait for a decision."""
    waiting = select(func.count()).where(
        Candidacy.owner_id == owner, Candidacy.state == "open", Candidacy.ready_at.is_not(None)
    )
    return session.scalar(waiting) or 0


def basis(session: Session, candidacy: Candidacy, *, now: datetime) -> Basis:
    """Ask the rules afresh, from all evidence, never from the kept standings."""
    person = candidacy.person_id
    all_items = evidence.pure_of_people(session, owner=candidacy.owner_id, people=[person])
    return _basis(session, candidacy, all_items[person], now=now)


def _basis(session: Session, candidacy: Candidacy, all_items: Sequence[Evidence], *, now: datetime) -> Basis:
    version = schemes.load(session, candidacy.scheme_version_id)
    items = tuple(item for item in all_items if item.known(now))
    on, since, renewal = local_date(now), candidacy.since, candidacy.purpose == "renewal"
    criteria = standing.criteria_of(session, candidacy)
    outcome = rules.decide(criteria, items, on=on, known_at=now, since=since)
    digest = rules.digest(version, items, outcome, renewal=renewal, since=since)
    return Basis(version, on, now, items, outcome, digest)


def obstacle(session: Session, candidacy: Candidacy, *, by: uuid.UUID, now: datetime) -> str | None:
    """Why ``by`` may not decide on this person, as a code of :class:`DecisionRefused`; None if they may."""
    return obstacles(session, [candidacy], by=by, now=now).get(candidacy.id)


def obstacles(
    session: Session, candidacies: Sequence[Candidacy], *, by: uuid.UUID, now: datetime
) -> dict[uuid.UUID, str]:
    """The candidacies on which ``by`` may not decide, and why, as codes of :class:`DecisionRefused`."""
    authorised = {
        scheme: accounts.has_role(session, by, "certifier", local_date(now), scheme=scheme)
        for scheme in {one.scheme for one in candidacies}
    }
    involved = cascade.givers(session, {one.person_id for one in candidacies})
    found = {}
    for one in candidacies:
        if by == one.person_id:
            found[one.id] = "oneself"
        elif not authorised[one.scheme]:
            found[one.id] = "not_authorised"
        elif by in involved[one.person_id]:
            found[one.id] = "involved"
    return found


def decide(
    session: Session, candidacy: Candidacy, *, grant: bool, reason: str, by: uuid.UUID, now: datetime
) -> Decision:
    """Grant or refuse. Raises :class:`DecisionRefused`; the candidacy is then as before.

    The second of two people who decide at once is told ``already_decided``.
    """
    return decide_all(session, hold(session, [candidacy.id]), grant=grant, reason=reason, by=by, now=now)[0]


def decide_all(
    session: Session,
    candidacies: Sequence[Candidacy],
    *,
    grant: bool,
    reason: str,
    by: uuid.UUID,
    now: datetime,
) -> list[Decision]:
    """As :func:`decide` on each of these candidacies of one owner: all of them, or none where one is refused.

    They come from :func:`hold`.
    """
    barred = obstacles(session, candidacies, by=by, now=now)
    if barred:
        raise DecisionRefused(next(iter(barred.values())))
    if not reason.strip():
        raise DecisionRefused("no_reason")
    for one in candidacies:
        if one.state != "open":
            raise DecisionRefused("already_decided" if one.state in ("certified", "refused") else "closed")
    (owner,) = {one.owner_id for one in candidacies}
    items = evidence.pure_of_people(session, owner=owner, people=[one.person_id for one in candidacies])
    taken = []
    for one in candidacies:
        found = _basis(session, one, items[one.person_id], now=now)
        if grant and not found.outcome.met:
            raise DecisionRefused("not_met", found.outcome.missing)
        kind = "refuse" if not grant else "recertify" if one.purpose == "renewal" else "grant"
        taken.append(keep(session, one, found, kind=kind, reason=reason, by=by))
    try:
        session.flush()
    except IntegrityError as error:
        raise DecisionRefused("already_decided") from error
    learners.close(session, candidacies, state="certified" if grant else "refused", now=now)
    audit.record_all(
        session,
        [
            audit.entry(
                f"decision.{one.kind}",
                by=by,
                now=now,
                subject=one,
                person=one.person_id,
                organisation=one.owner_id,
                scheme=one.scheme,
            )
            for one in taken
        ],
    )
    return taken


def hold(session: Session, candidacies: Iterable[uuid.UUID]) -> Sequence[Candidacy]:
    """Read these candidacies anew and hold them until the transaction ends: who decides second sees what the first did.

    All at once and in one order: whoever holds one of them waits for nothing that we have.
    """
    wanted = select(Candidacy).where(Candidacy.id.in_(set(candidacies))).order_by(Candidacy.id)
    return session.scalars(wanted.with_for_update().execution_options(populate_existing=True)).all()


def keep(
    session: Session,
    candidacy: Candidacy,
    found: Basis,
    *,
    kind: str,
    reason: str,
    by: uuid.UUID,
    certificate: uuid.UUID | None = None,
) -> Decision:
    """Store a decision with all that it was taken on."""
    decision = Decision(
        kind=kind,
        owner_id=candidacy.owner_id,
        person_id=candidacy.person_id,
        candidacy_id=candidacy.id,
        certificate_id=certificate,
        scheme=candidacy.scheme,
        scheme_version_id=candidacy.scheme_version_id,
        taken_by=by,
        at=found.known_at,
        on=found.on,
        known_at=found.known_at,
        since=candidacy.since,
        reason=reason.strip(),
        engine=rules.ENGINE,
        scheme_digest=found.version.digest,
        evidence=[{"id": item.id, "digest": item.digest} for item in found.evidence],
        outcome=found.outcome.to_json(),
        digest=found.digest,
    )
    session.add(decision)
    return decision


def export(session: Session, decision: Decision) -> dict[str, Any]:
    """The decision as files from which ``app.rules.decision.recompute`` finds the same answer."""
    version = schemes.load(session, decision.scheme_version_id)
    criteria = version.renewal if decision.since else version.criteria
    person = decision.person_id
    all_items = evidence.pure_of_people(session, owner=decision.owner_id, people=[person])[person]
    # by id: what came of the decision may have been recorded in the same instant
    known = {one["id"] for one in decision.evidence}
    items = [item for item in all_items if item.id in known]
    outcome = rules.decide(criteria, items, on=decision.on, known_at=decision.known_at, since=decision.since)
    return rules.export(version, items, outcome, renewal=bool(decision.since), since=decision.since)


def taken(
    session: Session,
    *,
    kinds: Sequence[str],
    reason: str,
    by: uuid.UUID,
    candidacy: uuid.UUID | None = None,
    certificate: uuid.UUID | None = None,
) -> Decision | None:
    """The last decision on this candidacy or certificate if ``by`` took it in these words: a second click's first."""
    last = select(Decision).order_by(Decision.id.desc()).limit(1)
    if certificate is not None:
        last = last.where(Decision.certificate_id == certificate)
    else:
        last = last.where(Decision.candidacy_id == candidacy, Decision.certificate_id.is_(None))
    found = session.scalars(last).first()
    same = (
        found is not None and found.taken_by == by and found.kind in kinds and found.reason == reason.strip()
    )
    return found if same else None


def of_person(session: Session, person: uuid.UUID) -> Sequence[Decision]:
    """Every decision about a person, the newest first."""
    return session.scalars(
        select(Decision).where(Decision.person_id == person).order_by(Decision.at.desc(), Decision.id.desc())
    ).all()


def candidacy_for(session: Session, candidacy_id: uuid.UUID, *, owner: uuid.UUID) -> Candidacy | None:
    """A candidacy with its standings, if ``owner`` is its scheme's owner."""
    return session.scalars(
        select(Candidacy)
        .where(Candidacy.id == candidacy_id, Candidacy.owner_id == owner)
        .options(selectinload(Candidacy.standings))
    ).one_or_none()
