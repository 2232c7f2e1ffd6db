"""Who comes: invited by a list, booked by themselves, never more than there are seats."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import audit
from app.accounts import invitations as inviting
from app.accounts import service as accounts
from app.accounts.errors import Refused
from app.accounts.models import Person
from app.deliveries import letters, licensed
from app.deliveries.models import SEATED, Booking, Delivery
from app.deliveries.planning import demand_free, lock, open_invitations

MOST_ADDRESSES = 200


# ---- a seat ---------------------------------------------------------------------------------------


def _take_seat(session: Session, delivery: Delivery) -> bool:
    """Count one seat as taken if one is free at this very moment: one statement, so that no race can overfill."""
    free = update(Delivery).where(
        Delivery.id == delivery.id, Delivery.state == "open", Delivery.booked < Delivery.capacity
    )
    took = session.execute(
        free.values(booked=Delivery.booked + 1).execution_options(synchronize_session=False)
    )
    session.refresh(delivery)
    return bool(took.rowcount)  # type: ignore[attr-defined]


def _give_back(session: Session, delivery: Delivery) -> None:
    taken = update(Delivery).where(Delivery.id == delivery.id, Delivery.booked > 0)
    session.execute(taken.values(booked=Delivery.booked - 1).execution_options(synchronize_session=False))
    session.refresh(delivery)


def live_booking(session: Session, delivery: uuid.UUID, person: uuid.UUID) -> Booking | None:
    """The person's booking in the session that is not cancelled, in whatever role, or None."""
    return session.scalars(
        select(Booking).where(
            Booking.delivery_id == delivery, Booking.person_id == person, Booking.state != "cancelled"
        )
    ).first()


def gave_up(session: Session, delivery: uuid.UUID, person: uuid.UUID) -> bool:
    """Whether the person had a place in the session and has given it up."""
    mine = select(Booking.id).where(
        Booking.delivery_id == delivery, Booking.person_id == person, Booking.state == "cancelled"
    )
    return session.scalars(mine).first() is not None


def demand_open(delivery: Delivery, now: datetime) -> None:
    """Raise :class:`Refused` unless places can be booked now: ``draft``, ``cancelled`` or ``over``."""
    if delivery.state == "draft":
        raise Refused("draft", _l("Booking is not open yet. Come back later."))
    if delivery.state == "cancelled":
        raise Refused("cancelled", _l("The session is cancelled."))
    if delivery.state == "held" or delivery.ends <= now:
        raise Refused("over", _l("The session is over, so it cannot be booked."))


def book(session: Session, delivery: Delivery, *, person: uuid.UUID, by: uuid.UUID, now: datetime) -> Booking:
    """A seat for the person and a mail that says so; booking twice is booking once.

    Raises :class:`Refused`: ``draft``, ``cancelled``, ``over``, ``leads`` (they lead it), ``busy``, ``full`` or
    ``licence``.
    """
    demand_open(delivery, now)
    who = session.get_one(Person, person)
    found = live_booking(session, delivery.id, person)
    if delivery.trainer_id == person or (found is not None and found.role == "co"):
        raise Refused("leads", _l("You lead this session, so you cannot take part in it as well."))
    if found is not None and found.state != "requested":
        return found
    demand_free(session, who, delivery.starts, delivery.ends, besides=delivery.id)
    try:
        with session.begin_nested():
            if not _take_seat(session, delivery):
                demand_open(delivery, now)
                raise Refused(
                    "full", _l("The last place has just been taken. Ask the trainer for another session.")
                )
            licensed.reserve(session, delivery, person=person, by=by, now=now)
            if found is not None:
                found.state, found.booked_by, found.changed_at = "booked", by, now
            else:
                found = Booking(
                    delivery_id=delivery.id,
                    person_id=person,
                    role="participant",
                    state="booked",
                    booked_by=by,
                    created_at=now,
                    changed_at=now,
                )
                session.add(found)
            session.flush()
    except IntegrityError:  # a double click: the first one has the seat
        session.refresh(delivery)
        first = live_booking(session, delivery.id, person)
        if first is None:
            raise
        return first
    audit.record(
        session,
        "session.booked",
        by=by,
        now=now,
        subject=delivery,
        person=person,
        organisation=delivery.municipality_id,
    )
    letters.send(session, "booked", delivery, to=who, now=now)
    return found


