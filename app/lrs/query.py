"""Finding statements. Every filter walks one range of one index, newest first, and stops at the limit.

Where several filters are given, the rarest leads and the others are looked up for each of its statements.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from app.lrs import instants, keys, rows
from app.lrs.stored import StoredStatement

LOWEST, HIGHEST = -(2**63), 2**63 - 1
_SAMPLE = 1_000
"""How far a filter's statements are counted to find the rarest one."""


@dataclass(frozen=True, slots=True)
class Page:
    """Statements in order, and the position after which the next page begins (None: there is no more)."""

    statements: list[StoredStatement] = field(default_factory=list)
    next: int | None = None


def get(session: Session, tenant: uuid.UUID, id: uuid.UUID) -> StoredStatement | None:
    """The tenant's statement with this id, voided or not."""
    return rows.by_ids(session.connection(), tenant, [id]).get(id)


def is_voided(session: Session, tenant: uuid.UUID, id: uuid.UUID) -> bool:
    """Whether the statement is void: another one voids it, and it is not itself a voiding statement."""
    connection = session.connection()
    lite = connection.dialect.name == "sqlite"
    mark = "?" if lite else "%s"
    sql = f"""SELECT s.voids IS NULL FROM lrs_statements s JOIN lrs_voidings v
              ON v.tenant = s.tenant AND v.target = s.statement_id
              WHERE s.statement_id = {mark} AND s.tenant = {mark}"""
    bound = (id.bytes, tenant.bytes) if lite else (id, tenant)
    return bool(rows.scalar(connection, sql, bound))


Condition = tuple[int, ...]
"""Keys of which a statement must have at least one."""


def conditions(
    tenant: uuid.UUID,
    *,
    agent: Mapping[str, Any] | None = None,
    verb: str | None = None,
    activity: str | None = None,
    registration: str | uuid.UUID | None = None,
    related_agents: bool = False,
    related_activities: bool = False,
) -> list[Condition]:
    """What each filter asks for, as keys."""
    found: list[Condition] = []
    if agent is not None:
        who = keys.identity(agent)
        if who is None:
            raise ValueError("an agent needs an identifier to be searched by")
        found.append(tuple(keys.key(tenant, kind, who) for kind in ("aA" if related_agents else "a")))
    if verb is not None:
        found.append((keys.key(tenant, "v", verb),))
    if activity is not None:
        found.append(
            tuple(keys.key(tenant, kind, activity) for kind in ("oO" if related_activities else "o"))
        )
    if registration is not None:
        found.append((keys.key(tenant, "r", keys.canonical_id(str(registration))),))
    return found or [(keys.key(tenant, "*", ""),)]


def query(
    session: Session,
    *,
    tenant: uuid.UUID,
    agent: Mapping[str, Any] | None = None,
    verb: str | None = None,
    activity: str | None = None,
    registration: str | uuid.UUID | None = None,
    related_agents: bool = False,
    related_activities: bool = False,
    since: datetime | None = None,
    until: datetime | None = None,
    ascending: bool = False,
    limit: int = 100,
    after: int | None = None,
    only_by: Mapping[str, Any] | None = None,
) -> Page:
    """The tenant's statements that meet every filter, newest first unless ``ascending``, without void ones.

    ``since`` excludes its own instant and ``until`` includes it. ``after`` is an earlier page's ``next``.
    ``only_by`` limits the answer to statements with this authority.
    """
    wanted = conditions(
        tenant,
        agent=agent,
        verb=verb,
        activity=activity,
        registration=registration,
        related_agents=related_agents,
        related_activities=related_activities,
    )
    low, high = LOWEST, HIGHEST
    if since is not None:
        low = _within(instants.first_position(since) + (1 << instants.SHIFT) - 1)
    if until is not None:
        high = _within(instants.first_position(until) + (1 << instants.SHIFT))
    if after is not None:
        low, high = (max(low, after), high) if ascending else (low, min(high, after))
    connection = session.connection()
    mine = keys.key(tenant, "A", keys.identity(only_by) or "") if only_by is not None else None
    if mine is not None:
        wanted = [*(c for c in wanted if c != (keys.key(tenant, "*", ""),)), (mine,)]
    sql, bound = select(
        connection, tenant, _rarest_first(connection, wanted), low, high, ascending, limit + 1
    )
    found = [rows.statement_of(row) for row in rows.run(connection, sql, bound)]
    more = len(found) > limit
    found = found[:limit]
    return Page(found, found[-1].position if more and found else None)


def _within(position: int) -> int:
    """The position, or the last that a column holds: instants before 1949 and after 2091 have none."""
    return max(LOWEST, min(HIGHEST, position))


def _rarest_first(connection: Connection, wanted: Sequence[Condition]) -> list[Condition]:
    if len(wanted) < 2:
        return list(wanted)
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    sql = f"SELECT count(*) FROM (SELECT 1 FROM lrs_postings WHERE key = {mark} LIMIT {_SAMPLE}) AS sample"

    def amount(condition: Condition) -> int:
        return sum(rows.scalar(connection, sql, (k,)) for k in condition)

    return sorted(wanted, key=amount)


