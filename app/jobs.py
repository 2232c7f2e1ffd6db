"""Work that outlives a request: an outbox row written with the transaction, carried out by a worker.

A service calls :func:`enqueue`; the row becomes visible with the commit. huey wakes the worker at once and,
every minute, looks for rows that were missed (:func:`relay`). Claiming a row is one conditional UPDATE, so a row
that is woken twice runs once. A worker that died lets go of its row when the lease ends.

A job is a function ``work(run: Run) -> None`` registered with :func:`job`. The runner commits once it returns;
long work commits its own steps with :meth:`Run.checkpoint` and must be able to start again anywhere.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, has_app_context
from huey import Huey, MemoryHuey, PostgresHuey, PriorityRedisHuey, SqliteHuey, crontab
from sqlalchemy import Index, event, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app import clock
from app.db import Identified, Model, db, insert_all, writing

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
FIRST_DELAY = timedelta(seconds=15)
LONGEST_DELAY = timedelta(hours=6)


class Job(Identified, Model):
    """One piece of work and how far it has come."""

    __tablename__ = "jobs"
    __table_args__ = (Index("ix_jobs_due", "state", "run_after"),)
    name: Mapped[str]
    args: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(default="queued")  # queued, running, done, failed
    created_at: Mapped[datetime]
    run_after: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(default="")
    by_id: Mapped[uuid.UUID | None]


@dataclass
class Run:
    """What a job is handed: its session, arguments, instant, and a way to save its progress."""

    session: Session
    job: Job
    now: datetime
    last_attempt: bool
    lease: datetime

    @property
    def args(self) -> dict[str, Any]:
        return self.job.args

    def checkpoint(self, done: int, total: int) -> None:
        """Commit what is done so far, count the attempts anew and keep the lease.

        Raises :class:`LeaseLost` where another worker has taken the job over: nothing since the last commit stays.
        """
        self.job.done, self.job.total, self.job.attempts = done, total, 1
        self.lease = _hold(self.session, self.job, self.lease, lease_until=clock.now() + LEASE)
        self.session.commit()


Work = Callable[[Run], None]


@dataclass(frozen=True)
class Kind:
    work: Work
    attempts: int


@dataclass(frozen=True)
class Every:
    """A job that the clock starts: each ``minutes``, or once a day at ``hour`` UTC."""

    name: str
    minutes: int | None = None
    hour: int | None = None


KINDS: dict[str, Kind] = {}
TIMETABLE: list[Every] = []


class PermanentFailure(Exception):
    """Trying again is pointless; the message is kept for people to read."""


class LeaseLost(Exception):
    """The worker took longer than its lease, and somebody else has the job now."""


def job(
    name: str, *, attempts: int = 8, every_minutes: int | None = None, daily_at: int | None = None
) -> Callable[[Work], Work]:
    """Register ``work`` under ``name``; optionally let the clock start it."""

    def register(work: Work) -> Work:
        KINDS[name] = Kind(work, attempts)
        if every_minutes is not None or daily_at is not None:
            TIMETABLE.append(Every(name, every_minutes, daily_at))
        return work

    return register


def enqueue(
    session: Session,
    name: str,
    *,
    now: datetime,
    by: uuid.UUID | None = None,
    after: datetime | None = None,
    **args: Any,
) -> Job:
    """Ask for ``name`` to be done once this transaction has committed (not before ``after``)."""
    row = Job(**_asked(name, args, now=now, by=by, after=after))
    session.add(row)
    session.info["jobs_waiting"] = True
    return row


def enqueue_all(session: Session, name: str, each: Iterable[Mapping[str, Any]], *, now: datetime) -> None:
    """As :func:`enqueue` with each of these arguments, written at once."""
    rows = [_asked(name, args, now=now, by=None, after=None) for args in each]
    insert_all(session, Job, rows)
    session.info["jobs_waiting"] = True


def _asked(
    name: str, args: Mapping[str, Any], *, now: datetime, by: uuid.UUID | None, after: datetime | None
) -> dict[str, Any]:
    if name not in KINDS:
        raise LookupError(f"no job is called {name!r}")
    plain = {key: str(value) if isinstance(value, uuid.UUID) else value for key, value in args.items()}
    return {"name": name, "args": plain, "created_at": now, "run_after": after or now, "by_id": by}


def _claim(session: Session, job_id: uuid.UUID, now: datetime) -> Job | None:
    free = update(Job).where(Job.id == job_id, Job.state == "queued", Job.run_after <= now)
    took = session.execute(free.values(state="running", attempts=Job.attempts + 1, lease_until=now + LEASE))
    session.commit()
    if not took.rowcount:  # type: ignore[attr-defined]
        return None
    return session.get(Job, job_id)


def _hold(session: Session, row: Job, lease: datetime, **values: Any) -> datetime:
    """Change a running job's row while it is still ours, and return when our lease ends now."""
    session.flush()
    ours = update(Job).where(Job.id == row.id, Job.state == "running", Job.lease_until == lease)
    if not session.execute(ours.values(**values)).rowcount:  # type: ignore[attr-defined]
        raise LeaseLost
    return values.get("lease_until", lease)


