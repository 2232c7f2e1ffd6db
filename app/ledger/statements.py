"""Events as xAPI statements: one statement for each person who gains by an event.

Built with tincan's statement model, so that what we say is well-formed xAPI 1.0.3, and handed on as plain
JSON. The profile's table (``app.rules.profile``) names verbs, activity types and extensions. Statement ids
follow from the event's id and the person's part in it: the same event always gives the same statements.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any
from uuid import UUID, uuid5

from tincan import (
    Activity,
    ActivityDefinition,
    Agent,
    AgentAccount,
    ContextActivities,
    LanguageMap,
    Result,
    Score,
    Statement,
    StatementRef,
    Verb,
)

from app import events
from app.rules import profile

Value = str | int | bool | None

Plain = dict[str, Any]
"""A part of a statement as JSON. What many statements share is worked out once."""

_PROFILE: Plain = ContextActivities(category=[Activity(id=profile.VERSION)]).as_version()
"""What every statement of ours belongs to."""


@dataclass(frozen=True, slots=True)
class StatementFor:
    """A statement, and the person who gains by it (or loses, by a voiding one)."""

    person: UUID
    statement: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """What one event says of one person, before it is put into xAPI's words."""

    role: str
    person: UUID
    about: str
    facts: dict[str, Value | UUID]
    key: str = ""
    minutes: int | None = None
    score: int | None = None
    success: bool | None = None
    registration: UUID | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    people: dict[str, list[UUID]] = field(default_factory=dict)


def statements_for(event: events.Event, *, home: str) -> list[StatementFor]:
    """The statements of ``event``. ``home`` is the service's own address: it names accounts and activities.
    Raises KeyError for a kind of event that the profile does not know."""
    if isinstance(event, events.EvidenceVoided):
        return [StatementFor(event.person, _voiding(event, home))]
    if isinstance(event, events.CourseInitialized):
        return [StatementFor(event.person, _initialized(event, home))]
    if isinstance(event, events.UseCorrected):
        return [StatementFor(event.person, _correcting(event, home))]
    parts = _PARTS[type(event)](event)
    return [StatementFor(part.person, _statement(event, part, home)) for part in parts]


def statement_id(event: UUID, role: str) -> UUID:
    """The id of the statement that the event with this id makes for that part in it."""
    return uuid5(event, role)


def account(person: UUID, home: str) -> dict[str, str]:
    """How statements name a person: an account that says nothing about them."""
    return {"homePage": home, "name": str(person)}


def _training(event: events.TrainingCompleted) -> list[_Part]:
    facts: dict[str, Value | UUID] = {"course": event.course, "unit": event.unit, "core": event.core}
    return [
        _Part(
            role="learner",
            person=event.person,
            about=f"course-unit/{event.course}/{event.unit}",
            facts=facts,
            minutes=event.minutes,
            registration=event.registration,
        )
    ]


def _quiz(event: events.QuizAnswered) -> list[_Part]:
    facts: dict[str, Value | UUID] = {
        "assessment": event.criterion,
        "attempt": event.id,
        "course": event.course,
        "unit": event.unit,
        "outcome": "passed" if event.passed else "failed",
        "examiners": 0,
    }
    return [
        _Part(
            role="learner",
            person=event.person,
            about=f"quiz/{event.course}/{event.unit}",
            facts=facts,
            score=event.score,
            success=event.passed,
            registration=event.registration,
        )
    ]


def _hours(event: events.HoursSignedOff) -> list[_Part]:
    facts: dict[str, Value | UUID] = {
        "hours": event.hours,
        "client": event.client,
        "paid": event.paid,
        "group_size": event.group_size,
        "provider": event.provider,
    }
    about = f"coaching/{event.hours}"
    return [_Part(role="coach", person=event.person, about=about, facts=facts, minutes=event.minutes)]


def _mentoring(event: events.MentoringHeld) -> list[_Part]:
    about = f"mentoring/{event.mentoring}"
    same: dict[str, Value | UUID] = {"mentoring": event.mentoring, "one_to_one": event.one_to_one}
    return [
        _Part(
            role="mentee",
            person=event.person,
            about=about,
            facts=same | {"mentor": event.mentor},
            minutes=event.minutes,
        ),
        _Part(
            role="mentor",
            person=event.mentor,
            about=about,
            facts=same | {"mentee": event.person},
            minutes=event.minutes,
        ),
    ]


