"""What happens when something comes to count: one frozen dataclass per kind of event.

A service that lets something count builds one of these and hands it to ``app.ledger.service.record``.
Every event names people by their opaque person id only. Instants are aware UTC datetimes, ``minutes`` are
whole minutes, percentages and scores are whole percent (0-100), ids are UUIDs, codes are short slugs.

Each event carries its own ``id``: recording the same id twice stores it once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """``id`` names the fact, ``person`` gains by it, ``at`` is when it happened (its start)."""

    id: UUID
    person: UUID
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseInitialized(Event):
    """The first unit of a course opened. It is no evidence: where a licence applies, it uses the seat."""

    registration: UUID
    course: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingCompleted(Event):
    """A course, or one unit of it, worked through. ``minutes`` is the package's declared learning time."""

    registration: UUID
    course: str
    unit: str
    minutes: int
    core: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class QuizAnswered(Event):
    """A course's quiz handed in; ``criterion`` is the assessment code that the package declares for it."""

    registration: UUID
    course: str
    unit: str
    criterion: str
    score: int
    passed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursSignedOff(Event):
    """Coaching that both sides have signed. ``client`` is the client organisation's opaque id."""

    hours: UUID
    client: UUID
    minutes: int
    paid: bool
    group_size: int
    provider: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MentoringHeld(Event):
    """Mentor coaching: counts for the mentee (``person``) and, as given, for ``mentor``."""

    mentoring: UUID
    mentor: UUID
    minutes: int
    one_to_one: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionAttended(Event):
    """A participant's attendance in a delivery: ``minutes`` present of ``of_minutes`` held."""

    delivery: UUID
    course: str
    minutes: int
    of_minutes: int
    trainer: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLed(Event):
    """A delivery led or co-led. ``share`` is the person's part of it in percent (100 when alone)."""

    delivery: UUID
    course: str
    role: Literal["lead", "co"]
    share: int
    municipality: UUID
    participants: int
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRated(Event):
    """One participant's answer about the trainer ``person``: a whole number from 1 to 5."""

    delivery: UUID
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptGraded(Event):
    """An examiner's (or several examiners') result on one attempt at the assessment ``criterion``."""

    attempt: UUID
    criterion: str
    score: int
    outcome: Literal["passed", "failed", "repeat"]
    examiners: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionObserved(Event):
    """An observed session, judged by ``examiner`` who is independent of the candidate."""

    observation: UUID
    delivery: UUID | None
    examiner: UUID
    passed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditsAccepted(Event):
    """Further training towards renewal, in whole credits of one category."""

    declaration: UUID
    category: Literal["core", "ethics", "other"]
    credits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclarationSigned(Event):
    """A declaration that ``criterion`` of ``scheme`` asks for, signed; ``wording`` is the digest of its words."""

    signing: UUID
    scheme: str
    criterion: str
    wording: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateIssued(Event):
    """``person`` holds ``scheme`` (its code) from ``valid_from`` until ``valid_until`` (None: no end)."""

    certificate: UUID
    scheme: str
    valid_from: date
    valid_until: date | None
    trainers: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateStatusChanged(Event):
    """From ``at`` on the certificate is suspended, active again, withdrawn, expired or superseded."""

    certificate: UUID
    scheme: str
    status: Literal["active", "suspended", "withdrawn", "expired", "superseded"]
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementWaived(Event):
    """A criterion waived for one person, with a reason from the fixed list; may end by itself."""

    waiver: UUID
    scheme: str
    criterion: str
    reason: str
    approver: UUID
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceVoided(Event):
    """What ``statement`` said no longer counts; ``reason`` is for people to read."""

    statement: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UseCorrected(Event):
    """The usage line that ``statement`` caused is countered, since a dispute about it was accepted. What the
    statement says of ``person`` still counts."""

    dispute: UUID
    statement: UUID
    line: UUID
