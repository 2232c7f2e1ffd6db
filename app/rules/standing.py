"""How a person stands towards one criterion on a day: what the rules say, ready to be shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

StateName = Literal["met", "unmet", "waived"]


@dataclass(frozen=True, slots=True)
class Part:
    """One figure of a criterion beside its main one: 40 of 75 hours ``paid``. All parts must be met."""

    name: str
    amount: int
    target: int
    unit: str

    @property
    def met(self) -> bool:
        return self.amount >= self.target

    def to_json(self) -> dict[str, Any]:
        return {"name": self.name, "amount": self.amount, "target": self.target, "unit": self.unit}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """``amount`` of ``target`` in ``unit`` (minutes, percent, hundredths of a mean, count, credits, days).

    ``used`` are the ids of the evidence that counted; ``ignored`` gives a reason code for each item of the
    right kind that did not: future, too_long, no_minutes, overlap, duplicate, outside_window, outside_period,
    not_core, group_too_large, failed, below_minimum, too_few_examiners, wrong_role, too_small_share,
    out_of_range, inactive. Both are only known to ``assess``, not to a state that is read.
    ``next_change`` is the next day on which any figure here changes though nothing new happens, ``turns`` the
    next on which ``state`` does; None: never.
    """

    code: str
    kind: str
    state: StateName
    amount: int
    target: int
    unit: str
    parts: tuple[Part, ...] = ()
    used: tuple[str, ...] = ()
    ignored: Mapping[str, str] = field(default_factory=dict)
    next_change: date | None = None
    turns: date | None = None
    children: tuple[Standing, ...] = ()

    @property
    def fulfilled(self) -> bool:
        """Met, or waived."""
        return self.state != "unmet"

    @property
    def share(self) -> int:
        """How much of everything asked for is there, in whole percent (100 only when fulfilled)."""
        if self.fulfilled:
            return 100
        shares = [
            min(amount, target) / target
            for amount, target in [(self.amount, self.target), *((p.amount, p.target) for p in self.parts)]
            if target > 0
        ]
        return min(99, int(100 * sum(shares) / len(shares))) if shares else 0

    def figures(self) -> dict[str, Any]:
        """What a state can tell: everything but ``used`` and ``ignored``."""
        return {
            "code": self.code,
            "kind": self.kind,
            "state": self.state,
            "amount": self.amount,
            "target": self.target,
            "unit": self.unit,
            "parts": [part.to_json() for part in self.parts],
            "next_change": self.next_change.isoformat() if self.next_change else None,
            "turns": self.turns.isoformat() if self.turns else None,
            "children": [child.figures() for child in self.children],
        }

    def to_json(self) -> dict[str, Any]:
        return {
            **self.figures(),
            "used": sorted(self.used),
            "ignored": dict(sorted(self.ignored.items())),
            "children": [child.to_json() for child in self.children],
        }
