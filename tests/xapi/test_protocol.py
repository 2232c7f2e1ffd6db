import json
import uuid
from urllib.parse import urlencode

import pytest

from app.lrs import credentials
from tests.lrs.statements import LEARNER, MENTOR, MODULE, rich, statement

VERSION = "X-Experience-API-Version"


@pytest.mark.parametrize(
    ("asked", "spoken"), [("1.0", "1.0.3"), ("1.0.2", "1.0.3"), ("2.0.0", "2.0.0"), ("2.0", "2.0.0")]
)
def test_the_version_asked_for_is_spoken(lrs_call, asked, spoken):
    answer = lrs_call("GET", "statements", version=asked)
    assert (answer.status_code, answer.headers[VERSION]) == (200, spoken)


@pytest.mark.parametrize("asked", ["", "0.9", "1.1", "3.0.0", "x"])
def test_another_version_or_none_is_refused(lrs_call, asked):
    answer = lrs_call("GET", "statements", version=asked)
    assert answer.status_code == 400
    assert VERSION in answer.headers


def test_about_says_what_is_spoken_to_anybody(client):
    assert client.get("/xapi/about").json["version"][-1] == "2.0.0"
    older = client.get("/xapi/about", headers={VERSION: "1.0.3"}).json["version"]
    assert older == ["1.0.0", "1.0.1", "1.0.2", "1.0.3"]


def test_head_says_what_get_says_without_a_body(lrs_call):
    lrs_call("POST", "statements", statement())
    answer, head = (lrs_call(method, "statements") for method in ("GET", "HEAD"))
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == answer.headers["Content-Length"]


def test_a_browser_elsewhere_may_ask(client):
    answer = client.options("/xapi/statements", headers={"Origin": "https://course.example"})
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (204, "*")
    assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]


def test_no_browser_runs_a_document_as_ours(lrs_call):
    where = {"activityId": MODULE, "profileId": "page"}
    page = b"<script>alert(1)</script>"
    lrs_call(
        "PUT", "activities/profile", page, content_type="text/html", headers={"If-None-Match": "*"}, **where
    )
    answer = lrs_call("GET", "activities/profile", **where)
    assert answer.data == page
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(("resource", "status"), [("nothing", 404), ("statements/x", 404), ("", 404)])
def test_an_address_that_xapi_does_not_have_is_not_found(lrs_call, resource, status):
    assert lrs_call("GET", resource).status_code == status


def test_a_method_that_a_resource_does_not_have_is_named_with_those_it_has(lrs_call):
    answer = lrs_call("DELETE", "statements")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, PUT, POST")


def test_the_alternate_syntax_is_version_1_only(lrs_call):
    id_ = str(uuid.uuid4())
    form = urlencode({"statementId": id_, "content": json.dumps(statement()), VERSION: "1.0.3"})
    kind = "application/x-www-form-urlencoded"
    assert (
        lrs_call("POST", "statements", form, content_type=kind, version="", method="PUT").status_code == 204
    )
    assert lrs_call("GET", "statements", statementId=id_).status_code == 200
    assert (
        lrs_call("POST", "statements", form, content_type=kind, version="2.0.0", method="PUT").status_code
        == 400
    )


def test_a_request_that_is_too_large_is_refused(app, lrs_call):
    app.config["MAX_CONTENT_LENGTH"] = 1000
    answer = lrs_call("POST", "statements", b"x" * 1001)
    assert answer.status_code == 413


# who may


