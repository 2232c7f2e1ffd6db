"""The requirements that something is held: a certificate of another scheme, a declaration that was signed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from app.rules.criterion import Figures, Measure, State
from app.rules.evidence import Evidence, instant
from app.rules.months import add_months
from app.rules.validity import Change, Period, Status, status_on, turning_days


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateHeld(Measure):
    """A certificate of ``held_scheme`` that is active on the day."""

    held_scheme: str

    kind: ClassVar[str] = "certificate_held"
    unit: ClassVar[str] = "count"
    kinds: ClassVar[frozenset[str]] = frozenset({"certificate", "certificate_status"})
    dated: ClassVar[bool] = False
    fades: ClassVar[bool] = False

    def start(self) -> State:
        return {"held": {}, "changes": {}}

    def concerns(self, item: Evidence) -> bool:
        return item.facts.get("scheme") == self.held_scheme

    def outside(self, item: Evidence, on: date) -> str | None:
        if item.kind != "certificate":
            return None
        first, last = item.valid_from or item.day, item.valid_until
        return None if first <= on and (last is None or on <= last) else "inactive"

    def fold(self, state: State, item: Evidence) -> None:
        certificate = str(item.facts.get("certificate"))
        until = item.valid_until.isoformat() if item.valid_until else None
        if item.kind == "certificate":
            state["held"][certificate] = [(item.valid_from or item.day).isoformat(), until]
        else:
            change = [item.starts.isoformat(), item.recorded.isoformat(), item.id]
            changes = [*state["changes"].get(certificate, []), [*change, item.facts.get("status"), until]]
            state["changes"][certificate] = sorted(changes)

    def statuses(self, state: State, on: date) -> set[Status]:
        """What the certificates of the scheme are on that day."""
        return {status_on(*_history(state, held), on) for held in state["held"]}

    def figures(self, state: State, on: date) -> Figures:
        active = "active" in self.statuses(state, on)
        return int(active), 1, (), active

    def later(self, state: State, on: date) -> Sequence[date]:
        days: set[date] = set()
        for held in state["held"]:
            days.update(turning_days(*_history(state, held), on))
        return sorted(days)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclarationSigned(Measure):
    """The declaration that this criterion words, signed in exactly these words (``wording`` is their digest),
    within the last ``within`` months (0: ever)."""

    wording: str
    within: int = 0

    kind: ClassVar[str] = "declaration"
    unit: ClassVar[str] = "count"
    kinds: ClassVar[frozenset[str]] = frozenset({"declaration"})

    def start(self) -> State:
        return {"latest": None}

    def concerns(self, item: Evidence) -> bool:
        return item.facts.get("criterion") == self.code and item.facts.get("scheme") == self.scheme

    def rejects(self, item: Evidence) -> str | None:
        return None if item.facts.get("wording") == self.wording else "other_wording"

    def outside(self, item: Evidence, on: date) -> str | None:
        return "outside_window" if self.within and add_months(item.day, self.within) <= on else None

    def fold(self, state: State, item: Evidence) -> None:
        state["latest"] = max(state["latest"] or "", item.iso_day)

    def figures(self, state: State, on: date) -> Figures:
        end = self._end(state)
        signed = state["latest"] is not None and (end is None or on < end)
        return int(signed), 1, (), signed

    def later(self, state: State, on: date) -> Sequence[date]:
        end = self._end(state)
        return [end] if end is not None and on < end else ()

    def _end(self, state: State) -> date | None:
        """The first day on which the latest signature is too old."""
        if state["latest"] is None or not self.within:
            return None
        return add_months(date.fromisoformat(state["latest"]), self.within)


def _history(state: State, certificate: str) -> tuple[Period, list[Change]]:
    first, last = state["held"][certificate]
    changes = [
        Change(
            id=identity,
            at=instant(at),
            recorded=instant(recorded),
            status=status,
            until=date.fromisoformat(until) if until else None,
        )
        for at, recorded, identity, status, until in state["changes"].get(certificate, [])
    ]
    last_day = date.fromisoformat(last) if last else None
    return Period(valid_from=date.fromisoformat(first), valid_until=last_day), changes
