"""Plan a session, change it, open it for booking, cancel it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import audit
from app.accounts import invitations as inviting
from app.accounts import service as accounts
from app.accounts.errors import Refused
from app.accounts.models import Invitation, Person
from app.clock import local_date
from app.deliveries import letters, licensed
from app.deliveries.models import MOST_SEATS, Booking, Delivery
from app.learners import service as learners
from app.organisations import service as organisations
from app.schemes import service as schemes
from app.ui import formatting

#: A certificate that comes with this role lets a person lead sessions.
LEADING = "coach"
LONGEST = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is decided about a session: which course, when, where, for how many."""

    course: str
    title: Mapping[str, str]
    starts: datetime
    ends: datetime
    zone: str
    minutes: int
    capacity: int
    place: str = ""
    online_link: str = ""


def instant(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The instant that people in ``zone`` mean. Raises :class:`Refused` for a time that the clocks skip there."""
    meant = datetime.combine(day, clock, zone)
    if meant.astimezone(ZoneInfo("UTC")).astimezone(zone).replace(tzinfo=None) != meant.replace(tzinfo=None):
        raise Refused(
            "skipped", _l("The clocks go forward that night, so that time does not exist. Choose another.")
        )
    return meant.astimezone(ZoneInfo("UTC"))


def authorised(session: Session, person: uuid.UUID, *, on: date, known_at: datetime) -> bool:
    """Whether the person may lead sessions on that day: an authorising certificate is active then."""
    owner = organisations.scheme_owner(session).id
    return any(
        learners.holds(session, owner=owner, person=person, scheme=scheme, on=on, known_at=known_at)
        for scheme in schemes.granting(session, LEADING)
    )


def demand_authorised(
    session: Session, trainer: uuid.UUID, starts: datetime, zone: ZoneInfo, now: datetime
) -> None:
    """Raise :class:`Refused` ``authorised`` unless the trainer may lead on the day of ``starts``."""
    on = local_date(starts, zone)
    if authorised(session, trainer, on=on, known_at=now):
        return
    person = session.get_one(Person, trainer)
    raise Refused(
        "authorised",
        _l(
            "%(name)s has no certificate that lets them lead sessions on %(day)s. Choose another day or trainer.",
            name=person.name,
            day=formatting.day(on),
        ),
    )


def busy(
    session: Session, person: uuid.UUID, starts: datetime, ends: datetime, *, besides: uuid.UUID | None = None
) -> Delivery | None:
    """A session that the person leads or is booked in and that overlaps this time, or None."""
    overlaps = (
        (Delivery.starts < ends) & (Delivery.ends > starts) & Delivery.state.in_(("draft", "open", "held"))
    )
    here = select(Booking.delivery_id).where(
        Booking.person_id == person, Booking.state.in_(("booked", "partial", "full"))
    )
    wanted = select(Delivery).where(overlaps, (Delivery.trainer_id == person) | Delivery.id.in_(here))
    if besides is not None:
        wanted = wanted.where(Delivery.id != besides)
    return session.scalars(wanted.limit(1)).first()


def demand_free(
    session: Session, person: Person, starts: datetime, ends: datetime, *, besides: uuid.UUID | None = None
) -> None:
    """Raise :class:`Refused` ``busy`` where the person is in another session at that time."""
    other = busy(session, person.id, starts, ends, besides=besides)
    if other is not None:
        raise Refused(
            "busy",
            _l(
                "%(name)s is already in a session at that time: %(time)s.",
                name=person.name,
                time=formatting.session(other.starts, other.ends, zone=other.tz),
            ),
        )


def _checked(plan: Plan, *, seats_taken: int) -> None:
    length = plan.ends - plan.starts
    if length <= timedelta(0):
        raise Refused("ends", _l("The session ends before it starts. Change one of the times."))
    if length > LONGEST:
        raise Refused("ends", _l("A session lasts at most 24 hours. Plan one for each day."))
    if not 0 < plan.minutes <= length.total_seconds() // 60:
        longest = int(length.total_seconds() // 60)
        raise Refused(
            "minutes",
            _l("The session lasts %(longest)s minutes, so at most that many can count.", longest=longest),
        )
    if not 1 <= plan.capacity <= MOST_SEATS:
        raise Refused("capacity", _l("Write a number of places from 1 to %(most)s.", most=MOST_SEATS))
    if plan.capacity < seats_taken:
        raise Refused(
            "capacity", _l("%(count)s are booked already. There must be room for them.", count=seats_taken)
        )
    if not plan.place.strip() and not plan.online_link.strip():
        raise Refused("place", _l("Write a place, or a link to the online meeting."))
    if len(plan.place) > 300:
        raise Refused("place", _l("The place is longer than 300 characters. Shorten it."))
    link = urlsplit(plan.online_link.strip())
    if plan.online_link.strip() and (
        link.scheme != "https" or not link.netloc or len(plan.online_link) > 500
    ):
        raise Refused("online_link", _l("Write the whole link, beginning with https://."))


def _take(delivery: Delivery, plan: Plan) -> None:
    delivery.course, delivery.title = plan.course, dict(plan.title)
    delivery.starts, delivery.ends, delivery.zone = plan.starts, plan.ends, plan.zone
    delivery.minutes, delivery.capacity = plan.minutes, plan.capacity
    delivery.place, delivery.online_link = " ".join(plan.place.split()), plan.online_link.strip()


def plan_session(
    session: Session,
    plan: Plan,
    *,
    trainer: uuid.UUID,
    municipality: uuid.UUID,
    provider: uuid.UUID | None = None,
    by: uuid.UUID,
    now: datetime,
) -> Delivery:
    """A new session, still a draft. ``provider`` left out is the trainer's own organisation.

    Raises :class:`Refused`: ``ends``, ``minutes``, ``capacity``, ``place``, ``online_link``, ``past``,
    ``authorised`` (the trainer has no certificate for it that day), ``busy`` or ``licence``.
    """
    _checked(plan, seats_taken=0)
    if plan.ends <= now:
        raise Refused("past", _l("That time has passed. Choose a day to come."))
    person = session.get_one(Person, trainer)
    demand_authorised(session, trainer, plan.starts, ZoneInfo(plan.zone), now)
    demand_free(session, person, plan.starts, plan.ends)
    delivery = Delivery(
        trainer_id=trainer,
        municipality_id=municipality,
        provider_id=provider or person.organisation_id or organisations.scheme_owner(session).id,
        created_by=by,
        created_at=now,
        booked=0,
        state="draft",
    )
    _take(delivery, plan)
    licensed.demand_licence(session, delivery, now=now)
    session.add(delivery)
    session.flush()
    audit.record(session, "session.planned", by=by, now=now, subject=delivery, organisation=municipality)
    return delivery


def change_session(
    session: Session, delivery: Delivery, plan: Plan, *, by: uuid.UUID, now: datetime
) -> Delivery:
    """Change what was planned; the booked get a mail where time or place is new.

    Raises :class:`Refused` as :func:`plan_session` does, and ``over`` once it is held or cancelled.
    """
    lock(session, delivery)
    if delivery.state not in ("draft", "open"):
        raise Refused("over", _l("The session is over, so it cannot be changed."))
    _checked(plan, seats_taken=delivery.booked)
    if (plan.starts, plan.ends) != (delivery.starts, delivery.ends):
        if plan.ends <= now:
            raise Refused("past", _l("That time has passed. Choose a day to come."))
        demand_authorised(session, delivery.trainer_id, plan.starts, ZoneInfo(plan.zone), now)
        trainer = session.get_one(Person, delivery.trainer_id)
        demand_free(session, trainer, plan.starts, plan.ends, besides=delivery.id)
    before = (delivery.starts, delivery.ends, delivery.place, delivery.online_link)
    licensed_as = (delivery.course, local_date(delivery.starts, delivery.tz))
    _take(delivery, plan)
    session.flush()
    if licensed_as != (delivery.course, local_date(delivery.starts, delivery.tz)):
        licensed.move(session, delivery, by=by, now=now)
    moved = before != (delivery.starts, delivery.ends, delivery.place, delivery.online_link)
    audit.record(
        session,
        "session.changed",
        by=by,
        now=now,
        subject=delivery,
        organisation=delivery.municipality_id,
        moved=moved,
    )
    if moved and delivery.state == "open":
        for person in _concerned(session, delivery):
            letters.send(session, "changed", delivery, to=person, now=now)
    return delivery


def open_session(session: Session, delivery: Delivery, *, by: uuid.UUID, now: datetime) -> None:
    """Let people book. Opening an open session changes nothing."""
    lock(session, delivery)
    if delivery.state == "open":
        return
    if delivery.state != "draft" or delivery.ends <= now:
        raise Refused("over", _l("The session is over, so it cannot be changed."))
    demand_authorised(session, delivery.trainer_id, delivery.starts, delivery.tz, now)
    licensed.demand_licence(session, delivery, now=now)
    delivery.state = "open"
    audit.record(
        session, "session.opened", by=by, now=now, subject=delivery, organisation=delivery.municipality_id
    )


def cancel_session(
    session: Session, delivery: Delivery, *, reason: str, by: uuid.UUID, now: datetime
) -> list[Person]:
    """Cancel it, tell everybody who is booked or invited; who was told."""
    lock(session, delivery)
    reason = " ".join(reason.split())
    if delivery.state == "cancelled":
        return []
    if delivery.state == "held":
        raise Refused("over", _l("The session has been held, so it cannot be cancelled."))
    if len(reason) > 500:
        raise Refused("reason", _l("The reason is longer than 500 characters. Shorten it."))
    told = _concerned(session, delivery)
    was_open = delivery.state == "open"
    delivery.state, delivery.cancelled_at, delivery.cancel_reason = "cancelled", now, reason
    live = select(Booking).where(Booking.delivery_id == delivery.id, Booking.state != "cancelled")
    for booking in session.scalars(live):
        booking.state, booking.changed_at = "cancelled", now
    delivery.booked = 0
    session.flush()
    licensed.give_back(session, delivery, rule="cancelled", by=by, now=now)
    for invitation in open_invitations(session, delivery):
        inviting.revoke(session, invitation, by=by, now=now)
    audit.record(
        session, "session.cancelled", by=by, now=now, subject=delivery, organisation=delivery.municipality_id
    )
    if not was_open:
        return []
    for person in told:
        letters.send(session, "cancelled", delivery, to=person, now=now)
    return told


def open_invitations(session: Session, delivery: Delivery) -> Sequence[Invitation]:
    """Invitations to an account that were sent for this session and not yet accepted, oldest first."""
    wanted = select(Invitation).where(
        Invitation.target_key == f"delivery:{delivery.id}", Invitation.state == "sent"
    )
    return session.scalars(wanted.order_by(Invitation.id)).all()


def lock(session: Session, delivery: Delivery) -> None:
    """Hold the session's row until the transaction ends, and read it as it is now."""
    session.flush()
    session.flush()  # what has not been written would be forgotten by reading anew
    session.refresh(delivery, with_for_update=True)


def _concerned(session: Session, delivery: Delivery) -> list[Person]:
    """Everybody who is booked, asked or co-leading, by name."""
    live = select(Booking.person_id).where(Booking.delivery_id == delivery.id, Booking.state != "cancelled")
    people = accounts.load_people(session, session.scalars(live))
    return sorted(people.values(), key=lambda one: organisations.swedish_key(one.name))
