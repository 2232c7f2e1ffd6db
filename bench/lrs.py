"""How fast the record store is: statements in over HTTP, filters out of it at 10,000 and at many stored, whole records
out and in again.

    ./run bench lrs                     minutes, with 50,000 stored and 10,000 moved
    ./run bench lrs --full              with 1,000,000 stored and 100,000 moved
    DATABASE_URL=... ./run bench lrs    on PostgreSQL

Everything runs on this machine: the service (two processes), the callers and the database. Each figure for
writing names a bare insert of the same octets in the same run as its reference, each figure for reading the time
at 10,000 stored. One JSON line per figure.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.clock import now
from app.db import db, writing
from app.demo import factories as make
from app.evidence import service as evidence
from app.factory import create_app
from app.ledger import service as ledger
from app.lrs import service as lrs
from app.lrs.reading import read
from app.organisations.models import Organisation
from bench.load import HOME, SHARES, Connection, processor_time, statement, wait_for, write
from bench.mutations import of_profile

START = time.monotonic()


def say(name: str, value: float, unit: str, **reference: Any) -> None:
    print(json.dumps({"name": name, "value": round(value, 3), "unit": unit, **reference}), flush=True)


def bare(session: Session, batch: int, seconds: float) -> float:
    """Rows a second for a plain insert of the same octets, ``batch`` rows to a transaction."""
    octets = "BYTEA" if session.get_bind().dialect.name == "postgresql" else "BLOB"
    session.execute(text(f"CREATE TABLE IF NOT EXISTS bench_bare (id BIGINT PRIMARY KEY, body {octets})"))
    session.commit()
    begin, number = time.monotonic(), time.time_ns()
    count = 0
    while time.monotonic() - begin < seconds:
        rows = [(number + count + n, json.dumps(statement(n)).encode()) for n in range(batch)]
        with writing():
            raw = session.connection()
            mark = "%s" if octets == "BYTEA" else "?"
            raw.exec_driver_sql(f"INSERT INTO bench_bare VALUES ({mark}, {mark})", rows)
            session.commit()
        count += batch
    return count / (time.monotonic() - begin)


def writing_over_http(
    session: Session,
    service: int,
    port: int,
    credential: tuple[str, str],
    connections: int,
    batch: int,
    seconds: float,
) -> None:
    """Say how fast statements are stored over HTTP, beside a bare insert of the same octets in the same seconds."""
    kind = session.get_bind().dialect.name
    write(port, credential, connections=connections, batch=batch, seconds=seconds / 8)
    before = bare(session, batch, seconds / 4)
    spent = processor_time(service)
    speed = write(port, credential, connections=connections, batch=batch, seconds=seconds)
    spent = processor_time(service) - spent
    plain = (before + bare(session, batch, seconds / 4)) / 2
    name = f"lrs {kind} POST of {batch} at {connections} connections"
    say(
        name,
        speed.stored,
        "statements/s",
        reference=f"bare insert {plain:.0f}/s",
        ratio=round(speed.stored / plain, 2),
        service_us=round(spent / (speed.stored * seconds) * 1e6),
        caller_us=round(speed.caller * 1e6),
        load=round(os.getloadavg()[0], 1),
    )
    say(f"{name}, failed", speed.failed, "requests", reference="0")


def fill(session: Session, tenant: uuid.UUID, upto: int) -> None:
    """Store statements until there are ``upto``, and check that there are."""
    have = session.execute(text("SELECT count(*) FROM lrs_statements")).scalar_one()
    by = {"objectType": "Agent", "account": {"homePage": HOME, "name": "bench"}}
    while have < upto:
        some = [statement(have + n) for n in range(min(2_000, upto - have))]
        with writing():
            lrs.store(session, some, tenant=tenant, authority=by, now=now(), trusted=True)
            session.commit()
        have += len(some)
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("ANALYZE lrs_statements, lrs_postings"))
        session.commit()
    assert session.execute(text("SELECT count(*) FROM lrs_statements")).scalar_one() >= upto


def filters(number: int) -> dict[str, dict[str, str]]:
    agent = json.dumps({"account": {"homePage": HOME, "name": f"person-{number % SHARES}"}})
    return {
        "unfiltered": {},
        "agent": {"agent": agent},
        "verb": {"verb": f"http://adlnet.gov/expapi/verbs/v{number % 5}"},
        "activity": {"activity": f"{HOME}/activities/{number % SHARES}"},
        "registration": {"registration": str(uuid.UUID(int=2**120 + number % SHARES))},
        "related agents": {"agent": agent, "related_agents": "true"},
        "related activities": {"activity": f"{HOME}/courses/{number % 50}", "related_activities": "true"},
        "agent and verb": {"agent": agent, "verb": f"http://adlnet.gov/expapi/verbs/v{number % 5}"},
    }


def reading(port: int, credential: tuple[str, str], times: int) -> dict[str, float]:
    """The 95th percentile in milliseconds of GET ?limit=100 by each filter."""
    line, taken = Connection(port, credential), {}
    for name in filters(0):
        each = []
        for number in range(times + 3):
            target = "/xapi/statements?" + urlencode({**filters(number * 7)[name], "limit": "100"})
            begin = time.perf_counter()
            status, body = line.ask("GET", target)
            each.append(time.perf_counter() - begin)
            assert status == 200, body[:300]
        taken[name] = sorted(each[3:])[int(times * 0.95)] * 1000
    return taken


def shares(session: Session, home: Organisation, count: int) -> None:
    """Where the time of one statement goes, in this process, without HTTP and commit."""
    by = {"objectType": "Agent", "account": {"homePage": HOME, "name": "bench"}}
    who = make.person(session, "Frida Påhitt", organisation=home, now=now())
    chance, activity = random.Random(1), f"{HOME}/courses/one"  # noqa: S311
    bodies = [json.dumps([statement(n) for n in range(50)]).encode() for _ in range(count)]
    begin = time.process_time()
    parsed = [read(body, version="1.0.3")[0] for body in bodies]
    checked = (time.process_time() - begin) / count / 50

    def cost(work: Callable[[list[Any]], object], batches: list[list[Any]]) -> float:
        begin = time.process_time()
        for some in batches:
            work(some)
        return (time.process_time() - begin) / sum(map(len, batches))

    def store(some: list[Any]) -> None:
        lrs.store(session, some, tenant=home.id, authority=by, now=now())

    def record(some: list[Any]) -> None:
        trust = ledger.Trust(person=who.id, kinds=frozenset({"training", "assessment"}))
        ledger.record_statements(session, some, tenant=home.id, authority=by, now=now(), trust=trust)

    units = [
        [of_profile(chance, str(who.id), str(uuid.uuid4()), activity) for _ in range(50)]
        for _ in range(count // 2)
    ]
    for hours, unit in enumerate(one for some in units for one in some):
        unit["timestamp"] = (now() - timedelta(hours=hours + 1)).isoformat()  # none at the time of another
    with writing():
        stored = cost(store, parsed[: count // 2])
        asked = cost(record, parsed[count // 2 :])
        kept = cost(record, units)
        found = evidence.of_person(session, owner=home.id, person=who.id)
        session.rollback()
    assert found, "nothing became evidence"
    say("lrs read and validate one statement", checked * 1e6, "us")
    say("lrs store one statement", stored * 1e6, "us")
    for name, taken in (("asking whether it is evidence", asked), ("keeping it as evidence", kept)):
        note = f"{max(taken - stored, 0) / taken:.0%} of the transaction's work"
        say(f"lrs {name}", (taken - stored) * 1e6, "us", reference=note)


def moved(session: Session, name: str, folder: str, amounts: tuple[int, int]) -> None:
    """The memory and the pace of a whole record out of the store and into another organisation's, few and many."""
    other = Organisation(name=f"Granåsa {uuid.uuid4()}", kind="municipality", language="sv", created_at=now())
    session.add(other)
    session.commit()
    peaks: dict[str, float] = {}
    kind = session.get_bind().dialect.name
    whole = Path(folder) / "whole.jsonl"
    command("export", whole, name)
    with whole.open("rb") as lines:
        everything = lines.readlines()
    for amount in amounts:
        file = Path(folder) / "some.jsonl"
        file.write_bytes(b"".join(everything[:amount]))
        peak, seconds = command("import", file, other.name)
        note = {"reference": f"at {amounts[0]}: {peaks['import']:.0f}"} if "import" in peaks else {}
        say(f"lrs {kind} import of {amount}, peak memory", peak, "MB", **note)
        say(f"lrs {kind} import of {amount}", amount / seconds, "statements/s")
        peaks.setdefault("import", peak)
        peak, seconds = command("export", Path(folder) / "out.jsonl", other.name)
        note = {"reference": f"at {amounts[0]}: {peaks['export']:.0f}"} if "export" in peaks else {}
        say(f"lrs {kind} export of {amount}, peak memory", peak, "MB", **note)
        say(f"lrs {kind} export of {amount}", amount / seconds, "statements/s")
        peaks.setdefault("export", peak)


