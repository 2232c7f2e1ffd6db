"""The xAPI profile of the service: what it says in statements, and which evidence each one is.

Every row of ``PATTERNS`` is one kind of statement. Verb and activity type together name the row; the facts
are extensions of the context, the time taken is the result's duration, a grade is the result's score. People
appear as opaque accounts only. ``app.xapi.profile_document`` publishes the same table as JSON-LD.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

BASE = "https://profile.accelerera.example/xapi/v1/"
VERSION = BASE + "versions/1.0"
"""Names this version of the profile; every statement that follows it says so among its context's categories."""
ADL = "http://adlnet.gov/expapi/verbs/"
VOIDED = ADL + "voided"
INITIALIZED = ADL + "initialized"
"""Of a course, or a launched unit of one: somebody has begun. It becomes no evidence."""
COURSE = "http://adlnet.gov/expapi/activities/course"

FactType = Literal["text", "whole", "flag"]


def verb(name: str) -> str:
    """The IRI of one of the profile's own verbs."""
    return f"{BASE}verbs/{name}"


USE_CORRECTED = verb("corrected-use")
"""Of a statement that caused a line of use under a licence: the line no longer counts. It becomes no evidence."""


def activity_type(name: str) -> str:
    """The IRI of one of the profile's activity types."""
    return f"{BASE}activity-types/{name}"


