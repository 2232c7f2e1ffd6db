"""Whether a licence lets somebody begin with a course, or go on: read from its terms, on a day that is given.

Pure. A licensee's licences stand in a queue: the first that lets them begin is taken, and licences for trying a course
out come last. Where none does, the reason is the one of the licence that came closest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal
from uuid import UUID

from app.rules.terms import Terms, covers_version

Way = Literal["study", "session"]
WAYS: dict[str, tuple[Way, ...]] = {
    "seats": ("study", "session"),
    "registrations": ("study",),
    "attendees": ("session",),
    "flat": ("study", "session"),
}
"""What each kind of licence is for."""

REASONS = (
    "full",
    "stopped_new",
    "stopped_all",
    "later",
    "ended",
    "deliverer",
    "audience",
    "version",
    "kind",
    "broken",
    "none",
)
"""Why nobody may begin, the closest to being allowed first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """An installed licence. ``terms`` None: its file was changed, and it gives nobody anything. ``free`` None: without
    a limit."""

    id: UUID
    licensee: UUID
    terms: Terms | None
    stop: str
    free: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """Somebody wants to begin. ``audience``: whether as the licensee's own staff or its customers. ``version`` and
    ``deliverer`` (person, organisation) are None where they do not matter."""

    way: Way
    day: date
    audience: str
    version: str | None = None
    deliverer: tuple[UUID, UUID | None] | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """``grant`` lets them, or ``reason`` says why none does."""

    grant: Grant | None
    reason: str = ""


def delivers(terms: Terms, licensee: UUID, deliverer: tuple[UUID, UUID | None]) -> bool:
    """Whether a certified coach (person, organisation) may give the course under these terms."""
    person, organisation = deliverer
    if terms.deliverers == "named":
        return person in terms.coaches
    return terms.deliverers == "any" or organisation == licensee


def may_begin(grant: Grant, use: Use) -> str:
    """Empty where the licence lets somebody begin, else one of :data:`REASONS`."""
    terms = grant.terms
    if terms is None:
        return "broken"
    if use.way not in WAYS[terms.kind]:
        return "kind"
    if use.version is not None and not covers_version(terms, use.version):
        return "version"
    if use.audience not in terms.teaches:
        return "audience"
    if use.deliverer is not None and not delivers(terms, grant.licensee, use.deliverer):
        return "deliverer"
    if use.day > terms.ends:
        return "ended"
    if use.day < terms.starts:
        return "later"
    if grant.stop:
        return f"stopped_{grant.stop}"
    return "full" if grant.free is not None and grant.free < 1 else ""


def may_go_on(grant: Grant, day: date) -> str:
    """Empty where those who have begun under the licence may go on: through its period and its days of grace, whether
    or not others may still begin."""
    if grant.terms is None:
        return "broken"
    if grant.stop == "all":
        return "stopped_all"
    return "ended" if day > grant.terms.ends + timedelta(days=grant.terms.grace_days) else ""


def choose(grants: Sequence[tuple[Grant, Use]]) -> Verdict:
    """The first licence of the queue that lets somebody begin, each asked with the use as its licensee sees it."""
    queue = sorted(grants, key=lambda one: _place(one[0]))
    said = [(may_begin(grant, use), grant) for grant, use in queue]
    for reason, grant in said:
        if not reason:
            return Verdict(grant)
    return Verdict(None, min((reason for reason, _ in said), key=REASONS.index, default="none"))


def _place(grant: Grant) -> tuple[bool, date, UUID]:
    terms = grant.terms
    return (terms is None or terms.trial, terms.starts if terms else date.max, grant.id)
