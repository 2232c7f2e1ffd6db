"""Commands about certificates: a sample sheet, a decision as a file that anyone can recompute."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import cast

import click
from flask import current_app
from flask.cli import with_appcontext

from app import clock
from app.awards import deciding, issuers
from app.awards.models import Decision
from app.db import db
from certificates.document import ImageError
from certificates.faces import GlyphMissing
from certificates.facts import Facts, FactsError, Languages
from certificates.issuer import FILE, IssuerError, read_issuer
from certificates.keys import development_ca
from certificates.layout import DoesNotFit
from certificates.longterm import EvidenceError, issue_for_long
from certificates.rehearsal import ADDRESS, Rehearsal
from certificates.sample import sample_facts
from certificates.sign import SigningError, issue, prepare
from certificates.template import TEMPLATES, Template
from certificates.timestamps import add_timestamp
from certificates.tokens import TimestampError

CANNOT = (
    IssuerError,
    GlyphMissing,
    DoesNotFit,
    ImageError,
    FactsError,
    SigningError,
    EvidenceError,
    TimestampError,
)


@click.group()
def certificate() -> None:
    """Certificates as files."""


@certificate.command()
@click.argument("out", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@click.option("--lang", type=click.Choice(["sv", "en", "both"]), default="sv", show_default=True)
@click.option("--name", default="Anna-Karin Påhitt", show_default=True, help="The holder's name.")
@click.option(
    "--template",
    default="standard",
    show_default=True,
    help=f"{', '.join(TEMPLATES)}, course:NAME for that of a course package, or an issuer's folder.",
)
@click.option(
    "--level",
    type=click.Choice(["B-B", "B-T", "B-LT"]),
    default="B-B",
    show_default=True,
    help="Signed; with a timestamp; with all evidence inside. Timestamps of samples are made up on the spot.",
)
@with_appcontext
def sample(out: Path, lang: str, name: str, template: str, level: str) -> None:
    """Draw and sign a sample into OUT: with a development key, and marked as a sample on its face."""
    now = clock.now()
    facts = sample_facts(name=name, languages=cast(Languages, lang), on=clock.local_date(now))
    try:
        found, facts = _designed(template, facts)
        out.write_bytes(_signed(facts, found, level, now))
    except CANNOT as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{out} is a sample: it proves nothing.")


def _designed(name: str, facts: Facts) -> tuple[Template, Facts]:
    """The template of this name, and what its issuer puts on the sheet."""
    if (Path(name) / FILE).is_file():
        issuer = read_issuer(Path(name), bases={**TEMPLATES, **issuers.of_courses()})
        facts = replace(facts, place=issuer.place or facts.place, issuer=issuer.organisation)
        return issuer.template, replace(facts, signatories=issuer.signatories or facts.signatories)
    known = {**TEMPLATES, **issuers.of_courses()}
    if name not in known:
        raise click.ClickException(f"There is no template {name!r}; there are {', '.join(known)}.")
    return known[name], facts


def _signed(facts: Facts, template: Template, level: str, now: datetime) -> bytes:
    if level == "B-B":
        signer = development_ca(Path(current_app.config["INSTANCE"]) / "keys", now=now)
        return issue(prepare(facts, template, signer=signer, at=now)).pdf
    others = Rehearsal(now)
    prepared = prepare(facts, template, signer=others.signer, at=now)
    if level == "B-T":
        made = issue(prepared).pdf
        return add_timestamp(made, authorities=[ADDRESS], post=others.post, roots=[others.root])[0]
    lasting, _stamp = issue_for_long(
        prepared, others.evidence, authorities=[ADDRESS], post=others.post, roots=[others.root]
    )
    return lasting.pdf


@click.group()
def decision() -> None:
    """Decisions as files."""


@decision.command()
@click.argument("id_", metavar="ID", type=click.UUID)
@with_appcontext
def export(id_: uuid.UUID) -> None:
    """Print the decision with all it was taken on, as JSON: app.rules.decision.recompute finds the same answer."""
    session = db.session()
    found = session.get(Decision, id_)
    if found is None:
        raise click.ClickException(f"There is no decision {id_}.")
    click.echo(json.dumps(deciding.export(session, found), ensure_ascii=False, indent=2))


COMMANDS = (certificate, decision)
