"""The revisions make just the tables that the models describe, with their triggers, and take them away again."""

import re

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import CheckConstraint, inspect, text

from app import append_only
from app.db import db
from app.factory import create_app
from tests.schema import know_every_table


@pytest.fixture(params=["sqlite", "postgresql"])
def migrated(request, tmp_path):
    """The service on an empty database that the revisions have just been run on."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'migrated.db'}"
    else:
        databases = request.getfixturevalue("databases")
        name = f"migrated_{tmp_path.name[-20:]}".replace("-", "_").lower()
        databases.drop(name)
        url = databases.create(name)
    know_every_table()
    service = create_app(
        {"MODE": "test", "INSTANCE": tmp_path / "instance", "SECRET_KEY": "k", "SQLALCHEMY_DATABASE_URI": url}
    )
    with service.app_context():
        upgrade()
        yield service
        db.session.remove()
        db.engine.dispose()
    if request.param == "postgresql":
        databases.drop(name)


def test_the_revisions_make_what_the_models_describe(migrated):
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []


def test_checks_allow_the_words_that_the_models_do(migrated):
    """Words between quotes: each database writes the rest of a check in its own way."""
    with db.engine.connect() as connection:
        found = inspect(connection)
        for table in db.metadata.tables.values():
            made = {one["name"]: words_of(one["sqltext"]) for one in found.get_check_constraints(table.name)}
            wanted = {
                str(one.name): words_of(str(one.sqltext))
                for one in table.constraints
                if isinstance(one, CheckConstraint)
            }
            assert made == wanted, table.name


def words_of(sql: str) -> set[str]:
    return set(re.findall(r"'([a-z]\w*)'", sql))


def test_every_append_only_table_has_its_triggers(migrated):
    wanted = {
        f"{table.name}_{name}"
        for table in db.metadata.tables.values()
        if append_only.is_append_only(table)
        for name in ("no_update", "no_delete")
    }
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            found = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
        else:
            found = connection.execute(text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"))
        assert wanted - set(found.scalars()) == set()


def test_the_way_down_leaves_nothing(migrated):
    downgrade(revision="base")
    left = set(inspect(db.engine).get_table_names()) - {"alembic_version"}
    assert left == set()
