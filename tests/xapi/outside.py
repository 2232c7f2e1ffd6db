"""An outside store on loopback that misbehaves on demand: a real HTTP server, so that the wire is real."""

from __future__ import annotations

import json
import threading
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from app.lrs.equality import same
from tests.lrs.statements import AUTHORITY


class OutsideStore:
    """Keeps statements by id. ``script``: what the next POSTs meet, one word each; then everything is well.

    refuse-connection, lose (stored, no answer), truncate (stored, half an answer), page (200 with a web page), late,
    redirect, or a status. ``poisoned`` ids are answered 400, ``strict`` answers 409 to a batch that holds a known id.
    """

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, Any]] = {}
        self.stored = 0
        self.script: list[str] = []
        self.poisoned: dict[str, int] = {}
        self.strict = False
        self.most = 1000
        self.requests: list[tuple[str, str, dict[str, str], bytes]] = []
        self.attachments: list[bytes] = []
        self.pages: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.retry_after = ""
        self.during: Any = None
        self.release = threading.Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()

    @property
    def port(self) -> int:
        return int(self.server.server_address[1])

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}/xapi/"

    @property
    def posts(self) -> list[list[dict[str, Any]]]:
        return [statements_in(h, b) for m, _, h, b in self.requests if m == "POST"]

    def close(self) -> None:
        self.release.set()
        self.server.shutdown()
        self.server.server_close()

    def keep(self, statements: list[dict[str, Any]]) -> int:
        """The status for a batch, stored whole or not at all."""
        if len(statements) > self.most:
            return 413
        for one in statements:
            if one["id"] in self.poisoned:
                return self.poisoned[one["id"]]
            known = self.kept.get(one["id"])
            if known is not None and (self.strict or not same(one, known)):
                return 409
        for one in statements:
            if one["id"] not in self.kept:
                self.stored += 1
                self.kept[one["id"]] = {**one, "stored": "2027-03-03T09:00:00Z", "authority": AUTHORITY}
        return 200

    def _handler(outside) -> type[BaseHTTPRequestHandler]:  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: Any) -> None:
                pass

            def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name.replace("_", "-"), value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self) -> None:
                outside.requests.append(("GET", self.path, dict(self.headers), b""))
                if self.path in outside.pages:
                    status, headers, body = outside.pages[self.path]
                    return self.answer(status, body, **headers)
                asked = parse_qs(urlsplit(self.path).query)
                found = outside.kept.get(asked.get("statementId", [""])[0])
                return self.answer(200, json.dumps(found).encode()) if found else self.answer(404)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                outside.requests.append(("POST", self.path, headers, body))
                if outside.during:
                    outside.during()
                word = outside.script.pop(0) if outside.script else "well"
                if word == "redirect":
                    return self.answer(307, Location="http://127.0.0.1:1/xapi/statements")
                if word == "page":
                    return self.answer(200, b"<h1>Sign in</h1>", Content_Type="text/html")
                if word.isdigit():
                    more = {"Retry_After": outside.retry_after} if outside.retry_after else {}
                    return self.answer(int(word), b"no", **more)
                if word == "refuse-connection":
                    self.close_connection = True
                    return None
                if word == "drip":
                    for octet in b"HTTP/1.1 200 OK\r\nX-Slow: ":
                        self.wfile.write(bytes([octet]))
                    while not outside.release.wait(0.05):
                        self.wfile.write(b"x")
                    return None
                statements = statements_in(headers, body)
                status = outside.keep(statements)
                said = json.dumps([one["id"] for one in statements]).encode() if status == 200 else b"bad"
                if word == "lose":
                    self.close_connection = True
                    return None
                if word == "late":
                    outside.release.wait(5)
                    return None
                if word == "truncate":
                    self.send_response(200)
                    self.send_header("Content-Length", str(len(said)))
                    self.end_headers()
                    self.wfile.write(said[: len(said) // 2])
                    self.close_connection = True
                    return None
                return self.answer(status, said)

        return Handler


def statements_in(headers: dict[str, str], body: bytes) -> list[dict[str, Any]]:
    """The statements of a POST, of a multipart one too."""
    kind = headers.get("content-type", "")
    if kind.startswith("multipart"):
        whole = message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
        part: Any = whole.get_payload(0)
        body = part.get_payload(decode=True)
    found: list[dict[str, Any]] = json.loads(body)
    return found
