"""The first pages of those who follow municipalities: a guide sees all of hers, a lead the own one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from app.access import organisations_for
from app.db import db
from app.journeys import progress
from app.journeys import service as journeys
from app.organisations import service as organisations
from app.portal import waiting, words
from app.portal.fronts.front import Front, Panel, Task


def guide(person: UUID, now: datetime) -> Front:
    """Who moves and who stands still in each municipality, and which new one waits for a guide."""
    session, scope = db.session(), organisations_for("municipality.follow")
    mine = journeys.municipalities_of(session, person) or organisations.organisations(
        session, kinds=("municipality",), among=scope
    )
    first = (
        _("Invite people"),
        _("One by one, or a whole list from a spreadsheet."),
        (_("Invite"), url_for("accounts.invitation_new")),
    )
    overviews = progress.overviews(session, mine, now=now)
    return Front(
        _("Your municipalities: who moves, who stands still."),
        first,
        [Panel("municipalities", {"rows": overviews})],
        requests(scope),
    )


def requests(scope: frozenset[UUID] | None) -> list[Task]:
    """Municipalities within ``scope`` (None: all) that wait for a guide."""
    return [
        Task(
            one.municipality.name,
            _("The municipality is new and needs a guide."),
            url_for("journeys.municipalities"),
            "waiting",
        )
        for one in journeys.open_requests(db.session())
        if scope is None or one.municipality.id in scope
    ]


def lead(_person: UUID, now: datetime) -> Front:
    """The own municipality's people on their paths."""
    session = db.session()
    own = organisations.organisations(
        session, kinds=("municipality",), among=organisations_for("municipality.lead")
    )
    panels = [
        Panel(
            "municipality",
            {
                "place": one,
                "guide": journeys.guide_of(session, one.id),
                "people": progress.of_municipality(session, one.id, now=now),
                "say": words.say,
            },
        )
        for one in own
    ]
    first = None
    if len(own) == 1:
        first = (
            _("See how your people get on"),
            _("How far everybody has come, who has been invited and who guides you."),
            (_("See your municipality"), url_for("journeys.municipality", organisation_id=own[0].id)),
        )
    lead_text = _("Your municipality's way: your people on their paths.")
    return Front(lead_text, first, panels, waiting.licence_requests(session))
