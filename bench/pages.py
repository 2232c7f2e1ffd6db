"""How fast the path, the decision list and the verification page answer over HTTP, on SQLite with much in it.

    ./run bench pages                               100,000 evidence items, 10,000 ready candidates
    ./run bench pages --evidence 5000 --ready 500   a quick look

One person with a full path is made through the services; the rest are copies of such rows. What was stored is
counted before anything is measured. Prints one JSON line per figure.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import statistics
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import event, func, insert, select
from sqlalchemy.orm import Session

from app import clock
from app.accounts.models import Grant, Person
from app.awards.models import Certificate
from app.db import Model, db, new_id, writing
from app.demo import factories as make
from app.evidence.models import EvidenceItem
from app.factory import create_app
from app.learners.models import Candidacy, CriterionStanding
from app.schemes import service as schemes
from bench.faults.world import figure
from tests import rundir
from tests.accounts.browser import sign_in
from tests.schema import build_schema
from tests.served import DATABASE, Served

Row = dict[str, Any]
CHUNK = 2000
KEY = "a key for this measurement only"
PAGES = ("path", "decisions", "verification")


def row_of(one: Model) -> Row:
    return {column.key: getattr(one, column.key) for column in type(one).__mapper__.column_attrs}


def world(session: Session) -> dict[str, str]:
    """A candidate on the way, a certifier and a certificate, made through the services; the pages to look at."""
    now = clock.now()
    begun = now - timedelta(days=90)
    home = make.consortium(session, now=begun)
    schemes.publish_from_files(session, by=None, now=begun)
    founder = make.person(session, "Cleo Fiktiv", organisation=home, roles=("certifier",), now=begun)
    make.person(session, "Ruben Provberg", organisation=home, roles=("certifier",), now=begun)
    tilde = make.person(session, "Tilde Påhitt", now=begun)
    ready = make.person(session, "Mall Exempel", now=begun)
    held = make.founder(session, tilde, ("participant",), by=founder, now=begun)[0]
    path = make.candidacy(session, tilde, "pollinator", now=begun + timedelta(days=1))
    for number in range(40):
        at = begun + timedelta(days=2 + number)
        make.training(session, tilde, at=at, minutes=20, unit=f"unit-{number}")
        make.coached(session, tilde, home, at=at + timedelta(hours=3), minutes=30)
    make.waive_everything(
        session, make.candidacy(session, ready, "participant", now=begun), by=founder, now=begun
    )
    session.commit()
    return {"path": f"/path/{path.id}", "decisions": "/decisions", "verification": f"/verify/{held.code}"}


def fill(session: Session, *, evidence: int, ready: int) -> None:
    """Copy the ready candidate until there are so many, and evidence until there is so much."""
    model = session.scalars(select(Person).where(Person.name == "Mall Exempel")).one()
    candidacy = session.scalars(select(Candidacy).where(Candidacy.person_id == model.id)).one()
    standings = [row_of(one) for one in candidacy.standings]
    items = [
        row_of(one) for one in session.scalars(select(EvidenceItem).where(EvidenceItem.person_id == model.id))
    ]
    person_row, candidacy_row = row_of(model), row_of(candidacy)
    have = session.scalar(select(func.count()).select_from(EvidenceItem)) or 0
    more = max(0, ready - 1)
    each, extra = divmod(max(0, evidence - have), more) if more else (0, 0)
    batch: dict[type[Model], list[Row]] = {Person: [], Candidacy: [], CriterionStanding: [], EvidenceItem: []}
    for number in range(more):
        person_id, candidacy_id = new_id(), new_id()
        unique: Row = {
            "id": person_id,
            "email": f"kopia-{number}@example.org",
            "fs_uniquifier": uuid.uuid4().hex,
        }
        unique |= {"fs_webauthn_user_handle": uuid.uuid4().hex}
        batch[Person].append(person_row | unique | {"name": f"Kopia {number}"})
        waited = candidacy_row["ready_at"] + timedelta(seconds=number)
        own = {"id": candidacy_id, "person_id": person_id, "ready_at": waited}
        batch[Candidacy].append(candidacy_row | own)
        batch[CriterionStanding] += [
            one | {"id": new_id(), "candidacy_id": candidacy_id} for one in standings
        ]
        for place in range(each + (number < extra)):
            item = items[place % len(items)]
            own = {"id": new_id(), "person_id": person_id, "statement_id": new_id(), "subject": None}
            batch[EvidenceItem].append(item | own)
        if len(batch[Person]) >= CHUNK or number == more - 1:
            for table, rows in batch.items():
                if rows:
                    session.execute(insert(table), rows)
                rows.clear()
            session.commit()


@contextmanager
def statements(engine: Any) -> Iterator[list[str]]:
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


def queries(app: Any, pages: dict[str, str], cookies: dict[str, Any]) -> dict[str, int]:
    """How many statements each page asks the database."""
    counted = {}
    for page in PAGES:
        client = cookies[page]
        client.get(pages[page])  # what is kept in memory is kept by now
        with app.app_context(), statements(db.engine) as asked:
            answer = client.get(pages[page])
        assert answer.status_code == 200, (page, answer.status_code)
        counted[page] = len(asked)
    return counted


def browsers(app: Any) -> dict[str, Any]:
    """A browser for each page: the candidate's, the certifier's, nobody's."""
    made = {"verification": app.test_client()}
    for page, name in (("path", "Tilde Påhitt"), ("decisions", "Ruben Provberg")):
        made[page] = app.test_client()
        sign_in(made[page], db.session.scalars(select(Person).where(Person.name == name)).one())
    return made