@pytest.mark.parametrize(
    "header", ["", "Basic", "Basic x", "Basic eDp5", "Bearer x.y", "Digest x", "Basic w6U6w6U="]
)
def test_without_a_valid_credential_nothing_is_said(lrs_call, header):
    answer = lrs_call("GET", "statements", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic")
    framed = lrs_call(
        "GET", "statements", headers={"Authorization": header, "Origin": "https://course.example"}
    )
    assert "WWW-Authenticate" not in framed.headers


def test_a_bearer_token_is_key_and_secret(lrs_call):
    token = {"Authorization": f"Bearer {lrs_call.key}.{lrs_call.secret}"}
    assert lrs_call("GET", "statements", headers=token).status_code == 200


def test_scopes_open_what_they_name(caller, organisation):
    owner = organisation()
    writer, reader = caller("statements/write", owner=owner), caller("statements/read", owner=owner)
    mine = caller("statements/read/mine", "statements/write", owner=owner)
    (first,) = writer("POST", "statements", statement()).json
    (second,) = mine("POST", "statements", statement()).json
    assert writer("GET", "statements").status_code == 403
    assert reader("POST", "statements", statement()).status_code == 403
    assert (
        reader("PUT", "activities/state", {}, activityId=MODULE, agent=LEARNER, stateId="x").status_code
        == 403
    )
    assert [one["id"] for one in reader("GET", "statements").json["statements"]] == [second, first]
    assert [one["id"] for one in mine("GET", "statements").json["statements"]] == [second]
    assert mine("GET", "statements", statementId=first).status_code == 404


def test_a_revoked_or_expired_credential_opens_nothing(app, caller, session, now):
    one = caller()
    assert one("GET", "statements").status_code == 200
    credentials.revoke(session, key=one.key, by=None, now=now)
    session.commit()
    assert one("GET", "statements").status_code == 401
    past = caller(expires_at=now.replace(year=2020))
    assert past("GET", "statements").status_code == 401


def test_a_rotated_credential_keeps_its_scopes(app, caller, session, now):
    old = caller("statements/read")
    key, secret = credentials.rotate(session, key=old.key, by=None, now=now)
    session.commit()
    assert old("GET", "statements").status_code == 401
    old.key, old.secret = key, secret
    assert old("GET", "statements").status_code == 200
    assert old("POST", "statements", statement()).status_code == 403


def test_another_organisations_ids_answer_like_missing_ones(caller):
    ours, theirs = caller(), caller()
    (id_,) = theirs("POST", "statements", statement()).json
    where = {"activityId": MODULE, "agent": LEARNER, "stateId": "place"}
    theirs("PUT", "activities/state", {"page": 3}, **where)
    missing = ours("GET", "statements", statementId=str(uuid.uuid4()))
    found = ours("GET", "statements", statementId=id_)
    assert (found.status_code, found.data) == (missing.status_code, missing.data)
    assert ours("GET", "activities/state", **where).status_code == 404
    assert ours("GET", "statements").json["statements"] == []
    assert ours("GET", "activities", activityId=MODULE).json == {"objectType": "Activity", "id": MODULE}
    assert "name" not in ours("GET", "agents", agent={"mbox": MENTOR["mbox"]}).json
    assert ours("PUT", "statements", statement(actor=MENTOR), statementId=id_).status_code == 204


REGISTRATION = uuid.uuid4()


@pytest.fixture
def session_call(caller):
    """The caller of a launched session."""
    return caller("all", registration=REGISTRATION, activity=MODULE, actor=LEARNER)


def launched(**changes) -> dict:
    return statement(**{"context": {"registration": str(REGISTRATION)}, **changes})


def test_a_launched_session_speaks_for_itself(session_call):
    (id_,) = session_call("POST", "statements", launched()).json
    assert session_call("GET", "statements", statementId=id_).status_code == 200
    assert len(session_call("GET", "statements").json["statements"]) == 1


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ({"actor": MENTOR}, "actor"),
        ({"context": {"registration": str(uuid.uuid4())}}, "context.registration"),
        ({"context": {}}, "context.registration"),
        ({"object": {"id": MODULE + "/other"}}, "object.id"),
        (
            {
                "verb": {"id": "http://adlnet.gov/expapi/verbs/voided"},
                "object": {"objectType": "StatementRef", "id": str(uuid.uuid4())},
            },
            "verb.id",
        ),
    ],
)
def test_a_launched_session_speaks_for_nobody_else(session_call, change, at):
    answer = session_call("POST", "statements", launched(**change))
    assert (answer.status_code, answer.json["property"]) == (403, at)


def test_a_launched_session_reads_and_writes_its_own_documents_only(session_call):
    own = {"activityId": MODULE, "agent": LEARNER, "stateId": "place"}
    assert session_call("PUT", "activities/state", {"page": 1}, **own).status_code == 204
    for other in ({"activityId": MODULE + "/x"}, {"agent": MENTOR}, {"registration": str(uuid.uuid4())}):
        assert session_call("GET", "activities/state", **{**own, **other}).status_code == 403
    assert (
        session_call("PUT", "activities/state", {}, **{**own, "stateId": "LMS.LaunchData"}).status_code == 403
    )


def test_a_credential_without_all_voids_nothing(caller):
    writer = caller("statements/write")
    void = {
        "actor": MENTOR,
        "verb": {"id": "http://adlnet.gov/expapi/verbs/voided"},
        "object": {"objectType": "StatementRef", "id": str(uuid.uuid4())},
    }
    assert writer("POST", "statements", void).status_code == 403


def test_a_valid_statement_of_version_2_is_none_of_version_1(lrs_call):
    answer = lrs_call("POST", "statements", rich())
    assert (answer.status_code, answer.json["property"]) == (400, "context.contextAgents")
