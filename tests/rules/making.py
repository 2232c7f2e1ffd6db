"""Evidence and criteria for tests: by hand with sensible rest, and by hypothesis."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any, NamedTuple

from hypothesis import strategies as st

from app.rules.brought import Brought
from app.rules.criteria import (
    Assessment,
    Attendance,
    CertifiedTrainees,
    CoachingHours,
    CourseCompleted,
    Credits,
    Deliveries,
    MentorHours,
    Observed,
    Quality,
    TrainingHours,
)
from app.rules.criterion import Criterion
from app.rules.evidence import Evidence
from app.rules.groups import AllOf, AnyOf, NOf
from app.rules.holding import CertificateHeld, DeclarationSigned

DAY_ONE = date(2026, 1, 15)
LATER = datetime(2040, 1, 1, tzinfo=UTC)
_serial = count(1)


def item(kind: str, day: date = DAY_ONE, minutes: int = 60, *, at: int = 9, **over: Any) -> Evidence:
    """One item that began on ``day`` at ``at`` o'clock UTC and was recorded a day later, unless ``over`` says."""
    number = next(_serial)
    starts = datetime.combine(day, time(at), UTC)
    facts = over.pop("facts", {})
    return Evidence(
        **{
            "id": f"e{number:06d}",
            "person": "p",
            "kind": kind,
            "starts": starts,
            "recorded": starts + timedelta(days=1, minutes=minutes),
            "minutes": minutes,
            "facts": facts,
            "statement": f"s{number}",
            **over,
        }
    )


def coaching(
    day: date = DAY_ONE, minutes: int = 60, *, client: str = "a", paid: bool = True, **o: Any
) -> Evidence:
    return item("coaching", day, minutes, facts={"client": client, "paid": paid, "group_size": 1}, **o)


def delivery(day: date = DAY_ONE, *, role: str = "lead", share: int = 100, **facts: Any) -> Evidence:
    where = {"municipality": "m1", "participants": 10, **facts}
    return item("delivery", day, facts={"role": role, "share": share, **where})


class Reckoned(NamedTuple):
    """What a package's function answers."""

    met: bool
    amount: int
    target: int


def days_of_practice(
    evidence: Sequence[Mapping[str, Any]], _on: date, parameters: Mapping[str, int]
) -> Reckoned:
    """On how many days there was coaching or a session: a function as a package brings it."""
    days = {item["starts"][:10] for item in evidence if item["kind"] in ("coaching", "delivery")}
    return Reckoned(len(days) >= parameters["days"], len(days), parameters["days"])


CRITERIA: list[Criterion] = [
    TrainingHours(code="training", minimum=180),
    TrainingHours(code="core", minimum=120, core_only=True),
    CourseCompleted(code="course", course="k", units=("1", "2")),
    CoachingHours(code="coach", minimum=200, paid=120, clients=2, recent=90, within=2, max_group=3),
    MentorHours(code="mentor", minimum=100, one_to_one=30, span_months=1),
    MentorHours(code="given", minimum=100, span_weeks=3, given=True),
    Deliveries(code="lead", minimum=2, co_share=50, municipalities=2, participants=15, within=2),
    Deliveries(code="co", minimum=2, role="co", municipalities=1),
    Attendance(code="present", percent=80),
    Observed(code="seen", minimum=2, examiners=2),
    Assessment(code="test", assessment="t", minimum=60, examiners=1),
    Quality(code="rated", mean=400, answers=2),
    CertifiedTrainees(code="cascade", trainee_scheme="s", minimum=2),
    Credits(code="points", minimum=5, core=2, ethics=1),
    CertificateHeld(code="held", held_scheme="s"),
    DeclarationSigned(code="ethics", wording="w"),
    DeclarationSigned(code="ethics-yearly", wording="w", within=1),
    Brought(
        code="brought",
        course="k",
        version="1.0.0",
        criterion="days",
        parameters=(("days", 3),),
        within=2,
        reckoners=lambda *_named: days_of_practice,
    ),
    AllOf(
        code="all",
        criteria=(
            CoachingHours(code="all-1", minimum=60, recent=60, within=1),
            CertificateHeld(code="all-2", held_scheme="s"),
        ),
    ),
    AnyOf(
        code="any",
        criteria=(
            Deliveries(code="any-1", minimum=1, within=1),
            CertificateHeld(code="any-2", held_scheme="s"),
        ),
    ),
    NOf(
        code="two",
        n=2,
        criteria=(
            Deliveries(code="two-1", minimum=1, within=1),
            CertificateHeld(code="two-2", held_scheme="s"),
            CoachingHours(code="two-3", minimum=60, recent=60, within=2),
        ),
    ),
]