def extension(name: str) -> str:
    """The IRI of the extension that carries the fact ``name``."""
    return f"{BASE}extensions/{name.replace('_', '-')}"


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of an evidence item; ``optional`` ones may be missing."""

    name: str
    type: FactType = "text"
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """One kind of statement: the event it comes from, whom it is about (``role``), and what it becomes.

    ``timed``: the result must have a duration. ``outcome``: which of score and success the result carries.
    ``lasting``: the extensions valid-from and valid-until may say how long it holds.
    """

    event: str
    role: str
    verb: str
    verb_name: tuple[str, str]
    type: str
    type_name: tuple[str, str]
    kind: str
    facts: tuple[Fact, ...]
    timed: bool = False
    lasting: bool = False
    scored: bool = False
    judged: bool = False

    @property
    def key(self) -> tuple[str, str]:
        return (self.verb, self.type)


def _text(*names: str) -> tuple[Fact, ...]:
    return tuple(Fact(name) for name in names)


#: The verb's and the type's names are Swedish and English.
PATTERNS: tuple[Pattern, ...] = (
    Pattern(
        event="TrainingCompleted",
        role="learner",
        verb=ADL + "completed",
        verb_name=("genomförde", "completed"),
        type=activity_type("course-unit"),
        type_name=("kursavsnitt", "course unit"),
        kind="training",
        facts=(*_text("course", "unit"), Fact("core", "flag")),
        timed=True,
    ),
    Pattern(
        event="QuizAnswered",
        role="learner",
        verb=ADL + "answered",
        verb_name=("besvarade", "answered"),
        type=activity_type("quiz"),
        type_name=("kunskapstest", "quiz"),
        kind="assessment",
        facts=(*_text("assessment", "attempt", "course", "unit", "outcome"), Fact("examiners", "whole")),
        scored=True,
    ),
    Pattern(
        event="HoursSignedOff",
        role="coach",
        verb=verb("coached"),
        verb_name=("coachade", "coached"),
        type=activity_type("coaching"),
        type_name=("coachning", "coaching"),
        kind="coaching",
        facts=(
            *_text("hours", "client"),
            Fact("paid", "flag"),
            Fact("group_size", "whole"),
            Fact("provider", optional=True),
        ),
        timed=True,
    ),
    Pattern(
        event="MentoringHeld",
        role="mentee",
        verb=verb("was-mentored"),
        verb_name=("fick mentorcoachning", "was mentored"),
        type=activity_type("mentoring"),
        type_name=("mentorcoachning", "mentor coaching"),
        kind="mentoring",
        facts=(*_text("mentoring", "mentor"), Fact("one_to_one", "flag")),
        timed=True,
    ),
    Pattern(
        event="MentoringHeld",
        role="mentor",
        verb=verb("mentored"),
        verb_name=("gav mentorcoachning", "mentored"),
        type=activity_type("mentoring"),
        type_name=("mentorcoachning", "mentor coaching"),
        kind="mentoring_given",
        facts=(*_text("mentoring", "mentee"), Fact("one_to_one", "flag")),
        timed=True,
    ),
    Pattern(
        event="SessionAttended",
        role="participant",
        verb=ADL + "attended",
        verb_name=("deltog i", "attended"),
        type=activity_type("delivery"),
        type_name=("utbildningstillfälle", "delivery"),
        kind="attendance",
        facts=(*_text("delivery", "course", "trainer"), Fact("of_minutes", "whole")),
        timed=True,
    ),
    Pattern(
        event="SessionLed",
        role="trainer",
        verb=verb("delivered"),
        verb_name=("höll", "delivered"),
        type=activity_type("delivery"),
        type_name=("utbildningstillfälle", "delivery"),
        kind="delivery",
        facts=(
            *_text("delivery", "course", "role", "municipality"),
            Fact("share", "whole"),
            Fact("participants", "whole"),
        ),
        timed=True,
    ),
    Pattern(
        event="SessionRated",
        role="trainer",
        verb=verb("was-rated"),
        verb_name=("fick omdöme för", "was rated for"),
        type=activity_type("delivery"),
        type_name=("utbildningstillfälle", "delivery"),
        kind="rating",
        facts=(Fact("delivery"), Fact("value", "whole")),
    ),
    Pattern(
        event="AttemptGraded",
        role="candidate",
        verb=verb("was-graded"),
        verb_name=("bedömdes i", "was graded in"),
        type=activity_type("assessment"),
        type_name=("examination", "assessment"),
        kind="assessment",
        facts=(*_text("assessment", "attempt", "outcome"), Fact("examiners", "whole")),
        scored=True,
    ),
    Pattern(
        event="SessionObserved",
        role="candidate",
        verb=verb("was-observed"),
        verb_name=("observerades i", "was observed in"),
        type=activity_type("observation"),
        type_name=("observation", "observation"),
        kind="observation",
        facts=(*_text("observation", "examiner"), Fact("delivery", optional=True)),
        judged=True,
    ),
    Pattern(
        event="CreditsAccepted",
        role="holder",
        verb=verb("earned-credits"),
        verb_name=("fick poäng för", "earned credits for"),
        type=activity_type("further-training"),
        type_name=("fortbildning", "further training"),
        kind="credits",
        facts=(*_text("declaration", "category"), Fact("credits", "whole")),
    ),
    Pattern(
        event="DeclarationSigned",
        role="signer",
        verb=verb("declared"),
        verb_name=("försäkrade", "declared"),
        type=activity_type("declaration"),
        type_name=("försäkran", "declaration"),
        kind="declaration",
        facts=_text("signing", "scheme", "criterion", "wording"),
    ),
    Pattern(
        event="CertificateIssued",
        role="holder",
        verb=verb("was-certified"),
        verb_name=("certifierades", "was certified"),
        type=activity_type("certificate"),
        type_name=("certifikat", "certificate"),
        kind="certificate",
        facts=_text("certificate", "scheme"),
        lasting=True,
    ),
    Pattern(
        event="CertificateIssued",
        role="trainer",
        verb=verb("trained-to-certification"),
        verb_name=("utbildade till certifiering", "trained to certification"),
        type=activity_type("certificate"),
        type_name=("certifikat", "certificate"),
        kind="trainee_certified",
        facts=_text("certificate", "scheme", "trainee"),
    ),
    Pattern(
        event="CertificateStatusChanged",
        role="holder",
        verb=verb("changed-status"),
        verb_name=("fick ändrad status för", "changed status"),
        type=activity_type("certificate"),
        type_name=("certifikat", "certificate"),
        kind="certificate_status",
        facts=_text("certificate", "scheme", "status"),
        lasting=True,
    ),
    Pattern(
        event="RequirementWaived",
        role="candidate",
        verb=verb("was-exempted"),
        verb_name=("fick dispens från", "was exempted from"),
        type=activity_type("criterion"),
        type_name=("krav", "criterion"),
        kind="waiver",
        facts=_text("waiver", "scheme", "criterion", "reason", "approver"),
        lasting=True,
    ),
)

BY_KEY: dict[tuple[str, str], Pattern] = {pattern.key: pattern for pattern in PATTERNS}
BY_ROLE: dict[tuple[str, str], Pattern] = {(pattern.event, pattern.role): pattern for pattern in PATTERNS}
