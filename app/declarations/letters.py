"""The letter that tells how declared training was judged."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from app import mail
from app.accounts.letters import to_person
from app.accounts.service import load_person
from app.declarations.models import FurtherTraining
from app.mail import Mail
from app.ui import formatting

SUBJECTS = {
    "accepted": _l("Your further training counts: %(title)s"),
    "declined": _l("Your further training was not accepted: %(title)s"),
    "voided": _l("Credits have been taken back: %(title)s"),
}


def judged(session: Session, row: FurtherTraining, *, now: datetime) -> Mail | None:
    """To who declared it; None where the account is closed."""
    to = load_person(session, row.person_id)
    if to is None or to.closed_at is not None:
        return None
    return to_person(
        session,
        "declarations/mail/judged.txt",
        to,
        subject=SUBJECTS[row.state],
        about=row.id,
        now=now,
        title=row.title,
        day=formatting.day(row.day, to.language),
        state=row.state,
        credits=row.given,
        answer=row.close_reason if row.state == "voided" else row.answer,
        page=mail.address(f"/further-training/{row.id}"),
    )
