"""xAPI over HTTP: from a WSGI request to a :class:`Call`, through one transaction, to an answer.

The door stands before the pages' machinery (sign-in, language, forms), none of which concerns a caller that carries a
key and a secret in every request. What may be done behind it is the policy's ``xapi.use`` and the key's scopes.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from flask import Blueprint, Flask, Response, current_app, request
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
from werkzeug.wsgi import get_input_stream

from app.access import permission
from app.clock import now as clock_now
from app.db import begin_reading, begin_writing, db
from app.lrs.credentials import standing
from app.lrs.turns import turn
from app.xapi import documents, others, statements, tokens
from app.xapi.call import (
    CONSISTENT_HEADER,
    TWO,
    VERSION_HEADER,
    Answer,
    Call,
    Problem,
    answer_problem,
    negotiated,
    single_values,
    unfolded,
)
from app.xapi.permits import grant_of, no_credential
from app.xapi.tokens import tokens_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PREFIX = "/xapi/"
bp = Blueprint("xapi", __name__, url_prefix="/xapi")

METHODS = ("GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS")
_RESOURCES: dict[str, tuple[str, ...]] = {
    "statements": ("GET", "PUT", "POST"),
    "activities": ("GET",),
    "agents": ("GET",),
    "about": ("GET",),
    **dict.fromkeys(documents.RESOURCES, ("GET", "PUT", "POST", "DELETE")),
}
_CORS = {
    "Access-Control-Allow-Methods": ", ".join(METHODS),
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Accept, Accept-Language, If-Match, If-None-Match, "
    f"{VERSION_HEADER}, X-Experience-API-Hash",
    "Access-Control-Max-Age": "86400",
}
# A document may be a page that somebody else wrote: no browser may run it as ours.
_ALWAYS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": f"ETag, Last-Modified, Content-Type, {VERSION_HEADER}, {CONSISTENT_HEADER}",
    "Cache-Control": "no-cache",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}
_TRIES = 3
"""How often a write that lost a race is tried."""
Whole = tuple[str, list[tuple[str, str]], bytes]
"""status line, headers, body"""
# The standard library's logger: its tracebacks show no values, and a value here may be a secret.
_log = logging.getLogger("xapi")


class Door:
    """A WSGI application that answers what begins with ``/xapi/`` and passes everything else on."""

    def __init__(self, app: Flask, pages: WSGIApplication) -> None:
        self.app, self.pages = app, pages

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not environ.get("PATH_INFO", "").startswith(PREFIX):
            return self.pages(environ, start_response)
        with self.app.app_context():
            status, headers, body = respond(self.app, environ)
        start_response(status, headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def respond(app: Flask, environ: WSGIEnvironment) -> Whole:
    """Status line, headers and body for a request."""
    if environ["REQUEST_METHOD"] == "OPTIONS":
        return finished(Answer(204, headers=dict(_CORS)), TWO)
    version, most = TWO, app.config["MAX_CONTENT_LENGTH"]
    try:
        call = call_of(environ, _body(environ, most))
        if call.resource == tokens.RESOURCE:
            return finished(_token(call), version)
        version = call.version = negotiated(call)
        if "method" in call.params:
            call = unfolded(call)
            version = call.version = negotiated(call)
        answer = _answered(call, home=str(app.config["SERVICE_URL"]), lock=lock_of(app))
    except Exception as error:
        answer = refusal(error, most)
    return finished(answer, version)


def _token(call: Call) -> Answer:
    begin_reading()
    try:
        return tokens.answer(db.session(), call, tokens_of(current_app), now=clock_now())
    finally:
        db.session.rollback()


def lock_of(app: Flask) -> Path | None:
    """The file by which writers take turns; None where the database needs none. Inside the application's context."""
    lock: Path = app.config["INSTANCE"] / "writing.lock"
    return lock if db.engine.dialect.name == "sqlite" else None


def refusal(error: Exception, most: int) -> Answer:
    """What is answered where a request came to nothing. ``most``: octets that one may have."""
    if isinstance(error, Problem):
        return answer_problem(error)
    if isinstance(error, RequestEntityTooLarge):
        return answer_problem(Problem(413, f"a request may have up to {most} octets"))
    if isinstance(error, ClientDisconnected):
        return answer_problem(Problem(400, "the body is shorter than Content-Length says"))
    _log.error("a request failed", exc_info=error)
    return answer_problem(Problem(500, "the service failed; the fault is in its log"))


