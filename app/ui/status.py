"""The states that things can be in: one word, one tone for each, the same on every page.

Tones: ``good`` (done, holds), ``now`` (going on), ``wait`` (somebody has to act, or time runs), ``bad`` (stopped,
refused), ``quiet`` (over, or not begun). A tone is always shown as a shape and a word besides its colour.
"""

from __future__ import annotations

from typing import Literal

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

Tone = Literal["good", "now", "wait", "bad", "quiet"]

STATUSES: dict[str, tuple[Tone, LazyString]] = {
    # things that are prepared and made public
    "draft": ("quiet", _l("Draft")),
    "published": ("good", _l("Published")),
    "superseded": ("quiet", _l("Superseded")),
    "archived": ("quiet", _l("Archived")),
    # steps of a path and criteria
    "done": ("good", _l("Done")),
    "current": ("now", _l("In progress")),
    "next": ("quiet", _l("Next")),
    "later": ("quiet", _l("Later")),
    "met": ("good", _l("Met")),
    "unmet": ("quiet", _l("Not yet met")),
    "waived": ("good", _l("Waived")),
    "expiring": ("wait", _l("Expires soon")),
    # candidacies and decisions
    "applied": ("wait", _l("Applied")),
    "candidate": ("now", _l("Candidate")),
    "ready": ("now", _l("Ready for decision")),
    "granted": ("good", _l("Granted")),
    "refused": ("bad", _l("Refused")),
    "closed": ("quiet", _l("Closed")),
    # certificates
    "active": ("good", _l("Valid")),
    "in_force": ("good", _l("In force")),
    "renewal_open": ("wait", _l("Time to renew")),
    "suspended": ("bad", _l("Suspended")),
    "withdrawn": ("bad", _l("Withdrawn")),
    "expired": ("quiet", _l("Expired")),
    "voided": ("quiet", _l("Voided")),
    # invitations, mail and accounts
    "invited": ("wait", _l("Invited")),
    "joined": ("good", _l("Joined")),
    "revoked": ("quiet", _l("Revoked")),
    "queued": ("wait", _l("Waiting to be sent")),
    "sent": ("now", _l("Sent")),
    "delivered": ("good", _l("Delivered")),
    "undelivered": ("bad", _l("Not delivered")),
    "locked": ("bad", _l("Locked")),
    # coaching hours and things that somebody has to answer
    "waiting": ("wait", _l("Waiting for answer")),
    "signed": ("good", _l("Signed")),
    "disputed": ("bad", _l("Refused by the client")),
    "replaced": ("quiet", _l("Replaced")),
    "approved": ("good", _l("Approved")),
    # sessions and attendance
    "planned": ("now", _l("Planned")),
    "held": ("good", _l("Held")),
    "cancelled": ("quiet", _l("Cancelled")),
    "requested": ("wait", _l("Requested")),
    "waitlisted": ("wait", _l("On the waiting list")),
    "booked": ("now", _l("Booked")),
    "attended": ("good", _l("Attended")),
    "full": ("good", _l("Attended in full")),
    "partial": ("wait", _l("Attended in part")),
    "no_show": ("bad", _l("Did not come")),
    # assessments
    "submitted": ("wait", _l("Handed in")),
    "in_review": ("now", _l("Being assessed")),
    "passed": ("good", _l("Passed")),
    "repeat": ("wait", _l("Asked to repeat")),
    "failed": ("bad", _l("Not passed")),
    "accepted": ("good", _l("Accepted")),
}


def status_tone(status: str) -> Tone:
    """The tone of a state; an unknown one raises KeyError, so that the vocabulary stays one."""
    return STATUSES[status][0]


def status_text(status: str) -> str:
    """The word for a state in the reader's language."""
    return str(STATUSES[status][1])
