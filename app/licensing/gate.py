"""The gate: who may begin with a course that needs a licence, who may go on, and who may give it.

Every door to a course's content takes one of these gates (``Catalogue.course(..., gate=)``); a test of the house
finds whoever brings another. Beginning is always decided on what the database says at that moment. For going on, what
was read is remembered for :data:`REMEMBERED` seconds in each process, so that a page costs next to nothing: a licence
that is stopped stops everywhere within that time.

Nothing here takes anything away that somebody has earned: their results and their own words have a gate of their own,
:func:`own_results`, which asks for no licence.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from coursekit import Course
from sqlalchemy import Date, Executable, bindparam, select
from sqlalchemy.orm import Session

from app.audit import AuditEvent
from app.clock import local_date
from app.licensing.models import LIVE, CoursePublisher, Licence, PublisherKey, Seat
from app.licensing.reasons import why
from app.licensing.signing import BadFile, check
from app.rules.entitlement import WAYS, Grant, Use, Verdict, choose, may_begin, may_go_on
from app.rules.terms import Terms
from plugins.catalogue import Gate, NotAllowed

REMEMBERED = 5.0
"""Seconds."""
MOST_REMEMBERED = 50_000
CLOCKS_DIFFER = timedelta(minutes=2)
"""So far the clocks of several servers may lie apart, or be set back by a time server, before it is worth telling."""
_IN_SESSIONS = tuple(kind for kind, ways in WAYS.items() if "session" in ways)

# What the doors ask for, put together once.
# Ids grow with the clock, so that what was done after it was turned back comes before what was done until then.
_LAST = select(AuditEvent.at).order_by(AuditEvent.id.desc()).limit(1)
_PUBLISHED = select(CoursePublisher.publisher_id, CoursePublisher.named_at).where(
    CoursePublisher.course == bindparam("course")
)
_GRANTS = select(
    Licence.id,
    Licence.licensee_id,
    Licence.content,
    Licence.stop,
    Licence.capacity,
    Licence.taken,
    PublisherKey.public_key,
).outerjoin(PublisherKey, PublisherKey.fingerprint == Licence.fingerprint)
_HELD_BY = _GRANTS.where(
    Licence.course == bindparam("course"), Licence.licensee_id.in_(bindparam("licensees", expanding=True))
)
_IN_FORCE = _HELD_BY.where(
    Licence.starts <= bindparam("day", type_=Date), Licence.ends >= bindparam("day", type_=Date)
)
_BEGUN_UNDER = _GRANTS.where(
    Licence.id
    == select(Seat.licence_id)
    .where(
        Seat.way == "study",
        Seat.use_id == bindparam("use"),
        Seat.person_id == bindparam("person"),
        Seat.state.in_(LIVE),
    )
    .scalar_subquery()
)

Value = TypeVar("Value")
_remembered: WeakKeyDictionary[Any, dict[Hashable, tuple[float, Any]]] = WeakKeyDictionary()


class NoLicence(NotAllowed):
    """No licence lets them; ``reason`` is one of ``app.rules.entitlement.REASONS`` or ``returned``."""

    def __init__(self, reason: str, course: str) -> None:
        super().__init__(reason)
        self.reason, self.course = reason, course

    def __str__(self) -> str:
        return str(why(self.reason))


def forget(session: Session) -> None:
    """Read everything anew: called by whatever changes a licence, a seat or a course's publisher."""
    _remembered.pop(session.get_bind(), None)


def _remember(session: Session, key: Hashable, read: Callable[[], Value]) -> Value:
    kept = _remembered.setdefault(session.get_bind(), {})
    found, now = kept.get(key), time.monotonic()
    if found is not None and now < found[0]:
        value: Value = found[1]
        return value
    if len(kept) >= MOST_REMEMBERED:
        kept.clear()
    value = read()
    kept[key] = (now + REMEMBERED, value)
    return value


# ---- the day that counts --------------------------------------------------------------------------


def clock_behind(session: Session, now: datetime) -> datetime | None:
    """The instant of the last thing done here, where the clock now says that it has yet to come; else None."""
    last = session.scalar(_LAST)
    return last if last is not None and last > now + CLOCKS_DIFFER else None


def today(session: Session, now: datetime) -> date:
    """The day by which licences are judged: a clock that was turned back, however little, does not bring an ended
    licence back."""
    last = _remember(session, "clock", lambda: session.scalar(_LAST))
    return local_date(max(now, last) if last else now)


