"""Coaching hours and mentor coaching as other rooms and this room's pages ask for them. Nothing here commits."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.coaching import listing
from app.coaching.hours import Entry, accept, load_hours, log, void, withdraw
from app.coaching.listing import Listed, Totals, person_data, totals
from app.coaching.mentoring import load_mentoring, may_mentor, mentoring_to_confirm
from app.coaching.models import Hours, Mentoring
from app.coaching.signing import answer_of, confirm, correct, open_link, refuse, remind, send_again

__all__ = [
    "Entry",
    "Listed",
    "Summary",
    "accept",
    "answer_of",
    "confirm",
    "correct",
    "load_hours",
    "load_mentoring",
    "log",
    "may_mentor",
    "mentoring_to_confirm",
    "open_link",
    "person_data",
    "refuse",
    "remind",
    "send_again",
    "summary",
    "void",
    "waiting_for_coach",
    "withdraw",
]


def waiting_for_coach(session: Session, person: uuid.UUID, *, now: datetime | None = None) -> list[Listed]:
    """Rows that wait for the coach: corrected or refused by the client, not delivered, or with a link run out."""
    return listing.waiting_for_coach(session, person, now=now or clock.now())


@dataclass(frozen=True, slots=True)
class Summary:
    """A coach's hours in short. ``waiting_rows`` wait for a client, ``mentored`` and ``mentoring`` are confirmed
    minutes received and given."""

    hours: Totals
    waiting_rows: int
    mentored: int
    mentoring: int


def summary(session: Session, person: uuid.UUID) -> Summary:
    """The person's hours and mentor coaching, summed up."""
    waiting = select(func.count()).where(Hours.person_id == person, Hours.state == "waiting")
    confirmed = select(func.coalesce(func.sum(Mentoring.minutes), 0)).where(Mentoring.state == "confirmed")
    return Summary(
        hours=totals(session, person),
        waiting_rows=int(session.scalar(waiting) or 0),
        mentored=int(session.scalar(confirmed.where(Mentoring.mentee_id == person)) or 0),
        mentoring=int(session.scalar(confirmed.where(Mentoring.mentor_id == person)) or 0),
    )
