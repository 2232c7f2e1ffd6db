"""The blueprint of the read-only pages, and who may read whose path."""

from __future__ import annotations

import uuid

from flask import Blueprint, abort, g

from app.access import may
from app.accounts import service as accounts
from app.accounts.models import Person
from app.db import db
from app.learners import service as learners
from app.learners.models import Candidacy
from app.organisations import service as organisations

bp = Blueprint("portal", __name__, template_folder="templates")


def may_follow(person: Person) -> bool:
    """Whether whoever asks may see this person's path: their own, their guide, or those who decide on it."""
    if person.id == g.person.id or may("decision.take") or may("people.manage"):
        return True
    where = person.organisation_id
    if where is None:
        return False
    return may("municipality.read", organisation=where)


def readable_person(person_id: uuid.UUID) -> Person:
    """The person, or 404 exactly as if there were none."""
    person = accounts.load_person(db.session(), person_id)
    if person is None or not may_follow(person):
        abort(404)
    return person


def readable_candidacy(candidacy_id: uuid.UUID) -> tuple[Candidacy, Person]:
    """The candidacy with its person, or 404."""
    session = db.session()
    candidacy = learners.get(session, candidacy_id)
    if candidacy is None or candidacy.owner_id != organisations.scheme_owner(session).id:
        abort(404)
    return candidacy, readable_person(candidacy.person_id)
