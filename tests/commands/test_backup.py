"""A backup holds everything but the keys, and only an unaltered one is restored, into an empty instance."""

import json
import shutil
import sqlite3
import zipfile
from pathlib import Path

import pytest

from app.cli import main
from app.factory import create_app

pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture
def database_url(tmp_path, empty_sqlite) -> str:
    """SQLite only: PostgreSQL is backed up by its own tools."""
    shutil.copyfile(empty_sqlite, tmp_path / "test.db")
    return f"sqlite:///{tmp_path / 'test.db'}"


@pytest.fixture
def handed_in(app) -> Path:
    path = Path(app.config["INSTANCE"]) / "files" / "ab" / "cd" / ("abcd" + "0" * 60)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"plan")
    return path


@pytest.fixture
def fresh(tmp_path, empty_sqlite):
    """The command line on another, empty instance."""
    database = tmp_path / "fresh" / "fresh.db"
    database.parent.mkdir()
    shutil.copyfile(empty_sqlite, database)
    app = create_app({
        "MODE": "test", "INSTANCE": database.parent, "SECRET_KEY": "x",
        "SQLALCHEMY_DATABASE_URI": f"sqlite:///{database}", "RATELIMIT_ENABLED": False,
    })  # fmt: skip

    def run(*arguments):
        with app.app_context():  # not the context of the test's own instance
            return app.test_cli_runner().invoke(main, [str(one) for one in arguments])

    run.database = database
    return run


@pytest.fixture
def saved(run, handed_in, tmp_path) -> Path:
    path = tmp_path / "saved.zip"
    answer = run("backup", path)
    assert answer.exit_code == 0, answer.output
    return path


def altered(path: Path, member: str, content: bytes) -> Path:
    other = path.with_name("altered.zip")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w") as new:
        for name in old.namelist():
            new.writestr(name, content if name == member else old.read(name))
    return other


def test_a_backup_comes_back_whole(saved, fresh, world):
    answer = fresh("restore", saved)
    assert answer.exit_code == 0, answer.output
    rows = sqlite3.connect(fresh.database)
    serials = [(world.certificate.serial,), (world.pollinator.serial,)]
    assert rows.execute("SELECT serial FROM certificates ORDER BY serial").fetchall() == serials
    assert (fresh.database.parent / "files" / "ab" / "cd" / ("abcd" + "0" * 60)).read_bytes() == b"plan"
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        rows.execute("UPDATE decisions SET reason = 'x'")
    assert fresh("audit").exit_code == 0


def test_no_key_is_in_a_backup(saved, app):
    instance = Path(app.config["INSTANCE"])
    keys = [path.read_bytes() for path in (instance / "keys").rglob("*") if path.is_file()]
    assert keys
    with zipfile.ZipFile(saved) as archive:
        assert {name.split("/")[0] for name in archive.namelist()} == {
            "database.sqlite",
            "files",
            "manifest.json",
        }
        held = b"".join(archive.read(name) for name in archive.namelist())
    assert b"PRIVATE KEY" not in held
    assert saved.stat().st_mode & 0o077 == 0


def test_a_backup_never_overwrites(saved, run):
    assert run("backup", saved).exit_code != 0


def test_an_altered_backup_is_refused_and_nothing_restored(saved, fresh):
    answer = fresh("restore", altered(saved, "files/ab/cd/" + "abcd" + "0" * 60, b"nalp"))
    assert answer.exit_code == 1
    assert "not what was backed up" in answer.output
    assert sqlite3.connect(fresh.database).execute("SELECT count(*) FROM people").fetchone() == (0,)
    assert not (fresh.database.parent / "files").exists()


@pytest.mark.parametrize("path", ["../outside", "/outside", "keys/ca.pem"])
def test_nothing_is_restored_outside_the_instance(saved, fresh, path):
    manifest = json.loads(zipfile.ZipFile(saved).read("manifest.json"))
    manifest["members"][path] = {"sha256": "0" * 64, "size": 1}
    other = altered(saved, "manifest.json", json.dumps(manifest).encode())
    with zipfile.ZipFile(other, "a") as archive:
        archive.writestr(path, b"x")
    answer = fresh("restore", other)
    assert answer.exit_code == 1
    assert "not part of a backup" in answer.output


def test_a_backup_is_not_restored_over_data(saved, run):
    answer = run("restore", saved)
    assert answer.exit_code == 1
    assert "empty instance only" in answer.output


def test_another_file_is_no_backup(fresh, tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("hej")
    assert "no backup" in fresh("restore", path).output


def test_a_tampered_audit_log_is_reported(app, session, run, fresh, tmp_path):
    from_file = sqlite3.connect(tmp_path / "test.db")
    from_file.execute("DROP TRIGGER audit_events_no_update")
    from_file.execute("UPDATE audit_events SET action = 'hours.signed' WHERE action = 'decision.grant'")
    from_file.commit()
    session.remove()
    assert run("backup", tmp_path / "bad.zip").exit_code == 0
    answer = fresh("restore", tmp_path / "bad.zip")
    assert answer.exit_code == 1
    assert "was changed" in answer.output
