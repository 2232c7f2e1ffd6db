"""The blueprint of this room, and what its views share."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, abort, current_app, g
from flask_babel import get_locale
from werkzeug.wrappers import Response

from app.access import POLICY, held
from app.assessments import assigning, service
from app.assessments.models import Attempt
from app.assessments.observing import Held
from app.db import db

bp = Blueprint("assessments", __name__, template_folder="templates")

Page = str | Response | tuple[Any, int]


def language() -> str:
    """The page's language as schemes know it."""
    return "en" if str(get_locale()) == "en" else "sv"


def assigns_in() -> frozenset[str] | None:
    """The schemes in which the person who asks chooses examiners; None means all of them."""
    found = {one.scheme for one in held() if one.role in POLICY["attempt.assign"].roles}
    return None if None in found else frozenset(one for one in found if one is not None)


def oversees(attempt: Attempt) -> bool:
    """Whether the person who asks chooses the examiners of this attempt (never of their own)."""
    schemes = assigns_in()
    return attempt.person_id != g.person.id and (schemes is None or attempt.scheme in schemes)


def readable_attempt(attempt_id: uuid.UUID) -> Attempt:
    """The attempt, if it is one's own, one's to judge or to oversee; else 404."""
    attempt = assigning.load_attempt(db.session(), attempt_id)
    if attempt is None or not (
        attempt.person_id == g.person.id
        or service.examines(db.session(), attempt, g.person.id)
        or oversees(attempt)
    ):
        abort(404)
    return attempt


def sessions_of(person: uuid.UUID) -> list[Held]:
    """The sessions that a person leads, from the room that knows them."""
    ask = current_app.extensions["assessments"]["sessions"]
    return list(ask(db.session(), person)) if ask else []
