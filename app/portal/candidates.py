"""Who works towards what: the list behind the administrators' figures."""

from __future__ import annotations

import uuid

from flask import render_template, request, url_for

from app.access import permission
from app.accounts import service as accounts
from app.db import db
from app.learners import service as learners
from app.organisations import service as organisations
from app.portal import words
from app.portal.blueprint import bp
from app.schemes import service as schemes

PAGE = 50
STATES = ("open", "ready", "certified", "refused", "withdrawn", "lapsed")


@bp.get("/candidates")
@permission("people.manage")
def candidates() -> str:
    """Candidacies by state and scheme, the newest first."""
    session = db.session()
    state = request.args.get("state", "open")
    state = state if state in STATES else "open"
    scheme = request.args.get("scheme") or None
    try:
        before = uuid.UUID(request.args.get("before", ""))
    except ValueError:
        before = None
    found = learners.listed(
        session,
        owner=organisations.scheme_owner(session).id,
        state=state,
        scheme=scheme,
        before=before,
        limit=PAGE + 1,
    )
    page = found[:PAGE]
    codes = [one for one in schemes.every(session) if one.versions]
    return render_template(
        "portal/candidates.html",
        rows=page,
        people=accounts.load_people(session, [one.person_id for one in page]),
        names={one.scheme_version_id: _name(one.scheme_version_id) for one in page},
        schemes=[(one.code, _name(schemes.current(session, one.code).id)) for one in codes],
        states=STATES,
        state=state,
        scheme=scheme,
        next_url=url_for("portal.candidates", state=state, scheme=scheme, before=page[-1].id)
        if len(found) > PAGE
        else None,
    )


def _name(version: uuid.UUID) -> str:
    return words.say(schemes.load(db.session(), version).name)
