"""The letters about a person's way towards a certificate."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from app import mail
from app.accounts.letters import to_person
from app.accounts.models import Person
from app.learners.models import Candidacy
from app.schemes import service as schemes


def moved(session: Session, candidacy: Candidacy, *, before: int, now: datetime) -> None:
    """Tell the person that the requirements are those of a newer version now, and how they stand."""
    person = session.get_one(Person, candidacy.person_id)
    version = schemes.load(session, candidacy.scheme_version_id)
    to_person(
        session,
        "learners/mail/version_changed.txt",
        person,
        subject=_l("New requirements on your way to %(scheme)s"),
        about=candidacy.id,
        now=now,
        scheme=version.name["sv" if person.language == "sv" else "en"],
        before=before,
        after=version.version,
        fulfilled=candidacy.fulfilled,
        criteria=candidacy.criteria,
        link=mail.address(f"/path/{candidacy.id}"),
    )


def lapsed(session: Session, candidacy: Candidacy, *, now: datetime) -> None:
    """Tell the person that the time has run out, and that what they earned stays."""
    person = session.get_one(Person, candidacy.person_id)
    version = schemes.load(session, candidacy.scheme_version_id)
    to_person(
        session,
        "learners/mail/deadline_passed.txt",
        person,
        subject=_l("The time for %(scheme)s has run out"),
        about=candidacy.id,
        now=now,
        scheme=version.name["sv" if person.language == "sv" else "en"],
        deadline=candidacy.deadline,
        link=mail.address(f"/apply/{candidacy.scheme}"),
    )