def give_up(session: Session, delivery: Delivery, booking: Booking, *, by: uuid.UUID, now: datetime) -> None:
    """The booking ends and its seat is free again; not once the session is over or attendance is taken."""
    lock(session, delivery)
    session.refresh(booking)
    if booking.state == "cancelled":
        return
    if delivery.state not in ("draft", "open") or booking.state not in ("requested", "waitlisted", "booked"):
        raise Refused("over", _l("Attendance has been taken, so the booking stands."))
    seated = booking.role == "participant" and booking.state in SEATED
    booking.state, booking.changed_at = "cancelled", now
    session.flush()
    if seated:
        _give_back(session, delivery)
        licensed.give_back(session, delivery, person=booking.person_id, rule="cancelled", by=by, now=now)
    audit.record(
        session,
        "session.given_up",
        by=by,
        now=now,
        subject=delivery,
        person=booking.person_id,
        organisation=delivery.municipality_id,
    )


# ---- those who lead along -------------------------------------------------------------------------


def co_trainers(session: Session, delivery: Delivery) -> list[Booking]:
    """Who leads along with the trainer, in the order in which they were named."""
    wanted = select(Booking).where(
        Booking.delivery_id == delivery.id, Booking.role == "co", Booking.state != "cancelled"
    )
    return list(session.scalars(wanted.order_by(Booking.id)))


def add_co_trainer(
    session: Session, delivery: Delivery, *, email: str, share: int, by: uuid.UUID, now: datetime
) -> Booking:
    """Somebody with an account leads ``share`` percent of the session along with the trainer.

    Raises :class:`Refused`: ``over``, ``share`` (the shares leave the trainer nothing), ``unknown``, ``leads``,
    ``booked`` (takes part already) or ``busy``.
    """
    lock(session, delivery)
    if delivery.state not in ("draft", "open"):
        raise Refused("over", _l("The session is over, so it cannot be changed."))
    taken = sum(one.share or 0 for one in co_trainers(session, delivery))
    if share < 1 or taken + share > 99:
        raise Refused("share", _l("Write a share from 1 to %(most)s percent.", most=99 - taken))
    person = accounts.find_person(session, email)
    if person is None or person.closed_at is not None:
        raise Refused("unknown", _l("Nobody here has that address. Invite them to the service first."))
    if person.id == delivery.trainer_id:
        raise Refused("leads", _l("That is the trainer."))
    found = live_booking(session, delivery.id, person.id)
    if found is not None and found.role == "co":
        raise Refused("leads", _l("%(name)s is already a co-trainer.", name=person.name))
    if found is not None and found.state != "requested":
        raise Refused(
            "booked", _l("%(name)s is booked as a participant. Give up that place first.", name=person.name)
        )
    demand_free(session, person, delivery.starts, delivery.ends, besides=delivery.id)
    if found is not None:
        found.state, found.changed_at = "cancelled", now
        session.flush()
    booking = Booking(
        delivery_id=delivery.id,
        person_id=person.id,
        role="co",
        share=share,
        state="booked",
        booked_by=by,
        created_at=now,
        changed_at=now,
    )
    session.add(booking)
    session.flush()
    audit.record(
        session,
        "session.co_trainer",
        by=by,
        now=now,
        subject=delivery,
        person=person.id,
        organisation=delivery.municipality_id,
        share=share,
    )
    return booking


# ---- inviting -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Listed:
    """One row of a pasted list: its number, what was written, the name and address in it."""

    row: int
    written: str
    name: str
    email: str


class BadRows(ValueError):
    """Nobody was invited; ``rows`` says of each bad row its number, what stood there, and what to do."""

    def __init__(self, rows: Sequence[tuple[int, str, str]]) -> None:
        super().__init__(f"{len(rows)} bad rows")
        self.rows = tuple(rows)


@dataclass(frozen=True, slots=True)
class Asked:
    """How many were asked, and who was on the list but needed no asking."""

    sent: int
    already: tuple[str, ...]


