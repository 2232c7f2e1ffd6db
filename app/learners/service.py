"""Apply for a scheme, leave it, extend its deadline; ask how somebody stands."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from app import audit
from app.clock import local_date
from app.evidence import service as evidence
from app.learners import letters, standing
from app.learners.models import Candidacy, DeadlineExtension
from app.rules.criterion import Known
from app.rules.months import add_months
from app.rules.standing import Standing
from app.schemes import service as schemes


class NotEligible(Exception):
    """The person may not apply now. ``missing`` are the schemes whose active certificate is lacking."""

    def __init__(self, reason: str, missing: Sequence[str] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.missing = tuple(missing)


class DeadlineNotMoved(Exception):
    """The new deadline is no later than the old one, or later than the scheme allows."""


def holds(
    session: Session, *, owner: uuid.UUID, person: uuid.UUID, scheme: str, on: date, known_at: datetime
) -> bool:
    """Whether the person's certificate in ``scheme`` is active on that day, as known at ``known_at``."""
    items = evidence.of_person(session, owner=owner, person=person, kinds=schemes.CERTIFICATE_KINDS)
    criterion = schemes.certificate_held(scheme)
    return criterion.assess((evidence.pure(item) for item in items), on, known_at).fulfilled


def _holds_already(
    session: Session, *, owner: uuid.UUID, person: uuid.UUID, scheme: str, now: datetime
) -> bool:
    """Whether a certificate in ``scheme`` is active, suspended or about to begin: no second one beside it."""
    items = evidence.of_person(session, owner=owner, person=person, kinds=schemes.CERTIFICATE_KINDS)
    criterion = schemes.certificate_held(scheme)
    state = criterion.empty()
    for item in items:
        pure = evidence.pure(item)
        if item.withdrawn_at is None and criterion.touches(pure):
            state = criterion.add(state, pure, None)
    return bool(criterion.statuses(state, local_date(now)) & {"active", "suspended", "pending"})


def missing_prerequisites(
    session: Session, *, owner: uuid.UUID, person: uuid.UUID, scheme: str, now: datetime
) -> list[str]:
    """The schemes that have to be held first and are not (codes)."""
    version = schemes.load(session, schemes.current(session, scheme).id)
    on = local_date(now)
    return [
        code
        for code in version.prerequisites
        if not holds(session, owner=owner, person=person, scheme=code, on=on, known_at=now)
    ]


def apply(
    session: Session,
    *,
    person: uuid.UUID,
    scheme: str,
    by: uuid.UUID,
    now: datetime,
    purpose: str = "certification",
    since: date | None = None,
) -> Candidacy:
    """Begin a candidacy on the scheme's current version.

    Raises :class:`NotEligible` (``already_open``, ``already_held`` or ``prerequisites``) and
    ``schemes.UnknownScheme``.
    """
    version_row = schemes.current(session, scheme)
    owner = version_row.scheme.owner_id
    if find_open(session, owner=owner, person=person, scheme=scheme) is not None:
        raise NotEligible("already_open")
    if purpose == "certification":
        if _holds_already(session, owner=owner, person=person, scheme=scheme, now=now):
            raise NotEligible("already_held")
        lacking = missing_prerequisites(session, owner=owner, person=person, scheme=scheme, now=now)
        if lacking:
            raise NotEligible("prerequisites", lacking)
    version = schemes.load(session, version_row.id)
    months = version.time_limit_months if purpose == "certification" else None
    candidacy = Candidacy(
        owner_id=owner,
        person_id=person,
        scheme=scheme,
        scheme_version_id=version_row.id,
        purpose=purpose,
        since=since,
        applied_at=now,
        deadline=add_months(local_date(now), months) if months else None,
    )
    session.add(candidacy)
    session.flush()
    standing.begin(session, candidacy, now)
    audit.record(
        session,
        "candidacy.began",
        by=by,
        now=now,
        subject=candidacy,
        person=person,
        organisation=owner,
        scheme=scheme,
    )
    return candidacy


def find_open(session: Session, *, owner: uuid.UUID, person: uuid.UUID, scheme: str) -> Candidacy | None:
    """The person's open candidacy in a scheme."""
    return session.scalars(
        select(Candidacy).where(
            Candidacy.owner_id == owner,
            Candidacy.person_id == person,
            Candidacy.scheme == scheme,
            Candidacy.state == "open",
        )
    ).one_or_none()


def of_person(session: Session, person: uuid.UUID) -> Sequence[Candidacy]:
    """Every candidacy of a person with its standings, the newest first."""
    return session.scalars(
        select(Candidacy)
        .where(Candidacy.person_id == person)
        .options(selectinload(Candidacy.standings))
        .order_by(Candidacy.applied_at.desc(), Candidacy.id.desc())
    ).all()


