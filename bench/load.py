"""Callers of the record store: what they send, how they send it, and how fast they are answered.

One thread speaks on all connections, and the bodies are made beforehand: what is measured is the service.
"""

from __future__ import annotations

import base64
import json
import os
import selectors
import socket
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

HOME = "http://localhost:8000"
SHARES = 100
"""Agents, activities and registrations: at 10,000 stored each of them has a full page of a hundred."""


def statement(number: int) -> dict[str, Any]:
    """A statement as a course sends it, one of many that share agents, verbs and activities."""
    return {
        "id": str(uuid.uuid4()),
        "actor": {"objectType": "Agent", "account": {"homePage": HOME, "name": f"person-{number % SHARES}"}},
        "verb": {
            "id": f"http://adlnet.gov/expapi/verbs/v{number % 5}",
            "display": {"sv": "gjorde", "en": "did"},
        },
        "object": {
            "id": f"{HOME}/activities/{number % SHARES}",
            "definition": {
                "name": {"sv": "Modul", "en": "Module"},
                "type": "http://adlnet.gov/expapi/activities/module",
            },
        },
        "result": {"score": {"scaled": 0.8}, "success": True, "completion": True, "duration": "PT1H2M"},
        "context": {
            "registration": str(uuid.UUID(int=2**120 + number % SHARES)),
            "contextActivities": {
                "parent": [{"id": f"{HOME}/courses/{number % 50}"}],
                "grouping": [{"id": f"{HOME}/programme"}],
            },
        },
        "timestamp": "2026-11-20T10:00:00.123Z",
    }


class Connection:
    """A caller's kept-alive connection."""

    def __init__(self, port: int, credential: tuple[str, str]) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        basic = base64.b64encode(":".join(credential).encode()).decode()
        self.headers = (
            f"Host: localhost\r\nAuthorization: Basic {basic}\r\nX-Experience-API-Version: 1.0.3\r\n"
        )

    def ask(self, method: str, target: str, said: Any = None) -> tuple[int, bytes]:
        """Status and body of the answer to a request that says ``said`` as JSON."""
        body = b"" if said is None else json.dumps(said).encode()
        head = f"{method} {target} HTTP/1.1\r\n{self.headers}Content-Type: application/json\r\n"
        self.socket.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self._more()
        top, _, rest = answer.partition(b"\r\n\r\n")
        length = next(int(x[15:]) for x in top.lower().split(b"\r\n") if x.startswith(b"content-length:"))
        while len(rest) < length:
            rest += self._more()
        return int(top[9:12]), rest

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def _more(self) -> bytes:
        received = self.socket.recv(1 << 16)
        if not received:
            raise ConnectionError("the service hung up")
        return received


class Load:
    """What callers send: bodies made beforehand, each statement with an id of its own when it is sent."""

    def __init__(self, credential: tuple[str, str], batch: int, extra: str = "") -> None:
        basic = base64.b64encode(":".join(credential).encode()).decode()
        self.head = (
            f"POST /xapi/statements HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic {basic}\r\n"
            "X-Experience-API-Version: 1.0.3\r\nContent-Type: application/json\r\nContent-Length: "
        ).encode()
        self.batch = batch
        self.tails = [json.dumps(statement(number)).encode()[45:] for number in range(SHARES * 50)]
        self.number = 0

    def request(self) -> bytes:
        """The next request."""
        said = []
        for _ in range(self.batch):
            self.number += 1
            tail = self.tails[self.number % len(self.tails)]
            said.append(b'{"id": "' + str(uuid.uuid4()).encode() + b'"' + tail)
        body = b"[" + b", ".join(said) + b"]" if self.batch > 1 else said[0]
        return b"%s%d\r\n\r\n%s" % (self.head, len(body), body)


@dataclass
class Speed:
    """What a load came to: statements a second, failed requests, and the caller's own CPU time a statement."""

    stored: float
    failed: int
    caller: float


def write(port: int, credential: tuple[str, str], *, connections: int, batch: int, seconds: float) -> Speed:
    """POSTs of ``batch`` statements on so many connections, each of which sends again once it is answered."""
    load, stored, failed = Load(credential, batch), 0, 0
    selector = selectors.DefaultSelector()
    for _ in range(connections):
        line = socket.create_connection(("127.0.0.1", port))
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(line, selectors.EVENT_READ, (line, [b""]))
        line.sendall(load.request())
    begin, spent = time.monotonic(), time.process_time()
    while (now_ := time.monotonic()) < begin + seconds:
        for key, _ in selector.select(1):
            line, got = key.data
            got[0] += (received := line.recv(1 << 16))
            if not received:
                raise ConnectionError("the service hung up")
            status = whole(got[0])
            if status:
                got[0] = b""
                stored += batch if status == 200 else 0
                failed += status != 200
                line.sendall(load.request())
    spent = time.process_time() - spent
    for key in list(selector.get_map().values()):
        key.data[0].close()
    selector.close()
    return Speed(stored / (now_ - begin), failed, spent / max(stored, 1))


def whole(answer: bytes) -> int:
    """The status of an answer that is here whole, else 0."""
    top, gap, rest = answer.partition(b"\r\n\r\n")
    if not gap:
        return 0
    length = next(int(x[15:]) for x in top.lower().split(b"\r\n") if x.startswith(b"content-length:"))
    return int(top[9:12]) if len(rest) >= length else 0


def processor_time(parent: int) -> float:
    """CPU seconds that a process and its children have used."""
    ticks = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            said = path.read_text().rpartition(")")[2].split()
            if parent in (int(path.parent.name), int(said[1])):
                ticks += int(said[11]) + int(said[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def wait_for(port: int, credential: tuple[str, str]) -> None:
    """Until the service answers."""
    until = time.monotonic() + 120
    while True:
        try:
            with Connection(port, credential) as line:
                if line.ask("GET", "/xapi/about")[0] == 200:
                    return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
