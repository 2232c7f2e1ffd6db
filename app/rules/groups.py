"""Requirements made of other requirements: all of them, any of them, so many of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from app.rules.criterion import Criterion, Known, State, edges, interval, within
from app.rules.evidence import Evidence
from app.rules.exclusions import Exclusion
from app.rules.standing import Standing, StateName


@dataclass(frozen=True, slots=True, kw_only=True)
class Group(Criterion):
    """Counts how many of ``criteria`` are fulfilled (met or waived). A group can be waived as a whole."""

    criteria: tuple[Criterion, ...]

    unit: ClassVar[str] = "count"

    @property
    def needed(self) -> int:
        """How many have to be fulfilled."""
        return len(self.criteria)

    def empty(self, since: date | None = None) -> State:
        children = {criterion.code: criterion.empty(since) for criterion in self.criteria}
        return {"waivers": [], "children": children}

    def touches(self, item: Evidence) -> bool:
        own = item.kind == "waiver" and self.waived_by(item)
        return own or any(criterion.touches(item) for criterion in self.criteria)

    def add(self, state: State, item: Evidence, excluded: Exclusion | None = None) -> State:
        waivers = state["waivers"]
        if item.kind == "waiver" and self.waived_by(item):
            waivers = sorted([*waivers, interval(item)])
        children = {
            criterion.code: criterion.add(state["children"][criterion.code], item, excluded)
            for criterion in self.criteria
        }
        return {"waivers": waivers, "children": children}

    def read(self, state: State, on: date) -> Standing:
        def children(day: date) -> tuple[Standing, ...]:
            return tuple(c.read(state["children"][c.code], day) for c in self.criteria)

        return self._standing(children, state["waivers"], on)

    def judge(self, known: Known, on: date, since: date | None = None) -> Standing:
        def children(day: date) -> tuple[Standing, ...]:
            return tuple(c.judge(known, day, since) for c in self.criteria)

        waivers = sorted(interval(w) for w in known.by_kind.get("waiver", ()) if self.waived_by(w))
        return self._standing(children, waivers, on)

    def _standing(
        self, children: Callable[[date], tuple[Standing, ...]], waivers: list[list[str]], on: date
    ) -> Standing:
        now = children(on)
        state = self._state(now, waivers, on)
        changes = [child.next_change for child in now if child.next_change]
        turns = self._turns(children, waivers, on, state)
        used = dict.fromkeys(identity for child in now for identity in child.used)
        used.update((span[2], None) for span in waivers if within(span, on.isoformat()))
        return Standing(
            code=self.code,
            kind=self.kind,
            state=state,
            amount=sum(child.fulfilled for child in now),
            target=self.needed,
            unit=self.unit,
            used=tuple(used),
            next_change=min([*changes, turns] if turns else changes, default=None),
            turns=turns,
            children=now,
        )

    def _state(self, children: tuple[Standing, ...], waivers: list[list[str]], on: date) -> StateName:
        if sum(child.fulfilled for child in children) >= self.needed:
            return "met"
        return "waived" if any(within(span, on.isoformat()) for span in waivers) else "unmet"

    def _turns(
        self,
        children: Callable[[date], tuple[Standing, ...]],
        waivers: list[list[str]],
        on: date,
        state: StateName,
    ) -> date | None:
        """The first later day with another state: only days on which a part or a waiver turns can be it."""
        day, parts = on, children(on)
        while True:
            days = [child.turns for child in parts if child.turns] + edges(waivers, day)[:1]
            if not days:
                return None
            day = min(days)
            parts = children(day)
            if self._state(parts, waivers, day) != state:
                return day


@dataclass(frozen=True, slots=True, kw_only=True)
class AllOf(Group):
    """Every one of the criteria."""

    kind: ClassVar[str] = "all_of"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyOf(Group):
    """At least one of the criteria."""

    kind: ClassVar[str] = "any_of"

    @property
    def needed(self) -> int:
        return 1


@dataclass(frozen=True, slots=True, kw_only=True)
class NOf(Group):
    """At least ``n`` of the criteria."""

    n: int

    kind: ClassVar[str] = "n_of"

    @property
    def needed(self) -> int:
        return self.n
