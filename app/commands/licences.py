"""Commands about licences: keys to sign with, and licence files made, verified and installed."""

from __future__ import annotations

import os
import re
from pathlib import Path

import click
from flask.cli import with_appcontext
from flask_babel import force_locale

from app import clock
from app.accounts.errors import Refused
from app.db import db, writing
from app.licensing import licences, market, publishers, settling, words
from app.licensing.blueprint import course_name
from app.licensing.signing import (
    BadFile,
    BadKey,
    Signed,
    check,
    fingerprint,
    load_private,
    new_key,
    public_of,
    raw_public,
    sign,
)
from app.organisations import service as organisations
from app.organisations.models import Organisation
from app.rules.terms import BadTerms, Terms, read

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW = click.Path(dir_okay=False, path_type=Path)


@click.group()
def licence() -> None:
    """Licences of course packages."""


def _write_new(path: Path, content: bytes, mode: int) -> None:
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content)
    except FileExistsError:
        raise click.ClickException(f"{path} exists already; it is not overwritten.") from None


def _tell(terms: Terms) -> None:
    with force_locale("en"):
        said = words.facts(terms, locale="en", course=course_name(terms.course))
        rows = [(label, text) for label, text in said if text]
    width = max(len(label) for label, _text in rows)
    for label, text in rows:
        click.echo(f"{label:<{width}}  {text}")


def _organisation(name: str) -> Organisation:
    found = organisations.find_by_name(db.session(), name)
    if found is None:
        raise click.ClickException(f"No organisation is called {name!r}.")
    return found


@licence.command()
@click.argument("file", type=NEW)
def keygen(file: Path) -> None:
    """Make a pair of keys: FILE for the private one, FILE.pub for the public one."""
    private, public = new_key()
    _write_new(file, private, 0o600)
    _write_new(Path(f"{file}.pub"), public, 0o644)
    click.echo(f"private  {file}  (keep it to yourself)")
    click.echo(f"public   {file}.pub  {fingerprint(raw_public(public))}")


@licence.command()
@click.argument("file", type=FILE)
@click.option("--organisation", required=True, help="The publisher's name.")
@with_appcontext
def trust(file: Path, organisation: str) -> None:
    """Register the public key in FILE: licences signed with it are the organisation's."""
    with writing():
        try:
            key = publishers.add_key(
                db.session(),
                file.read_bytes(),
                publisher=_organisation(organisation).id,
                by=None,
                now=clock.now(),
            )
        except Refused as refused:
            raise click.ClickException(str(refused)) from refused
        db.session.commit()
    click.echo(f"Registered: {key.fingerprint}")


@licence.command()
@click.argument("course")
@click.option("--organisation", help="The publisher's name; without it the course needs no licence.")
@with_appcontext
def publisher(course: str, organisation: str | None) -> None:
    """From now on COURSE needs a licence of this organisation."""
    with writing():
        owner = _organisation(organisation).id if organisation else None
        try:
            publishers.name_publisher(db.session(), course, publisher=owner, by=None, now=clock.now())
        except Refused as refused:
            raise click.ClickException(str(refused)) from refused
        db.session.commit()
    click.echo(f"{course} needs a licence of {organisation}." if owner else f"{course} needs no licence.")


@licence.command()
@click.argument("terms", type=FILE)
@click.option("--key", required=True, type=FILE, help="The private key.")
@click.option("--out", required=True, type=NEW, help="Where the licence is written.")
@click.option("--yes", is_flag=True, help="Sign. Without it, the terms are only shown.")
@with_appcontext
def make(terms: Path, key: Path, out: Path, yes: bool) -> None:
    """Sign the TERMS (a JSON file, as the service's page gives it) after showing them in words."""
    content = terms.read_bytes()
    try:
        _tell(read(content))
        signer = load_private(key.read_bytes())
    except BadTerms as bad:
        raise click.ClickException("\n".join(bad.faults)) from bad
    except BadKey as bad:
        raise click.ClickException(f"{key}: {bad}.") from bad
    if not yes:
        click.echo("\nNothing is signed. Say --yes to sign these terms.")
        return
    _write_new(out, sign(content, signer), 0o644)
    click.echo(f"\nSigned with {fingerprint(public_of(signer))}: {out}")


def _verified(file: Path, key: Path | None) -> Signed:
    content = file.read_bytes()
    if key is None:
        try:
            return licences.examine(db.session(), content)
        except Refused as refused:
            if refused.code != "installed":
                raise click.ClickException(str(refused)) from refused
            raise click.ClickException("The licence is installed already.") from refused
    try:
        public = raw_public(key.read_bytes())
        return check(content, lambda _named: public)
    except BadKey as bad:
        raise click.ClickException(f"{key}: {bad}.") from bad
    except BadFile as bad:
        said = "; ".join(bad.faults) or f"refused ({bad.code.replace('_', ' ')})"
        raise click.ClickException(f"Not a licence of this key: {said}.") from bad


@licence.command()
@click.argument("file", type=FILE)
@click.option("--key", type=FILE, help="A public key; without it, those that the service knows.")
@with_appcontext
def verify(file: Path, key: Path | None) -> None:
    """Is the licence in FILE genuine, and what does it say? Installs nothing."""
    signed = _verified(file, key)
    _tell(signed.terms)
    click.echo(f"\nGenuine. Signed with {signed.fingerprint}.")


@licence.command()
@click.argument("file", type=FILE)
@click.option("--yes", is_flag=True, help="Install. Without it, the terms are only shown.")
@with_appcontext
def install(file: Path, yes: bool) -> None:
    """Put the licence in FILE in force."""
    signed = _verified(file, None)
    _tell(signed.terms)
    if not yes:
        click.echo("\nNothing is installed. Say --yes to install this licence.")
        return
    with writing():
        try:
            made = market.install(db.session(), signed.content, by=None, now=clock.now())
        except Refused as refused:
            raise click.ClickException(str(refused)) from refused
        db.session.commit()
    click.echo(f"\nInstalled as {made.id}.")


@licence.command(name="list")
@with_appcontext
def list_() -> None:
    """The newest licences."""
    today = clock.local_date(clock.now())
    for one in licences.listed(db.session()):
        click.echo(f"{one.id}  {one.course}  {one.starts} to {one.ends}  {one.state(today)}")


@licence.command()
@click.argument("month")
@with_appcontext
def settle(month: str) -> None:
    """What every licence costs in MONTH (such as 2027-03), as CSV with amounts in minor units."""
    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", month):
        raise click.ClickException(f"{month!r} is no month such as 2027-03.")
    click.echo("licence;course;month;net;vat;gross;currency")
    for one, owed in settling.settle(db.session(), month):
        told = (
            f"{owed.net};{owed.vat};{owed.gross};{owed.currency}"
            if owed
            else "the signature does not hold;;;"
        )
        click.echo(f"{one.number};{one.course};{month};{told}")


COMMANDS = (licence,)
