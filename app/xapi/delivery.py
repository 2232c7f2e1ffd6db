"""Handing statements to an outside store so that each is there once, whatever the store answers.

A statement's id is ours, so sending it again is the same statement. Where an answer was lost, the next try tells: the
store takes it as known, or says 409 and we compare. What blames a statement (400, 409, 413, 422) halves the batch
until the one is found; what blames the store or the way to it holds everything back (:class:`Held`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.lrs.equality import same
from app.xapi import multipart
from app.xapi.addresses import AddressRefused
from app.xapi.outbound import Outbound, Reply, Unreachable
from app.xapi.outgoing import Item, together

BLAMES_STATEMENT = {400: "refused", 409: "conflict", 413: "too_large", 422: "refused"}
LONGEST_DETAIL = 300


class Held(Exception):
    """The store takes nothing now; ``after`` is how long it asks us to wait. ``status`` 0: there was no answer."""

    def __init__(self, said: str, *, status: int = 0, after: timedelta | None = None) -> None:
        super().__init__(said[:LONGEST_DETAIL])
        self.status, self.after = status, after


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of statements: all of them delivered (no reason), or one that is quarantined."""

    items: Sequence[Item]
    reason: str = ""
    detail: str = ""


def deliver(
    remote: Outbound, items: Sequence[Item], *, now: datetime, poison: bool = False
) -> Iterator[Verdict]:
    """Deliver ``items`` in their order; each verdict is final and may be kept before the next is asked for.

    ``poison``: the store has failed on the first statement again and again, so a failure (500) on it alone is the
    statement's. Raises :class:`Held`; what was yielded before stays true.
    """
    if not items:
        return
    reply = _post(remote, items)
    if reply.status in (200, 204):
        if reply.status == 200 and not _lists(reply, items):
            raise Held("the store answered 200 with something else than the statements' ids", status=200)
        yield Verdict(items)
    elif reply.status in BLAMES_STATEMENT or reply.status == 403 or (poison and reply.status == 500):
        if len(items) > 1:
            half = len(items) // 2
            yield from deliver(remote, items[:half], now=now, poison=poison)
            yield from deliver(remote, items[half:], now=now, poison=poison)
        elif reply.status == 409:
            yield _compare(remote, items[0], now=now)
        elif reply.status == 403:
            yield _forbidden(remote, items[0], reply, now=now)
        else:
            yield Verdict(items, BLAMES_STATEMENT.get(reply.status, "poison"), _said(reply))
    else:
        raise _held(reply, now)


def _call(remote: Outbound, method: str, **request: Any) -> Reply:
    try:
        return remote.call(method, "statements", **request)
    except (Unreachable, AddressRefused) as error:
        raise Held(str(error)) from error


def _post(remote: Outbound, items: Sequence[Item]) -> Reply:
    parts = {part.sha2: part for item in items for part in item.parts}
    body, content_type = together(items), "application/json"
    if parts:
        body, content_type = multipart.written(body, parts.values())
    return _call(remote, "POST", body=body, content_type=content_type)


def _lists(reply: Reply, items: Sequence[Item]) -> bool:
    """Whether the answer is the list of ids, whole: a page that somebody put in between is no receipt."""
    try:
        ids = json.loads(reply.body)
    except ValueError:
        return False
    if not isinstance(ids, list):
        return False
    return {str(one).lower() for one in ids} >= {str(item.id) for item in items}


def _compare(remote: Outbound, item: Item, *, now: datetime) -> Verdict:
    """The store has the id: is it our statement?"""
    for name in ("statementId", "voidedStatementId"):
        reply = _call(remote, "GET", params={name: str(item.id)})
        if reply.status == 200:
            try:
                theirs = json.loads(reply.body)
            except ValueError:
                raise Held("the statement that the store holds cannot be read", status=200) from None
            if _equal(json.loads(item.body), theirs):
                return Verdict([item])
            return Verdict([item], "conflict", "another statement has this id there")
        if reply.status in (401, 403):
            return Verdict([item], "conflict", "the id is taken there, and the store lets nobody compare")
        if reply.status != 404:
            raise _held(reply, now)
    return Verdict([item], "conflict", "the id is taken there, and the store does not show by what")


def _equal(ours: dict[str, Any], theirs: Any) -> bool:
    try:
        return same(ours, theirs)
    except (AttributeError, KeyError, TypeError, ValueError):
        return False


def _forbidden(remote: Outbound, item: Item, refusal: Reply, *, now: datetime) -> Verdict:
    """Is it the statement (somebody else's voiding, say) that may not be stored, or may these credentials nothing?"""
    if _call(remote, "POST", body=b"[]").status in (200, 204, 400):
        return Verdict([item], "refused", _said(refusal))
    raise _held(refusal, now)


def _said(reply: Reply) -> str:
    """What the store said, without line breaks, cut."""
    return " ".join(reply.body[:2000].decode("utf-8", "replace").split())[:LONGEST_DETAIL] or str(
        reply.status
    )


def _held(reply: Reply, now: datetime) -> Held:
    if 300 <= reply.status < 400:
        where = reply.headers.get("location", "")[:200]
        return Held(
            f"{reply.status}: the store points to {where}; redirects are not followed", status=reply.status
        )
    return Held(f"{reply.status}: {_said(reply)}", status=reply.status, after=reply.retry_after(now))
