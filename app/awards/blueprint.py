"""The blueprint of this room and what its views share."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort
from flask_babel import get_locale
from flask_babel import gettext as _

from app.awards.models import Certificate
from app.db import db
from app.organisations import service as organisations
from app.schemes import service as schemes

bp = Blueprint("awards", __name__, template_folder="templates")


def owner_id() -> uuid.UUID:
    """The scheme owner whose decisions and certificates these pages show."""
    return organisations.scheme_owner(db.session()).id


def language() -> str:
    return "en" if str(get_locale()) == "en" else "sv"


def say(texts: Mapping[str, str]) -> str:
    return texts[language()]


def scheme_name(version_id: uuid.UUID) -> str:
    return say(schemes.load(db.session(), version_id).name)


def obstacle_text(code: str) -> str:
    """Why a decision cannot be taken, in words, and what to do."""
    texts = {
        "oneself": _("You cannot decide about yourself. Another certifier has to."),
        "involved": _(
            "You have trained, mentored, observed or examined this person. Another certifier has to decide."
        ),
        "not_authorised": _("You are not a certifier for this scheme."),
        "not_met": _("Not every requirement is met, so the certification cannot be granted."),
        "already_decided": _(
            "Somebody has already decided about this person. Nothing of yours has been saved."
        ),
        "closed": _("This candidacy is no longer open."),
        "no_reason": _("Write a reason. The person will read it."),
    }
    return texts.get(code, code)


def certificate_or_404(certificate_id: uuid.UUID) -> Certificate:
    found = db.session.get(Certificate, certificate_id)
    if found is None or found.owner_id != owner_id():
        abort(404)
    return found


def page_args(**more: Any) -> dict[str, Any]:
    return {"scheme_name": scheme_name, "say": say, **more}
