"""Commands for course packages. Only ``install`` needs the service; the others are the author's own tools."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from app import audit, clock
from app.db import db, writing
from app.study import versions
from plugins.catalogue import memory_of
from plugins.store import CannotInstall, Store
from plugins.wheels import BadWheel, read_wheel

CHECK_LIMIT = 60
"""Seconds that a check may take; a course that hangs while it is loaded is stopped then."""

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group()
def course() -> None:
    """Write, check, preview, build and install a course package."""


@course.command()
@click.argument("folder", type=FOLDER)
def check(folder: Path) -> None:
    """Everything that can be mended in the course in FOLDER, with file and line."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "coursekit", "check", str(folder)], timeout=CHECK_LIMIT, check=False
        )
    except subprocess.TimeoutExpired:
        raise click.ClickException(
            f"the course did not finish loading within {CHECK_LIMIT} seconds"
        ) from None
    raise SystemExit(done.returncode)


def _tool(*arguments: str) -> None:
    raise SystemExit(subprocess.run([sys.executable, "-m", "coursekit", *arguments], check=False).returncode)


@course.command()
@click.argument("name")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def new(name: str, folder: Path) -> None:
    """Write a new course called NAME, which works, into FOLDER."""
    _tool("new", name, str(folder))


@course.command()
@click.argument("folder", type=FOLDER)
def preview(folder: Path) -> None:
    """Read the course in FOLDER in a browser; what is saved shows at once."""
    with suppress(KeyboardInterrupt):
        _tool("preview", str(folder))


@course.command()
@click.argument("folder", type=FOLDER)
def build(folder: Path) -> None:
    """Make the wheel of the course in FOLDER, in its dist."""
    _tool("build", str(folder))


@course.command()
@click.argument("wheel", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def install(wheel: Path) -> None:
    """Put a wheel into the service, which goes on running. A newer version waits until it is taken."""
    instance, catalogue = current_app.config["INSTANCE"], current_app.extensions["courses"]
    session, now = db.session(), clock.now()
    try:
        known = read_wheel(wheel)
        with (
            writing()
        ):  # before the new one can be seen; loading it takes seconds, and nobody waits for those
            before = versions.hold(session, catalogue, known.name, now=now)
            session.commit()
        found = Store(instance).install(wheel, memory_of(instance))
    except (BadWheel, CannotInstall) as refused:
        raise click.ClickException("\n".join(refused.reasons)) from refused
    with writing():
        audit.record(
            session, "course.installed", by=None, now=now,
            course=found.course, version=found.version, digest=found.digest,
        )  # fmt: skip
        session.commit()
    report = catalogue.report(found.course, found.version)
    click.echo(
        f"{found.course} {found.version} is {'installed' if found.fresh else 'there already'}, {found.digest}."
    )
    if report.findings is None:
        click.echo("The check of it did not come to its end.")
    elif report.findings:
        click.echo(f"The check of it found {len(report.findings)}; they stand under Course packages.")
    if before and before != found.version:
        click.echo(
            f"New learners still begin {before}. An administrator takes the new one under Course packages."
        )


COMMANDS = (course,)
