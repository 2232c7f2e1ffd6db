"""The ways in which issuing is broken, each on a batch of its own that is restored before every fault.

An act yields, fault by fault, what was wrong afterwards: nothing, as a rule.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import uuid
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from flask import Flask
from sqlalchemy import event, select, text
from sqlalchemy.exc import OperationalError

from app import clock
from app.awards import batches
from app.awards.models import Batch
from app.db import db, writing
from bench.faults import disk
from bench.faults.world import GROUP, NOW, Restore, examine, forked, naive_carry_out, run_job

Answer = TypeVar("Answer")
Found = Iterator[tuple[str, list[str]]]
HOUR = 1
LATER = 3


def _at_commit(number: int, strike: Callable[[Any, Callable[[Any], None]], None]) -> None:
    """In this process, ``strike`` in place of the commit with this number."""
    dialect, count = db.engine.dialect, 0
    commit = dialect.do_commit

    def counting(connection: Any) -> None:
        nonlocal count
        count += 1
        if count == number:
            strike(connection, commit)
        else:
            commit(connection)

    dialect.do_commit = counting  # type: ignore[method-assign, assignment]


def _killed(_connection: Any, _commit: Callable[[Any], None]) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _answer_lost(connection: Any, commit: Callable[[Any], None]) -> None:
    commit(connection)
    raise OperationalError("COMMIT", None, ConnectionError("the answer did not arrive"))


def _cut_off(connection: Any, commit: Callable[[Any], None]) -> None:
    """The server ends the connection before it has heard of the commit."""
    if db.engine.dialect.name == "postgresql":
        cursor = connection.cursor()
        with db.engine.connect() as other:
            other.execute(
                text("SELECT pg_terminate_backend(:pid, 5000)"),
                {"pid": cursor.execute("SELECT pg_backend_pid()").fetchone()[0]},
            )
    else:
        connection.rollback()
        raise OperationalError("COMMIT", None, ConnectionError("the database was locked for too long"))
    commit(connection)


STRIKES = {"killed": _killed, "answer lost": _answer_lost, "cut off": _cut_off}


def at_commits(
    app: Flask,
    restore: Restore,
    folder: Path,
    *,
    strike: str = "killed",
    naive: bool = False,
    step: int = 1,
    most: int = 100_000,
) -> Found:
    """Break every ``step``-th commit in turn, start again, look; until there is no such commit."""
    acks = folder / "acks"
    for number in range(1, most, step):
        restore()
        acks.unlink(missing_ok=True)
        reached = folder / "reached"
        reached.unlink(missing_ok=True)

        def struck(connection: Any, commit: Callable[[Any], None], reached: Path = reached) -> None:
            reached.touch()
            STRIKES[strike](connection, commit)

        arm = partial(_at_commit, number, struck)
        status = forked(partial(run_job, app, hours=HOUR, arm=arm, naive=naive, acks=acks))
        if not reached.exists():
            yield from _unexpected(f"{strike} at no commit", status, {0})
            return
        found = _again(app, acks, naive)
        wrong = [] if status in (0, 1, -signal.SIGKILL) else [f"the worker ended with {status}"]
        yield f"{strike} at commit {number}", found + wrong


def at_writes(
    app: Flask,
    restore: Restore,
    folder: Path,
    *,
    kinds: Iterable[str] = disk.KINDS,
    points: int | None = None,
) -> Found:
    """Break every write, truncation and sync of the SQLite files in turn (or only so many ``points`` of them)."""
    acks, database = folder / "acks", str(db_file(app))
    restore()
    forked(partial(_counted, app, database, folder / "events"))
    total = int((folder / "events").read_text())
    every = range(1, total + 1) if points is None else spread(total, points)
    for kind in kinds:
        for number in every:
            restore()
            acks.unlink(missing_ok=True)
            status = forked(
                partial(run_job, app, hours=HOUR, arm=partial(disk.arm, database, kind, number), acks=acks)
            )
            found = _again(app, acks, naive=False)
            if status not in (0, 1, -signal.SIGKILL):
                found.append(f"the worker ended with {status}")
            yield f"{kind} at write {number} of {total}", found


def _counted(app: Flask, database: str, into: Path) -> None:
    run_job(app, hours=HOUR, arm=partial(disk.count, database))
    into.write_text(str(disk.counted()))


def spread(total: int, points: int) -> list[int]:
    """So many numbers from 1 to ``total``, evenly, the last one among them."""
    return sorted({max(1, round(total * i / points)) for i in range(1, points + 1)})


def db_file(app: Flask) -> Path:
    with app.app_context():
        return Path(db.engine.url.database or "")


def _again(app: Flask, acks: Path, naive: bool) -> list[str]:
    """Start the work again, and look."""
    status = forked(partial(run_job, app, hours=LATER, naive=naive, acks=acks))
    found = examine(app, acks)
    return found + ([] if status == 0 else [f"the second worker ended with {status}"])


def _unexpected(name: str, status: int, expected: set[int]) -> Found:
    if status not in expected:
        yield name, [f"the worker ended with {status}"]


def race(app: Flask, restore: Restore, processes: int, *, naive: bool = False) -> Found:
    """So many processes issue the same batch at once."""
    restore()
    children = []
    for number in range(processes):
        child = os.fork()
        if child == 0:
            os._exit(_racing(app, number, naive))
        children.append(child)
    ends = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    yield f"{processes} processes", examine(app) + [f"a process ended with {one}" for one in ends if one]


def _racing(app: Flask, number: int, naive: bool) -> int:
    try:
        _issue_everything(app, number, naive)
    except BaseException as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return 0


def _issue_everything(app: Flask, seed: int, naive: bool) -> None:
    """One of many processes that issue the whole batch, in an order of its own, whatever the others do."""
    clock.now = lambda: NOW + timedelta(hours=HOUR)
    chance = random.Random(seed)  # noqa: S311
    carry_out = naive_carry_out if naive else batches.carry_out
    with app.app_context(), writing():
        session = db.session()

        def patiently(step: Callable[[], Answer]) -> Answer:
            while True:
                try:
                    return step()
                except OperationalError:  # SQLite gave the turn to others for longer than we wait
                    session.rollback()

        def waiting() -> list[uuid.UUID]:
            return [item.id for item in batches.items(session, session.scalars(select(Batch)).one())]

        def carry(begun: batches.Begun | None, group: list[uuid.UUID]) -> batches.Begun | None:
            batch = session.scalars(select(Batch)).one()
            return carry_out(session, begun, group, batch, now=clock.now())

        ids = patiently(waiting)
        session.rollback()
        chance.shuffle(ids)
        begun = None
        for start in range(0, len(ids) + GROUP, GROUP):
            begun = patiently(partial(carry, begun, ids[start : start + GROUP]))


def without_sync(app: Flask) -> None:
    """The negative control of a disk that loses what was not synced: SQLite told not to sync."""
    with app.app_context():
        event.listen(db.engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
