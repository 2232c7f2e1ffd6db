"""A batch that is issued while things break, and what has to be true afterwards.

After every fault the work is started again; then each candidate has exactly one certificate whose file is whole, the
record has each certificate once, every number its row, and whatever had been acknowledged is still there.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session, undefer

from app import clock, jobs
from app.awards import batches, deciding, issuing, on_record
from app.awards.models import Batch, BatchItem, Certificate, Rendition
from app.db import db, writing
from app.demo import factories as make
from app.evidence.models import EvidenceItem
from app.factory import create_app
from app.learners.models import Candidacy
from app.mail import Mail
from app.schemes import service as schemes
from tests.postgres import Databases
from tests.schema import build_schema

Restore = Callable[[], None]
GROUP = 3
"""Small groups of certificates, so that there are many commits to break."""
NOW = datetime(2027, 3, 3, 9, 0, tzinfo=UTC)


def service(url: str, instance: Path) -> Flask:
    """The service on this database, as a worker process sees it."""
    return create_app(
        {"MODE": "test", "INSTANCE": instance, "SECRET_KEY": "unused", "SQLALCHEMY_DATABASE_URI": url}
    )


def worker(url: str, instance: Path, restore: Restore) -> Flask:
    """The service, warm from having issued the batch once, so that forked processes begin at once."""
    app = service(url, instance)
    restore()
    with patch.object(clock, "now", clock.now):
        run_job(app, hours=1)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    return app


def prepare(url: str, instance: Path, candidates: int, *, naive: bool) -> None:
    """An empty database becomes one with so many ready candidates and the batch that is to issue them."""
    build_schema(url)
    with service(url, instance).app_context(), writing():
        session, begun = db.session(), NOW - timedelta(days=30)
        owner = make.consortium(session, now=begun)
        schemes.publish_from_files(session, by=None, now=begun)
        waiver = make.person(session, "Cleo Fiktiv", organisation=owner, now=begun)
        certifier = make.person(
            session, "Ruben Provberg", organisation=owner, roles=("certifier",), now=begun
        )
        made = []
        for number in range(candidates):
            person = make.person(session, f"Kandidat Nummer{number}", now=begun)
            found = make.candidacy(session, person, "participant", now=begun)
            make.waive_everything(session, found, by=waiver, now=begun)
            made.append(found.id)
        session.flush()
        batches.create(session, made, owner=owner.id, reason="Granskat.", by=certifier.id, now=NOW)
        if naive:
            session.execute(text("DROP INDEX uq_decisions_candidacy"))
        session.commit()
        session.close()
        db.engine.dispose()


def _naive_one(session: Session, item: BatchItem, batch: Batch, *, now: datetime) -> None:
    """As ``batches.carry_out`` without looking at what an earlier run has made."""
    candidacy = session.get_one(Candidacy, item.candidacy_id)
    found = deciding.basis(session, candidacy, now=now)
    decision = deciding.keep(session, candidacy, found, kind="grant", reason="-", by=batch.by_id)
    session.flush()
    certificate = issuing.intend(session, decision, now=now)
    session.commit()
    item.certificate_id = issuing.finish(session, certificate, now=now).id
    session.commit()
    item.state = "issued"
    session.commit()


def naive_carry_out(
    session: Session,
    _begun: batches.Begun | None,
    group: Sequence[uuid.UUID],
    batch: Batch,
    *,
    now: datetime,
    commit: Callable[[], None] | None = None,
) -> None:
    for item_id in group:
        _naive_one(session, session.get_one(BatchItem, item_id), batch, now=now)


def violations(session: Session) -> list[str]:
    """What is wrong with the finished work, in words."""
    certificates = session.scalars(select(Certificate).where(Certificate.state == "issued")).all()
    people = session.scalars(select(Candidacy.person_id)).all()
    owner = session.scalars(select(Batch.owner_id)).one()
    per_person = Counter(one.person_id for one in certificates)
    recorded = Counter(
        session.scalars(select(EvidenceItem.subject).where(EvidenceItem.kind == "certificate"))
    )
    told = Counter(session.scalars(select(Mail.person_id).where(Mail.kind == "certificate_issued")))
    files = Counter(session.scalars(select(Rendition.certificate_id).where(Rendition.kind == "original")))
    states = batches.counts(session, session.scalars(select(Batch)).one())
    found = [f"{per_person[one]} certificates for one person" for one in people if per_person[one] != 1]
    found += [f"{told[one]} letters to one person" for one in people if told[one] != 1]
    found += [f"{files[one.id]} files of {one.serial}" for one in certificates if files[one.id] != 1]
    found += [
        f"{one.serial} is {recorded[f'certificate|{one.id}']} times on the record"
        for one in certificates
        if recorded[f"certificate|{one.id}"] != 1
    ]
    found += [f"number {number} is unexplained" for number in on_record.unexplained_gaps(session, owner)]
    found += [
        f"a file of {one.certificate_id} is not the one that was signed"
        for one in session.scalars(select(Rendition).options(undefer(Rendition.content)))
        if hashlib.sha256(one.content).hexdigest() != one.sha256
    ]
    left = session.scalar(select(func.count()).where(Certificate.state != "issued"))
    if left:
        found.append(f"{left} certificates are not finished")
    if states != {"issued": len(people)}:
        found.append(f"the batch says {states}")
    if session.get_bind().dialect.name == "sqlite":
        whole = session.execute(text("PRAGMA integrity_check")).scalar_one()
        found += [] if whole == "ok" else [str(whole)]
    return found


def forked(work: Callable[[], None]) -> int:
    """Do ``work`` in a process of its own; its exit status, negative where a signal ended it."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            work()
            status = 0
        except BaseException as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
        finally:
            sys.stderr.flush()
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def run_job(
    app: Flask,
    *,
    hours: int,
    arm: Callable[[], None] | None = None,
    naive: bool = False,
    acks: Path | None = None,
) -> None:
    """Be the worker, so many hours later (a dead worker's lease is over by then), after ``arm`` has set the fault.

    Each certificate that the batch says is issued is acknowledged by a line in ``acks``.
    """
    clock.now = lambda: NOW + timedelta(hours=hours)
    work = naive_carry_out if naive else batches.carry_out

    def acknowledging(
        session: Session,
        begun: batches.Begun | None,
        group: Sequence[uuid.UUID],
        batch: Batch,
        **more: Any,
    ) -> batches.Begun | None:
        left = work(session, begun, group, batch, **more)
        if acks is not None:
            made = select(Certificate).join(BatchItem, BatchItem.certificate_id == Certificate.id)
            with acks.open("a") as file, patch.object(session, "expire_on_commit", False):
                for one in session.scalars(made):
                    file.write(f"{one.id} {one.serial} {one.signed_digest}\n")
                session.commit()  # nothing: ends the transaction, and forgets nothing of what has been begun
        return left

    with (
        app.app_context(),
        writing(),
        patch.object(batches, "carry_out", acknowledging),
        patch.object(batches, "GROUP", GROUP),
    ):
        if arm is not None:
            arm()
        for job_id in jobs.due(db.session(), clock.now()):
            if db.session.get_one(jobs.Job, job_id).name == "issue-batch":
                jobs.run(db.session(), job_id)


