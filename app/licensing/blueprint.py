"""The blueprint of this room, and what its views share."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from coursekit import Course, say
from flask import Blueprint, abort, current_app, g, request
from werkzeug.wrappers import Response
from wtforms import Form

from app import i18n
from app.access import may, organisations_for
from app.accounts.errors import Refused
from app.accounts.models import Person
from app.db import db
from app.licensing import licences
from app.licensing.models import Licence
from app.organisations import service as organisations
from app.organisations.models import Organisation
from app.rules.terms import Terms
from app.ui import formatting

bp = Blueprint("licensing", __name__, template_folder="templates")

Page = str | Response | tuple[Any, int]
SELLERS = ("partner", "coaching_firm", "consortium")


def courses() -> Mapping[str, Course]:
    """The courses that are here, by id."""
    return {one.id: one for one in current_app.extensions["courses"].listing()}


def course_name(course: str) -> str:
    """What the reader calls the course; its id where it is not installed here."""
    found = courses().get(course)
    return say(found.title, i18n.language()) if found else course


def month_name(month: str) -> str:
    """A month such as 2027-03 as people say it: mars 2027."""
    return formatting.month(date.fromisoformat(f"{month}-01"))


@bp.context_processor
def _words() -> dict[str, Any]:
    return {"course_name": course_name, "month_name": month_name}


def selling() -> frozenset[uuid.UUID] | None:
    """The organisations for which the person who asks may sell; None: all."""
    return organisations_for("licence.sell")


def holding() -> frozenset[uuid.UUID] | None:
    """The organisations whose licences the person who asks may see; None: all."""
    return organisations_for("licence.hold")


def _own(scope: frozenset[uuid.UUID] | None) -> frozenset[uuid.UUID]:
    return frozenset({g.person.organisation_id} - {None}) if scope is None else scope


def acts_as_licensee() -> frozenset[uuid.UUID]:
    """For whom the person asks, accepts and declines: whoever may read everything acts for their own side only."""
    return _own(holding())


def acts_as_publisher() -> frozenset[uuid.UUID]:
    """For whom the person offers and signs."""
    return _own(selling())


def may_ask() -> frozenset[uuid.UUID]:
    """The organisations for which the person may ask for a licence."""
    if not may("licence.hold"):
        return frozenset()
    found = organisations.organisations(db.session(), kinds=licences.LICENSEES, among=acts_as_licensee())
    return frozenset(one.id for one in found)


def sellers() -> list[Organisation]:
    """The organisations for which the person may sell, by name."""
    return organisations.organisations(db.session(), kinds=SELLERS, among=selling())


def seen_licence(id: uuid.UUID) -> Licence:
    """The licence, if the person sells or holds it; else 404."""
    found = licences.find(db.session(), id, publishing=selling(), holding=holding())
    if found is None:
        abort(404)
    return found


def names_of(licence_rows: Any) -> dict[uuid.UUID, str]:
    """The names of both sides of these licences."""
    wanted = {one for row in licence_rows for one in (row.publisher_id, row.licensee_id)}
    found = organisations.organisations(db.session(), among=frozenset(wanted))
    return {one.id: one.name for one in found}


def coach_names(terms: Terms) -> dict[uuid.UUID, str]:
    """The names of the coaches whom the terms name, where they have an account here."""
    found = (db.session.get(Person, one) for one in terms.coaches)
    return {one.id: one.name for one in found if one is not None and one.erased_at is None}


def asked_uuid(name: str) -> uuid.UUID | None:
    """An id in the address, or None."""
    try:
        return uuid.UUID(request.args.get(name, ""))
    except ValueError:
        return None


def say_on(form: Form, refused: Refused, fields: Mapping[str, str]) -> None:
    """Put what was refused beside the field that it is about."""
    name = fields.get(refused.code, refused.code)
    if name in form:
        form[name].errors = [*form[name].errors, str(refused)]
    else:
        form.form_errors.append(str(refused))
