"""Tables whose rows never change: triggers that refuse UPDATE and DELETE on both databases.

A model says ``__table_args__ = ({"info": {"append_only": True}},)``, or names the columns that may still be
filled in: ``{"append_only": ("withdrawn_at",)}``. Erasing a person is the one procedure that may overwrite:
while a row stands in ``erasure_permits``, written and removed in the same transaction, the triggers let go.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import DDL, Connection, MetaData, Table, event, text
from sqlalchemy.orm import Mapped

from app.db import Identified, Model

PERMITS = "erasure_permits"


class ErasurePermit(Identified, Model):
    """Stands only inside the transaction that erases ``person_id``."""

    __tablename__ = PERMITS
    person_id: Mapped[uuid.UUID]
    reason: Mapped[str]
    at: Mapped[datetime]


def frozen_columns(table: Table) -> list[str]:
    """The columns of an append-only table that may never change."""
    rule = table.info.get("append_only")
    mutable: Iterable[str] = rule if isinstance(rule, (tuple, list)) else ()
    return [column.name for column in table.columns if column.name not in mutable]


def is_append_only(table: Table) -> bool:
    return bool(table.info.get("append_only"))


def trigger_statements(table: str, columns: list[str], dialect: str) -> list[str]:
    """The SQL that freezes ``columns`` of ``table`` and forbids deleting its rows."""
    listed = ", ".join(f'"{name}"' for name in columns)
    if dialect == "postgresql":
        return [
            f"""CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger AS $$ BEGIN
                IF EXISTS (SELECT 1 FROM {PERMITS}) THEN
                    IF TG_OP = 'DELETE' THEN RETURN OLD; ELSE RETURN NEW; END IF;
                END IF;
                RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$ LANGUAGE plpgsql""",
            f"""CREATE TRIGGER {table}_no_update BEFORE UPDATE OF {listed} ON {table}
                FOR EACH ROW EXECUTE FUNCTION refuse_change()""",
            f"""CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}
                FOR EACH ROW EXECUTE FUNCTION refuse_change()""",
            f"""CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
        ]
    return [
        f"""CREATE TRIGGER {table}_no_update BEFORE UPDATE OF {listed} ON {table}
            WHEN NOT EXISTS (SELECT 1 FROM {PERMITS})
            BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END""",
        f"""CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}
            WHEN NOT EXISTS (SELECT 1 FROM {PERMITS})
            BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END""",
    ]


def drop_statements(table: str, dialect: str) -> list[str]:
    """The SQL that takes the triggers away again, for a migration that rebuilds the table."""
    on = f" ON {table}" if dialect == "postgresql" else ""
    return [f"DROP TRIGGER IF EXISTS {table}_{act}{on}" for act in ("no_update", "no_delete", "no_truncate")]


def freeze(connection: Connection, metadata: MetaData) -> None:
    """Put the triggers on every append-only table of ``metadata`` (a migration calls this last)."""
    for table in metadata.sorted_tables:
        if is_append_only(table):
            dialect = connection.dialect.name
            for statement in drop_statements(table.name, dialect):
                connection.execute(text(statement))
            for statement in trigger_statements(table.name, frozen_columns(table), dialect):
                connection.execute(DDL(statement.replace("%", "%%")))


@event.listens_for(Model.metadata, "after_create")
def _freeze_new_tables(_metadata: MetaData, connection: Connection, **_: Any) -> None:
    freeze(connection, Model.metadata)