# ---- licences as grants ---------------------------------------------------------------------------


@lru_cache(maxsize=5000)
def read_terms(content: bytes, public: bytes | None) -> Terms | None:
    """What a licence says, its signature checked once in each process; None where it does not hold."""
    try:
        return check(content, lambda _named: public).terms
    except BadFile:
        return None


def _grants(session: Session, asked: Executable, **values: Any) -> list[Grant]:
    return [
        Grant(
            id=one.id,
            licensee=one.licensee_id,
            terms=read_terms(bytes(one.content), bytes(one.public_key) if one.public_key else None),
            stop=one.stop,
            free=None if one.capacity is None else one.capacity - one.taken,
        )
        for one in session.execute(asked, values)
    ]


@dataclass(frozen=True, slots=True)
class Owned:
    """Whose licence a course needs, and since when."""

    publisher: uuid.UUID
    since: datetime


def _owned(session: Session, course: str) -> Owned | None:
    row = session.execute(_PUBLISHED, {"course": course}).first()
    return Owned(row.publisher_id, row.named_at) if row else None


# ---- beginning ------------------------------------------------------------------------------------


def _verdict(
    session: Session,
    course: str,
    sides: Sequence[tuple[uuid.UUID | None, str]],
    use: Callable[[str], Use],
) -> Verdict | None:
    """None where no licence is needed: nobody publishes the course, or one of the sides does.

    Licences that are in force on the day are read first; the others only to say why none lets them.
    """
    owned = _owned(session, course)
    if owned is None or any(organisation == owned.publisher for organisation, _ in sides):
        return None
    asked = {organisation: use(audience) for organisation, audience in reversed(sides) if organisation}
    if not asked:
        return choose([])
    day = next(iter(asked.values())).day
    in_force: dict[str, Any] = {"day": day}
    for wanted, more in ((_IN_FORCE, in_force), (_HELD_BY, {})):
        found = _grants(session, wanted, course=course, licensees=list(asked), **more)
        verdict = choose([(one, asked[one.licensee]) for one in found])
        if verdict.grant is not None:
            break
    return verdict


def to_study(
    session: Session, course: str, version: str, *, organisation: uuid.UUID | None, now: datetime
) -> Verdict | None:
    """Which licence lets somebody of ``organisation`` begin to study; None: none is needed."""
    day = today(session, now)
    return _verdict(
        session,
        course,
        [(organisation, "own_staff")],
        lambda audience: Use(way="study", day=day, audience=audience, version=version),
    )


def to_deliver(
    session: Session,
    course: str,
    *,
    receiver: uuid.UUID,
    provider: uuid.UUID,
    deliverer: tuple[uuid.UUID, uuid.UUID | None],
    day: date,
    now: datetime,
) -> Verdict | None:
    """Which licence lets the session of that day be given and booked: the receiver's own, else its provider's."""
    sides = [(receiver, "own_staff"), (provider, "customers")]
    day = max(day, today(session, now))
    return _verdict(
        session,
        course,
        sides,
        lambda audience: Use(way="session", day=day, audience=audience, deliverer=deliverer),
    )


def demand(verdict: Verdict | None, course: str) -> Grant | None:
    """The licence to use, None where none is needed. Raises :class:`NoLicence`."""
    if verdict is None:
        return None
    if verdict.grant is None:
        raise NoLicence(verdict.reason, course)
    return verdict.grant


# ---- going on -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Begun:
    """What lets somebody go on: a licence, nothing needed (``free``), or a seat that was given back."""

    grant: Grant | None
    free: bool = False
    reason: str = "none"


def _begun(
    session: Session,
    use: uuid.UUID,
    course: str,
    *,
    person: uuid.UUID,
    home: uuid.UUID | None,
    since: datetime,
) -> Begun:
    owned = _owned(session, course)
    if owned is None or home == owned.publisher or since < owned.since:
        return Begun(None, free=True)
    for grant in _grants(session, _BEGUN_UNDER, use=use, person=person):
        return Begun(grant)
    mine = (Seat.way == "study", Seat.use_id == use, Seat.person_id == person)
    had = session.scalar(select(Seat.id).where(*mine).limit(1))
    return Begun(None, reason="returned" if had else "none")