def lost(session: Session, acks: Path) -> list[str]:
    """What was acknowledged and is not there any more, or is another."""
    if not acks.exists():
        return []
    kept = {
        f"{one.id} {one.serial} {one.signed_digest}"
        for one in session.scalars(select(Certificate).where(Certificate.state == "issued"))
    }
    return [f"acknowledged and lost: {one}" for one in acks.read_text().splitlines() if one not in kept]


def examine(app: Flask, acks: Path | None = None) -> list[str]:
    with app.app_context():
        found = violations(db.session())
        if acks is not None:
            found += lost(db.session(), acks)
        db.session.remove()
        db.engine.dispose()
    return found


@contextmanager
def prepared(
    kind: str, folder: Path, candidates: int, *, naive: bool = False
) -> Iterator[tuple[Flask, Restore]]:
    """The service on a prepared database, and how to have the database as it was."""
    instance = folder / "instance"
    instance.mkdir()
    if kind == "sqlite":
        first, used = folder / "prepared.db", folder / "used.db"
        prepare(f"sqlite:///{first}", instance, candidates, naive=naive)

        def copy() -> None:
            for end in ("-wal", "-shm"):
                Path(f"{used}{end}").unlink(missing_ok=True)
            shutil.copyfile(first, used)

        yield worker(f"sqlite:///{used}", instance, copy), copy
        return
    server, name = Databases(), f"faults_{uuid.uuid4().hex}"
    with closing(server):
        prepare(server.create(f"{name}_first"), instance, candidates, naive=naive)

        def clone() -> None:
            server.drop(name)
            server.create(name, template=f"{name}_first")

        yield worker(server.url(name), instance, clone), clone


def figure(name: str, value: float, unit: str, reference: str) -> None:
    print(json.dumps({"name": name, "value": round(value, 2), "unit": unit, "reference": reference}))
