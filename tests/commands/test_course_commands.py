"""A wheel comes into a running service by one command; a newer version waits until somebody takes it."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from app.audit import AuditEvent
from app.cli import main
from app.study import versions
from plugins.catalogue import Catalogue
from plugins.load import Memory
from plugins.store import Store
from tests.plugins.wheels import content, write_wheel


@pytest.fixture
def settings(tmp_path: Path):
    store = Store(tmp_path / "instance")
    return {"COURSES": Catalogue(store.candidates, memory=Memory(), stamp=store.stamp, time_limit=20)}


@pytest.fixture
def run(app: Flask):
    def run(*arguments: str):
        return app.test_cli_runner().invoke(args=["course", *arguments])

    if "course" not in app.cli.commands:
        app.cli.add_command(main.commands["course"])
    return run


def test_a_wheel_is_installed_seen_at_once_and_the_next_version_waits(run, app, session, tmp_path: Path):
    app.config["INSTANCE"] = tmp_path / "instance"
    for version in ("1.0.0", "1.1.0"):
        wheel = write_wheel(tmp_path / f"bikes-{version}-py3-none-any.whl", content(version=version))
        done = run("install", str(wheel))
        assert done.exit_code == 0, done.output
        assert f"bikes {version} is installed" in done.output
    assert "New learners still begin 1.0.0." in done.output
    catalogue = app.extensions["courses"]
    session.rollback()
    assert catalogue.summary("bikes").version == "1.1.0"
    assert versions.offered_one(session, catalogue, "bikes").version == "1.0.0"
    said = session.scalars(select(AuditEvent.details).where(AuditEvent.action == "course.installed")).all()
    assert [one["version"] for one in said] == ["1.0.0", "1.1.0"]


def test_a_wheel_that_is_refused_says_why_and_changes_nothing(run, app, session, tmp_path: Path):
    app.config["INSTANCE"] = tmp_path / "instance"
    wheel = write_wheel(tmp_path / "bikes-1.0.0-py3-none-any.whl", content(more="\n1 / 0\n"))
    done = run("install", str(wheel))
    assert done.exit_code == 1
    assert "it raised ZeroDivisionError: division by zero" in done.output
    assert app.extensions["courses"].listing() == []
    assert session.scalars(select(AuditEvent).where(AuditEvent.action == "course.installed")).all() == []


def test_the_authors_commands_pass_on_what_their_tool_says(tmp_path: Path):
    new = CliRunner().invoke(main.commands["course"], ["new", "Cyklar", str(tmp_path / "cyklar")])
    assert new.exit_code == 0
    (tmp_path / "cyklar/src/cyklar/pages/sv/01-why.md").unlink()
    assert CliRunner().invoke(main.commands["course"], ["check", str(tmp_path / "cyklar")]).exit_code == 1
