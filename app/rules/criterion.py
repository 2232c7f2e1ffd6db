"""What a criterion is: a pure function of evidence and a day, built as an accumulator.

A criterion reads evidence through three functions: ``empty()`` is the state before anything is known,
``add()`` takes in one more item, ``read()`` says how the person stands on a day. ``assess()`` folds the same
code over all evidence. The state is plain JSON; it holds sums, distinct names and the days still inside a
window, never the items themselves, so one new item costs the same after ten items as after a hundred
thousand.

The order in which items arrive does not matter. Items that are left out by another (``exclusions``) and items
that are withdrawn are not taken back from a state: the state is rebuilt.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from heapq import merge
from typing import Any, ClassVar

from app.rules.evidence import Evidence
from app.rules.exclusions import Exclusion, exclusions
from app.rules.months import ONE_DAY
from app.rules.standing import Part, Standing, StateName

State = dict[str, Any]
OPEN_END = "9999-12-31"
"""As a last day: for good."""

Figures = tuple[int, int, tuple[Part, ...], bool]
"""Amount, target, parts, met."""


@dataclass(frozen=True, slots=True)
class Known:
    """One person's evidence as it was known at an instant, sorted out once for all criteria."""

    by_kind: Mapping[str, list[Evidence]]
    excluded: Mapping[str, Exclusion]

    @classmethod
    def of(cls, evidence: Iterable[Evidence], known_at: datetime) -> Known:
        by_kind: dict[str, list[Evidence]] = {}
        items = []
        for item in evidence:
            if item.recorded <= known_at and (item.withdrawn is None or item.withdrawn > known_at):
                items.append(item)
                by_kind.setdefault(item.kind, []).append(item)
        return cls(by_kind, exclusions(items))


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion(ABC):
    """One requirement of a scheme. ``code`` names it within ``scheme``."""

    code: str
    scheme: str = ""

    kind: ClassVar[str]
    unit: ClassVar[str]

    @abstractmethod
    def empty(self, since: date | None = None) -> State:
        """The state before any evidence. Items of days before ``since`` (a renewal's period) never count."""

    @abstractmethod
    def touches(self, item: Evidence) -> bool:
        """Whether the item can change how anybody stands here: who keeps standings asks this first."""

    @abstractmethod
    def add(self, state: State, item: Evidence, excluded: Exclusion | None = None) -> State:
        """The state with one more item. ``excluded`` is what ``exclusions.excluded`` said of it."""

    @abstractmethod
    def read(self, state: State, on: date) -> Standing:
        """How the person stands on ``on``. Raises ValueError where the state already holds later items: the
        past is answered by ``assess``."""

    @abstractmethod
    def judge(self, known: Known, on: date, since: date | None = None) -> Standing:
        """As ``assess``, from evidence that is sorted out already."""

    def assess(
        self, evidence: Iterable[Evidence], on: date, known_at: datetime, since: date | None = None
    ) -> Standing:
        """How the person of ``evidence`` stands on ``on``, as known at ``known_at``."""
        return self.judge(Known.of(evidence, known_at), on, since)

    def waived_by(self, item: Evidence) -> bool:
        """Whether a waiver is about this criterion."""
        return item.facts.get("criterion") == self.code and item.facts.get("scheme") == self.scheme


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure(Criterion):
    """A criterion that measures evidence itself (all but the groups)."""

    #: The kinds of evidence that it looks at.
    kinds: ClassVar[frozenset[str]] = frozenset()
    #: Whether it counts minutes, so that items which overlap another are left out.
    counts_minutes: ClassVar[bool] = False
    #: Whether an item counts from its day on (else its own interval says when).
    dated: ClassVar[bool] = True
    #: Whether, left alone, it can only ever stop being met.
    fades: ClassVar[bool] = True

    # What each kind of criterion says of itself.

    @abstractmethod
    def figures(self, state: State, on: date) -> Figures:
        """Amount, target, parts and whether it is met, on a day not before the last item's."""

    @abstractmethod
    def fold(self, state: State, item: Evidence) -> None:
        """Take an item that counts into the state, in place."""

    def start(self) -> State:
        """The kind's own part of an empty state."""
        return {}

    def tidy(self, state: State) -> None:
        """Forget, in place, what no later question can reach."""

    def concerns(self, item: Evidence) -> bool:
        """Whether an item of the right kind is about this criterion at all."""
        return True

    def rejects(self, item: Evidence) -> str | None:
        """Why an item that is about this criterion does not count, whatever the day."""
        return None

    def outside(self, item: Evidence, on: date) -> str | None:
        """Why an item that is in the state adds nothing on that day."""
        return None

    def later(self, state: State, on: date) -> Sequence[date]:
        """The days after ``on`` on which figures may change by themselves, in order."""
        return ()

    def ends(self, state: State, on: date) -> date | None:
        """The day on which a criterion that is met on ``on`` stops being so, where time alone can only end it:
        found by halving."""
        days = self.later(state, on)
        low, high = 0, len(days)
        while low < high:
            middle = (low + high) // 2
            if self.figures(state, days[middle])[3]:
                low = middle + 1
            else:
                high = middle
        return days[low] if low < len(days) else None

    # The accumulator.

    def empty(self, since: date | None = None) -> State:
        return {
            "since": since.isoformat() if since else None,
            "through": None,
            "waivers": [],
            **self.start(),
        }

    def touches(self, item: Evidence) -> bool:
        if item.kind == "waiver":
            return self.waived_by(item)
        return item.kind in self.kinds and self.concerns(item)

    def add(self, state: State, item: Evidence, excluded: Exclusion | None = None) -> State:
        if not self.touches(item):
            return state
        if item.kind == "waiver":
            return {**state, "waivers": sorted([*state["waivers"], interval(item)])}
        if self._reason(item, excluded, state["since"]):
            return state
        new = {
            key: dict(value) if isinstance(value, dict) else list(value) if isinstance(value, list) else value
            for key, value in state.items()
        }
        self._take(new, item)
        self.tidy(new)
        return new

    def read(self, state: State, on: date) -> Standing:
        if state["through"] is not None and on.isoformat() < state["through"]:
            raise ValueError(f"{self.code}: the state holds evidence of {state['through']}, after {on}")
        now = self._answer(state, on)
        next_change = None
        for day in self._days(state, on):
            if self._answer(state, day) != now:
                next_change = day
                break
        turns = self._turns(state, on, now[0]) if next_change else None
        return self._standing(now, next_change, turns)

    def judge(self, known: Known, on: date, since: date | None = None) -> Standing:
        state = self.empty(since)
        start = state["since"]
        used: list[str] = []
        ignored: dict[str, str] = {}
        future: list[Evidence] = []
        excluded = known.excluded
        for item in known.by_kind.get("waiver", ()):
            if self.waived_by(item):
                state["waivers"].append(interval(item))
                if within(interval(item), on.isoformat()):
                    used.append(item.id)
        state["waivers"].sort()
        kind_of = type(self)
        # a candidate has many items: what this kind of criterion does not ask is not asked item by item
        selects = kind_of.concerns is not Measure.concerns
        refuses = kind_of.rejects is not Measure.rejects
        forgets = kind_of.outside is not Measure.outside
        fold, dated, minutes = self.fold, self.dated, self.counts_minutes
        through = ""
        for kind in sorted(self.kinds):
            for item in known.by_kind.get(kind, ()):
                if selects and not self.concerns(item):
                    continue
                if item.id in excluded and (reason := _barred(excluded[item.id], minutes)):
                    ignored[item.id] = reason
                elif dated and start is not None and item.iso_day < start:
                    ignored[item.id] = "outside_period"
                elif refuses and (reason := self.rejects(item)):
                    ignored[item.id] = reason
                elif dated and item.day > on:
                    ignored[item.id] = "future"
                    future.append(item)
                else:
                    fold(state, item)
                    if dated and item.iso_day > through:
                        through = item.iso_day
                    if forgets and (reason := self.outside(item, on)):
                        ignored[item.id] = reason
                    else:
                        used.append(item.id)
        state["through"] = through or None
        standing = self.read(state, on)
        if future:
            standing = self._foresee(state, standing, on, future)
        return replace(standing, used=tuple(used), ignored=ignored)

    # Within.

    def _reason(self, item: Evidence, excluded: Exclusion | None, since: str | None) -> str | None:
        if excluded is not None and (reason := _barred(excluded, self.counts_minutes)):
            return reason
        if since is not None and self.dated and item.iso_day < since:
            return "outside_period"
        return self.rejects(item)

    def _take(self, state: State, item: Evidence) -> None:
        if self.dated and (state["through"] is None or item.iso_day > state["through"]):
            state["through"] = item.iso_day
        self.fold(state, item)

    def _answer(self, state: State, on: date) -> tuple[StateName, int, int, tuple[Part, ...]]:
        amount, target, parts, met = self.figures(state, on)
        if met:
            return "met", amount, target, parts
        waived = state["waivers"] and any(within(span, on.isoformat()) for span in state["waivers"])
        return "waived" if waived else "unmet", amount, target, parts

    def _days(self, state: State, on: date) -> Iterator[date]:
        return merge(self.later(state, on), edges(state["waivers"], on))

    def _turns(self, state: State, on: date, now: StateName) -> date | None:
        """The first later day with another state."""
        if self.fades and not state["waivers"]:
            return self.ends(state, on) if now == "met" else None
        return next((day for day in self._days(state, on) if self._answer(state, day)[0] != now), None)

    def _standing(
        self,
        answer: tuple[StateName, int, int, tuple[Part, ...]],
        next_change: date | None,
        turns: date | None,
    ) -> Standing:
        state, amount, target, parts = answer
        return Standing(
            code=self.code,
            kind=self.kind,
            state=state,
            amount=amount,
            target=target,
            unit=self.unit,
            parts=parts,
            next_change=next_change,
            turns=turns,
        )

    def _foresee(self, state: State, standing: Standing, on: date, future: list[Evidence]) -> Standing:
        """``standing`` with the days on which it changes when items of later days are known already, as when
        the question is about the past."""
        now = (standing.state, standing.amount, standing.target, standing.parts)
        waiting = sorted(future, key=lambda item: item.day, reverse=True)
        next_change = turns = None
        day = on
        while turns is None:
            steps = [waiting[-1].day] if waiting else []
            own = next(iter(self._days(state, day)), None)
            if own is not None:
                steps.append(own)
            if not steps:
                break
            day = min(steps)
            while waiting and waiting[-1].day <= day:
                self._take(state, waiting.pop())
            answer = self._answer(state, day)
            if next_change is None and answer != now:
                next_change = day
            if answer[0] != now[0]:
                turns = day
        return self._standing(now, next_change, turns)


def _barred(excluded: Exclusion, counts_minutes: bool) -> str | None:
    """Why an excluded item does not count: one that only overlaps counts where no minutes are counted."""
    return excluded.reason if counts_minutes or excluded.reason not in ("overlap", "too_long") else None


def interval(item: Evidence) -> list[str]:
    """First and last day of what holds for a while, as ISO days; no last day: for good."""
    first = item.valid_from or item.day
    return [first.isoformat(), item.valid_until.isoformat() if item.valid_until else OPEN_END, item.id]


def within(span: list[str], day: str) -> bool:
    """Whether an ISO day lies within an interval."""
    return span[0] <= day <= span[1]


def edges(spans: list[list[str]], on: date) -> list[date]:
    """The days after ``on`` on which one of the intervals begins, or has just ended."""
    days = set()
    for first, last, _ in spans:
        days.add(date.fromisoformat(first))
        if last < OPEN_END:
            days.add(date.fromisoformat(last) + ONE_DAY)
    return sorted(day for day in days if day > on)