def _attended(event: events.SessionAttended) -> list[_Part]:
    facts: dict[str, Value | UUID] = {
        "delivery": event.delivery,
        "course": event.course,
        "trainer": event.trainer,
        "of_minutes": event.of_minutes,
    }
    about = f"delivery/{event.delivery}"
    return [_Part(role="participant", person=event.person, about=about, facts=facts, minutes=event.minutes)]


def _led(event: events.SessionLed) -> list[_Part]:
    facts: dict[str, Value | UUID] = {
        "delivery": event.delivery,
        "course": event.course,
        "role": event.role,
        "municipality": event.municipality,
        "share": event.share,
        "participants": event.participants,
    }
    about = f"delivery/{event.delivery}"
    return [_Part(role="trainer", person=event.person, about=about, facts=facts, minutes=event.minutes)]


def _rated(event: events.SessionRated) -> list[_Part]:
    facts: dict[str, Value | UUID] = {"delivery": event.delivery, "value": event.value}
    return [_Part(role="trainer", person=event.person, about=f"delivery/{event.delivery}", facts=facts)]


def _graded(event: events.AttemptGraded) -> list[_Part]:
    facts: dict[str, Value | UUID] = {
        "assessment": event.criterion,
        "attempt": event.attempt,
        "outcome": event.outcome,
        "examiners": len(set(event.examiners)),
    }
    return [
        _Part(
            role="candidate",
            person=event.person,
            about=f"assessment/{event.attempt}",
            facts=facts,
            score=event.score,
            success=event.outcome == "passed",
            people={"examined_by": list(event.examiners)},
        )
    ]


def _observed(event: events.SessionObserved) -> list[_Part]:
    facts: dict[str, Value | UUID] = {
        "observation": event.observation,
        "examiner": event.examiner,
        "delivery": event.delivery,
    }
    about = f"observation/{event.observation}"
    return [_Part(role="candidate", person=event.person, about=about, facts=facts, success=event.passed)]


def _credited(event: events.CreditsAccepted) -> list[_Part]:
    facts: dict[str, Value | UUID] = {
        "declaration": event.declaration,
        "category": event.category,
        "credits": event.credits,
    }
    about = f"further-training/{event.declaration}"
    return [_Part(role="holder", person=event.person, about=about, facts=facts)]


def _declared(event: events.DeclarationSigned) -> list[_Part]:
    facts: dict[str, Value | UUID] = {
        "signing": event.signing,
        "scheme": event.scheme,
        "criterion": event.criterion,
        "wording": event.wording,
    }
    return [_Part(role="signer", person=event.person, about=f"declaration/{event.signing}", facts=facts)]


def _issued(event: events.CertificateIssued) -> list[_Part]:
    about = f"certificate/{event.certificate}"
    same: dict[str, Value | UUID] = {"certificate": event.certificate, "scheme": event.scheme}
    holder = _Part(
        role="holder",
        person=event.person,
        about=about,
        facts=same,
        valid_from=event.valid_from,
        valid_until=event.valid_until,
    )
    trainers = dict.fromkeys(event.trainers)
    return [
        holder,
        *(
            _Part(
                role="trainer",
                person=trainer,
                about=about,
                facts=same | {"trainee": event.person},
                key=f"trainer:{trainer}",
            )
            for trainer in trainers
        ),
    ]


def _status(event: events.CertificateStatusChanged) -> list[_Part]:
    facts: dict[str, Value | UUID] = {
        "certificate": event.certificate,
        "scheme": event.scheme,
        "status": event.status,
    }
    about = f"certificate/{event.certificate}"
    return [_Part(role="holder", person=event.person, about=about, facts=facts, valid_until=event.until)]


def _waived(event: events.RequirementWaived) -> list[_Part]:
    facts: dict[str, Value | UUID] = {
        "waiver": event.waiver,
        "scheme": event.scheme,
        "criterion": event.criterion,
        "reason": event.reason,
        "approver": event.approver,
    }
    about = f"criterion/{event.scheme}/{event.criterion}"
    return [_Part(role="candidate", person=event.person, about=about, facts=facts, valid_until=event.until)]


