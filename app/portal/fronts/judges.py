"""The first pages of those who judge: examiners with work to grade, certifiers with people to decide on."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts import service as accounts
from app.assessments import grading
from app.awards import appeals, deciding
from app.clock import local_date
from app.db import db
from app.declarations import training as declarations
from app.organisations import service as organisations
from app.portal import waiting, words
from app.portal.fronts.front import Front, Panel, Task
from app.schemes import service as schemes

SHOWN = 5
"""How many of those who are ready stand on the first page."""


def examiner(person: UUID, now: datetime) -> Front:
    """What to grade, the nearest deadline first; that there are no ties was checked when it was assigned."""
    found = grading.waiting_for_examiner(db.session(), person, now)
    first = None
    if found:
        next_one = found[0]
        first = (
            f"{words.say(next_one.form.name)}, {next_one.person.name}",
            _("Judge it by %(day)s.", day=words.day(next_one.assignment.due)),
            (_("Grade"), url_for("assessments.grade", assignment_id=next_one.assignment.id)),
        )
    panels = [Panel("grading", {"rows": found, "say": words.say})] if found else []
    return Front(_("Work that waits for your judgement."), first, panels)


def certifier(person: UUID, now: datetime) -> Front:
    """Who has waited longest for a decision; what needs an examiner; appeals."""
    session = db.session()
    owner = organisations.scheme_owner(session).id
    count = deciding.count_ready(session, owner=owner)
    rows = deciding.ready(session, owner=owner, limit=SHOWN)
    first, panels = None, []
    if count:
        first = (
            ngettext("%(num)s person is ready", "%(num)s people are ready", count),
            _("Everything is met; only your decision is missing."),
            (_("Decide"), url_for("awards.decide", candidacy_id=rows[0].id)),
        )
        today = local_date(now)
        shown = {
            "rows": rows,
            "waited": {one.id: (today - local_date(one.ready_at)).days for one in rows if one.ready_at},
            "people": accounts.load_people(session, [one.person_id for one in rows]),
            "names": {one.id: words.say(schemes.load(session, one.scheme_version_id).name) for one in rows},
            "count": count,
        }
        panels.append(Panel("ready", shown))
    tasks = waiting.to_assign(session)
    declared = declarations.count_waiting(session, owner=owner, besides=person)
    if declared:
        tasks.append(
            Task(
                ngettext("%(num)s declared training", "%(num)s declared trainings", declared),
                _("To be judged, so that the credits count."),
                url_for("declarations.to_judge"),
                "waiting",
            )
        )
    open_appeals = appeals.count_waiting(session)
    if open_appeals:
        tasks.append(
            Task(
                ngettext("%(num)s appeal", "%(num)s appeals", open_appeals),
                _("To be answered by somebody uninvolved."),
                url_for("awards.appeal_list"),
                "waiting",
            )
        )
    return Front(_("Who waits for a decision."), first, panels, tasks)
