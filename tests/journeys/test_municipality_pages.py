"""What a guide sees of a municipality, and what somebody else does not."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from app import clock
from app.db import db
from app.journeys import progress, service
from app.learners import service as learners
from tests.deliveries.people import organisation, person


@pytest.fixture
def now():
    """Pages ask the clock themselves, so here it is really now."""
    return clock.now()


def test_people_move_while_something_happens_and_then_stand_still(session, municipality, now):
    moving = person(session, "Moa Påhitt", now, home=municipality.id)
    person(session, "Ivar Påhitt", now, home=municipality.id)
    learners.apply(session, person=moving.id, scheme="participant", by=moving.id, now=now)

    def states(at):
        found = progress.of_municipality(session, municipality.id, now=at)
        return {one.person.name: one.state for one in found}

    assert states(now + timedelta(days=29)) == {"Moa Påhitt": "moving", "Ivar Påhitt": "idle"}
    assert states(now + timedelta(days=31))["Moa Påhitt"] == "still"


def test_the_overview_takes_as_many_queries_for_many_as_for_one(session, municipality, now):
    places = [municipality]
    asked = []

    def count():
        asked.clear()
        progress.overviews(session, places, now=now)
        return len(asked)

    def note(*args):
        asked.append(args[2])

    event.listen(db.engine, "before_cursor_execute", note)
    person(session, "Moa Påhitt", now, home=municipality.id)
    session.flush()
    few = count()
    for number in range(5):
        place = organisation(session, f"Kommun {number}", "municipality", now)
        places.append(place)
        for one in range(3):
            who = person(session, f"Person {number}{one} Påhitt", now, home=place.id)
            learners.apply(session, person=who.id, scheme="participant", by=who.id, now=now)
    session.flush()
    progress.overviews(session, places, now=now)
    assert count() == few
    event.remove(db.engine, "before_cursor_execute", note)


def test_a_guide_sees_their_municipality_with_its_people(
    session, municipality, guide, administrator, browse, now
):
    person(session, "Moa Påhitt", now, home=municipality.id)
    service.assign_guide(session, organisation=municipality.id, guide=guide.id, by=administrator.id, now=now)
    client = browse(guide)
    assert "Falkviks kommun" in client.get("/municipalities").text
    page = client.get(f"/municipalities/{municipality.id}")
    assert (page.status_code, "Moa Påhitt" in page.text) == (200, True)


def test_another_municipalitys_guide_gets_the_same_answer_as_for_a_missing_one(
    session, municipality, browse, now
):
    elsewhere = organisation(session, "Björkhamra kommun", "municipality", now)
    local = person(session, "Lisa Låtsas", now, home=elsewhere.id, role="guide", everywhere=False)
    client = browse(local)
    assert client.get(f"/municipalities/{elsewhere.id}").status_code == 200
    theirs = client.get(f"/municipalities/{municipality.id}")
    missing = client.get(f"/municipalities/{local.id}")
    assert theirs.status_code == missing.status_code == 404
    assert client.get(f"/municipalities/{municipality.id}/guide").status_code == 404
    assert "Falkviks" not in client.get("/municipalities").text


def test_an_administrator_answers_a_request(session, municipality, guide, administrator, browse, now):
    service.request_guide(session, organisation=municipality.id, note="Start i maj", by=guide.id, now=now)
    client = browse(administrator)
    assert "Start i maj" in client.get("/municipalities").text
    sent = client.post(f"/municipalities/{municipality.id}/guide", data={"guide": str(guide.id)})
    assert sent.status_code == 303
    assert service.guide_of(session, municipality.id).id == guide.id


def test_a_hand_over_without_a_note_keeps_the_choice(
    session, municipality, guide, administrator, browse, now
):
    other = person(session, "Gert Demolin", now, role="guide")
    service.assign_guide(session, organisation=municipality.id, guide=guide.id, by=administrator.id, now=now)
    page = browse(guide).post(f"/municipalities/{municipality.id}/guide", data={"guide": str(other.id)})
    assert page.status_code == 422
    assert f'selected value="{other.id}"' in page.text
    assert "Write what the next guide needs to know." in page.text
