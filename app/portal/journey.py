"""A candidacy as its page shows it: stations, the next step, what expires by itself. Decisions are made here,
templates only lay them out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from coursekit import Course
from flask import current_app, url_for
from flask_babel import gettext as _

from app.learners import words as said
from app.learners.models import Candidacy, CriterionStanding
from app.portal import words
from app.rules.criterion import Criterion
from app.rules.scheme import SchemeVersion
from app.ui.charts import Station
from plugins.catalogue import Catalogue

# Where one goes to do something about a criterion of this kind: endpoint and button.
_STEPS: dict[str, tuple[str, str]] = {
    "training_hours": ("study.catalogue", "study"),
    "course_completed": ("study.catalogue", "study"),
    "coaching_hours": ("coaching.log", "log"),
    "mentor_hours": ("coaching.mentoring", "mentor"),
    "deliveries": ("deliveries.sessions", "sessions"),
    "attendance": ("deliveries.sessions", "sessions"),
    "observed": ("assessments.mine", "hand_in"),
    "quality": ("deliveries.sessions", "sessions"),
    "assessment": ("assessments.mine", "hand_in"),
    "credits": ("declarations.mine", "declare"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One station with everything its card needs."""

    code: str
    name: str
    text: str
    state: str
    figures: Mapping[str, Any]
    parts: Sequence[Mapping[str, Any]]
    next_change: date | None
    url: str
    action: tuple[str, str] | None

    @property
    def fulfilled(self) -> bool:
        return self.state != "unmet"

    @property
    def amount(self) -> str:
        """ "18 of 30 hours"."""
        return said.of_target(self.figures)

    @property
    def left(self) -> str:
        """What is missing: "12 hours left"; empty where nothing countable is."""
        missing = said.left(self.figures)
        return _("%(what)s left", what=missing) if missing else ""

    @property
    def change(self) -> str:
        """What changes by itself, and when."""
        return said.change(self.figures)

    @property
    def measured(self) -> bool:
        """Whether a bar says something: not for a result that is not there, nor for what is held or not."""
        if self.figures.get("kind") in said.HELD or not self.figures.get("target"):
            return False
        return bool(self.figures.get("amount")) or self.figures["unit"] not in ("percent", "hundredths")


def _action(kind: str) -> tuple[str, str] | None:
    endpoint, word = _STEPS.get(kind, ("", ""))
    if endpoint not in current_app.view_functions:
        return None
    labels = {
        "study": _("Continue studying"),
        "log": _("Log hours"),
        "mentor": _("Log mentor coaching"),
        "sessions": _("See sessions"),
        "hand_in": _("To my assessments"),
        "declare": _("Declare training"),
    }
    return labels[word], url_for(endpoint)


def _to_sign(candidacy: Candidacy, code: str) -> tuple[str, str]:
    return _("Read and sign"), url_for("declarations.sign", candidacy_id=candidacy.id, code=code)


def serving(criterion: Criterion) -> list[Course]:
    """The courses that declare that they can give evidence for this requirement."""
    wanted = {
        "training_hours": "training",
        "assessment": str(getattr(criterion, "assessment", "")),
    }.get(criterion.kind)
    catalogue: Catalogue = current_app.extensions["courses"]
    if criterion.kind == "course_completed":
        return [one for one in catalogue.listing() if one.id == getattr(criterion, "course", "")]
    return [one for one in catalogue.listing() if wanted and wanted in one.serves]


def _to_course(found: Sequence[Course]) -> tuple[str, str] | None:
    """Straight to the course where only one will do, else to all of them."""
    if len(found) != 1 or "study.course" not in current_app.view_functions:
        return _action("course_completed")
    return _("Go to the course"), url_for("study.course", course_id=found[0].id)


def _assessed_by_quiz(version: SchemeVersion, code: str) -> bool:
    return any(form.code == code and form.method == "quiz" for form in version.assessments)


def find(candidacy: Candidacy, version: SchemeVersion, code: str) -> Step | None:
    """One station by its criterion's code."""
    row = next((one for one in candidacy.standings if one.criterion == code), None)
    return step(candidacy, version, row) if row else None


def step(candidacy: Candidacy, version: SchemeVersion, row: CriterionStanding) -> Step:
    """The station that a stored standing makes."""
    criterion = version.criterion(row.criterion)
    quiz = criterion.kind == "assessment" and _assessed_by_quiz(
        version, str(getattr(criterion, "assessment", criterion.code))
    )
    return Step(
        code=row.criterion,
        name=words.criterion_name(version, row.criterion),
        text=words.criterion_text(version, row.criterion),
        state=row.state,
        figures=row.figures,
        parts=said.parts(row.figures),
        next_change=row.next_change,
        url=url_for("portal.criterion", candidacy_id=candidacy.id, code=row.criterion),
        action=_to_do(candidacy, criterion, quiz),
    )


def _to_do(candidacy: Candidacy, criterion: Criterion, quiz: bool) -> tuple[str, str] | None:
    if criterion.kind == "declaration":
        return _to_sign(candidacy, criterion.code)
    if quiz or criterion.kind == "course_completed":
        return _to_course(serving(criterion))
    return _action(criterion.kind)


def steps(candidacy: Candidacy, version: SchemeVersion) -> list[Step]:
    return [step(candidacy, version, row) for row in candidacy.standings]


def next_step(found: Sequence[Step]) -> Step | None:
    """The first station that is not there yet and that one can do something about."""
    unmet = [one for one in found if not one.fulfilled]
    return next((one for one in unmet if one.action), unmet[0] if unmet else None)


def stations(found: Sequence[Step]) -> list[Station]:
    """The drawing: done, the one to work on now, the others."""
    current = next_step(found)
    drawn = []
    for one in found:
        state = "done" if one.fulfilled else "current" if one is current else "later"
        drawn.append(
            Station(
                title=one.name,
                state=state,  # type: ignore[arg-type]
                text=one.amount if one.measured else "",
                amount=one.figures.get("amount", 0),
                target=one.figures.get("target", 0),
                url=one.url,
            )
        )
    return drawn


def expiring(found: Sequence[Step]) -> list[dict[str, str]]:
    """Stations whose figures change by themselves, the soonest first, as a timeline shows them."""
    changing = sorted((one for one in found if one.next_change), key=lambda one: one.next_change or date.max)
    return [
        {
            "when": words.day(one.next_change),
            "title": one.name,
            "text": one.change,
            "url": one.url,
            "tone": "wait",
        }
        for one in changing
    ]
