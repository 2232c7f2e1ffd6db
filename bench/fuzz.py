"""Send the record store statements that are nearly valid, and ask for what it kept: nothing may answer 500.

    ./run bench fuzz                                     20,000 inputs on SQLite
    ./run bench fuzz --count 1000000 --processes 2       a million, in two processes
    ./run bench fuzz --database postgresql               on PostgreSQL (a server of its own)
    ./run bench fuzz --seed 7                            another sequence; the same seed gives the same inputs

Each input is a request to the service, with everything behind it: validation, storing, evidence. They come a few at a
time, as the service's door takes them: what can be stored together is, the rest goes the ordinary way, and one group
in four goes it from the start. One input in three comes from a launched session, whose statements may become evidence.
What is answered with 500 or more, without a reason, leaves an error in the log or cannot be read back, is printed with
its request, and the exit code is 1.

Every 20,000 inputs are a chapter: a database, a learner and a seed of their own, the seed being the one given and the
chapter's number. Databases lie in memory where the machine has such a folder; what they are asked is the same.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import hashlib
import io
import json
import logging
import multiprocessing
import random
import resource
import shutil
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy.orm import Session

from app.clock import now
from app.db import db, writing
from app.demo import factories as make
from app.factory import create_app
from app.lrs import instants
from app.lrs import service as lrs
from app.registrations.models import Registration
from app.schemes import service as schemes
from app.xapi import sentences
from app.xapi.together import Together
from app.xapi.views import Whole, respond
from bench.mutations import HOME, changed, octets, of_profile, valid
from tests import rundir
from tests.postgres import Databases
from tests.schema import build_schema

ACTIVITY = HOME + "/courses/train-the-trainer"
CHAPTER = 20_000
"""Inputs for one database and one learner, whose evidence grows with them."""
LOOK_EVERY = 100
"""So many inputs are followed by a look at what was kept of them, in every format and as sentences."""
MOST_KEPT = 500
"""More than they can have brought: an input has four statements at most."""
GROUPS = (1, 2, 4, 8, 16, 24)
"""How many requests arrive at the same moment."""


@dataclass(frozen=True, slots=True)
class Callers:
    """Who sends: somebody who may do everything, and a launched session."""

    tenant: uuid.UUID
    person: str
    registration: str
    everybody: str
    launched: str


def callers(session: Session) -> Callers:
    """Make an organisation, a learner who studies a course, and credentials."""
    at = now()
    home = make.consortium(session, now=at)
    who = make.person(session, "Frida Påhitt", organisation=home, now=at)
    schemes.publish_from_files(session, by=None, now=at)
    make.candidacy(session, who, "participant", now=at)
    run = Registration(person_id=who.id, course="train-the-trainer", version="1", started_at=at, seen_at=at)
    session.add(run)
    session.flush()
    actor = {"objectType": "Agent", "account": {"homePage": HOME, "name": str(who.id)}}
    common: dict[str, Any] = {
        "organisation": home.id,
        "scopes": ["all"],
        "label": "fuzz",
        "by": None,
        "now": at,
    }
    everybody = lrs.make_credential(session, **common)
    launched = lrs.make_credential(session, **common, registration=run.id, activity=ACTIVITY, actor=actor)
    return Callers(home.id, str(who.id), str(run.id), _basic(everybody), _basic(launched))


def _basic(pair: tuple[str, str]) -> str:
    return "Basic " + base64.b64encode(":".join(pair).encode()).decode()


def request(chance: random.Random, by: Callers) -> dict[str, Any]:
    """A WSGI environment with something that is nearly right."""
    launched = chance.random() < 0.33
    said: Any = (
        of_profile(chance, by.person, by.registration, ACTIVITY) if launched else valid(chance, by.person)
    )
    for _ in range(chance.choice([0, 0, 1, 1, 1, 2, 3])):
        said = changed(chance, said) if isinstance(said, dict) else said
    put = chance.random() < 0.1 and isinstance(said, dict)
    query = urlencode({"statementId": str(said.get("id", ""))}, errors="replace") if put else ""
    if not put and chance.random() < 0.1:
        said = [said, valid(chance, by.person)] * chance.choice([1, 1, 2])
    body, kind = octets(chance, said), "application/json"
    if chance.random() < 0.1:
        body, kind = _multipart(chance, body)
    return {
        "REQUEST_METHOD": "PUT" if put else "POST",
        "PATH_INFO": "/xapi/statements",
        "QUERY_STRING": query,
        "CONTENT_TYPE": kind,
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_AUTHORIZATION": by.launched if launched else by.everybody,
        "HTTP_X_EXPERIENCE_API_VERSION": chance.choice(["1.0.3", "2.0.0", "2.0.0"]),
        "wsgi.input": io.BytesIO(body),
        "body": body,
    }


def _multipart(chance: random.Random, body: bytes) -> tuple[bytes, str]:
    content = chance.randbytes(chance.randrange(40))
    sha2 = hashlib.sha256(content).hexdigest() if chance.random() < 0.7 else "0" * 64
    head = f"Content-Type: text/plain\r\nContent-Transfer-Encoding: binary\r\nX-Experience-API-Hash: {sha2}\r\n\r\n"
    whole = bytearray(
        b"--b\r\nContent-Type: application/json\r\n\r\n" + body + b"\r\n--b\r\n" + head.encode()
    )
    whole += content + b"\r\n--b--\r\n"
    if chance.random() < 0.5:
        place = chance.randrange(len(whole))
        whole[place : place + chance.randrange(3)] = chance.randbytes(chance.randrange(3))
    return bytes(whole), "multipart/mixed; boundary=b"


class Service:
    """The service as its callers find it, and the errors that it wrote into its log."""

    def __init__(self, app: Flask) -> None:
        self.app, self.together, self.loop = app, Together(app), asyncio.new_event_loop()
        self.errors = _Errors(logging.ERROR)
        logging.getLogger("xapi").addHandler(self.errors)

    def answers(self, environs: Sequence[dict[str, Any]], *, alone: bool) -> list[Whole]:
        """The answers to requests of one moment. ``alone``: each goes the ordinary way from the start."""
        short: list[Whole | None] = [None] * len(environs)
        if not alone:
            short = self.loop.run_until_complete(self._at_once(environs))
        return [answer or self.ask(environ) for answer, environ in zip(short, environs, strict=True)]

    async def _at_once(self, environs: Sequence[dict[str, Any]]) -> list[Whole | None]:
        return await asyncio.gather(*(self.together.answer(each, each["body"]) for each in environs))

    def ask(self, environ: dict[str, Any]) -> Whole:
        """The ordinary way."""
        with self.app.app_context():
            return respond(self.app, environ)

    def close(self) -> None:
        self.together.group.close()
        self.loop.close()
        logging.getLogger("xapi").removeHandler(self.errors)


class _Errors(logging.Handler):
    """Keeps what is logged until it is asked."""

    def __init__(self, level: int) -> None:
        super().__init__(level)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(f"logged: {record.getMessage()} {record.exc_info and record.exc_info[1]!r}")

    def since(self) -> list[str]:
        """What has been logged since the last time."""
        said, self.said = self.said, []
        return said


def faults(app: Flask, count: int, seed: int) -> Iterator[tuple[int, str]]:
    """Send ``count`` inputs: (status, what is wrong with the answer, or nothing) of each. ``app`` has its tables."""
    chance = random.Random(seed)  # noqa: S311
    with app.app_context(), writing():
        by = callers(db.session())
        db.session.commit()
    with closing(Service(app)) as service:
        sent, looked, seen = 0, 0, now()
        while sent < count:
            some = [request(chance, by) for _ in range(min(chance.choice(GROUPS), count - sent))]
            answers = service.answers(some, alone=chance.random() < 0.25)
            sent += len(some)
            for environ, answer in zip(some, answers, strict=True):
                yield _judged(environ, answer)
            for wrong in service.errors.since():
                yield 500, f"{wrong}: one of {[one['body'] for one in some]!r}"
            if sent - looked >= LOOK_EVERY or sent == count:
                looked = sent
                seen, wrongs = _looked(service, by, seen)
                for wrong in wrongs:
                    yield 200, wrong


def _judged(environ: dict[str, Any], answer: Whole) -> tuple[int, str]:
    line, _, body = answer
    status = int(line[:3])
    wrong = ""
    if status >= 500:
        wrong = line
    elif status >= 400:
        told = json.loads(body)
        if told.get("status") != status or not told.get("detail"):
            wrong = f"{line} without a reason"
    elif status not in (200, 204):
        wrong = line
    return status, f"{wrong}: {environ['CONTENT_TYPE']} {environ['body']!r}" if wrong else ""


def _looked(service: Service, by: Callers, seen: datetime) -> tuple[datetime, list[str]]:
    """Look at what was stored after ``seen``: the time of the last of it, and what is wrong."""
    wrongs = []
    for form in ("exact", "ids", "canonical"):
        asked = {"limit": MOST_KEPT, "since": instants.write(seen), "format": form, "attachments": "true"}
        query = urlencode(asked)
        environ = {
            **{"REQUEST_METHOD": "GET", "PATH_INFO": "/xapi/statements", "QUERY_STRING": query},
            **{"HTTP_AUTHORIZATION": by.everybody, "HTTP_X_EXPERIENCE_API_VERSION": "2.0.0"},
        }
        line, _, body = service.ask(environ)
        if not line.startswith("200"):
            wrongs.append(f"GET ?{query} answers {line} {body[:300]!r}")
    with service.app.test_request_context("/"):
        session = db.session()
        kept = lrs.query(session, tenant=by.tenant, since=seen, limit=MOST_KEPT).statements
        told = [one.statement for one in kept]
        names = sentences.Names.of(session, told)
        for one, said in zip(kept, told, strict=True):
            try:
                sentences.tell(said, names)
            except Exception as error:
                wrongs.append(f"no sentence, {error!r}: {one.received!r}")
    return (kept[0].stored if kept else seen), wrongs


@dataclass
class Chapter:
    """What came of some inputs: the answers' statuses, and what was wrong."""

    seed: int
    statuses: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Ground:
    """Where databases with empty tables come from, one for each number."""

    kind: str
    folder: Path

    def __enter__(self) -> Self:
        if self.kind == "sqlite":
            build_schema(f"sqlite:///{self.folder}/empty.db")
            return self
        rundir.begin()
        with closing(Databases()) as server:
            build_schema(server.create("fuzz"))
        return self

    def __exit__(self, *_: object) -> None:
        if self.kind == "postgresql":
            rundir.end()

    @contextmanager
    def database(self, number: int) -> Iterator[tuple[str, Path]]:
        """The address of a database, and the folder of its service."""
        own, name = self.folder / str(number), f"fuzz_{number}"
        own.mkdir()
        if self.kind == "sqlite":
            shutil.copyfile(self.folder / "empty.db", own / "fuzz.db")
            yield f"sqlite:///{own}/fuzz.db", own
        else:
            with closing(Databases()) as server:
                yield server.create(name, template="fuzz"), own
                server.drop(name)
        shutil.rmtree(own)