_names = st.sampled_from(["a", "b", "c"])
_bools = st.booleans()
_FACTS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "training": {"course": st.just("k"), "unit": st.sampled_from(["1", "2", "3"]), "core": _bools},
    "coaching": {"client": _names, "paid": _bools, "group_size": st.integers(1, 5)},
    "mentoring": {"mentor": _names, "one_to_one": _bools},
    "mentoring_given": {"mentee": _names, "one_to_one": _bools},
    "delivery": {
        "role": st.sampled_from(["lead", "co"]),
        "share": st.integers(0, 100),
        "municipality": _names,
        "participants": st.integers(0, 12),
    },
    "attendance": {"delivery": _names, "of_minutes": st.integers(0, 200)},
    "observation": {"examiner": _names, "passed": _bools},
    "assessment": {
        "assessment": st.sampled_from(["t", "u"]),
        "outcome": st.sampled_from(["passed", "failed", "repeat"]),
        "score": st.integers(0, 100),
        "examiners": st.integers(0, 2),
    },
    "rating": {"value": st.integers(0, 6)},
    "credits": {"category": st.sampled_from(["core", "ethics", "other"]), "credits": st.integers(0, 4)},
    "trainee_certified": {"scheme": st.sampled_from(["s", "z"]), "trainee": _names},
    "certificate": {"scheme": st.sampled_from(["s", "s", "z"]), "certificate": _names},
    "certificate_status": {
        "scheme": st.just("s"),
        "certificate": _names,
        "status": st.sampled_from(["active", "suspended", "withdrawn", "expired", "superseded"]),
    },
    "declaration": {
        "signing": _names,
        "scheme": st.just(""),
        "criterion": st.sampled_from(["ethics", "ethics-yearly"]),
        "wording": st.sampled_from(["w", "w", "older"]),
    },
    "waiver": {
        "scheme": st.just(""),
        "criterion": st.sampled_from(
            ["coach", "lead", "held", "all", "all-2", "any", "two", "two-1", "test"]
        ),
    },
}
_LASTING = {"certificate", "certificate_status", "waiver"}


@st.composite
def evidence(draw: st.DrawFn, kinds: list[str] | None = None, days: int = 120) -> Evidence:
    kind = draw(st.sampled_from(kinds or sorted(_FACTS)))
    day = DAY_ONE + timedelta(days=draw(st.integers(0, days)))
    facts = draw(st.fixed_dictionaries(_FACTS[kind]))
    minutes = draw(st.sampled_from([0, 30, 60, 90, 1440, 1500])) if kind not in _LASTING else 0
    lasts = draw(st.none() | st.integers(0, 60)) if kind in _LASTING else None
    starts = datetime.combine(day, time(draw(st.integers(0, 23))), UTC)
    number = next(_serial)
    recorded = starts + timedelta(hours=draw(st.sampled_from([-1, 1, 25, 25, 50, 400])))
    withdrawn = recorded + timedelta(days=1) if draw(st.integers(0, 9)) == 0 else None
    return Evidence(
        id=f"e{draw(st.integers(0, 99)):02d}-{number}",
        person="p",
        kind=kind,
        starts=starts,
        recorded=recorded,
        minutes=minutes,
        facts=facts,
        statement="s",
        withdrawn=withdrawn,
        valid_from=day + timedelta(days=draw(st.integers(0, 20))) if kind == "certificate" else None,
        valid_until=None if lasts is None else day + timedelta(days=lasts),
    )


histories = st.lists(evidence(), max_size=25)
