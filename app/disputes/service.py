"""Disputes about lines of use: opened by one side of a licence, settled by the other, on the record.

An accepted one is stated in the record, and that statement causes the line against the disputed one. Evidence, results
and the seat stay as they are.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import audit
from app.accounts.errors import Refused
from app.db import new_id
from app.disputes import letters
from app.events import UseCorrected
from app.ledger import service as ledger
from app.licensing import disputes
from app.licensing.dispute_models import DisputeAnswer, UsageDispute
from app.licensing.disputes import Disputed
from app.licensing.models import Licence, Seat, UsageLine
from app.lrs.models import Statement


def countered(session: Session, line: uuid.UUID) -> bool:
    """Whether a line stands against this one already."""
    return session.scalar(select(UsageLine.id).where(UsageLine.counters_id == line)) is not None


def _reason(text: str) -> str:
    reason = " ".join(text.split())
    if not reason or len(reason) > 500:
        raise Refused("reason", _l("Write why, in at most 500 characters. Both sides can read it."))
    return reason


def open_dispute(
    session: Session,
    licence: Licence,
    line: UsageLine,
    *,
    side: str,
    reason: str,
    by: uuid.UUID,
    now: datetime,
) -> UsageDispute:
    """``side`` of the licence says that the use should not count; the other side gets a letter.

    Raises :class:`Refused`: ``line`` (a correction, or corrected already), ``disputed`` or ``reason``.
    """
    if line.licence_id != licence.id:
        raise ValueError("the line belongs to another licence")
    if line.quantity < 0 or countered(session, line.id):
        raise Refused("line", _l("The use is corrected already, so there is nothing to dispute."))
    if disputes.of_line(session, line.id):
        raise Refused("disputed", _l("The line has been disputed before."))
    made = UsageDispute(
        id=new_id(),
        licence_id=licence.id,
        line_id=line.id,
        side=side,
        reason=_reason(reason),
        opened_by=by,
        opened_at=now,
    )
    session.add(made)
    session.flush()
    _log(session, "licence.disputed", made, licence, by=by, now=now)
    letters.opened(session, made, licence, now=now)
    return made


def _log(
    session: Session, what: str, dispute: UsageDispute, licence: Licence, *, by: uuid.UUID, now: datetime
) -> None:
    audit.record(
        session,
        what,
        by=by,
        now=now,
        subject=dispute,
        organisation=licence.licensee_id,
        line=str(dispute.line_id),
    )


def settle(
    session: Session,
    found: Disputed,
    licence: Licence,
    *,
    outcome: str,
    reason: str,
    by: uuid.UUID,
    now: datetime,
) -> DisputeAnswer:
    """The other side accepts, and a line stands against the disputed one; or refuses. Both with a reason.

    Raises :class:`Refused`: ``own`` (whoever opened it), ``settled`` or ``reason``.
    """
    dispute = found.dispute
    if dispute.opened_by == by:
        raise Refused("own", _l("You opened this yourself. Somebody of the other side settles it."))
    if found.answer is not None:
        raise Refused("settled", _l("This is settled already."))
    answer = DisputeAnswer(
        dispute_id=dispute.id,
        opened_by=dispute.opened_by,
        outcome=outcome,
        reason=_reason(reason),
        by_id=by,
        at=now,
    )
    session.add(answer)
    session.flush()
    if outcome == "accepted" and not countered(session, dispute.line_id):
        _correct(session, dispute, by=by, now=now)
    _log(session, f"licence.dispute_{outcome}", dispute, licence, by=by, now=now)
    letters.settled(session, dispute, answer, licence, now=now)
    return answer


def _correct(session: Session, dispute: UsageDispute, *, by: uuid.UUID, now: datetime) -> None:
    line = session.get_one(UsageLine, dispute.line_id)
    cause = session.scalars(select(Statement).where(Statement.position == line.statement)).one()
    event = UseCorrected(
        id=dispute.id,
        person=session.get_one(Seat, line.seat_id).person_id,
        at=now,
        dispute=dispute.id,
        statement=cause.statement_id,
        line=line.id,
    )
    ledger.record(session, event, by=by, now=now, owner=cause.tenant)
