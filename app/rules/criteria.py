"""The kinds of requirement that a scheme can make of one person's evidence.

Minutes are whole minutes everywhere here; scheme files speak of hours. Months are calendar months.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from app.rules.criterion import OPEN_END, Figures, Measure, State
from app.rules.evidence import Evidence
from app.rules.months import FallOuts, add_months, after, cutoff
from app.rules.standing import Part


def _lapsed(on: date, months: int) -> str:
    return cutoff(on, months).isoformat()


def _keep_window(days: dict[str, int], through: str, months: int) -> None:
    """Forget the days that no question can reach any more: the state is never read before its last item."""
    limit = _lapsed(date.fromisoformat(through), months)
    for day in [day for day in days if day <= limit]:
        del days[day]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingHours(Measure):
    """Minutes of training: units worked through, by their declared time, and attendance in deliveries."""

    minimum: int
    core_only: bool = False

    kind: ClassVar[str] = "training_hours"
    unit: ClassVar[str] = "minutes"
    kinds: ClassVar[frozenset[str]] = frozenset({"training", "attendance"})
    counts_minutes: ClassVar[bool] = True

    def start(self) -> State:
        return {"minutes": 0}

    def rejects(self, item: Evidence) -> str | None:
        return "not_core" if self.core_only and item.facts.get("core") is False else None

    def fold(self, state: State, item: Evidence) -> None:
        state["minutes"] += item.minutes

    def figures(self, state: State, on: date) -> Figures:
        return state["minutes"], self.minimum, (), state["minutes"] >= self.minimum


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseCompleted(Measure):
    """Every one of ``units`` of a course worked through; without units, the course as a whole."""

    course: str
    units: tuple[str, ...] = ()

    kind: ClassVar[str] = "course_completed"
    unit: ClassVar[str] = "count"
    kinds: ClassVar[frozenset[str]] = frozenset({"training"})

    def start(self) -> State:
        return {"units": {}}

    def concerns(self, item: Evidence) -> bool:
        wanted = self.units or (self.course, "")
        return item.facts.get("course") == self.course and item.facts.get("unit") in wanted

    def fold(self, state: State, item: Evidence) -> None:
        state["units"][str(item.facts.get("unit") if self.units else self.course)] = 1

    def figures(self, state: State, on: date) -> Figures:
        done, target = len(state["units"]), len(self.units) or 1
        return done, target, (), done >= target


@dataclass(frozen=True, slots=True, kw_only=True)
class CoachingHours(Measure):
    """Minutes of coaching signed by both sides: in all, paid, with so many client organisations, and
    ``recent`` ones within the last ``within`` months. Larger groups than ``max_group`` do not count."""

    minimum: int
    paid: int = 0
    clients: int = 0
    recent: int = 0
    within: int = 0
    max_group: int = 0

    kind: ClassVar[str] = "coaching_hours"
    unit: ClassVar[str] = "minutes"
    kinds: ClassVar[frozenset[str]] = frozenset({"coaching"})
    counts_minutes: ClassVar[bool] = True

    def start(self) -> State:
        return {"minutes": 0, "paid": 0, "clients": {}, "days": {}}

    def rejects(self, item: Evidence) -> str | None:
        size = item.facts.get("group_size")
        return (
            "group_too_large" if self.max_group and isinstance(size, int) and size > self.max_group else None
        )

    def fold(self, state: State, item: Evidence) -> None:
        minutes, facts = item.minutes, item.facts
        state["minutes"] += minutes
        if facts.get("paid"):
            state["paid"] += minutes
        if self.clients:
            state["clients"][facts.get("client")] = 1
        if self.within:
            days, day = state["days"], item.iso_day
            days[day] = days.get(day, 0) + minutes

    def tidy(self, state: State) -> None:
        if self.within:
            _keep_window(state["days"], state["through"], self.within)

    def figures(self, state: State, on: date) -> Figures:
        minutes = state["minutes"]
        parts = []
        if self.paid:
            parts.append(Part("paid", state["paid"], self.paid, "minutes"))
        if self.clients:
            parts.append(Part("clients", len(state["clients"]), self.clients, "count"))
        if self.within:
            limit = _lapsed(on, self.within)
            recent = sum(worked for day, worked in state["days"].items() if day > limit)
            parts.append(Part("recent", recent, self.recent, "minutes"))
        return (
            minutes,
            self.minimum,
            tuple(parts),
            minutes >= self.minimum and all(part.met for part in parts),
        )

    def later(self, state: State, on: date) -> Sequence[date]:
        if not self.within:
            return ()
        return FallOuts(after(sorted(state["days"]), _lapsed(on, self.within)), self.within)

    def ends(self, state: State, on: date) -> date | None:
        # only the recent minutes can shrink: take the oldest days off until too few are left
        if not self.within:
            return None
        days, limit = state["days"], _lapsed(on, self.within)
        inside = sorted(day for day in days if day > limit)
        left = sum(days[day] for day in inside)
        for day in inside:
            left -= days[day]
            if left < self.recent:
                # all days that leave together leave on this date
                return add_months(date.fromisoformat(day), self.within)
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class MentorHours(Measure):
    """Minutes of mentor coaching received, or ``given``: in all, ``one_to_one``, and over a span of so many
    weeks or months from the first to the last, both as the dates say."""

    minimum: int
    one_to_one: int = 0
    span_weeks: int = 0
    span_months: int = 0
    given: bool = False

    kind: ClassVar[str] = "mentor_hours"
    unit: ClassVar[str] = "minutes"
    kinds: ClassVar[frozenset[str]] = frozenset({"mentoring", "mentoring_given"})
    counts_minutes: ClassVar[bool] = True

    def start(self) -> State:
        return {"minutes": 0, "one_to_one": 0, "first": None, "last": None}

    def concerns(self, item: Evidence) -> bool:
        return item.kind == ("mentoring_given" if self.given else "mentoring")

    def fold(self, state: State, item: Evidence) -> None:
        state["minutes"] += item.minutes
        if item.facts.get("one_to_one"):
            state["one_to_one"] += item.minutes
        day = item.iso_day
        if state["first"] is None or day < state["first"]:
            state["first"] = day
        if state["last"] is None or day > state["last"]:
            state["last"] = day

    def figures(self, state: State, on: date) -> Figures:
        parts = []
        if self.one_to_one:
            parts.append(Part("one_to_one", state["one_to_one"], self.one_to_one, "minutes"))
        if self.span_weeks or self.span_months:
            span, target = 0, self.span_weeks * 7 or self.span_months * 30
            if state["first"]:
                first = date.fromisoformat(state["first"])
                span = (date.fromisoformat(state["last"]) - first).days
                if self.span_months:
                    target = (add_months(first, self.span_months) - first).days
            parts.append(Part("span", span, target, "days"))
        met = state["minutes"] >= self.minimum and all(part.met for part in parts)
        return state["minutes"], self.minimum, tuple(parts), met


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliveries(Measure):
    """Deliveries led, or co-delivered, within so many months (0: ever).

    For ``role`` co, a share of at least ``co_share`` percent counts, and leading does too. For ``role``
    lead, a co-delivery counts only where ``co_share`` says from how much on. Each counts as one.
    """

    minimum: int
    role: Literal["lead", "co"] = "lead"
    co_share: int = 0
    municipalities: int = 0
    participants: int = 0
    within: int = 0

    kind: ClassVar[str] = "deliveries"
    unit: ClassVar[str] = "count"
    kinds: ClassVar[frozenset[str]] = frozenset({"delivery"})

    def start(self) -> State:
        return {"count": {}, "people": {}, "where": {}}

    def rejects(self, item: Evidence) -> str | None:
        if item.facts.get("role") == "lead":
            return None
        if self.role == "lead" and not self.co_share:
            return "wrong_role"
        share = item.facts.get("share")
        return None if isinstance(share, int) and share >= self.co_share else "too_small_share"

    def outside(self, item: Evidence, on: date) -> str | None:
        return "outside_window" if self.within and item.iso_day <= _lapsed(on, self.within) else None

    def fold(self, state: State, item: Evidence) -> None:
        day = item.iso_day if self.within else OPEN_END
        count, people, where = state["count"], state["people"], state["where"]
        count[day] = count.get(day, 0) + 1
        participants = item.facts.get("participants")
        people[day] = people.get(day, 0) + (participants if isinstance(participants, int) else 0)
        place = str(item.facts.get("municipality"))
        where[place] = max(where.get(place, ""), day)

    def tidy(self, state: State) -> None:
        if not self.within:
            return
        for days in (state["count"], state["people"]):
            _keep_window(days, state["through"], self.within)
        limit = _lapsed(date.fromisoformat(state["through"]), self.within)
        for name in [name for name, latest in state["where"].items() if latest <= limit]:
            del state["where"][name]

    def figures(self, state: State, on: date) -> Figures:
        limit = _lapsed(on, self.within) if self.within else ""
        count = sum(number for day, number in state["count"].items() if day > limit)
        parts = []
        if self.municipalities:
            places = sum(1 for latest in state["where"].values() if latest > limit)
            parts.append(Part("municipalities", places, self.municipalities, "count"))
        if self.participants:
            people = sum(number for day, number in state["people"].items() if day > limit)
            parts.append(Part("participants", people, self.participants, "count"))
        return count, self.minimum, tuple(parts), count >= self.minimum and all(part.met for part in parts)

    def later(self, state: State, on: date) -> Sequence[date]:
        if not self.within:
            return ()
        return FallOuts(after(sorted(state["count"]), _lapsed(on, self.within)), self.within)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance(Measure):
    """At least ``percent`` of the time held in all deliveries that the person took part in (rounded down)."""

    percent: int

    kind: ClassVar[str] = "attendance"
    unit: ClassVar[str] = "percent"
    kinds: ClassVar[frozenset[str]] = frozenset({"attendance"})

    def start(self) -> State:
        return {"minutes": 0, "of": 0}

    def fold(self, state: State, item: Evidence) -> None:
        held = item.facts.get("of_minutes")
        held = held if isinstance(held, int) else 0
        state["of"] += held
        state["minutes"] += min(max(item.minutes, 0), held)

    def figures(self, state: State, on: date) -> Figures:
        share = state["minutes"] * 100 // state["of"] if state["of"] else 0
        return share, self.percent, (), bool(state["of"]) and share >= self.percent


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed(Measure):
    """Sessions observed and passed, judged by at least so many different ``examiners``."""

    minimum: int
    examiners: int = 0

    kind: ClassVar[str] = "observed"
    unit: ClassVar[str] = "count"
    kinds: ClassVar[frozenset[str]] = frozenset({"observation"})

    def start(self) -> State:
        return {"count": 0, "examiners": {}}

    def rejects(self, item: Evidence) -> str | None:
        return None if item.facts.get("passed") is True else "failed"

    def fold(self, state: State, item: Evidence) -> None:
        state["count"] += 1
        if self.examiners:
            state["examiners"][item.facts.get("examiner")] = 1

    def figures(self, state: State, on: date) -> Figures:
        parts: tuple[Part, ...] = ()
        if self.examiners:
            parts = (Part("examiners", len(state["examiners"]), self.examiners, "count"),)
        met = state["count"] >= self.minimum and all(part.met for part in parts)
        return state["count"], self.minimum, parts, met


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment(Measure):
    """The assessment ``assessment`` (a test, a case, a portfolio) passed with at least ``minimum`` percent,
    by at least so many ``examiners`` in one attempt. The best passed attempt counts."""

    assessment: str
    minimum: int = 0
    examiners: int = 0

    kind: ClassVar[str] = "assessment"
    unit: ClassVar[str] = "percent"
    kinds: ClassVar[frozenset[str]] = frozenset({"assessment"})

    def start(self) -> State:
        return {"best": None}

    def concerns(self, item: Evidence) -> bool:
        return item.facts.get("assessment") == self.assessment

    def rejects(self, item: Evidence) -> str | None:
        if item.facts.get("outcome") != "passed":
            return "failed"
        score, examiners = item.facts.get("score"), item.facts.get("examiners")
        if not isinstance(score, int) or score < self.minimum:
            return "below_minimum"
        if self.examiners and (not isinstance(examiners, int) or examiners < self.examiners):
            return "too_few_examiners"
        return None

    def fold(self, state: State, item: Evidence) -> None:
        state["best"] = max(state["best"] or 0, int(item.facts.get("score") or 0))

    def figures(self, state: State, on: date) -> Figures:
        passed = state["best"] is not None
        return state["best"] or 0, self.minimum, (Part("passed", int(passed), 1, "count"),), passed


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality(Measure):
    """The mean of participants' answers (1 to 5) at least ``mean`` hundredths, from at least ``answers``."""

    mean: int
    answers: int

    kind: ClassVar[str] = "quality"
    unit: ClassVar[str] = "hundredths"
    kinds: ClassVar[frozenset[str]] = frozenset({"rating"})

    def start(self) -> State:
        return {"sum": 0, "n": 0}

    def rejects(self, item: Evidence) -> str | None:
        value = item.facts.get("value")
        return None if isinstance(value, int) and 1 <= value <= 5 else "out_of_range"

    def fold(self, state: State, item: Evidence) -> None:
        state["sum"] += int(item.facts.get("value") or 0)
        state["n"] += 1

    def figures(self, state: State, on: date) -> Figures:
        total, n = state["sum"], state["n"]
        met = n >= max(self.answers, 1) and total * 100 >= self.mean * n
        return total * 100 // n if n else 0, self.mean, (Part("answers", n, self.answers, "count"),), met


