"""Many certificates at once: in groups, and one by one where something stands in the way of one of them."""

from sqlalchemy import select

from app import clock, jobs
from app.awards import batches, issuing
from app.awards.models import Certificate


def test_one_who_cannot_have_a_certificate_holds_up_nobody_of_the_group(world, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: world.now)
    people = [world.person(f"{name} Exempel") for name in ("Anna", "Berit", "Cilla")]
    found = [world.ready(one) for one in people]
    people[1].name = "Berit \U00013000"
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
    owner = world.consortium.id
    jobs.run(world.session, batch.job_id)
    assert batches.counts(world.session, batch) == {"issued": 2, "refused": 1}
    made = world.session.scalars(select(Certificate).order_by(Certificate.number)).all()
    assert [(one.number, one.state, one.holder) for one in made] == [
        (1, "issued", "Anna Exempel"),
        (2, "issued", "Cilla Exempel"),
    ]
    assert issuing.unexplained_gaps(world.session, owner) == []
