"""The states and kinds of declared training, as people read them."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

#: state -> (what ``ui.tag`` shows, the words)
TAGS: dict[str, tuple[str, LazyString]] = {
    "waiting": ("waiting", _l("Waiting to be judged")),
    "accepted": ("accepted", _l("Counts")),
    "declined": ("refused", _l("Not accepted")),
    "withdrawn": ("revoked", _l("Taken back")),
    "voided": ("voided", _l("No longer counts")),
}
CATEGORIES: dict[str, LazyString] = {
    "core": _l("Core subjects"),
    "ethics": _l("Ethics"),
    "other": _l("Other subjects"),
}
ACTIVITY: dict[str, LazyString] = {
    "training.declared": _l("Further training was declared"),
    "training.accepted": _l("Further training was accepted"),
    "training.declined": _l("Further training was not accepted"),
    "training.voided": _l("Credits were taken back"),
    "training.withdrawn": _l("Declared training was taken back"),
    "declaration.signed": _l("A declaration was signed"),
}
