"""The states of this room's rows, as people read them: the word, and its sign in the common vocabulary."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

#: state -> (what ``ui.tag`` shows, the words)
TAGS: dict[str, tuple[str, LazyString]] = {
    "waiting": ("waiting", _l("Waiting for the client")),
    "corrected": ("repeat", _l("Correction proposed")),
    "signed": ("signed", _l("Signed by both")),
    "refused": ("disputed", _l("Refused by the client")),
    "withdrawn": ("revoked", _l("Withdrawn by you")),
    "replaced": ("replaced", _l("Replaced by a new row")),
    "voided": ("voided", _l("Voided by you")),
    "undelivered": ("undelivered", _l("The mail did not arrive")),
    "expired": ("expiring", _l("The link has run out")),
}

#: Mentor coaching.
MENTORING_TAGS: dict[str, tuple[str, LazyString]] = {
    "waiting": ("waiting", _l("Waiting to be confirmed")),
    "confirmed": ("approved", _l("Confirmed by both")),
    "declined": ("refused", _l("Not agreed")),
    "withdrawn": ("revoked", _l("Taken back")),
    "voided": ("voided", _l("No longer counts")),
}


def state_text(state: str) -> str:
    """The words for a row's state in the reader's language."""
    return str(TAGS[state][1])
