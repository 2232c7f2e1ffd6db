"""What became of a certificate: its status is derived from its period and its changes, never stored."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, aliased

from app import jobs
from app.accounts import certified
from app.awards import changes as changes_of
from app.awards import deciding, issuing, letters, on_record
from app.awards.deciding import DecisionRefused
from app.awards.models import Certificate, Decision, StatusChange
from app.clock import local_date
from app.learners import service as learners
from app.learners.models import Candidacy
from app.rules.months import add_months
from app.rules.validity import Change, Period, Status, status_on, suspension_ends
from app.schemes import service as schemes

SOON_MONTHS = 6
"""How far ahead a certificate's last day counts as near: the usual renewal window."""


class NotPossible(Exception):
    """The step does not fit the certificate's status now. ``status`` is what it is."""

    def __init__(self, status: str) -> None:
        super().__init__(status)
        self.status = status


def period(certificate: Certificate) -> Period:
    return Period(
        valid_from=certificate.valid_from,
        valid_until=certificate.valid_until,
        renewal_window_months=certificate.renewal_window_months,
        grace_days=certificate.grace_days,
    )


def pure(change: StatusChange) -> Change:
    """The row as the rules know it."""
    status: Status = change.status  # type: ignore[assignment]
    return Change(status=status, at=change.at, recorded=change.at, until=change.until, id=str(change.id))


def changes(session: Session, certificate: Certificate) -> Sequence[StatusChange]:
    """The certificate's history, oldest first."""
    return session.scalars(
        select(StatusChange)
        .where(StatusChange.certificate_id == certificate.id)
        .order_by(StatusChange.at, StatusChange.id)
    ).all()


def status(
    session: Session, certificate: Certificate, *, on: date, known_at: datetime | None = None
) -> Status:
    """The status on a day, as known then."""
    known = [pure(one) for one in changes(session, certificate)]
    return status_on(period(certificate), known, on, known_at)


def statuses(session: Session, certificates: Sequence[Certificate], *, on: date) -> dict[uuid.UUID, Status]:
    """The status of each on a day, by its id; one query however many there are."""
    known: dict[uuid.UUID, list[Change]] = {}
    ids = [one.id for one in certificates]
    for change in session.scalars(select(StatusChange).where(StatusChange.certificate_id.in_(ids))):
        known.setdefault(change.certificate_id, []).append(pure(change))
    return {one.id: status_on(period(one), known.get(one.id, ()), on) for one in certificates}


def in_force(owner: uuid.UUID, today: date) -> tuple[ColumnElement[bool], ...]:
    """The conditions on a certificate by which its status today is ``active``, for counting and listing."""
    later = aliased(StatusChange)
    lifted = select(later.id).where(
        later.certificate_id == StatusChange.certificate_id,
        later.at > StatusChange.at,
        later.status == "active",
    )
    stopped = select(StatusChange.id).where(
        StatusChange.certificate_id == Certificate.id,
        or_(
            StatusChange.status == "superseded",
            and_(StatusChange.status == "withdrawn", ~lifted.exists()),
            and_(
                StatusChange.status == "suspended",
                StatusChange.until.is_(None) | (StatusChange.until >= today),
                ~lifted.exists(),
            ),
        ),
    )
    return (
        Certificate.owner_id == owner,
        Certificate.state == "issued",
        Certificate.valid_from <= today,
        Certificate.valid_until.is_(None) | (Certificate.valid_until >= today),
        ~stopped.exists(),
    )


def runs_out_soon(today: date) -> ColumnElement[bool]:
    """The condition that a certificate's last day is near: within ``SOON_MONTHS``."""
    return Certificate.valid_until <= add_months(today, SOON_MONTHS)


def active(session: Session, *, person: uuid.UUID, scheme: str, on: date) -> Certificate | None:
    """The certificate by which the person is certified on that day."""
    for certificate in on_record.of_person(session, person):
        fits = certificate.scheme == scheme and certificate.state == "issued"
        if fits and status(session, certificate, on=on) == "active":
            return certificate
    return None


def _decide(
    session: Session, certificate: Certificate, *, kind: str, reason: str, by: uuid.UUID, now: datetime
) -> Decision:
    if not reason.strip():
        raise DecisionRefused("no_reason")
    original = session.get_one(Decision, certificate.decision_id)
    candidacy = session.get_one(Candidacy, original.candidacy_id)
    barred = deciding.obstacle(session, candidacy, by=by, now=now)
    if barred:
        raise DecisionRefused(barred)
    found = deciding.basis(session, candidacy, now=now)
    decision = deciding.keep(
        session, candidacy, found, kind=kind, reason=reason, by=by, certificate=certificate.id
    )
    session.flush()
    return decision


def _demand(session: Session, certificate: Certificate, *wanted: str, now: datetime) -> None:
    session.flush()  # what has not been written would be forgotten by reading anew
    session.refresh(certificate, ["state"], with_for_update=True)  # who comes second sees what the first did
    current = (
        status(session, certificate, on=local_date(now))
        if certificate.state == "issued"
        else certificate.state
    )
    if current not in wanted:
        raise NotPossible(current)


def suspend(
    session: Session,
    certificate: Certificate,
    *,
    reason: str,
    until: date | None,
    by: uuid.UUID,
    now: datetime,
) -> Decision:
    """Suspend an active certificate, at most as long as its scheme allows (the default)."""
    _demand(session, certificate, "active", now=now)
    version = schemes.load(session, certificate.scheme_version_id)
    longest = suspension_ends(local_date(now), max_months=version.max_suspension_months)
    until = min(until, longest) if until else longest
    decision = _decide(session, certificate, kind="suspend", reason=reason, by=by, now=now)
    changes_of.note(session, certificate, "suspended", reason=reason, decision=decision, now=now, until=until)
    certified.end_certificate_grants(session, certificate=certificate.serial, reason=reason, by=by, now=now)
    letters.changed(session, certificate, "suspended", reason=reason, until=until, now=now)
    return decision


