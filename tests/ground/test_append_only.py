"""Every append-only table refuses to be changed, whoever asks."""

from typing import Any

import pytest
from sqlalchemy import Column, Table, delete, inspect, text, update
from sqlalchemy.exc import DatabaseError

from app import append_only
from app.append_only import ErasurePermit, frozen_columns, is_append_only
from app.db import db
from tests.schema import know_every_table

know_every_table()
TABLES = [table for table in db.metadata.sorted_tables if is_append_only(table)]

MUST_BE = {
    "attempts",
    "audit_events",
    "certificate_status_changes",
    "certificates",
    "decisions",
    "evidence",
    "lrs_statements",
    "relations",
    "renditions",
    "scheme_versions",
}


def filled(session, world, table: Table) -> bool:
    return session.execute(text(f'SELECT count(*) FROM "{table.name}"')).scalar_one() > 0


@pytest.fixture
def history(world):
    """A world with one row at least in the tables of the way to a certificate."""
    world.pollinator(world.tilde)
    world.certified(world.person("Anna Exempel"))
    world.session.commit()
    return world.session


def test_the_tables_that_must_never_change_are_marked():
    known = {table.name for table in db.metadata.sorted_tables}
    assert MUST_BE & known <= {table.name for table in TABLES}
    assert {"certificates", "decisions", "evidence", "renditions", "audit_events"} <= MUST_BE & known


def test_no_row_of_an_append_only_table_can_be_changed_or_removed(history, world):
    tried = []
    for table in TABLES:
        if not filled(history, world, table):
            continue
        tried.append(table.name)
        for name in frozen_columns(table):
            column = _column(table, name)
            with pytest.raises(DatabaseError, match="append-only"):
                history.execute(update(table).values({column: column}))
            history.rollback()
        with pytest.raises(DatabaseError, match="append-only"):
            history.execute(delete(table))
        history.rollback()
    assert {"evidence", "decisions", "certificates", "renditions", "audit_events", "relations"} <= set(tried)


def _column(table: Table, name: str) -> Column[Any]:
    return next(column for column in table.columns if column.name == name)


def test_every_append_only_table_has_its_triggers(session):
    dialect = session.get_bind().dialect.name
    asked = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if dialect == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    there = set(session.scalars(text(asked)))
    wanted = {f"{table.name}_{act}" for table in TABLES for act in ("no_update", "no_delete")}
    if dialect == "postgresql":
        wanted |= {f"{table.name}_no_truncate" for table in TABLES}
    assert wanted <= there


def test_a_table_cannot_be_emptied_or_its_rows_replaced_behind_the_triggers(history, world):
    if history.get_bind().dialect.name == "postgresql":
        attack = "TRUNCATE audit_events CASCADE"
    else:
        columns = [column["name"] for column in inspect(history.get_bind()).get_columns("audit_events")]
        listed = ", ".join("'changed' AS action" if name == "action" else name for name in columns)
        attack = (
            f"INSERT OR REPLACE INTO audit_events ({', '.join(columns)}) SELECT {listed} FROM audit_events"
        )
    with pytest.raises(DatabaseError, match="append-only"):
        history.execute(text(attack))


def test_an_erasure_may_overwrite_while_its_permit_stands_and_not_after(history, world):
    permit = ErasurePermit(person_id=world.tilde.id, reason="begärd", at=world.now)
    history.add(permit)
    history.flush()
    history.execute(text("UPDATE certificates SET holder = ''"))
    history.delete(permit)
    history.flush()
    with pytest.raises(DatabaseError, match="append-only"):
        history.execute(text("UPDATE certificates SET holder = ''"))


def test_the_triggers_can_be_taken_away_and_put_back_by_a_migration(history, world):
    connection = history.connection()
    dialect = connection.dialect.name
    for statement in append_only.drop_statements("decisions", dialect):
        connection.execute(text(statement))
    connection.execute(text("UPDATE decisions SET reason = reason"))
    append_only.freeze(connection, db.metadata)
    with pytest.raises(DatabaseError, match="append-only"):
        connection.execute(text("UPDATE decisions SET reason = reason"))
