"""Requests that arrive at the same moment, through the shorter way: one commit, and to each the usual answer."""

import asyncio
import base64
import json
import uuid

import pytest

from app.db import db
from app.lrs import service as lrs
from app.lrs.group import Group
from app.xapi.together import Together
from tests.lrs.statements import MENTOR, VOIDED, another, named, statement, transactions


@pytest.fixture
def together(app):
    made = Together(app)
    yield made
    made.group.close()


def request(call, body, *, method="POST", params="", **headers):
    """The environment and the body of a request that ``call`` would send."""
    octets = body if isinstance(body, bytes) else json.dumps(body).encode()
    basic = base64.b64encode(f"{call.key}:{call.secret}".encode()).decode()
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": "/xapi/statements",
        "QUERY_STRING": params,
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(octets)),
        "HTTP_AUTHORIZATION": f"Basic {basic}",
        "HTTP_X_EXPERIENCE_API_VERSION": "1.0.3",
        **headers,
    }
    return environ, octets


@pytest.fixture
def send(together, lrs_call):
    """Send bodies at the same moment; each answer as (status, parsed body), or None for the ordinary way."""
    lrs_call("GET", "statements")  # so that the credential is known

    def many(*bodies, call=lrs_call, **headers):
        async def all_at_once():
            return await asyncio.gather(
                *(together.answer(*request(call, body, **headers)) for body in bodies)
            )

        def read(answer):
            return answer and (int(answer[0][:3]), json.loads(answer[2] or b"null"))

        return [read(answer) for answer in asyncio.run(all_at_once())]

    return many


def ids(lrs_call):
    return sorted(one["id"] for one in lrs_call("GET", "statements").json["statements"])


def test_requests_of_one_moment_share_a_transaction_and_each_gets_its_own_ids(app, send, lrs_call):
    answers = send(statement(), [statement(), statement()], statement())
    assert [(status, len(said)) for status, said in answers] == [(200, 1), (200, 2), (200, 1)]
    stored = {one for _, said in answers for one in said}
    assert stored == set(ids(lrs_call))
    with app.app_context():
        assert transactions(db.session(), map(uuid.UUID, stored)) == 1


def test_what_is_answered_is_what_the_ordinary_way_answers(send, lrs_call):
    one = named()
    for body in (one, another(one), {}, b"[", [one, one], statement(x=1)):
        (short,) = send(body)
        long = lrs_call("POST", "statements", body)
        assert short == (long.status_code, long.json), body


def test_a_refused_request_spoils_none_that_came_with_it(send, lrs_call):
    taken = named()
    send(taken)
    answers = send(statement(), another(taken), {"actor": MENTOR}, statement())
    assert [status for status, _ in answers] == [200, 409, 400, 200]
    assert len(ids(lrs_call)) == 3


def test_one_id_wanted_by_several_at_once_goes_to_the_first(send, lrs_call):
    one = named()
    assert [status for status, _ in send(one, one, another(one))] == [200, 200, 409]
    assert ids(lrs_call) == [one["id"]]


def test_a_put_is_answered_as_ever(send, lrs_call):
    id_ = str(uuid.uuid4())
    asked = {"method": "PUT", "params": f"statementId={id_}"}
    assert send(statement(), **asked) == [(204, None)]
    assert send(statement(), **asked) == [(204, None)]
    assert send(statement(result={"response": "x"}), **asked)[0][0] == 409
    assert send(named(), **asked)[0][0] == 400
    assert ids(lrs_call) == [id_]


def test_a_revoked_credential_stores_nothing_from_that_moment_on(app, send, lrs_call, now):
    assert send(statement())[0][0] == 200
    with app.app_context():
        lrs.revoke(db.session(), key=lrs_call.key, by=None, now=now)
        db.session.commit()
    status, said = send(statement())[0]
    assert (status, said["detail"]) == (401, "the request needs a valid key and secret")
    assert lrs_call("GET", "statements").status_code == 401


def test_a_scope_that_is_missing_is_missing_here_too(send, caller):
    reader = caller("statements/read")
    reader("GET", "statements")
    assert send(statement(), call=reader)[0][0] == 403


def test_what_needs_more_than_the_store_takes_the_ordinary_way(send, lrs_call, caller):
    (id_,) = send(statement())[0][1]
    void = {"actor": MENTOR, "verb": {"id": VOIDED}, "object": {"objectType": "StatementRef", "id": id_}}
    assert send(void) == [None]
    assert send(statement(), CONTENT_LENGTH="7") == [None]
    assert send(b"x=1", params="method=PUT") == [None]
    assert send(statement(), HTTP_AUTHORIZATION="Basic eDp5") == [None]
    launched = caller(registration=uuid.uuid4(), activity="http://a.example/", actor=MENTOR)
    launched("GET", "statements")
    assert send(statement(), call=launched) == [None]


def test_where_the_transaction_fails_each_takes_the_ordinary_way(send, lrs_call, monkeypatch, caplog):
    def fail(*_, **__):
        raise RuntimeError("the disk is on fire")

    with monkeypatch.context() as broken:
        broken.setattr(Group, "store", fail)
        assert send(statement(), statement()) == [None, None]
    assert "stored alone" in caplog.text
    assert ids(lrs_call) == []
    assert [status for status, _ in send(statement(), statement())] == [200, 200]


def test_a_sender_who_leaves_before_the_answer_holds_nobody_up(together, send, lrs_call):
    asked = [named(), named()]

    async def one_leaves():
        leaving, staying = (asyncio.create_task(together.answer(*request(lrs_call, one))) for one in asked)
        await asyncio.sleep(0)
        leaving.cancel()
        return await staying

    assert asyncio.run(one_leaves())[0] == "200 OK"
    assert asked[1]["id"] in ids(lrs_call)
