"""Invitations: sent by mail with a one-time link, sent again, taken back, accepted.

The token travels in the mail only; the database knows its digest. A new link makes the one before it useless.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import audit, mail
from app.accounts import letters
from app.accounts.consents import consent
from app.accounts.errors import Refused
from app.accounts.models import Invitation, Person, normal_email
from app.accounts.passwords import checked_password, hashed
from app.accounts.service import (
    create_person,
    find_person,
    grant_role,
    has_role,
    load_people,
    load_person,
    may_grant,
)
from app.clock import local_date
from app.mail import Mail
from app.organisations.models import Organisation

VALID_FOR = timedelta(days=14)
MOST_RESENDS = 10
PURPOSES = ("scheme", "delivery")


def checked_email(address: str) -> str:
    """The address as it will be kept. Raises :class:`Refused` when it cannot be one."""
    try:
        found = validate_email(address.strip(), check_deliverability=False)
    except EmailNotValidError:
        raise Refused(
            "email",
            _l("%(address)s is not an e-mail address. Check the spelling.", address=address.strip()[:80]),
        ) from None
    return normal_email(found.normalized)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _target_key(purpose: str | None, target: uuid.UUID | None) -> str:
    return f"{purpose}:{target}" if purpose else ""


def standing_of(
    session: Session,
    *,
    email: str,
    organisation: uuid.UUID,
    role: str,
    purpose: str | None = None,
    target: uuid.UUID | None = None,
    now: datetime,
) -> str:
    """What an invitation would meet: ``new``, ``invited`` (an open one exists), ``member`` or ``closed``."""
    person = find_person(session, email)
    if person is not None:
        if person.closed_at is not None:
            return "closed"
        if purpose is None and has_role(session, person.id, role, local_date(now), organisation=organisation):
            return "member"
    found = _open(session, email, organisation, role, _target_key(purpose, target))
    return "invited" if found is not None and now < found.expires_at else "new"


def _open(
    session: Session, email: str, organisation: uuid.UUID, role: str, target_key: str
) -> Invitation | None:
    return session.scalars(
        select(Invitation).where(
            Invitation.email == normal_email(email),
            Invitation.organisation_id == organisation,
            Invitation.role == role,
            Invitation.target_key == target_key,
            Invitation.state == "sent",
        )
    ).first()


def open_to(session: Session, *, email: str, organisation: uuid.UUID, role: str) -> Invitation | None:
    """The open invitation of this address to this role there, if there is one."""
    return _open(session, email, organisation, role, "")


def invite(
    session: Session,
    *,
    email: str,
    organisation: uuid.UUID,
    role: str = "member",
    scheme: str | None = None,
    everywhere: bool = False,
    name: str = "",
    language: str | None = None,
    purpose: str | None = None,
    target: uuid.UUID | None = None,
    by: uuid.UUID,
    now: datetime,
) -> Invitation:
    """Invite whoever reads ``email`` to ``role`` in ``organisation`` and send the mail.

    ``purpose`` ("scheme" or "delivery") and ``target`` say what it leads to. Raises :class:`Refused`:
    ``email``, ``oneself``, ``above`` (the inviter may not grant that role there), ``member``, ``invited``
    or ``closed``.
    """
    if purpose is not None and purpose not in PURPOSES:
        raise ValueError(f"{purpose!r} is no purpose of an invitation")
    email = checked_email(email)
    home = session.get_one(Organisation, organisation)
    inviter = session.get_one(Person, by)
    if inviter.email == email:
        raise Refused("oneself", _l("That is your own address. You are already here."))
    scope = None if everywhere else organisation
    if not may_grant(session, by=by, role=role, organisation=scope, scheme=scheme, on=local_date(now)):
        raise Refused("above", _l("You cannot invite people to this role here. Ask an administrator."))
    standing = standing_of(
        session, email=email, organisation=organisation, role=role, purpose=purpose, target=target, now=now
    )
    if standing == "closed":
        raise Refused("closed", _l("The account with that address is closed. Ask an administrator."))
    if standing == "member":
        raise Refused(
            "member", _l("%(address)s already has that role in %(place)s.", address=email, place=home.name)
        )
    if standing == "invited":
        raise Refused(
            "invited", _l("%(address)s is already invited. Send the invitation again instead.", address=email)
        )
    expired = _open(session, email, organisation, role, _target_key(purpose, target))
    if expired is not None:
        expired.invited_by = by
        return _send(session, expired, by=by, now=now)
    invitation = Invitation(
        organisation_id=organisation,
        role=role,
        everywhere=everywhere,
        scheme=scheme,
        email=email,
        name=" ".join(name.split())[:200],
        language=language or home.language,
        invited_by=by,
        purpose=purpose,
        target_id=target,
        target_key=_target_key(purpose, target),
        token_digest=secrets.token_hex(32),
        sent_at=now,
        expires_at=now,
    )
    try:
        with session.begin_nested():
            session.add(invitation)
    except IntegrityError:  # somebody else invited the same address in this moment
        raise Refused(
            "invited", _l("%(address)s is already invited. Send the invitation again instead.", address=email)
        ) from None
    return _send(session, invitation, by=by, now=now)


def _send(session: Session, invitation: Invitation, *, by: uuid.UUID, now: datetime) -> Invitation:
    token = secrets.token_urlsafe(32)
    invitation.token_digest = _digest(token)
    invitation.sent_at, invitation.expires_at = now, now + VALID_FOR
    session.flush()
    sent = letters.send(
        session,
        "invitation",
        to=invitation.email,
        language=invitation.language,
        now=now,
        organisation=invitation.organisation_id,
        about=invitation.id,
        sensitive=True,
        name=invitation.name,
        inviter=session.get_one(Person, invitation.invited_by).name,
        place=session.get_one(Organisation, invitation.organisation_id).name,
        role=invitation.role,
        expires=invitation.expires_at,
        link=mail.address(f"/invitation/{token}"),
    )
    invitation.mail_id = sent.id
    audit.record(
        session,
        "invitation.sent",
        by=by,
        now=now,
        subject=invitation,
        organisation=invitation.organisation_id,
        role=invitation.role,
    )
    return invitation


def resend(
    session: Session, invitation: Invitation, *, seen: int | None = None, by: uuid.UUID, now: datetime
) -> Invitation:
    """Send it once more with a new link and a new term; the old link stops working.

    ``seen`` is how often it had been sent again on the page where the button stood: a second click, which comes
    from the same page, sends nothing more.
    """
    _still_open(invitation)
    if seen is not None and seen < invitation.resent:
        return invitation
    if invitation.resent >= MOST_RESENDS:
        raise Refused(
            "resent",
            _l("It has been sent %(count)s times. Ask for another address.", count=invitation.resent + 1),
        )
    invitation.resent += 1
    return _send(session, invitation, by=by, now=now)


def revoke(session: Session, invitation: Invitation, *, by: uuid.UUID, now: datetime) -> None:
    """Take it back; its link stops working."""
    _still_open(invitation)
    invitation.state, invitation.closed_at = "revoked", now
    audit.record(
        session,
        "invitation.revoked",
        by=by,
        now=now,
        subject=invitation,
        organisation=invitation.organisation_id,
    )


def _still_open(invitation: Invitation) -> None:
    if invitation.state == "accepted":
        raise Refused("used", _l("The invitation has already been accepted."))
    if invitation.state == "revoked":
        raise Refused("revoked", _l("The invitation has been withdrawn. Send a new one."))


def open_invitation(session: Session, token: str, *, now: datetime) -> Invitation:
    """The invitation behind a link. Raises :class:`Refused`: unknown, used, revoked or expired."""
    wanted = select(Invitation).where(Invitation.token_digest == _digest(token)).with_for_update()
    found = session.scalars(wanted).first()
    if found is None:
        raise Refused("unknown", _l("This link is not valid. A newer mail may hold a newer link."))
    if found.state == "accepted":
        raise Refused("used", _l("This invitation has already been accepted. Sign in instead."))
    if found.state == "revoked":
        raise Refused("revoked", _l("This invitation has been withdrawn. Ask whoever invited you."))
    if now >= found.expires_at:
        raise Refused(
            "expired", _l("This link is no longer valid. Ask whoever invited you to send it again.")
        )
    return found


def accept(
    session: Session,
    *,
    token: str,
    name: str,
    password: str | None,
    language: str,
    consents: Iterable[str],
    now: datetime,
) -> Person:
    """Make the account that the invitation offers. ``password`` None: the person adds a passkey next.

    Raises :class:`Refused` for the link's own reasons, ``account`` when the address has an account by now
    (sign in and use :func:`accept_as`), a bad name or password, or a missing consent.
    """
    invitation = open_invitation(session, token, now=now)
    if find_person(session, invitation.email):
        raise Refused("account", _l("You already have an account. Sign in to accept the invitation."))
    person = create_person(
        session,
        email=invitation.email,
        name=name,
        language=language,
        organisation=invitation.organisation_id,
        password_hash=hashed(checked_password(password)) if password is not None else None,
        by=None,
        now=now,
    )
    consent(session, person, consents, by=person.id, now=now)
    _close(session, invitation, person, now=now)
    return person


def accept_as(session: Session, *, token: str, person: Person, now: datetime) -> Invitation:
    """Accept with the account one has; only the account with the invited address can."""
    invitation = open_invitation(session, token, now=now)
    if person.email != invitation.email:
        raise Refused(
            "other", _l("The invitation went to another address. Sign in with the account of that address.")
        )
    _close(session, invitation, person, now=now)
    return invitation


def _close(session: Session, invitation: Invitation, person: Person, *, now: datetime) -> None:
    try:
        grant_role(
            session,
            person=person.id,
            role=invitation.role,
            organisation=None if invitation.everywhere else invitation.organisation_id,
            scheme=invitation.scheme,
            reason="invitation",
            by=invitation.invited_by,
            now=now,
        )
    except Refused as refused:
        raise Refused(
            "inviter", _l("Whoever invited you may no longer do so. Ask for a new invitation.")
        ) from refused
    invitation.state, invitation.closed_at = "accepted", now
    invitation.person_id, invitation.email, invitation.name = person.id, "", ""
    session.flush()
    audit.record(
        session,
        "invitation.accepted",
        by=person.id,
        now=now,
        subject=invitation,
        person=person.id,
        organisation=invitation.organisation_id,
    )


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the list: who was invited, how it stands, and why a mail did not arrive."""

    invitation: Invitation
    name: str
    email: str
    state: str
    place: str
    inviter: str
    undelivered: str


