"""Slow and broken clients against the real web server: whoever dawdles keeps nobody else waiting."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.served import free_port

ROOT = Path(__file__).resolve().parents[2]
HEAD = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n"


@pytest.fixture(scope="module")
def port():
    number = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "rsgi", "--workers", "1", "--no-ws"]
    command += ["--port", str(number), "--log-level", "warning", "tests.ground.slow_clients:server"]
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, "SILENCE": "1"}) as service:
        until = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", number)).close()
                break
            except OSError:
                assert time.monotonic() < until
                time.sleep(0.02)
        yield number
        assert service.poll() is None, "the web server has ended by itself"
        service.terminate()


def client(port: int, sent: str = "") -> socket.socket:
    line = socket.create_connection(("127.0.0.1", port), timeout=30)
    line.sendall(sent.encode())
    return line


def answer(line: socket.socket) -> bytes:
    """What comes until the other side ends it or the answer is whole."""
    got = b""
    while b"\r\n\r\n" not in got or not got.partition(b"\r\n\r\n")[2]:
        piece = line.recv(65536)
        if not piece:
            break
        got += piece
    return got


def ask(port: int, body: str = "abc", length: int | None = None) -> bytes:
    said = len(body) if length is None else length
    with client(port, f"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {said}\r\n\r\n{body}") as line:
        return answer(line)


def test_who_sends_half_a_body_keeps_nobody_waiting(port):
    dawdlers = [client(port, HEAD + "half") for _ in range(40)]
    assert ask(port).endswith(b"\r\n\r\n3")
    for line in dawdlers:
        assert answer(line).startswith(b"HTTP/1.1 408")
        line.close()


def test_who_leaves_half_way_breaks_nothing(port):
    for sent in (HEAD, HEAD + "half", "POST / HTTP/1.1\r\nHo", "", "nonsense\r\n\r\n", "\x00" * 200):
        client(port, sent).close()
    chunked = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    client(port, chunked + "5\r\nab").close()
    assert ask(port).endswith(b"\r\n\r\n3")


def test_who_does_not_read_keeps_nobody_waiting(port):
    idle = [client(port, "GET /pieces HTTP/1.1\r\nHost: localhost\r\n\r\n") for _ in range(3)]
    assert ask(port).endswith(b"\r\n\r\n3")
    for line in idle:
        line.close()


def test_an_answer_in_pieces_keeps_what_its_own_request_was_told(port):
    with client(port, "GET /who?first HTTP/1.0\r\nHost: localhost\r\n\r\n") as waiting:
        with client(port, "GET /who?second HTTP/1.0\r\nHost: localhost\r\n\r\n") as other:
            assert everything(other).rstrip(b"\r\n0").endswith(b"second")
        assert everything(waiting).rstrip(b"\r\n0").endswith(b"first")


def test_the_application_may_run_an_event_loop_of_its_own(port):
    with client(port, "GET /loop HTTP/1.1\r\nHost: localhost\r\n\r\n") as line:
        assert answer(line).endswith(b"its own")


def everything(line: socket.socket) -> bytes:
    return b"".join(iter(lambda: line.recv(1 << 20), b""))


def test_a_body_in_pieces_arrives_whole(port):
    with client(port, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n") as line:
        line.sendall(b"4\r\ndefg\r\n0\r\n\r\n")
        assert answer(line).endswith(b"\r\n\r\n7")


def test_a_body_that_is_too_long_is_not_taken(port):
    assert ask(port, "x", length=1001).endswith(b"\r\n\r\n0")
    piece = "3e8\r\n" + "x" * 1000 + "\r\n"
    with client(port, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + piece * 2) as line:
        assert answer(line).endswith(b"\r\n\r\n0")
