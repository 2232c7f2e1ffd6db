"""Many certificates at once: in groups, and one by one where something stands in the way of one of them."""

import pytest
from sqlalchemy import select

from app import clock, jobs
from app.awards import batches, on_record
from app.awards.models import Batch, Certificate
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
