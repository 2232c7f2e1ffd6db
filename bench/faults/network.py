"""A timestamping authority and a mail server that are down, slow, cut answers short or lie, on real sockets."""

from __future__ import annotations

import socketserver
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path
from unittest.mock import patch

from cryptography.hazmat.primitives.serialization import Encoding
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from app import clock, jobs, mail
from app.awards import authorities, longevity, renditions
from app.awards.models import Certificate, Rendition
from app.db import db, writing
from bench.faults.world import NOW, violations
from certificates.rehearsal import Rehearsal

MODES = ("down", "busy", "slow", "cut short", "answer lost", "lying")
PATIENCE = 1.0
BETWEEN = timedelta(hours=7)


class Net:
    """Both servers, behaving as ``mode`` says, and the letters that were taken."""

    def __init__(self) -> None:
        self.mode, self.hits = "well", 0
        self.letters: Counter[str] = Counter()
        self.rehearsal = Rehearsal(NOW)
        self.closing = threading.Event()
        net = self

        class Authority(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                net.hits += 1
                if net.mode != "down":
                    net.stamp(self)

        class Post(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                net.hits += 1
                if net.mode != "down":
                    net.take(self)

        self.servers = [_Server(("127.0.0.1", 0), one) for one in (Authority, Post)]
        for server in self.servers:
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        self.authority, self.post = (server.server_address[1] for server in self.servers)

    def close(self) -> None:
        self.closing.set()
        for server in self.servers:
            server.shutdown()
            server.server_close()

    def stamp(self, line: socketserver.StreamRequestHandler) -> None:
        """One answer over HTTP."""
        length = 0
        while (header := line.rfile.readline()).strip():
            if header.lower().startswith(b"content-length:"):
                length = int(header.split(b":")[1])
        question = line.rfile.read(length)
        if self.mode == "slow":
            self.closing.wait(3 * PATIENCE)
        if self.mode in ("slow", "answer lost"):
            return
        if self.mode == "busy":
            line.wfile.write(b"HTTP/1.0 503 Busy\r\n\r\n")
            return
        answer = self.rehearsal.post("", question)
        if self.mode == "lying":
            answer = answer[:-1] + bytes([answer[-1] ^ 1])
        head = b"HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n" % len(answer)
        line.wfile.write(head + answer[: len(answer) // 2 if self.mode == "cut short" else None])

    def take(self, line: socketserver.StreamRequestHandler) -> None:
        """One conversation over SMTP."""

        def say(text: str) -> None:
            line.wfile.write(text.encode() + b"\r\n")

        if self.mode == "slow":
            self.closing.wait(3 * PATIENCE)
            return
        say({"busy": "421 come back later", "lying": "hello, who are you"}.get(self.mode, "220 ready"))
        while command := line.rfile.readline().strip().upper():
            if command.startswith(b"DATA"):
                say("354 go on")
                letter = b""
                while (part := line.rfile.readline()) not in (b".\r\n", b""):
                    letter += part
                    if self.mode == "cut short":
                        return
                self.letters[str(message_from_bytes(letter)["Message-ID"])] += 1
                if self.mode == "answer lost":
                    return
            if command.startswith(b"QUIT"):
                say("221 bye")
                return
            say("250 good")


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """The other side hung up: that is what happens here."""


@contextmanager
def running(app: Flask, folder: Path) -> Iterator[Net]:
    """The service talks to servers that can be made to fail, and soon loses patience with them."""
    net = Net()
    roots = folder / "roots.pem"
    roots.write_bytes(net.rehearsal.root.public_bytes(Encoding.PEM))
    with (
        closing(net),
        patch.dict(
            app.config,
            TSA_URLS=f"http://127.0.0.1:{net.authority}",
            TSA_ROOTS=str(roots),
            SMTP_HOST="127.0.0.1",
            SMTP_PORT=net.post,
        ),
        patch.object(authorities, "TIMEOUT", PATIENCE),
        patch.object(mail, "TIMEOUT_SECONDS", PATIENCE),
    ):
        yield net


def outages(app: Flask, folder: Path, *, naive: str = "") -> Iterator[tuple[str, list[str]]]:
    """Issue while the network fails in every way, then let it heal; what was wrong after each.

    ``naive`` is the negative control: ``mail`` gives up at the first failure, ``timestamp`` believes everybody.
    """
    real = renditions.add_timestamp

    def believing(pdf: bytes, **asked: object) -> object:
        try:
            return real(pdf, **asked)  # type: ignore[arg-type]
        except ValueError:
            return pdf, None

    now = NOW
    with running(app, folder) as net, app.app_context(), writing():
        controls = (
            patch.object(renditions, "add_timestamp", believing) if naive == "timestamp" else patch.dict({})
        )
        kinds = {"send-mail": jobs.Kind(jobs.KINDS["send-mail"].work, 1)} if naive == "mail" else {}
        with controls, patch.dict(jobs.KINDS, kinds):
            for mode in (*MODES, *("well",) * 6):
                net.mode, net.hits = mode, 0
                now += BETWEEN
                instant = now
                with patch.object(clock, "now", lambda instant=instant: instant):
                    jobs.enqueue(db.session(), "timestamp-certificates", now=instant)
                    db.session.commit()
                    jobs.drain(db.session())
                if mode != "well":
                    yield f"network {mode}", _issued(db.session())
            yield "network healed", _healed(db.session(), net)
        db.session.remove()
        db.engine.dispose()


def _issued(session: Session) -> list[str]:
    """Certificates wait for nobody."""
    found = violations(session)
    session.rollback()
    return found


def _healed(session: Session, net: Net) -> list[str]:
    roots = authorities.roots()
    found = []
    for one in session.scalars(select(Certificate)):
        files = session.scalars(
            select(Rendition).options(undefer(Rendition.content)).where(Rendition.certificate_id == one.id)
        ).all()
        kinds = Counter(file.kind for file in files)
        if kinds != {"original": 1, "timestamped": 1}:
            found.append(f"{one.serial} has {dict(kinds)}")
        for file in files:
            if file.kind == "timestamped":
                try:
                    longevity.last_timestamp(bytes(file.content), roots)
                except ValueError as problem:
                    found.append(f"{one.serial} has no timestamp that holds: {problem}")
    for letter in session.scalars(select(mail.Mail)):
        told = sum(count for name, count in net.letters.items() if letter.id.hex in name)
        if letter.state != "sent" or not told:
            found.append(f"a letter is {letter.state} and arrived {told} times")
    left = session.scalar(select(func.count()).where(jobs.Job.state != "done"))
    if left:
        found.append(f"{left} jobs are left")
    return found
