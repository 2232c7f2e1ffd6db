"""The service is killed in the middle of its work, or its disk fails: what it had acknowledged is there afterwards."""

import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from bench.load import Connection, statement, wait_for
from tests.served import free_port

ROOT = Path(__file__).resolve().parents[2]
ENOUGH = 150
"""Acknowledged statements after which the service is killed."""


@pytest.fixture
def served(app, lrs_call, database_url):
    """The web server on this test's database: its process and port."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "rsgi", "--workers", "2", "--no-ws"]
    command += ["--port", str(port), "--log-level", "warning", "rsgi:server"]
    told = {"MODE": "test", "SECRET_KEY": "x", "INSTANCE": str(app.config["INSTANCE"])}
    environment = {**os.environ, **told, "DATABASE_URL": database_url}
    with subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True) as service:
        try:
            wait_for(port, (lrs_call.key, lrs_call.secret))
            yield service, port
        finally:
            kill(service)


def kill(service):
    """End the web server and its workers at once, without a word."""
    with suppress(ProcessLookupError):
        os.killpg(service.pid, signal.SIGKILL)
    service.wait()


def test_what_was_acknowledged_before_the_service_was_killed_is_there_afterwards(app, lrs_call, served):
    service, port = served
    acknowledged, enough = [], threading.Event()

    def send(batch):
        with Connection(port, (lrs_call.key, lrs_call.secret)) as line, suppress(OSError):
            while True:
                some = [statement(n) for n in range(batch)]
                status, said = line.ask("POST", "/xapi/statements", some if batch > 1 else some[0])
                assert status == 200, said
                acknowledged.extend(one["id"] for one in some)
                if len(acknowledged) >= ENOUGH:
                    enough.set()

    callers = [threading.Thread(target=send, args=(batch,)) for batch in (1, 1, 1, 5)]
    for caller in callers:
        caller.start()
    assert enough.wait(60)
    kill(service)
    for caller in callers:
        caller.join()
    missing = [
        id_ for id_ in acknowledged if lrs_call("GET", "statements", statementId=id_).status_code != 200
    ]
    assert missing == []


def test_what_was_acknowledged_before_the_disk_failed_filled_up_or_lost_power_is_there_afterwards():
    """In a program of its own, which the failing disk is preloaded into. Not syncing is the negative control."""
    command = [sys.executable, "-m", "bench.faults", "statements", "--short"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    told, control, *_ = (json.loads(line) for line in done.stdout.splitlines() if line.startswith("{"))
    assert (told["faults"], told["violations"]) == (15, 0), done.stderr
    assert control["violations"] > 0
    assert done.returncode == 0
