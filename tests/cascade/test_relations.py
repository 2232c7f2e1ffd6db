"""Who is tied to whom, and what keeps from judging."""

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from app.cascade import service as cascade
from app.cascade.models import Relation
from app.db import new_id


@pytest.fixture
def relate(world):
    def relate(kind, giver, taker, statement=None):
        cascade.relate(
            world.session,
            kind,
            giver=giver.id,
            taker=taker.id,
            on=world.now.date(),
            statement=statement or new_id(),
            now=world.now,
        )
        world.session.flush()

    return relate


@pytest.mark.parametrize("kind", ["trained", "mentored", "coached"])
def test_a_tie_binds_both_ways(world, relate, kind):
    relate(kind, world.trainer, world.tilde)
    one, other = world.trainer.id, world.tilde.id
    assert len(cascade.ties(world.session, one, other)) == len(cascade.ties(world.session, other, one)) == 1
    assert cascade.tied_to(world.session, one) == {other}
    assert cascade.tied_to(world.session, other) == {one}


@pytest.mark.parametrize("kind", ["observed", "examined"])
def test_having_judged_before_is_no_tie_but_took_part(world, relate, kind):
    relate(kind, world.trainer, world.tilde)
    assert cascade.ties(world.session, world.trainer.id, world.tilde.id) == []
    assert cascade.took_part(world.session, world.tilde.id) == {world.trainer.id}
    assert cascade.took_part(world.session, world.trainer.id) == set()


def test_what_was_taken_back_binds_no_more(world, relate):
    statement = new_id()
    relate("trained", world.trainer, world.tilde, statement)
    cascade.withdraw(world.session, statement=statement, now=world.now)
    world.session.flush()
    assert cascade.ties(world.session, world.trainer.id, world.tilde.id) == []
    assert cascade.took_part(world.session, world.tilde.id) == set()


def test_a_statement_relates_once(world, relate):
    statement = new_id()
    relate("trained", world.trainer, world.tilde, statement)
    relate("trained", world.trainer, world.tilde, statement)
    assert len(cascade.trained_by(world.session, world.trainer.id)) == 1


def test_nobody_is_related_to_themselves_in_the_service_or_past_it(world, relate):
    relate("trained", world.tilde, world.tilde)
    assert world.session.query(Relation).count() == 0
    row = {
        "id": new_id(),
        "kind": "trained",
        "giver_id": world.tilde.id,
        "taker_id": world.tilde.id,
        "on": world.now.date(),
        "statement_id": new_id(),
        "recorded_at": world.now,
    }
    with pytest.raises(IntegrityError, match="not_oneself"):
        world.session.execute(insert(Relation).values(**row))
