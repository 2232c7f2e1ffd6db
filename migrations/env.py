"""Alembic's environment: the application's engine and every room's tables."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from flask import current_app
from sqlalchemy import JSON, Connection

from app import append_only, audit, jobs, mail  # noqa: F401  (tables of the ground floor)
from app.db import UtcDateTime, db
from app.lrs.models import CompactUuid

target = db.metadata


def _unchanged(_context: object, _revision: object, directives: list) -> None:
    """Write no empty revision."""
    script = directives[0] if directives else None
    if script is not None and script.upgrade_ops.is_empty():
        directives[:] = []


def _plainly(kind: str, item: Any, context_: Any) -> str | Literal[False]:
    """Write our column types in SQLAlchemy's own words, so that a revision never depends on today's code."""
    if kind != "type":
        return False
    if isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, CompactUuid):
        return 'sa.LargeBinary(16).with_variant(sa.Uuid(), "postgresql")'
    if isinstance(item, JSON):
        context_.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=target,
        render_as_batch=True,
        render_item=_plainly,
        compare_type=True,
        process_revision_directives=_unchanged,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    context.configure(
        url=current_app.config["SQLALCHEMY_DATABASE_URI"], target_metadata=target, literal_binds=True
    )
    with context.begin_transaction():
        context.run_migrations()
else:
    with db.engine.connect() as connection:
        run(connection)
        connection.commit()
