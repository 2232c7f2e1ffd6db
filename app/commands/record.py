"""Commands of the learning record store: credentials, statements out and in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

import click
from flask import current_app
from flask.cli import with_appcontext
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy.orm import Session

from app import clock
from app.db import db, writing
from app.lrs import credentials, query, reading
from app.lrs import service as lrs
from app.organisations import service as organisations
from app.organisations.models import Organisation
from app.xapi import addresses, attachment_files, csv_export, pulling, sealing
from app.xapi.call import ONE
from app.xapi.outbound import Outbound

console = Console(stderr=True)
COLUMNS = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
FETCHING = (
    TextColumn("{task.description}"),
    BarColumn(),
    TextColumn("{task.completed:.0f}"),
    TimeElapsedColumn(),
)
BATCH = 500


@click.group(name="lrs")
def record() -> None:
    """The learning record store."""


def _owner(session: Session, name: str | None) -> Organisation:
    if name is not None:
        found = organisations.find_by_name(session, name)
        if found is None:
            raise click.ClickException(f"No organisation is called {name!r}.")
        return found
    try:
        return organisations.scheme_owner(session)
    except LookupError as missing:
        raise click.ClickException(f"{missing}; seed it or name an organisation.") from missing


@record.command()
@click.option("--scope", "scopes", multiple=True, type=click.Choice(credentials.SCOPES), required=True)
@click.option("--organisation", help="Its name; without it, the consortium that owns the schemes.")
@click.option("--label", default="made on the command line", show_default=True, help="What it is for.")
@with_appcontext
def credential(scopes: tuple[str, ...], organisation: str | None, label: str) -> None:
    """Make a key and a secret for the HTTP API. The secret is shown once."""
    session = db.session()
    with writing():
        owner = _owner(session, organisation)
        key, secret = credentials.make_credential(
            session, organisation=owner.id, scopes=scopes, label=label, by=None, now=clock.now()
        )
        session.commit()
    click.echo(f"key     {key}\nsecret  {secret}")


@record.command()
@click.argument("key")
@with_appcontext
def revoke(key: str) -> None:
    """End a credential: every process refuses it at once."""
    with writing():
        try:
            credentials.revoke(db.session(), key=key, by=None, now=clock.now())
        except LookupError:
            raise click.ClickException("There is no credential with this key.") from None
        db.session.commit()
    click.echo("The credential is revoked.")


def _authority(name: str) -> dict[str, object]:
    """Under whom fetched statements are stored."""
    home = current_app.config["SERVICE_URL"] + "/xapi/"
    return {"objectType": "Agent", "account": {"homePage": home, "name": name}}


def _read(line: bytes) -> list[lrs.Received]:
    """The statement of a line by the rules of its own version; nothing where the line is empty."""
    if not line:
        return []
    said = reading.json_of(line)
    version = said.get("version", "1.0.3") if isinstance(said, dict) else "1.0.3"
    return reading.read(line, version=str(version), single=True)[0]


@record.command(name="export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--organisation", help="Its name; without it, the consortium that owns the schemes.")
@click.option("--format", "form", type=click.Choice(("jsonl", "csv")), default="jsonl", show_default=True)
@click.option(
    "--attachments",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write attachments to this folder.",
)
@with_appcontext
def write_out(file: Path, organisation: str | None, form: str, attachments: Path | None) -> None:
    """Write an organisation's statements to FILE, the earliest first: one JSON object a line, which can be imported
    again, or a table for a spreadsheet."""
    session = db.session()
    owner = _owner(session, organisation)
    with file.open("wb") as lines, Progress(*COLUMNS, console=console) as shown:
        task = shown.add_task("Exporting", total=query.amount(session, owner.id))
        every: Iterable[lrs.StoredStatement] = lrs.walk(session, tenant=owner.id)
        if attachments is not None:
            every = attachment_files.write_out(session, owner.id, every, attachments)
        walked = shown.track(every, task_id=task)
        for line in csv_export.lines(walked) if form == "csv" else map(_json_line, walked):
            lines.write(line)


def _json_line(statement: lrs.StoredStatement) -> bytes:
    return statement.exact.replace(b"\r", b"").replace(b"\n", b"") + b"\n"


@record.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--organisation", help="Its name; without it, the consortium that owns the schemes.")
@click.option(
    "--attachments",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Read attachments from this folder, as an export writes them.",
)
@with_appcontext
def read_in(file: Path, organisation: str | None, attachments: Path | None) -> None:
    """Store the statements of FILE, one JSON object a line. What is stored already is passed over, so that an
    import that was broken off is simply started again. They are evidence of nothing."""
    session = db.session()
    owner = _owner(session, organisation)
    authority = _authority("import")
    new = known = kept = missing = 0
    with file.open("rb") as lines, Progress(*COLUMNS, console=console) as shown:
        task = shown.add_task("Importing", total=file.stat().st_size)
        first = 1
        while some := list(islice(lines, BATCH)):
            statements = []
            for number, line in enumerate(some, first):
                try:
                    statements += _read(line.strip())
                except (reading.InvalidJson, lrs.InvalidStatement) as fault:
                    raise click.ClickException(
                        f"line {number}: {fault}; the lines before {first} are stored"
                    ) from fault
            try:
                with writing():
                    stored = lrs.store(
                        session, statements, tenant=owner.id, authority=authority, now=clock.now()
                    )
                    if attachments is not None:
                        files = attachment_files.read_in(session, owner.id, statements, attachments)
                        kept, missing = kept + files[0], missing + files[1]
                    session.commit()
            except (lrs.StatementConflict, lrs.InvalidStatement, attachment_files.Lying) as fault:
                raise click.ClickException(f"lines {first}-{first + len(some) - 1}: {fault}") from fault
            new += sum(one.new for one in stored)
            known += sum(not one.new for one in stored)
            first += len(some)
            shown.advance(task, sum(map(len, some)))
    click.echo(f"{new} statements stored, {known} were there already.")
    if attachments is not None:
        click.echo(f"{kept} attachments read, {missing} are missing.")


@record.command()
@click.argument("endpoint")
@click.option("--user", required=True, help="The key that the other store has given you.")
@click.option(
    "--password", envvar="LRS_PASSWORD", prompt=True, hide_input=True, help="Its secret; or LRS_PASSWORD."
)
@click.option("--organisation", help="Its name; without it, the consortium that owns the schemes.")
@with_appcontext
def pull(endpoint: str, user: str, password: str, organisation: str | None) -> None:
    """Fetch the statements of another store, ENDPOINT. Each page is kept as it comes: what was broken off goes on where
    it stopped, and the next time only what is new is fetched. They are evidence of nothing."""
    session = db.session()
    owner = _owner(session, organisation)
    try:
        endpoint = addresses.checked(endpoint)
    except addresses.AddressRefused as refused:
        raise click.ClickException(f"{endpoint}: {refused}") from refused
    allowed = addresses.networks(current_app.config["FORWARD_PRIVATE"])
    remote = Outbound(endpoint, version=ONE, auth=sealing.basic(user, password), allowed=allowed)
    faults: list[tuple[str, str]] = []
    new = known = 0
    try:
        remote = Outbound(endpoint, version=pulling.spoken(remote), auth=remote.auth, allowed=allowed)
        with Progress(*FETCHING, console=console) as shown:
            task = shown.add_task("Fetching", total=None)
            for kept in _pages(session, remote, owner, _authority(f"from {urlsplit(endpoint).hostname}")):
                new, known, faults = new + kept.new, known + kept.known, faults + list(kept.faults)
                shown.advance(task, kept.new + kept.known)
    except pulling.PullFailed as failed:
        raise click.ClickException(
            f"{endpoint}: {failed}; {new} statements are stored, and the next try goes on from here"
        ) from failed
    for name, reason in faults:
        click.echo(f"left out {name}: {reason}", err=True)
    click.echo(f"{new} statements stored, {known} were there already, {len(faults)} left out.")


def _pages(
    session: Session, remote: Outbound, owner: Organisation, authority: dict[str, object]
) -> Iterator[pulling.Kept]:
    """Fetch page after page and commit each; no transaction is open while the other store is waited for."""
    tenant = owner.id
    with writing():
        more, since = pulling.begin(session, remote.endpoint, tenant=tenant, now=clock.now())
        session.commit()
    while True:
        page = pulling.fetch(remote, more=more, since=since)
        with writing():
            kept = pulling.keep(
                session, remote.endpoint, page, tenant=tenant, authority=authority, now=clock.now()
            )
            session.commit()
        yield kept
        more, since = kept.more, kept.since
        if not more:
            return


COMMANDS = (record,)
