"""A tiny application behind the same door as the service, for tests that start it as a process of its own."""

import asyncio
import os
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from typing import TYPE_CHECKING

from app.serving import Server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


WHO: ContextVar[str] = ContextVar("who")


def _told() -> Iterator[bytes]:
    yield from (bytes(1024 * 1024) for _ in range(16))
    yield WHO.get().encode()


def app(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """How long the body is; at /pieces an answer in pieces, at /who one that ends with what the request asked for, at
    /loop what an event loop of the application's own gave."""
    WHO.set(environ["QUERY_STRING"])
    start_response("200 OK", [("Content-Type", "text/plain")])
    if environ["PATH_INFO"] == "/pieces":
        return (bytes(1024 * 1024) for _ in range(64))
    if environ["PATH_INFO"] == "/who":
        return _told()
    if environ["PATH_INFO"] == "/loop":
        return [asyncio.run(asyncio.sleep(0, b"its own"))]
    return [str(len(environ["wsgi.input"].read())).encode()]


server = Server(app, longest=1000, silence=float(os.environ.get("SILENCE", "20")))
