"""The letters this room writes: a subject and a text in the receiver's language, handed to the outbox."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy.orm import Session

from app import mail
from app.accounts.models import Person
from app.mail import Mail

SUBJECTS = {
    "invitation": _l("%(inviter)s invites you to Accelerera"),
    "new_password": _l("Choose a new password"),
    "no_account": _l("Somebody asked for a new password"),
    "password_changed": _l("Your password has been changed"),
    "security_changed": _l("How you sign in has been changed"),
}


def send(
    session: Session,
    kind: str,
    *,
    to: str,
    language: str,
    now: datetime,
    person: uuid.UUID | None = None,
    organisation: uuid.UUID | None = None,
    about: uuid.UUID | None = None,
    sensitive: bool = False,
    **facts: Any,
) -> Mail:
    """Write the letter ``kind`` with these facts; a ``sensitive`` one carries a link that works once."""
    return mail.write(
        session,
        f"accounts/mail/{kind}.txt",
        subject=SUBJECTS[kind],
        to=to,
        language=language,
        now=now,
        person=person,
        organisation=organisation,
        about=about,
        sensitive=sensitive,
        **facts,
    )


def to_person(
    session: Session,
    template: str,
    to: Person,
    *,
    subject: LazyString,
    about: uuid.UUID,
    now: datetime,
    **facts: Any,
) -> Mail:
    """Write to somebody who has an account, in their language; ``name`` is among the facts."""
    return mail.write(
        session,
        template,
        subject=subject,
        to=to.email,
        language=to.language,
        now=now,
        person=to.id,
        about=about,
        name=to.name,
        **facts,
    )


def to_people(
    session: Session,
    template: str,
    people: Iterable[tuple[Person, uuid.UUID, dict[str, Any]]],
    *,
    subject: LazyString,
    now: datetime,
) -> None:
    """As :func:`to_person` to each of these, with what the letter is about and its facts."""
    receivers = (
        mail.Receiver(to.id, to.email, to.language, about, {"name": to.name, **facts})
        for to, about, facts in people
    )
    mail.write_all(session, template, receivers, subject=subject, now=now)
