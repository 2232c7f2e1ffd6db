"""The roles a grant can give, and which role may hand out which. Plain data; ``service`` applies it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

ROLES = ("member", "coach", "guide", "examiner", "certifier", "partner", "lead", "administrator")

# Nobody hands out more than they hold: roles that decide about certificates come from administrators only.
MAY_GRANT: dict[str, frozenset[str]] = {
    "administrator": frozenset(ROLES),
    "guide": frozenset({"member", "lead"}),
    "lead": frozenset({"member"}),
    "coach": frozenset({"member"}),
    "partner": frozenset({"partner"}),
    "member": frozenset(),
    "examiner": frozenset(),
    "certifier": frozenset(),
}

# Roles that belong to an organisation, whatever the scheme of the person who hands them out.
OF_NO_SCHEME = frozenset({"member", "lead", "partner"})

ROLE_NAMES: dict[str, LazyString] = {
    "member": _l("Participant"),
    "coach": _l("Coach"),
    "guide": _l("Guide"),
    "examiner": _l("Examiner"),
    "certifier": _l("Certifier"),
    "partner": _l("Partner"),
    "lead": _l("Municipal lead"),
    "administrator": _l("Administrator"),
}


def role_name(role: str) -> str:
    """The role's name in the reader's language."""
    return str(ROLE_NAMES[role])
