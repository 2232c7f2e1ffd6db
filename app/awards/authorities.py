"""Timestamping authorities: which are configured, how they are asked, and when each may be asked again.

``TSA_URLS`` names them in order, separated by commas; after an address may stand how many requests it takes in
how many minutes: ``https://tid.example 20/20, https://time.example 100/1``. ``TSA_ROOTS`` is a PEM file with the
certificates that issued theirs: an answer is trusted only under one of those.
"""

from __future__ import annotations

import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.awards.models import TimestampRequest
from app.config import ConfigurationError

TIMEOUT = 10.0
LARGEST_ANSWER = 64 * 1024
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
# one national authority shuts whoever asks 20 times in 20 minutes out for a day
USUAL_LIMIT = (15, timedelta(minutes=20))


@dataclass(frozen=True, slots=True)
class Authority:
    """An address to ask, and how often: at most ``count`` times ``within`` a while."""

    address: str
    count: int
    within: timedelta


@dataclass(frozen=True, slots=True)
class Standing:
    """How an authority has answered lately, and from when it may be asked."""

    authority: Authority
    ready_at: datetime | None
    answered_at: datetime | None
    failures: int
    problem: str


def configured() -> list[Authority]:
    """The authorities in the order in which they are asked. Raises :class:`ConfigurationError`."""
    found = []
    for entry in str(current_app.config["TSA_URLS"]).split(","):
        if not entry.strip():
            continue
        address, _, limit = entry.strip().partition(" ")
        count, within = USUAL_LIMIT
        if urlsplit(address).scheme not in ("https", "http"):
            raise ConfigurationError(f"TSA_URLS: {address!r} is not an address.")
        if limit:
            number, _, minutes = limit.strip().partition("/")
            if not (number.isdecimal() and minutes.isdecimal() and int(number) and int(minutes)):
                raise ConfigurationError(f"TSA_URLS: {limit!r} should be requests/minutes, as 20/20.")
            count, within = int(number), timedelta(minutes=int(minutes))
        found.append(Authority(address, count, within))
    return found


def roots() -> list[x509.Certificate]:
    """The certificates under which a timestamp is trusted."""
    path = str(current_app.config["TSA_ROOTS"])
    return x509.load_pem_x509_certificates(Path(path).read_bytes()) if path else []


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def ask(address: str, data: bytes, headers: dict[str, str] | None, *, largest: int = LARGEST_ANSWER) -> bytes:
    """What stands at an address; follows no redirect, and gives up on an answer that is long or slow.

    Raises ``OSError``.
    """
    request = urllib.request.Request(address, data=data or None, headers=headers or {})
    opener = urllib.request.build_opener(_NoRedirect)
    until = time.monotonic() + 2 * TIMEOUT
    parts: list[bytes] = []
    with opener.open(request, timeout=TIMEOUT) as response:
        while part := response.read1(8192):
            parts.append(part)
            if sum(map(len, parts)) > largest:
                raise OSError("the answer is too long")
            if time.monotonic() > until:
                raise TimeoutError("the answer came too slowly")
    return b"".join(parts)


def post(address: str, request: bytes) -> bytes:
    """Ask an authority (RFC 3161 over HTTP). Raises ``OSError``."""
    return ask(address, request, {"Content-Type": "application/timestamp-query"})


Post = Callable[[str, bytes], bytes]


def standing(session: Session, authority: Authority, *, now: datetime) -> Standing:
    """From when ``authority`` may be asked: its limit is kept, and each failure in a row doubles the wait."""
    asked = select(TimestampRequest).where(TimestampRequest.authority == authority.address)
    latest = session.scalars(
        asked.order_by(TimestampRequest.at.desc(), TimestampRequest.id.desc()).limit(max(authority.count, 20))
    ).all()
    failed = []
    answered_at = None
    for one in latest:
        if one.answer == "":
            answered_at = one.at
            break
        failed.append(one)
    ready: list[datetime] = []
    if failed:
        ready.append(failed[0].at + min(FIRST_WAIT * 2 ** (len(failed) - 1), LONGEST_WAIT))
    recent = [one.at for one in latest if one.at > now - authority.within]
    if len(recent) >= authority.count:
        ready.append(recent[authority.count - 1] + authority.within)
    until = max(ready, default=now)
    problem = (failed[0].answer or "") if failed else ""
    return Standing(authority, until if until > now else None, answered_at, len(failed), problem)