def _delay(attempts: int) -> timedelta:
    return min(FIRST_DELAY * 4 ** (attempts - 1), LONGEST_DELAY)


def run(session: Session, job_id: uuid.UUID) -> bool:
    """Carry out one queued job if nobody else has it; whether it was ours. Errors are kept on the row."""
    row = _claim(session, job_id, clock.now())
    if row is None:
        return False
    kind = KINDS.get(row.name)
    if kind is None or row.attempts > kind.attempts:
        row.state, row.finished_at = "failed", clock.now()
        row.error = f"no job is called {row.name!r}" if kind is None else "its worker died each time"
        log.error("job %s failed for good: %s", row.name, row.error)
        session.commit()
        return True
    last = row.attempts >= kind.attempts
    found = Run(session, row, clock.now(), last, row.lease_until or clock.now())
    try:
        kind.work(found)
        _hold(session, row, found.lease, state="done", error="", finished_at=clock.now())
    except LeaseLost:
        session.rollback()
        log.warning("job %s took longer than its lease; another worker has it", row.name)
    except Exception as error:
        session.rollback()
        row = session.get_one(Job, job_id)
        with suppress(LeaseLost):
            _hold(session, row, found.lease, **_after(row, error, last))
    session.commit()
    return True


def _after(row: Job, error: Exception, last: bool) -> dict[str, Any]:
    """What becomes of a job whose work raised ``error``."""
    said = f"{type(error).__name__}: {error}"[:2000]
    if last or isinstance(error, PermanentFailure):
        log.error("job %s failed for good", row.name, exc_info=error)
        return {"error": said, "state": "failed", "finished_at": clock.now()}
    log.warning("job %s will be tried again: %s", row.name, said)
    return {"error": said, "state": "queued", "run_after": clock.now() + _delay(row.attempts)}


def due(session: Session, now: datetime, limit: int = 100) -> list[uuid.UUID]:
    """Jobs whose time has come, oldest first; takes back those whose worker has died."""
    lost = update(Job).where(Job.state == "running", Job.lease_until < now)
    session.execute(lost.values(state="queued", run_after=now))
    session.commit()
    waiting = (
        select(Job.id).where(Job.state == "queued", Job.run_after <= now).order_by(Job.run_after).limit(limit)
    )
    return list(session.scalars(waiting))


def drain(session: Session) -> int:
    """Run everything that is due, here and now, until nothing is; how many ran."""
    count = 0
    with writing():
        while waiting := due(session, clock.now()):
            count += sum(run(session, job_id) for job_id in waiting)
    return count


def make_huey(config: dict[str, Any]) -> Huey:
    """The queue that wakes workers: SQLite beside the data, or PostgreSQL or Redis by ``JOBS_URL``."""
    url = config["JOBS_URL"]
    if not url:
        if config["MODE"] == "test":
            return MemoryHuey("accelerera")
        return SqliteHuey("accelerera", filename=str(Path(config["INSTANCE"]) / "jobs.db"), fsync=True)
    if urlsplit(url).scheme.startswith("redis"):
        return PriorityRedisHuey("accelerera", url=url)
    return PostgresHuey("accelerera", dsn=url)


def init_app(app: Flask) -> None:
    """Connect the queue: after a commit that asked for work, a worker is woken."""
    huey = make_huey(app.config)

    @huey.task(name="relay")
    def relay() -> None:
        with app.app_context(), writing():
            for job_id in due(db.session(), clock.now()):
                run(db.session(), job_id)

    @huey.periodic_task(crontab(minute="*"), name="every_minute")
    def every_minute() -> None:
        now = clock.now()
        with app.app_context(), writing():
            for entry in TIMETABLE:
                minutely = entry.minutes is not None and (now.hour * 60 + now.minute) % entry.minutes == 0
                daily = entry.hour is not None and (now.hour, now.minute) == (entry.hour, 0)
                if minutely or daily:
                    enqueue(db.session(), entry.name, now=now)
            db.session.commit()
        relay()

    app.extensions["huey"] = huey
    app.extensions["wake_worker"] = relay


@event.listens_for(db.session, "after_commit")
def _wake(session: Session) -> None:
    if session.info.pop("jobs_waiting", False) and has_app_context() and current_app.config["MODE"] != "test":
        current_app.extensions["wake_worker"]()


def work(app: Flask) -> None:
    """Be the worker until told to stop."""
    consumer = app.extensions["huey"].create_consumer(workers=1, initial_delay=0.1, max_delay=0.5)
    consumer.run()
