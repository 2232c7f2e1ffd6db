"""Hours as a coach writes them, and the links that clients get."""

import re
import uuid
from datetime import timedelta

from sqlalchemy import select

from app import mail
from app.coaching import service
from app.coaching.figures import Figures
from app.evidence import service as evidence

CONTACT = "klara@falkvik.example"


def figures(now, **changes) -> Figures:
    facts = {"starts": now - timedelta(days=1), "minutes": 90, "paid": True, "group_size": 4}
    return Figures(**(facts | changes))


def entry(client, now, **changes) -> service.Entry:
    facts = {
        "client": client.id,
        "contact_name": "Klara Påhitt",
        "contact_email": CONTACT,
        "about": "Utmaningar som korsar förvaltningar",
        "form_token": str(uuid.uuid4()),
    }
    of_entry = {
        name: changes.pop(name) for name in (*facts, "replaces", "contact_language") if name in changes
    }
    return service.Entry(figures=figures(now, **changes), **(facts | of_entry))


def letters(session, kind, to=None):
    wanted = select(mail.Mail).where(mail.Mail.kind == kind).order_by(mail.Mail.id)
    return [one for one in session.scalars(wanted) if to in (None, one.to)]


def token(session, to=CONTACT, kind="hours_request"):
    """The secret in the newest letter."""
    return re.search(r"/hours/([\w-]+)", letters(session, kind, to)[-1].text).group(1)


def counted(session, owner, who, kind="coaching"):
    rows = evidence.of_person(session, owner=owner.id, person=who.id, kinds=[kind])
    return [row for row in rows if row.withdrawn_at is None and row.excluded is None]


def form(now, **changes):
    """The fields of the page on which hours are logged."""
    return {
        "form_token": "one form",
        "client": "new",
        "new_client": "Granåsa Energi",
        "contact_name": "Klara Påhitt",
        "contact_email": CONTACT,
        "contact_language": "sv",
        "day": "2027-03-02",
        "begins": "09:00",
        "minutes": "90",
        "paid": "yes",
        "group_size": "4",
        "about": "Utmaningar",
    } | changes
