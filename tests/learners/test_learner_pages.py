"""Applying and being given more time, as people see it."""

from datetime import timedelta

import pytest

from app import clock
from app.demo import factories as make
from tests.accounts.browser import sign_in

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def standing_clock(monkeypatch, now):
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.fixture
def browse(app, session):
    """``browse(person)``: their browser, in Swedish."""

    def open_browser(who):
        session.commit()
        client = app.test_client()
        sign_in(client, who)
        client.set_cookie("language", "sv")
        return client

    return open_browser


@pytest.fixture
def under_way(world):
    make.founder(world.session, world.tilde, ("participant",), by=world.cleo, now=world.now - HOUR)
    return make.candidacy(world.session, world.tilde, "pollinator", now=world.now)


def test_an_unknown_certification_is_told_kindly(world, browse):
    answer = browse(world.tilde).get("/apply/no-such")
    assert answer.status_code == 404
    assert "Den certifieringen finns inte" in answer.text


def test_what_has_to_come_first_is_named(world, browse):
    client = browse(world.tilde)
    assert "Deltagare" in client.get("/apply/pollinator").text
    assert client.post("/apply/pollinator").status_code == 422


def test_a_double_click_applies_once(world, browse):
    client = browse(world.tilde)
    there = {client.post("/apply/participant").headers["Location"] for _click in range(2)}
    assert len(there) == 1


def test_a_certifier_gives_more_time_with_a_reason(world, browse, under_way):
    client, path = browse(world.cleo), f"/path/{under_way.id}"
    assert f"{path}/extend" in client.get(path).text
    too_late = client.post(f"{path}/extend", data={"until": "2029-01-01", "reason": "Föräldraledig."})
    assert too_late.status_code == 422
    assert "3 september 2028" in too_late.text
    assert "Föräldraledig." in too_late.text
    client.post(f"{path}/extend", data={"until": "2028-06-01", "reason": "Föräldraledig."})
    assert "Föräldraledig." in browse(world.tilde).get(path).text


def test_nobody_gives_themselves_more_time(world, browse, under_way):
    assert browse(world.tilde).get(f"/path/{under_way.id}/extend").status_code == 403
    own = make.founder(world.session, world.cleo, ("participant",), by=world.ruben, now=world.now - HOUR)
    assert own
    mine = make.candidacy(world.session, world.cleo, "pollinator", now=world.now)
    client = browse(world.cleo)
    assert client.get(f"/path/{mine.id}/extend").status_code == 404
    assert f"/path/{mine.id}/extend" not in client.get(f"/path/{mine.id}").text
