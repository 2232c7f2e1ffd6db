"""tincan's HTTP layer, made fit for strangers.

Kept from tincan: the remote store, the request and the answer. Ours: the connection goes to the address that was
checked, with the right name in Host and TLS; every call ends at its deadline, however slowly the other side drips;
answers have a limit; redirects are answers, never followed; credentials are UTF-8; bodies are octets and stay as they
are; 2.0 is spoken.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from tincan import RemoteLRS
from tincan.http_request import HTTPRequest
from tincan.lrs_response import LRSResponse

from app.xapi.addresses import AddressRefused, LookUp, Network, Route, route

TIMEOUT = 20.0
"""Seconds for one call, from the connection to the answer's last octet."""
LONGEST_ANSWER = 64 * 1024 * 1024
LONGEST_WAIT = timedelta(days=1)
_CHUNK = 64 * 1024


class Unreachable(Exception):
    """There is no whole answer: whether the other side acted on the request is unknown."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def retry_after(self, now: datetime) -> timedelta | None:
        """How long the other side asks us to wait, a day at most."""
        said = self.headers.get("retry-after", "").strip()
        if said.isascii() and said.isdigit():
            return min(timedelta(seconds=int(said[:9])), LONGEST_WAIT)
        try:
            until = parsedate_to_datetime(said)
        except (ValueError, TypeError):
            return None
        until = until if until.tzinfo else until.replace(tzinfo=UTC)
        return min(max(until - now, timedelta(0)), LONGEST_WAIT)


class RawRequest(HTTPRequest):
    """A request whose content is octets."""

    @property
    def content(self) -> bytes | None:
        found: bytes | None = self._content
        return found

    @content.setter
    def content(self, value: bytes | None) -> None:
        self._content = value

    @content.deleter
    def content(self) -> None:
        self._content = None


class RawResponse(LRSResponse):
    """An answer that was read already, as octets."""

    @property
    def response(self) -> Reply:
        found: Reply = self._response
        return found

    @response.setter
    def response(self, value: Any) -> None:
        self._response = value


class _Plain(http.client.HTTPConnection):
    def __init__(self, to: Route, timeout: float) -> None:
        super().__init__(to.host, to.port, timeout=timeout)
        self.address = to.address

    def connect(self) -> None:
        self.sock = socket.create_connection((self.address, self.port), self.timeout)


class _Secure(http.client.HTTPSConnection):
    def __init__(self, to: Route, timeout: float, context: ssl.SSLContext) -> None:
        super().__init__(to.host, to.port, timeout=timeout, context=context)
        self.address, self.context = to.address, context

    def connect(self) -> None:
        raw = socket.create_connection((self.address, self.port), self.timeout)
        self.sock = raw  # the deadline can end the handshake too
        self.sock = self.context.wrap_socket(raw, server_hostname=self.host)


class Outbound(RemoteLRS):
    """An outside store. ``allowed``: networks beyond the public Internet that it may be in."""

    _props = [*RemoteLRS._props, "allowed", "timeout", "look_up", "context"]

    def __init__(
        self,
        endpoint: str,
        *,
        version: str,
        auth: str,
        allowed: Sequence[Network] = (),
        timeout: float = TIMEOUT,
        look_up: LookUp = socket.getaddrinfo,
        context: ssl.SSLContext | None = None,
    ) -> None:
        super().__init__(endpoint=endpoint, auth=auth)
        self._version = version
        self.allowed, self.timeout, self.look_up = allowed, timeout, look_up
        self.context = context or ssl.create_default_context()

    def call(
        self,
        method: str,
        resource: str,
        *,
        params: Mapping[str, str] | None = None,
        body: bytes | None = None,
        content_type: str = "application/json",
    ) -> Reply:
        """Ask once. Raises :class:`Unreachable` and :class:`app.xapi.addresses.AddressRefused`."""
        request = RawRequest(method=method, resource=resource, query_params=dict(params or {}), content=body)
        if body is not None:
            request.headers["Content-Type"] = content_type
        reply: Reply = self._send_request(request).response
        return reply

    def leads_elsewhere(self, link: str) -> bool:
        """Whether a link of the store's leads to another host, which must not see its credentials."""
        return _origin(urljoin(self.endpoint, link)) != _origin(self.endpoint)

    def _send_request(self, request: HTTPRequest) -> LRSResponse:
        url = urljoin(self.endpoint, request.resource)
        if self.leads_elsewhere(request.resource):
            raise AddressRefused("the store refers to another host")
        parts = urlsplit(url)
        query = "&".join(one for one in (parts.query, urlencode(request.query_params)) if one)
        headers = {
            "X-Experience-API-Version": self.version,
            "Authorization": self.auth,
            "Accept": "application/json, multipart/mixed;q=0.9",
            "Accept-Encoding": "identity",
            **request.headers,
        }
        try:
            to = route(url, allowed=self.allowed, look_up=self.look_up)
        except AddressRefused:
            raise
        except (OSError, ValueError) as error:
            raise Unreachable(f"the name {parts.hostname} has no address: {error}") from error
        target = (parts.path or "/") + (f"?{query}" if query else "")
        reply = self._exchange(to, request.method, target, request.content, headers)
        return RawResponse(
            success=200 <= reply.status < 300,
            request=request,
            response=reply,
            data=reply.body.decode("utf-8", "replace"),
        )

    def _exchange(self, to: Route, method: str, target: str, body: Any, headers: dict[str, str]) -> Reply:
        timeout: float = self.timeout
        connection: http.client.HTTPConnection = (
            _Secure(to, timeout, self.context) if to.secure else _Plain(to, timeout)
        )
        late = threading.Event()

        def end() -> None:
            late.set()
            if connection.sock is not None:
                with suppress(OSError):  # past TLS's own shutdown, which would wait for the other side
                    socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)

        deadline = threading.Timer(timeout, end)
        deadline.daemon = True
        deadline.start()
        try:
            connection.request(method, target, body=body, headers=headers)
            answer = connection.getresponse()
            read = _read(answer)
            if late.is_set():
                raise TimeoutError
            return Reply(answer.status, {name.lower(): value for name, value in answer.getheaders()}, read)
        except (OSError, http.client.HTTPException, ValueError) as error:
            if late.is_set() or isinstance(error, TimeoutError):
                raise Unreachable(f"there was no whole answer within {timeout:g} seconds") from error
            raise Unreachable(f"{type(error).__name__}: {error}"[:200]) from error
        finally:
            deadline.cancel()
            connection.close()


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port


def _read(answer: http.client.HTTPResponse) -> bytes:
    pieces, size = [], 0
    while piece := answer.read(_CHUNK):
        pieces.append(piece)
        size += len(piece)
        if size > LONGEST_ANSWER:
            raise ValueError("the answer is too long")
    if answer.length:  # what Content-Length promised and did not come
        raise http.client.IncompleteRead(b"", answer.length)
    return b"".join(pieces)
