"""What waits for a person in the rooms where something is signed or judged, as tasks for the first page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from app.assessments import assigning
from app.coaching import service as coaching
from app.licensing import market
from app.licensing.blueprint import acts_as_licensee, acts_as_publisher
from app.portal import words
from app.portal.fronts.front import Task


def hours(session: Session, person: UUID, now: datetime) -> list[Task]:
    """Hours that the client corrected, refused or never got, and mentor coaching to confirm."""
    texts: dict[str, Callable[[], str]] = {
        "corrected": lambda: _("The client proposes other figures. Accept them or withdraw the hours."),
        "refused": lambda: _(
            "The client did not confirm. Read why, and log the hours anew if they were wrong."
        ),
    }
    undelivered = _("The letter to the client did not arrive. Correct the address and send it again.")
    tasks = []
    for one in coaching.waiting_for_coach(session, person, now=now):
        say = texts.get(one.row.state)
        tasks.append(
            Task(
                _("Coaching hours with %(client)s", client=one.client),
                say() if say else undelivered,
                url_for("coaching.row", hours_id=one.row.id),
                "disputed" if one.row.state == "refused" else "waiting",
            )
        )
    for mentoring in coaching.mentoring_to_confirm(session, person):
        tasks.append(
            Task(
                _("Mentor coaching to confirm"),
                words.moment(mentoring.starts),
                url_for("coaching.mentored", mentoring_id=mentoring.id),
                "waiting",
            )
        )
    return tasks


def to_assign(session: Session) -> list[Task]:
    """Work that has been handed in and has no examiner yet."""
    count = assigning.to_assign_count(session)
    if not count:
        return []
    return [
        Task(
            ngettext(
                "%(num)s piece of work needs an examiner", "%(num)s pieces of work need an examiner", count
            ),
            _("Choose somebody without ties to the candidate."),
            url_for("assessments.to_assign"),
            "waiting",
        )
    ]


def licence_requests(session: Session) -> list[Task]:
    """Requests for licences that wait for a step of the organisations for which the reader acts."""
    count = market.waiting(session, publishing=acts_as_publisher(), asking=acts_as_licensee())
    if not count:
        return []
    return [
        Task(
            ngettext(
                "%(num)s request for a licence waits for you",
                "%(num)s requests for licences wait for you",
                count,
            ),
            _("To offer, to answer or to sign."),
            url_for("licensing.licence_requests"),
            "waiting",
        )
    ]
