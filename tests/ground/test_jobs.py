"""Work that outlives a request: claimed once, tried again, taken over from a worker that died."""

import threading
from datetime import timedelta

import pytest

from app import clock, jobs
from app.db import db, writing
from app.jobs import LEASE, Job, LeaseLost, PermanentFailure


@pytest.fixture
def work(monkeypatch, now):
    """Register a job for this test and stop the clock: ``work(function)``; ``work.at`` is what time it is."""

    class Work:
        at = now

        def __call__(self, function, attempts=3):
            monkeypatch.setitem(jobs.KINDS, "test-work", jobs.Kind(function, attempts))

    made = Work()
    monkeypatch.setattr(clock, "now", lambda: made.at)
    return made


def enqueue(session, now, **more) -> Job:
    row = jobs.enqueue(session, "test-work", now=now, **more)
    session.commit()
    return row


def test_a_job_runs_once_and_is_done(session, work, now):
    ran = []
    work(lambda run: ran.append(run.args["x"]))
    row = enqueue(session, now, x=1)
    assert (jobs.drain(session()), jobs.drain(session())) == (1, 0)
    assert (ran, row.state, row.finished_at) == ([1], "done", now)


def test_a_job_that_is_woken_by_many_at_once_is_claimed_once(app, session, work, now):
    ran, start = [], threading.Barrier(4)
    work(lambda run: ran.append(1))
    job_id = enqueue(session, now).id
    session.rollback()

    def wake():
        with app.app_context(), writing():
            start.wait()
            jobs.run(db.session(), job_id)
            db.session.remove()

    threads = [threading.Thread(target=wake) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ran == [1]


def test_a_job_waits_for_its_time(session, work, now):
    work(lambda run: None)
    enqueue(session, now, after=now + timedelta(hours=1))
    assert jobs.drain(session()) == 0
    work.at = now + timedelta(hours=1)
    assert jobs.drain(session()) == 1


def test_what_fails_is_tried_again_later_and_later_and_then_given_up(session, work, now):
    def fail(run):
        raise RuntimeError("nobody answers")

    work(fail)
    row, waits = enqueue(session, now), []
    while row.state == "queued":
        waits.append((row.run_after - work.at).total_seconds())
        work.at = row.run_after
        jobs.drain(session())
    assert (waits, row.state) == ([0, 15, 60], "failed")
    assert "nobody answers" in row.error


def test_what_can_never_work_is_given_up_at_once(session, work, now):
    def fail(run):
        raise PermanentFailure("no such address")

    work(fail)
    row = enqueue(session, now)
    jobs.drain(session())
    assert (row.state, row.attempts) == ("failed", 1)


def test_what_failed_leaves_nothing_half_done(session, work, now):
    def fail(run):
        run.session.add(Job(name="half", args={}, created_at=now, run_after=now))
        run.session.flush()
        raise RuntimeError

    work(fail)
    enqueue(session, now)
    jobs.drain(session())
    assert session.query(Job).filter_by(name="half").count() == 0


def test_a_dead_workers_job_is_taken_over_when_its_lease_ends(session, work, now):
    work(lambda run: None)
    row = enqueue(session, now)
    jobs._claim(session(), row.id, now)
    work.at = now + LEASE
    assert jobs.due(session(), work.at) == []
    work.at = now + LEASE + timedelta(seconds=1)
    assert jobs.due(session(), work.at) == [row.id]


def test_a_job_that_kills_its_worker_each_time_is_given_up(session, work, now):
    work(lambda run: None)
    row = enqueue(session, now)
    for _ in range(3):
        jobs._claim(session(), row.id, work.at)
        work.at += LEASE + timedelta(seconds=1)
        jobs.due(session(), work.at)
    jobs.drain(session())
    assert (row.state, row.error) == ("failed", "its worker died each time")


def test_progress_counts_the_attempts_anew(session, work, now):
    def step(run):
        run.checkpoint(1, 2)
        raise RuntimeError

    work(step)
    row = enqueue(session, now)
    for _ in range(5):
        work.at = row.run_after
        jobs.drain(session())
    assert (row.state, row.done, row.total) == ("queued", 1, 2)


def test_who_lost_the_lease_keeps_nothing_and_leaves_the_job_to_the_other(session, work, now):
    def slow(run):
        run.checkpoint(1, 9)
        work.at += LEASE + timedelta(minutes=1)
        jobs.due(run.session, work.at)
        other = jobs._claim(run.session, run.job.id, work.at)
        assert other is not None
        run.session.add(Job(name="half", args={}, created_at=now, run_after=now, state="done"))
        with pytest.raises(LeaseLost):
            run.checkpoint(2, 9)
        raise LeaseLost

    work(slow)
    row = enqueue(session, now)
    jobs.run(session(), row.id)
    assert (row.state, row.done) == ("running", 1)
    assert session.query(Job).filter_by(name="half").count() == 0


def test_a_job_that_nobody_knows_any_more_stops_no_other(session, work, now):
    done = []
    work(lambda run: done.append(1))
    gone = Job(name="gone", args={}, created_at=now, run_after=now)
    session.add(gone)
    enqueue(session, now)
    jobs.drain(session())
    assert (gone.state, done) == ("failed", [1])
