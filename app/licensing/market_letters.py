"""Each step of a request is told to the other side: to whoever asked, or to whoever sells for the publisher."""

from __future__ import annotations

from datetime import datetime

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from app import mail
from app.accounts import service as accounts
from app.accounts.letters import to_person
from app.accounts.models import Person
from app.clock import local_date
from app.licensing.blueprint import course_name
from app.licensing.market_models import LicenceRequest
from app.organisations.service import load_organisation

SUBJECTS = {
    "asked": _l("%(licensee)s asks for a licence of %(course)s"),
    "withdrawn": _l("%(licensee)s no longer asks for a licence of %(course)s"),
    "accepted": _l("%(licensee)s has accepted your offer for %(course)s"),
    "declined": _l("%(licensee)s has declined your offer for %(course)s"),
    "offered": _l("%(publisher)s offers you a licence of %(course)s"),
    "refused": _l("%(publisher)s cannot give you a licence of %(course)s"),
    "installed": _l("Your licence of %(course)s is in force"),
}
TO_PUBLISHER = ("asked", "withdrawn", "accepted", "declined")


def _sellers(session: Session, request: LicenceRequest, now: datetime) -> list[Person]:
    """Whoever sells for the publisher; its administrators where nobody else does."""
    today = local_date(now)
    found = accounts.people_with_role(session, "partner", today, organisation=request.publisher_id)
    return found or [
        one
        for one in accounts.people_with_role(session, "administrator", today)
        if one.organisation_id == request.publisher_id
    ]


def tell(session: Session, request: LicenceRequest, kind: str, *, message: str, now: datetime) -> None:
    """Write to the other side what has just been done."""
    if kind in TO_PUBLISHER:
        receivers = _sellers(session, request, now)
    else:
        asked = accounts.load_person(session, request.asked_by)
        receivers = [asked] if asked is not None and asked.closed_at is None else []
    publisher = load_organisation(session, request.publisher_id)
    licensee = load_organisation(session, request.licensee_id)
    for to in receivers:
        with force_locale(to.language):
            course = course_name(request.course)
        to_person(
            session,
            "licensing/mail/request.txt",
            to,
            subject=SUBJECTS[kind],
            about=request.id,
            now=now,
            kind=kind,
            publisher=publisher.name if publisher else "",
            licensee=licensee.name if licensee else "",
            course=course,
            amount=request.amount,
            message=message,
            page=mail.address(f"/licence-requests/{request.id}"),
        )