MEASURED = """
import sys
from app.cli import main
main(sys.argv[1:], standalone_mode=False)
with open("/proc/self/status") as said:
    print(next(line.split()[1] for line in said if line.startswith("VmHWM")))
"""
"""Runs the command line and prints its own peak memory in kilobytes, which a parent cannot tell from its own."""


def command(what: str, file: Path, organisation: str) -> tuple[float, float]:
    """Run ``accelerera lrs`` as a process of its own: (peak memory in megabytes, seconds)."""
    begin = time.monotonic()
    argv = [sys.executable, "-c", MEASURED, "lrs", what, str(file), "--organisation", organisation]
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    return int(done.stdout.split()[-1]) / 1024, time.monotonic() - begin


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--stored", type=int, default=50_000, help="statements stored when reading is measured"
    )
    parser.add_argument("--writing", action="store_true", help="measure nothing but writing")
    parser.add_argument("--full", action="store_true", help="1,000,000 stored")
    parser.add_argument(
        "--seconds", type=float, default=4.0, help="how long each kind of writing is measured"
    )
    parser.add_argument("--times", type=int, default=100, help="how often each filter is asked")
    parser.add_argument("--moved", type=int, default=10_000, help="statements exported and imported")
    given = parser.parse_args()
    stored = 1_000_000 if given.full else given.stored
    many = 100_000 if given.full else given.moved
    with tempfile.TemporaryDirectory(prefix="bench-lrs-") as folder:
        os.environ |= {"MODE": "test", "INSTANCE": folder, "SECRET_KEY": "for this run"}
        measure(stored, given.seconds, given.times, folder, many, given.writing)
    say("lrs whole run", time.monotonic() - START, "s")


