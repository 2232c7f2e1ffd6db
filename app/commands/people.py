"""Commands about people: invite a whole list, erase a person."""

from __future__ import annotations

import json
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from rich.console import Console
from rich.table import Table
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, files
from app.accounts import imports
from app.accounts.errors import Refused
from app.accounts.models import Person, normal_email
from app.commands.bars import console, steps
from app.db import Model, db, empty_journal, writing
from app.organisations import service as organisations
from app.privacy import erasing, naming
from app.privacy.export import everything


def _person(session: Session, email: str) -> Person:
    found = session.scalars(select(Person).where(Person.email == normal_email(email))).one_or_none()
    if found is None:
        raise click.ClickException(f"Nobody has an account with the address {email}.")
    return found


@click.group(name="import")
def import_() -> None:
    """Put lists of people into the service."""


@import_.command(name="people")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--organisation", required=True, help="The organisation's name.")
@click.option(
    "--by", "inviter", required=True, metavar="EMAIL", help="Who invites: an administrator or guide."
)
@click.option("--yes", is_flag=True, help="Invite. Without it, only what would happen is shown.")
@with_appcontext
def people(file: Path, organisation: str, inviter: str, yes: bool) -> None:
    """Invite the people listed in FILE (CSV or XLSX): all of them, or nobody if a cell is wrong."""
    session, now = db.session(), clock.now()
    place = organisations.find_by_name(session, organisation)
    if place is None:
        raise click.ClickException(f"No organisation is called {organisation!r}.")
    by = _person(session, inviter).id
    try:
        found = imports.preview_import(
            session, file.read_bytes(), file.name, organisation=place.id, by=by, now=now
        )
    except Refused as refused:
        raise click.ClickException(str(refused)) from refused
    if found.errors:
        for bad in found.errors:
            click.echo(f"row {bad.row}, column {bad.column} ({bad.heading}): {bad.message}", err=True)
        raise click.ClickException("Nobody was invited. Correct these cells and try again.")
    for row in found.rows:
        click.echo(f"row {row.number}: {row.email} {row.name} ({row.role}): {row.standing}")
    if not yes:
        click.echo(f"{len(found.new)} would be invited. Add --yes to invite them.")
        return
    session.rollback()
    with writing(), console.status("Inviting"):
        try:
            made = imports.import_invitations(session, found.new, organisation=place.id, by=by, now=now)
        except Refused as refused:
            raise click.ClickException(str(refused)) from refused
        session.commit()
    click.echo(f"{len(made)} invited.")


def _show(report: erasing.Report) -> None:
    table = Table("table", "rows", title="What is overwritten or removed")
    for name, rows in report.tables.items():
        table.add_row(name, str(rows))
    Console().print(table)
    click.echo(f"{len(report.files)} files are removed, {report.certificates} certificates keep the name.")


def _remove_letters(report: erasing.Report) -> None:
    """A demonstration keeps its mail in a folder too."""
    folder = Path(current_app.config["INSTANCE"]) / "mail"
    for letter in report.letters:
        for path in folder.glob(f"*{letter.hex}*.eml"):
            path.unlink()


@click.command()
@click.argument("email")
@click.option("--reason", required=True, help="Why; kept in the audit log.")
@click.option("--by", "eraser", metavar="EMAIL", help="Who erases, if they have an account.")
@click.option("--yes", is_flag=True, help="Erase. Without it, only what would happen is shown.")
@with_appcontext
def erase(email: str, reason: str, eraser: str | None, yes: bool) -> None:
    """Erase the person with this address. What others' certificates stand on stays, without the person's name."""
    session, now = db.session(), clock.now()
    person = _person(session, email)
    by = _person(session, eraser).id if eraser else None
    who = naming.named(session, person)
    hindered = erasing.obstacles(session, person, now=now)
    if hindered:
        raise click.ClickException(" ".join(hindered))
    tables = len(Model.metadata.tables)
    if not yes:
        with steps("Looking", tables) as tell:
            report = erasing.preview(session, person, now=now, tell=tell)
        _show(report)
        click.echo("Nothing was changed. Add --yes to erase.")
        return
    session.rollback()
    with writing(), steps("Erasing", tables) as tell:
        try:
            report = erasing.erase(session, _person(session, email), reason=reason, by=by, now=now, tell=tell)
        except (erasing.CannotErase, Refused) as refusal:
            raise click.ClickException(str(refusal)) from refusal
        session.commit()
    for digest in report.files:
        files.remove(digest)
    _remove_letters(report)
    empty_journal(session)
    _show(report)
    left = erasing.still_named(session, who)
    if left:
        raise click.ClickException(f"The person is still named in {', '.join(left)}. Run the command again.")
    click.echo("Erased. Backups made before still hold the person: let them run out, or erase there too.")


@click.command(name="export")
@click.argument("email")
@with_appcontext
def my_data(email: str) -> None:
    """Print everything that the service holds about a person, as JSON."""
    session = db.session()
    said = everything(session, _person(session, email).id, now=clock.now())
    click.echo(json.dumps(said, ensure_ascii=False, indent=2))


COMMANDS = (import_, erase, my_data)
