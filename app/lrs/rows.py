"""The store's rows in each database's own shortest way: SQLite's ``executemany``, PostgreSQL's ``unnest``.

Everything here runs on the caller's connection, inside the caller's transaction.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from app.lrs import arrays
from app.lrs.stored import StoredStatement

NewStatement = tuple[int, uuid.UUID, uuid.UUID, int, int, uuid.UUID | None, bytes]
"""position, tenant, statement id, number of the authority, what it lacks, what it voids, bytes"""

FEW = 500
"""Ids in one question to SQLite, which limits parameters."""
COLUMNS = "s.position, s.tenant, s.statement_id, a.body, s.lacks, s.received, s.voids"
_STATEMENT = "position, tenant, statement_id, authority, lacks, voids, received, committed"
_ARRAYS = "%b::bigint[], %b::uuid[], %b::uuid[], %b::bigint[], %b::bigint[], %b::uuid[], %b::bytea[]"
"""A :data:`NewStatement`'s columns, for many of them."""
SOURCE = "lrs_statements s JOIN lrs_authorities a ON a.number = s.authority"


def _lite(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"


def run(connection: Connection, sql: str, bound: Sequence[Any] = ()) -> Any:
    """Run ``sql`` in the connection's transaction; the driver's cursor. Its errors come as SQLAlchemy's.

    A statement costs the store ten small queries; the driver answers each of them in a tenth of the time that it
    takes through the layers above.
    """
    try:
        return connection.connection.driver_connection.execute(sql, bound)  # type: ignore[union-attr]
    except connection.dialect.loaded_dbapi.Error as error:
        raise DBAPIError.instance(sql, None, error, connection.dialect.loaded_dbapi.Error) from error


def run_each(connection: Connection, sql: str, rows: Sequence[Sequence[Any]]) -> None:
    """Run ``sql`` for each of ``rows``, as :func:`run` does."""
    try:
        connection.connection.driver_connection.cursor().executemany(sql, rows)  # type: ignore[union-attr]
    except connection.dialect.loaded_dbapi.Error as error:
        raise DBAPIError.instance(sql, None, error, connection.dialect.loaded_dbapi.Error) from error


def settle(connection: Connection) -> None:
    """Prepare a connection that stays open for writing and is used by this module's functions alone.

    PostgreSQL plans what it runs again and again but once, perhaps while the tables were empty, and would go on to scan
    them when they no longer are. Its driver would begin a transaction before everything that it is asked to run."""
    if not _lite(connection):
        connection.connection.driver_connection.autocommit = True  # type: ignore[union-attr]
        run(connection, "SET enable_seqscan = off")


def begin(connection: Connection) -> None:
    """Begin to write on a connection that is settled."""
    run(connection, "BEGIN IMMEDIATE" if _lite(connection) else "BEGIN")


def commit(connection: Connection) -> None:
    """Commit what :func:`begin` began."""
    if _lite(connection):
        run(connection, "COMMIT")
        return
    try:
        connection.connection.driver_connection.commit()  # type: ignore[union-attr]
    except connection.dialect.loaded_dbapi.Error as error:
        raise DBAPIError.instance("COMMIT", None, error, connection.dialect.loaded_dbapi.Error) from error


def together(connection: Connection) -> AbstractContextManager[Any]:
    """On PostgreSQL, questions asked inside go out together with those before them that need no answer yet."""
    if _lite(connection):
        return nullcontext()
    pipeline: AbstractContextManager[Any] = connection.connection.driver_connection.pipeline()  # type: ignore[union-attr]
    return pipeline


def scalar(connection: Connection, sql: str, bound: Sequence[Any] = ()) -> Any:
    """The first value of the first row, or None."""
    row = run(connection, sql, bound).fetchone()
    return row[0] if row else None


def statement_of(row: Sequence[Any]) -> StoredStatement:
    """A row of :data:`COLUMNS` as the statement it is."""
    position, tenant, id_, authority, lacks, received, voids = row
    if isinstance(id_, bytes):
        tenant, id_ = uuid.UUID(bytes=tenant), uuid.UUID(bytes=id_)
        voids = uuid.UUID(bytes=voids) if voids else None
    return StoredStatement(position, tenant, id_, bytes(authority), lacks, bytes(received), voids)


def by_ids(
    connection: Connection, tenant: uuid.UUID, ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, StoredStatement]:
    """The tenant's statements among ``ids``."""
    if not ids:
        return {}
    if _lite(connection):
        found: dict[uuid.UUID, StoredStatement] = {}
        for start in range(0, len(ids), FEW):
            some = ids[start : start + FEW]
            marks = ",".join("?" * len(some))
            sql = f"SELECT {COLUMNS} FROM {SOURCE} WHERE s.statement_id IN ({marks}) AND s.tenant = ?"
            rows = run(connection, sql, (*(i.bytes for i in some), tenant.bytes))
            found.update({s.id: s for s in map(statement_of, rows)})
        return found
    sql = f"SELECT {COLUMNS} FROM {SOURCE} WHERE s.statement_id = ANY(%s::uuid[]) AND s.tenant = %s"
    rows = run(connection, sql, (list(ids), tenant))
    return {s.id: s for s in map(statement_of, rows)}


@dataclass(frozen=True, slots=True)
class Look:
    """What a writer has to know of the store before it writes: the greatest position and the last commit's number
    (None: there is none), whether any of the ids may be stored or referred to already, and which credentials stand."""

    newest: int | None
    committed: int | None
    known: bool
    referred: bool
    credentials: frozenset[str]


def look(
    connection: Connection,
    tenants: Collection[uuid.UUID],
    ids: Sequence[uuid.UUID],
    *,
    limit: int,
    credentials: Collection[str] = (),
) -> Look:
    """All of it in one question. ``ids``: those that senders chose. ``limit``: no position from there on counts."""
    if _lite(connection):
        some = ids if len(ids) <= FEW else ()
        mine, these, keys = (",".join("?" * len(each)) for each in (tenants, some, credentials))
        sql = f"""SELECT (SELECT max(position) FROM lrs_statements WHERE position < ?),
            (SELECT max(committed) FROM lrs_statements),
            EXISTS (SELECT 1 FROM lrs_statements WHERE statement_id IN ({these})),
            EXISTS (SELECT 1 FROM lrs_references WHERE tenant IN ({mine}) AND target IN ({these})),
            (SELECT json_group_array(key) FROM lrs_credentials WHERE key IN ({keys}) AND revoked_at IS NULL)"""
        bound = [id_.bytes for id_ in some]
        row = run(
            connection, sql, (limit, *bound, *(t.bytes for t in tenants), *bound, *credentials)
        ).fetchone()
        newest, committed, known, referred, standing = row
        many = len(ids) > FEW
        return Look(
            newest, committed, many or bool(known), many or bool(referred), frozenset(json.loads(standing))
        )
    sql = """SELECT (SELECT max(position) FROM lrs_statements WHERE position < %b),
        EXISTS (SELECT FROM lrs_statements WHERE statement_id = ANY(%b::uuid[])),
        EXISTS (SELECT FROM lrs_references WHERE tenant = ANY(%b::uuid[]) AND target = ANY(%b::uuid[])),
        (SELECT array_agg(key) FROM lrs_credentials WHERE key = ANY(%b::text[]) AND revoked_at IS NULL)"""
    named = arrays.uuids(ids)
    row = run(
        connection, sql, (limit, named, arrays.uuids(tenants), named, arrays.texts(credentials))
    ).fetchone()
    newest, known, referred, standing = row
    return Look(newest, None, known, referred, frozenset(standing or ()))


def insert(
    connection: Connection,
    statements: Sequence[NewStatement],
    postings: Iterable[tuple[int, int]],
    *,
    committed: int | None,
) -> None:
    """Insert ``statements`` of one tenant and the (key, position) pairs under which they are found.

    ``committed``, which follows commits, is the transaction's number on PostgreSQL; on SQLite, where writers queue,
    the number given, one more than the last.
    """
    if _lite(connection):
        owner = statements[0][1].bytes
        run_each(
            connection,
            f"INSERT INTO lrs_statements ({_STATEMENT}) VALUES (?,?,?,?,?,?,?,?)",
            [
                (position, owner, id_.bytes, by, lacks, voids.bytes if voids else None, raw, committed)
                for position, _, id_, by, lacks, voids, raw in statements
            ],
        )
        insert_postings(connection, postings)
        return
    run(
        connection,
        f"""WITH stored AS (INSERT INTO lrs_statements ({_STATEMENT})
            SELECT n.*, pg_current_xact_id()::text::bigint FROM unnest({_ARRAYS}) AS n)
            INSERT INTO lrs_postings (key, position) SELECT * FROM unnest(%b::bigint[], %b::bigint[])
            ON CONFLICT DO NOTHING""",
        (*_columns(statements), *_pairs(postings)),
    )


def _columns(statements: Sequence[NewStatement]) -> tuple[arrays.Array, ...]:
    positions, tenants, ids, authorities, lacks, voids, octets = zip(*statements, strict=True)
    return (
        *(arrays.bigints(positions), arrays.uuids(tenants), arrays.uuids(ids)),
        *(arrays.bigints(authorities), arrays.bigints(lacks), arrays.uuids(voids), arrays.octets(octets)),
    )


def _pairs(postings: Iterable[tuple[int, int]]) -> tuple[arrays.Array, arrays.Array]:
    keys, positions = zip(*postings, strict=True)
    return arrays.bigints(keys), arrays.bigints(positions)


def can_insert_if_clear(connection: Connection) -> bool:
    """Whether :func:`insert_if_clear` may be asked here. SQLite has no round trips to save."""
    return not _lite(connection)


def insert_if_clear(
    connection: Connection,
    statements: Sequence[NewStatement],
    postings: Sequence[tuple[int, int]],
    *,
    tenants: Collection[uuid.UUID],
    ids: Sequence[uuid.UUID],
    first: int,
    limit: int,
    credentials: Collection[str],
) -> bool:
    """Look, and insert if nothing is in the way, in one statement; whether it was inserted. PostgreSQL only.

    In the way is an id that is stored or referred to already, a position from ``first`` on and below ``limit``, and a
    credential that does not stand. ``ids``: those that senders chose. On a settled connection it is a transaction.
    """
    row = run(
        connection,
        f"""WITH clear AS MATERIALIZED (SELECT
            WHERE NOT EXISTS (SELECT FROM lrs_statements WHERE position >= %b AND position < %b)
            AND NOT EXISTS (SELECT FROM lrs_statements WHERE statement_id = ANY(%b::uuid[]))
            AND NOT EXISTS (SELECT FROM lrs_references
                            WHERE tenant = ANY(%b::uuid[]) AND target = ANY(%b::uuid[]))
            AND (SELECT count(*) FROM lrs_credentials
                 WHERE key = ANY(%b::text[]) AND revoked_at IS NULL) = %b),
            stored AS (INSERT INTO lrs_statements ({_STATEMENT})
            SELECT n.*, pg_current_xact_id()::text::bigint FROM clear, unnest({_ARRAYS}) AS n),
            found AS (INSERT INTO lrs_postings (key, position)
            SELECT n.* FROM clear, unnest(%b::bigint[], %b::bigint[]) AS n ON CONFLICT DO NOTHING)
            SELECT EXISTS (SELECT FROM clear)""",
        (
            *(first, limit, named := arrays.uuids(ids), arrays.uuids(tenants), named),
            *(arrays.texts(credentials), len(credentials), *_columns(statements), *_pairs(postings)),
        ),
    ).fetchone()
    return bool(row[0])


def insert_postings(connection: Connection, postings: Iterable[tuple[int, int]]) -> None:
    """Insert (key, position) pairs; one that is there already stays."""
    if _lite(connection):
        sql = "INSERT OR IGNORE INTO lrs_postings (key, position) VALUES (?,?)"
        run_each(connection, sql, sorted(postings))  # neighbours lie on the same page
        return
    run(
        connection,
        """INSERT INTO lrs_postings (key, position)
           SELECT * FROM unnest(%b::bigint[], %b::bigint[]) ON CONFLICT DO NOTHING""",
        _pairs(postings),
    )


def _insert_each(connection: Connection, table: str, names: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert a few rows that may be there already."""
    lite = _lite(connection)
    marks = ",".join(("?" if lite else "%s") for _ in rows[0])
    bound = [tuple(v.bytes if lite and isinstance(v, uuid.UUID) else v for v in row) for row in rows]
    run_each(connection, f"INSERT INTO {table} ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING", bound)


def insert_voidings(connection: Connection, voidings: Sequence[tuple[uuid.UUID, uuid.UUID, int]]) -> None:
    """(tenant, target, position of the voiding statement)"""
    _insert_each(connection, "lrs_voidings", "tenant, target, position", voidings)


def insert_references(connection: Connection, references: Sequence[tuple[uuid.UUID, uuid.UUID, int]]) -> None:
    """(tenant, target, position of the referring statement)"""
    _insert_each(connection, "lrs_references", "tenant, target, position", references)


def insert_descriptions(
    connection: Connection, tenant: uuid.UUID, rows: Sequence[tuple[int, bytes, int, bytes]]
) -> None:
    """(key, digest, position, body)"""
    listed = [(tenant, *row) for row in rows]
    _insert_each(connection, "lrs_descriptions", "tenant, key, digest, position, body", listed)


def authority(connection: Connection, tenant: uuid.UUID, digest: bytes, body: bytes) -> int:
    """The number of an authority, made if it is new."""
    lite = _lite(connection)
    mark, who = ("?", tenant.bytes) if lite else ("%s", tenant)
    find = f"SELECT number FROM lrs_authorities WHERE tenant = {mark} AND digest = {mark}"
    number = scalar(connection, find, (who, digest))
    if number is None:
        run(
            connection,
            f"INSERT INTO lrs_authorities (tenant, digest, body) VALUES ({mark},{mark},{mark}) ON CONFLICT DO NOTHING",
            (who, digest, body),
        )
        number = scalar(connection, find, (who, digest))
    return int(number)


def referring(
    connection: Connection, tenant: uuid.UUID, targets: Sequence[uuid.UUID]
) -> list[tuple[uuid.UUID, int, uuid.UUID]]:
    """(target, position, id) of the statements that refer to one of ``targets``."""
    if not targets:
        return []
    join = "FROM lrs_references r JOIN lrs_statements s ON s.position = r.position WHERE"
    if _lite(connection):
        found: list[Any] = []
        for start in range(0, len(targets), FEW):
            some = targets[start : start + FEW]
            sql = f"""SELECT r.target, r.position, s.statement_id {join} r.tenant = ?
                      AND r.target IN ({",".join("?" * len(some))})"""
            found += run(connection, sql, (tenant.bytes, *(i.bytes for i in some)))
        return [(uuid.UUID(bytes=t), p, uuid.UUID(bytes=i)) for t, p, i in found]
    sql = f"SELECT r.target, r.position, s.statement_id {join} r.tenant = %s AND r.target = ANY(%s::uuid[])"
    return [tuple(row) for row in run(connection, sql, (tenant, list(targets)))]
