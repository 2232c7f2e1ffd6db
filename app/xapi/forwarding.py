"""Forwarding to outside stores: a run takes a target's lease, follows its cursor, and keeps what happened.

No transaction is open while the other side is waited for. Whatever a person changes meanwhile raises the target's
``round``; the run then keeps nothing more and ends.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import func, or_, select, tuple_, update
from sqlalchemy.orm import Session

from app import audit, jobs
from app.db import new_id
from app.lrs import attachments
from app.lrs import service as lrs
from app.lrs.models import Statement
from app.lrs.stored import StoredStatement
from app.xapi import multipart, outgoing, sealing
from app.xapi.addresses import networks
from app.xapi.delivery import Held, Verdict, deliver
from app.xapi.models import ForwardTarget, Quarantined
from app.xapi.outbound import TIMEOUT, Outbound
from app.xapi.outgoing import Item, Rules

BATCH, LEAST, OCTETS = 100, 50, 1024 * 1024
"""Statements in one batch at most, and from which number or size on no more are looked for."""
LOOKS = 20
"""How often a batch looks for more statements that the rules let through."""
SECONDS = 20.0
"""A run takes no new step after so long, so that one slow target does not keep the others waiting."""
LEASE = timedelta(minutes=15)
FIRST_DELAY, LONGEST_DELAY = timedelta(seconds=30), timedelta(hours=1)
POISON_AFTER = 10
"""So many failures (500) at the same statement, sent alone, and it is quarantined."""
HOPELESS = 20
"""A batch of so many of which the target takes none pauses the target: its owner has to look."""

Connect = Callable[["Plan"], Outbound]


class Superseded(Exception):
    """Somebody changed the target, or another run has it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A target as a run sees it, apart from the database."""

    id: uuid.UUID
    lease: uuid.UUID
    round: int
    endpoint: str
    version: str
    sealed: bytes
    rules: Rules
    cursor: tuple[int, int]
    failures: int


@dataclass(slots=True)
class Outcome:
    """What a run did; ``more``: there is more to do at once."""

    delivered: int = 0
    quarantined: int = 0
    trouble: str = ""
    more: bool = False


def connect(plan: Plan) -> Outbound:
    """The target's store. Raises :class:`app.xapi.delivery.Held` where the credentials cannot be opened."""
    config = current_app.config
    try:
        pair = sealing.unseal(plan.sealed, keys=[config["SECRET_KEY"], *config["SECRET_KEY_FALLBACKS"]])
    except sealing.CannotOpen as error:
        raise Held(str(error)) from None
    allowed = networks(config["FORWARD_PRIVATE"])
    timeout = config.get("FORWARD_TIMEOUT", TIMEOUT)
    return Outbound(
        plan.endpoint, version=plan.version, auth=sealing.basic(*pair), allowed=allowed, timeout=timeout
    )


def due(session: Session, *, now: datetime) -> Sequence[uuid.UUID]:
    """The active targets that may be tried now."""
    free = or_(ForwardTarget.lease_until.is_(None), ForwardTarget.lease_until < now)
    ready = or_(ForwardTarget.retry_at.is_(None), ForwardTarget.retry_at <= now)
    rows = select(ForwardTarget.id).where(ForwardTarget.state == "active", free, ready)
    return session.scalars(rows.order_by(ForwardTarget.id)).all()


def run(session: Session, target: uuid.UUID, *, now: datetime, connect: Connect = connect) -> Outcome:
    """Forward for up to :data:`SECONDS`. Commits its own steps."""
    outcome = Outcome()
    plan = _take(session, target, now)
    if plan is None:
        return outcome
    until = time.monotonic() + SECONDS
    try:
        remote = connect(plan)
        _again(session, plan, remote, outcome, now)
        while True:  # one step at least: a run that took none would be asked for again and again
            items, beyond, outcome.more = _gather(session, plan, outcome, now)
            plan = _hand_over(session, plan, remote, items, outcome, now, until)
            if not items or plan.cursor >= items[-1].cursor:
                plan = _keep(session, plan, now, cursor=max(beyond, plan.cursor))
            if not outcome.more or time.monotonic() >= until:
                break
    except Held as held:
        session.rollback()
        outcome.trouble, outcome.more = str(held), False
        _hold_back(session, target, plan, held, now)
    except Superseded:
        session.rollback()
        outcome.more = False
    _release(session, plan)
    return outcome


