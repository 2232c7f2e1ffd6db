"""Commands that keep the service running: worker, migrate, jobs, audit."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade

from app import audit, jobs, memory
from app.db import db


@click.command()
@with_appcontext
def worker() -> None:
    """Carry out queued work until stopped."""
    memory.settle()
    jobs.work(current_app)


@click.command()
@with_appcontext
def migrate() -> None:
    """Bring the database to this version's tables."""
    upgrade()
    click.echo("The database is up to date.")


@click.command()
@with_appcontext
def drain() -> None:
    """Carry out the work that is due now, then stop."""
    click.echo(f"{jobs.drain(db.session())} jobs done.")


@click.command(name="audit")
@with_appcontext
def check_audit() -> None:
    """Check that the audit log's chain is whole, and reaches as far as the heads kept beside the database say."""
    while audit.link(db.session()):
        db.session.commit()
    heads = audit.kept_heads(audit.head_file(current_app.config), key=current_app.config["SECRET_KEY"])
    broken = list(audit.check(db.session(), heads))
    for one in broken:
        click.echo(f"position {one.position}: {one.reason}", err=True)
    if broken:
        raise SystemExit(1)
    click.echo("The audit log is whole.")


COMMANDS = (worker, migrate, drain, check_audit)
