"""A criterion kind of the course's own: practice that is spread over weeks, since that is what makes it last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from coursekit import Assessed, CriterionKind, Example

PRACTICE = frozenset({"coaching", "mentoring", "delivery"})


def practice_weeks(
    evidence: Sequence[Mapping[str, Any]], on: date, parameters: Mapping[str, int]
) -> Assessed:
    """In how many different ISO weeks, up to ``on``, there was practice; ``parameters["weeks"]`` are needed."""
    days = (datetime.fromisoformat(item["starts"]).date() for item in evidence if item["kind"] in PRACTICE)
    weeks = {day.isocalendar()[:2] for day in days if day <= on}
    target = parameters["weeks"]
    return Assessed(met=len(weeks) >= target, amount=len(weeks), target=target)


def _practised(*starts: str) -> tuple[Mapping[str, Any], ...]:
    return tuple({"kind": "coaching", "starts": start, "minutes": 60, "facts": {}} for start in starts)


PRACTICE_WEEKS = CriterionKind(
    code="practice-weeks",
    title={"sv": "Övning utspridd över veckor", "en": "Practice spread over weeks"},
    says={
        "sv": "Du har coachat, handlett eller hållit tillfällen under minst så här många olika veckor.",
        "en": "You have coached, mentored or delivered in at least this many different weeks.",
    },
    assess=practice_weeks,
    examples=(
        Example(
            evidence=_practised(
                "2027-03-01T08:00:00+00:00", "2027-03-03T08:00:00+00:00", "2027-03-08T08:00:00+00:00"
            ),
            on=date(2027, 3, 31),
            parameters={"weeks": 3},
            gives=Assessed(met=False, amount=2, target=3),
        ),
        Example(
            evidence=_practised(
                "2026-12-28T08:00:00+00:00", "2027-01-04T08:00:00+00:00", "2027-06-01T08:00:00+00:00"
            ),
            on=date(2027, 1, 31),
            parameters={"weeks": 2},
            gives=Assessed(met=True, amount=2, target=2),
        ),
    ),
)
