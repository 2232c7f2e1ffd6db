"""The service behind granian's asynchronous door (RSGI), so that a slow client keeps nobody waiting.

A request reaches the application only once its body is here, whole; a body that comes drop by drop costs a place in
memory and no thread, and has a deadline. The application itself runs as any WSGI application does, one request at a
time in each process; granian runs each as a task with context variables of its own. An answer in pieces is sent as
fast as its reader takes it; others are served between them.
"""

from __future__ import annotations

import asyncio
import io
import os
import sys
import tempfile
from asyncio.events import _get_running_loop, _set_running_loop
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any, Protocol, TypeVar
from urllib.parse import unquote_to_bytes

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

SILENCE = 20.0
"""Seconds without a further piece of a body, or without a reader for a piece of an answer, after which it is over."""
WHOLE = 300.0
"""Seconds that a body may take altogether."""
IN_MEMORY = 1024 * 1024
"""Octets of a body that are kept in memory; a longer one waits in a file."""


T = TypeVar("T")


class TooSlow(Exception):
    """The body did not come in time."""


class Ahead(Protocol):
    """Answers some requests before the application is asked, and may wait while others are read."""

    def takes(self, method: str, path: str) -> bool: ...

    async def answer(
        self, environ: WSGIEnvironment, body: bytes
    ) -> tuple[str, list[tuple[str, str]], bytes] | None:
        """Status line, headers and body; None: the application answers."""


class Server:
    """An RSGI application that serves ``app``; bodies may have ``longest`` octets. What ``ahead`` takes and answers
    does not reach ``app``."""

    def __init__(
        self, app: WSGIApplication, *, longest: int, silence: float = SILENCE, ahead: Ahead | None = None
    ) -> None:
        self.app, self.longest, self.silence, self.ahead = app, longest, silence, ahead
        self.always = {
            **os.environ,
            "SCRIPT_NAME": "",
            "SERVER_SOFTWARE": "granian",
            "wsgi.errors": sys.stderr,
            "wsgi.input_terminated": True,
            "wsgi.multiprocess": True,
            "wsgi.multithread": False,
            "wsgi.run_once": False,
            "wsgi.version": (1, 0),
        }

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        environ = environment(scope)
        try:
            body = await self._body(environ, protocol)
        except TooSlow:
            headers = [("content-type", "text/plain; charset=utf-8"), ("connection", "close")]
            protocol.response_str(408, headers, "The request's body did not come in time.\n")
            return
        with body:
            if self.ahead is not None and self.ahead.takes(scope.method, scope.path):
                answer = await self.ahead.answer(environ, body.read())
                if answer is not None:
                    line, headers, octets = answer
                    named = [(name.lower(), value) for name, value in headers]
                    protocol.response_bytes(int(line[:3]), named, octets)
                    return
                body.seek(0)
            await self._answer({**self.always, **environ, "wsgi.input": body}, protocol)

    async def _body(self, environ: dict[str, Any], protocol: Any) -> IO[bytes]:
        """The body. One that is too long is left where it is; its length tells the application, which refuses it."""
        said = environ.get("CONTENT_LENGTH", "")
        if "HTTP_TRANSFER_ENCODING" not in environ and said in ("", "0"):
            return io.BytesIO()
        whole = int(said[:20]) if said.isascii() and said.isdigit() else None
        if whole is not None and whole > self.longest:
            return io.BytesIO()
        small = whole is not None and whole <= IN_MEMORY
        body: IO[bytes] = io.BytesIO() if small else tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115
        size, clock = 0, asyncio.get_running_loop().time
        end = clock() + WHOLE
        try:
            async with asyncio.timeout(self.silence) as deadline:
                async for piece in protocol:
                    size += len(piece)
                    if size > self.longest:
                        environ["CONTENT_LENGTH"] = str(size)
                        return io.BytesIO()
                    body.write(piece)
                    if size == whole:
                        break
                    deadline.reschedule(min(clock() + self.silence, end))
        except TimeoutError:
            raise TooSlow from None
        if not said:
            environ["CONTENT_LENGTH"] = str(size)
        body.seek(0)
        return body

    async def _answer(self, environ: dict[str, Any], protocol: Any) -> None:
        status, headers = 500, [("content-type", "text/plain")]

        def start(line: str, named: list[tuple[str, str]], _: Any = None) -> Any:
            nonlocal status, headers
            status = int(line[:3])
            headers = [(name.lower(), value) for name, value in named]

        answered: Iterable[bytes] = _unaware(self.app, environ, start)
        try:
            pieces = iter(answered)
            first = _unaware(next, pieces, b"")
            second = _unaware(next, pieces, None)
            if second is None:
                protocol.response_bytes(status, headers, first)
                return
            transport = protocol.response_stream(status, headers)
            with suppress(TimeoutError, RuntimeError):  # the reader went away, or does not read
                piece: bytes | None = first + second
                while piece is not None:
                    async with asyncio.timeout(self.silence):
                        await transport.send_bytes(piece)
                    piece = _unaware(next, pieces, None)
        finally:
            if hasattr(answered, "close"):
                _unaware(answered.close)


def _unaware(call: Callable[..., T], *arguments: Any) -> T:
    """``call`` as if no event loop ran here: the application knows of none, and what signs and verifies documents runs
    a short one of its own."""
    loop = _get_running_loop()
    _set_running_loop(None)
    try:
        return call(*arguments)
    finally:
        _set_running_loop(loop)


def environment(scope: Any) -> dict[str, Any]:
    """The request's line and headers as WSGI names them."""
    host, _, port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "PATH_INFO": unquote_to_bytes(scope.path).decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host or "localhost",
        "SERVER_PORT": port or "80",
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0],
        "wsgi.url_scheme": scope.scheme,
    }
    if scope.authority:
        environ["HTTP_HOST"] = scope.authority
    for name, value in scope.headers.items():
        named = name.upper().replace("-", "_")
        key = named if named in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{named}"
        if key in environ and key != "HTTP_HOST":
            value = f"{environ[key]}{'; ' if key == 'HTTP_COOKIE' else ','}{value}"
        environ[key] = value
    return environ
