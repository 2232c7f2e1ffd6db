"""How licences are used, in figures: by day for who sold them, and how long seats will last for who holds them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from sqlalchemy import ColumnElement, Integer, Row, cast, extract, func, select
from sqlalchemy.orm import Session

from app.clock import STOCKHOLM, local_date
from app.licensing.models import Licence, Seat, UsageLine
from app.rules.forecast import Forecast, forecast, since

HOUR = 3600


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


def use_of(session: Session, publishers: frozenset[uuid.UUID] | None, month: str) -> Use:
    """What was used in ``month`` under the licences of these publishers (None: all). Lines are added up by the
    database by the hour, since its days are not those of people here."""
    hour = cast(func.floor(extract("epoch", UsageLine.recorded_at) / HOUR), Integer)
    rows = (
        select(Licence.course, hour.label("hour"), func.sum(UsageLine.quantity).label("net"))
        .join(UsageLine, UsageLine.licence_id == Licence.id)
        .where(UsageLine.month == month, *_sold_by(publishers))
        .group_by(Licence.course, hour)
    )
    courses: dict[str, int] = {}
    days: dict[date, int] = {}
    for row in session.execute(rows):
        net = int(row.net)
        day = local_date(datetime.fromtimestamp(row.hour * HOUR, UTC))
        courses[row.course] = courses.get(row.course, 0) + net
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
    running = {one.id: one for one in licences if one.capacity is not None and one.state(today) == "active"}
    if not running:
        return {}
    first = {one.id: max(one.starts, local_date(one.installed_at)) for one in running.values()}
    earliest = datetime.combine(min(since(day, today) for day in first.values()), time(), STOCKHOLM)
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
