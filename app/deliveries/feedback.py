"""What participants thought of a session: one answer each, shown and counted only together.

A trainer can open every item of evidence that counts for them. So that nobody's answer can be told apart, the
answers of a session count from the third one on, the first three at once.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import audit
from app.accounts.errors import Refused
from app.deliveries.bookings import live_booking
from app.deliveries.models import PRESENT, Delivery, Feedback
from app.deliveries.planning import lock
from app.events import SessionRated
from app.ledger import service as ledger

TOGETHER = 3
FEWEST_OF_COURSE = 5
"""Answers from which on a course's publisher sees their mean."""
COMMENT_LIMIT = 2000


@dataclass(frozen=True, slots=True)
class Summary:
    """The answers together: how many; from three up their mean in hundredths, how many gave 1 to 5, the words."""

    count: int
    mean: int | None = None
    spread: tuple[int, int, int, int, int] = (0, 0, 0, 0, 0)
    comments: tuple[str, ...] = ()


def given_by(session: Session, delivery: uuid.UUID, person: uuid.UUID) -> Feedback | None:
    """The person's own answer, or None."""
    wanted = select(Feedback).where(Feedback.delivery_id == delivery, Feedback.person_id == person)
    return session.scalars(wanted).first()


def may_answer(session: Session, delivery: Delivery, person: uuid.UUID) -> bool:
    """Whether the person took part and the session has been held."""
    booking = live_booking(session, delivery.id, person)
    return (
        delivery.state == "held"
        and booking is not None
        and booking.role == "participant"
        and booking.state in PRESENT
    )


def give_feedback(
    session: Session, delivery: Delivery, *, value: int, comment: str = "", by: uuid.UUID, now: datetime
) -> Feedback:
    """Keep one participant's answer. Raises :class:`Refused`: ``absent``, ``value``, ``long`` or ``given``."""
    lock(session, delivery)
    if not may_answer(session, delivery, by):
        raise Refused(
            "absent", _l("Only those who took part in the session can say what they thought of it.")
        )
    if not 1 <= value <= 5:
        raise Refused("value", _l("Choose from 1 to 5."))
    if len(comment) > COMMENT_LIMIT:
        raise Refused(
            "long", _l("The comment is longer than %(limit)s characters. Shorten it.", limit=COMMENT_LIMIT)
        )
    answer = Feedback(delivery_id=delivery.id, person_id=by, value=value, comment=comment.strip(), at=now)
    try:
        with session.begin_nested():
            session.add(answer)
    except IntegrityError:
        raise Refused("given", _l("You have already answered. Thank you!")) from None
    audit.record(
        session, "session.rated", by=by, now=now, subject=delivery, organisation=delivery.municipality_id
    )
    _release(session, delivery, now=now)
    return answer


def _release(session: Session, delivery: Delivery, *, now: datetime) -> None:
    answers = _answers(session, delivery)
    if len(answers) < TOGETHER:
        return
    for one in answers:
        if one.released_at is None:
            one.released_at = now
            rated = SessionRated(
                id=uuid.uuid5(one.id, "rated"),
                person=delivery.trainer_id,
                at=delivery.starts,
                delivery=delivery.id,
                value=one.value,
            )
            ledger.record(session, rated, by=None, now=now)
    session.flush()


def _answers(session: Session, delivery: Delivery) -> list[Feedback]:
    # In an order that tells nothing about who was first.
    found = session.scalars(select(Feedback).where(Feedback.delivery_id == delivery.id))
    return sorted(found, key=lambda one: (one.value, one.comment, one.id.hex[::-1]))


def summary(session: Session, delivery: Delivery) -> Summary:
    """What the trainer may see."""
    answers = _answers(session, delivery)
    if len(answers) < TOGETHER:
        return Summary(len(answers))
    values = [one.value for one in answers]
    spread = (values.count(1), values.count(2), values.count(3), values.count(4), values.count(5))
    comments = sorted(one.comment for one in answers if one.comment)
    return Summary(len(values), sum(values) * 100 // len(values), spread, tuple(comments))


def of_courses(session: Session, courses: Collection[str]) -> Mapping[str, tuple[int, int]]:
    """For each course with answers enough: how many, and their mean in hundredths. Only answers that count for the
    trainer are among them, so that nobody's own can be told apart."""
    rows = (
        select(Delivery.course, func.count(), func.sum(Feedback.value))
        .join(Feedback, Feedback.delivery_id == Delivery.id)
        .where(Delivery.course.in_(courses), Feedback.released_at.is_not(None))
        .group_by(Delivery.course)
        .having(func.count() >= FEWEST_OF_COURSE)
    )
    return {course: (count, int(total) * 100 // count) for course, count, total in session.execute(rows)}
