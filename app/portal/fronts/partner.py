"""A partner's first page: who runs the partner's courses, and how much of each licence is used."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from app import clock
from app.access import organisations_for
from app.db import db
from app.licensing import licences
from app.licensing.blueprint import course_name
from app.organisations import service as organisations
from app.portal import waiting
from app.portal.fronts.front import Front, Panel, Task
from app.ui import formatting

SHOWN, SOON = 30, timedelta(days=60)


def front(_person: UUID, now: datetime) -> Front:
    """The licences in force with what is left of them; those that end soon are tasks."""
    session, today = db.session(), clock.local_date(now)
    found = licences.listed(session, publishers=organisations_for("licence.sell"))
    running = [one for one in found if one.state(today) != "expired"][:SHOWN]
    names = {
        one.id: one.name
        for one in organisations.organisations(session, among=frozenset(row.licensee_id for row in running))
    }
    tasks = waiting.licence_requests(session)
    tasks += [
        Task(
            names[one.licensee_id],
            _(
                "The licence for %(course)s ends on %(day)s.",
                course=course_name(one.course),
                day=formatting.day(one.ends),
            ),
            url_for("licensing.licence", licence_id=one.id),
            "waiting",
        )
        for one in running
        if today <= one.ends <= today + SOON
    ]
    first = (
        _("How your courses do"),
        _("Use this month, seats left, income, ratings and requests."),
        (_("See your courses"), url_for("portal.partner")),
    )
    data = {"rows": running, "names": names, "course_name": course_name, "today": today}
    return Front(_("Your courses: who runs them, and what is left."), first, [Panel("licences", data)], tasks)
