"""Which items never count because another one already does, or because they cannot be true.

A minute counts once: a person's coaching, mentoring (given and received) and attendance share one timeline,
and an item that overlaps one that already counts is left out whole. The same thing told twice (the same
hours, the same unit, the same delivery) counts once. Who comes first is decided by when it was recorded, then
by the id, never by the order in which somebody happens to read the items. Since what counts never overlaps
and an item longer than a day is refused, no day can hold more than 24 hours.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

from app.rules.evidence import Evidence

#: Kinds that share the person's timeline.
TIMED = frozenset({"coaching", "mentoring", "mentoring_given", "attendance"})
#: Kinds that must be over before anybody may record them.
FINISHED = frozenset({"coaching", "mentoring", "mentoring_given"})
#: Kinds that may begin to hold later than they were recorded.
LASTING = frozenset({"certificate", "certificate_status", "waiver"})
LONGEST_MINUTES = 24 * 60


class Exclusion(NamedTuple):
    """Why an item is left out (``future``, ``too_long``, ``no_minutes``, ``overlap``, ``duplicate``), and the
    item that counts in its place where there is one."""

    reason: str
    other: str | None = None


TOO_LONG, NO_MINUTES, FUTURE = Exclusion("too_long"), Exclusion("no_minutes"), Exclusion("future")


def subject(item: Evidence) -> tuple[str, ...] | None:
    """What the item is about, as a key that is equal for the same thing; None where each item is its own."""
    return item.subject


def impossible(item: Evidence) -> Exclusion | None:
    """Whether the item can never count, whatever else is known."""
    kind = item.kind
    if kind in FINISHED:
        if item.minutes > LONGEST_MINUTES:
            return TOO_LONG
        if item.minutes <= 0:
            return NO_MINUTES
        return FUTURE if item.ends > item.recorded else None
    if item.starts > item.recorded and kind not in LASTING:
        return FUTURE
    if item.minutes > LONGEST_MINUTES and kind in TIMED:
        return TOO_LONG
    return None


def excluded(item: Evidence, counted: Iterable[Evidence]) -> Exclusion | None:
    """Whether ``item``, recorded after all of ``counted``, is left out.

    ``counted`` are those items of the same person that count and either overlap ``item`` in time (of a kind
    in ``TIMED``) or have the same ``subject``; more of them do no harm. Where one of them was recorded later
    than ``item`` (see ``Evidence.order``), the person's standing has to be rebuilt instead.
    """
    verdict = impossible(item)
    if verdict:
        return verdict
    neighbours = sorted(counted, key=lambda other: other.starts)
    about = subject(item)
    if about is not None:
        for other in neighbours:
            if other.id != item.id and subject(other) == about:
                return Exclusion("duplicate", other.id)
    if item.kind in TIMED and item.minutes > 0:
        for other in neighbours:
            if (
                other.id != item.id
                and other.kind in TIMED
                and other.minutes > 0
                and other.starts < item.ends
                and item.starts < other.ends
            ):
                return Exclusion("overlap", other.id)
    return None


def exclusions(items: Iterable[Evidence]) -> dict[str, Exclusion]:
    """Every item of one person that is left out, by id: the same answer as asking ``excluded`` one by one in
    the order of recording."""
    left_out: dict[str, Exclusion] = {}
    seen: dict[tuple[str, ...], str] = {}
    starts: list[datetime] = []
    spans: list[tuple[datetime, str]] = []
    for item in sorted(items, key=attrgetter("recorded", "id")):
        verdict = impossible(item)
        if verdict is not None:
            left_out[item.id] = verdict
            continue
        about = item.subject
        if about is not None and about in seen:
            left_out[item.id] = Exclusion("duplicate", seen[about])
            continue
        if item.minutes > 0 and item.kind in TIMED:
            begins, ends = item.starts, item.ends
            # recorded in the order of happening, as a rule: then the end of the list is the place
            place = len(starts) if not starts or begins >= starts[-1] else bisect_right(starts, begins)
            if place and spans[place - 1][0] > begins:
                left_out[item.id] = Exclusion("overlap", spans[place - 1][1])
                continue
            if place < len(starts) and starts[place] < ends:
                left_out[item.id] = Exclusion("overlap", spans[place][1])
                continue
            starts.insert(place, begins)
            spans.insert(place, (ends, item.id))
        if about is not None:
            seen[about] = item.id
    return left_out
