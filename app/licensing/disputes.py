"""Which lines of use are disputed, for the report and the account."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from app.licensing.dispute_models import DisputeAnswer, UsageDispute
from app.licensing.models import Licence, UsageLine


@dataclass(frozen=True, slots=True)
class Disputed:
    """A dispute, and its answer where there is one. ``state``: ``waiting``, ``accepted`` or ``refused``."""

    dispute: UsageDispute
    answer: DisputeAnswer | None

    @property
    def state(self) -> str:
        return self.answer.outcome if self.answer else "waiting"


def _rows() -> Select[UsageDispute, DisputeAnswer]:
    return select(UsageDispute, DisputeAnswer).outerjoin(
        DisputeAnswer, DisputeAnswer.dispute_id == UsageDispute.id
    )


def of_lines(session: Session, lines: Iterable[uuid.UUID]) -> Mapping[uuid.UUID, Disputed]:
    """The disputes of these lines, by line."""
    rows = session.execute(_rows().where(UsageDispute.line_id.in_(list(lines))))
    return {dispute.line_id: Disputed(dispute, answer) for dispute, answer in rows}


def find(session: Session, id: uuid.UUID) -> Disputed | None:
    """The dispute with this id, or None."""
    row = session.execute(_rows().where(UsageDispute.id == id)).first()
    return Disputed(row[0], row[1]) if row else None


def of_line(session: Session, line: uuid.UUID) -> Disputed | None:
    """The line's dispute, or None."""
    return of_lines(session, [line]).get(line)


def listed(
    session: Session,
    *,
    publishing: frozenset[uuid.UUID] | None,
    holding: frozenset[uuid.UUID] | None,
    before: uuid.UUID | None = None,
    limit: int,
) -> Sequence[tuple[Disputed, Licence]]:
    """Disputes about licences that these organisations publish or hold (None: any), the newest first."""
    rows = _rows().add_columns(Licence).join(Licence, Licence.id == UsageDispute.licence_id)
    if publishing is not None and holding is not None:
        rows = rows.where(or_(Licence.publisher_id.in_(publishing), Licence.licensee_id.in_(holding)))
    if before is not None:
        rows = rows.where(UsageDispute.id < before)
    found = session.execute(rows.order_by(UsageDispute.id.desc()).limit(limit))
    return [(Disputed(dispute, answer), licence) for dispute, answer, licence in found]


def waiting(session: Session, licence: Licence, month: str) -> int:
    """How many lines of the month are disputed and not settled, those of seats that were handed on included."""
    count = (
        select(func.count())
        .select_from(UsageDispute)
        .join(UsageLine, UsageLine.id == UsageDispute.line_id)
        .join(Licence, Licence.id == UsageDispute.licence_id)
        .outerjoin(DisputeAnswer, DisputeAnswer.dispute_id == UsageDispute.id)
        .where(DisputeAnswer.id.is_(None), UsageLine.month == month)
        .where(or_(Licence.id == licence.id, Licence.parent_id == licence.id))
    )
    return session.scalar(count) or 0
