"""Voiding a statement of the record: what it would change, and doing it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app import audit
from app.clock import local_date
from app.events import EvidenceVoided
from app.evidence import service as evidence
from app.evidence.models import EvidenceItem
from app.learners import standing
from app.learners.models import Candidacy
from app.ledger import service as ledger
from app.lrs import service as lrs
from app.lrs.stored import StoredStatement
from app.rules.criterion import Known
from app.rules.standing import Standing
from app.xapi.sentences import person_of


class NotVoidable(ValueError):
    """The statement is void already, or itself voids another."""


@dataclass(frozen=True, slots=True)
class Change:
    """How a candidacy would stand towards one criterion, now and without the evidence."""

    candidacy: Candidacy
    before: Standing
    after: Standing

    @property
    def lost(self) -> bool:
        """Whether the criterion would no longer be met."""
        return self.before.fulfilled and not self.after.fulfilled


@dataclass(frozen=True, slots=True)
class Consequences:
    """What voiding a statement does: the evidence that goes (if any) and the standings that change."""

    item: EvidenceItem | None
    changes: Sequence[Change]


def is_voidable(session: Session, statement: StoredStatement) -> bool:
    """Whether the statement may be voided: it is no voiding statement and not void."""
    return statement.voids is None and not lrs.is_voided(session, statement.tenant, statement.id)


def consequences(session: Session, statement: StoredStatement, *, now: datetime) -> Consequences:
    """What voiding ``statement`` would change, worked out by the same rules that will then be applied."""
    owner = statement.tenant
    item = evidence.by_statement(session, owner=owner, statement=statement.id)
    if item is None or item.withdrawn_at is not None:
        return Consequences(None, ())
    all_rows = [evidence.pure(row) for row in evidence.of_person(session, owner=owner, person=item.person_id)]
    with_it = Known.of(all_rows, now)
    without = Known.of([one for one in all_rows if one.id != str(item.id)], now)
    on = local_date(now)
    changes = []
    for candidacy in standing.open_candidacies(session, owner=owner, person=item.person_id):
        for criterion in standing.criteria_of(session, candidacy):
            before = criterion.judge(with_it, on, candidacy.since)
            after = criterion.judge(without, on, candidacy.since)
            if before.figures() != after.figures():
                changes.append(Change(candidacy, before, after))
    return Consequences(item, changes)


def void(
    session: Session,
    statement: StoredStatement,
    *,
    reason: str,
    event: uuid.UUID,
    by: uuid.UUID,
    now: datetime,
) -> None:
    """Void ``statement``; its evidence is withdrawn and the standings are worked out anew. ``event`` names the act,
    so that sending it twice does it once. Raises :class:`NotVoidable`."""
    if not is_voidable(session, statement):
        raise NotVoidable(str(statement.id))
    item = evidence.by_statement(session, owner=statement.tenant, statement=statement.id)
    person = item.person_id if item is not None else person_of(statement.statement)
    voided = EvidenceVoided(id=event, person=person or by, at=now, statement=statement.id, reason=reason)
    ledger.record(session, voided, by=by, now=now, owner=statement.tenant)
    audit.record(
        session,
        "record.statement_voided",
        by=by,
        now=now,
        subject=item,
        person=person,
        organisation=statement.tenant,
        statement=statement.id,
    )
