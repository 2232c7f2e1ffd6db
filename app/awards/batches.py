"""Grant many candidacies after one preview: a job that can be stopped and started again anywhere.

Items are carried out in groups. A group takes two commits as a single certificate does: all its intents, then all
its documents. Where one item of a group cannot be carried out, the group is, one by one. A certificate exists once
because the decision is unique per candidacy and the certificate unique per decision.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock, jobs
from app.accounts.models import Person
from app.awards import deciding, issuing, signers
from app.awards.deciding import DecisionRefused
from app.awards.models import Batch, BatchItem, Certificate, Decision
from app.db import Identified
from app.learners.models import Candidacy
from app.organisations.models import Organisation

Row = TypeVar("Row", bound=Identified)

GROUP = 100
"""How many certificates share their two commits; others who want to write wait as long as such a half takes."""
MANY = 250
"""From so many on a second process, which takes half a second to start, draws and signs them."""


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
    return deciding.obstacles(session, candidacies, by=by, now=now)


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


def _decisions(
    session: Session, waiting: Sequence[BatchItem], batch: Batch, *, now: datetime
) -> list[Decision]:
    """The decision on each item: taken now, unless an earlier run took it."""
    ids = [item.candidacy_id for item in waiting]
    taken = select(Decision).where(
        Decision.candidacy_id.in_(ids),
        Decision.kind.in_(("grant", "recertify")),
        Decision.taken_by == batch.by_id,
    )
    candidacies = {one.id: one for one in deciding.hold(session, ids)}
    made = {one.candidacy_id: one for one in session.scalars(taken)}
    left = [candidacies[id_] for id_ in ids if id_ not in made]
    if left:
        new = deciding.decide_all(session, left, grant=True, reason=batch.reason, by=batch.by_id, now=now)
        made |= {one.candidacy_id: one for one in new}
    return [made[id_] for id_ in ids]


def _rows(session: Session, model: type[Row], ids: Iterable[uuid.UUID]) -> list[Row]:
    """These rows in one question; while they are kept, asking for one of them by its id costs none."""
    query = select(model).where(model.id.in_(set(ids))).order_by(model.id)
    return list(session.scalars(query.execution_options(populate_existing=True)))


@dataclass(frozen=True)
class _Granted:
    """What commit 1 leaves to commit 2; what is ``held`` besides need not be read a second time."""

    items: Sequence[BatchItem]
    certificates: Sequence[Certificate]
    held: Sequence[object]


def _grant(session: Session, group: Sequence[uuid.UUID], batch: Batch, *, now: datetime) -> _Granted:
    """For commit 1: decisions, serials, intents."""
    waiting = _rows(session, BatchItem, group)
    decisions = _decisions(session, waiting, batch, now=now)
    people = {batch.by_id, *(one.person_id for one in decisions)}
    held = (*decisions, *_rows(session, Person, people), session.get(Organisation, batch.owner_id))
    granted = [(one, issuing.renewed_by(session, one)) for one in decisions]
    return _Granted(waiting, issuing.intend_all(session, granted, now=now), held)


def _issue(session: Session, granted: _Granted, *, now: datetime) -> None:
    """For commit 2: the documents, and the items done."""
    issuing.finish_all(session, granted.certificates, now=now)
    for item, certificate in zip(granted.items, granted.certificates, strict=True):
        if certificate.state == "voided":
            raise signers.CannotIssue(certificate.void_reason)
        item.state, item.certificate_id = "issued", certificate.id


@contextmanager
def _kept_over_commits(session: Session) -> Iterator[None]:
    """What was read or written before commit 1 is not read again after it; a certificate's state is asked anew."""
    expire, session.expire_on_commit = session.expire_on_commit, False
    try:
        yield
    finally:
        session.expire_on_commit = expire


def carry_out(session: Session, group: Sequence[uuid.UUID], batch: Batch, *, now: datetime) -> None:
    """Grant and issue these items together, one by one where anything stands in the way of any of them.

    What stands in the way of one is kept on it.
    """
    try:
        with _kept_over_commits(session):
            granted = _grant(session, group, batch, now=now)
            session.commit()
            _issue(session, granted, now=now)
            session.commit()
    except (DecisionRefused, signers.CannotIssue) as problem:
        session.rollback()
        if len(group) > 1:
            for one in group:
                carry_out(session, [one], batch, now=now)
        else:
            item = session.get_one(BatchItem, group[0])
            item.state, item.problem = "refused", str(problem)[:400]
            session.commit()


@jobs.job("issue-batch", attempts=20)
def issue_batch(run: jobs.Run) -> None:
    session = run.session
    batch = session.get_one(Batch, uuid.UUID(run.args["batch"]))
    waiting = [item.id for item in items(session, batch, state="waiting")]
    total = sum(counts(session, batch).values())
    with signers.helped(session, batch.owner_id) if len(waiting) >= MANY else nullcontext():
        for start in range(0, len(waiting), GROUP):
            group = waiting[start : start + GROUP]
            carry_out(session, group, batch, now=clock.now())
            run.checkpoint(total - len(waiting) + start + len(group), total)
            session.expunge_all()
            session.add(run.job)
            session.add(batch)
    batch.finished_at = clock.now()
