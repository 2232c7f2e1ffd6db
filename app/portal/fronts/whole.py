"""An administrator's first page: the health of the whole."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.clock import local_date
from app.db import db
from app.organisations import service as organisations
from app.portal import overview, words
from app.portal.fronts import municipalities
from app.portal.fronts.front import Front, Panel, Task


def front(_person: UUID, now: datetime) -> Front:
    session, today = db.session(), local_date(now)
    owner = organisations.scheme_owner(session).id
    health = overview.health(session, now=now)
    steps = overview.funnel(session, owner=owner, now=now)
    funnel = [
        (_("Waiting invitations"), steps.invited, url_for("accounts.invitation_list", state="sent")),
        (_("Have an account"), steps.joined, url_for("accounts.people")),
        (_("On a path"), steps.candidates, url_for("portal.candidates")),
        (_("Ready for decision"), steps.ready, url_for("portal.candidates", state="ready")),
        (_("Certified"), steps.certified, url_for("awards.issued", show="in_force")),
    ]
    panels = [
        Panel("funnel", {"rows": funnel, "most": max(count for _label, count, _url in funnel) or 1}),
        Panel(
            "schemes",
            {"rows": overview.by_scheme(session, owner=owner, today=today), "say": words.say},
        ),
        Panel("health", {"health": health}),
    ]
    first = (
        _("Invite people"),
        _("One by one, or a whole list from a spreadsheet."),
        (_("Invite"), url_for("accounts.invitation_new")),
    )
    tasks = [*_failures(health), *municipalities.requests(None)]
    return Front(_("The whole at a glance."), first, panels, tasks)


def _failures(health: overview.Health) -> list[Task]:
    tasks = []
    if health.failed_jobs:
        tasks.append(
            Task(
                ngettext("%(num)s job has failed", "%(num)s jobs have failed", health.failed_jobs),
                _("See why, and try again."),
                url_for("portal.operations"),
                "undelivered",
            )
        )
    if health.failed_letters:
        tasks.append(
            Task(
                ngettext(
                    "%(num)s letter was not delivered",
                    "%(num)s letters were not delivered",
                    health.failed_letters,
                ),
                _("In the last seven days."),
                url_for("portal.operations"),
                "undelivered",
            )
        )
    return tasks