def invitations(
    session: Session,
    *,
    among: frozenset[uuid.UUID] | None,
    state: str | None = None,
    before: uuid.UUID | None = None,
    limit: int = 50,
    now: datetime,
) -> list[Listed]:
    """Invitations into these organisations (None: all), newest first, ``before`` an id. Constant queries."""
    wanted = select(Invitation, Mail).outerjoin(Mail, Mail.id == Invitation.mail_id)
    if among is not None:
        wanted = wanted.where(Invitation.organisation_id.in_(among))
    if before:
        wanted = wanted.where(Invitation.id < before)
    if state == "expired":
        wanted = wanted.where(Invitation.state == "sent", Invitation.expires_at <= now)
    elif state == "sent":
        wanted = wanted.where(Invitation.state == "sent", Invitation.expires_at > now)
    elif state:
        wanted = wanted.where(Invitation.state == state)
    found = session.execute(wanted.order_by(Invitation.id.desc()).limit(limit)).all()
    people = load_people(session, [i.person_id for i, _ in found] + [i.invited_by for i, _ in found])
    ids = {i.organisation_id for i, _ in found}
    places = {o.id: o.name for o in session.scalars(select(Organisation).where(Organisation.id.in_(ids)))}
    listed = []
    for one, letter in found:
        person = people.get(one.person_id) if one.person_id else None
        listed.append(
            Listed(
                invitation=one,
                name=person.name if person else one.name,
                email=person.email if person else one.email,
                state=one.state_at(now),
                place=places[one.organisation_id],
                inviter=people[one.invited_by].name,
                undelivered=letter.error if letter is not None and letter.state == "failed" else "",
            )
        )
    return listed


def load_invitation(
    session: Session, invitation_id: uuid.UUID, *, among: frozenset[uuid.UUID] | None
) -> Invitation | None:
    """The invitation, if it is into one of these organisations (None: all)."""
    found = session.get(Invitation, invitation_id)
    return found if found is not None and (among is None or found.organisation_id in among) else None


def forget_addresses(session: Session, *, before: datetime) -> int:
    """Empty the names and addresses of revoked and run-out invitations older than ``before``; how many."""
    old = select(Invitation).where(
        Invitation.email != "", Invitation.state != "accepted", Invitation.expires_at < before
    )
    forgotten = 0
    for invitation in session.scalars(old):
        invitation.state, invitation.email, invitation.name = "revoked", "", ""
        forgotten += 1
    return forgotten


def invited_person(session: Session, invitation: Invitation) -> Person | None:
    """Who accepted it, or who already has an account with the invited address."""
    if invitation.person_id:
        return load_person(session, invitation.person_id)
    return find_person(session, invitation.email)
