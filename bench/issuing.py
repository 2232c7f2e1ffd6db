"""How fast certificates are issued: drawn and signed through the service, and 1,000 in bulk as a job.

    ./run bench issuing                 1,000 certificates in bulk
    ./run bench issuing --count 200

On SQLite with synchronous=FULL, as the worker does it: helped by a second process where there are many. Prints one JSON
line per figure.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path

from sqlalchemy import func, select

from app import clock, jobs, memory
from app.awards import batches, deciding, issuing, on_record, signers
from app.awards.models import Batch, Certificate
from app.db import db, writing
from app.learners.models import Candidacy
from bench.faults.world import NOW, figure, prepare, service

SINGLE = 100


def main() -> None:
    asked = argparse.ArgumentParser(prog="bench issuing")
    asked.add_argument("--count", type=int, default=1000)
    measured(asked.parse_args().count)


def measured(count: int) -> None:
    """Everything, in an empty service of its own."""
    with tempfile.TemporaryDirectory() as folder:
        instance, url = Path(folder) / "instance", f"sqlite:///{folder}/bench.db"
        instance.mkdir()
        prepare(url, instance, count + SINGLE, naive=False)
        clock.now = lambda: NOW
        with service(url, instance).app_context(), writing():
            memory.settle()  # as the worker does
            one_by_one()
            in_bulk(count)
            db.session.remove()
            db.engine.dispose()


def one_by_one() -> None:
    """Decision, serial, drawing, signature and both commits, for the first hundred."""
    session = db.session()
    batch = session.scalars(select(Batch)).one()
    signers.signer()
    whole, finishing = [], []
    for item in batches.items(session, batch)[:SINGLE]:
        begun = time.perf_counter()
        candidacy = session.get_one(Candidacy, item.candidacy_id)
        decision = deciding.decide(session, candidacy, grant=True, reason="-", by=batch.by_id, now=NOW)
        certificate = issuing.intend(session, decision, now=NOW)
        session.commit()
        middle = time.perf_counter()
        issuing.finish(session, certificate, now=NOW)
        session.commit()
        ended = time.perf_counter()
        whole.append((ended - begun) * 1000)
        finishing.append((ended - middle) * 1000)
        item.state = "issued"
        session.commit()
    load = f"load {os.getloadavg()[0]:.1f}"
    figure(
        "draw, sign and record one certificate, median",
        statistics.median(finishing),
        "ms",
        f"under 25 ms; {load}",
    )
    figure(
        "from decision to stored certificate, median", statistics.median(whole), "ms", f"two commits; {load}"
    )


def in_bulk(count: int) -> None:
    """The rest as the job does it."""
    session, begun, used = db.session(), time.perf_counter(), time.process_time()
    for job_id in jobs.due(session, clock.now()):
        if session.get_one(jobs.Job, job_id).name == "issue-batch":
            jobs.run(session, job_id)
    took, used = time.perf_counter() - begun, time.process_time() - used
    issued = session.scalar(select(func.count()).where(Certificate.state == "issued"))
    assert issued == count + SINGLE, issued
    batch = session.scalars(select(Batch)).one()
    assert on_record.unexplained_gaps(session, batch.owner_id) == []
    load = f"load {os.getloadavg()[0]:.1f}"
    figure(f"{count:,} certificates in bulk as a job", count / took, "a second", f"300; {load}")
    figure("the same, by the CPU time that it took", count / used, "a second", "300")


if __name__ == "__main__":
    main()
