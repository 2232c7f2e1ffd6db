"""What administrators read in the record, void in it, and whom they let speak to it."""

from __future__ import annotations

import csv
import io
import re
import uuid
from datetime import timedelta
from html import unescape

import pytest

from app import clock
from app.demo import factories as make
from app.evidence import service as evidence
from app.lrs import service as lrs
from app.lrs.models import Credential
from app.schemes import service as schemes
from tests.lrs.statements import AUTHORITY, statement
from tests.xapi.conftest import Caller

DAY = timedelta(days=1)


@pytest.fixture
def world(session, client):
    """An administrator who is signed in, and Frida, who has worked through a unit and is on her way."""
    now = clock.now()
    home = make.consortium(session, now=now)
    schemes.publish_from_files(session, by=None, now=now - 30 * DAY)
    frida = make.person(session, "Frida Påhitt", organisation=home, now=now)
    make.candidacy(session, frida, "participant", now=now - 2 * DAY)
    make.training(session, frida, at=now - DAY, minutes=90, unit="one")
    rolf = make.person(
        session, "Rolf Påhitt", organisation=home, roles=("administrator",), demonstration=True, now=now
    )
    kept = home.id, frida.id, rolf.id
    session.commit()
    assert client.post("/sign-in/as", data={"person": str(kept[2])}).status_code == 303
    return kept


def said(answer):
    assert answer.status_code == 200, answer.status
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True))).split())


def test_a_name_becomes_an_id_in_the_address_and_each_statement_a_sentence(client, world):
    _home, frida, _rolf = world
    answer = client.get("/record-store/?person=Frida")
    assert answer.status_code == 302
    assert f"person={frida}" in answer.headers["Location"]
    assert "Frida Påhitt genomförde ett avsnitt av" in said(client.get(answer.headers["Location"]))
    client.post("/language", data={"language": "en"})
    assert "Frida Påhitt completed a unit of" in said(client.get(answer.headers["Location"]))


FINDS = {
    "verb=http://adlnet.gov/expapi/verbs/completed": True,
    "verb=http://adlnet.gov/expapi/verbs/failed": False,
    "until=2020-01-01": False,
    "since=2020-01-01": True,
    "voided=only": False,
}


def test_filters_stand_in_the_address(client, world):
    assert {
        filters: "Frida Påhitt" in said(client.get(f"/record-store/?{filters}")) for filters in FINDS
    } == FINDS


def test_a_filter_that_cannot_be_read_is_said_and_kept(client, world):
    for filters in ("person=Nobody", "verb=x", "registration=x", "since=yesterday"):
        answer = client.get(f"/record-store/?{filters}")
        assert answer.status_code == 422, filters
        assert filters.partition("=")[2] in answer.get_data(as_text=True)


def test_a_statement_leads_to_its_evidence_the_path_and_its_json(client, session, world):
    home, frida, _rolf = world
    item = evidence.of_person(session, owner=home, person=frida)[0]
    page = client.get(f"/record-store/statements/{item.statement_id}").get_data(as_text=True)
    assert f"/evidence/{item.id}" in page
    assert re.search(r'href="/path/[0-9a-f-]{36}"', page)
    alone = re.search(r'href="([^"]+\.json[^"]*)"', page)
    assert alone
    assert client.get(unescape(alone[1])).json["id"] == str(item.statement_id)


def test_the_table_holds_what_the_filters_find_and_no_formula(client, session, world):
    home, frida, _rolf = world
    someone = {"mbox": "mailto:a@b.example", "name": "=1+1"}
    lrs.store(session(), [statement(actor=someone)], tenant=home, authority=AUTHORITY, now=clock.now())
    session.commit()
    text = client.get("/record-store/statements.csv").get_data(as_text=True)
    rows = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff")), delimiter=";"))
    assert [row["actor_name"] for row in rows if row["actor_name"]] == ["'=1+1"]
    only = client.get(f"/record-store/statements.csv?person={frida}").get_data(as_text=True)
    assert len(only.splitlines()) == 2