def _take(session: Session, target: uuid.UUID, now: datetime) -> Plan | None:
    """Take the lease if the target is due and nobody else has it."""
    lease = new_id()
    mine = (
        update(ForwardTarget)
        .where(
            ForwardTarget.id == target,
            ForwardTarget.state == "active",
            or_(ForwardTarget.lease_until.is_(None), ForwardTarget.lease_until < now),
            or_(ForwardTarget.retry_at.is_(None), ForwardTarget.retry_at <= now),
        )
        .values(lease=lease, lease_until=now + LEASE)
        .execution_options(synchronize_session=False)
    )
    took = session.execute(mine).rowcount  # type: ignore[attr-defined]
    session.commit()
    if not took:
        return None
    row = session.scalars(
        select(ForwardTarget).where(ForwardTarget.id == target).execution_options(populate_existing=True)
    ).one()
    plan = Plan(
        id=row.id,
        lease=lease,
        round=row.round,
        endpoint=row.endpoint,
        version=row.version,
        sealed=row.sealed,
        rules=Rules(
            frozenset(row.verbs),
            tuple(row.activities),
            frozenset(uuid.UUID(one) for one in row.organisations),
        ),
        cursor=(row.committed, row.position),
        failures=row.failures,
    )
    session.commit()
    return plan


def _mine(plan: Plan) -> Any:
    ours = (ForwardTarget.id == plan.id, ForwardTarget.lease == plan.lease, ForwardTarget.round == plan.round)
    return update(ForwardTarget).where(*ours).execution_options(synchronize_session=False)


def _keep(
    session: Session, plan: Plan, now: datetime, *, cursor: tuple[int, int], delivered: int = 0
) -> Plan:
    """Commit how far we are. Raises :class:`Superseded` where it is no longer ours to say."""
    if cursor == plan.cursor and not delivered:
        return plan
    values: dict[str, Any] = {"committed": cursor[0], "position": cursor[1]}
    if delivered:
        values |= {"delivered": ForwardTarget.delivered + delivered, "delivered_at": now}
    if delivered or cursor > plan.cursor:
        values |= {"failures": 0, "retry_at": None, "trouble": ""}
        plan = replace(plan, failures=0)
    if not session.execute(_mine(plan).values(**values)).rowcount:  # type: ignore[attr-defined]
        raise Superseded
    session.commit()
    return replace(plan, cursor=cursor)


def _hold_back(session: Session, target: uuid.UUID, plan: Plan, held: Held, now: datetime) -> None:
    delay = min(FIRST_DELAY * 2 ** min(plan.failures, 20), LONGEST_DELAY)
    wait = max(delay, held.after or delay)
    values = {"failures": plan.failures + 1, "retry_at": now + wait, "trouble": str(held)}
    session.execute(_mine(plan).values(**values))
    session.commit()


def _release(session: Session, plan: Plan) -> None:
    ours = update(ForwardTarget).where(ForwardTarget.id == plan.id, ForwardTarget.lease == plan.lease)
    session.execute(ours.values(lease=None, lease_until=None).execution_options(synchronize_session=False))
    session.commit()


def _item(session: Session, stored: StoredStatement, cursor: tuple[int, int], version: str) -> Item:
    body = outgoing.octets(stored, version=version)
    digests = {one["sha2"].lower() for one in multipart.attachments_of(json.loads(stored.received))}
    parts = (
        (multipart.Part(*one) for one in attachments.find(session, stored.tenant, digests)) if digests else ()
    )
    return Item(cursor, stored.tenant, stored.id, body, tuple(parts))


def _gather(
    session: Session, plan: Plan, outcome: Outcome, now: datetime
) -> tuple[list[Item], tuple[int, int], bool]:
    """The next batch, the cursor behind everything looked at, and whether there may be more. Ends its transaction."""
    # After failures batches are smaller: what was too much for a weak target comes in bites.
    most = max(1, BATCH >> min(plan.failures, 10))
    items: list[Item] = []
    cursor, size = plan.cursor, 0
    for _look in range(LOOKS):
        found = lrs.committed_after(session, cursor, limit=most)
        for behind, stored in found:
            voided = lrs.get(session, stored.tenant, stored.voids) if stored.voids is not None else None
            if outgoing.wanted(plan.rules, stored, voided):
                try:
                    item = _item(session, stored, behind, plan.version)
                except outgoing.NotSpoken as error:
                    _put_aside(session, plan, behind[1], stored.tenant, stored.id, "version", str(error), now)
                    outcome.quarantined += 1
                else:
                    if (items and size + item.size > OCTETS) or len(items) == most:
                        session.commit()
                        return items, cursor, True
                    items.append(item)
                    size += item.size
            cursor = behind
        if len(found) < most or len(items) >= min(LEAST, most):
            session.commit()
            return items, cursor, len(found) == most
    session.commit()
    return items, cursor, True


