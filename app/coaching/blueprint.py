"""The blueprint of this room, and what its views share."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, g
from werkzeug.wrappers import Response
from wtforms import Form

from app.accounts.errors import Refused
from app.coaching import service
from app.coaching.figures import Figures, instant, when
from app.coaching.models import Hours, Mentoring
from app.coaching.words import MENTORING_TAGS, TAGS
from app.db import db

bp = Blueprint("coaching", __name__, template_folder="templates")

Page = str | Response | tuple[Any, int] | tuple[Any, int, Mapping[str, str]]

# Where the message of a refusal belongs, where the field has another name.
FIELDS = {
    "future": "day",
    "old": "day",
    "unfinished": "minutes",
    "skipped": "begins",
    "overlap": "begins",
    "email": "contact_email",
    "own": "contact_email",
    "similar": "new_client",
    "unknown": "other_email",
    "oneself": "other_email",
    "mentor": "day",
}


@bp.context_processor
def _words() -> dict[str, Any]:
    return {"TAGS": TAGS, "MENTORING_TAGS": MENTORING_TAGS, "when": when}


def own_hours(hours_id: uuid.UUID) -> Hours:
    """The row, if it is the asking person's own; else 404."""
    row = service.load_hours(db.session(), hours_id, person=g.person.id)
    if row is None:
        abort(404)
    return row


def own_mentoring(mentoring_id: uuid.UUID) -> Mentoring:
    """The mentor coaching, if the asking person is one of the two; else 404."""
    row = service.load_mentoring(db.session(), mentoring_id, person=g.person.id)
    if row is None:
        abort(404)
    return row


def figures(form: Any) -> Figures:
    """What a checked form says. Raises :class:`Refused` ``skipped`` for a time that does not exist."""
    return Figures(
        starts=instant(form.day.data, form.begins.data),
        minutes=form.minutes.data,
        paid=form.paid.data == "yes" if "paid" in form else True,
        group_size=form.group_size.data if "group_size" in form else 1,
    )


def say(form: Form, refused: Refused) -> None:
    """Put what a service refused beside the field that it is about."""
    name = FIELDS.get(refused.code, refused.code)
    if name in form:
        field = form[name]
        field.errors = [*field.errors, str(refused)]
    else:
        form.form_errors.append(str(refused))
