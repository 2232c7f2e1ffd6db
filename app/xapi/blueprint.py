"""The blueprint of the record store's pages for administrators, and what they share: whose record is looked at."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from flask import Blueprint, abort, current_app, request, url_for
from flask_babel import lazy_gettext as _l

from app.db import db
from app.organisations import service as organisations
from app.organisations.models import Organisation

pages = Blueprint("record", __name__, url_prefix="/record-store", template_folder="templates")

# (label, endpoint); one that is not registered is left out.
TABS = (
    (_l("Statements"), "record.statements"),
    (_l("Credentials"), "record.credentials"),
    (_l("Forwarding"), "record.forwarding"),
)


def tabs() -> Sequence[tuple[str, str, bool]]:
    """The record store's pages: label, address, whether it is this one."""
    return [
        (str(label), url_for(endpoint), request.endpoint == endpoint)
        for label, endpoint in TABS
        if endpoint in current_app.view_functions
    ]


def asked_uuid(name: str) -> uuid.UUID | None:
    """The id that the address gives under ``name``; 404 for something else."""
    given = request.args.get(name)
    if not given:
        return None
    try:
        return uuid.UUID(given)
    except ValueError:
        abort(404)


def asked_organisation() -> Organisation:
    """Whose record the address asks for; without one, the consortium's that owns the schemes."""
    asked = asked_uuid("organisation")
    if asked is None:
        return organisations.scheme_owner(db.session())
    found = organisations.load_organisation(db.session(), asked)
    if found is None:
        abort(404)
    return found
