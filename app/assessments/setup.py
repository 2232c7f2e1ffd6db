"""Plug the room in: its pages, its daily reminders, and the place for who knows a person's sessions."""

from __future__ import annotations

from flask import Flask

from app import jobs
from app.assessments import assigning, assigning_views, blueprint, grading_views, observation_views, views

VIEWS = (views, grading_views, assigning_views, observation_views)


@jobs.job("remind-examiners", daily_at=6)
def remind_examiners(run: jobs.Run) -> None:
    """Write to examiners whose time is nearly up or has run out."""
    assigning.remind(run.session, run.now)


def init_app(app: Flask) -> None:
    """Register the pages. ``extensions["assessments"]["sessions"]`` is an ``observing.Sessions``, set above."""
    app.extensions["assessments"] = {"sessions": None}
    app.register_blueprint(blueprint.bp)
