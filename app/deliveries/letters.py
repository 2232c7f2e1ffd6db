"""The letters of a session, each in its receiver's language and with the session's own local time."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from app import mail
from app.accounts.models import Person
from app.accounts.service import load_person
from app.deliveries.models import Delivery
from app.mail import Mail
from app.organisations.service import load_organisation
from app.ui import formatting

SUBJECTS = {
    "invitation": _l("You are invited: %(title)s, %(day)s"),
    "booked": _l("You are booked: %(title)s, %(day)s"),
    "changed": _l("New time or place: %(title)s"),
    "cancelled": _l("Cancelled: %(title)s, %(day)s"),
    "thanks": _l("Thank you for taking part in %(title)s"),
}


def when(delivery: Delivery, language: str | None = None, *, zone: str = "Europe/Stockholm") -> str:
    """Day and time where the session is held; the zone is named where it is not the reader's."""
    text = formatting.session(delivery.starts, delivery.ends, language, delivery.tz)
    return text if delivery.zone == zone else f"{text} ({delivery.zone})"


def send(
    session: Session, kind: str, delivery: Delivery, *, to: Person, now: datetime, by: uuid.UUID | None = None
) -> Mail:
    """Write the letter ``kind`` about ``delivery`` to ``to``; ``by`` is whoever it comes from."""
    language = to.language
    trainer = load_person(session, by or delivery.trainer_id)
    place = load_organisation(session, delivery.municipality_id)
    facts: dict[str, Any] = {
        "name": to.name,
        "title": delivery.name(language),
        "day": formatting.day(delivery.starts, language, delivery.tz),
        "when": when(delivery, language, zone=to.time_zone),
        "place": delivery.place,
        "online_link": delivery.online_link,
        "trainer": trainer.name if trainer else "",
        "municipality": place.name if place else "",
        "reason": delivery.cancel_reason,
        "join": mail.address(f"/s/{delivery.code}"),
        "page": mail.address(f"/sessions/{delivery.id}"),
        "feedback": mail.address(f"/sessions/{delivery.id}/feedback"),
    }
    return mail.write(
        session,
        f"deliveries/mail/session-{kind}.txt",
        subject=SUBJECTS[kind],
        to=to.email,
        language=language,
        now=now,
        person=to.id,
        organisation=delivery.municipality_id,
        about=delivery.id,
        **facts,
    )
