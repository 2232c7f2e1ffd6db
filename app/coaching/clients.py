"""The organisations that a coach serves: those used before, and one that is typed."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from datetime import datetime
from difflib import SequenceMatcher

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.errors import Refused
from app.coaching.models import Hours
from app.organisations import service as organisations
from app.organisations.models import Organisation

ALIKE = 0.82
MOST_OFFERED = 4
KINDS = ("municipality", "client")


class SimilarNames(Refused):
    """Organisations with almost that name are known; ``found`` are the ones to choose from."""

    def __init__(self, found: Sequence[Organisation]) -> None:
        super().__init__(
            "similar",
            _l("There is already an organisation with almost that name. Choose which one you mean."),
        )
        self.found = tuple(found)


def used_before(session: Session, person: uuid.UUID) -> list[Organisation]:
    """The clients of every row that the coach has logged, in Swedish order of name."""
    served = select(Hours.client_id).where(Hours.person_id == person)
    found = session.scalars(select(Organisation).where(Organisation.id.in_(served)))
    return sorted(found, key=lambda one: organisations.swedish_key(one.name))


def _core(name: str) -> str:
    """What is left of a name without its form: Falkviks kommun -> falkvik, Påhitt Konsult AB -> påhitt konsult."""
    plain = re.sub(r"[^\w]+", " ", name.casefold())
    plain = re.sub(r"\b(kommun|stad|region|municipality|city|of|ab|hb|ltd|ek|för|the)\b", " ", plain)
    plain = " ".join(plain.split())
    return plain[:-1] if plain.endswith("s") and len(plain) > 3 else plain


def _offered(session: Session, person: uuid.UUID) -> list[Organisation]:
    """Municipalities are public; other coaches' clients are theirs to know."""
    mine = {one.id: one for one in used_before(session, person)}
    public = {one.id: one for one in organisations.organisations(session, kinds=("municipality",))}
    return list((mine | public).values())


def similar(session: Session, name: str, *, person: uuid.UUID) -> list[Organisation]:
    """The organisations that the coach may know of and whose names are most like ``name``, the closest first."""
    wanted = _core(name)
    scored = [
        (SequenceMatcher(None, wanted, _core(one.name)).ratio(), one) for one in _offered(session, person)
    ]
    close = sorted((pair for pair in scored if pair[0] >= ALIKE), key=lambda pair: -pair[0])
    return [one for _score, one in close[:MOST_OFFERED]]


def choose(session: Session, client_id: uuid.UUID, *, person: uuid.UUID) -> Organisation:
    """One of those that the form offered. Raises :class:`Refused` ``client`` for any other."""
    found = next((one for one in _offered(session, person) if one.id == client_id), None)
    if found is None:
        raise Refused("client", _l("Choose one of the organisations, or write its name."))
    return found


def typed(
    session: Session, name: str, *, another: bool = False, person: uuid.UUID, now: datetime
) -> Organisation:
    """The organisation with this name, made new where nobody has used the name.

    Raises :class:`SimilarNames` where names that are almost the same are known, unless ``another`` says that it
    is a different one, and :class:`Refused` ``new_client`` for a name that cannot be kept.
    """
    name = " ".join(name.split())
    if name:
        same = [one for one in _offered(session, person) if one.name.casefold() == name.casefold()]
        same += [one for kind in KINDS if (one := organisations.find_by_name(session, name, kind=kind))]
        if same:
            return same[0]
        if not another and (close := similar(session, name, person=person)):
            raise SimilarNames(close)
    try:
        return organisations.create_organisation(session, name=name, kind="client", by=person, now=now)
    except organisations.OrganisationRefused as refused:
        raise Refused("new_client", str(refused)) from refused
