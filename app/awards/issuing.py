"""From a decision to a signed document, exactly once, whatever breaks on the way.

    commit 1   decision + serial + intent            intend()
    then       draw, check, sign once, verify own output
    commit 2   document + record + role + mail       finish()

A crash between the two leaves an intent; the sweeper finishes it, or voids it with a reason that stays visible,
so that no serial number is unexplained. The serial is a counter raised in the same transaction that uses it.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from app import audit, clock, jobs
from app.accounts import certified
from app.accounts import service as accounts
from app.accounts.models import Person
from app.awards import changes, letters, presses
from app.awards.models import Certificate, Decision, Rendition, SerialCounter
from app.awards.signers import CannotIssue, IssuedBy, issued_by, know_key
from app.clock import local_date
from app.db import insert_all
from app.events import CertificateIssued
from app.ledger import service as ledger
from app.rules.months import ONE_DAY
from app.rules.validity import Period
from app.schemes import service as schemes
from certificates import sign
from certificates.document import ImageError
from certificates.faces import GlyphMissing
from certificates.facts import Facts, FactsError, Signatory, Text, new_code
from certificates.keys import SigningKeyError
from certificates.layout import DoesNotFit

log = logging.getLogger(__name__)

PATIENCE = timedelta(minutes=2)
UNSIGNABLE = (sign.SigningError, SigningKeyError)
UNDRAWABLE = (GlyphMissing, DoesNotFit, ImageError, FactsError)


def _next_numbers(session: Session, owner: uuid.UUID, count: int) -> range:
    upsert = postgresql_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    session.execute(upsert(SerialCounter).values(owner_id=owner, last=0).on_conflict_do_nothing())
    raised = update(SerialCounter).where(SerialCounter.owner_id == owner)
    raised = raised.values(last=SerialCounter.last + count)
    last = session.execute(raised.returning(SerialCounter.last)).scalar_one()
    return range(last - count + 1, last + 1)


def _period(session: Session, decision: Decision, replaced: Certificate | None) -> Period:
    version = schemes.load(session, decision.scheme_version_id)
    if replaced is not None and decision.kind == "replace":
        return Period(
            valid_from=replaced.valid_from,
            valid_until=replaced.valid_until,
            renewal_window_months=replaced.renewal_window_months,
            grace_days=replaced.grace_days,
        )
    start = decision.on
    if replaced is not None and replaced.valid_until is not None and replaced.valid_until >= start:
        start = replaced.valid_until + ONE_DAY
    return Period.of(
        start,
        months=version.validity_months,
        renewal_window_months=version.renewal_window_months,
        grace_days=version.grace_days,
    )


def _facts(
    session: Session,
    decision: Decision,
    person: Person,
    period: Period,
    issued_by: IssuedBy,
    *,
    serial: str,
    code: str,
) -> Facts:
    version = schemes.load(session, decision.scheme_version_id)
    certifier = accounts.load_person(session, decision.taken_by)
    if certifier is None:
        raise CannotIssue("The certifier is gone.")
    service_url, name = str(current_app.config["SERVICE_URL"]), version.name
    owner, issuer = issued_by.owner, issued_by.issuer
    return Facts(
        serial=serial,
        code=code,
        holder=person.display_name,
        scheme=Text(name["sv"], name["en"]),
        level=Text(name["sv"], name["en"]),
        scheme_version=str(version.version),
        criteria_digest=version.digest,
        awarded_on=decision.on,
        valid_from=period.valid_from,
        valid_until=period.valid_until,
        issuer=owner.name,
        place=issuer.place,
        verify_url=f"{service_url}/verify/{code}",
        signatories=issuer.signatories
        or (
            Signatory(name=certifier.name, title=Text("Beslutsfattare", "Certifier")),
            Signatory(name=owner.name, title=Text("Ordningens ägare", "Scheme owner")),
        ),
        languages=issuer.languages or ("sv" if person.language == "sv" else "en"),
        development=issued_by.used.development,
    )


@contextmanager
def _drawing() -> Iterator[None]:
    """What can go wrong with a document, as :class:`CannotIssue`."""
    try:
        yield
    except UNDRAWABLE as problem:
        raise CannotIssue(str(problem)) from problem
    except UNSIGNABLE as problem:
        raise CannotIssue(str(problem), for_now=True) from problem


def intend(
    session: Session, decision: Decision, *, now: datetime, replaces: Certificate | None = None
) -> Certificate:
    """Take a serial for what ``decision`` grants and note the intent. Idempotent per decision.

    Raises :class:`CannotIssue` where no document could be drawn; the caller then rolls back, and the number with it.
    """
    return Intending(session, [(decision, replaces)], now=now).done()[0]


class Intending:
    """:func:`intend` for decisions of one owner, each with the certificate that the new one replaces.

    Their sheets are being drawn: before the intents are committed has to be waited for :meth:`done`.
    """

    def __init__(
        self, session: Session, granted: Sequence[tuple[Decision, Certificate | None]], *, now: datetime
    ) -> None:
        made = select(Certificate).where(Certificate.decision_id.in_([one.id for one, _ in granted]))
        known = {one.decision_id: one for one in session.scalars(made)}
        new = [(one, replaced) for one, replaced in granted if one.id not in known]
        self._printing: presses.Printing | None = None
        if new:
            (owner,) = {one.owner_id for one, _ in new}
            by = issued_by(session, owner)
            self._printing = presses.Printing(by.used, at=now)
            numbers = _next_numbers(session, owner, len(new))
            for number, (decision, replaced) in zip(numbers, new, strict=True):
                one = _intended(session, decision, replaced, number, by, now=now)
                with _drawing():
                    self._printing.draw(one.facts, by.issuer.template_for(decision.scheme))
                known[decision.id] = one
            session.flush()
        self._intents = [known[one.id] for one, _ in granted]

    def done(self) -> list[Certificate]:
        """The intents, each of which can be drawn. Raises :class:`CannotIssue` where one cannot."""
        if self._printing is not None:
            with _drawing():
                self._printing.drawn()
        return self._intents


def _intended(
    session: Session,
    decision: Decision,
    replaces: Certificate | None,
    number: int,
    issued_by: IssuedBy,
    *,
    now: datetime,
) -> Certificate:
    person = session.get_one(Person, decision.person_id)
    period = _period(session, decision, replaces)
    serial, code = f"{decision.on.year}-{number:06d}", new_code()
    with _drawing():
        facts = _facts(session, decision, person, period, issued_by, serial=serial, code=code)
    certificate = Certificate(
        owner_id=decision.owner_id,
        number=number,
        serial=serial,
        code=code,
        decision_id=decision.id,
        person_id=person.id,
        scheme=decision.scheme,
        scheme_version_id=decision.scheme_version_id,
        holder=facts.holder,
        facts=facts.to_json(),
        valid_from=period.valid_from,
        valid_until=period.valid_until,
        renewal_window_months=period.renewal_window_months,
        grace_days=period.grace_days,
        replaces_id=replaces.id if replaces else None,
        intended_at=now,
    )
    session.add(certificate)
    return certificate


def renewed_by(session: Session, decision: Decision) -> Certificate | None:
    """The certificate whose period ``decision`` carries on, for a renewal."""
    if decision.kind != "recertify":
        return None
    return session.scalars(
        select(Certificate)
        .where(
            Certificate.person_id == decision.person_id,
            Certificate.scheme == decision.scheme,
            Certificate.state == "issued",
        )
        .order_by(Certificate.valid_from.desc(), Certificate.id.desc())
        .limit(1)
    ).one_or_none()


def finish(session: Session, certificate: Certificate, *, now: datetime) -> Certificate:
    """Draw, check and sign an intended certificate, and let it count. Idempotent.

    Raises :class:`CannotIssue` where the document cannot be made; nothing is then changed.
    """
    Finishing(session, [certificate], now=now).done()
    return certificate


class Finishing:
    """:func:`finish` for intended certificates of one owner: all of them, or none where one cannot be made.

    They are being signed, and count with :meth:`done`.
    """

    def __init__(self, session: Session, certificates: Sequence[Certificate], *, now: datetime) -> None:
        self._session, self._now = session, now
        self._ours = _take(session, certificates, now=now)
        if not self._ours:
            return
        (self._owner,) = {one.owner_id for one in self._ours}
        by = issued_by(session, self._owner)
        self._signer = by.used.fingerprint
        know_key(session, by.used, now)
        self._printing = presses.Printing(by.used, at=now)
        with _drawing():
            self._printing.issue([(one.facts, by.issuer.template_for(one.scheme)) for one in self._ours])

    def done(self) -> None:
        """Let them count and keep their documents. Raises :class:`CannotIssue` where one could not be made."""
        if not self._ours:
            return
        _let_them_count(self._session, self._ours, owner=self._owner, now=self._now)
        with _drawing():
            signed = self._printing.issued()
        for one, made in zip(self._ours, signed, strict=True):
            one.signed_digest = made.digest
        originals = [
            {
                "certificate_id": one.id,
                "kind": "original",
                "content": made.pdf,
                "sha256": made.sha256,
                "digest": made.digest,
                "signer": self._signer,
                "at": self._now,
            }
            for one, made in zip(self._ours, signed, strict=True)
        ]
        insert_all(self._session, Rendition, originals)
        self._session.flush()


def _take(session: Session, certificates: Sequence[Certificate], *, now: datetime) -> list[Certificate]:
    """Those of these intents that nobody has finished yet: they are issued from here on, and ours to finish."""
    ids = [one.id for one in certificates]
    intended = update(Certificate).where(Certificate.id.in_(ids), Certificate.state == "intended")
    issued = intended.values(state="issued", issued_at=now).returning(Certificate.id)
    taken = set(session.scalars(issued.execution_options(synchronize_session=False)))
    ours = [one for one in certificates if one.id in taken]
    for one in ours:
        set_committed_value(one, "state", "issued")
        set_committed_value(one, "issued_at", now)
    for one in certificates:
        if one.id not in taken:
            session.refresh(one)
    return ours


def _let_them_count(
    session: Session, certificates: Sequence[Certificate], *, owner: uuid.UUID, now: datetime
) -> None:
    decisions = {one.decision_id: session.get_one(Decision, one.decision_id) for one in certificates}
    for one in certificates:
        decision = decisions[one.decision_id]
        if decision.kind == "replace" and one.replaces_id is not None:
            _supersede(session, session.get_one(Certificate, one.replaces_id), decision, now=now)
    trainers = ledger.trainers_of(session, {one.person_id for one in certificates})
    ledger.record_all(
        session,
        [
            CertificateIssued(
                id=one.id,
                person=one.person_id,
                at=now,
                certificate=one.id,
                scheme=one.scheme,
                valid_from=one.valid_from,
                valid_until=one.valid_until,
                trainers=tuple(sorted(trainers[one.person_id])),
            )
            for one in certificates
        ],
        owner=owner,
        now=now,
    )
    for one in certificates:
        grant_role_of(session, one, by=decisions[one.decision_id].taken_by, now=now)
    audit.record_all(
        session,
        [
            audit.entry(
                "certificate.issued",
                by=decisions[one.decision_id].taken_by,
                now=now,
                subject=one,
                person=one.person_id,
                organisation=owner,
                serial=one.serial,
            )
            for one in certificates
        ],
    )
    letters.issued(session, certificates, now=now)
    session.flush()


def _supersede(session: Session, certificate: Certificate, decision: Decision, *, now: datetime) -> None:
    changes.note(session, certificate, "superseded", reason=decision.reason, decision=decision, now=now)
    certified.end_certificate_grants(
        session, certificate=certificate.serial, reason=decision.reason, by=decision.taken_by, now=now
    )


def grant_role_of(session: Session, certificate: Certificate, *, by: uuid.UUID, now: datetime) -> None:
    """Give the holder the roles that the scheme says (a coach may plan sessions), as long as it is valid."""
    version = schemes.load(session, certificate.scheme_version_id)
    if certificate.valid_until is not None and certificate.valid_until < local_date(now):
        return
    for role in version.grants:
        certified.grant_by_certificate(
            session,
            person=certificate.person_id,
            role=role,
            certificate=certificate.serial,
            starts=max(certificate.valid_from, local_date(now)),
            ends=certificate.valid_until,
            by=by,
            now=now,
        )


def void(session: Session, certificate: Certificate, *, reason: str, now: datetime) -> None:
    """An intent that cannot be carried out: its number stays, with the reason."""
    given_up = update(Certificate).where(Certificate.id == certificate.id, Certificate.state == "intended")
    session.execute(given_up.values(state="voided", void_reason=reason[:400]))
    session.refresh(certificate)
    audit.record(
        session,
        "certificate.voided",
        by=None,
        now=now,
        subject=certificate,
        person=certificate.person_id,
        serial=certificate.serial,
    )


def sweep(session: Session, *, now: datetime) -> int:
    """Finish, or void with the reason, every intent that was left behind, one commit each; how many."""
    left = session.scalars(
        select(Certificate.id).where(
            Certificate.state == "intended", Certificate.intended_at < now - PATIENCE
        )
    ).all()
    for certificate_id in left:
        try:
            finish(session, session.get_one(Certificate, certificate_id), now=clock.now())
        except CannotIssue as problem:
            session.rollback()
            if problem.for_now:
                log.error("a certificate waits for its signature: %s", problem)
                continue
            void(session, session.get_one(Certificate, certificate_id), reason=str(problem), now=clock.now())
        session.commit()
    return len(left)


@jobs.job("sweep-certificates", every_minutes=2)
def _sweep(run: jobs.Run) -> None:
    sweep(run.session, now=run.now)