def chapter(ground: Ground, asked: tuple[int, int]) -> Chapter:
    """Send (seed, count) to a database of their own."""
    told = Chapter(asked[0])
    with ground.database(told.seed) as (url, folder):
        settings = {"MODE": "test", "INSTANCE": folder, "SECRET_KEY": "unused", "SERVICE_URL": HOME}
        app = create_app({**settings, "SQLALCHEMY_DATABASE_URI": url})
        for status, wrong in faults(app, asked[1], told.seed):
            told.statuses[status] += 1
            if wrong:
                told.wrong.append(wrong)
        with app.app_context():
            db.engine.dispose()
    return told


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=CHAPTER, help="inputs")
    parser.add_argument("--seed", type=int, default=1, help="of the first chapter")
    parser.add_argument("--processes", type=int, default=1, help="chapters at the same time")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    given = parser.parse_args()
    whole, rest = divmod(given.count, CHAPTER)
    counts = [CHAPTER] * whole + [rest] * bool(rest)
    begin, sum_, wrong = time.monotonic(), Counter[int](), 0
    memory = Path("/dev/shm")  # noqa: S108
    with (
        tempfile.TemporaryDirectory(prefix="fuzz-", dir=memory if memory.is_dir() else None) as folder,
        Ground(given.database, Path(folder)) as ground,
        multiprocessing.get_context("fork").Pool(given.processes, maxtasksperchild=1) as pool,
    ):
        for told in pool.imap_unordered(partial(chapter, ground), enumerate(counts, given.seed)):
            sum_ += told.statuses
            wrong += len(told.wrong)
            for said in told.wrong:
                print(json.dumps({"fault": said[:2000], "seed": told.seed}), flush=True)
            print(f"{sum_.total()}: {dict(sum_)}, {wrong} faults", file=sys.stderr, flush=True)
    print(json.dumps({"name": "fuzz inputs", "value": given.count, "unit": "inputs", "seed": given.seed}))
    print(json.dumps({"name": "fuzz faults", "value": wrong, "unit": "inputs", "statuses": dict(sum_)}))
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    each = (spent.ru_utime + spent.ru_stime) / max(given.count, 1) * 1000
    print(json.dumps({"name": "fuzz processor time of one input", "value": round(each, 2), "unit": "ms"}))
    print(json.dumps({"name": "fuzz whole run", "value": round(time.monotonic() - begin, 1), "unit": "s"}))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
