"""The letters of this room, each in its receiver's language."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from app import mail
from app.accounts.letters import to_person
from app.accounts.models import Person
from app.coaching.figures import when
from app.coaching.models import Hours, Mentoring
from app.mail import Mail
from app.organisations.models import Organisation
from app.ui import formatting

SUBJECTS = {
    "hours_request": _l("Please confirm: coaching with %(coach)s, %(day)s"),
    "hours_reminder": _l("A reminder: coaching with %(coach)s, %(day)s"),
    "hours_accepted": _l("Your correction is accepted: coaching on %(day)s"),
    "hours_corrected": _l("%(contact)s proposes a correction of your coaching hours"),
    "hours_refused": _l("%(contact)s has refused your coaching hours"),
    "mentoring_request": _l("Please confirm: mentor coaching with %(other)s, %(day)s"),
}


def _facts(session: Session, row: Hours, language: str) -> dict[str, Any]:
    return {
        "coach": session.get_one(Person, row.person_id).name,
        "contact": row.contact_name,
        "client": session.get_one(Organisation, row.client_id).name,
        "day": formatting.day(row.starts, language),
        "when": when(row.starts, row.ends, language),
        "length": formatting.hours(row.minutes, language),
        "paid": row.paid,
        "group_size": row.group_size,
    }


def to_client(
    session: Session, kind: str, row: Hours, *, now: datetime, link: str = "", expires: datetime | None = None
) -> Mail:
    """A letter to the client's contact; ``link`` is the one-time path that it carries."""
    language = row.contact_language
    return mail.write(
        session,
        f"coaching/mail/{kind}.txt",
        subject=SUBJECTS[kind],
        to=row.contact_email,
        language=language,
        now=now,
        organisation=row.provider_id,
        about=row.id,
        sensitive=bool(link),
        link=mail.address(link) if link else "",
        expires=formatting.day(expires, language),
        **_facts(session, row, language),
    )


def to_coach(session: Session, kind: str, row: Hours, *, comment: str, now: datetime) -> Mail:
    """A letter to the coach about what the client answered."""
    coach = session.get_one(Person, row.person_id)
    return to_person(
        session,
        f"coaching/mail/{kind}.txt",
        coach,
        subject=SUBJECTS[kind],
        about=row.id,
        now=now,
        comment=comment,
        page=mail.address(f"/coaching-hours/{row.id}"),
        **_facts(session, row, coach.language),
    )


def ask_other(session: Session, row: Mentoring, *, now: datetime) -> Mail:
    """The letter that asks the other one of a mentor coaching to confirm it."""
    to = session.get_one(Person, row.other(row.logged_by))
    return to_person(
        session,
        "coaching/mail/mentoring_request.txt",
        to,
        subject=SUBJECTS["mentoring_request"],
        about=row.id,
        now=now,
        other=session.get_one(Person, row.logged_by).name,
        as_mentor=to.id == row.mentor_id,
        day=formatting.day(row.starts, to.language),
        when=when(row.starts, row.ends, to.language),
        length=formatting.hours(row.minutes, to.language),
        one_to_one=row.one_to_one,
        page=mail.address(f"/mentor-coaching/{row.id}"),
    )
