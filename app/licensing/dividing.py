"""Seats that nobody uses yet: handed on to another organisation, taken back, passed to the licence that follows."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import audit
from app.accounts.errors import Refused
from app.db import new_id
from app.licensing import gate, licences
from app.licensing.models import Licence, LicenceChange
from app.organisations.models import Organisation

_MANY = _l("Write a number from 1 to %(free)s: so many seats are free.")


def _change(
    session: Session,
    licence: Licence,
    kind: str,
    amount: int,
    other: uuid.UUID,
    *,
    id: uuid.UUID | None = None,
    by: uuid.UUID | None,
    now: datetime,
) -> None:
    session.add(
        LicenceChange(
            id=id or new_id(),
            licence_id=licence.id,
            kind=kind,
            amount=amount,
            other_id=other,
            reason="",
            by_id=by,
            at=now,
        )
    )


def _move(session: Session, giver: uuid.UUID, taker: uuid.UUID, amount: int) -> bool:
    """Let ``amount`` free seats change their licence, if there are as many free at this very moment."""
    free = update(Licence).where(Licence.id == giver, Licence.capacity - Licence.taken >= amount)
    options = {"synchronize_session": False}
    gave = session.execute(free.values(capacity=Licence.capacity - amount).execution_options(**options))
    if not gave.rowcount:  # type: ignore[attr-defined]
        return False
    session.execute(
        update(Licence)
        .where(Licence.id == taker)
        .values(capacity=Licence.capacity + amount)
        .execution_options(**options)
    )
    gate.forget(session)
    return True


def parts_of(session: Session, licence: Licence) -> Sequence[Licence]:
    """The licences to which seats of this one were handed on."""
    return session.scalars(select(Licence).where(Licence.parent_id == licence.id).order_by(Licence.id)).all()


def may_hand_on(session: Session, licence: Licence) -> bool:
    """Whether seats may be handed on: the terms say so, and the licence was not itself handed on."""
    if licence.parent_id is not None or licence.capacity is None or licence.stop:
        return False
    try:
        return licences.terms_of(session, licence).divisible
    except Refused:
        return False


def hand_on(
    session: Session,
    licence: Licence,
    *,
    to: uuid.UUID,
    amount: int,
    form: str,
    by: uuid.UUID,
    now: datetime,
) -> Licence:
    """``amount`` free seats of the licence are ``to``'s from now on, on the same terms; what was given before grows.
    ``form`` names the form that was filled in: sending it twice hands on once.

    Raises :class:`Refused`: ``divisible``, ``to``, ``amount``, or ``model`` where free use is not for the other one.
    """
    if not may_hand_on(session, licence):
        raise Refused("divisible", _l("The seats of this licence cannot be handed on."))
    taker = session.get(Organisation, to)
    if (
        taker is None
        or taker.kind not in licences.LICENSEES
        or to in (licence.licensee_id, licence.publisher_id)
    ):
        raise Refused("to", _l("Choose another organisation."))
    licences.check_free(licences.terms_of(session, licence), taker)
    part = next((one for one in parts_of(session, licence) if one.licensee_id == to), None)
    act = uuid.uuid5(licence.id, form)
    if part is not None and session.get(LicenceChange, act) is not None:
        return part
    if part is None:
        part = Licence(
            number=licence.number,
            publisher_id=licence.publisher_id,
            licensee_id=to,
            course=licence.course,
            kind=licence.kind,
            capacity=0,
            taken=0,
            starts=licence.starts,
            ends=licence.ends,
            content=licence.content,
            digest=licence.digest,
            fingerprint=licence.fingerprint,
            parent_id=licence.id,
            installed_by=by,
            installed_at=now,
        )
        session.add(part)
        session.flush()
    if amount < 1 or not _move(session, licence.id, part.id, amount):
        session.refresh(licence)
        raise Refused("amount", str(_MANY) % {"free": (licence.capacity or 0) - licence.taken})
    _change(session, licence, "handed_on", amount, part.id, id=act, by=by, now=now)
    _change(session, part, "received", amount, licence.id, by=by, now=now)
    audit.record(
        session, "licence.handed_on", by=by, now=now, subject=licence, organisation=to, amount=amount
    )
    session.flush()
    session.refresh(licence)
    session.refresh(part)
    return part


def take_back(
    session: Session, part: Licence, *, amount: int, form: str, by: uuid.UUID, now: datetime
) -> None:
    """``amount`` seats that ``part``'s licensee does not use go back to where they came from, once for each ``form``.

    Raises :class:`Refused` ``amount``.
    """
    parent = session.get(Licence, part.parent_id) if part.parent_id else None
    act = uuid.uuid5(part.id, form)
    if session.get(LicenceChange, act) is not None:
        return
    if parent is None or amount < 1 or not _move(session, part.id, parent.id, amount):
        session.refresh(part)
        raise Refused("amount", str(_MANY) % {"free": (part.capacity or 0) - part.taken})
    _change(session, part, "given_back", amount, parent.id, id=act, by=by, now=now)
    _change(session, parent, "taken_back", amount, part.id, by=by, now=now)
    audit.record(
        session,
        "licence.taken_back",
        by=by,
        now=now,
        subject=parent,
        organisation=part.licensee_id,
        amount=amount,
    )
    session.flush()
    session.refresh(parent)
    session.refresh(part)


def roll_over(session: Session, *, now: datetime, limit: int = 200) -> int:
    """Seats left over on licences that have ended pass to the one that follows, where the terms say so; how many did.

    Following is the next licence of the same kind, from the same publisher to the same licensee for the same course,
    that is in force today.
    """
    today = gate.today(session, now)
    over = select(Licence).where(
        Licence.kind == "seats", Licence.ends < today, Licence.capacity > Licence.taken
    )
    passed = 0
    fresh = over.order_by(Licence.ends, Licence.id).limit(limit).execution_options(populate_existing=True)
    for old in session.scalars(fresh).all():
        follows = select(Licence).where(
            Licence.licensee_id == old.licensee_id,
            Licence.publisher_id == old.publisher_id,
            Licence.course == old.course,
            Licence.kind == old.kind,
            Licence.id != old.id,
            Licence.starts <= today,
            Licence.ends >= today,
            Licence.stop == "",
        )
        new = session.scalars(follows.order_by(Licence.starts, Licence.id).limit(1)).first()
        left = (old.capacity or 0) - old.taken
        if new is None or not _rolls(session, old) or not _move(session, old.id, new.id, left):
            continue
        _change(session, old, "rolled_over", left, new.id, by=None, now=now)
        _change(session, new, "received", left, old.id, by=None, now=now)
        audit.record(
            session,
            "licence.rolled_over",
            by=None,
            now=now,
            subject=new,
            organisation=new.licensee_id,
            amount=left,
        )
        session.flush()
        for one in (old, new):
            session.refresh(one)
        passed += left
    return passed


def _rolls(session: Session, licence: Licence) -> bool:
    try:
        return licences.terms_of(session, licence).rollover
    except Refused:
        return False