def select(
    connection: Connection,
    tenant: uuid.UUID,
    wanted: Sequence[Condition],
    low: int,
    high: int,
    ascending: bool,
    limit: int,
) -> tuple[str, tuple[Any, ...]]:
    """The SQL for statements between two positions (both excluded) that meet ``wanted``, and its parameters.

    One arm for each key of the leading condition; each arm stops at the limit, so that their union is small.
    CROSS JOIN keeps SQLite from turning the order of the tables round; the voiding that is looked up for each
    statement, where EXISTS would say the same, keeps PostgreSQL from reading all of them beforehand.
    """
    lite = connection.dialect.name == "sqlite"
    mark, who = ("?", tenant.bytes) if lite else ("%s", tenant)
    order = "ASC" if ascending else "DESC"
    lead, rest = wanted[0], wanted[1:]
    arms: list[str] = []
    bound: list[Any] = []
    for key in lead:
        others = ""
        bound += [key, low, high, who]
        for condition in rest:
            others += f""" AND EXISTS (SELECT 1 FROM lrs_postings o WHERE o.position = p.position
                           AND o.key IN ({",".join([mark] * len(condition))}))"""
            bound += condition
        arms.append(f"""SELECT p.position FROM lrs_postings p CROSS JOIN lrs_statements s
            WHERE s.position = p.position AND p.key = {mark} AND p.position > {mark} AND p.position < {mark}
            AND s.tenant = {mark} AND (s.voids IS NOT NULL OR (SELECT v.position FROM lrs_voidings v
                     WHERE v.tenant = s.tenant AND v.target = s.statement_id) IS NULL){others}
            ORDER BY p.position {order} LIMIT {limit}""")
    union = " UNION ".join(f"SELECT position FROM ({arm}) AS arm{n}" for n, arm in enumerate(arms))
    chosen = f"SELECT position FROM ({union}) AS every_arm ORDER BY position {order} LIMIT {limit}"
    sql = f"""SELECT {rows.COLUMNS} FROM ({chosen}) AS found
        CROSS JOIN lrs_statements s CROSS JOIN lrs_authorities a
        WHERE s.position = found.position AND a.number = s.authority ORDER BY found.position {order}"""
    return sql, tuple(bound)


def walk(
    session: Session, *, tenant: uuid.UUID, after: int = LOWEST, page: int = 500
) -> Iterator[StoredStatement]:
    """Every statement of the tenant stored behind position ``after``, void ones too, the earliest first.

    One page at a time is in memory.
    """
    connection = session.connection()
    lite = connection.dialect.name == "sqlite"
    mark, who = ("?", tenant.bytes) if lite else ("%s", tenant)
    sql = f"""SELECT {rows.COLUMNS} FROM lrs_postings p CROSS JOIN lrs_statements s CROSS JOIN lrs_authorities a
        WHERE p.key = {mark} AND p.position > {mark} AND s.position = p.position AND s.tenant = {mark}
        AND a.number = s.authority ORDER BY p.position LIMIT {page}"""
    while True:
        found = rows.run(connection, sql, (keys.key(tenant, "*", ""), after, who)).fetchall()
        for row in found:
            yield rows.statement_of(row)
        if len(found) < page:
            return
        after = found[-1][0]


def amount(session: Session, tenant: uuid.UUID) -> int:
    """How many statements the tenant has, void ones included: an index range is counted."""
    mark = "?" if session.connection().dialect.name == "sqlite" else "%s"
    sql = f"SELECT count(*) FROM lrs_postings WHERE key = {mark}"
    return int(rows.scalar(session.connection(), sql, (keys.key(tenant, "*", ""),)))


def last_stored(session: Session, tenant: uuid.UUID, *, by: str) -> datetime | None:
    """When the agent with the identity ``by`` was last named as an authority or otherwise; None: never."""
    mark = "?" if session.connection().dialect.name == "sqlite" else "%s"
    sql = f"SELECT max(position) FROM lrs_postings WHERE key = {mark}"
    newest = rows.scalar(session.connection(), sql, (keys.key(tenant, "A", by),))
    return None if newest is None else instants.stored_at(newest)


def committed_after(
    session: Session, cursor: tuple[int, int], *, limit: int = 100
) -> list[tuple[tuple[int, int], StoredStatement]]:
    """Statements of all tenants committed after ``cursor``, in commit order, each with the cursor behind it.

    Nothing that commits later can come before a cursor that was handed out: on PostgreSQL only transactions
    older than every running one are shown. Start with ``(0, 0)``.
    """
    connection = session.connection()
    lite = connection.dialect.name == "sqlite"
    mark = "?" if lite else "%s"
    settled = "" if lite else "AND s.committed < pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
    sql = f"""SELECT {rows.COLUMNS}, s.committed FROM {rows.SOURCE}
        WHERE (s.committed, s.position) > ({mark}, {mark}) {settled}
        ORDER BY s.committed, s.position LIMIT {limit}"""
    answer = []
    for row in rows.run(connection, sql, cursor):
        statement = rows.statement_of(row[:-1])
        answer.append(((row[-1], statement.position), statement))
    return answer


def definitions(session: Session, tenant: uuid.UUID, kind: str, value: str) -> Iterator[bytes]:
    """Every definition seen of an activity (kind ``o``) or name of an agent (``a``), the earliest first."""
    connection = session.connection()
    lite = connection.dialect.name == "sqlite"
    mark, who = ("?", tenant.bytes) if lite else ("%s", tenant)
    sql = f"SELECT body FROM lrs_descriptions WHERE tenant = {mark} AND key = {mark} ORDER BY position"
    for (body,) in rows.run(connection, sql, (who, keys.key(tenant, "d", kind + value))):
        yield bytes(body)


def consistent_through(session: Session, *, now: datetime) -> datetime:
    """Every statement stored before this instant can be found.

    On PostgreSQL a transaction that runs may still commit statements of an earlier instant.
    """
    if session.connection().dialect.name == "sqlite":
        return now
    sql = """SELECT min(xact_start) FROM pg_stat_activity
             WHERE backend_xid IS NOT NULL AND datname = current_database() AND pid <> pg_backend_pid()"""
    oldest: datetime | None = rows.scalar(session.connection(), sql)
    return min(now, oldest - timedelta(seconds=1)) if oldest is not None else now
