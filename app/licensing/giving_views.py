"""Which courses whoever leads sessions may give today, and where."""

from __future__ import annotations

from coursekit import say
from flask import g, render_template, url_for

from app import clock, i18n
from app.access import permission
from app.db import db
from app.licensing import gate, publishers
from app.licensing.blueprint import Page, asked_uuid, bp, courses
from app.organisations import service as organisations


@bp.get("/sessions/courses")
@permission("session.plan")
def courses_to_give() -> Page:
    """Courses that may be given everywhere; and those that may be given where there is a licence that lets them."""
    session, home = db.session(), g.person.organisation_id
    owned = publishers.published(session)
    language = i18n.language()
    everywhere = sorted(
        (say(course.title, language), id) for id, course in courses().items() if owned.get(id) in (None, home)
    )
    found, last = gate.openings(
        session,
        deliverer=(g.person.id, home),
        day=gate.today(session, clock.now()),
        before=asked_uuid("before"),
    )
    places = organisations.organisations(session, among=frozenset(one.licensee for one in found))
    return render_template(
        "licensing/to_give.html",
        everywhere=everywhere,
        rows=[one for one in found if owned.get(one.course) != home],
        names={one.id: one.name for one in places},
        next_url=url_for("licensing.courses_to_give", before=last) if last else None,
    )
