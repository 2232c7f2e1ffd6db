"""How fast the gate answers with 10,000 licences, a month is settled and shared out, and seats are sold: one JSON line
per figure.

Run as ``python -m bench.licences``. On SQLite; seats are sold on PostgreSQL too, the tests' own server. ``cpu`` is what
this process used, beside what the clock on the wall says; ``reference`` is the bar.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
import uuid
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app import clock
from app.accounts.service import create_person
from app.db import db, new_id
from app.demo import factories as make
from app.factory import create_app
from app.licensing import gate, licences, metering, publishers, seats, settling, usage
from app.licensing.models import Licence
from app.licensing.signing import sign
from app.organisations.models import Organisation
from app.organisations.service import create_organisation
from app.royalties import closing, plans
from app.royalties.models import RoyaltyLine
from app.rules.terms import Party, Price, Terms, write
from tests import rundir
from tests.licensing.terms import KEY, PUBLIC, terms
from tests.postgres import Databases
from tests.schema import build_schema

LICENCES, EACH, LINES = 10_000, 10, 1_000_000
ASKED = 1000


def tell(name: str, value: float, unit: str, reference: float, cpu: float | None = None) -> None:
    line = {"name": name, "value": round(value, 4), "unit": unit, "reference": reference}
    print(json.dumps(line if cpu is None else line | {"cpu": round(cpu, 4)}), flush=True)


def median(times: list[float]) -> float:
    return sorted(times)[len(times) // 2] * 1000


def forget_peak() -> None:
    """Let Linux measure the most memory anew from here on."""
    Path("/proc/self/clear_refs").write_text("5")


def memory(which: str) -> float:
    """The memory of this process in MB: ``VmRSS`` now, ``VmHWM`` at most."""
    said = Path("/proc/self/status").read_text().split(f"{which}:")[1]
    return int(said.split()[0]) / 1024


def make_world(session: Session, now: datetime) -> tuple[uuid.UUID, list[uuid.UUID], uuid.UUID]:
    """A publisher, organisations with ten licences each, and a person of the first of them."""
    make.consortium(session, now=now)
    partner = create_organisation(session, name="Cykelbolaget Exempel AB", kind="partner", by=None, now=now)
    publishers.name_publisher(session, "bikes", publisher=partner.id, by=None, now=now)
    publishers.add_key(session, PUBLIC, publisher=partner.id, by=None, now=now)
    places = [new_id() for _ in range(LICENCES // EACH)]
    session.add_all(
        Organisation(id=id, name=f"Kommun {number}", kind="municipality", created_at=now)
        for number, id in enumerate(places)
    )
    session.flush()
    today = clock.local_date(now)
    for place in places:
        session.add_all(installed(one_of(partner, place, turn, today), now) for turn in range(EACH))
    session.commit()
    who = create_person(
        session, email="pia@exempel.se", name="Pia Påhitt", organisation=places[0], by=None, now=now
    )
    session.commit()
    return partner.id, places, who.id


def one_of(partner: Organisation, place: uuid.UUID, turn: int, today: object) -> Terms:
    """The licence number ``turn`` in the queue of a place: nine have ended or are yet to come."""
    starts = today + timedelta(days=400 * (turn - 5) - 20)  # type: ignore[operator]
    return terms(
        id=new_id(),
        publisher=Party(partner.id, partner.name),
        licensee=Party(place, "Kommunen"),
        kind="registrations",
        amount=None,
        below="",
        starts=starts,
        ends=starts + timedelta(days=399),
        price=Price(model="tiered", currency="SEK", tiers=((50, 100_000), (None, 80_000)), vat=2500),
    )


def installed(said: Terms, now: datetime) -> Licence:
    """The row that installing writes, without asking ten thousand times whether it may be."""
    content = sign(write(said), KEY)
    return Licence(
        number=said.id,
        publisher_id=said.publisher.id,
        licensee_id=said.licensee.id,
        course=said.course,
        kind=said.kind,
        capacity=said.amount,
        taken=0,
        starts=said.starts,
        ends=said.ends,
        content=content,
        digest=str(said.id),
        fingerprint=content.split(b"\n")[1].split()[1].decode(),
        installed_at=now,
    )


def ask_the_gate(session: Session, places: list[uuid.UUID], who: uuid.UUID, now: datetime) -> None:
    """Warm: a learner goes from page to page. Cold: nothing is remembered, and signatures are checked anew."""
    use = new_id()
    verdict = gate.to_study(session, "bikes", "1.0.0", organisation=places[0], now=now)
    seats.reserve(session, verdict, course="bikes", way="study", use=use, person=who, by=who, now=now)
    session.commit()

    def going_on() -> None:
        assert not gate.going_on(session, use, "bikes", person=who, home=places[0], since=now, now=now)

    def beginning() -> None:
        found = gate.to_study(session, "bikes", "1.0.0", organisation=places[1], now=now)
        assert found is not None
        assert found.grant is not None

    for name, act, forgets, reference in (
        ("gate, going on, warm", going_on, False, 0.1),
        ("gate, going on, cold", going_on, True, 2),
        ("gate, beginning, ten licences in the queue, cold", beginning, True, 2),
        ("gate, beginning, signatures known", beginning, False, 2),
    ):
        act()
        walls, used = [], time.process_time()
        for _ in range(ASKED):
            if forgets:
                gate.forget(session)
                gate.read_terms.cache_clear()
            began = time.perf_counter()
            act()
            walls.append(time.perf_counter() - began)
        tell(name, median(walls), "ms", reference, (time.process_time() - used) / ASKED * 1000)


FILL = (
    "CREATE TEMP TABLE some (number INTEGER PRIMARY KEY, id TEXT)",
    "INSERT INTO some SELECT row_number() OVER (ORDER BY id) - 1, id FROM licences ORDER BY id LIMIT 10000",
    "INSERT INTO lrs_authorities (number, tenant, digest, body) VALUES (1, zeroblob(16), zeroblob(16), x'7b7d')",
    """WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :lines)
       INSERT INTO licence_seats (id, licence_id, person_id, way, use_id, state, reserved_at)
       SELECT printf('%032x', i), (SELECT id FROM some WHERE number = i % 10000), :who, 'study', printf('%032x', i),
              'consumed', :now FROM n""",
    """WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :lines)
       INSERT INTO lrs_statements (position, tenant, statement_id, committed, authority, lacks, received)
       SELECT i, zeroblob(16), randomblob(16), i, 1, 0, x'7b7d' FROM n""",
    """WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :lines)
       INSERT INTO licence_usage (id, licence_id, seat_id, statement, quantity, month, recorded_at)
       SELECT printf('%032x', i), (SELECT id FROM some WHERE number = i % 10000), printf('%032x', i), i, 1, :month,
              :now FROM n""",
)


def settle(session: Session, who: uuid.UUID, now: datetime, lines: int) -> None:
    """A month with so many lines, spread over every licence."""
    month = metering.month_of(now)
    values = {"lines": lines, "who": who.hex, "now": now.replace(tzinfo=None).isoformat(" "), "month": month}
    for statement in FILL:
        session.execute(text(statement), {key: values[key] for key in values if f":{key}" in statement})
    session.commit()
    session.expunge_all()
    gate.read_terms.cache_clear()
    forget_peak()
    before, began, used = memory("VmRSS"), time.perf_counter(), time.process_time()
    many = sum(
        account.charges[0].quantity or 0
        for _, account in settling.settle(session, month)
        if account and account.charges
    )
    spent, cpu = time.perf_counter() - began, time.process_time() - used
    assert many == lines
    tell(f"settlement of a month with {lines:,} lines, {LICENCES:,} licences", spent, "s", 30, cpu)
    tell("memory that it took on top", memory("VmHWM") - before, "MB", 50)
    licence = session.scalars(select(Licence).order_by(Licence.id).limit(1)).one()
    began = time.perf_counter()
    found = usage.lines(session, licence, month, names=False, secret="k")
    many = sum(1 for _ in found)
    tell(f"report of one licence's {many:,} lines", time.perf_counter() - began, "s", 5)


def share(session: Session, publisher: uuid.UUID, author: uuid.UUID, place: uuid.UUID, now: datetime) -> None:
    """The same month shared out for good once it is over, among a person, an organisation and trainers."""
    month = metering.month_of(now)
    plans.make(
        session,
        publisher=publisher,
        course="bikes",
        starts=date.fromisoformat(f"{month}-01"),
        ends=None,
        authors=[plans.Author(1000, person=author), plans.Author(333, organisation=place)],
        trainers=[700, 200, 100],
        reason="measured",
        by=author,
        now=now,
    )
    session.commit()
    session.expunge_all()
    gate.read_terms.cache_clear()
    forget_peak()
    before, began, used = memory("VmRSS"), time.perf_counter(), time.process_time()
    months = closing.close_all(session, now=now + timedelta(days=35))
    session.commit()
    spent, cpu = time.perf_counter() - began, time.process_time() - used
    shared = session.scalar(select(func.sum(RoyaltyLine.uses)).where(RoyaltyLine.organisation_id == place))
    assert (months, shared) == (LICENCES, LINES)
    tell(f"royalties of a month with {LINES:,} uses, {LICENCES:,} licences", spent, "s", 30, cpu)
    tell("memory that they took on top", memory("VmHWM") - before, "MB", 50)


def sell(url: str, kind: str) -> None:
    """A hundred seats, 32 processes, 1,600 tries."""
    build_schema(url)
    app = create_app(
        {
            "MODE": "test",
            "INSTANCE": Path(tempfile.mkdtemp()),
            "SECRET_KEY": "k",
            "SQLALCHEMY_DATABASE_URI": url,
        }
    )
    with app.app_context():
        session, now = db.session(), clock.now()
        make.consortium(session, now=now)
        partner = create_organisation(session, name="Cykelbolaget", kind="partner", by=None, now=now)
        place = make.municipality(session, "Falkviks kommun", now=now)
        who = make.person(session, "Leo Exempelsson", organisation=place, now=now)
        publishers.name_publisher(session, "bikes", publisher=partner.id, by=None, now=now)
        publishers.add_key(session, PUBLIC, publisher=partner.id, by=None, now=now)
        said = replace(
            one_of(partner, place.id, 5, clock.local_date(now)),
            kind="seats",
            amount=100,
            price=Price(model="each", currency="SEK", amount=1),
        )
        licence = licences.install(session, sign(write(said), KEY), by=None, now=now)
        asked = [url, str(place.id), "32", "50", str(who.id)]
        id = licence.id
        session.commit()
        began = time.perf_counter()
        ran = subprocess.run(
            [sys.executable, "-m", "tests.licensing.rush", *asked], capture_output=True, text=True, check=True
        )
        spent = time.perf_counter() - began
        taken = session.get_one(Licence, id).taken
        assert int(ran.stdout) == taken
        tell(f"seats sold of 100, 32 processes, 1,600 tries, {kind} ({spent:.0f} s)", taken, "seats", 100)
        db.session.remove()
        db.engine.dispose()


def main() -> None:
    folder = Path(tempfile.mkdtemp())
    url = f"sqlite:///{folder / 'bench.db'}"
    build_schema(url)
    app = create_app(
        {
            "MODE": "test",
            "INSTANCE": folder / "instance",
            "SECRET_KEY": "a key for measuring",
            "SQLALCHEMY_DATABASE_URI": url,
        }
    )
    with app.app_context():
        session, now = db.session(), clock.now()
        partner, places, who = make_world(session, now)
        ask_the_gate(session, places, who, now)
        settle(session, who, now, LINES)
        share(session, partner, who, places[-1], now)
        db.session.remove()
    sell(f"sqlite:///{folder / 'seats.db'}", "SQLite")
    rundir.begin()
    try:
        server = Databases()
        sell(server.create(f"bench_{new_id().hex[:12]}"), "PostgreSQL")
        server.close()
    finally:
        rundir.end()


if __name__ == "__main__":
    main()
