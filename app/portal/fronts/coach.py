"""A coach's first page: sessions soon, hours to be signed, the own certificate, municipalities that are new."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from app.awards import on_record, status
from app.clock import local_date
from app.coaching import service as coaching
from app.db import db
from app.deliveries import service as deliveries
from app.journeys import service as journeys
from app.portal import journey, waiting, words
from app.portal.fronts import member
from app.portal.fronts.front import Front, Panel, Task
from app.schemes import service as schemes

MOST = 6
"""How many sessions to come are shown."""


def front(person: UUID, now: datetime) -> Front:
    session = db.session()
    led = deliveries.led_by(session, person, now=now)
    tasks = [*waiting.hours(session, person, now)]
    tasks += [
        Task(
            words.say(one.delivery.title),
            _("Over, but attendance is not finished."),
            url_for("deliveries.session", delivery_id=one.delivery.id),
            "waiting",
        )
        for one in led.to_finish
    ]
    tasks += member.renewals(person, now)
    soon = [*led.this_week, *led.coming][:MOST]
    paths = [
        member.path_panel(one, journey.steps(one, schemes.load(session, one.scheme_version_id)))
        for one in member.open_paths(person)
    ]
    first = (
        _("Plan a session"),
        _("For a municipality that you know, or one that is new to the service."),
        (_("Plan a session"), url_for("deliveries.session_new")),
    )
    panels = [
        Panel("sessions", {"rows": soon, "this_week": len(led.this_week), "say": words.say}),
        Panel("standing", {"rows": _standing(person, now), "new": journeys.open_requests(session)}),
        *paths,
    ]
    return Front(_("Your sessions, and what waits for you."), first, panels, tasks)


def _standing(person: UUID, now: datetime) -> list[tuple[str, str, str]]:
    """The coach's own figures, each with the list that makes it: label, value, address."""
    session, today = db.session(), local_date(now)
    own = coaching.summary(session, person)
    rows = [
        (
            _("Hours waiting for a signature"),
            str(own.waiting_rows),
            url_for("coaching.mine", state="waiting"),
        ),
    ]
    rows.append(
        (_("Courses that you may give"), _("See which, and where"), url_for("licensing.courses_to_give"))
    )
    for one in on_record.of_person(session, person):
        if one.state != "issued" or one.valid_until is None:
            continue
        if status.status(session, one, on=today) != "active":
            continue
        period = status.period(one)
        said = _("valid until %(day)s", day=words.day(one.valid_until))
        if period.window_opens and today < period.window_opens:
            said += ", " + _("renewal opens %(day)s", day=words.day(period.window_opens))
        name = words.say(schemes.load(session, one.scheme_version_id).name)
        rows.append((name, said, url_for("awards.certificate", certificate_id=one.id)))
    return rows
