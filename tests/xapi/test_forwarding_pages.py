"""What administrators see of forwarding and do about it."""

from __future__ import annotations

import uuid

import pytest

from app import clock
from app.audit import AuditEvent
from app.demo import factories as make
from app.lrs import service as lrs
from app.xapi import forwarding
from app.xapi.models import ForwardTarget, Quarantined
from tests.lrs.statements import AUTHORITY, statement
from tests.xapi.outside import OutsideStore


@pytest.fixture
def settings():
    return {"FORWARD_PRIVATE": ["127.0.0.0/8"]}


@pytest.fixture
def outside():
    store = OutsideStore()
    yield store
    store.close()


@pytest.fixture
def world(session, client):
    now = clock.now()
    home = make.consortium(session, now=now)
    town = make.municipality(session, "Falkvik kommun", now=now)
    who = make.person(
        session, "Rolf Påhitt", organisation=home, roles=("administrator",), demonstration=True, now=now
    )
    town_id, person = town.id, who.id
    session.commit()
    assert client.post("/sign-in/as", data={"person": str(person)}).status_code == 303
    return town_id


def filled(outside, town, **changes):
    said = {
        "name": "Regionens lager",
        "endpoint": outside.endpoint,
        "version": "1.0.3",
        "user": "nyckel",
        "password": "hemligt",
        "organisations": [str(town)],
        **changes,
    }
    return said


def test_a_target_is_made_followed_replayed_and_ended(client, session, outside, world):
    answer = client.post("/record-store/forwarding/new", data=filled(outside, world))
    assert answer.status_code == 302
    page = answer.headers["Location"]
    target = session.query(ForwardTarget).one().id
    some = [statement(id=str(uuid.uuid4())) for _ in range(3)]
    lrs.store(session, some, tenant=world, authority=AUTHORITY, now=clock.now())
    session.commit()
    outside.poisoned = {some[1]["id"]: 400}
    forwarding.run(session(), target, now=clock.now())
    shown = client.get(page).get_data(as_text=True)
    assert some[1]["id"] in shown
    assert "Lagret tog inte emot ett uttalande." in shown
    assert "Regionens lager" in client.get("/record-store/forwarding").get_data(as_text=True)
    row = session.query(Quarantined).one().id
    assert client.post(f"{page}/quarantine", data={"id": str(row)}).status_code == 302
    outside.poisoned = {}
    forwarding.run(session(), target, now=clock.now())
    assert outside.stored == 3
    for act in ("pause", "resume", "now"):
        assert client.post(f"{page}/{act}").status_code == 302
    assert client.post(f"{page}/replay", data={"since": "2026-01-01"}).status_code == 302
    assert client.post(f"{page}/replay", data={"since": ""}).status_code == 422
    assert client.post(f"{page}/end").status_code == 302
    assert client.get(page).status_code == 404
    session.expire_all()
    assert session.get(ForwardTarget, target).sealed == b""
    actions = {one.action for one in session.query(AuditEvent) if one.action.startswith("record.forward")}
    assert actions == {
        f"record.forward_{what}" for what in ("made", "retried", "paused", "resumed", "replayed", "ended")
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("endpoint", "https://10.0.0.1/xapi"),
        ("endpoint", "https://x.example/?a=1"),
        ("verbs", "did it"),
        ("password", ""),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_the_rest_stays(
    client, session, outside, world, field, value
):
    answer = client.post("/record-store/forwarding/new", data=filled(outside, world, **{field: value}))
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.get_data(as_text=True)
    assert 'value="Regionens lager"' in answer.get_data(as_text=True)
    assert session.query(ForwardTarget).count() == 0


def test_a_change_keeps_the_credentials(client, session, outside, world):
    page = client.post("/record-store/forwarding/new", data=filled(outside, world)).headers["Location"]
    before = session.query(ForwardTarget).one().sealed
    said = filled(outside, world, user="", password="", name="Ett annat namn")
    assert client.get(f"{page}/change").status_code == 200
    assert client.post(f"{page}/change", data=said).status_code == 302
    session.expire_all()
    row = session.query(ForwardTarget).one()
    assert (row.name, row.sealed) == ("Ett annat namn", before)
