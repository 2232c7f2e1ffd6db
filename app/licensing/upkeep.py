"""The daily work of this room: seats that nobody used are free again or pass on, and what was earned is added up."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app import jobs
from app.clock import local_date
from app.db import reading
from app.licensing import dividing, figures, income, seats


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


@jobs.job("reckon-income", daily_at=3)
def reckon_income(run: jobs.Run) -> None:
    """Add up how courses were used on the days that are over, and what every publisher earned in the months since."""
    figures.keep_days(run.session, today=local_date(run.now))
    months = income.due(run.session, run.now)
    run.checkpoint(0, len(months))  # what follows reads at length: nobody who writes waits for it
    for done, month in enumerate(months, start=1):
        with reading(), Session(run.session.get_bind()) as apart:  # it is emptied on the way
            found = income.sums(apart, month)
        income.keep(run.session, month, found, now=run.now)
        run.checkpoint(done, len(months))
