import json

import pytest

from tests.lrs.statements import LEARNER, MENTOR, MODULE, statement

PLACES = {
    "activities/state": ({"activityId": MODULE, "agent": LEARNER}, "stateId"),
    "activities/profile": ({"activityId": MODULE}, "profileId"),
    "agents/profile": ({"agent": LEARNER}, "profileId"),
}
NEW = {"If-None-Match": "*"}


@pytest.fixture(params=PLACES)
def place(request):
    """A resource, what its documents belong to, and how their ids are called."""
    return (request.param, *PLACES[request.param])


def test_a_document_comes_back_with_its_tag_until_it_is_deleted(lrs_call, place):
    resource, where, name = place
    where = {**where, name: "a document"}
    content = bytes(range(256))
    put = lrs_call("PUT", resource, content, content_type="image/x", headers=NEW, **where)
    assert put.status_code == 204
    answer = lrs_call("GET", resource, **where)
    assert (answer.data, answer.content_type) == (content, "image/x")
    assert answer.headers["ETag"].strip('"').isalnum()
    assert answer.headers["Last-Modified"]
    assert lrs_call("DELETE", resource, **where).status_code == 204
    assert lrs_call("GET", resource, **where).status_code == 404


def test_who_has_not_seen_the_document_cannot_replace_it(lrs_call, place):
    resource, where, name = place
    where = {**where, name: "guarded"}
    lrs_call("PUT", resource, {"by": "one"}, headers=NEW, **where)
    seen = lrs_call("GET", resource, **where).headers["ETag"]
    assert lrs_call("PUT", resource, {"by": "two"}, headers=NEW, **where).status_code == 412
    assert lrs_call("PUT", resource, {"by": "two"}, headers={"If-Match": seen}, **where).status_code == 204
    for method in ("PUT", "POST", "DELETE"):
        body = None if method == "DELETE" else {"by": "three"}
        assert lrs_call(method, resource, body, headers={"If-Match": seen}, **where).status_code == 412
    assert lrs_call("GET", resource, **where).json == {"by": "two"}


def test_a_profile_is_not_replaced_by_who_says_nothing_of_it(lrs_call):
    where = {"agent": LEARNER, "profileId": "silent"}
    assert lrs_call("PUT", "agents/profile", {}, **where).status_code == 400
    lrs_call("PUT", "agents/profile", {}, headers=NEW, **where)
    assert lrs_call("PUT", "agents/profile", {}, **where).status_code == 409


def test_posting_merges_the_top_level(lrs_call, place):
    resource, where, name = place
    where = {**where, name: "merged"}
    lrs_call("POST", resource, {"a": {"x": 1}, "b": 1}, **where)
    lrs_call("POST", resource, {"a": {"y": 2}, "c": 3}, **where)
    assert lrs_call("GET", resource, **where).json == {"a": {"y": 2}, "b": 1, "c": 3}


@pytest.mark.parametrize(
    ("kind", "content"), [("text/plain", b"{}"), ("application/json", b"[]"), ("application/json", b"{")]
)
def test_only_json_objects_merge(lrs_call, place, kind, content):
    resource, where, name = place
    where = {**where, name: "kept"}
    lrs_call("POST", resource, {"kept": True}, **where)
    assert lrs_call("POST", resource, content, content_type=kind, **where).status_code == 400
    assert lrs_call("GET", resource, **where).json == {"kept": True}


def test_names_are_listed_and_since_leaves_the_older_out(lrs_call, place):
    resource, where, name = place
    for one in ("b", "a"):
        lrs_call("PUT", resource, {}, headers=NEW, **where, **{name: one})
    assert lrs_call("GET", resource, **where).json == ["a", "b"]
    assert lrs_call("GET", resource, **where, since="2999-01-01T00:00:00Z").json == []


@pytest.mark.parametrize("missing", ["activityId", "agent", "stateId"])
def test_a_state_needs_all_that_it_belongs_to(lrs_call, missing):
    where = {"activityId": MODULE, "agent": LEARNER, "stateId": "x"}
    del where[missing]
    answer = lrs_call("PUT", "activities/state", {}, **where)
    assert (answer.status_code, answer.json["property"]) == (400, missing)


def test_states_of_registrations_lie_apart_and_are_deleted_together(lrs_call):
    where = {"activityId": MODULE, "agent": LEARNER}
    one, two = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
    for registration in (one, two):
        lrs_call(
            "PUT", "activities/state", {"of": registration}, **where, stateId="x", registration=registration
        )
    assert lrs_call("GET", "activities/state", **where, stateId="x", registration=one).json == {"of": one}
    assert lrs_call("GET", "activities/state", **where, stateId="x").status_code == 404
    assert lrs_call("DELETE", "activities/state", **where, registration=one).status_code == 204
    assert lrs_call("GET", "activities/state", **where, registration=one).json == []
    assert lrs_call("GET", "activities/state", **where).json == ["x"]


def test_a_nul_in_an_id_is_refused(lrs_call):
    assert (
        lrs_call("PUT", "activities/state", {}, activityId=MODULE, agent=LEARNER, stateId="a\x00").status_code
        == 400
    )


def test_what_statements_said_of_an_agent_and_an_activity_is_gathered(lrs_call):
    named = {"mbox": MENTOR["mbox"], "name": "Maja P."}
    other = {"id": MODULE, "definition": {"name": {"en": "Module 1"}, "type": "http://localhost:8000/module"}}
    lrs_call("POST", "statements", [statement(actor=MENTOR), statement(actor=named, object=other)])
    person = lrs_call("GET", "agents", agent={"mbox": MENTOR["mbox"]}).json
    assert person == {"objectType": "Person", "name": ["Maja Påhitt", "Maja P."], "mbox": [MENTOR["mbox"]]}
    activity = lrs_call("GET", "activities", activityId=MODULE).json
    assert activity["definition"]["name"] == {"sv": "Modul 1", "en": "Module 1"}
    assert json.dumps(activity)
