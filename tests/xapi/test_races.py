"""Callers who come at the same moment, and callers who send anything at all."""

import json
import random
import threading
import uuid

import pytest

from tests.lrs.statements import LEARNER, MENTOR, MODULE, VOIDED, rich, statement
from tests.xapi.conftest import Caller


def together(app, call, work, many=4):
    """The answers of ``many`` callers that begin at the same moment."""
    answers, gate = [], threading.Barrier(many)

    def one(number):
        mine = Caller(app, call.key, call.secret)
        gate.wait()
        answers.append(work(mine, number))

    threads = [threading.Thread(target=one, args=(number,)) for number in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_one_statement_sent_by_many_at_once_is_stored_once(app, lrs_call):
    said = statement(id=str(uuid.uuid4()))
    answers = together(app, lrs_call, lambda call, _: call("POST", "statements", said).status_code)
    assert answers == [200] * 4
    assert len(lrs_call("GET", "statements").json["statements"]) == 1


def test_one_id_claimed_by_many_at_once_goes_to_one(app, lrs_call):
    id_ = str(uuid.uuid4())

    def claim(call, number):
        return call(
            "PUT", "statements", statement(result={"response": str(number)}), statementId=id_
        ).status_code

    assert sorted(together(app, lrs_call, claim)) == [204, 409, 409, 409]


def test_what_many_send_at_once_is_all_stored(app, lrs_call):
    def send(call, number):
        return [call("POST", "statements", [statement(), rich_one(number)]).status_code for _ in range(5)]

    def rich_one(number):
        return statement(actor={"mbox": f"mailto:{number}@falkvik.example", "name": f"Nummer {number}"})

    assert together(app, lrs_call, send) == [[200] * 5] * 4
    assert len(lrs_call("GET", "statements").json["statements"]) == 40


def test_one_document_written_by_many_at_once_is_one_document(app, lrs_call):
    where = {"activityId": MODULE, "profileId": "first"}

    def put(call, number):
        return call(
            "PUT", "activities/profile", {"by": number}, headers={"If-None-Match": "*"}, **where
        ).status_code

    answers = sorted(together(app, lrs_call, put))
    assert answers[0] == 204
    assert set(answers[1:]) <= {409, 412}


def test_only_who_stored_a_statement_voids_it_over_xapi(caller, organisation):
    owner = organisation()
    one, other = caller(owner=owner), caller(owner=owner)
    (id_,) = one("POST", "statements", statement()).json
    void = {"actor": MENTOR, "verb": {"id": VOIDED}, "object": {"objectType": "StatementRef", "id": id_}}
    answer = other("POST", "statements", void)
    assert (answer.status_code, answer.json["property"]) == (403, "object.id")
    assert one("GET", "statements", statementId=id_).status_code == 200
    assert one("POST", "statements", void).status_code == 200


@pytest.mark.parametrize("seed", range(3))
def test_no_octets_break_the_service(lrs_call, seed):
    chance = random.Random(seed)
    whole = json.dumps(rich()).encode()
    for _ in range(150):
        body = bytearray(whole)
        for _ in range(chance.randrange(1, 6)):
            place = chance.randrange(len(body))
            body[place : place + chance.randrange(4)] = chance.choice(
                [
                    b"",
                    b"null",
                    b"[",
                    b"}",
                    b'"',
                    b"\\u0000",
                    b"\xff",
                    b"1e999",
                    b"-",
                    b"{}",
                    b"true",
                    bytes([chance.randrange(256)]),
                ]
            )
        answer = lrs_call("POST", "statements", bytes(body), version="2.0.0")
        assert answer.status_code in (200, 400, 409), body
        if answer.status_code != 200:
            assert answer.json["detail"]


WRONG = [
    "",
    " ",
    "x",
    "null",
    "[]",
    "{}",
    "1",
    "\x00",
    "é",
    "\ud800",
    "%",
    "'",
    "http://",
    json.dumps(LEARNER),
    "9" * 400,
]


def escaped(value: str) -> str:
    """``value`` as a query carries it, whatever it is."""
    return "".join(f"%{octet:02x}" for octet in value.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize(
    "resource",
    [
        "statements",
        "activities/state",
        "activities/profile",
        "agents/profile",
        "agents",
        "activities",
        "about",
    ],
)
def test_no_parameter_breaks_the_service(lrs_call, resource):
    chance = random.Random(resource)
    names = [
        "statementId",
        "voidedStatementId",
        "agent",
        "verb",
        "activity",
        "registration",
        "since",
        "until",
        "limit",
    ]
    names += [
        "format",
        "attachments",
        "ascending",
        "related_agents",
        "activityId",
        "stateId",
        "profileId",
        "after",
        "method",
    ]
    for _ in range(120):
        query = "&".join(
            f"{chance.choice(names)}={escaped(chance.choice(WRONG))}" for _ in range(chance.randrange(4))
        )
        for method in ("GET", "PUT", "DELETE"):
            answer = lrs_call.client.open(
                f"/xapi/{resource}?{query}", method=method, headers=lrs_call.headers()
            )
            assert answer.status_code < 500, (method, query)