def _hand_over(
    session: Session,
    plan: Plan,
    remote: Outbound,
    items: Sequence[Item],
    outcome: Outcome,
    now: datetime,
    until: float,
) -> Plan:
    refused = taken = 0
    for verdict in deliver(remote, items, now=now, poison=plan.failures >= POISON_AFTER):
        _settle(session, plan, verdict, outcome, now)
        plan = _keep(
            session,
            plan,
            now,
            cursor=verdict.items[-1].cursor,
            delivered=0 if verdict.reason else len(verdict.items),
        )
        refused += bool(verdict.reason)
        taken += not verdict.reason
        if refused >= HOPELESS and not taken:
            values = {"state": "paused", "round": plan.round + 1}
            said = f"{refused} statements in a row were refused; the last because: {verdict.detail}"
            if session.execute(_mine(plan).values(trouble=said, **values)).rowcount:  # type: ignore[attr-defined]
                target = session.get_one(ForwardTarget, plan.id)
                audit.record(
                    session, "record.forward_paused", by=None, now=now, subject=target, reason="refused"
                )
            session.commit()
            raise Superseded
        if time.monotonic() > until:
            outcome.more = True
            break
    return plan


def _settle(session: Session, plan: Plan, verdict: Verdict, outcome: Outcome, now: datetime) -> None:
    """Write the quarantine's rows of a verdict."""
    if verdict.reason:
        item = verdict.items[0]
        _put_aside(session, plan, item.cursor[1], item.tenant, item.id, verdict.reason, verdict.detail, now)
        outcome.quarantined += 1
        return
    outcome.delivered += len(verdict.items)
    session.execute(
        update(Quarantined)
        .where(
            Quarantined.target_id == plan.id,
            Quarantined.position.in_([item.cursor[1] for item in verdict.items]),
            Quarantined.state != "delivered",
        )
        .values(state="delivered", settled_at=now)
        .execution_options(synchronize_session=False)
    )


def _put_aside(
    session: Session,
    plan: Plan,
    position: int,
    tenant: uuid.UUID,
    statement: uuid.UUID,
    reason: str,
    detail: str,
    now: datetime,
) -> None:
    known = session.scalars(
        select(Quarantined).where(Quarantined.target_id == plan.id, Quarantined.position == position)
    ).one_or_none()
    row = known or Quarantined(target_id=plan.id, position=position, tenant=tenant, statement_id=statement)
    row.reason, row.detail, row.state, row.at, row.settled_at = reason, detail[:300], "held", now, None
    session.add(row)
    session.flush()


def _again(session: Session, plan: Plan, remote: Outbound, outcome: Outcome, now: datetime) -> None:
    """Try quarantined statements that somebody asked to send again."""
    asked = select(Quarantined.position, Quarantined.tenant, Quarantined.statement_id)
    mine = asked.where(Quarantined.target_id == plan.id, Quarantined.state == "again")
    items = []
    for row in session.execute(mine.order_by(Quarantined.position).limit(BATCH)).all():
        stored = lrs.get(session, row.tenant, row.statement_id)
        if stored is None:
            continue
        try:
            items.append(_item(session, stored, (plan.cursor[0], row.position), plan.version))
        except outgoing.NotSpoken as error:
            _put_aside(session, plan, row.position, row.tenant, row.statement_id, "version", str(error), now)
    session.commit()
    for verdict in deliver(remote, items, now=now, poison=True):
        _settle(session, plan, verdict, outcome, now)
        _keep(session, plan, now, cursor=plan.cursor, delivered=0 if verdict.reason else len(verdict.items))


def waiting(session: Session, target: ForwardTarget, *, most: int = 10_000) -> tuple[int, datetime | None]:
    """How many statements stand behind the cursor (counted to ``most``), and since when the first one waits."""
    cursor = (target.committed, target.position)
    first = lrs.committed_after(session, cursor, limit=1)
    if not first:
        return 0, None
    behind = select(Statement.position).where(
        tuple_(Statement.committed, Statement.position) > tuple_(*cursor)
    )
    return session.scalar(select(func.count()).select_from(behind.limit(most).subquery())) or 0, first[0][
        1
    ].stored


def quarantined_count(session: Session, target: uuid.UUID) -> int:
    """Statements that wait for somebody to look."""
    held = Quarantined.state.in_(("held", "again"))
    return session.scalar(select(func.count()).where(Quarantined.target_id == target, held)) or 0


@jobs.job("xapi.forward", every_minutes=1, attempts=1)
def forward(job: jobs.Run) -> None:
    """Give every target that is due its turn; what is left over gets the next job's."""
    targets, more = _targets(job), False
    for number, target in enumerate(targets, 1):
        more = run(job.session, target, now=job.now).more or more
        job.checkpoint(number, len(targets))
    if more:
        jobs.enqueue(job.session, "xapi.forward", now=job.now)


def _targets(job: jobs.Run) -> Sequence[uuid.UUID]:
    one = job.args.get("target")
    return [uuid.UUID(one)] if one else due(job.session, now=job.now)


def wake(session: Session, *, target: uuid.UUID | None = None, by: uuid.UUID | None, now: datetime) -> None:
    """Forward as soon as this transaction has committed."""
    if target is None:
        jobs.enqueue(session, "xapi.forward", now=now, by=by)
    else:
        jobs.enqueue(session, "xapi.forward", now=now, by=by, target=target)
