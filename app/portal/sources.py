"""What items of evidence are about, in words: whom, which course, which session. A page asks once for all its rows."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from coursekit import say
from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import service as accounts
from app.awards.waivers import REASONS
from app.deliveries.models import Delivery
from app.evidence.models import EvidenceItem
from app.licensing import gate as gates
from app.organisations.models import Organisation
from app.portal import words
from app.rules.scheme import SchemeVersion
from app.schemes import service as schemes
from app.ui import formatting
from app.ui.status import STATUSES, status_text
from plugins.catalogue import Catalogue, UnknownCourse

PEOPLE = ("mentor", "mentee", "trainer", "trainee", "examiner", "approver")
ORGANISATIONS = ("client", "provider", "municipality")


@dataclass(frozen=True, slots=True)
class Sources:
    """The names behind the ids in the facts of some items."""

    names: Mapping[str, str]
    sessions: Mapping[str, str]
    schemes: Mapping[str, SchemeVersion]
    units: dict[tuple[str, str], str] = field(default_factory=dict)

    def about(self, item: EvidenceItem) -> str:
        """What this item is about, short: a client, a lesson, a session, a person. At worst its kind."""
        facts = item.facts
        kind = words.evidence_name(item.kind)
        match item.kind:
            case "coaching":
                said = self._name(facts.get("client"))
            case "mentoring":
                said = self._name(facts.get("mentor"))
            case "mentoring_given":
                said = self._name(facts.get("mentee"))
            case "observation":
                said = self._name(facts.get("examiner"))
            case "trainee_certified":
                said = self._name(facts.get("trainee"))
            case "training":
                said = self.unit(facts.get("course"), facts.get("unit")) or self.course(facts.get("course"))
            case "attendance" | "delivery" | "rating":
                said = self.sessions.get(str(facts.get("delivery"))) or self.course(facts.get("course"))
            case "assessment":
                said = self.assessment(facts.get("assessment"))
            case "certificate" | "certificate_status":
                said = self.scheme(facts.get("scheme"))
            case "waiver":
                said = str(REASONS.get(str(facts.get("reason")), ""))
            case "credits":
                said = str(words.CATEGORIES.get(str(facts.get("category")), ""))
            case _:
                said = ""
        return said or kind

    def extent(self, item: EvidenceItem) -> str:
        """How much it is: a length, a result, a rating; a dash where nothing is measured."""
        facts = item.facts
        if item.kind == "assessment" and facts.get("score") is not None:
            return formatting.percent(int(facts["score"]))
        if item.kind == "observation":
            return status_text("passed" if facts.get("passed") else "failed")
        if item.kind == "rating":
            return _("%(value)s of 5", value=facts.get("value"))
        if item.kind == "credits":
            return formatting.number(int(facts.get("credits") or 0))
        return formatting.hours(item.minutes) if item.minutes else "–"

    def rows(self, item: EvidenceItem) -> list[tuple[str, str]]:
        """Every fact of an item that tells a reader something, with its label."""
        facts = item.facts
        return [
            (str(words.FACTS[key]), self._said(key, value, facts))
            for key, value in facts.items()
            if key in words.FACTS and value is not None and value != ""
        ]

    def course(self, code: Any) -> str:
        """A course's title, if its package is here; else nothing."""
        try:
            return say(_catalogue().summary(str(code)).title, words.language())
        except UnknownCourse:
            return ""

    def unit(self, course: Any, unit: Any) -> str:
        """The title of a lesson, quiz or assignment."""
        key = (str(course), str(unit))
        if key not in self.units:
            self.units[key] = _unit_title(*key)
        return self.units[key]

    def assessment(self, code: Any) -> str:
        """What an assessment is called in the scheme that asks for it."""
        for version in self.schemes.values():
            for form in version.assessments:
                if form.code == code:
                    return words.say(form.name)
        return ""

    def scheme(self, code: Any) -> str:
        version = self.schemes.get(str(code))
        return words.say(version.name) if version else ""

    def _name(self, key: Any) -> str:
        return self.names.get(str(key), "")

    def _said(self, key: str, value: Any, facts: Mapping[str, Any]) -> str:
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        says: dict[str, Callable[[], str]] = {
            "course": lambda: self.course(value),
            "unit": lambda: self.unit(facts.get("course"), value),
            "delivery": lambda: self.sessions.get(str(value), ""),
            "assessment": lambda: self.assessment(value),
            "scheme": lambda: self.scheme(value),
            "criterion": lambda: self._criterion(facts.get("scheme"), str(value)),
            "score": lambda: formatting.percent(value),
            "share": lambda: formatting.percent(value),
            "of_minutes": lambda: formatting.hours(value),
            "value": lambda: _("%(value)s of 5", value=value),
            "outcome": lambda: status_text(value) if value in STATUSES else "",
            "status": lambda: status_text(value) if value in STATUSES else "",
            "role": lambda: str(words.ROLES.get(value, "")),
            "category": lambda: str(words.CATEGORIES.get(value, "")),
            "reason": lambda: str(REASONS.get(value, "")),
        }
        said = says[key]() if key in says else self._name(value)
        return said or (formatting.number(value) if isinstance(value, int) else str(value))

    def _criterion(self, scheme: Any, code: str) -> str:
        version = self.schemes.get(str(scheme))
        return words.criterion_name(version, code) if version else ""


def _catalogue() -> Catalogue:
    catalogue: Catalogue = current_app.extensions["courses"]
    return catalogue


def _unit_title(course: str, unit: str) -> str:
    try:
        handle = _catalogue().course(course, gate=gates.appearance())
    except UnknownCourse:
        return ""
    found = handle.lesson(unit) or handle.quiz(unit) or handle.assignment(unit)
    return say(found.title, words.language()) if found else ""


def _ids(rows: Iterable[EvidenceItem], keys: Sequence[str]) -> set[uuid.UUID]:
    return {uuid.UUID(str(row.facts[key])) for row in rows for key in keys if row.facts.get(key)}


def look_up(session: Session, rows: Sequence[EvidenceItem]) -> Sources:
    """The names behind these rows: three queries, however many rows there are."""
    names = {
        str(key): person.name for key, person in accounts.load_people(session, _ids(rows, PEOPLE)).items()
    }
    places = select(Organisation.id, Organisation.name).where(Organisation.id.in_(_ids(rows, ORGANISATIONS)))
    names |= {str(key): name for key, name in session.execute(places)}
    held = select(Delivery).where(Delivery.id.in_(_ids(rows, ("delivery",))))
    sessions = {str(one.id): one.name(words.language()) for one in session.scalars(held)}
    versions = {
        one.code: schemes.load(session, schemes.current(session, one.code).id)
        for one in schemes.every(session)
        if one.versions
    }
    return Sources(names, sessions, versions)
