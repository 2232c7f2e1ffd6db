"""Plug the room into the service: its pages and its daily work."""

from __future__ import annotations

from flask import Flask

from app import jobs
from app.learners import service, standing, transition
from app.learners.views import bp


@jobs.job("standings-by-day", daily_at=1)
def standings_by_day(run: jobs.Run) -> None:
    """Read again what has changed by itself; move who began on a version that is honoured no longer; close
    candidacies whose deadline has passed."""
    while standing.revisit(run.session, run.now):
        run.checkpoint(0, 0)
    while transition.move_on(run.session, now=run.now):
        run.checkpoint(0, 0)
    service.lapse(run.session, run.now)


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
