"""The letters about a dispute, to those on the side that has to know. They name no learner."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy.orm import Session

from app import mail
from app.accounts.letters import to_person
from app.accounts.models import Person
from app.accounts.service import load_person, people_with_role
from app.clock import local_date
from app.licensing.dispute_models import DisputeAnswer, UsageDispute
from app.licensing.models import Licence
from app.organisations.service import load_organisation


def _side(session: Session, licence: Licence, side: str, *, now: datetime) -> list[Person]:
    """Those who look after licences on that side: the organisation's own people, whatever their role is called."""
    place = licence.publisher_id if side == "publisher" else licence.licensee_id
    found = {
        one.id: one
        for role in ("partner", "lead")
        for one in people_with_role(session, role, local_date(now), organisation=place)
    }
    return list(found.values())


def _write(
    session: Session,
    to: Person,
    template: str,
    subject: LazyString,
    dispute: UsageDispute,
    licence: Licence,
    *,
    now: datetime,
    **facts: str,
) -> None:
    place = licence.licensee_id if dispute.side == "licensee" else licence.publisher_id
    by = load_organisation(session, place)
    to_person(
        session,
        template,
        to,
        subject=subject,
        about=dispute.id,
        now=now,
        organisation_name=by.name if by else "",
        page=mail.address(f"/disputes/{dispute.id}"),
        **facts,
    )


def opened(session: Session, dispute: UsageDispute, licence: Licence, *, now: datetime) -> None:
    """To the side that has to answer."""
    other = "publisher" if dispute.side == "licensee" else "licensee"
    for to in _side(session, licence, other, now=now):
        _write(
            session,
            to,
            "disputes/mail/opened.txt",
            _l("A use under a licence is disputed"),
            dispute,
            licence,
            now=now,
            reason=dispute.reason,
        )


def settled(
    session: Session, dispute: UsageDispute, answer: DisputeAnswer, licence: Licence, *, now: datetime
) -> None:
    """To whoever opened it."""
    to = load_person(session, dispute.opened_by)
    if to is None or to.closed_at is not None:
        return
    _write(
        session,
        to,
        "disputes/mail/settled.txt",
        _l("Your dispute about a use is settled"),
        dispute,
        licence,
        now=now,
        reason=answer.reason,
        outcome=answer.outcome,
    )