def test_times_at_the_edge_of_the_calendar_can_be_read(client, session, world):
    home, edges = world[0], {"9999-12-31T23:59:59Z": uuid.uuid4(), "0001-01-01T00:00:00Z": uuid.uuid4()}
    some = [statement(id=str(id_), timestamp=edge) for edge, id_ in edges.items()]
    lrs.store(session(), some, tenant=home, authority=AUTHORITY, now=clock.now())
    session.commit()
    for edge, id_ in edges.items():
        assert edge[:4] in said(client.get(f"/record-store/statements/{id_}"))


def test_voiding_says_first_what_it_changes_and_then_does_it(client, session, world):
    home, frida, _rolf = world
    item = evidence.of_person(session, owner=home, person=frida)[0]
    page = f"/record-store/statements/{item.statement_id}"
    shown = said(client.get(f"{page}/void"))
    assert "Frida Påhitt" in shown
    assert "Det kan inte ångras." in shown
    assert re.search(r"1 tim 30 min|1,5 tim", shown), shown[1500:]
    assert client.post(f"{page}/void", data={"reason": ""}).status_code == 422
    act = {"reason": "Fel person.", "act": str(uuid.uuid4())}
    assert client.post(f"{page}/void", data=act).status_code == 302
    session.rollback()
    assert evidence.of_person(session, owner=home, person=frida)[0].withdrawn_at is not None
    assert lrs.is_voided(session(), home, item.statement_id)
    assert client.get(f"{page}/void").status_code == 302


def test_another_organisations_statement_is_as_missing(client, session, world):
    other, id_ = make.municipality(session, "Granåsa kommun", now=clock.now()).id, str(uuid.uuid4())
    lrs.store(session(), [statement(id=id_)], tenant=other, authority=AUTHORITY, now=clock.now())
    session.commit()
    ours, missing = (client.get(f"/record-store/statements/{one}") for one in (id_, uuid.uuid4()))
    assert (ours.status_code, missing.status_code) == (404, 404)
    assert len(ours.data) == len(missing.data)
    assert client.get(f"/record-store/statements/{id_}?organisation={other}").status_code == 200


def test_a_credential_is_shown_once_renewed_and_revoked(app, client, session, world):
    def speak(credential, method, body=None):
        session.rollback()  # the page's own session holds nothing any longer
        return Caller(app, *credential)(method, "statements", body)

    home = world[0]
    filled = {"label": "Kursen", "organisation": str(home), "scopes": ["statements/write"]}
    assert client.post("/record-store/credentials/new", data={**filled, "scopes": []}).status_code == 422
    first = pair(client.post("/record-store/credentials/new", data=filled))
    assert speak(first, "POST", statement()).status_code == 200
    listed = client.get("/record-store/credentials").get_data(as_text=True)
    assert "Kursen" in listed
    assert first[1] not in listed
    session.rollback()
    old = session.query(Credential).filter_by(key=first[0]).one().id
    second = pair(client.post(f"/record-store/credentials/{old}/rotate"))
    assert speak(first, "POST", statement()).status_code == 401
    assert speak(second, "POST", statement()).status_code == 200
    assert speak(second, "GET").status_code == 403
    session.rollback()
    new = session.query(Credential).filter_by(key=second[0]).one().id
    assert client.post(f"/record-store/credentials/{new}/revoke").status_code == 302
    assert speak(second, "POST", statement()).status_code == 401
    assert client.get(f"/record-store/credentials/{new}/revoke").status_code == 404


def pair(answer):
    """The key and the secret on a page."""
    assert answer.status_code == 200, answer.headers.get("Location")
    key, secret = re.search(r"curl -u (?:&#39;|')(\w+):([\w-]+)", answer.get_data(as_text=True)).groups()
    return key, secret
