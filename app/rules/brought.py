"""Requirements whose reckoning a course package brings: the rules keep the evidence, the package's function counts.

The function is pure and sees what it was promised: items up to the day, those inside the window, sorted, so that the
order of their coming makes no difference. Time alone changes its answer only by an item that falls out of the window.
A state holds the items themselves, since nobody here knows what the function will ask: without a window it grows,
unlike those of the other kinds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar, Protocol

from app.rules.criterion import Figures, Measure, State
from app.rules.evidence import Evidence
from app.rules.months import FallOuts, after, cutoff


class Found(Protocol):
    """What a package's function answers."""

    @property
    def met(self) -> bool: ...
    @property
    def amount(self) -> int: ...
    @property
    def target(self) -> int: ...


Reckon = Callable[[Sequence[Mapping[str, Any]], date, Mapping[str, int]], Found]
"""Evidence as mappings (``kind``, ``starts``, ``minutes``, ``facts``), the day, the scheme's parameters."""

Reckoners = Callable[[str, str, str], Reckon | None]
"""The function of a course, its version and the code of one of its criterion kinds; None where there is none."""


def nobody(_course: str, _version: str, _criterion: str) -> None:
    """Where no packages are at hand, none of their functions is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought(Measure):
    """As the function ``criterion`` of ``course`` in ``version`` finds. Where that is not at hand, or fails, or
    answers what is no answer, it is not met: what cannot be checked does not count."""

    course: str
    version: str
    criterion: str
    parameters: tuple[tuple[str, int], ...] = ()
    within: int = 0
    reckoners: Reckoners = field(default=nobody, compare=False, repr=False)

    kind: ClassVar[str] = "course_kind"
    unit: ClassVar[str] = "count"
    kinds: ClassVar[frozenset[str]] = frozenset(
        {
            "training", "coaching", "mentoring", "mentoring_given", "attendance", "delivery", "assessment",
            "observation", "rating", "credits",
        }
    )  # fmt: skip
    counts_minutes: ClassVar[bool] = True
    fades: ClassVar[bool] = False

    def start(self) -> State:
        return {"items": []}

    def fold(self, state: State, item: Evidence) -> None:
        state["items"].append(
            [item.iso_day, item.starts.isoformat(), item.id, item.kind, item.minutes, dict(item.facts)]
        )

    def tidy(self, state: State) -> None:
        if self.within:
            limit = cutoff(date.fromisoformat(state["through"]), self.within).isoformat()
            state["items"] = [kept for kept in state["items"] if kept[0] > limit]
        state["items"].sort(key=lambda kept: kept[:3])

    def outside(self, item: Evidence, on: date) -> str | None:
        return "outside_window" if self.within and item.day <= cutoff(on, self.within) else None

    def figures(self, state: State, on: date) -> Figures:
        reckon = self.reckoners(self.course, self.version, self.criterion)
        if reckon is None:
            return 0, 1, (), False
        first, last = cutoff(on, self.within).isoformat() if self.within else "", on.isoformat()
        items = [
            {"kind": kind, "starts": starts, "minutes": minutes, "facts": dict(facts)}
            for day, starts, _id, kind, minutes, facts in sorted(state["items"], key=lambda kept: kept[:3])
            if first < day <= last
        ]
        try:
            found = reckon(items, on, dict(self.parameters))
            amount, target, met = found.amount, found.target, found.met
        except Exception:  # a stranger's function may raise anything
            return 0, 1, (), False
        if type(amount) is not int or type(target) is not int or type(met) is not bool:
            return 0, 1, (), False
        return amount, target, (), met

    def later(self, state: State, on: date) -> Sequence[date]:
        if not self.within:
            return ()
        days = sorted({kept[0] for kept in state["items"]})
        return FallOuts(after(days, cutoff(on, self.within).isoformat()), self.within)