@dataclass(frozen=True, slots=True, kw_only=True)
class CertifiedTrainees(Measure):
    """Different people whom the person has trained and who have become certified in ``trainee_scheme``."""

    trainee_scheme: str
    minimum: int

    kind: ClassVar[str] = "certified_trainees"
    unit: ClassVar[str] = "count"
    kinds: ClassVar[frozenset[str]] = frozenset({"trainee_certified"})

    def start(self) -> State:
        return {"people": {}}

    def concerns(self, item: Evidence) -> bool:
        return item.facts.get("scheme") == self.trainee_scheme

    def fold(self, state: State, item: Evidence) -> None:
        state["people"][item.facts.get("trainee")] = 1

    def figures(self, state: State, on: date) -> Figures:
        return len(state["people"]), self.minimum, (), len(state["people"]) >= self.minimum


@dataclass(frozen=True, slots=True, kw_only=True)
class Credits(Measure):
    """Credits for further training: in all, and at least so many of some categories."""

    minimum: int
    core: int = 0
    ethics: int = 0

    kind: ClassVar[str] = "credits"
    unit: ClassVar[str] = "credits"
    kinds: ClassVar[frozenset[str]] = frozenset({"credits"})

    def start(self) -> State:
        return {"core": 0, "ethics": 0, "other": 0}

    def rejects(self, item: Evidence) -> str | None:
        given = item.facts.get("credits")
        known = item.facts.get("category") in ("core", "ethics", "other")
        return None if known and isinstance(given, int) and given > 0 else "out_of_range"

    def fold(self, state: State, item: Evidence) -> None:
        state[str(item.facts.get("category"))] += int(item.facts.get("credits") or 0)

    def figures(self, state: State, on: date) -> Figures:
        total = state["core"] + state["ethics"] + state["other"]
        parts = tuple(
            Part(name, state[name], target, "credits")
            for name, target in (("core", self.core), ("ethics", self.ethics))
            if target
        )
        return total, self.minimum, parts, total >= self.minimum and all(part.met for part in parts)
