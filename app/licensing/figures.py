"""How licences are used, in figures: by day for who sold them, and how long seats will last for who holds them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Integer, Row, cast, extract, func, select
from sqlalchemy.orm import Session

from app.clock import STOCKHOLM, local_date
from app.licensing.models import Licence, Seat, UsageLine
from app.licensing.portal_models import UseDay
from app.rules.forecast import Forecast, forecast, since

HOUR = 3600
KEPT_BACK = 366
"""Days that are added up where none has been before."""


@dataclass(frozen=True, slots=True)
class Use:
    """Uses of a month, less corrections, by course and by day."""

    by_course: Mapping[str, int]
    by_day: Mapping[date, int]

    @property
    def total(self) -> int:
        return sum(self.by_day.values())


def _sold_by(publishers: frozenset[uuid.UUID] | None) -> list[ColumnElement[bool]]:
    return [] if publishers is None else [Licence.publisher_id.in_(publishers)]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), STOCKHOLM)


def lines_by_day(
    session: Session, publishers: frozenset[uuid.UUID] | None, first: date, before: date
) -> Mapping[tuple[uuid.UUID, str, date], int]:
    """Uses less corrections, recorded from ``first`` until ``before`` began, by publisher, course and day.

    Lines are added up by the database by the hour, since its days are not those of people here; and first by licence,
    so that no more licences are looked up than were used.
    """
    # Named as a column alone, it leads SQLite through everything that the publisher ever sold.
    seller = func.coalesce(Licence.publisher_id, Licence.publisher_id)
    theirs = [] if publishers is None else [seller.in_(publishers)]
    hour = cast(func.floor(extract("epoch", UsageLine.recorded_at) / HOUR), Integer).label("hour")
    lines = (
        select(UsageLine.licence_id, hour, func.sum(UsageLine.quantity).label("net"))
        .where(UsageLine.recorded_at >= _midnight(first), UsageLine.recorded_at < _midnight(before))
        .group_by(UsageLine.licence_id, hour)
        .subquery()
    )
    rows = (
        select(
            Licence.publisher_id,
            Licence.course,
            lines.c.hour,
            cast(func.sum(lines.c.net), Integer).label("net"),
        )
        .select_from(lines)
        .join(Licence, Licence.id == lines.c.licence_id)
        .where(*theirs)
        .group_by(Licence.publisher_id, Licence.course, lines.c.hour)
    )
    found: dict[tuple[uuid.UUID, str, date], int] = {}
    for row in session.execute(rows):
        day = local_date(datetime.fromtimestamp(row.hour * HOUR, UTC))
        key = (row.publisher_id, row.course, day)
        found[key] = found.get(key, 0) + row.net
    return found


def keep_days(session: Session, *, today: date) -> None:
    """Add up the days that are over and were not added up yet, the last year's at most."""
    last = session.scalar(select(func.max(UseDay.day)))
    first = last + timedelta(days=1) if last else today - timedelta(days=KEPT_BACK)
    found = lines_by_day(session, None, first, today)
    session.add_all(
        UseDay(publisher_id=publisher, course=course, day=day, net=net)
        for (publisher, course, day), net in found.items()
    )
    session.flush()


def use_of(session: Session, publishers: frozenset[uuid.UUID] | None, today: date) -> Use:
    """What was used this month under the licences of these publishers (None: all): days that are added up already, and
    the lines since."""
    first = today.replace(day=1)
    last = session.scalar(select(func.max(UseDay.day)))
    kept = select(UseDay.course, UseDay.day, UseDay.net).where(UseDay.day >= first)
    if publishers is not None:
        kept = kept.where(UseDay.publisher_id.in_(publishers))
    since_then = max(first, last + timedelta(days=1)) if last else first
    live = lines_by_day(session, publishers, since_then, today + timedelta(days=1))
    parts = [(row.course, row.day, row.net) for row in session.execute(kept)]
    parts += [(course, day, net) for (_publisher, course, day), net in live.items()]
    courses: dict[str, int] = {}
    days: dict[date, int] = {}
    for course, day, net in parts:
        courses[course] = courses.get(course, 0) + net
        days[day] = days.get(day, 0) + net
    return Use(courses, days)


def in_force(
    session: Session, publishers: frozenset[uuid.UUID] | None, today: date
) -> Mapping[str, tuple[int, int]]:
    """For each course: how many licences are in force today, and at how many organisations."""
    rows = (
        select(Licence.course, func.count(), func.count(Licence.licensee_id.distinct()))
        .where(Licence.starts <= today, Licence.ends >= today, Licence.stop == "", *_sold_by(publishers))
        .group_by(Licence.course)
    )
    return {row[0]: (row[1], row[2]) for row in session.execute(rows)}


def least_left(
    session: Session, publishers: frozenset[uuid.UUID] | None, today: date, *, limit: int
) -> Sequence[Row[tuple[uuid.UUID, uuid.UUID, str, int, int, date]]]:
    """The licences in force with the fewest seats left: id, licensee, course, capacity, taken, last day."""
    rows = (
        select(
            Licence.id,
            Licence.licensee_id,
            Licence.course,
            Licence.capacity,
            Licence.taken,
            Licence.ends,
        )
        .where(
            Licence.capacity.is_not(None),
            Licence.starts <= today,
            Licence.ends >= today,
            Licence.stop == "",
            *_sold_by(publishers),
        )
        .order_by(Licence.capacity - Licence.taken, Licence.id)
        .limit(limit)
    )
    return session.execute(rows).all()  # type: ignore[return-value]


def forecasts(session: Session, licences: Iterable[Licence], today: date) -> Mapping[uuid.UUID, Forecast]:
    """For each licence in force of which it can be said: when its seats run out at the pace of the last months."""
    running = {one.id: one for one in licences if one.capacity is not None and one.state(today) == "in_force"}
    if not running:
        return {}
    first = {one.id: max(one.starts, local_date(one.installed_at)) for one in running.values()}
    earliest = _midnight(min(since(day, today) for day in first.values()))
    rows = (
        select(Seat.licence_id, func.count())
        .where(
            Seat.licence_id.in_(running),
            Seat.state != "returned",
            Seat.reserved_at >= earliest,
        )
        .group_by(Seat.licence_id)
    )
    taken = {row[0]: row[1] for row in session.execute(rows)}
    found = {
        id: forecast(
            free=(one.capacity or 0) - one.taken,
            taken=taken.get(id, 0),
            first=first[id],
            last=one.ends,
            today=today,
        )
        for id, one in running.items()
    }
    return {id: one for id, one in found.items() if one is not None}
