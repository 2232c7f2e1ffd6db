"""How fast a partner's, a licensee's and a coach's page answer over HTTP, on SQLite with much in it.

    ./run bench portals                               10,000 licences in force, 100,000 usage lines over a year
    ./run bench portals --licences 500 --lines 5000   a quick look

All licences are one publisher's, ten for each licensee. What was stored is counted before anything is measured. Prints
one JSON line per figure.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
import uuid
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app import clock
from app.accounts.models import Person
from app.db import db, new_id, writing
from app.demo import factories as make
from app.factory import create_app
from app.licensing import figures, gate, income, metering, publishers
from app.licensing.models import Licence, Seat, UsageLine
from app.lrs.models import Authority, Statement
from app.organisations.models import Organisation
from app.organisations.service import create_organisation
from app.rules.terms import Party, Price
from bench.faults.world import figure
from bench.licences import installed
from bench.pages import ask, statements
from tests import rundir
from tests.accounts.browser import sign_in
from tests.licensing.terms import PUBLIC, terms
from tests.schema import build_schema
from tests.served import DATABASE, Served

KEY = "a key for this measurement only"
COURSE = "collaboration-capability"
EACH, CHUNK = 10, 2000
PAGES = {
    "partner's": ("Paula", "/partner"),
    "licences sold": ("Paula", "/licences"),
    "licensee's": ("Leo", "/licences/held"),
    "coach's": ("Cajsa", "/sessions/courses"),
    "course's": ("Leo", f"/courses/{COURSE}"),
}


def world(session: Session, now: datetime) -> tuple[Organisation, Organisation]:
    """A publisher with a course, a licensee, and the three people who look."""
    home = make.consortium(session, now=now)
    partner = create_organisation(session, name="Broar Exempel AB", kind="partner", by=None, now=now)
    place = make.municipality(session, "Falkviks kommun", now=now)
    for name, where, role in (
        ("Paula Påhitt", partner, "partner"),
        ("Leo Exempelsson", place, "lead"),
        ("Cajsa Låtsas", home, "coach"),
    ):
        make.person(session, name, organisation=where, roles=(role,), demonstration=True, now=now)
    publishers.name_publisher(session, COURSE, publisher=partner.id, by=None, now=now)
    publishers.add_key(session, PUBLIC, publisher=partner.id, by=None, now=now)
    session.commit()
    return partner, place


def sell(
    session: Session, partner: Organisation, place: Organisation, *, licences: int, now: datetime
) -> None:
    """So many licences of forty seats, in force for half a year and for half a year more."""
    today = clock.local_date(now)
    places = [place.id, *(new_id() for _ in range((licences - 1) // EACH))]
    session.execute(
        insert(Organisation),
        [
            {
                "id": id,
                "name": f"Kommun {number}",
                "kind": "municipality",
                "language": "sv",
                "created_at": now,
            }
            for number, id in enumerate(places[1:])
        ],
    )
    for number in range(licences):
        said = terms(
            id=new_id(),
            course=COURSE,
            publisher=Party(partner.id, partner.name),
            licensee=Party(places[number // EACH], "Kommunen"),
            below="",
            amount=40,
            starts=today - timedelta(days=180),
            ends=today + timedelta(days=180 + number % 90),
            price=Price(model="each", currency="SEK", amount=120_000, vat=2500),
        )
        row = installed(said, now - timedelta(days=180))
        row.taken = number % 41
        session.add(row)
        if number % CHUNK == CHUNK - 1:
            session.commit()
    session.commit()


def use(session: Session, who: uuid.UUID, *, lines: int, now: datetime) -> None:
    """Seats that were used, each with its statement and its line, spread over the licences and the last year."""
    licences = session.scalars(select(Licence.id).order_by(Licence.id)).all()
    session.add(Authority(number=1, tenant=uuid.UUID(int=0), digest=bytes(16), body=b"{}"))
    session.flush()
    for first in range(0, lines, CHUNK):
        seats: list[dict[str, Any]] = []
        said: list[dict[str, Any]] = []
        used: list[dict[str, Any]] = []
        for number in range(first, min(lines, first + CHUNK)):
            at = now - timedelta(hours=(number * 7) % (365 * 24))
            licence, seat = licences[number % len(licences)], new_id()
            seats.append(
                {
                    "id": seat,
                    "licence_id": licence,
                    "person_id": who,
                    "way": "study",
                    "use_id": new_id(),
                    "state": "consumed",
                    "reserved_at": at,
                }
            )
            said.append(
                {
                    "position": number + 1,
                    "tenant": uuid.UUID(int=0),
                    "statement_id": new_id(),
                    "committed": number + 1,
                    "authority": 1,
                    "lacks": 0,
                    "received": b"{}",
                }
            )
            used.append(
                {
                    "id": new_id(),
                    "licence_id": licence,
                    "seat_id": seat,
                    "statement": number + 1,
                    "quantity": 1,
                    "month": metering.month_of(at),
                    "recorded_at": at,
                }
            )
        for table, rows in ((Seat, seats), (Statement, said), (UsageLine, used)):
            session.execute(insert(table), rows)
        session.commit()


def reckon(session: Session, now: datetime) -> None:
    """What the nightly job does."""
    figures.keep_days(session, today=clock.local_date(now))
    for month in income.due(session, now):
        income.keep(session, month, income.sums(session, month), now=now)
    session.commit()


def count_queries(app: Flask, clients: dict[str, FlaskClient]) -> dict[str, int]:
    """How many statements each page asks the database."""
    counted = {}
    for page, (who, address) in PAGES.items():
        with app.app_context():  # each request's own: what one knows of its reader is not the next one's
            clients[who].get(address)
        gate.forget(db.session())
        with app.app_context(), statements(db.engine) as asked:
            answer = clients[who].get(address)
        assert answer.status_code == 200, (page, answer.status_code)
        counted[page] = len(asked)
    return counted


def processor_time(app: Flask, client: FlaskClient, address: str, times: int) -> list[float]:
    """What so many answers cost the processor, in milliseconds, sorted: it hardly depends on what else runs here."""
    taken = []
    for _ in range(times):
        with app.app_context():
            begun = time.process_time()
            client.get(address)
            taken.append((time.process_time() - begun) * 1000)
    return sorted(taken)


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench portals")
    parser.add_argument("--licences", type=int, default=10_000)
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=200)
    told = parser.parse_args()
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
        now = clock.now()
        with app.app_context():
            session = db.session()
            with writing():
                partner, place = world(session, now)
            clients = {}
            for who in {who for who, _ in PAGES.values()}:
                clients[who] = app.test_client()
                sign_in(
                    clients[who],
                    session.scalars(select(Person).where(Person.name.startswith(who))).one(),
                )
            with writing():
                sell(session, partner, place, licences=min(20, told.licences), now=now)
                small = count_queries(app, clients)
            with writing():
                sell(session, partner, place, licences=told.licences - 20, now=now)
                someone = session.scalars(select(Person.id).where(Person.name.startswith("Leo"))).one()
                use(session, someone, lines=told.lines, now=now)
                reckon(session, now)
            large = count_queries(app, clients)
            cpu = {
                page: processor_time(app, clients[who], address, told.times)
                for page, (who, address) in PAGES.items()
            }
            this = metering.month_of(now)
            have = {
                "licences": session.scalar(select(func.count()).select_from(Licence)),
                "lines": session.scalar(select(func.count()).select_from(UsageLine)),
                "lines of this month": session.scalar(
                    select(func.count()).select_from(UsageLine).where(UsageLine.month == this)
                ),
            }
            assert (have["licences"], have["lines"]) == (told.licences, told.lines), have
            cookies = {
                who: "; ".join(f"{one.key}={one.value}" for one in (client._cookies or {}).values())
                for who, client in clients.items()
            }
            db.session.remove()
            db.engine.dispose()
        served.start()
        try:
            for page, (who, address) in PAGES.items():
                ask(served, address, cookies[who], 20)
                taken = sorted(ask(served, address, cookies[who], told.times))
                load = f"load {os.getloadavg()[0]:.1f}"
                p95 = taken[int(len(taken) * 0.95)]
                figure(f"{page} page, p95", p95, "ms", f"under 50 ms; {load}; {json.dumps(have)}")
                figure(f"{page} page, median", statistics.median(taken), "ms", load)
                figure(
                    f"{page} page, processor time, p95",
                    cpu[page][int(told.times * 0.95)],
                    "ms",
                    "in this process",
                )
                figure(f"{page} page, queries", large[page], "queries", f"{small[page]} with few licences")
        finally:
            served.stop()
    finally:
        rundir.end()


if __name__ == "__main__":
    main()