def reinstate(
    session: Session, certificate: Certificate, *, reason: str, by: uuid.UUID, now: datetime
) -> Decision:
    """End a suspension, or take a withdrawal back after an appeal."""
    _demand(session, certificate, "suspended", "withdrawn", now=now)
    decision = _decide(session, certificate, kind="reinstate", reason=reason, by=by, now=now)
    changes_of.note(session, certificate, "active", reason=reason, decision=decision, now=now)
    issuing.grant_role_of(session, certificate, by=by, now=now)
    letters.changed(session, certificate, "active", reason=reason, until=None, now=now)
    return decision


def withdraw(
    session: Session, certificate: Certificate, *, reason: str, by: uuid.UUID, now: datetime
) -> Decision:
    """Withdraw a certificate for good (only an appeal brings it back), also one that has yet to begin."""
    _demand(session, certificate, "active", "suspended", "pending", now=now)
    decision = _decide(session, certificate, kind="withdraw", reason=reason, by=by, now=now)
    changes_of.note(session, certificate, "withdrawn", reason=reason, decision=decision, now=now)
    certified.end_certificate_grants(session, certificate=certificate.serial, reason=reason, by=by, now=now)
    letters.changed(session, certificate, "withdrawn", reason=reason, until=None, now=now)
    return decision


def replace(
    session: Session, certificate: Certificate, *, reason: str, by: uuid.UUID, now: datetime
) -> Certificate:
    """Issue the same certificate anew with the holder's name of today.

    Returns the new one, intended: the caller commits, then calls ``issuing.finish``, by which the old one is
    superseded and not before, so that the holder is never without.
    """
    _demand(session, certificate, "active", now=now)
    begun = select(Certificate.id).where(
        Certificate.replaces_id == certificate.id,
        Certificate.state == "intended",
    )
    if session.scalars(begun).first() is not None:
        raise NotPossible("superseded")
    decision = _decide(session, certificate, kind="replace", reason=reason, by=by, now=now)
    return issuing.intend(session, decision, now=now, replaces=certificate)


def begin_renewal(session: Session, certificate: Certificate, *, by: uuid.UUID, now: datetime) -> Candidacy:
    """The holder works towards the next period; counts what happened since this one began.

    Raises :class:`NotPossible` outside the renewal window and its grace and where the next period is there
    already, ``learners.NotEligible`` twice.
    """
    on = local_date(now)
    current = status(session, certificate, on=on)
    if current not in ("active", "expired") or not period(certificate).renewable(on):
        raise NotPossible(current)
    later = select(Certificate.id).where(
        Certificate.person_id == certificate.person_id,
        Certificate.owner_id == certificate.owner_id,
        Certificate.scheme == certificate.scheme,
        Certificate.state != "voided",
        Certificate.valid_from > certificate.valid_from,
    )
    if session.scalars(later).first() is not None:
        raise NotPossible(current)
    return learners.apply(
        session,
        person=certificate.person_id,
        scheme=certificate.scheme,
        by=by,
        now=now,
        purpose="renewal",
        since=certificate.valid_from,
    )


@jobs.job("certificates-by-day", daily_at=3)
def by_day(run: jobs.Run) -> None:
    """Note on the record what has changed by itself: expiries, and suspensions whose time is up."""
    expire(run.session, now=run.now)
    resume(run.session, now=run.now)


def expire(session: Session, *, now: datetime, tell: Callable[[str], None] = lambda _serial: None) -> int:
    """Record the expiry of certificates whose last day has passed; how many. They were invalid already.

    ``tell`` hears the serial number of each.
    """
    today = local_date(now)
    noted = select(StatusChange.id).where(
        StatusChange.certificate_id == Certificate.id, StatusChange.status.in_(("expired", "superseded"))
    )
    run_out = select(Certificate).where(
        Certificate.state == "issued", Certificate.valid_until < today, ~noted.exists()
    )
    over = [one for one in session.scalars(run_out) if status(session, one, on=today) == "expired"]
    for certificate in over:
        changes_of.note(session, certificate, "expired", reason="", decision=None, now=now)
        letters.changed(session, certificate, "expired", reason="", until=None, now=now)
        tell(certificate.serial)
    return len(over)


def resume(session: Session, *, now: datetime) -> int:
    """Note that suspensions have ended by themselves, and give the roles back; how many."""
    today = local_date(now)
    ended = (
        select(Certificate)
        .join(StatusChange, StatusChange.certificate_id == Certificate.id)
        .where(Certificate.state == "issued", StatusChange.status == "suspended", StatusChange.until < today)
        .where(Certificate.valid_until.is_(None) | (Certificate.valid_until >= today))
    )
    count = 0
    for certificate in session.scalars(ended).unique():
        last = changes(session, certificate)[-1]
        if last.status != "suspended" or last.until is None or last.until >= today:
            continue
        suspended_by = session.get(Decision, last.decision_id) if last.decision_id else None
        changes_of.note(session, certificate, "active", reason="", decision=None, now=now)
        if suspended_by is not None:
            issuing.grant_role_of(session, certificate, by=suspended_by.taken_by, now=now)
        letters.changed(session, certificate, "active", reason="", until=None, now=now)
        count += 1
    return count