def listed(
    session: Session,
    *,
    owner: uuid.UUID,
    state: str,
    scheme: str | None = None,
    before: uuid.UUID | None = None,
    limit: int,
) -> Sequence[Candidacy]:
    """Candidacies in a state, the newest first. ``open`` leaves out those that are ``ready``, which is a state of
    its own here; ``before`` is the id of the last row of the page before."""
    wanted = select(Candidacy).where(
        Candidacy.owner_id == owner, Candidacy.state == ("open" if state == "ready" else state)
    )
    if state in ("open", "ready"):
        wanted = wanted.where(
            Candidacy.ready_at.is_not(None) if state == "ready" else Candidacy.ready_at.is_(None)
        )
    if scheme:
        wanted = wanted.where(Candidacy.scheme == scheme)
    if before:
        wanted = wanted.where(Candidacy.id < before)
    return session.scalars(wanted.order_by(Candidacy.id.desc()).limit(limit)).all()


def get(session: Session, candidacy_id: uuid.UUID, *, person: uuid.UUID | None = None) -> Candidacy | None:
    """A candidacy; with ``person`` only if it is theirs."""
    candidacy = session.get(Candidacy, candidacy_id)
    return candidacy if candidacy and person in (None, candidacy.person_id) else None


def withdraw(session: Session, candidacy: Candidacy, *, by: uuid.UUID, now: datetime) -> None:
    """The person steps back; everything earned stays and can count again."""
    candidacy.state, candidacy.closed_at, candidacy.ready_at = "withdrawn", now, None
    audit.record(
        session, "candidacy.withdrawn", by=by, now=now, subject=candidacy, person=candidacy.person_id
    )


def close(session: Session, candidacies: Sequence[Candidacy], *, state: str, now: datetime) -> None:
    """A decision (``certified`` or ``refused``) or their deadline (``lapsed``) has ended these candidacies."""
    ended = {"state": state, "closed_at": now, "ready_at": None}
    theirs = update(Candidacy).where(Candidacy.id.in_([one.id for one in candidacies])).values(ended)
    session.execute(theirs.execution_options(synchronize_session=False))
    for one in candidacies:
        for name, value in ended.items():
            set_committed_value(one, name, value)


def latest_deadline(session: Session, candidacy: Candidacy) -> date | None:
    """The last day to which the scheme lets the deadline be moved; None where there is no deadline."""
    version = schemes.load(session, candidacy.scheme_version_id)
    if candidacy.deadline is None or version.time_limit_months is None:
        return None
    months = version.time_limit_months + version.extension_months
    return add_months(local_date(candidacy.applied_at), months)


def extend_deadline(
    session: Session, candidacy: Candidacy, *, until: date, reason: str, by: uuid.UUID, now: datetime
) -> DeadlineExtension:
    """Move the deadline, within what the scheme allows. Never one's own. Raises :class:`DeadlineNotMoved`."""
    latest = latest_deadline(session, candidacy)
    if latest is None or candidacy.deadline is None or by == candidacy.person_id:
        raise DeadlineNotMoved
    if not candidacy.deadline < until <= latest:
        raise DeadlineNotMoved
    moved = DeadlineExtension(
        candidacy_id=candidacy.id, before=candidacy.deadline, after=until, reason=reason, by_id=by, at=now
    )
    session.add(moved)
    candidacy.deadline = until
    audit.record(
        session,
        "candidacy.extended",
        by=by,
        now=now,
        subject=candidacy,
        person=candidacy.person_id,
        until=until,
    )
    return moved


def lapse(session: Session, now: datetime) -> int:
    """Close open candidacies whose deadline has passed, and tell the people; how many.

    Who was ready in time and waits for the decision is left in peace.
    """
    over = session.scalars(
        select(Candidacy).where(
            Candidacy.state == "open", Candidacy.deadline < local_date(now), Candidacy.ready_at.is_(None)
        )
    ).all()
    close(session, over, state="lapsed", now=now)
    for candidacy in over:
        letters.lapsed(session, candidacy, now=now)
        audit.record(
            session, "candidacy.lapsed", by=None, now=now, subject=candidacy, person=candidacy.person_id
        )
    return len(over)


def assess(
    session: Session, candidacy: Candidacy, *, now: datetime, criterion: str | None = None
) -> list[Standing]:
    """The full standing, with what was used and why the rest did not count, from all evidence.

    ``criterion`` limits it to one. For pages that only need the figures, ``candidacy.standings`` is enough.
    """
    rows = evidence.of_person(session, owner=candidacy.owner_id, person=candidacy.person_id)
    known = Known.of((evidence.pure(row) for row in rows), now)
    return [
        one.judge(known, local_date(now), candidacy.since)
        for one in standing.criteria_of(session, candidacy)
        if criterion in (None, one.code)
    ]
