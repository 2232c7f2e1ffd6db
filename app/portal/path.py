"""The path: each criterion with what counted, down to the single item of evidence and its statement."""

from __future__ import annotations

import json
import uuid

from flask import Response, abort, g, render_template
from sqlalchemy import select

from app import clock
from app.access import permission
from app.db import db
from app.evidence import service as evidence
from app.evidence.models import EvidenceItem
from app.learners import service as learners
from app.learners import words as said
from app.learners.models import DeadlineExtension
from app.lrs import query as lrs
from app.organisations import service as organisations
from app.portal import journey, sources, words
from app.portal.blueprint import bp, readable_candidacy, readable_person
from app.schemes import service as schemes


@bp.get("/path")
@permission("path.read")
def paths() -> str:
    """All of one's own candidacies, and the schemes that one could apply for."""
    session = db.session()
    mine = learners.of_person(session, g.person.id)
    rows = [(one, schemes.load(session, one.scheme_version_id)) for one in mine]
    taken = {one.scheme for one in mine if one.state in ("open", "certified")}
    offers = []
    for scheme in schemes.every(session):
        if scheme.code in taken or not scheme.versions:
            continue
        version = schemes.load(session, schemes.current(session, scheme.code).id)
        lacking = learners.missing_prerequisites(
            session, owner=scheme.owner_id, person=g.person.id, scheme=scheme.code, now=clock.now()
        )
        names = [words.say(schemes.load(session, schemes.current(session, code).id).name) for code in lacking]
        offers.append((version, names))
    return render_template("portal/paths.html", rows=rows, offers=offers, say=words.say)


@bp.get("/path/<uuid:candidacy_id>")
@permission("path.read")
def candidacy(candidacy_id: uuid.UUID) -> str:
    """One candidacy: the stations, the next step, what expires soon."""
    found, person = readable_candidacy(candidacy_id)
    session = db.session()
    version = schemes.load(session, found.scheme_version_id)
    steps = journey.steps(found, version)
    extensions = session.scalars(
        select(DeadlineExtension)
        .where(DeadlineExtension.candidacy_id == found.id)
        .order_by(DeadlineExtension.at)
    ).all()
    return render_template(
        "portal/candidacy.html",
        candidacy=found,
        person=person,
        own=person.id == g.person.id,
        version=version,
        steps=steps,
        stations=journey.stations(steps),
        next_step=journey.next_step(steps),
        expiring=journey.expiring(steps),
        extensions=extensions,
        words=words,
        said=said,
    )


@bp.get("/path/<uuid:candidacy_id>/<code>")
@permission("path.read")
def criterion(candidacy_id: uuid.UUID, code: str) -> str:
    """One criterion: the list that makes its number, and why the rest does not count."""
    found, person = readable_candidacy(candidacy_id)
    session = db.session()
    version = schemes.load(session, found.scheme_version_id)
    judged = learners.assess(session, found, now=clock.now(), criterion=code)
    if not judged:
        abort(404)
    standing = judged[0]
    rows = {str(row.id): row for row in evidence.of_person(session, owner=found.owner_id, person=person.id)}
    used = [rows[one] for one in standing.used if one in rows]
    ignored = [(rows[one], reason) for one, reason in standing.ignored.items() if one in rows]
    withdrawn = [
        row
        for row in rows.values()
        if row.withdrawn_at and version.criterion(code).touches(evidence.pure(row))
    ]
    return render_template(
        "portal/criterion.html",
        candidacy=found,
        person=person,
        own=person.id == g.person.id,
        version=version,
        code=code,
        standing=standing,
        figures=standing.figures(),
        children=[(child.code, child.state, said.of_target(child.figures())) for child in standing.children],
        step=journey.find(found, version, code),
        courses=journey.serving(version.criterion(code)),
        used=sorted(used, key=lambda row: row.starts, reverse=True),
        ignored=sorted(ignored, key=lambda pair: pair[0].starts, reverse=True),
        withdrawn=sorted(withdrawn, key=lambda row: row.starts, reverse=True),
        sources=sources.look_up(session, [*used, *(row for row, _reason in ignored), *withdrawn]),
        words=words,
        said=said,
    )


def _readable_item(item_id: uuid.UUID) -> EvidenceItem:
    session = db.session()
    item = session.get(EvidenceItem, item_id)
    if item is None or item.owner_id != organisations.scheme_owner(session).id:
        abort(404)
    readable_person(item.person_id)
    return item


@bp.get("/evidence/<uuid:item_id>")
@permission("path.read")
def evidence_item(item_id: uuid.UUID) -> str:
    """One item of evidence: what it says, since when, whether it counts, and its statement."""
    item = _readable_item(item_id)
    session = db.session()
    person = readable_person(item.person_id)
    stored = lrs.get(session, item.owner_id, item.statement_id)
    statement = json.loads(stored.exact) if stored else None
    return render_template(
        "portal/evidence.html",
        item=item,
        person=person,
        own=person.id == g.person.id,
        statement=json.dumps(statement, indent=2, ensure_ascii=False) if statement else None,
        sources=sources.look_up(session, [item]),
        words=words,
    )


@bp.get("/evidence/<uuid:item_id>/statement.json")
@permission("path.read")
def statement(item_id: uuid.UUID) -> Response:
    """The xAPI statement behind an item, as it is stored."""
    item = _readable_item(item_id)
    stored = lrs.get(db.session(), item.owner_id, item.statement_id)
    if stored is None:
        abort(404)
    return Response(stored.exact, mimetype="application/json")