_PARTS: dict[type[events.Event], Callable[[Any], list[_Part]]] = {
    events.TrainingCompleted: _training,
    events.QuizAnswered: _quiz,
    events.HoursSignedOff: _hours,
    events.MentoringHeld: _mentoring,
    events.SessionAttended: _attended,
    events.SessionLed: _led,
    events.SessionRated: _rated,
    events.AttemptGraded: _graded,
    events.SessionObserved: _observed,
    events.CreditsAccepted: _credited,
    events.DeclarationSigned: _declared,
    events.CertificateIssued: _issued,
    events.CertificateStatusChanged: _status,
    events.RequirementWaived: _waived,
}


def _statement(event: events.Event, part: _Part, home: str) -> dict[str, Any]:
    pattern = profile.BY_ROLE[type(event).__name__, part.role]
    extensions: dict[str, Any] = {
        profile.extension(name): str(value) if isinstance(value, UUID) else value
        for name, value in part.facts.items()
        if value is not None
    }
    for name, day in (("valid_from", part.valid_from), ("valid_until", part.valid_until)):
        if day is not None:
            extensions[profile.extension(name)] = day.isoformat()
    for name, people in part.people.items():
        extensions[profile.extension(name)] = [str(person) for person in people]
    statement = Statement(
        id=statement_id(event.id, part.key or part.role), actor=_agent(part.person, home), timestamp=event.at
    )
    result = _result(part)
    if result is not None:
        statement.result = result
    return {
        **_plain(statement),
        "verb": _verb(pattern.verb, pattern.verb_name),
        "object": _activity(
            f"{home.rstrip('/')}/xapi/activities/{part.about}", pattern.type, pattern.type_name
        ),
        "context": _context(extensions, part.registration),
    }


def _result(part: _Part) -> Result | None:
    result = Result()
    if part.minutes is not None:
        result.duration = timedelta(minutes=part.minutes)
    if part.score is not None:
        result.score = Score(scaled=part.score / 100, raw=part.score, min=0, max=100)
    if part.success is not None:
        result.success = part.success
    return result if vars(result) else None


def _voiding(event: events.EvidenceVoided, home: str) -> Plain:
    return {
        **_about_another(event, "voided", home),
        "verb": _verb(profile.VOIDED, ("återtog", "voided")),
        "context": _context({profile.extension("reason"): event.reason}),
    }


def _correcting(event: events.UseCorrected, home: str) -> Plain:
    facts = {"dispute": str(event.dispute), "line": str(event.line)}
    return {
        **_about_another(event, "corrected-use", home),
        "verb": _verb(profile.USE_CORRECTED, ("fick sin användning rättad", "had a use corrected")),
        "context": _context({profile.extension(name): said for name, said in facts.items()}),
    }


def _about_another(event: events.EvidenceVoided | events.UseCorrected, role: str, home: str) -> Plain:
    return _plain(
        Statement(
            id=statement_id(event.id, role),
            actor=_agent(event.person, home),
            object=StatementRef(id=event.statement),
            timestamp=event.at,
        )
    )


def _initialized(event: events.CourseInitialized, home: str) -> Plain:
    return {
        **_plain(
            Statement(
                id=statement_id(event.id, "initialized"), actor=_agent(event.person, home), timestamp=event.at
            )
        ),
        "verb": _verb(profile.INITIALIZED, ("påbörjade", "initialized")),
        "object": _activity(
            f"{home.rstrip('/')}/xapi/activities/course/{event.course}", profile.COURSE, ("kurs", "course")
        ),
        "context": _context({profile.extension("course"): event.course}, event.registration),
    }


def _context(extensions: Plain, registration: UUID | None = None) -> Plain:
    """The context with its facts, and the profile that says what they mean."""
    context = {"contextActivities": _PROFILE, "extensions": extensions}
    return context if registration is None else {**context, "registration": str(registration)}


def _agent(person: UUID, home: str) -> Agent:
    return Agent(account=AgentAccount(home_page=home, name=str(person)))


def _activity(id_: str, type_: str, names: tuple[str, str]) -> Plain:
    return {**_plain(Activity(id=id_)), "definition": _definition(type_, names)}


@cache
def _definition(type_: str, names: tuple[str, str]) -> Plain:
    return _plain(ActivityDefinition(type=type_, name=_names(names)))


@cache
def _verb(verb: str, names: tuple[str, str]) -> Plain:
    return _plain(Verb(id=verb, display=_names(names)))


def _names(names: tuple[str, str]) -> LanguageMap:
    return LanguageMap({"sv": names[0], "en": names[1]})


def _plain(part: Statement | Activity | ActivityDefinition | Verb) -> Plain:
    plain: Plain = part.as_version()
    return plain
