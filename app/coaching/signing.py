"""The client's signature: a one-time link by mail, reminders, and the three answers. No account is needed.

The secret travels in the mail only; the database knows its digest. Opening a link changes nothing, since mail
scanners follow links.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import uuid
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import audit
from app.accounts import service as accounts
from app.accounts.errors import Refused
from app.accounts.invitations import checked_email
from app.accounts.models import Person
from app.coaching import letters
from app.coaching.figures import Figures, check, figures_of
from app.coaching.models import ABOUT_LIMIT, Answer, Hours, SigningLink
from app.db import new_id
from app.events import HoursSignedOff
from app.ledger import service as ledger
from app.mail import Mail

VALID_FOR = timedelta(days=60)
REMIND_AFTER = (timedelta(days=7), timedelta(days=21))
MOST_SENT = 10


# ---- the link -------------------------------------------------------------------------------------


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def send_link(session: Session, row: Hours, kind: str, *, by: uuid.UUID | None, now: datetime) -> SigningLink:
    """Mail a new link to the contact. ``kind``: ``request``, ``again`` or ``reminder``."""
    token = secrets.token_urlsafe(32)
    link = SigningLink(
        id=new_id(),
        hours_id=row.id,
        kind=kind,
        token_digest=_digest(token),
        email=row.contact_email,
        sent_at=now,
        expires_at=now + VALID_FOR,
    )
    letter = letters.to_client(
        session,
        "hours_reminder" if kind == "reminder" else "hours_request",
        row,
        now=now,
        link=f"/hours/{token}",
        expires=link.expires_at,
    )
    session.flush()  # the link names the letter
    link.mail_id = letter.id
    session.add(link)
    session.flush()
    audit.record(
        session,
        "hours.reminded" if kind == "reminder" else "hours.asked",
        by=by,
        now=now,
        subject=row,
        person=row.person_id,
        organisation=row.client_id,
    )
    return link


def links_of(session: Session, row: Hours) -> list[tuple[SigningLink, Mail | None]]:
    """Every link that was mailed for the row with its letter, oldest first."""
    wanted = select(SigningLink, Mail).outerjoin(Mail, Mail.id == SigningLink.mail_id)
    found = session.execute(wanted.where(SigningLink.hours_id == row.id).order_by(SigningLink.id))
    return [(link, letter) for link, letter in found]


def checked_contact(session: Session, coach: Person, *, name: str, email: str) -> tuple[str, str]:
    """The contact's name and address as they will be kept.

    Raises :class:`Refused`: ``contact_name``, ``email``, or ``own`` where the address is the coach's own.
    """
    try:
        name = accounts.checked_name(name)
    except Refused as refused:
        raise Refused("contact_name", str(refused)) from refused
    email = checked_email(email)
    if belongs_to(session, coach, email):
        raise Refused(
            "own",
            _l("Nobody signs their own hours. Write the address of somebody at the client who was there."),
        )
    return name, email


def _mailbox(email: str) -> str:
    """The address without what follows a plus sign: letters to both end in the same box."""
    local, _, domain = email.casefold().rpartition("@")
    return f"{local.split('+')[0]}@{domain}"


def belongs_to(session: Session, coach: Person, email: str) -> bool:
    """Whether mail to this address reaches the coach: it is theirs, or their account's."""
    owner = accounts.find_person(session, email)
    return _mailbox(email) == _mailbox(coach.email) or (owner is not None and owner.id == coach.id)


def send_again(
    session: Session, row: Hours, *, name: str, email: str, language: str, by: uuid.UUID, now: datetime
) -> SigningLink:
    """Ask once more, at a corrected address where the first was wrong; its links then stop working.

    Raises :class:`Refused`: ``answered``, ``often``, or as :func:`checked_contact` does.
    """
    lock(session, row)
    if row.state != "waiting":
        raise Refused("answered", _l("The client has already answered, so nothing needs to be sent."))
    asked = select(func.count()).where(SigningLink.hours_id == row.id, SigningLink.kind != "reminder")
    if (session.scalar(asked) or 0) >= MOST_SENT:
        raise Refused("often", _l("It has been sent %(count)s times. Talk to the client.", count=MOST_SENT))
    name, email = checked_contact(session, session.get_one(Person, row.person_id), name=name, email=email)
    if email != row.contact_email:
        for link, _letter in links_of(session, row):
            link.revoked_at = link.revoked_at or now
    row.contact_name, row.contact_email, row.contact_language = name, email, language
    row.asked_at = now
    return send_link(session, row, "again", by=by, now=now)


def remind(session: Session, *, now: datetime) -> int:
    """Write to silent clients, 7 and 21 days after they were asked, at most twice; how many letters."""
    count = 0
    wanted = select(Hours).where(
        Hours.state == "waiting", Hours.reminders < len(REMIND_AFTER), Hours.asked_at <= now - REMIND_AFTER[0]
    )
    for row in session.scalars(wanted.order_by(Hours.id).with_for_update(skip_locked=True)).all():
        link, letter = links_of(session, row)[-1]
        recent = link.kind == "reminder" and now - link.sent_at < REMIND_AFTER[0]
        if (
            now < row.asked_at + REMIND_AFTER[row.reminders]
            or recent
            or (letter and letter.state == "failed")
        ):
            continue
        row.reminders += 1
        send_link(session, row, "reminder", by=None, now=now)
        count += 1
    return count


def lock(session: Session, row: Hours) -> Hours:
    """The row as it stands now, held for this transaction."""
    return session.scalars(
        select(Hours).where(Hours.id == row.id).with_for_update().execution_options(populate_existing=True)
    ).one()


