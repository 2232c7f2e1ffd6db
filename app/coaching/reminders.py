"""The daily work of this room: silent clients are reminded."""

from __future__ import annotations

from app import jobs
from app.coaching.signing import remind


@jobs.job("remind-hours", daily_at=7)
def remind_clients(run: jobs.Run) -> None:
    """Remind clients that have not answered, 7 and 21 days after they were asked."""
    remind(run.session, now=run.now)
