"""Back the whole instance up into one file, and put it back into an empty one.

A backup is a ZIP archive: ``manifest.json`` with the SHA-256 of every other member, the database, the files that
people handed in. Keys (signing key, secret key) are not in it: they are kept elsewhere, so that a stolen backup signs
nothing. SQLite is copied by its own online backup while the service runs. PostgreSQL has better tools of its own:
``pg_dump`` and ``pg_restore``; here it is refused rather than done by halves.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

import click
from flask import current_app
from flask.cli import with_appcontext
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from app import audit, clock
from app.db import db

FORMAT = "accelerera/backup/1"
DATABASE = "database.sqlite"
MANIFEST = "manifest.json"
CHUNK = 1024 * 1024
console = Console(stderr=True)


@dataclass(frozen=True, slots=True)
class Place:
    """Where this instance keeps what a backup holds."""

    database: Path
    files: Path


def _place() -> Place:
    url = db.engine.url
    if url.get_backend_name() != "sqlite":
        raise click.ClickException(
            "The database is PostgreSQL: back it up with pg_dump, and restore it with pg_restore. Copy the folder "
            "“files” of the instance (or its bucket) in the same breath. See docs/operators.md."
        )
    if current_app.config["FILES_URL"]:
        console.print("Files lie in an object store (FILES_URL): back that up with its own tools.")
    return Place(Path(str(url.database)), Path(current_app.config["INSTANCE"]) / "files")


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), DownloadColumn(), console=console, transient=True
    )


def _copy(source: IO[bytes], target: IO[bytes], bar: Progress, task: Any) -> str:
    """Copy all bytes; their SHA-256."""
    digest = hashlib.sha256()
    while chunk := source.read(CHUNK):
        digest.update(chunk)
        target.write(chunk)
        bar.update(task, advance=len(chunk))
    return digest.hexdigest()


def _snapshot(database: Path, folder: Path) -> Path:
    """The database as it stands now, whole, while others go on writing."""
    copy = folder / DATABASE
    source, target = sqlite3.connect(database), sqlite3.connect(copy)
    try:
        source.backup(target)
        (answer,) = target.execute("PRAGMA integrity_check").fetchone()
        target.execute("PRAGMA journal_mode=DELETE")
    finally:
        source.close()
        target.close()
    if answer != "ok":
        raise click.ClickException(f"The database is damaged, so no backup was made: {answer}")
    return copy


def _handed_in(folder: Path) -> list[Path]:
    return sorted(
        p for p in folder.rglob("*") if p.is_file() and "waiting" not in p.relative_to(folder).parts
    )


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def backup(file: Path) -> None:
    """Back the instance up into FILE (a ZIP archive; it must not exist yet). Keys are left out."""
    if file.exists():
        raise click.ClickException(f"{file} exists already.")
    place = _place()
    unfinished = file.with_name(f".{file.name}.unfinished")
    with tempfile.TemporaryDirectory(dir=current_app.config["INSTANCE"]) as folder:
        # the database first: a file that a row names was there before the row
        members = {DATABASE: _snapshot(place.database, Path(folder))}
        members |= {f"files/{p.relative_to(place.files).as_posix()}": p for p in _handed_in(place.files)}
        manifest: dict[str, Any] = {"format": FORMAT, "made_at": clock.now().isoformat(), "members": {}}
        try:
            with _bar() as bar, zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
                unfinished.chmod(0o600)
                task = bar.add_task("Backing up", total=sum(p.stat().st_size for p in members.values()))
                for name, path in members.items():
                    with path.open("rb") as source, archive.open(name, "w", force_zip64=True) as target:
                        digest = _copy(source, target, bar, task)
                    manifest["members"][name] = {"sha256": digest, "size": path.stat().st_size}
                archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
            unfinished.rename(file)
        finally:
            unfinished.unlink(missing_ok=True)
    click.echo(f"{file}: the database and {len(members) - 1} files. Keys are not in it: keep them elsewhere.")


def _manifest(archive: zipfile.ZipFile) -> dict[str, dict[str, Any]]:
    """What the archive says that it holds. Raises ClickException for anything but a backup of ours, unaltered."""
    try:
        said = json.loads(archive.read(MANIFEST))
        members: dict[str, dict[str, Any]] = said["members"]
    except (KeyError, ValueError) as error:
        raise click.ClickException("This is no backup of this service.") from error
    if said.get("format") != FORMAT:
        raise click.ClickException(
            f"The backup's format is {said.get('format')!r}, and {FORMAT!r} can be read."
        )
    names = sorted(archive.namelist())
    if names != sorted([*members, MANIFEST]) or DATABASE not in members:
        raise click.ClickException("The archive does not hold what its manifest says.")
    for name in members:
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or (name != DATABASE and path.parts[0] != "files"):
            raise click.ClickException(f"The archive holds {name!r}, which is not part of a backup.")
    return members


def _unpack(archive: zipfile.ZipFile, members: dict[str, dict[str, Any]], folder: Path) -> None:
    with _bar() as bar:
        task = bar.add_task("Restoring", total=sum(one["size"] for one in members.values()))
        for name, told in members.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(name) as source, path.open("wb") as target:
                path.chmod(0o600)
                if _copy(source, target, bar, task) != told["sha256"]:
                    raise click.ClickException(f"{name} is not what was backed up. Nothing was restored.")


def _tables(database: Path) -> Iterator[str]:
    if database.exists():
        connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
        try:
            for (name,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table'"
            ).fetchall():
                if (
                    name != "alembic_version"
                    and connection.execute(f'SELECT 1 FROM "{name}" LIMIT 1').fetchone()
                ):
                    yield name
        finally:
            connection.close()


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def restore(file: Path) -> None:
    """Restore FILE into this instance, which must be empty; then check the audit log's chain."""
    place = _place()
    if any(_tables(place.database)) or (place.files.exists() and _handed_in(place.files)):
        raise click.ClickException(
            "There is data here already. A backup is restored into an empty instance only."
        )
    db.session.remove()
    db.engine.dispose()
    instance = Path(current_app.config["INSTANCE"])
    try:
        with zipfile.ZipFile(file) as archive, tempfile.TemporaryDirectory(dir=instance) as name:
            folder = Path(name)
            _unpack(archive, _manifest(archive), folder)
            for leftover in ("", "-wal", "-shm"):
                place.database.with_name(place.database.name + leftover).unlink(missing_ok=True)
            shutil.move(folder / DATABASE, place.database)
            if (folder / "files").exists():
                shutil.copytree(folder / "files", place.files, dirs_exist_ok=True)
    except zipfile.BadZipFile as error:
        raise click.ClickException("The file is damaged, or no backup.") from error
    broken = list(audit.check(db.session()))
    for one in broken:
        click.echo(f"audit log, position {one.position}: {one.reason}", err=True)
    if broken:
        raise SystemExit(1)
    click.echo(
        "Restored. The audit log is whole. Run “accelerera migrate” if this version is newer than the backup."
    )


COMMANDS = (backup, restore)
