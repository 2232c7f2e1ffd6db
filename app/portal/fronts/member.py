"""A learner's first page: the path as stations, the next step as one button, what expires soon."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from app.awards import on_record, status
from app.clock import local_date
from app.db import db
from app.deliveries import service as deliveries
from app.learners import service as learners
from app.learners.models import Candidacy
from app.portal import journey, waiting, words
from app.portal.fronts.front import Front, Panel, Task
from app.rules.scheme import SchemeVersion
from app.schemes import service as schemes

SHOWN = 3
"""How many changes to come are shown beside a path."""


def front(person: UUID, now: datetime) -> Front:
    session = db.session()
    drawn = [(one, journey.steps(one, _version(one))) for one in open_paths(person)]
    first = _first(drawn) if drawn else _begin()
    tasks = [*waiting.hours(session, person, now), *renewals(person, now), *_sessions(person, now)]
    return Front(
        _("Here is where you are and what comes next."),
        first,
        [path_panel(one, steps) for one, steps in drawn],
        tasks,
    )


def open_paths(person: UUID) -> list[Candidacy]:
    return [one for one in learners.of_person(db.session(), person) if one.state == "open"]


def _version(one: Candidacy) -> SchemeVersion:
    return schemes.load(db.session(), one.scheme_version_id)


def _begin() -> tuple[str, str, tuple[str, str]]:
    return (
        _("Choose your first certification"),
        _("Everything you do here counts towards it. Begin with Participant."),
        (_("See the certifications"), url_for("portal.paths")),
    )


def _first(
    drawn: Sequence[tuple[Candidacy, Sequence[journey.Step]]],
) -> tuple[str, str, tuple[str, str]] | None:
    """The next step of the first path that is not ready."""
    for one, steps in drawn:
        step = journey.next_step(steps)
        if step is not None and not one.ready_at:
            title = f"{step.name}: {step.left}" if step.left else step.name
            return title, step.text, step.action or (_("See what is missing"), step.url)
    return None


def path_panel(one: Candidacy, steps: Sequence[journey.Step]) -> Panel:
    """One path, drawn, with what changes by itself beside it."""
    if one.ready_at:
        text = _("Everything is met. It is waiting for a decision.")
    elif one.deadline:
        text = _("Be ready by %(day)s.", day=words.day(one.deadline))
    else:
        text = ""
    return Panel(
        "path",
        {
            "id": one.id,
            "name": words.say(_version(one).name),
            "renewal": one.purpose == "renewal",
            "done": one.fulfilled,
            "all": one.criteria,
            "text": text,
            "url": url_for("portal.candidacy", candidacy_id=one.id),
            "stations": journey.stations(steps),
            "expiring": journey.expiring(steps)[:SHOWN],
        },
    )


def renewals(person: UUID, now: datetime) -> list[Task]:
    """Certificates whose time to renew has come."""
    session, today = db.session(), local_date(now)
    tasks = []
    for one in on_record.of_person(session, person):
        current = status.status(session, one, on=today)
        if one.state == "issued" and current in ("active", "expired") and status.period(one).renewable(today):
            name = words.say(schemes.load(session, one.scheme_version_id).name)
            tasks.append(
                Task(
                    _("Renew: %(name)s", name=name),
                    _("The certificate's last day is %(day)s.", day=words.day(one.valid_until)),
                    url_for("awards.certificate", certificate_id=one.id),
                    "renewal_open",
                )
            )
    return tasks


def _sessions(person: UUID, now: datetime) -> list[Task]:
    part = deliveries.taken_part_in(db.session(), person, now=now)
    rows: list[tuple[deliveries.Mine, str, str | None]] = []
    for one in part.invited:
        rows.append((one, _("You are invited. Book your seat."), "invited"))
    for one in part.booked:
        rows.append((one, _("You have a seat: %(when)s.", when=words.moment(one.delivery.starts)), None))
    for one in part.to_answer:
        rows.append((one, _("How was it? Your answer takes a minute."), "waiting"))
    return [
        Task(
            words.say(one.delivery.title),
            text,
            url_for("deliveries.session", delivery_id=one.delivery.id),
            state,
        )
        for one, text, state in rows
    ]
