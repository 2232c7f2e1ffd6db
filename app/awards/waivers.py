"""Waive a criterion for one person: prior learning, a founder, an exception. Audited, never for oneself."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from app import audit
from app.db import new_id
from app.events import RequirementWaived
from app.learners.models import Candidacy
from app.ledger import service as ledger
from app.schemes import service as schemes

REASONS = {
    "founder": _l("Founder: began before the scheme did"),
    "prior_learning": _l("Prior learning that has been checked"),
    "equivalent": _l("An equivalent certificate"),
    "accommodation": _l("Another way because of a disability"),
    "override": _l("An exception in this case, explained below"),
}


class WaiverRefused(Exception):
    """``oneself``, ``reason`` (none of the fixed ones), ``criterion`` (not part of the scheme), ``closed``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def waive(
    session: Session,
    candidacy: Candidacy,
    *,
    criterion: str,
    reason: str,
    text: str,
    until: date | None = None,
    by: uuid.UUID,
    now: datetime,
) -> None:
    """Let ``criterion`` be waived for this person, with one of ``REASONS`` and a text. May end by itself."""
    if by == candidacy.person_id:
        raise WaiverRefused("oneself")
    if candidacy.state != "open":
        raise WaiverRefused("closed")
    if reason not in REASONS or not text.strip():
        raise WaiverRefused("reason")
    version = schemes.load(session, candidacy.scheme_version_id)
    if criterion not in {one.code for one in version.every()}:
        raise WaiverRefused("criterion")
    waiver = new_id()
    ledger.record(
        session,
        RequirementWaived(
            id=waiver,
            person=candidacy.person_id,
            at=now,
            waiver=waiver,
            scheme=candidacy.scheme,
            criterion=criterion,
            reason=reason,
            approver=by,
            until=until,
        ),
        by=by,
        now=now,
        owner=candidacy.owner_id,
    )
    audit.record(
        session,
        "criterion.waived",
        by=by,
        now=now,
        subject=candidacy,
        person=candidacy.person_id,
        organisation=candidacy.owner_id,
        scheme=candidacy.scheme,
        criterion=criterion,
        reason=reason,
        text=text.strip(),
        until=until,
    )