def ask(served: Served, address: str, cookie: str, times: int) -> list[float]:
    """So many answers over one connection, in milliseconds."""
    connection, taken = http.client.HTTPConnection("127.0.0.1", served.port, timeout=30), []
    for _ in range(times):
        begun = time.perf_counter()
        connection.request("GET", address, headers={"Cookie": cookie, "Host": f"localhost:{served.port}"})
        answer = connection.getresponse()
        answer.read()
        taken.append((time.perf_counter() - begun) * 1000)
        assert answer.status == 200, (address, answer.status, answer.headers["Location"])
    connection.close()
    return taken


def main() -> None:
    asked = argparse.ArgumentParser(prog="bench pages")
    asked.add_argument("--evidence", type=int, default=100_000)
    asked.add_argument("--ready", type=int, default=10_000)
    asked.add_argument("--times", type=int, default=200)
    told = asked.parse_args()
    rundir.begin()
    try:
        instance = rundir.folder() / "instance"
        instance.mkdir()
        url = f"sqlite:///{instance / DATABASE}"
        build_schema(url)
        served = Served(instance, more={"SECRET_KEY": KEY})
        app = create_app(
            {"MODE": "demo", "INSTANCE": instance, "SECRET_KEY": KEY, "SQLALCHEMY_DATABASE_URI": url}
        )
        with app.app_context():
            with writing():
                pages = world(db.session())
            session, clients = db.session(), browsers(app)
            small = queries(app, pages, clients)
            with writing():
                fill(session, evidence=told.evidence, ready=told.ready)
            large = queries(app, pages, clients)
            have = {
                "evidence": session.scalar(select(func.count()).select_from(EvidenceItem)),
                "ready": session.scalar(select(func.count()).where(Candidacy.ready_at.is_not(None))),
                "certificates": session.scalar(select(func.count()).select_from(Certificate)),
                "grants": session.scalar(select(func.count()).select_from(Grant)),
            }
            assert have["evidence"] == told.evidence, have
            assert have["ready"] == told.ready, have
            cookies = {
                page: "; ".join(f"{one.key}={one.value}" for one in client._cookies.values())
                for page, client in clients.items()
            }
            db.session.remove()
            db.engine.dispose()
        served.start()
        try:
            for page in PAGES:
                ask(served, pages[page], cookies[page], 20)
                taken = sorted(ask(served, pages[page], cookies[page], told.times))
                load = f"load {os.getloadavg()[0]:.1f}"
                p95 = taken[int(len(taken) * 0.95)]
                figure(f"{page} page, p95", p95, "ms", f"under 50 ms; {load}; {json.dumps(have)}")
                figure(f"{page} page, median", statistics.median(taken), "ms", load)
                figure(
                    f"{page} page, queries",
                    large[page],
                    "queries",
                    f"{small[page]} on an almost empty database",
                )
        finally:
            served.stop()
    finally:
        rundir.end()


if __name__ == "__main__":
    main()
