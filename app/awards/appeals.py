"""Appeals: filed in time by the person concerned, answered by somebody uninvolved."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import audit
from app.awards import letters
from app.awards.models import Appeal, Decision
from app.cascade import service as cascade
from app.clock import local_date

FILE_WITHIN = timedelta(days=30)
ANSWER_WITHIN = timedelta(days=60)


class AppealRefused(Exception):
    """``not_concerned``, ``too_late``, ``already_filed``, ``answered``, ``involved`` (decided, or took part before)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def of_decision(session: Session, decision: Decision) -> Appeal | None:
    return session.scalars(select(Appeal).where(Appeal.decision_id == decision.id)).one_or_none()


def may_file(session: Session, decision: Decision, *, now: datetime) -> bool:
    return now <= decision.at + FILE_WITHIN and of_decision(session, decision) is None


def file(session: Session, decision: Decision, *, text: str, by: uuid.UUID, now: datetime) -> Appeal:
    """The person concerned appeals. Raises :class:`AppealRefused`."""
    if by != decision.person_id:
        raise AppealRefused("not_concerned")
    if of_decision(session, decision) is not None:
        raise AppealRefused("already_filed")
    if now > decision.at + FILE_WITHIN:
        raise AppealRefused("too_late")
    appeal = Appeal(
        decision_id=decision.id,
        person_id=by,
        text=text.strip(),
        filed_at=now,
        due=local_date(now + ANSWER_WITHIN),
    )
    session.add(appeal)
    session.flush()
    audit.record(session, "appeal.filed", by=by, now=now, subject=appeal, person=by)
    return appeal


def waiting(session: Session) -> Sequence[Appeal]:
    """Unanswered appeals, the one due first on top."""
    return session.scalars(
        select(Appeal).where(Appeal.outcome.is_(None)).order_by(Appeal.due, Appeal.id)
    ).all()


def count_waiting(session: Session) -> int:
    """How many appeals nobody has answered yet."""
    return session.scalar(select(func.count()).where(Appeal.outcome.is_(None))) or 0


def obstacle(session: Session, appeal: Appeal, *, by: uuid.UUID) -> str | None:
    """Why ``by`` may not answer: they are the person, took the decision, or took part before it."""
    decision = session.get_one(Decision, appeal.decision_id)
    involved = cascade.took_part(session, appeal.person_id) | {appeal.person_id, decision.taken_by}
    return "involved" if by in involved else None


def answer(
    session: Session, appeal: Appeal, *, upheld: bool, text: str, by: uuid.UUID, now: datetime
) -> None:
    """Answer an appeal. Where it is upheld, the new decision is taken as any other."""
    session.flush()  # what has not been written would be forgotten by reading anew
    session.refresh(appeal, with_for_update=True)
    if appeal.outcome is not None:
        raise AppealRefused("answered")
    barred = obstacle(session, appeal, by=by)
    if barred:
        raise AppealRefused(barred)
    appeal.outcome = "upheld" if upheld else "dismissed"
    appeal.answer, appeal.handled_by, appeal.handled_at = text.strip(), by, now
    audit.record(session, "appeal.answered", by=by, now=now, subject=appeal, person=appeal.person_id)
    letters.answered(session, appeal, now=now)
