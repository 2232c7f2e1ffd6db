"""The figures that two people sign: when, how long, paid or not, how many. What can be true of them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.accounts.errors import Refused
from app.accounts.models import Person
from app.clock import STOCKHOLM, local_date
from app.coaching.models import (
    LARGEST_GROUP,
    LONGEST_MINUTES,
    MENTORING_TAKEN,
    TAKEN,
    Answer,
    Hours,
    Mentoring,
)
from app.organisations.models import Organisation
from app.rules.months import add_months
from app.ui import formatting

OLDEST_YEARS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """``starts`` is an instant; the hours last ``minutes`` of real time from there, whatever the clocks do."""

    starts: datetime
    minutes: int
    paid: bool = True
    group_size: int = 1

    @property
    def ends(self) -> datetime:
        return self.starts + timedelta(minutes=self.minutes)


def figures_of(row: Hours | Answer) -> Figures:
    """The figures of a logged row, or of a correction that the client proposed."""
    if row.starts is None or row.minutes is None or row.paid is None or row.group_size is None:
        raise ValueError("this answer proposes no figures")
    return Figures(starts=row.starts, minutes=row.minutes, paid=row.paid, group_size=row.group_size)


def instant(day: date, clock: time) -> datetime:
    """The instant that people in Stockholm mean; the first of two when the clocks go back.

    Raises :class:`Refused` ``skipped`` for a time that the clocks jump over.
    """
    meant = datetime.combine(day, clock, STOCKHOLM)
    known = meant.astimezone(UTC)
    if known.astimezone(STOCKHOLM).replace(tzinfo=None) != meant.replace(tzinfo=None):
        raise Refused(
            "skipped", _l("The clocks went forward that night, so that time does not exist. Write another.")
        )
    return known


def when(starts: datetime, ends: datetime, language: str | None = None) -> str:
    """Day and time in Stockholm: "3 mars 2027 kl. 09.00–10.30"."""
    return formatting.session(starts, ends, language, STOCKHOLM)


def stretch(starts: datetime, ends: datetime, *, now: datetime) -> str:
    """As short as a sentence likes it: "3 mars 09.00–10.30", with the year where it is not this year."""
    first = local_date(starts)
    if first != local_date(ends):
        return formatting.span(starts, ends, zone=STOCKHOLM)
    day = formatting.short_day(first) if first.year == local_date(now).year else formatting.day(first)
    return f"{day} {formatting.span(starts, ends, zone=STOCKHOLM).removeprefix('kl.').strip()}"


def check(figures: Figures, *, now: datetime) -> None:
    """Raise :class:`Refused` for figures that cannot be: ``minutes``, ``group_size``, ``future``, ``unfinished``
    or ``old``."""
    if not 1 <= figures.minutes <= LONGEST_MINUTES:
        raise Refused(
            "minutes",
            _l("Write how many minutes, between 1 and %(most)s.", most=formatting.number(LONGEST_MINUTES)),
        )
    if not 1 <= figures.group_size <= LARGEST_GROUP:
        raise Refused(
            "group_size", _l("Write how many you coached, between 1 and %(most)s.", most=LARGEST_GROUP)
        )
    if figures.starts > now:
        raise Refused("future", _l("That time has not come yet. Log the hours when they are over."))
    if figures.ends > now:
        raise Refused(
            "unfinished",
            _l(
                "With that many minutes it ends on %(when)s, which has not come yet. Change the time or the minutes.",
                when=formatting.moment(figures.ends, zone=STOCKHOLM),
            ),
        )
    oldest = add_months(local_date(now), -12 * OLDEST_YEARS)
    if local_date(figures.starts) < oldest:
        raise Refused(
            "old",
            _l(
                "Hours from before %(day)s cannot be logged, since nobody can check them any more.",
                day=formatting.day(oldest),
            ),
        )


def lock_people(session: Session, *people: uuid.UUID) -> None:
    """Hold these people's time for this transaction, so that no two rows can take the same minute."""
    wanted = select(Person.id).where(Person.id.in_(people)).order_by(Person.id)
    session.execute(wanted.with_for_update()).all()


def demand_free(
    session: Session,
    person: uuid.UUID,
    starts: datetime,
    ends: datetime,
    *,
    now: datetime,
    besides: uuid.UUID | None = None,
    group_of: uuid.UUID | None = None,
    theirs: str = "",
) -> None:
    """Raise :class:`Refused` ``overlap`` where the person's coaching or mentoring takes some of that time.

    ``besides`` leaves one row out. ``group_of`` is the mentor of a group: the same hour with others of the group
    is no overlap. ``theirs`` is the person's name where somebody else logs. Call :func:`lock_people` first.
    """
    hours = select(Hours, Organisation.name).join(Organisation, Organisation.id == Hours.client_id)
    hours = hours.where(
        Hours.person_id == person, Hours.state.in_(TAKEN), Hours.starts < ends, Hours.ends > starts
    )
    if besides is not None:
        hours = hours.where(Hours.id != besides)
    if found := session.execute(hours.order_by(Hours.starts).limit(1)).first():
        row, client = found
        if theirs:
            raise _theirs(theirs)
        raise Refused(
            "overlap",
            _l(
                "The hours overlap with %(when)s with %(client)s. Change the time or remove the other row.",
                when=stretch(row.starts, row.ends, now=now),
                client=client,
            ),
        )
    held = select(Mentoring).where(
        or_(Mentoring.mentor_id == person, Mentoring.mentee_id == person),
        Mentoring.state.in_(MENTORING_TAKEN),
        Mentoring.starts < ends,
        Mentoring.ends > starts,
    )
    if besides is not None:
        held = held.where(Mentoring.id != besides)
    for one in session.scalars(held.order_by(Mentoring.starts)):
        alike = not one.one_to_one and (one.starts, one.ends) == (starts, ends)
        if alike and group_of is not None and one.mentor_id == group_of == person:
            continue
        if theirs:
            raise _theirs(theirs)
        raise Refused(
            "overlap",
            _l(
                "The hours overlap with mentor coaching on %(when)s. Change the time or remove the other row.",
                when=stretch(one.starts, one.ends, now=now),
            ),
        )


def _theirs(name: str) -> Refused:
    return Refused(
        "overlap",
        _l("%(name)s has already logged other hours at that time. Change the time, or ask them.", name=name),
    )
