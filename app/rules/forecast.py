"""When seats run out if they go on being taken as they were: simple, and silent where there is too little to go by.

Pure. What is counted is seats that were taken and are still held or used; the pace is their number over the days that
were looked at, and nothing else is assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

LOOKED_AT = 90
"""Days before today that are looked at, or as many as the licence has been in force."""
FEWEST_DAYS, FEWEST_SEATS = 28, 5
"""Below either nothing is said."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """``taken`` seats in ``days`` days; at that pace the last one goes on ``runs_out``. None: not before the licence
    ends."""

    taken: int
    days: int
    runs_out: date | None


def since(first: date, today: date) -> date:
    """From which day on seats are counted, for a licence in force since ``first``."""
    return max(first, today - timedelta(days=LOOKED_AT))


def forecast(*, free: int, taken: int, first: date, last: date, today: date) -> Forecast | None:
    """What to expect of a licence with ``free`` seats left, of which ``taken`` went since :func:`since`; None where
    too little has happened to say, or nothing is left to run out."""
    days = (today - since(first, today)).days
    if free <= 0 or days < FEWEST_DAYS or taken < FEWEST_SEATS:
        return None
    left = free * days // taken
    runs_out = today + timedelta(days=left) if left <= (last - today).days else None
    return Forecast(taken, days, runs_out)
