"""A statement as one sentence: who did what, in the reader's language.

What the service's own profile says gets a sentence of its own per row; everything else is told by the names that
the statement brings along. People appear by name where the account is ours.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from coursekit import say as in_language
from flask import current_app
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import service as accounts
from app.ledger.service import home
from app.organisations.models import Organisation
from app.rules.profile import BY_KEY, COURSE, INITIALIZED, USE_CORRECTED, VOIDED, Pattern, extension
from app.rules.projection import projected_person, whole_minutes
from app.schemes import service as schemes
from app.ui import formatting
from app.ui.status import STATUSES, status_text
from plugins.catalogue import UnknownCourse

Statement = Mapping[str, Any]

#: A sentence for each row of the profile, by event and role.
SENTENCES = {
    ("TrainingCompleted", "learner"): _l("%(who)s completed a unit of %(what)s"),
    ("QuizAnswered", "learner"): _l("%(who)s answered a quiz in %(what)s"),
    ("HoursSignedOff", "coach"): _l("%(who)s coached %(what)s"),
    ("MentoringHeld", "mentee"): _l("%(who)s was mentored by %(what)s"),
    ("MentoringHeld", "mentor"): _l("%(who)s mentored %(what)s"),
    ("SessionAttended", "participant"): _l("%(who)s attended a session of %(what)s"),
    ("SessionLed", "trainer"): _l("%(who)s led a session of %(what)s"),
    ("SessionRated", "trainer"): _l("%(who)s was rated %(what)s of 5 for a session"),
    ("AttemptGraded", "candidate"): _l("%(who)s was graded in %(what)s"),
    ("SessionObserved", "candidate"): _l("%(who)s was observed by %(what)s"),
    ("CreditsAccepted", "holder"): _l("%(who)s earned %(what)s credits by further training"),
    ("DeclarationSigned", "signer"): _l("%(who)s signed a declaration of %(what)s"),
    ("CertificateIssued", "holder"): _l("%(who)s was certified as %(what)s"),
    ("CertificateIssued", "trainer"): _l("%(who)s trained %(what)s all the way to a certificate"),
    ("CertificateStatusChanged", "holder"): _l("The certificate of %(who)s changed: %(what)s"),
    ("RequirementWaived", "candidate"): _l("%(who)s was exempted from a requirement of %(what)s"),
}
#: The fact that ``what`` is, by event and role.
_ABOUT = {
    ("TrainingCompleted", "learner"): "course",
    ("QuizAnswered", "learner"): "course",
    ("HoursSignedOff", "coach"): "client",
    ("MentoringHeld", "mentee"): "mentor",
    ("MentoringHeld", "mentor"): "mentee",
    ("SessionAttended", "participant"): "course",
    ("SessionLed", "trainer"): "course",
    ("SessionRated", "trainer"): "value",
    ("AttemptGraded", "candidate"): "assessment",
    ("SessionObserved", "candidate"): "examiner",
    ("CreditsAccepted", "holder"): "credits",
    ("DeclarationSigned", "signer"): "scheme",
    ("CertificateIssued", "holder"): "scheme",
    ("CertificateIssued", "trainer"): "trainee",
    ("CertificateStatusChanged", "holder"): "status",
    ("RequirementWaived", "candidate"): "scheme",
}
_PEOPLE = ("mentor", "mentee", "examiner", "trainee")
_ADL = "http://adlnet.gov/expapi/verbs/"
_CMI5 = "https://w3id.org/xapi/adl/verbs/"
#: Verbs that courses say, beyond those of the profile.
COURSE_VERBS = {
    _ADL + "launched": _l("launched"),
    INITIALIZED: _l("began"),
    _ADL + "experienced": _l("experienced"),
    _ADL + "interacted": _l("interacted with"),
    _ADL + "progressed": _l("progressed in"),
    _ADL + "attempted": _l("attempted"),
    _ADL + "passed": _l("passed"),
    _ADL + "failed": _l("failed"),
    _ADL + "terminated": _l("ended"),
    _ADL + "waived": _l("was let off"),
    _CMI5 + "satisfied": _l("satisfied"),
    _CMI5 + "abandoned": _l("abandoned"),
    VOIDED: _l("voided"),
    USE_CORRECTED: _l("had a use of a licence corrected, of"),
}


def _language() -> str:
    return "en" if str(get_locale()) == "en" else "sv"


def verbs() -> list[tuple[str, str]]:
    """Every verb that has a name here, by name: IRI and name in the page's language."""
    own = {one.verb: one.verb_name[_language() == "en"] for one in BY_KEY.values()}
    named = own | {iri: str(name) for iri, name in COURSE_VERBS.items()}
    return sorted(named.items(), key=lambda pair: pair[1].casefold())


def of_language(texts: Any) -> str:
    """A language map's text for the reader: their language, Swedish, English, or whichever there is."""
    if not isinstance(texts, Mapping) or not texts:
        return ""
    for wanted in (_language(), "sv", "en"):
        for tag, text in texts.items():
            if str(tag).partition("-")[0].lower() == wanted:
                return str(text)
    return str(next(iter(texts.values())))


def fact(statement: Statement, name: str) -> Any:
    """What the statement says of the profile's fact ``name``; None where it says nothing."""
    return ((statement.get("context") or {}).get("extensions") or {}).get(extension(name))


