"""What every test may ask for. Each test has a database of its own, once on SQLite and once on PostgreSQL."""

import os
import shutil
from asyncio.events import _get_running_loop, _set_running_loop
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from hypothesis import settings as inputs
from sqlalchemy.orm import scoped_session

from app.db import begin_reading, db
from app.factory import create_app
from tests import quick_start, rundir
from tests.mailbox import Outbox, Postman
from tests.postgres import Databases
from tests.schema import build_schema

EMPTY = "empty_schema"

# The same inputs in every run: what fails once fails again. HYPOTHESIS=explore looks at others each time.
inputs.register_profile("steady", derandomize=True, deadline=None)
inputs.register_profile("explore", derandomize=False, deadline=None)
inputs.load_profile(os.environ.get("HYPOTHESIS", "steady"))


def pytest_configure(config: pytest.Config) -> None:
    quick_start.keep_compiled_routes()
    if not hasattr(config, "workerinput"):
        rundir.begin()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        rundir.end()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser modules take minutes and cannot be split: they start first, so that neither worker ends alone."""
    items.sort(key=lambda item: "tests/browser/" not in item.nodeid)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Playwright leaves an event loop behind that seems to run for good: only browser tests get to know of it."""
    if "tests/browser/" in item.nodeid:
        return (yield)
    loop = _get_running_loop()
    _set_running_loop(None)
    try:
        return (yield)
    finally:
        _set_running_loop(loop)


@pytest.fixture(scope="session")
def empty_sqlite() -> Path:
    """A SQLite file with every table and no rows; copy it."""
    path = rundir.folder() / "empty.db"
    with rundir.locked(rundir.folder() / "empty.lock"):
        if not path.exists():
            fresh = rundir.folder() / "empty.making"
            fresh.unlink(missing_ok=True)
            build_schema(f"sqlite:///{fresh}")
            fresh.rename(path)
    return path


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    """The run's PostgreSQL server."""
    server = Databases()
    yield server
    server.close()


@pytest.fixture(scope="session")
def empty_postgresql(databases: Databases) -> str:
    """The name of a PostgreSQL database with every table and no rows; use it as a template."""
    with rundir.locked(rundir.folder() / "empty-pg.lock"):
        if not databases.exists(EMPTY):
            databases.drop("empty_making")
            build_schema(databases.create("empty_making"))
            databases.connection.execute(f"ALTER DATABASE empty_making RENAME TO {EMPTY}")
    return EMPTY


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database of this test's own, with every table and no rows."""
    if request.param == "sqlite":
        path = tmp_path / "test.db"
        shutil.copyfile(request.getfixturevalue("empty_sqlite"), path)
        yield f"sqlite:///{path}"
        return
    databases: Databases = request.getfixturevalue("databases")
    worker = getattr(request.config, "workerinput", {"workerid": "alone"})["workerid"]
    yield databases.emptied(f"test_{worker}", template=request.getfixturevalue("empty_postgresql"))


@pytest.fixture
def now() -> datetime:
    """The instant at which most tests happen: a Wednesday morning, 10.00 in Stockholm."""
    return datetime(2027, 3, 3, 9, 0, tzinfo=UTC)


@pytest.fixture
def outbox() -> Iterator[Outbox]:
    """The letters that the service sent, received by a real SMTP server."""
    letters = Outbox()
    postman = Postman(letters)
    postman.start()
    yield letters
    postman.stop()


@pytest.fixture
def smtp(outbox: Outbox) -> dict[str, Any]:
    """Settings that send mail to ``outbox``."""
    return {"SMTP_HOST": outbox.host, "SMTP_PORT": outbox.port, "SMTP_TLS": False}


@pytest.fixture
def settings() -> dict[str, Any]:
    """Settings of ``app`` beyond the usual ones; a module or a class overrides this fixture."""
    return {}


def _forget_the_request_before() -> None:
    for name in list(g):
        g.pop(name)


@pytest.fixture
def app(database_url: str, tmp_path: Path, settings: dict[str, Any]) -> Iterator[Flask]:
    """The service in test mode on this test's database."""
    begin_reading()  # whatever the test before did in this process
    instance = tmp_path / "instance"
    instance.mkdir(exist_ok=True)
    service = create_app(
        {
            "MODE": "test",
            "TESTING": True,
            "INSTANCE": instance,
            "SECRET_KEY": "a key for tests only",
            "SQLALCHEMY_DATABASE_URI": database_url,
            "WTF_CSRF_ENABLED": False,
            "RATELIMIT_ENABLED": False,
            **settings,
        }
    )
    # A test that holds the application's context shares it with its requests: none may know of the one before.
    service.before_request_funcs.setdefault(None, []).insert(0, _forget_the_request_before)
    yield service
    with service.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def session(app: Flask) -> Iterator["scoped_session[Any]"]:
    """The database session, inside the application's context."""
    with app.app_context():
        yield db.session
        db.session.rollback()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without a screen, signed in as nobody."""
    return app.test_client()
