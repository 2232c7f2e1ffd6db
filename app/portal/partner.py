"""A partner's own page: courses and versions, use this month, seats left, income, ratings, requests that wait."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date

from coursekit import Course, say
from flask import current_app, render_template

from app import clock, i18n
from app.access import organisations_for, permission
from app.db import db
from app.deliveries import feedback
from app.licensing import figures, income, market, publishers
from app.licensing.blueprint import acts_as_publisher, course_name, month_name
from app.organisations import service as organisations
from app.portal.blueprint import bp
from app.royalties import sums
from app.study import versions
from app.ui import formatting
from app.ui.charts import Column
from plugins.catalogue import Catalogue

SHOWN = 20
"""How many licences with few seats left are shown."""


@dataclass(frozen=True, slots=True)
class Row:
    """One course of the publisher. ``version`` is offered to new learners, ``waits`` a newer one that is not taken yet;
    ``rating``: how many answers, and their mean in hundredths."""

    id: str
    name: str
    version: str
    waits: str
    licences: int
    customers: int
    uses: int
    rating: tuple[int, int] | None


def _columns(use: figures.Use, today: date) -> list[Column]:
    """The month day by day; the days to come are left empty."""
    last = calendar.monthrange(today.year, today.month)[1]
    days = [today.replace(day=one) for one in range(1, last + 1)]
    return [
        Column(
            label=formatting.day(day),
            value=use.by_day.get(day, 0),
            mark=str(day.day) if day.day in (1, 10, 20, last) else "",
            open=day == today,
        )
        for day in days
    ]


@bp.get("/partner")
@permission("partner.read")
def partner() -> str:
    """The publisher's courses and what becomes of them; organisations by name, people not at all."""
    session, now = db.session(), clock.now()
    today, mine = clock.local_date(now), organisations_for("partner.read")
    catalogue: Catalogue = current_app.extensions["courses"]
    language = i18n.language()
    owned = {
        course: owner
        for course, owner in publishers.published(session).items()
        if mine is None or owner in mine
    }
    here: dict[str, Course] = {one.id: one for one in versions.offered(session, catalogue)}
    waiting = {now_.id: newer.version for now_, newer in versions.waiting(session, catalogue)}
    use = figures.use_of(session, mine, today)
    running = figures.in_force(session, mine, today)
    ratings = feedback.of_courses(session, owned)
    rows = [
        Row(
            id=course,
            name=say(here[course].title, language) if course in here else course,
            version=here[course].version if course in here else "",
            waits=waiting.get(course, ""),
            licences=running.get(course, (0, 0))[0],
            customers=running.get(course, (0, 0))[1],
            uses=use.by_course.get(course, 0),
            rating=ratings.get(course),
        )
        for course in owned
    ]
    royalties = sums.owed(session, mine)
    receives = any(one.owed for one in royalties)
    left = figures.least_left(session, mine, today, limit=SHOWN)
    places = organisations.organisations(session, among=frozenset(one.licensee_id for one in left))
    return render_template(
        "portal/partner.html",
        courses=sorted(rows, key=lambda one: organisations.swedish_key(one.name)),
        use=use,
        columns=_columns(use, today),
        today=today,
        left=left,
        names={one.id: one.name for one in places},
        course_name=course_name,
        month_name=month_name,
        earned=income.earned(session, mine),
        royalties=royalties,
        receiving=organisations.organisations(session, among=mine) if mine and receives else [],
        sells_for=acts_as_publisher(),
        waits=market.waiting(session, publishing=acts_as_publisher(), asking=frozenset()),
        fewest=feedback.FEWEST_OF_COURSE,
    )
