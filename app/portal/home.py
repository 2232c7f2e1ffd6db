"""The first page: for visitors the open start page, for everybody else what waits for them in their role."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from flask import g, render_template

from app import clock
from app.access import permission
from app.accounts.blueprint import current_role
from app.db import db
from app.portal import words
from app.portal.blueprint import bp
from app.portal.fronts import coach, judges, member, municipalities, partner, whole
from app.portal.fronts.front import Front
from app.schemes import service as schemes

FRONTS: dict[str, Callable[[UUID, datetime], Front]] = {
    "coach": coach.front,
    "examiner": judges.examiner,
    "certifier": judges.certifier,
    "guide": municipalities.guide,
    "lead": municipalities.lead,
    "partner": partner.front,
    "administrator": whole.front,
}
"""Role -> its first page; whoever has no task of their own sees their path."""


@bp.get("/")
@permission("page.public")
def home() -> str:
    if g.person is None:
        return _open_page()
    build = FRONTS.get(current_role() or "", member.front)
    return render_template("portal/home.html", front=build(g.person.id, clock.now()))


def _open_page() -> str:
    session = db.session()
    rows = [
        schemes.load(session, schemes.current(session, one.code).id)
        for one in schemes.every(session)
        if one.versions
    ]
    return render_template("portal/start.html", versions=rows, say=words.say)