def measure(stored: int, seconds: float, times: int, folder: str, many: int, only: bool) -> None:
    app = create_app()
    with app.app_context():
        db.create_all()
        session = db.session()
        owner = Organisation(
            name=f"Falkvik {uuid.uuid4()}", kind="municipality", language="sv", created_at=now()
        )
        session.add(owner)
        session.flush()
        credential = lrs.make_credential(
            session,
            organisation=owner.id,
            scopes=["all"],
            label="bench",
            by=None,
            now=now(),
            expires_at=now() + timedelta(days=1),
        )
        tenant, name_of_owner = owner.id, owner.name
        session.commit()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [str(Path(sys.executable).with_name("granian")), "--interface", "rsgi", "--workers", "2"]
        command += ["--no-ws", "--port", str(port), "--log-level", "warning", "rsgi:server"]
        with subprocess.Popen(command, start_new_session=True) as service:
            try:
                wait_for(port, credential)
                for connections, batch in ((1, 1), (4, 1), (16, 1), (4, 50)):
                    writing_over_http(session, service.pid, port, credential, connections, batch, seconds)
                shares(session, owner, 20)
                if only:
                    return
                fill(session, tenant, 10_000)
                few = reading(port, credential, times)
                fill(session, tenant, stored)
                for name, taken in reading(port, credential, times).items():
                    note = f"at 10,000: {few[name]:.2f}"
                    figure = f"lrs {session.get_bind().dialect.name} GET 100 by {name} of {stored}, p95"
                    say(figure, taken, "ms", reference=note, ratio=round(taken / few[name], 2))
                moved(session, name_of_owner, folder, (many // 10, many))
            finally:
                stop(service)


def stop(service: subprocess.Popen[bytes]) -> None:
    service.terminate()
    try:
        service.wait(20)
    except subprocess.TimeoutExpired:  # its processes were still starting
        os.killpg(service.pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