def open_link(session: Session, token: str, *, now: datetime) -> tuple[SigningLink, Hours]:
    """The link and its row. Changes nothing. Raises :class:`Refused`: ``unknown``, ``revoked`` or ``expired``."""
    link = session.scalars(select(SigningLink).where(SigningLink.token_digest == _digest(token))).first()
    if link is None:
        raise Refused(
            "unknown", _l("This link is not valid. Open the newest mail, and copy the whole address.")
        )
    if link.revoked_at is not None:
        raise Refused("revoked", _l("This link has been replaced. Open the newest mail about these hours."))
    if now >= link.expires_at:
        raise Refused("expired", _l("This link is no longer valid. Ask your coach to send it again."))
    return link, session.get_one(Hours, link.hours_id)


# ---- the three answers ----------------------------------------------------------------------------


def answer_of(session: Session, row: Hours) -> Answer | None:
    """What the client answered about the row, or None."""
    return session.scalars(select(Answer).where(Answer.hours_id == row.id)).first()


def facts_digest(row: Hours) -> str:
    """A digest over what stands on the page: whoever signs, signs this."""
    facts = {
        "id": str(row.id),
        "coach": str(row.person_id),
        "client": str(row.client_id),
        "starts": row.starts.isoformat(),
        "minutes": row.minutes,
        "paid": row.paid,
        "group_size": row.group_size,
        "about": row.about,
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _answering(
    session: Session, token: str, *, by: uuid.UUID | None, now: datetime
) -> tuple[SigningLink, Hours, uuid.UUID | None]:
    link, row = open_link(session, token, now=now)
    row = lock(session, row)
    if row.state != "waiting":
        raise Refused("answered", _l("These hours have already been answered."))
    coach = session.get_one(Person, row.person_id)
    owner = accounts.find_person(session, row.contact_email)
    signer = by or (owner.id if owner is not None else None)
    if signer == row.person_id or belongs_to(session, coach, row.contact_email):
        raise Refused("own", _l("Nobody signs their own hours. The client opens the link and answers."))
    return link, row, signer


def _answer(
    session: Session,
    link: SigningLink,
    row: Hours,
    action: str,
    *,
    signer: uuid.UUID | None,
    comment: str = "",
    figures: Figures | None = None,
    now: datetime,
) -> Answer:
    given = Answer(
        hours_id=row.id,
        link_id=link.id,
        action=action,
        at=now,
        name=row.contact_name,
        email=link.email,
        digest=facts_digest(row),
        comment=comment,
    )
    if figures is not None:
        given.starts, given.minutes = figures.starts, figures.minutes
        given.paid, given.group_size = figures.paid, figures.group_size
    session.add(given)
    row.signer_id = signer
    session.flush()
    words = {"confirm": "hours.signed", "correct": "hours.corrected", "refuse": "hours.refused"}
    audit.record(
        session,
        words[action],
        by=signer,
        now=now,
        subject=row,
        person=row.person_id,
        organisation=row.client_id,
    )
    return given


def count(session: Session, row: Hours, *, by: uuid.UUID | None, now: datetime) -> None:
    """Both sides have signed: let the hours count."""
    ledger.record(
        session,
        HoursSignedOff(
            id=row.id,
            person=row.person_id,
            at=row.starts,
            hours=row.id,
            client=row.client_id,
            minutes=row.minutes,
            paid=row.paid,
            group_size=row.group_size,
            provider=row.provider_id,
        ),
        by=by,
        now=now,
    )


def confirm(session: Session, token: str, *, by: uuid.UUID | None, now: datetime) -> Hours:
    """The client signs; the hours count. ``by`` is whoever is signed in, which nobody needs to be.

    Raises :class:`Refused` as :func:`open_link` does, and ``answered`` or ``own``.
    """
    link, row, signer = _answering(session, token, by=by, now=now)
    row.state, row.signed_at = "signed", now
    _answer(session, link, row, "confirm", signer=signer, now=now)
    count(session, row, by=signer, now=now)
    return row


def correct(
    session: Session, token: str, figures: Figures, *, comment: str, by: uuid.UUID | None, now: datetime
) -> Hours:
    """The client proposes other figures and thereby signs those; the coach accepts or withdraws.

    Raises :class:`Refused` as :func:`confirm` does, ``same``, ``comment``, or as ``figures.check`` does.
    """
    link, row, signer = _answering(session, token, by=by, now=now)
    check(figures, now=now)
    if figures == figures_of(row):
        raise Refused(
            "same", _l("These are the figures that were logged. Change what is wrong, or confirm them.")
        )
    comment = _checked_words(comment, required=False)
    row.state = "corrected"
    _answer(session, link, row, "correct", signer=signer, comment=comment, figures=figures, now=now)
    letters.to_coach(session, "hours_corrected", row, comment=comment, now=now)
    return row


def refuse(session: Session, token: str, *, reason: str, by: uuid.UUID | None, now: datetime) -> Hours:
    """The client says no; the hours do not count. Raises :class:`Refused` as :func:`confirm` does, or ``comment``."""
    link, row, signer = _answering(session, token, by=by, now=now)
    reason = _checked_words(reason, required=True)
    row.state = "refused"
    _answer(session, link, row, "refuse", signer=signer, comment=reason, now=now)
    letters.to_coach(session, "hours_refused", row, comment=reason, now=now)
    return row


def _checked_words(text: str, *, required: bool) -> str:
    text = text.strip()
    if required and not text:
        raise Refused("comment", _l("Write why, so that your coach understands."))
    if len(text) > ABOUT_LIMIT:
        raise Refused(
            "comment", _l("The text is longer than %(most)s characters. Shorten it.", most=ABOUT_LIMIT)
        )
    return text
