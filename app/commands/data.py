"""Commands that put data in and bring it to safety: seed, verify, issue, expire, backup, restore."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from app import clock
from app.awards import issuing, status, verification
from app.commands.bars import console, steps
from app.db import db, writing
from app.demo import seed as demonstration


@click.command()
@with_appcontext
def seed() -> None:
    """Fill an empty service with the demonstration (refused in production)."""
    if current_app.config["MODE"] != "production" and not demonstration.is_empty(db.session()):
        click.echo("There is data here already; nothing was changed.")
        return
    try:
        with (
            writing(),
            steps("Filling the service with the demonstration", len(demonstration.STAGES)) as tell,
        ):
            demonstration.seed(db.session(), now=clock.now(), say=tell)
            db.session.commit()
    except demonstration.NotHere as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo("The demonstration is ready.")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def verify(file: Path) -> None:
    """Verify a certificate's FILE as the verification page does. Exits 0 only when it is genuine and in force."""
    found = verification.by_file(db.session(), file.read_bytes(), now=clock.now())
    click.echo(found.verdict.replace("_", " "))
    for finding in found.findings:
        click.echo(f"  {finding.outcome:9}  {finding.check}: {finding.code} {finding.detail}".rstrip())
    if found.register is not None:
        facts = found.register.facts
        click.echo(f"  register   {facts.serial}, {facts.holder}, {facts.level.en}: {found.register.status}")
    sys.exit(0 if found.verdict == "valid" else 1)


@click.command()
@with_appcontext
def issue() -> None:
    """Finish certificates whose issuing was interrupted."""
    with writing(), console.status("Finishing what was interrupted"):
        count = issuing.sweep(db.session(), now=clock.now())
    click.echo(f"{count} certificates finished.")


@click.command()
@with_appcontext
def expire() -> None:
    """Record the expiry of certificates whose last day has passed."""
    with writing(), steps("Expiring", None) as tell:
        count = status.expire(db.session(), now=clock.now(), tell=tell)
        db.session.commit()
    click.echo(f"{count} certificates have expired.")


COMMANDS = (seed, verify, issue, expire)
