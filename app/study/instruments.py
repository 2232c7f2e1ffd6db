"""Surveys and capability assessments: answered by one person, shown to others only together with others' answers."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from coursekit import Instrument
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import audit
from app.registrations.models import Registration
from app.study.models import InstrumentAnswer

FEWEST = 3
"""From so many respondents up answers are shown together, whatever a package says below it."""

ONE_ANSWERING = timedelta(minutes=10)


class Incomplete(ValueError):
    """Some dimensions have no level that the instrument knows; ``missing`` are their ids."""

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__(", ".join(missing))
        self.missing = tuple(missing)


@dataclass(frozen=True, slots=True)
class Together:
    """Several people's latest answers: how many answered, and the mean level of each dimension in tenths.

    ``means`` is empty while they are too few to be shown.
    """

    respondents: int
    needed: int
    means: Mapping[str, int]


def answer(
    session: Session,
    registration: Registration,
    instrument: Instrument,
    levels: Mapping[str, int],
    *,
    organisation: uuid.UUID | None,
    now: datetime,
) -> InstrumentAnswer:
    """Keep one answering; the same answers again within :data:`ONE_ANSWERING` are the same one.

    Raises :class:`Incomplete`, or ValueError for a level that there is not.
    """
    missing = [one.id for one in instrument.dimensions if one.id not in levels]
    if missing:
        raise Incomplete(missing)
    kept = dict(instrument.profile(levels))
    before = own(session, registration, instrument.id)
    if before and before[-1].levels == kept and now - before[-1].at < ONE_ANSWERING:
        return before[-1]
    made = InstrumentAnswer(
        registration_id=registration.id,
        organisation_id=organisation,
        course=registration.course,
        instrument=instrument.id,
        levels=kept,
        at=now,
    )
    session.add(made)
    session.flush()
    audit.record(
        session,
        "instrument.answered",
        by=registration.person_id,
        now=now,
        subject=made,
        person=registration.person_id,
        course=registration.course,
        instrument=instrument.id,
    )
    return made


def own(session: Session, registration: Registration, instrument: str) -> Sequence[InstrumentAnswer]:
    """The person's own answers, the first first."""
    rows = select(InstrumentAnswer).where(
        InstrumentAnswer.registration_id == registration.id, InstrumentAnswer.instrument == instrument
    )
    return session.scalars(rows.order_by(InstrumentAnswer.id)).all()


def together(session: Session, instrument: Instrument, *, course: str, organisation: uuid.UUID) -> Together:
    """What the people of one organisation answered last, as one profile; nothing but their number while too few."""
    rows = (
        select(Registration.person_id, InstrumentAnswer.levels)
        .join(Registration, Registration.id == InstrumentAnswer.registration_id)
        .where(
            InstrumentAnswer.organisation_id == organisation,
            InstrumentAnswer.course == course,
            InstrumentAnswer.instrument == instrument.id,
        )
        .order_by(InstrumentAnswer.id)
    )
    latest: dict[uuid.UUID, Mapping[str, int]] = {row.person_id: row.levels for row in session.execute(rows)}
    needed = max(FEWEST, instrument.shown_from)
    means: dict[str, int] = {}
    for dimension in instrument.dimensions:
        given = [levels[dimension.id] for levels in latest.values() if dimension.id in levels]
        if len(given) >= needed:
            means[dimension.id] = round(10 * sum(given) / len(given))
    return Together(len(latest), needed, means if len(latest) >= needed else {})
