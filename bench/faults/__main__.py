"""Break what issuing and the record store stand on, in every way and at every point, and look whether anything is wrong
afterwards.

    ./run faults                    everything: disk, commits, races and network, on SQLite and PostgreSQL
    ./run faults --short            the same with few candidates and few points: what the tests run
    ./run faults disk               one act: disk, statements (the disk under the record store), commits, race, network

Prints a JSON line for each act. Each act is followed by its negative control (a disk that is not synced, an issuer
that does not look, a mailer that gives up), in which violations have to be found. At last how many faults were
injected and how many violations found; exits 1 where there is one, or where a control has not been caught.
"""

from __future__ import annotations

import argparse
import json
import logging
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from bench.faults import acts, disk, network, storing
from bench.faults.acts import Found
from bench.faults.world import Restore, prepared
from tests import rundir

ACTS = ("disk", "statements", "commits", "race", "network")
ONLY_SQLITE = ("disk", "statements", "network")
ON_A_FAILING_DISK = {"disk", "statements"}
DATABASES = ("sqlite", "postgresql")


@dataclass(frozen=True, slots=True)
class Size:
    """How much of it: candidates, points of the disk, every how many-th commit, processes."""

    disk: int
    points: int | None
    commits: int
    step: int
    race: int
    processes: int


LONG = Size(disk=4, points=None, commits=20, step=1, race=200, processes=32)
SHORT = Size(disk=2, points=3, commits=2, step=4, race=10, processes=4)


def rounds(act: str, database: str, size: Size, folder: Path) -> Iterator[tuple[str, Found]]:
    """The parts of an act on one database, each with its faults."""
    if act == "disk":
        with _world(folder, database, size.disk) as (app, restore):
            yield "disk", acts.at_writes(app, restore, folder, points=size.points)
    elif act == "statements":
        with storing.prepared(folder) as store:
            yield "statements", storing.at_writes(store, points=size.points)
    elif act == "commits":
        with _world(folder, database, size.commits) as (app, restore):
            for strike in acts.STRIKES:
                yield strike, acts.at_commits(app, restore, folder, strike=strike, step=size.step)
    elif act == "race":
        with _world(folder, database, size.race) as (app, restore):
            yield "race", acts.race(app, restore, size.processes)
    else:
        with _world(folder, database, SHORT.disk) as (app, restore):
            restore()
            yield "network", network.outages(app, folder)


def controls(act: str, folder: Path) -> Iterator[tuple[str, Found]]:
    """The negative controls of an act, on SQLite: each has to find violations."""
    if act == "statements":
        part = folder / "control-statements"
        part.mkdir()
        with storing.prepared(part) as store:
            acts.without_sync(store.app)
            yield "statements without sync", storing.at_writes(store, kinds=("loss",), points=3)
        return
    for name in ("mail", "timestamp") if act == "network" else ("",):
        part = folder / f"control-{name or act}"
        part.mkdir()
        with _world(part, "sqlite", 2, naive=act in ("commits", "race")) as (app, restore):
            restore()
            if act == "disk":
                acts.without_sync(app)
                yield "disk without sync", acts.at_writes(app, restore, part, kinds=("loss",), points=3)
            elif act == "commits":
                yield "forgetful issuer", acts.at_commits(app, restore, part, naive=True, step=3)
            elif act == "race":
                yield "careless race", acts.race(app, restore, 4, naive=True)
            else:
                yield f"naive {name}", network.outages(app, part, naive=name)


@contextmanager
def _world(
    folder: Path, database: str, candidates: int, *, naive: bool = False
) -> Iterator[tuple[Flask, Restore]]:
    with prepared(database, folder, candidates, naive=naive) as world:
        yield world


def main() -> int:
    asked = argparse.ArgumentParser(prog="./run faults", description=(__doc__ or "").splitlines()[0])
    asked.add_argument("act", nargs="*", metavar="ACT", help=f"{', '.join(ACTS)} (all of them)")
    asked.add_argument("--database", choices=DATABASES, action="append")
    asked.add_argument("--short", action="store_true")
    told = asked.parse_args()
    if set(told.act) - set(ACTS):
        asked.error(f"an act is one of {', '.join(ACTS)}")
    logging.disable(logging.CRITICAL)
    rundir.begin()
    injected = wrong = uncaught = 0
    try:
        if not disk.ready() and ON_A_FAILING_DISK & set(told.act or ACTS):
            _start_again(rundir.folder())
        for act in told.act or ACTS:
            for database in ("sqlite",) if act in ONLY_SQLITE else told.database or DATABASES:
                folder = rundir.folder() / f"{act}-{database}"
                folder.mkdir()
                for name, found in rounds(act, database, SHORT if told.short else LONG, folder):
                    faults, violations = _tell(f"{name}, {database}", found)
                    injected, wrong = injected + faults, wrong + violations
            for name, found in controls(act, rundir.folder()):
                uncaught += not _tell(f"control: {name}", found)[1]
    finally:
        rundir.end()
    print(f"faults injected: {injected}   violations: {wrong}   controls not caught: {uncaught}")
    return 1 if wrong or uncaught or not injected else 0


def _tell(name: str, found: Found) -> tuple[int, int]:
    begun, faults, violations = time.monotonic(), 0, 0
    for where, wrong in found:
        faults += 1
        violations += len(wrong)
        for one in () if name.startswith("control") else wrong[:3]:
            print(f"{where}: {one}", file=sys.stderr)
    took = round(time.monotonic() - begun, 1)
    print(json.dumps({"name": name, "faults": faults, "violations": violations, "seconds": took}), flush=True)
    return faults, violations


def _start_again(folder: Path) -> None:
    """This program once more, with the failing disk preloaded; ends with its exit status."""
    arguments = [sys.executable, "-m", "bench.faults", *sys.argv[1:]]
    raise SystemExit(subprocess.run(arguments, env=disk.environment(folder), check=False).returncode)


if __name__ == "__main__":
    raise SystemExit(main())