def read_list(text: str) -> list[Listed]:
    """The rows of a pasted list: one address each, or several with commas or semicolons, with or without names.

    Raises :class:`BadRows` with every row that cannot be read, and :class:`Refused` ``empty`` or ``long``.
    """
    listed: list[Listed] = []
    bad: list[tuple[int, str, str]] = []
    seen: set[str] = set()
    for number, line in enumerate(text.splitlines(), start=1):
        for part in re.split(r"[;,\t]", line):
            written = part.strip()
            if not written:
                continue
            name, address = parseaddr(written) if "<" in written else ("", written)
            try:
                email = inviting.checked_email(address)
            except Refused as refused:
                if (
                    "@" in written or "@" not in line
                ):  # beside an address it is a name, as pasted from a sheet
                    bad.append((number, written[:80], str(refused)))
                continue
            if email not in seen:
                seen.add(email)
                listed.append(Listed(number, written, " ".join(name.split())[:200], email))
    if bad:
        raise BadRows(bad)
    if not listed:
        raise Refused("empty", _l("Paste at least one e-mail address."))
    if len(listed) > MOST_ADDRESSES:
        raise Refused("long", _l("Invite at most %(most)s people at a time.", most=MOST_ADDRESSES))
    return listed


def invite_list(session: Session, delivery: Delivery, text: str, *, by: uuid.UUID, now: datetime) -> Asked:
    """Ask everybody on a pasted list to come. Nothing is sent where one row is wrong.

    Who has an account gets a mail with the session's link; who has none gets an invitation to the service that
    leads on to the session. Raises :class:`BadRows` or :class:`Refused`.
    """
    demand_open(delivery, now)
    listed = read_list(text)
    bad: list[tuple[int, str, str]] = []
    already: list[str] = []
    sent = 0
    for one in listed:
        try:
            with session.begin_nested():
                asked = _ask(session, delivery, one, by=by, now=now)
        except Refused as refused:
            bad.append((one.row, one.written[:80], str(refused)))
            continue
        if asked:
            sent += 1
        else:
            already.append(one.email)
    if bad:
        raise BadRows(bad)
    audit.record(
        session,
        "session.invited",
        by=by,
        now=now,
        subject=delivery,
        organisation=delivery.municipality_id,
        sent=sent,
    )
    return Asked(sent, tuple(already))


def _ask(session: Session, delivery: Delivery, one: Listed, *, by: uuid.UUID, now: datetime) -> bool:
    person = accounts.find_person(session, one.email)
    if person is None:
        standing = inviting.standing_of(
            session,
            email=one.email,
            organisation=delivery.municipality_id,
            role="member",
            purpose="delivery",
            target=delivery.id,
            now=now,
        )
        if standing == "invited":
            return False
        inviting.invite(
            session,
            email=one.email,
            name=one.name,
            organisation=delivery.municipality_id,
            purpose="delivery",
            target=delivery.id,
            by=by,
            now=now,
        )
        return True
    if person.closed_at is not None:
        raise Refused("closed", _l("The account with that address is closed. Ask an administrator."))
    if person.id == delivery.trainer_id:
        raise Refused("leads", _l("That is the trainer."))
    if live_booking(session, delivery.id, person.id) is not None:
        return False
    session.add(
        Booking(
            delivery_id=delivery.id,
            person_id=person.id,
            role="participant",
            state="requested",
            booked_by=by,
            created_at=now,
            changed_at=now,
        )
    )
    session.flush()
    letters.send(session, "invitation", delivery, to=person, now=now, by=by)
    return True


def ask_for_link(session: Session, delivery: Delivery, *, email: str, now: datetime) -> None:
    """Somebody with the session's link but without an account asks to come: they get a mail, whoever they are.

    Those who have an account get the session's link once more, so that the answer on the page tells nobody who
    has one. No more than three open invitations per seat are sent this way. Raises :class:`Refused`.
    """
    demand_open(delivery, now)
    address = inviting.checked_email(email)
    person = accounts.find_person(session, address)
    if person is not None:
        if person.closed_at is None:
            letters.send(session, "invitation", delivery, to=person, now=now)
        return
    waiting = open_invitations(session, delivery)
    if len(waiting) >= 3 * delivery.capacity:
        raise Refused("many", _l("Very many have asked already. Write to the trainer instead."))
    mine = next((one for one in waiting if one.email == address), None)
    if mine is not None:
        inviting.resend(session, mine, by=delivery.trainer_id, now=now)
        return
    inviting.invite(
        session,
        email=address,
        organisation=delivery.municipality_id,
        purpose="delivery",
        target=delivery.id,
        by=delivery.trainer_id,
        now=now,
    )
