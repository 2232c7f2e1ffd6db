"""The programming interface answers in JSON, errors included, and leaves the pages' errors alone."""

import pytest
from sqlalchemy import select

from app import clock
from app.access import POLICY, permission_of
from app.accounts.models import Person
from app.awards import status
from app.rules.parsing import parse
from app.rules.scheme import SchemeVersion

PROBLEM = "application/problem+json"


def test_a_certificate_is_verified_however_its_code_is_typed(client, certificate):
    typed = certificate.code.lower().replace("-", " ")
    said = client.get(f"/api/verify/{typed}").get_json()
    assert said["verdict"] == "valid"
    assert said["status"] == "active"
    assert said["certificate"]["holder"] == "Åsa Påhitt"
    assert said["certificate"]["serial"] == certificate.serial
    assert said["certificate"]["valid_until"] is None
    assert said["signed_digest"] == certificate.signed_digest


def test_a_withdrawn_certificate_is_never_valid(client, session, certificate):
    by = session.scalars(select(Person).where(Person.email == "ruben.provberg@example.org")).one()
    status.withdraw(session, certificate, reason="Underlaget var inte sant.", by=by.id, now=clock.now())
    session.commit()
    said = client.get(f"/api/verify/{certificate.code}").get_json()
    assert (said["verdict"], said["status"]) == ("not_in_force", "withdrawn")
    assert [one["status"] for one in said["history"]] == ["withdrawn"]


@pytest.mark.usefixtures("certificate")
def test_an_unknown_code_is_a_problem(client):
    answer = client.get("/api/verify/AAAAA-AAAAA-AAAAA-AAAAA-AAAAA-A")
    assert (answer.status_code, answer.mimetype) == (404, PROBLEM)
    assert answer.get_json()["status"] == 404
    assert answer.get_json()["instance"] == "/api/verify/AAAAA-AAAAA-AAAAA-AAAAA-AAAAA-A"


def test_a_scheme_can_be_read_whole_and_checked_by_its_digest(client, home):
    codes = [one["code"] for one in client.get("/api/schemes").get_json()["schemes"]]
    assert set(codes) == {"participant", "pollinator", "certified-coach", "lead-trainer"}
    for code in codes:
        said = client.get(f"/api/schemes/{code}").get_json()
        again: SchemeVersion = parse(said["content"])
        assert again.digest == said["digest"]
        assert list(again.prerequisites) == said["prerequisites"]


@pytest.mark.usefixtures("certificate")
def test_the_register_lists_those_who_agreed(client, session):
    listed = client.get("/api/register?q=påhitt&scheme=participant").get_json()
    assert [one["holder"] for one in listed["certified"]] == ["Åsa Påhitt"]
    assert client.get("/api/register?scheme=pollinator").get_json()["certified"] == []


@pytest.mark.usefixtures("session")
def test_a_service_without_schemes_answers_too(client):
    assert client.get("/api/register").get_json()["certified"] == []
    assert client.get("/api/schemes").get_json() == {"schemes": []}


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    "path", ["/api/schemes/%00", "/api/schemes/UPPER", "/api/schemes/none", "/api/nothing"]
)
def test_what_is_not_there_is_a_problem(client, path):
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (404, PROBLEM)


@pytest.mark.usefixtures("home")
def test_a_wrong_parameter_says_which(client):
    answer = client.get("/api/register", query_string={"q": "x" * 101})
    assert (answer.status_code, answer.mimetype) == (422, PROBLEM)
    assert "q" in answer.get_json()["errors"]["query"]
    assert client.get("/api/register", query_string={"q": "\x00"}).status_code == 422


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_other_methods_learn_which_ones_work(client, method):
    answer = client.open("/api/schemes", method=method)
    assert (answer.status_code, answer.mimetype) == (405, PROBLEM)
    assert "GET" in answer.headers["Allow"]


def test_pages_keep_their_own_errors(client):
    for path, code in (("/nothing-here", 404), ("/verify/AAAAA", 404)):
        answer = client.get(path)
        assert (answer.status_code, answer.mimetype) == (code, "text/html")
    answer = client.delete("/verify")
    assert (answer.status_code, answer.mimetype) == (405, "text/html")


def test_a_fault_tells_nothing_of_itself(app, client, home, monkeypatch):
    def broken(*_args, **_more):
        raise RuntimeError("the password is hunter2")

    monkeypatch.setattr("app.schemes.service.every", broken)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = client.get("/api/schemes")
    assert (answer.status_code, answer.mimetype) == (500, PROBLEM)
    assert "hunter2" not in answer.get_data(as_text=True)


class TestLimits:
    @pytest.fixture
    def settings(self):
        return {"RATELIMIT_ENABLED": True}

    @pytest.mark.usefixtures("home")
    def test_guessing_codes_is_slowed_down(self, client):
        answers = [client.get(f"/api/verify/{number}") for number in range(61)]
        assert {one.status_code for one in answers[:60]} == {404}
        assert (answers[60].status_code, answers[60].mimetype) == (429, PROBLEM)


def test_the_description_names_every_address(app, client):
    said = client.get("/api/openapi.json").get_json()
    described = {path.replace("{", "<").replace("}", ">") for path in said["paths"]}
    ours = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("api.")]
    assert described == {rule.rule for rule in ours}
    assert all(POLICY[permission_of(app, rule.endpoint) or ""].public for rule in ours)
    assert all((rule.methods or set()) <= {"GET", "HEAD", "OPTIONS"} for rule in ours)
