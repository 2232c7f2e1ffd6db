"""The blueprint of this room, and what its views share."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, abort, g
from werkzeug.wrappers import Response
from wtforms import Form

from app.access import may
from app.accounts.errors import Refused
from app.db import db
from app.declarations import training
from app.declarations.models import FurtherTraining
from app.declarations.words import CATEGORIES, TAGS
from app.organisations import service as organisations

bp = Blueprint("declarations", __name__, template_folder="templates")

Page = str | Response | tuple[Any, int]


@bp.context_processor
def _words() -> dict[str, Any]:
    return {"TAGS": TAGS, "CATEGORIES": CATEGORIES}


def owner_id() -> uuid.UUID:
    """The scheme owner under whom credits count."""
    return organisations.scheme_owner(db.session()).id


def readable(row_id: uuid.UUID) -> FurtherTraining:
    """The declaration, if it is one's own or one may judge it; else 404."""
    row = training.load(db.session(), row_id)
    if row is None or not (row.person_id == g.person.id or judges(row)):
        abort(404)
    return row


def judges(row: FurtherTraining) -> bool:
    """Whether the person who asks may judge this one: never their own."""
    return may("training.judge") and row.person_id != g.person.id and row.owner_id == owner_id()


def say(form: Form, refused: Refused, **fields: str) -> None:
    """Put what a service refused beside the field that it is about; ``fields`` names those called otherwise."""
    name = fields.get(refused.code, refused.code)
    if name in form:
        form[name].errors = [*form[name].errors, str(refused)]
    else:
        form.form_errors.append(str(refused))
