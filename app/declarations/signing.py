"""Declarations that a scheme asks for: read in full, signed with one button, dated."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import audit
from app.accounts.errors import Refused
from app.clock import local_date
from app.db import new_id
from app.declarations.models import Signing
from app.events import DeclarationSigned as Signed
from app.learners import standing
from app.learners.models import Candidacy
from app.ledger import service as ledger
from app.rules.holding import DeclarationSigned
from app.rules.scheme import walk
from app.schemes import service as schemes


def asked_for(session: Session, candidacy: Candidacy, code: str) -> DeclarationSigned | None:
    """The declaration that the candidacy asks for under this code, or None."""
    for outer in standing.criteria_of(session, candidacy):
        for criterion in walk(outer):
            if criterion.code == code and isinstance(criterion, DeclarationSigned):
                return criterion
    return None


def words_of(session: Session, candidacy: Candidacy, code: str) -> Mapping[str, str]:
    """What is declared, by language, as the scheme version says it."""
    source = schemes.load(session, candidacy.scheme_version_id).source
    found = next(
        (one for part in ("criteria", "renewal") for one in _flat(source[part]) if one["code"] == code), {}
    )
    words: Mapping[str, str] = found["declares"]
    return words


def _flat(criteria: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for outer in criteria for one in (outer, *_flat(outer.get("criteria", [])))]


def latest(session: Session, candidacy: Candidacy, criterion: DeclarationSigned) -> Signing | None:
    """The person's newest signature of these words in this candidacy."""
    mine = select(Signing).where(
        Signing.candidacy_id == candidacy.id,
        Signing.criterion == criterion.code,
        Signing.wording == criterion.wording,
    )
    return session.scalars(mine.order_by(Signing.id.desc())).first()


def sign(session: Session, candidacy: Candidacy, code: str, *, by: uuid.UUID, now: datetime) -> Signing:
    """Sign; it counts at once. Twice on one day is once.

    Raises :class:`Refused`: ``other`` (only the person signs), ``closed`` or ``unknown`` (nothing of that name is
    asked for).
    """
    if by != candidacy.person_id:
        raise Refused("other", _l("Only the person it is about can sign."))
    if candidacy.state != "open":
        raise Refused("closed", _l("This path is closed, so there is nothing to sign."))
    criterion = asked_for(session, candidacy, code)
    if criterion is None:
        raise Refused("unknown", _l("No such declaration is asked for here."))
    row = Signing(
        id=new_id(),
        owner_id=candidacy.owner_id,
        person_id=by,
        candidacy_id=candidacy.id,
        scheme=candidacy.scheme,
        scheme_version_id=candidacy.scheme_version_id,
        criterion=code,
        wording=criterion.wording,
        signed_on=local_date(now),
        at=now,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # a second click, or another tab
        first = latest(session, candidacy, criterion)
        if first is None:
            raise
        return first
    ledger.record(
        session,
        Signed(
            id=row.id,
            person=by,
            at=now,
            signing=row.id,
            scheme=candidacy.scheme,
            criterion=code,
            wording=criterion.wording,
        ),
        by=by,
        now=now,
        owner=candidacy.owner_id,
    )
    audit.record(
        session,
        "declaration.signed",
        by=by,
        now=now,
        subject=row,
        person=by,
        organisation=candidacy.owner_id,
        scheme=candidacy.scheme,
        criterion=code,
        wording=criterion.wording,
    )
    return row
