"""How fast the rules are: one candidate with 1,000 items decided, and one more item at growing histories.

Prints one JSON line per figure: name, value, unit, reference.
"""

from __future__ import annotations

import json
import random
import statistics
import time
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from app.rules.criteria import CoachingHours
from app.rules.decision import decide
from app.rules.evidence import Evidence
from app.rules.exclusions import exclusions
from app.rules.parsing import parse

SCHEME = Path(__file__).parent.parent / "app" / "schemes" / "data" / "certified-coach.toml"
BEGIN = datetime(2024, 1, 1, 8, tzinfo=UTC)
DAY = timedelta(days=1)
RANDOM = random.Random(7)  # noqa: S311


def print_figure(name: str, value: float, unit: str, reference: str) -> None:
    print(json.dumps({"name": name, "value": round(value, 4), "unit": unit, "reference": reference}))


def item(number: int, kind: str, starts: datetime, minutes: int, facts: dict[str, Any]) -> Evidence:
    return Evidence(
        id=str(UUID(int=number)),
        person="p",
        kind=kind,
        starts=starts,
        recorded=starts + DAY,
        minutes=minutes,
        facts=facts,
        statement=str(UUID(int=number)),
    )


def history(size: int) -> list[Evidence]:
    """A busy coach: mostly coaching, some training, mentoring, deliveries, ratings; in order of recording."""
    items = []
    for number in range(size):
        starts = BEGIN + timedelta(hours=18 * number)
        chance = RANDOM.random()
        if chance < 0.6:
            facts: dict[str, Any] = {"hours": str(number), "client": str(number % 12), "paid": chance < 0.5}
            items.append(item(number, "coaching", starts, 45, facts | {"group_size": 1}))
        elif chance < 0.75:
            facts = {"course": "k", "unit": str(number), "core": True}
            items.append(item(number, "training", starts, 20, facts))
        elif chance < 0.85:
            facts = {"mentoring": str(number), "mentor": "m", "one_to_one": True}
            items.append(item(number, "mentoring", starts, 45, facts))
        elif chance < 0.9:
            facts = {"delivery": str(number), "role": "lead", "share": 100, "municipality": "x"}
            items.append(item(number, "delivery", starts, 240, facts | {"participants": 12}))
        else:
            items.append(item(number, "rating", starts, 0, {"delivery": str(number), "value": 4}))
    return items


def milliseconds(work: Callable[[], object], times: int) -> float:
    """The median of so many runs."""
    taken = []
    for _ in range(times):
        begin = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begin)
    return statistics.median(taken) * 1000


def deciding() -> None:
    scheme = parse(tomllib.loads(SCHEME.read_text(encoding="utf-8")))
    items = history(1000)
    assert len(items) == 1000
    known_at = items[-1].recorded
    on = known_at.date()
    assert len(decide(scheme.criteria, items, on=on, known_at=known_at).used) > 900
    value = milliseconds(lambda: decide(scheme.criteria, items, on=on, known_at=known_at), 100)
    print_figure("decide one candidate, 1,000 evidence items", value, "ms", "under 2 ms")
    value = milliseconds(lambda: exclusions(items), 100)
    print_figure("of it, overlaps among 1,000 items", value, "ms", "part of deciding")


def updating() -> None:
    criterion = CoachingHours(code="c", minimum=60, paid=60, clients=8, recent=60, within=18)
    for size in (100, 10_000, 100_000):
        state = criterion.empty()
        for number in range(size):
            # a coach's last hundred days, with ever more items on each
            starts = BEGIN + DAY * (number % 100) + timedelta(seconds=number // 100)
            one = item(number, "coaching", starts, 1, {"client": str(number % 12), "paid": True})
            state = criterion.add(state, one)
        assert state["minutes"] == size
        new = item(size, "coaching", BEGIN + DAY * 101, 45, {"client": "1", "paid": True})

        def update(state: dict[str, Any] = state, new: Evidence = new) -> object:
            return criterion.read(criterion.add(state, new), new.day)

        reference = f"flat; the state takes {len(json.dumps(state))} bytes"
        print_figure(f"one more item after {size:,}", milliseconds(update, 500), "ms", reference)


if __name__ == "__main__":
    deciding()
    updating()
