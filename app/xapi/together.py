"""Statements that arrive at the same moment are stored together, and each sender is answered after the commit.

A shorter way in front of the service for what machines send most: plain statements under a credential that this process
has just looked up. They are read and checked as everywhere; then they wait, until the process has read whatever else
has come by now, and all of them go into one transaction (``app.lrs.group``). Whatever needs more than the store (a
launched session's evidence, voiding, attachments, a credential not known yet) and whatever goes wrong takes the
ordinary way through ``app.xapi.views``, each request in a transaction of its own.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Flask

from app.clock import now as clock_now
from app.db import db
from app.lrs.credentials import Grant, remembered
from app.lrs.group import CredentialEnded, Group, Outcome
from app.lrs.store import Wanted, want
from app.lrs.stored import StatementConflict
from app.lrs.validate import InvalidStatement
from app.xapi import statements
from app.xapi.call import TWO, Answer, Call, Problem, negotiated
from app.xapi.permits import claimed, no_credential
from app.xapi.tokens import tokens_of
from app.xapi.views import PREFIX, Whole, call_of, finished, lock_of, refusal

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_log = logging.getLogger("xapi")
MOST = 2_000
"""Statements in one transaction, unless a single sender sends more."""


@dataclass(slots=True)
class _Waiting:
    """A request whose statements are read and wait to be stored."""

    key: str
    wanted: Wanted
    outcome: asyncio.Future[Outcome | None]


class Together:
    """The shorter way, for one process with one event loop. None as an answer means: go the ordinary way."""

    def __init__(self, app: Flask) -> None:
        with app.app_context():
            self.engine, lock = db.engine, lock_of(app)
        self.group = Group(self.engine, lock)
        self.tokens = tokens_of(app)
        self.home = str(app.config["SERVICE_URL"])
        self.longest: int = app.config["MAX_CONTENT_LENGTH"]
        self.waiting: list[_Waiting] = []

    def takes(self, method: str, path: str) -> bool:
        """Whether a request may come this way."""
        return path == f"{PREFIX}statements" and method in ("POST", "PUT")

    async def answer(self, environ: WSGIEnvironment, body: bytes) -> Whole | None:
        """Status line, headers and body, or None."""
        if environ.get("CONTENT_LENGTH") != str(len(body)):
            return None
        version = TWO
        try:
            call = call_of(environ, body)
            version = call.version = negotiated(call)
            grant = self._grant(call)
            wanted = self._wanted(call, grant) if grant else None
            if wanted is None or grant is None:
                return None
            answer = await self._stored(call, grant, wanted)
        except Exception as error:
            answer = refusal(error, self.longest)
        return finished(answer, version) if answer else None

    def _grant(self, call: Call) -> Grant | None:
        """The credential, if it is known here and belongs to no launched session."""
        if "method" in call.params:
            return None
        now = clock_now()
        claim = claimed(call, self.tokens, now=now)
        found = remembered(self.engine, key=claim.key, secret=claim.secret, now=now) if claim.key else None
        grant = claim.within(found)
        return None if grant is None or grant.bound else grant

    def _wanted(self, call: Call, grant: Grant) -> Wanted | None:
        """What the call wants stored, checked; None where more than the store is needed."""
        sent, parts, _ = statements.read(call)
        if parts or any(one["object"].get("objectType") == "StatementRef" for one in sent):
            return None
        allowed, authority = statements.permit(call, grant, sent, home=self.home)
        try:
            return want(allowed, tenant=grant.organisation, authority=authority)
        except InvalidStatement as error:
            raise Problem(400, error.reason, at=error.at) from None

    async def _stored(self, call: Call, grant: Grant, wanted: Wanted) -> Answer | None:
        loop = asyncio.get_running_loop()
        waiting = _Waiting(grant.key, wanted, loop.create_future())
        if not self.waiting:
            loop.call_soon(self._write)  # after the requests that are ready to be read now
        self.waiting.append(waiting)
        outcome = await waiting.outcome
        match outcome:
            case None:
                return None
            case CredentialEnded():
                raise no_credential(call)
            case StatementConflict():
                raise statements.conflicting(outcome)
        return statements.done(call, outcome)

    def _write(self) -> None:
        """Store what waits. Who wants an id that another one wants too waits for the next time."""
        now, self.waiting = self.waiting, []
        ids: set[tuple[object, object]] = set()
        some: list[_Waiting] = []
        for one in now:
            own = {(one.wanted.tenant, id_) for id_ in one.wanted.ids}
            if ids and (ids & own or len(ids) + len(own) > MOST):
                self.waiting.append(one)
            else:
                ids |= own
                some.append(one)
        if self.waiting:
            asyncio.get_running_loop().call_soon(self._write)
        outcomes: list[Outcome | None]
        try:
            outcomes = [*self.group.store([(one.key, one.wanted) for one in some], now=clock_now())]
        except Exception:
            _log.exception("statements could not be stored together; each is now stored alone")
            outcomes = [None] * len(some)
        for one, outcome in zip(some, outcomes, strict=True):
            if not one.outcome.done():  # the sender may have gone
                one.outcome.set_result(outcome)
