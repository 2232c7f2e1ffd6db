"""Statements fetched from an outside store, over a real connection."""

import json
import uuid
from hashlib import sha256

import pytest

from app.commands.record import record
from app.lrs import attachments
from app.lrs import service as lrs
from app.xapi.models import PullSource
from tests.lrs.statements import AUTHORITY, rich, statement
from tests.xapi.outside import OutsideStore

FIRST = "/xapi/statements?ascending=true&attachments=true&limit=100"
MORE = "/xapi/more/2"


@pytest.fixture
def settings():
    return {"FORWARD_PRIVATE": ["127.0.0.0/8"]}


@pytest.fixture
def outside():
    store = OutsideStore()
    store.pages["/xapi/about"] = 200, {}, b'{"version": ["1.0.3", "2.0.0"]}'
    yield store
    store.close()


def there(stored="2027-01-01T10:00:00.5Z", **changes):
    said = {**rich(), "stored": stored, "authority": AUTHORITY, "version": "2.0.0", **changes}
    return {name: value for name, value in said.items() if name != "attachments"}


def result(*statements, more=""):
    return (
        200,
        {"Content_Type": "application/json"},
        json.dumps({"statements": statements, "more": more}).encode(),
    )


@pytest.fixture
def pull(app, outside, organisation):
    owner = organisation("Granåsa kommun")

    def run():
        arguments = ["pull", outside.endpoint, "--user", "nyckel", "--password", "hemligt"]
        return app.test_cli_runner().invoke(record, args=[*arguments, "--organisation", "Granåsa kommun"])

    run.owner = owner
    return run


def test_every_page_is_fetched_and_the_next_time_only_what_is_new(pull, outside, session):
    ours = there()
    outside.pages[FIRST] = result(there(), ours, more=MORE)
    outside.pages[MORE] = result(there("2027-01-02T10:00:00Z"))
    assert "3 statements stored, 0 were there already, 0 left out." in pull().output
    kept = lrs.get(session(), pull.owner, uuid.UUID(ours["id"]))
    assert kept.received == json.dumps(ours).encode()
    assert json.loads(kept.authority)["account"]["name"] == "from 127.0.0.1"
    assert outside.requests[-1][2]["X-Experience-API-Version"] == "2.0.0"
    since = "since=2027-01-02T09%3A59%3A59.000000Z"
    outside.pages[f"{FIRST}&{since}"] = result(there("2027-01-02T10:00:00.5Z"))
    assert "1 statements stored, 0 were there already" in pull().output


@pytest.mark.parametrize(
    "trouble", [(500, {}, b"no"), (200, {}, b"<h1>Sign in</h1>"), (200, {}, b'{"statements": 1}')]
)
def test_a_fetch_that_was_broken_off_goes_on(pull, outside, session, trouble):
    outside.pages[FIRST] = result(there(), more=MORE)
    outside.pages[MORE] = trouble
    broken = pull()
    assert broken.exit_code == 1
    assert "1 statements are stored" in broken.output
    del outside.pages[FIRST]
    outside.pages[MORE] = result(there())
    assert "1 statements stored" in pull().output
    assert session.query(PullSource).one().fetched == 2


def test_a_link_that_is_forgotten_there_is_left(pull, outside):
    outside.pages[FIRST] = result(there(), more=MORE)
    outside.pages[MORE] = 500, {}, b""
    pull()
    outside.pages[MORE] = 404, {}, b""
    outside.pages[f"{FIRST}&since=2027-01-01T09%3A59%3A59.500000Z"] = result(there())
    assert "1 statements stored" in pull().output


def test_what_cannot_be_kept_is_named_and_the_rest_is_kept(pull, outside, session, now):
    mine, id_ = there(), str(uuid.uuid4())
    lrs.store(session(), [statement(id=id_)], tenant=pull.owner, authority=AUTHORITY, now=now)
    session.commit()
    theirs = there(id=id_)
    outside.pages[FIRST] = result(
        {**there(), "actor": {"mbox": "nobody"}}, theirs, there(), {"x": 1}, mine, mine
    )
    said = pull().output
    assert "2 statements stored, 0 were there already, 3 left out." in said
    assert "actor.mbox" in said
    assert f"left out {id_}: another statement has this id here" in said


def test_attachments_come_along(pull, outside, session):
    content = b"\x00letter\r\n--"
    sha2 = sha256(content).hexdigest()
    one = there()
    one["attachments"] = [
        {
            "usageType": "http://localhost:8000/letter",
            "display": {"sv": "Brev"},
            "contentType": "text/plain",
            "length": len(content),
            "sha2": sha2,
        }
    ]
    part = f"Content-Type: text/plain\r\nContent-Transfer-Encoding: binary\r\nX-Experience-API-Hash: {sha2}\r\n\r\n"
    said = (
        b"--b\r\nContent-Type: application/json\r\n\r\n"
        + result(one)[2]
        + b"\r\n--b\r\n"
        + part.encode()
        + content
    )
    outside.pages[FIRST] = 200, {"Content_Type": "multipart/mixed; boundary=b"}, said + b"\r\n--b--\r\n"
    assert "1 statements stored" in pull().output
    assert [kept[2] for kept in attachments.find(session(), pull.owner, [sha2])] == [content]


def test_an_address_of_our_own_network_is_refused(pull, outside, app):
    app.config["FORWARD_PRIVATE"] = []
    refused = pull()
    assert refused.exit_code == 1
    assert "not a public address" in refused.output
    assert outside.requests == []


def test_a_link_that_leads_elsewhere_or_to_itself_is_not_followed(pull, outside):
    outside.pages[FIRST] = result(there(), more="http://other.example/more")
    assert "another host" in pull().output
    outside.pages[FIRST] = result(there(), more=MORE)
    outside.pages[MORE] = result(there(), more=MORE)
    assert "leads to itself" in pull().output
