"""Shares in words."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.royalties.closing import Owed
from app.royalties.models import RoyaltyShare
from app.royalties.reckoning import Due
from app.ui import formatting

ACTIVITY = {"royalties.planned": _l("A plan for royalties was made")}


def percent(share: int) -> str:
    """Hundredths of a percent, as people write it."""
    return formatting.percent(share / 100)


def role(share: RoyaltyShare) -> str:
    """For what somebody has the share."""
    if share.role == "author":
        return _("Author")
    return (_("Gave the session"), _("Trained who gave the session"), _("Trained the trainer's trainer"))[
        share.generation or 0
    ]


def who(share: RoyaltyShare, names: Mapping[uuid.UUID, str]) -> str:
    """An author's name; trainers stand in the record."""
    named = share.person_id or share.organisation_id
    return names.get(named, _("Somebody without an account")) if named else _("Whom the record names")


def receiver(owed: Due | Owed, names: Mapping[uuid.UUID, str]) -> str:
    """Who is owed this."""
    named = owed.person or owed.organisation
    return names.get(named, _("Somebody without an account")) if named else _("Somebody without an account")
