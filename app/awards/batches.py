"""Grant many candidacies after one preview: a job that can be stopped and started again anywhere.

Items are carried out in groups. A group takes two commits as a single certificate does: all its intents, then all
its documents; the second is the first of the next group, so that the next are decided on while these are being signed.
Where one item cannot be carried out, its group and the one with it are, one by one. A certificate exists once because
the decision is unique per candidacy and the certificate unique per decision.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock, jobs
from app.accounts.models import Person
from app.awards import deciding, issuing, signers
from app.awards.deciding import DecisionRefused
from app.awards.models import Batch, BatchItem, Certificate, Decision
from app.db import Identified, one_writer
from app.learners import standing
from app.learners.models import Candidacy
from app.ledger import service as ledger
from app.organisations.models import Organisation

Row = TypeVar("Row", bound=Identified)

GROUP = 100
"""How many certificates share their two commits; others who want to write wait as long as a group takes."""
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
class Begun:
    """What is granted and not yet signed; what is ``held`` besides need not be read a second time."""

    group: Sequence[uuid.UUID]
    items: Sequence[BatchItem]
    certificates: Sequence[Certificate]
    held: Sequence[object]


class _Granting:
    """Decisions, serials and intents for a group."""

    def __init__(self, session: Session, group: Sequence[uuid.UUID], batch: Batch, *, now: datetime) -> None:
        self._group = group
        self._items = _rows(session, BatchItem, group)
        decisions = _decisions(session, self._items, batch, now=now)
        people = {batch.by_id, *(one.person_id for one in decisions)}
        self._held = (*decisions, *_rows(session, Person, people), session.get(Organisation, batch.owner_id))
        granted = [(one, issuing.renewed_by(session, one)) for one in decisions]
        self._intents = issuing.Intending(session, granted, now=now)

    def done(self) -> Begun:
        return Begun(self._group, self._items, self._intents.done(), self._held)


class _Issuing:
    """The documents of what has been begun, and its items done."""

    def __init__(self, session: Session, begun: Begun, *, now: datetime) -> None:
        self._begun = begun
        self._finishing = issuing.Finishing(session, begun.certificates, now=now)

    def done(self) -> None:
        self._finishing.done()
        for item, certificate in zip(self._begun.items, self._begun.certificates, strict=True):
            if certificate.state == "voided":
                raise signers.CannotIssue(certificate.void_reason)
            item.state, item.certificate_id = "issued", certificate.id


@contextmanager
def _kept_over_commits(session: Session) -> Iterator[None]:
    """What one step read or wrote is not read again by the next; a certificate's state is asked anew."""
    expire, session.expire_on_commit = session.expire_on_commit, False
    try:
        yield
    finally:
        session.expire_on_commit = expire


def _hold(session: Session, begun: Begun, group: Sequence[uuid.UUID], batch: Batch) -> None:
    """Hold at once, in one order, all standings that this step adds to: those who come with one hold of another.

    Otherwise two workers could each wait for what the other has.
    """
    certified = {one.person_id for one in begun.certificates}
    trainers = ledger.trainers_of(session, certified).values()
    next_ones = select(Candidacy.person_id).join(BatchItem, BatchItem.candidacy_id == Candidacy.id)
    granted = session.scalars(next_ones.where(BatchItem.id.in_(group)))
    standing.hold(session, owner=batch.owner_id, people=certified.union(granted, *trainers))


def _step(
    session: Session,
    begun: Begun | None,
    group: Sequence[uuid.UUID],
    batch: Batch,
    *,
    now: datetime,
    commit: Callable[[], None],
) -> Begun | None:
    """While what was ``begun`` is being signed, the next ``group`` is decided on; then both are committed."""
    with _kept_over_commits(session):
        signing = _Issuing(session, begun, now=now) if begun else None
        if begun and group and not one_writer(session):
            _hold(session, begun, group, batch)
        granting = _Granting(session, group, batch, now=now) if group else None
        if signing:
            signing.done()
        left = granting.done() if granting else None
        commit()
        return left


def carry_out(
    session: Session,
    begun: Begun | None,
    group: Sequence[uuid.UUID],
    batch: Batch,
    *,
    now: datetime,
    commit: Callable[[], None] | None = None,
) -> Begun | None:
    """Issue what was ``begun`` and begin this ``group``, in one commit; what is begun then.

    One by one where anything stands in the way of any of them. What stands in the way of one is kept on its item.
    """
    try:
        return _step(session, begun, group, batch, now=now, commit=commit or session.commit)
    except (DecisionRefused, signers.CannotIssue):
        session.rollback()
    for item_id in (*(begun.group if begun else ()), *group):
        _alone(session, item_id, batch, now=now)
    return None


def _alone(session: Session, item_id: uuid.UUID, batch: Batch, *, now: datetime) -> None:
    try:
        begun = _step(session, None, [item_id], batch, now=now, commit=session.commit)
        _step(session, begun, [], batch, now=now, commit=session.commit)
    except (DecisionRefused, signers.CannotIssue) as problem:
        session.rollback()
        item = session.get_one(BatchItem, item_id)
        item.state, item.problem = "refused", str(problem)[:400]
        session.commit()


@jobs.job("issue-batch", attempts=20)
def issue_batch(run: jobs.Run) -> None:
    session = run.session
    batch = session.get_one(Batch, uuid.UUID(run.args["batch"]))
    waiting = [item.id for item in items(session, batch, state="waiting")]
    total = sum(counts(session, batch).values())
    begun, done = None, total - len(waiting)
    with signers.helped(session, batch.owner_id) if len(waiting) >= MANY else nullcontext():
        for group in (*_groups(waiting), []):
            begun = carry_out(
                session, begun, group, batch, now=clock.now(), commit=partial(run.checkpoint, done, total)
            )
            done += len(group)
    batch.finished_at = clock.now()


def _groups(ids: Sequence[uuid.UUID]) -> Iterator[Sequence[uuid.UUID]]:
    for start in range(0, len(ids), GROUP):
        yield ids[start : start + GROUP]
