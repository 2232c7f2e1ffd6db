"""A candidate seen at work: an examiner without a tie to them writes down what they saw, and it counts."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import audit
from app.accounts.errors import Refused
from app.accounts.models import Person
from app.accounts.service import find_person, has_role, load_people
from app.assessments import conflicts, letters
from app.assessments.grading import COMMENT_LIMIT
from app.assessments.models import Observation
from app.clock import local_date
from app.db import new_id
from app.events import SessionObserved
from app.learners import standing
from app.learners.models import Candidacy
from app.ledger import service as ledger
from app.rules.criteria import Observed
from app.rules.scheme import walk

ASPECTS: Mapping[str, LazyString] = {
    "frame": _l("Frames the work: purpose, roles and time are clear to all"),
    "listening": _l("Listens, and asks questions that open"),
    "lead": _l("Leads the group: everybody takes part, and tension is met"),
    "passing_on": _l("Passes it on: the others can go on by themselves"),
}
LEVELS: Mapping[int, LazyString] = {2: _l("Clearly"), 1: _l("In part"), 0: _l("Not yet")}
OLDEST = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Held:
    """A session that a candidate leads, to choose from."""

    id: uuid.UUID
    name: str
    starts: datetime


Sessions = Callable[[Session, uuid.UUID], Sequence[Held]]
"""The sessions that a person leads; handed in by the room that knows them."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the examiner writes down. ``delivery`` is the session where it is one of the service's."""

    kind: str
    began: datetime
    answers: Mapping[str, int]
    comment: str
    passed: bool
    place: str = ""
    delivery: uuid.UUID | None = None


def _asks_to_be_observed(session: Session, candidacy: Candidacy) -> bool:
    criteria = standing.criteria_of(session, candidacy)
    return any(isinstance(part, Observed) for criterion in criteria for part in walk(criterion))


def find_candidate(
    session: Session, email: str, *, examiner: uuid.UUID, now: datetime
) -> tuple[Person, Candidacy]:
    """The candidate with this address, and the candidacy for which ``examiner`` may observe them.

    Raises :class:`Refused`: ``email`` (nobody here who can be observed, whatever the reason) or ``conflict``.
    """
    person = find_person(session, email)
    on = local_date(now)
    open_ones = (
        session.scalars(
            select(Candidacy)
            .where(Candidacy.person_id == person.id, Candidacy.state == "open")
            .order_by(Candidacy.applied_at.desc(), Candidacy.id.desc())
        ).all()
        if person is not None
        else ()
    )
    for candidacy in open_ones:
        if person is None or not _asks_to_be_observed(session, candidacy):
            continue
        if has_role(session, examiner, "examiner", on, scheme=candidacy.scheme):
            conflicts.demand_none(
                session, examiner=examiner, candidate=person.id, scheme=candidacy.scheme, now=now
            )
            return person, candidacy
    raise Refused(
        "email",
        _l("We find no candidate with that address who is to be observed. Check how it is spelt, and ask the "
           "candidate which address they use here."),
    )  # fmt: skip


def check(seen: Seen, *, sessions: Sequence[Held] = (), now: datetime) -> None:
    """Raises :class:`Refused`: ``began``, ``delivery``, ``answers``, ``comment`` or ``outcome``."""
    if seen.began > now:
        raise Refused("began", _l("That time has not come yet. Write down what you saw when it is over."))
    if seen.began < now - OLDEST:
        raise Refused(
            "began", _l("It is more than 90 days ago. An observation is written down while it is fresh.")
        )
    if seen.delivery is not None:
        held = next((one for one in sessions if one.id == seen.delivery), None)
        if held is None or local_date(held.starts) != local_date(seen.began):
            raise Refused("delivery", _l("The candidate leads no such session on that day. Choose another."))
    if set(seen.answers) != set(ASPECTS) or not set(seen.answers.values()) <= set(LEVELS):
        raise Refused("answers", _l("Choose an answer for every part."))
    if seen.passed and 0 in seen.answers.values():
        raise Refused(
            "outcome",
            _l("Something is “not yet” there, so it cannot be passed. Change the answer or the outcome."),
        )
    if not seen.comment.strip():
        raise Refused("comment", _l("Write some words to the candidate: what is good, and what to work on."))
    if len(seen.comment) > COMMENT_LIMIT:
        raise Refused("comment", _l("A comment is longer than 5,000 characters. Shorten it."))


def observe(
    session: Session,
    candidacy: Candidacy,
    seen: Seen,
    *,
    sessions: Sequence[Held] = (),
    by: uuid.UUID,
    now: datetime,
) -> Observation:
    """Write the observation down for good; it counts, and the candidate gets a mail.

    Raises :class:`Refused`: ``conflict``, ``twice`` and what :func:`check` raises.
    """
    person = candidacy.person_id
    if candidacy.state != "open" or not _asks_to_be_observed(session, candidacy):
        raise Refused("closed", _l("The candidate no longer needs an observation."))
    conflicts.demand_none(session, examiner=by, candidate=person, scheme=candidacy.scheme, now=now)
    check(seen, sessions=sessions, now=now)
    made = Observation(
        id=new_id(),
        owner_id=candidacy.owner_id,
        person_id=person,
        candidacy_id=candidacy.id,
        examiner_id=by,
        kind=seen.kind,
        delivery_id=seen.delivery,
        began_at=seen.began,
        place=seen.place.strip(),
        answers=dict(seen.answers),
        comment=seen.comment.strip(),
        passed=seen.passed,
        at=now,
    )
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:
        raise Refused("twice", _l("You have already written down this observation.")) from None
    event = SessionObserved(
        id=made.id,
        person=person,
        at=seen.began,
        observation=made.id,
        delivery=seen.delivery,
        examiner=by,
        passed=seen.passed,
    )
    ledger.record(session, event, by=by, now=now, owner=candidacy.owner_id)
    audit.record(
        session,
        "session.observed",
        by=by,
        now=now,
        subject=made,
        person=person,
        organisation=candidacy.owner_id,
        passed=seen.passed,
    )
    letters.to_observed(session, made, now=now)
    return made


def of_person(session: Session, person: uuid.UUID) -> Sequence[Observation]:
    """What examiners saw of a person, newest first."""
    mine = select(Observation).where(Observation.person_id == person)
    return session.scalars(mine.order_by(Observation.began_at.desc(), Observation.id.desc())).all()


def by_examiner(
    session: Session, examiner: uuid.UUID, *, limit: int = 20
) -> list[tuple[Observation, Person]]:
    """What an examiner wrote down lately, newest first, with whom they saw."""
    mine = select(Observation).where(Observation.examiner_id == examiner)
    found = session.scalars(
        mine.order_by(Observation.began_at.desc(), Observation.id.desc()).limit(limit)
    ).all()
    people = load_people(session, [one.person_id for one in found])
    return [(one, people[one.person_id]) for one in found]
