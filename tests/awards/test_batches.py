"""Many certificates at once: in groups, and one by one where something stands in the way of one of them."""

import signal
import threading
from contextlib import suppress
from datetime import timedelta
from select import select as readable

import pytest
from sqlalchemy import select

from app import clock, jobs
from app.awards import batches, deciding, on_record, presses, verification
from app.awards.models import Batch, Certificate
from app.db import db, writing
from app.demo import factories as make
from app.learners import service as learners
from certificates.pressroom import PressRoom
from tests.spine import counted


@pytest.fixture
def queued(world, monkeypatch):
    """A batch of these candidacies, whose job is due."""
    monkeypatch.setattr(clock, "now", lambda: world.now)

    def queued(found):
        world.session.commit()
        batch = batches.create(
            world.session,
            [one.id for one in found],
            owner=world.consortium.id,
            reason="Granskat.",
            by=world.cleo.id,
            now=world.now,
        )
        world.session.commit()
        return batch

    return queued


def test_a_larger_group_asks_no_more_questions(world, queued):
    made = [
        queued([world.ready(world.person(f"{name} Exempel")) for name in names]) for names in ("AB", "CDEFG")
    ]
    runs, asked = [(batch.id, batch.job_id) for batch in made], []
    for batch_id, job_id in runs:
        with counted(world.session) as statements:
            jobs.run(world.session, job_id)
        assert set(batches.counts(world.session, world.session.get_one(Batch, batch_id))) == {"issued"}
        asked.append(len(statements))
    assert asked[1] <= asked[0], "the first also gets to know the signing key"


def test_each_group_is_issued_by_the_commit_that_begins_the_next(world, queued, monkeypatch):
    monkeypatch.setattr(batches, "GROUP", 2)
    batch, seen = queued([world.ready(world.person(f"{name} Exempel")) for name in "ABCDE"]), []

    def look(session):
        states = session.scalars(select(Certificate.state).order_by(Certificate.number)).all()
        progress = session.get_one(jobs.Job, batch.job_id).done
        seen.append(("".join(state[1] for state in states), progress))

    step = batches.carry_out

    def looked_after(session, *args, **more):
        begun = step(session, *args, **more)
        look(session)
        return begun

    monkeypatch.setattr(batches, "carry_out", looked_after)
    jobs.run(world.session, batch.job_id)
    intended, issued = "n", "s"
    assert seen == [
        (2 * intended, 0),
        (2 * issued + 2 * intended, 2),
        (4 * issued + intended, 4),
        (5 * issued, 5),
    ]