def going_on(
    session: Session,
    use: uuid.UUID,
    course: str,
    *,
    person: uuid.UUID,
    home: uuid.UUID | None,
    since: datetime,
    now: datetime,
) -> str:
    """Empty where the person may go on with what they began ``since``; else the reason why not."""
    begun = _remember(
        session,
        ("study", use, person, home),
        lambda: _begun(session, use, course, person=person, home=home, since=since),
    )
    if begun.free:
        return ""
    return may_go_on(begun.grant, today(session, now)) if begun.grant else begun.reason


# ---- those who give a course ----------------------------------------------------------------------


def guide_for(
    session: Session,
    *,
    home: uuid.UUID | None,
    leads: Callable[[str], bool],
    administers: bool,
    now: datetime,
) -> Gate:
    """Lets the facilitator's guide out to whoever administers courses, leads a session of the course, or belongs to
    its publisher or to a licensee whose licence is active."""

    def check_(course: Course) -> None:
        owned = _owned(session, course.id)
        if owned is None or administers or home == owned.publisher or leads(course.id):
            return
        day = today(session, now)
        mine = _grants(session, _HELD_BY, course=course.id, licensees=[home]) if home else []
        reasons = [
            may_go_on(one, day) or ("later" if one.terms and day < one.terms.starts else "") for one in mine
        ]
        if "" not in reasons:
            raise NoLicence(reasons[0] if reasons else "none", course.id)

    return check_


@dataclass(frozen=True, slots=True)
class Opening:
    """A licence under which somebody may give ``course`` today: to the ``licensee``'s own staff, or, where it is the
    deliverer's own organisation's, to its ``customers``. ``free`` None: without a limit."""

    id: uuid.UUID
    course: str
    licensee: uuid.UUID
    customers: bool
    ends: date
    free: int | None


def openings(
    session: Session,
    *,
    deliverer: tuple[uuid.UUID, uuid.UUID | None],
    day: date,
    before: uuid.UUID | None = None,
    limit: int = 50,
) -> tuple[list[Opening], uuid.UUID | None]:
    """Of the next ``limit`` licences in force, the newest first, those that let the deliverer (person, organisation)
    give a session that day; and from where to read on (None: that was the last)."""
    wanted = [Licence.starts <= day, Licence.ends >= day, Licence.stop == "", Licence.kind.in_(_IN_SESSIONS)]
    if before is not None:
        wanted.append(Licence.id < before)
    rows = session.execute(
        select(Licence.id, Licence.course).where(*wanted).order_by(Licence.id.desc()).limit(limit)
    ).all()
    courses = {row.id: row.course for row in rows}
    grants = (
        {one.id: one for one in _grants(session, _GRANTS.where(Licence.id.in_(courses)))} if courses else {}
    )
    found = []
    for id, course in courses.items():
        grant = grants[id]
        if grant.terms is None:
            continue
        for audience in grant.terms.teaches:
            use = Use(way="session", day=day, audience=audience, deliverer=deliverer)
            ours = audience == "own_staff" or grant.licensee == deliverer[1]
            if ours and not may_begin(grant, use):
                found.append(
                    Opening(id, course, grant.licensee, audience == "customers", grant.terms.ends, grant.free)
                )
    return found, rows[-1].id if len(rows) == limit else None


# ---- gates that ask for no licence, each with its reason ------------------------------------------


def appearance() -> Gate:
    """What a course looks like, and which names its parts have, is no content of it."""
    return lambda _course: None


def administration() -> Gate:
    """Whoever administers courses looks at what a version changes; nobody studies by that."""
    return lambda _course: None


# ---- for whoever asks why -------------------------------------------------------------------------


def explained(
    session: Session, course: str, licensee: uuid.UUID, *, now: datetime
) -> list[tuple[Grant, str]]:
    """Every licence of the licensee for the course, and what keeps its own staff from beginning today."""
    day = today(session, now)
    return [
        (one, _reason(one, day)) for one in _grants(session, _HELD_BY, course=course, licensees=[licensee])
    ]


def _reason(grant: Grant, day: date) -> str:
    if grant.terms is None:
        return "broken"
    way = "session" if grant.terms.kind == "attendees" else "study"
    return may_begin(grant, Use(way=way, day=day, audience=grant.terms.teaches[0]))  # type: ignore[arg-type]
