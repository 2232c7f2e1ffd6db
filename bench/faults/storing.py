"""Statements are sent to the record store while the disk under it breaks.

After every fault, what was acknowledged is there byte for byte, a batch is there whole or not at all, and whatever is
there is found. Then everything is sent again: it is acknowledged, and stored once.
"""

from __future__ import annotations

import base64
import io
import json
import shutil
import signal
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event, func, select, text

from app.clock import now
from app.db import db
from app.lrs import service as lrs
from app.lrs.models import Statement
from app.organisations.models import Organisation
from bench.faults import disk
from bench.faults.acts import Found, spread
from bench.faults.world import forked, service
from bench.fuzz import Service
from bench.load import statement
from tests.schema import build_schema

MOMENTS = 12
"""How often requests arrive: four at a time, the last of them with a batch. Every third time, one by one."""
BATCH = 3
CHECKPOINT = 60
"""Pages of the journal after which SQLite moves them into its file: a few times in each run."""


@dataclass(frozen=True, slots=True)
class Store:
    """A record store with one credential, in a SQLite file that can be had as it was."""

    app: Flask
    folder: Path
    tenant: uuid.UUID
    credential: str

    @property
    def database(self) -> Path:
        return self.folder / "used.db"

    @property
    def acks(self) -> Path:
        """Each line the number of a request that was acknowledged."""
        return self.folder / "acks"

    def restore(self) -> None:
        """An empty store, and nothing acknowledged."""
        for end in ("-wal", "-shm"):
            Path(f"{self.database}{end}").unlink(missing_ok=True)
        shutil.copyfile(self.folder / "empty.db", self.database)
        self.acks.unlink(missing_ok=True)


@contextmanager
def prepared(folder: Path) -> Iterator[Store]:
    """A record store in ``folder``; no connection to it is open."""
    first, instance = folder / "empty.db", folder / "instance"
    instance.mkdir()
    build_schema(f"sqlite:///{first}")
    with service(f"sqlite:///{first}", instance).app_context():
        session, at = db.session(), now()
        owner = Organisation(name="Falkvik", kind="municipality", language="sv", created_at=at)
        session.add(owner)
        session.flush()
        common: dict[str, Any] = {"label": "faults", "by": None, "now": at}
        pair = lrs.make_credential(session, organisation=owner.id, scopes=["all"], **common)
        tenant = owner.id
        session.commit()
        session.close()
        db.engine.dispose()
    app = service(f"sqlite:///{folder / 'used.db'}", instance)
    with app.app_context():
        event.listen(db.engine, "connect", _checkpoint_often)
    basic = "Basic " + base64.b64encode(":".join(pair).encode()).decode()
    yield Store(app, folder, tenant, basic)


def _checkpoint_often(connection: Any, _record: Any) -> None:
    connection.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT}")


def requests() -> list[list[list[dict[str, Any]]]]:
    """The statements of each request, by the moments at which they arrive; the same ones every time."""
    number = 0
    moments: list[list[list[dict[str, Any]]]] = []
    for _ in range(MOMENTS):
        moment: list[list[dict[str, Any]]] = []
        for amount in (1, 1, 1, BATCH):
            moment.append([])
            for _ in range(amount):
                number += 1
                moment[-1].append({**statement(number), "id": str(uuid.UUID(int=number, version=4))})
        moments.append(moment)
    return moments


def send(store: Store, arm: Callable[[], None] | None = None) -> None:
    """Send every request, after ``arm`` has set the fault; what is acknowledged is noted at once."""
    with closing(Service(store.app)) as door, store.acks.open("a") as acks:
        door.ask(_environ(store, "GET"))  # from here on the credential is known
        if arm is not None:
            arm()
        number = 0
        for turn, moment in enumerate(requests()):
            asked = [_environ(store, "POST", said) for said in moment]
            for answer in door.answers(asked, alone=turn % 3 == 0):
                if answer[0].startswith("200"):
                    acks.write(f"{number}\n")
                    acks.flush()
                number += 1


def _environ(store: Store, method: str, said: Any = None) -> dict[str, Any]:
    body = b"" if said is None else json.dumps(said).encode()
    return {
        "REQUEST_METHOD": method,
        "PATH_INFO": "/xapi/statements",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_AUTHORIZATION": store.credential,
        "HTTP_X_EXPERIENCE_API_VERSION": "1.0.3",
        "wsgi.input": io.BytesIO(body),
        "body": body,
    }


def violations(store: Store, *, everything: bool = False) -> list[str]:
    """What is wrong in the store, in words. ``everything``: all that was sent has to be there."""
    acknowledged = set(store.acks.read_text().split()) if store.acks.exists() else set()
    sent = [said for moment in requests() for said in moment]
    with store.app.app_context():
        session = db.session()
        kept = {one.id: json.loads(one.received) for one in lrs.walk(session, tenant=store.tenant)}
        amount = session.scalar(select(func.count()).select_from(Statement))
        whole = session.execute(text("PRAGMA integrity_check")).scalar_one()
        found = {one.id for one in lrs.query(session, tenant=store.tenant, limit=500).statements}
        db.session.remove()
        db.engine.dispose()
    wrong = [] if whole == "ok" else [str(whole)]
    if amount != len(kept) or found != set(kept):
        wrong.append(f"{amount} statements are stored, {len(kept)} and {len(found)} of them are found")
    for number, some in enumerate(sent):
        same = [kept.get(uuid.UUID(one["id"])) == one for one in some]
        if any(same) and not all(same):
            wrong.append(f"request {number} is stored in part")
        if str(number) in acknowledged and not all(same):
            wrong.append(f"request {number} was acknowledged and is lost")
        if everything and not all(same):
            wrong.append(f"request {number} is not stored though it was sent again")
    return wrong


def at_writes(store: Store, *, kinds: Iterable[str] = disk.KINDS, points: int | None = None) -> Found:
    """Break every write, truncation and sync of the store's files in turn (or only so many ``points`` of them)."""
    database, events = str(store.database), store.folder / "events"
    store.restore()
    forked(partial(_counted, store, database, events))
    total = int(events.read_text())
    for kind in kinds:
        for number in range(1, total + 1) if points is None else spread(total, points):
            store.restore()
            status = forked(partial(send, store, partial(disk.arm, database, kind, number)))
            wrong = violations(store)
            if status not in (0, 1, -signal.SIGKILL):
                wrong.append(f"the service ended with {status}")
            again = forked(partial(send, store))
            wrong += violations(store, everything=True)
            wrong += [] if again == 0 else [f"the second service ended with {again}"]
            yield f"{kind} at write {number} of {total}, statements", wrong


def _counted(store: Store, database: str, into: Path) -> None:
    send(store, partial(disk.count, database))
    into.write_text(str(disk.counted()))
