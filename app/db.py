"""The database: one ``db``, the column types that everyone uses, and how SQLite is opened.

Every table's primary key is a time-ordered UUID made by :func:`new_id`. Instants are stored in UTC and come
back aware. SQLite runs in WAL mode with ``synchronous=FULL``; a transaction that is going to write begins
immediate, so that two writers queue instead of failing half-way (see :func:`writing`).
"""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import uuid_utils.compat
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, Connection, DateTime, Dialect, Engine, MetaData, Uuid, event, insert
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, registry
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def json_type() -> JSON:
    """JSON, indexable on PostgreSQL. A column whose value is changed in place needs a type of its own."""
    return JSON().with_variant(JSONB(), "postgresql")


Json = json_type()

_writing: ContextVar[bool] = ContextVar("writing", default=False)


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Refuses naive values, stores UTC, returns aware UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        utc = value if value.tzinfo is UTC else value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={
            datetime: UtcDateTime(),
            uuid.UUID: Uuid(),
            dict[str, Any]: Json,
            list[Any]: Json,
        },
    )


db = SQLAlchemy(model_class=Base)

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


def new_id() -> uuid.UUID:
    """A new time-ordered UUID (version 7)."""
    return uuid_utils.compat.uuid7()


def insert_all(session: Session, model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Insert these rows, which all name the same columns, by one statement. No objects come of them."""
    if rows:
        session.execute(insert(model).execution_options(render_nulls=True), rows)


class Identified:
    """Mixin: the primary key that every table has."""

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)


def one_writer(session: Session) -> bool:
    """Whether one transaction writes at a time (see :func:`writing`), so that nobody waits for rows."""
    return session.get_bind().dialect.name == "sqlite"


@contextmanager
def writing() -> Iterator[None]:
    """Transactions begun inside take SQLite's write lock at once. Requests, jobs and commands use it."""
    token = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(token)


@contextmanager
def reading() -> Iterator[None]:
    """Transactions begun inside take no write lock until they write: for what a job reads at length."""
    token = _writing.set(False)
    try:
        yield
    finally:
        _writing.reset(token)


def begin_writing() -> None:
    """As :func:`writing`, for an edge that cannot be a ``with`` block (a request)."""
    _writing.set(True)


def begin_reading() -> None:
    """Transactions begun from here on take no write lock until they write."""
    _writing.set(False)


def empty_journal(session: Session) -> None:
    """Move what SQLite's journal still holds into its file, so that the journal keeps nothing erased.

    Outside transactions: inside one that writes, SQLite refuses it. Other databases have nothing to do.
    """
    session.rollback()
    engine = session.get_bind()
    if engine.dialect.name != "sqlite" or not isinstance(engine, Engine):
        return
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


@event.listens_for(Engine, "connect")
def _open_sqlite(connection: Any, _record: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None  # transactions are begun below, never behind our back
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    # a page that many transactions changed is moved from the journal into the file once
    connection.execute("PRAGMA wal_autocheckpoint=8000")
    # kB of the file that are kept at hand: what a hundred certificates change fits in
    connection.execute("PRAGMA cache_size=-16000")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA busy_timeout=5000")
    connection.execute(
        "PRAGMA recursive_triggers=ON"
    )  # INSERT OR REPLACE then asks the triggers against deleting


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")