def finished(answer: Answer, version: str) -> Whole:
    """Status line, headers and body of ``answer``."""
    headers = {VERSION_HEADER: version, **_ALWAYS, **answer.headers}
    if answer.content_type:
        headers["Content-Type"] = answer.content_type
    if answer.status != 204:
        headers["Content-Length"] = str(len(answer.body))
    status = HTTPStatus(answer.status)
    return f"{status.value} {status.phrase}", list(headers.items()), answer.body


def _body(environ: WSGIEnvironment, most: int) -> bytes:
    """What a method does not use is not read: a length that lies would wait for octets that never come."""
    if environ["REQUEST_METHOD"] not in ("PUT", "POST"):
        return b""
    return get_input_stream(environ, max_content_length=most).read()


def call_of(environ: WSGIEnvironment, body: bytes) -> Call:
    """The request as it came, before its version is known."""
    method, resource = environ["REQUEST_METHOD"], environ["PATH_INFO"][len(PREFIX) :].strip("/")
    try:
        query = environ.get("QUERY_STRING", "")
        params = single_values(parse_qsl(query, keep_blank_values=True, errors="strict")) if query else {}
    except ValueError:
        raise Problem(400, "the query cannot be read as UTF-8 text") from None
    headers = {
        name[5:].replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    headers["content-type"] = environ.get("CONTENT_TYPE", "")
    return Call(method, resource, params, headers, body)


def _answered(call: Call, *, home: str, lock: Path | None) -> Answer:
    if call.resource not in _RESOURCES:
        raise Problem(404, "xAPI has no such resource")
    method = "GET" if call.method == "HEAD" else call.method
    if method not in _RESOURCES[call.resource]:
        allowed = ", ".join(_RESOURCES[call.resource])
        raise Problem(405, f"{call.resource} knows {allowed}", headers={"Allow": allowed})
    call.method = method
    if call.resource == "about":
        return others.about(call)
    (begin_reading if method == "GET" else begin_writing)()
    for attempt in range(1, _TRIES + 1):
        try:
            return _in_one_transaction(call, home=home, lock=lock)
        except IntegrityError as error:
            # Two writers met: the same statement, document or position at the same time.
            if attempt == _TRIES:
                raise Problem(409, "others write the same thing at this moment; try again") from error
        except (OperationalError, DBAPIError) as error:
            if attempt == _TRIES or not _passing(error):
                if "full" in str(error.orig).lower():
                    _log.error("there is no room left: %s", error.orig)
                    raise Problem(507, "there is no room left; nothing was stored") from error
                _log.error("the store cannot be reached: %s", error.orig)
                again = {"Retry-After": "5"}
                raise Problem(
                    503, "the store cannot be reached just now; try again", headers=again
                ) from error
    raise AssertionError("unreachable")


def _passing(error: DBAPIError) -> bool:
    """Whether trying again may help: a lock that was held, a deadlock that was broken."""
    said = str(error.orig).lower()
    return "locked" in said or "deadlock" in said or "serializ" in said


def _in_one_transaction(call: Call, *, home: str, lock: Path | None) -> Answer:
    session: Any = db.session()
    now = clock_now()
    storing = call.resource == "statements" and call.method != "GET"
    try:
        grant = grant_of(session, call, tokens_of(current_app), now=now, asked_again=storing)
        if call.resource == "statements" and not storing:
            answer = statements.get(session, call, grant, home=home, now=now)
        elif storing:
            if session.in_transaction():
                session.rollback()  # nothing is held while the statements are read
            sent = statements.read(call)
            with turn(lock):
                if not standing(session.connection(), {grant.key}):
                    raise no_credential(call)  # it was revoked while the statements were read
                answer = statements.write(session, call, grant, sent, home=home, now=clock_now())
                session.commit()
                return answer
        elif call.resource == "agents":
            answer = others.agents(session, call, grant)
        elif call.resource == "activities":
            answer = others.activities(session, call, grant)
        else:
            answer = documents.handle(session, call, grant, now=now)
        session.commit()
    except BaseException:
        session.rollback()
        raise
    return answer


@bp.route("/<path:resource>", methods=list(METHODS), provide_automatic_options=False)
@permission("xapi.use")
def speak(resource: str) -> Response:
    """The same door among the service's addresses, where the policy is read."""
    status, headers, body = respond(current_app, request.environ)
    return Response(body, status, headers)
