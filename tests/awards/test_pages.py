"""The pages that everybody waits for ask the database equally often, however much there is."""

import pytest

from app import clock
from app.demo import factories as make
from tests.accounts.browser import sign_in
from tests.spine import counted


@pytest.fixture(autouse=True)
def standing_clock(monkeypatch, now):
    monkeypatch.setattr(clock, "now", lambda: now)


def queries(world, client, address) -> int:
    """How often the database is asked for this page, once what is kept in memory is kept."""
    assert client.get(address).status_code == 200
    world.session.rollback()
    with counted(world.session) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_the_decision_list_asks_as_often_for_one_as_for_twelve(app, world):
    world.ready(world.tilde)
    client = app.test_client()
    sign_in(client, world.cleo)
    few = queries(world, client, "/decisions")
    for number in range(11):
        found = make.candidacy(
            world.session, world.person(f"Kandidat Nummer{number}"), "participant", now=world.now
        )
        make.waive_everything(world.session, found, by=world.ruben, now=world.now)
    world.session.commit()
    assert queries(world, client, "/decisions") == few
    assert few <= 12


def test_the_path_asks_as_often_whatever_has_been_done(app, world):
    found = make.candidacy(world.session, world.tilde, "participant", now=world.now)
    client = app.test_client()
    sign_in(client, world.tilde)
    little = queries(world, client, f"/path/{found.id}")
    for number in range(20):
        make.training(world.session, world.tilde, at=world.now, minutes=30, unit=f"unit-{number}")
    world.session.commit()
    assert queries(world, client, f"/path/{found.id}") == little
    assert little <= 12


def test_verification_asks_as_often_whatever_else_was_issued(app, world, client):
    made = world.certified(world.tilde)
    world.session.commit()
    alone = queries(world, client, f"/verify/{made.code}")
    for number in range(3):
        world.pollinator(world.person(f"Kandidat Nummer{number}"))
    world.session.commit()
    assert queries(world, client, f"/verify/{made.code}") == alone
    assert alone <= 8
