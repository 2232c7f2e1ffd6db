"""Send the record store statements that are nearly valid, and ask for what it kept: nothing may answer 500.

    ./run bench fuzz                       20,000 inputs on SQLite
    ./run bench fuzz --count 1000000       a million
    DATABASE_URL=... ./run bench fuzz      on PostgreSQL
    ./run bench fuzz --seed 7              another sequence; the same seed gives the same inputs

Each input is a request through the HTTP door, with everything behind it: validation, storing, evidence. One in three
comes from a launched session, whose statements may become evidence. What is answered with 500 or more, without a
reason, or cannot be read back, is printed with its request, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import io
import json
import os
import random
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy.orm import Session

from app.clock import now
from app.db import db, writing
from app.demo import factories as make
from app.factory import create_app
from app.lrs import service as lrs
from app.registrations.models import Registration
from app.schemes import service as schemes
from app.xapi import sentences
from app.xapi.views import respond
from bench.mutations import HOME, changed, octets, of_profile, valid
from tests.schema import build_schema

ACTIVITY = HOME + "/courses/train-the-trainer"
LOOK_EVERY = 100
"""So many inputs are followed by a look at what was kept of them, in every format and as sentences."""


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


def faults(app: Flask, count: int, seed: int) -> Iterator[tuple[int, str]]:
    """Send ``count`` inputs: (status, what is wrong with the answer, or nothing) of each. ``app`` has its tables."""
    chance = random.Random(seed)  # noqa: S311
    with app.app_context(), writing():
        by = callers(db.session())
        db.session.commit()
    for number in range(count):
        environ = request(chance, by)
        yield _sent(app, environ)
        if number % LOOK_EVERY == LOOK_EVERY - 1:
            for wrong in _looked(app, by):
                yield 200, wrong


def _sent(app: Flask, environ: dict[str, Any]) -> tuple[int, str]:
    with app.app_context():
        line, _, body = respond(app, environ)
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


def _looked(app: Flask, by: Callers) -> Iterator[str]:
    for form in ("exact", "ids", "canonical"):
        query = urlencode({"limit": LOOK_EVERY, "format": form, "attachments": "true"})
        environ = {
            **{"REQUEST_METHOD": "GET", "PATH_INFO": "/xapi/statements", "QUERY_STRING": query},
            **{"HTTP_AUTHORIZATION": by.everybody, "HTTP_X_EXPERIENCE_API_VERSION": "2.0.0"},
        }
        with app.app_context():
            line, _, body = respond(app, environ)
        if not line.startswith("200"):
            yield f"GET ?{query} answers {line} {body[:300]!r}"
    with app.test_request_context("/"):
        session = db.session()
        kept = lrs.query(session, tenant=by.tenant, limit=LOOK_EVERY).statements
        names = sentences.Names.of(session, [one.statement for one in kept])
        for one in kept:
            try:
                sentences.tell(one.statement, names)
            except Exception as error:
                yield f"no sentence, {error!r}: {one.received!r}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=20_000, help="inputs")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    begin, statuses, wrong = time.monotonic(), Counter[int](), 0
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        url = os.environ.get("DATABASE_URL", "").replace("postgresql://", "postgresql+psycopg://")
        url = url or f"sqlite:///{folder}/fuzz.db"
        build_schema(url)
        settings = {
            "MODE": "test",
            "INSTANCE": folder,
            "SECRET_KEY": "unused",
            "SQLALCHEMY_DATABASE_URI": url,
        }
        app = create_app({**settings, "SERVICE_URL": HOME})
        for number, (status, said) in enumerate(faults(app, given.count, given.seed)):
            statuses[status] += 1
            if said:
                wrong += 1
                print(json.dumps({"fault": said[:2000]}), flush=True)
            if number % 10_000 == 9_999:
                print(f"{number + 1}: {dict(statuses)}, {wrong} faults", file=sys.stderr, flush=True)
    print(json.dumps({"name": "fuzz inputs", "value": given.count, "unit": "inputs", "seed": given.seed}))
    print(json.dumps({"name": "fuzz faults", "value": wrong, "unit": "inputs", "statuses": dict(statuses)}))
    print(json.dumps({"name": "fuzz whole run", "value": round(time.monotonic() - begin, 1), "unit": "s"}))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
