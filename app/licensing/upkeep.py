"""The daily work of this room: seats that nobody used are free again, or pass to the licence that follows."""

from __future__ import annotations

from app import jobs
from app.licensing import dividing, seats


@jobs.job("give-back-unused-seats", daily_at=2)
def give_back_unused(run: jobs.Run) -> None:
    """Give back, in steps, what was reserved for studying and never used."""
    done = 0
    while found := seats.give_back_unused(run.session, now=run.now):
        done += found
        run.checkpoint(done, done)


@jobs.job("roll-seats-over", daily_at=2)
def roll_over(run: jobs.Run) -> None:
    """Pass on what is left of licences that have ended."""
    dividing.roll_over(run.session, now=run.now)