def pattern_of(statement: Statement) -> Pattern | None:
    """The row of the profile that the statement belongs to."""
    definition = statement["object"].get("definition") or {}
    return BY_KEY.get((statement["verb"]["id"], definition.get("type", "")))


def person_of(statement: Statement) -> uuid.UUID | None:
    """The person whom the statement is about, where it is an account of ours."""
    return _uuid(projected_person(statement, home=home()))


def _uuid(text: Any) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(text))
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Names:
    """The names behind the ids in some statements."""

    people: Mapping[str, str]
    organisations: Mapping[str, str]
    schemes: Mapping[str, str]
    assessments: Mapping[str, str]

    @classmethod
    def of(cls, session: Session, statements: Iterable[Statement]) -> Names:
        """Look the names up at once: a few queries, however many statements there are."""
        listed = list(statements)
        people = {person_of(one) for one in listed}
        people |= {_uuid(fact(one, name)) for one in listed for name in _PEOPLE}
        clients = [one for one in (_uuid(fact(s, "client")) for s in listed) if one is not None]
        found = accounts.load_people(session, people)
        places = select(Organisation.id, Organisation.name).where(Organisation.id.in_(clients))
        versions = [
            schemes.load(session, schemes.current(session, one.code).id)
            for one in schemes.every(session)
            if one.versions
        ]
        return cls(
            people={str(key): person.name for key, person in found.items()},
            organisations={str(key): name for key, name in session.execute(places)} if clients else {},
            schemes={one.code: of_language(one.name) for one in versions},
            assessments={form.code: of_language(form.name) for one in versions for form in one.assessments},
        )

    def agent(self, agent: Mapping[str, Any]) -> str:
        """An agent or group in a few words."""
        account = agent.get("account") or {}
        if account.get("homePage") == home() and str(account.get("name")) in self.people:
            return self.people[str(account["name"])]
        if agent.get("name"):
            return str(agent["name"])
        if agent.get("objectType") == "Group" and agent.get("member"):
            return formatting.ordered([self.agent(one) for one in agent["member"][:5]])
        told = (
            account.get("name") or str(agent.get("mbox", "")).removeprefix("mailto:") or agent.get("openid")
        )
        return str(told or agent.get("mbox_sha1sum") or _("Somebody"))

    def value(self, name: str, value: Any) -> str:
        """A fact's value in words."""
        text = str(value)
        if name == "course":
            return _course(text)
        if name == "status":
            return status_text(text) if text in STATUSES else text
        known = {"client": self.organisations, "scheme": self.schemes, "assessment": self.assessments}
        return known.get(name, self.people).get(text, text)


def _course(code: str) -> str:
    try:
        return in_language(current_app.extensions["courses"].summary(code).title, _language())
    except UnknownCourse:
        return code


def tell(statement: Statement, names: Names) -> str:
    """The statement as a sentence, without a full stop."""
    who = names.agent(statement["actor"])
    if statement["verb"]["id"] == VOIDED:
        return _("A statement about %(who)s was voided", who=who)
    row = pattern_of(statement)
    about = fact(statement, _ABOUT[row.event, row.role]) if row else None
    if row is None or about is None:
        said = f"{who} {_verb(statement)} {_thing(statement, names)}"
    else:
        key = (row.event, row.role)
        said = str(SENTENCES[key]) % {"who": who, "what": names.value(_ABOUT[key], about)}
    return ", ".join([said, *_extent(statement)])


def _verb(statement: Statement) -> str:
    verb = statement["verb"]
    if verb["id"] in COURSE_VERBS:
        return str(COURSE_VERBS[verb["id"]])
    named = next((one.verb_name for one in BY_KEY.values() if one.verb == verb["id"]), None)
    if named:
        return named[_language() == "en"]
    return of_language(verb.get("display")) or _last(verb["id"])


def _thing(statement: Statement, names: Names) -> str:
    thing = statement["object"]
    match thing.get("objectType", "Activity"):
        case "Agent" | "Group":
            return names.agent(thing)
        case "StatementRef":
            return _("another statement")
        case "SubStatement":
            return f"({names.agent(thing['actor'])} {_verb(thing)} {_thing(thing, names)})"
        case _:
            definition = thing.get("definition") or {}
            code = fact(statement, "course")
            if code and definition.get("type") == COURSE:
                return names.value("course", code)
            name = of_language(definition.get("name"))
            return name or _last(thing["id"])


def _last(iri: str) -> str:
    """What an IRI ends with, which is mostly a word."""
    return iri.rstrip("/#").replace("#", "/").rsplit("/", 1)[-1] or iri


def _extent(statement: Statement) -> Sequence[str]:
    result = statement.get("result") or {}
    found = []
    if "duration" in result:
        try:
            found.append(formatting.hours(whole_minutes(result["duration"])))
        except ValueError:
            found.append(str(result["duration"]))
    scaled = (result.get("score") or {}).get("scaled")
    if scaled is not None:
        found.append(formatting.percent(round(100 * scaled)))
    if isinstance(result.get("success"), bool):
        found.append(status_text("passed" if result["success"] else "failed").lower())
    return found
