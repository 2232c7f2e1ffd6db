"""The letters of an assessment, each in its receiver's language."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from app import mail
from app.accounts.letters import to_person
from app.accounts.service import load_person
from app.assessments.models import Assignment, Attempt, Observation
from app.rules.scheme import SchemeVersion
from app.schemes import service as schemes
from app.ui import formatting

SUBJECTS = {
    "assigned": _l("Work to assess: %(title)s"),
    "reminder": _l("Three days left: %(title)s"),
    "overdue": _l("The time has run out: %(title)s"),
    "graded": _l("Your work has been assessed: %(title)s"),
    "observed": _l("You have been observed"),
}


def _titles(version: SchemeVersion, attempt: Attempt, language: str) -> dict[str, Any]:
    return {
        "title": version.assessment(attempt.assessment).name[language],
        "scheme": version.name[language],
    }


def to_examiner(
    session: Session, kind: str, assignment: Assignment, attempt: Attempt, *, now: datetime
) -> mail.Mail | None:
    """``assigned``, ``reminder`` or ``overdue``; None where the account is closed."""
    to = load_person(session, assignment.examiner_id)
    if to is None or to.closed_at is not None:
        return None
    version = schemes.load(session, attempt.scheme_version_id)
    return to_person(
        session,
        f"assessments/mail/{kind}.txt",
        to,
        subject=SUBJECTS[kind],
        about=attempt.id,
        now=now,
        due=formatting.day(assignment.due, to.language),
        third=assignment.third,
        page=mail.address(f"/grading/{assignment.id}"),
        **_titles(version, attempt, to.language),
    )


def to_candidate(session: Session, attempt: Attempt, *, now: datetime) -> mail.Mail | None:
    """The result is there; what it is stands on the page."""
    to = load_person(session, attempt.person_id)
    if to is None or to.closed_at is not None:
        return None
    version = schemes.load(session, attempt.scheme_version_id)
    return to_person(
        session,
        "assessments/mail/graded.txt",
        to,
        subject=SUBJECTS["graded"],
        about=attempt.id,
        now=now,
        page=mail.address(f"/assessments/attempts/{attempt.id}"),
        **_titles(version, attempt, to.language),
    )


def to_observed(session: Session, observation: Observation, *, now: datetime) -> mail.Mail | None:
    """An examiner has written down what they saw."""
    to = load_person(session, observation.person_id)
    if to is None or to.closed_at is not None:
        return None
    return to_person(
        session,
        "assessments/mail/observed.txt",
        to,
        subject=SUBJECTS["observed"],
        about=observation.id,
        now=now,
        day=formatting.day(observation.began_at, to.language),
        page=mail.address(f"/observations/{observation.id}"),
    )
