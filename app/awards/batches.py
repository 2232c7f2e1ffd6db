"""Grant many candidacies after one preview: a job that can be stopped and started again anywhere.

Items are carried out in groups. A group takes two commits as a single certificate does: all its intents, then all
its documents. Where one item of a group cannot be carried out, the group is, one by one. A certificate exists once
because the decision is unique per candidacy and the certificate unique per decision.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock, jobs
from app.accounts.models import Person
from app.awards import deciding, issuing
from app.awards.deciding import DecisionRefused
from app.awards.models import Batch, BatchItem, Certificate, Decision
from app.db import Identified
from app.learners.models import Candidacy
from app.organisations.models import Organisation

Row = TypeVar("Row", bound=Identified)

GROUP = 20
"""How many certificates share their two commits; others who want to write wait as long as such a half takes."""


def create(
    session: Session,
    candidacies: Iterable[uuid.UUID],
    *,
    owner: uuid.UUID,
    reason: str,
    by: uuid.UUID,
    now: datetime,
) -> Batch:
    """Queue the granting of these candidacies."""
    batch = Batch(owner_id=owner, by_id=by, reason=reason, at=now)
    session.add(batch)
    session.flush()
    for candidacy_id in dict.fromkeys(candidacies):
        session.add(BatchItem(batch_id=batch.id, candidacy_id=candidacy_id))
    job = jobs.enqueue(session, "issue-batch", now=now, by=by, batch=batch.id)
    session.flush()
    batch.job_id = job.id
    return batch


def under_way(session: Session, candidacies: Iterable[uuid.UUID], *, by: uuid.UUID) -> Batch | None:
    """The unfinished batch that ``by`` made of exactly these candidacies: the first of two clicks."""
    wanted = set(candidacies)
    rows = select(Batch).where(Batch.by_id == by, Batch.finished_at.is_(None)).order_by(Batch.id.desc())
    for batch in session.scalars(rows.limit(10)):
        if {item.candidacy_id for item in items(session, batch)} == wanted:
            return batch
    return None


def obstacles(
    session: Session, candidacies: Sequence[Candidacy], *, by: uuid.UUID, now: datetime
) -> dict[uuid.UUID, str]:
    """For the preview: the candidacies that ``by`` cannot grant, and why."""
    found = {one.id: deciding.obstacle(session, one, by=by, now=now) for one in candidacies}
    return {candidacy_id: reason for candidacy_id, reason in found.items() if reason}


def counts(session: Session, batch: Batch) -> dict[str, int]:
    """How many items are waiting, issued, refused."""
    rows = session.execute(
        select(BatchItem.state, func.count()).where(BatchItem.batch_id == batch.id).group_by(BatchItem.state)
    )
    return {row[0]: row[1] for row in rows}


def items(session: Session, batch: Batch, *, state: str | None = None) -> Sequence[BatchItem]:
    query = select(BatchItem).where(BatchItem.batch_id == batch.id)
    if state:
        query = query.where(BatchItem.state == state)
    return session.scalars(query.order_by(BatchItem.id)).all()


def _made(session: Session, item: BatchItem, batch: Batch) -> Decision | None:
    return session.scalars(
        select(Decision).where(
            Decision.candidacy_id == item.candidacy_id,
            Decision.kind.in_(("grant", "recertify")),
            Decision.taken_by == batch.by_id,
        )
    ).one_or_none()


def _granted(session: Session, item: BatchItem, batch: Batch, now: datetime) -> Certificate:
    """For commit 1, unless an earlier run made it: the decision, the serial, the intent."""
    decision = _made(session, item, batch)
    if decision is None:
        candidacy = session.get_one(Candidacy, item.candidacy_id)
        decision = deciding.decide(
            session, candidacy, grant=True, reason=batch.reason, by=batch.by_id, now=now
        )
    return issuing.intend(session, decision, now=now, replaces=issuing.renewed_by(session, decision))


def _issued(session: Session, item: BatchItem, certificate: Certificate, now: datetime) -> None:
    """For commit 2: the document, and the item done."""
    certificate = issuing.finish(session, certificate, now=now)
    if certificate.state == "voided":
        raise issuing.CannotIssue(certificate.void_reason)
    item.state, item.certificate_id = "issued", certificate.id


def _held(session: Session, model: type[Row], ids: Iterable[uuid.UUID], *, lock: bool = False) -> list[Row]:
    """These rows in one question; while they are kept, asking for one of them by its id costs none."""
    query = select(model).where(model.id.in_(set(ids))).order_by(model.id)
    query = query.with_for_update() if lock else query
    return list(session.scalars(query.execution_options(populate_existing=True)))


def carry_out_all(session: Session, group: Sequence[uuid.UUID], batch: Batch, *, now: datetime) -> None:
    """Grant and issue these items together; one by one where anything stands in the way of any of them."""
    try:
        waiting = _held(session, BatchItem, group)
        # all of them first and in one order: whoever holds one of them waits for nothing that we have
        candidacies = _held(session, Candidacy, [item.candidacy_id for item in waiting], lock=True)
        people = {batch.by_id, *(one.person_id for one in candidacies)}
        kept: list[Any] = [session.get(Organisation, batch.owner_id), *_held(session, Person, people)]
        intended = {item.id: _granted(session, item, batch, now).id for item in waiting}
        session.commit()
        certificates = _held(session, Certificate, intended.values())
        kept += _held(session, Decision, [one.decision_id for one in certificates])
        kept += _held(session, Person, people)
        for item in _held(session, BatchItem, group):
            _issued(session, item, session.get_one(Certificate, intended[item.id]), now)
        session.commit()
    except (DecisionRefused, issuing.CannotIssue):
        session.rollback()
        for item_id in group:
            carry_out(session, session.get_one(BatchItem, item_id), batch, now=now)


def carry_out(session: Session, item: BatchItem, batch: Batch, *, now: datetime) -> None:
    """Grant and issue one item. What stands in the way is kept on the item."""
    try:
        try:
            certificate = _granted(session, item, batch, now)
        except DecisionRefused:
            session.rollback()
            if _made(session, item, batch) is None:
                raise
            certificate = _granted(session, item, batch, now)  # decided by another worker, just now
        session.commit()
        _issued(session, item, certificate, now)
    except (DecisionRefused, issuing.CannotIssue) as problem:
        session.rollback()
        item.state, item.problem = "refused", str(problem)[:400]
    session.commit()


@jobs.job("issue-batch", attempts=20)
def issue_batch(run: jobs.Run) -> None:
    session = run.session
    batch = session.get_one(Batch, uuid.UUID(run.args["batch"]))
    waiting = [item.id for item in items(session, batch, state="waiting")]
    total = sum(counts(session, batch).values())
    for start in range(0, len(waiting), GROUP):
        group = waiting[start : start + GROUP]
        carry_out_all(session, group, batch, now=clock.now())
        run.checkpoint(total - len(waiting) + start + len(group), total)
        session.expunge_all()
        session.add(run.job)
        session.add(batch)
    batch.finished_at = clock.now()