def test_two_batches_about_the_same_people_do_not_wait_in_a_circle(app, world, queued, monkeypatch):
    monkeypatch.setattr(batches, "GROUP", 1)
    opened = {}
    for name in ("Tove Påhitt", "Tage Påhitt"):
        who = world.person(name)
        make.founder(world.session, who, ("participant",), by=world.ruben, now=world.now - timedelta(days=1))
        for scheme, purpose in (("pollinator", "certification"), ("participant", "renewal")):
            opened[name[:4], purpose] = learners.apply(
                world.session,
                person=who.id,
                scheme=scheme,
                by=who.id,
                now=world.now,
                purpose=purpose,
                since=world.now.date() if purpose == "renewal" else None,
            )
            make.waive_everything(world.session, opened[name[:4], purpose], by=world.ruben, now=world.now)
    # what one batch finishes in its second step adds to what the other grants in its own
    made = [
        queued([opened["Tove", "certification"], opened["Tage", "renewal"]]),
        queued([opened["Tage", "certification"], opened["Tove", "renewal"]]),
    ]
    runs = [one.job_id for one in made]
    ids = {opened[name, "renewal"].id for name in ("Tove", "Tage")}
    world.session.commit()
    both, decide_all = threading.Barrier(2), deciding.decide_all

    def at_once(session, candidacies, **more):
        if ids & {one.id for one in candidacies}:
            with suppress(threading.BrokenBarrierError):  # the other may be waiting for what this one holds
                both.wait(1)
        return decide_all(session, candidacies, **more)

    monkeypatch.setattr(deciding, "decide_all", at_once)

    def work(job_id):
        with app.app_context(), writing():
            jobs.run(db.session(), job_id)
            db.session.remove()

    threads = [threading.Thread(target=work, args=(one,)) for one in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ended = [world.session.get_one(jobs.Job, one) for one in runs]
    assert [(one.state, one.error) for one in ended] == [("done", "")] * 2


def test_one_who_cannot_have_a_certificate_holds_up_nobody_of_the_group(world, queued):
    people = [world.person(f"{name} Exempel") for name in ("Anna", "Berit", "Cilla")]
    found = [world.ready(one) for one in people]
    people[1].name = "Berit \U00013000"
    batch, owner = queued(found), world.consortium.id
    jobs.run(world.session, batch.job_id)
    assert batches.counts(world.session, batch) == {"issued": 2, "refused": 1}
    made = world.session.scalars(select(Certificate).order_by(Certificate.number)).all()
    assert [(one.number, one.state, one.holder) for one in made] == [
        (1, "issued", "Anna Exempel"),
        (2, "issued", "Cilla Exempel"),
    ]
    assert on_record.unexplained_gaps(world.session, owner) == []


@pytest.fixture
def helpers(monkeypatch):
    """Every process that helped to print, where batches of any size get one."""
    started = []

    class Watched(PressRoom):
        given = 0

        def __init__(self, signer):
            super().__init__(signer)
            assert self.process.stdout is not None
            readable([self.process.stdout], [], [])  # the first sheets would not wait for it
            started.append(self)

        def issued(self, turn):
            made = super().issued(turn)
            self.given += sum(one is not None for one in made)
            return made

    monkeypatch.setattr(batches, "MANY", 1)
    monkeypatch.setattr(batches, "GROUP", 2)
    monkeypatch.setattr(presses, "PressRoom", Watched)
    return started


def test_many_are_printed_by_another_process_that_ends_with_the_batch(world, queued, helpers):
    batch = queued([world.ready(world.person(f"{name} Exempel")) for name in "ABCDE"])
    jobs.run(world.session, batch.job_id)
    assert batches.counts(world.session, batch) == {"issued": 5}
    (helper,) = helpers
    assert (helper.given, helper.process.returncode) == (5, 0)
    for one in world.session.scalars(select(Certificate)):
        assert (
            verification.by_file(world.session, on_record.pdf(world.session, one), now=world.now).verdict
            == "valid"
        )


def test_a_name_that_cannot_be_drawn_elsewhere_is_refused_with_its_reason(world, queued, helpers):
    people = [world.person(f"{name} Exempel") for name in ("Anna", "Berit", "Cilla")]
    found = [world.ready(one) for one in people]
    people[1].name = "Berit \U00013000"
    batch, owner = queued(found), world.consortium.id
    jobs.run(world.session, batch.job_id)
    (refused,) = batches.items(world.session, batch, state="refused")
    assert "U+13000" in refused.problem
    assert batches.counts(world.session, batch) == {"issued": 2, "refused": 1}
    assert on_record.unexplained_gaps(world.session, owner) == []


@pytest.mark.parametrize("moment", ["draw", "undrawn", "issue", "issued"])
def test_a_helper_that_dies_at_any_moment_is_done_without(world, queued, helpers, monkeypatch, moment):
    asked = getattr(PressRoom, moment)

    def killed(self, *args, **more):
        self.process.kill()
        self.process.wait()
        return asked(self, *args, **more)

    monkeypatch.setattr(PressRoom, moment, killed)
    batch, owner = (
        queued([world.ready(world.person(f"{name} Exempel")) for name in "ABC"]),
        world.consortium.id,
    )
    jobs.run(world.session, batch.job_id)
    assert batches.counts(world.session, batch) == {"issued": 3}
    assert helpers[0].process.returncode == -signal.SIGKILL
    assert on_record.unexplained_gaps(world.session, owner) == []
