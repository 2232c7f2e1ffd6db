"""What is forgotten by itself: addresses of people who never came, and where somebody was once signed in."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete

from app import jobs
from app.accounts.invitations import forget_addresses
from app.accounts.models import SignIn

KEPT_FOR = timedelta(days=90)


@jobs.job("forget-old-sign-ins-and-invitations", daily_at=3)
def forget(run: jobs.Run) -> None:
    """Empty old invitations and remove sign-ins that ended or began long ago."""
    before = run.now - KEPT_FOR
    forget_addresses(run.session, before=before)
    run.session.execute(delete(SignIn).where(SignIn.started_at < before))
