"""Commands about the keys that sign certificates: which there are, which sign no more."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from flask.cli import with_appcontext

from app import clock
from app.awards import keys
from app.awards.models import SigningKey
from app.db import db, writing


@click.group()
def key() -> None:
    """The keys that sign certificates."""


def _found(fingerprint: str) -> SigningKey:
    try:
        return keys.find(db.session(), fingerprint)
    except keys.UnknownKey:
        raise click.ClickException(
            f"No single key has a fingerprint that begins with {fingerprint}."
        ) from None


@key.command(name="list")
@with_appcontext
def list_() -> None:
    """Every key that has signed, the newest first."""
    for one in keys.history(db.session()):
        state = "in use"
        if one.retired_at:
            state = f"retired {one.retired_at:%Y-%m-%d %H:%M} UTC"
        if one.compromised_at:
            state = f"compromised since {one.compromised_at:%Y-%m-%d %H:%M} UTC"
        click.echo(f"{one.fingerprint}  from {one.first_used_at:%Y-%m-%d}  {state}")


@key.command()
@click.argument("fingerprint")
@with_appcontext
def retire(fingerprint: str) -> None:
    """The key with this FINGERPRINT (or its beginning) signs nothing more. What it has signed stays good."""
    with writing():
        keys.retire(db.session(), _found(fingerprint), now=clock.now())
        db.session.commit()
    click.echo("The key is retired. Set SIGNING_KEY to its successor.")


@key.command()
@click.argument("fingerprint")
@click.option(
    "--since",
    required=True,
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]),
    help="The earliest moment, in UTC, at which somebody else may have had the key.",
)
@with_appcontext
def compromise(fingerprint: str, since: datetime) -> None:
    """From --since on, the key with this FINGERPRINT (or its beginning) proves nothing."""
    with writing():
        try:
            affected = keys.compromise(
                db.session(), _found(fingerprint), since=since.replace(tzinfo=UTC), now=clock.now()
            )
        except ValueError as refused:
            raise click.ClickException(str(refused)) from refused
        db.session.commit()
    click.echo(f"The key is marked as compromised. {affected} certificates were signed with it since then:")
    click.echo("their files are no longer valid; issue them anew with another key.")


COMMANDS = (key,)
