import hashlib
import json
import uuid

import pytest

from tests.lrs.statements import DID, LEARNER, MENTOR, MODULE, VOIDED, rich, statement


def test_posted_statements_answer_their_ids_and_can_be_read(lrs_call):
    ids = lrs_call("POST", "statements", [statement(), statement()]).json
    assert len(ids) == 2
    said = lrs_call("GET", "statements", statementId=ids[0])
    assert (said.json["id"], said.json["actor"]) == (ids[0], LEARNER)
    assert said.json["authority"]["account"]["name"] == lrs_call.key
    assert said.headers["Last-Modified"]


def test_putting_the_same_again_is_fine_and_another_conflicts(lrs_call):
    id_ = str(uuid.uuid4())
    assert lrs_call("PUT", "statements", statement(), statementId=id_).status_code == 204
    assert lrs_call("PUT", "statements", statement(), statementId=id_).status_code == 204
    answer = lrs_call("PUT", "statements", statement(actor=MENTOR), statementId=id_)
    assert (answer.status_code, answer.content_type, answer.json["property"]) == (
        409,
        "application/problem+json",
        "id",
    )
    assert lrs_call("GET", "statements", statementId=id_).json["actor"] == LEARNER


def test_the_id_in_the_body_must_be_that_of_the_address(lrs_call):
    answer = lrs_call("PUT", "statements", rich(), statementId=str(uuid.uuid4()), version="2.0.0")
    assert (answer.status_code, answer.json["property"]) == (400, "id")


def test_a_batch_with_one_fault_stores_nothing_and_names_it(lrs_call):
    answer = lrs_call("POST", "statements", [statement(), statement(result={"success": "yes"})])
    assert answer.status_code == 400
    assert answer.json["property"] == "[1].result.success"
    assert lrs_call("GET", "statements").json["statements"] == []


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"null", b"1", b'"x"', b"[[]]", b"[" * 50_000, b'{"a":\xff}', b'{"id": NaN}'],
    ids=repr,
)
def test_what_is_not_a_statement_is_refused_with_a_reason(lrs_call, body):
    answer = lrs_call("POST", "statements", body)
    assert answer.status_code == 400
    assert answer.json["detail"]


def test_ten_thousand_in_a_batch_are_stored_or_refused_whole(lrs_call):
    answer = lrs_call("POST", "statements", [statement()] * 10_000)
    assert (answer.status_code, len(answer.json)) == (200, 10_000)


def test_five_megabytes_in_a_statement_come_back_as_they_went(lrs_call):
    big = statement(result={"response": "å" * 2_500_000})
    (id_,) = lrs_call("POST", "statements", big).json
    assert lrs_call("GET", "statements", statementId=id_).json["result"] == big["result"]


def test_more_leads_to_the_next_page(lrs_call):
    ids = lrs_call("POST", "statements", [statement() for _ in range(5)]).json
    seen, answer = [], lrs_call("GET", "statements", limit=2, agent=LEARNER).json
    while True:
        seen += [one["id"] for one in answer["statements"]]
        if not answer["more"]:
            break
        answer = lrs_call.client.get(answer["more"], headers=lrs_call.headers()).json
    assert seen == ids[::-1]


@pytest.mark.parametrize(
    ("params", "at"),
    [
        ({"statementId": "x"}, "statementId"),
        ({"statementId": str(uuid.uuid4()), "verb": DID}, "verb"),
        ({"statementId": str(uuid.uuid4()), "voidedStatementId": str(uuid.uuid4())}, "voidedStatementId"),
        ({"agent": "x"}, "agent"),
        ({"agent": {"name": "x"}}, "agent"),
        ({"verb": "x"}, "verb"),
        ({"activity": "x"}, "activity"),
        ({"registration": "x"}, "registration"),
        ({"since": "yesterday"}, "since"),
        ({"limit": "-1"}, "limit"),
        ({"limit": "²"}, "limit"),
        ({"ascending": "yes"}, "ascending"),
        ({"format": "long"}, "format"),
        ({"Limit": "1"}, "Limit"),
        ({"after": "x"}, "after"),
    ],
)
def test_a_parameter_that_is_wrong_is_named(lrs_call, params, at):
    answer = lrs_call("GET", "statements", **params)
    assert (answer.status_code, answer.json["property"]) == (400, at)
    assert answer.headers["X-Experience-API-Consistent-Through"]


def test_a_void_statement_is_found_only_as_void(lrs_call):
    (id_,) = lrs_call("POST", "statements", statement()).json
    void = {"actor": MENTOR, "verb": {"id": VOIDED}, "object": {"objectType": "StatementRef", "id": id_}}
    assert lrs_call("POST", "statements", void).status_code == 200
    assert lrs_call("GET", "statements", statementId=id_).status_code == 404
    assert lrs_call("GET", "statements", voidedStatementId=id_).json["id"] == id_


def test_formats(lrs_call):
    lrs_call(
        "POST", "statements", statement(object={"id": MODULE, "definition": {"name": {"en": "Module 1"}}})
    )
    (id_,) = lrs_call("POST", "statements", {**rich(), "id": str(uuid.uuid4())}, version="2.0.0").json
    short = lrs_call("GET", "statements", statementId=id_, format="ids").json
    assert short["object"] == {"id": MODULE}
    assert short["context"]["instructor"] == {"objectType": "Agent", "mbox": MENTOR["mbox"]}
    for language, name in (("sv", {"sv": "Modul 1"}), ("en-GB,sv;q=0.5", {"en": "Module 1"})):
        headers = {"Accept-Language": language}
        said = lrs_call("GET", "statements", statementId=id_, format="canonical", headers=headers).json
        assert said["object"]["definition"]["name"] == name


def test_timestamps_of_version_2_come_back_in_utc(lrs_call):
    (id_,) = lrs_call("POST", "statements", rich(), version="2.0.0").json
    assert lrs_call("GET", "statements", statementId=id_).json["timestamp"] == "2027-03-03T09:00:00.123000Z"


def parts(said, *files: tuple[dict[str, str], bytes]) -> tuple[bytes, str]:
    body = b"--limit\r\nContent-Type: application/json\r\n\r\n" + json.dumps(said).encode()
    for headers, content in files:
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        body += b"\r\n--limit\r\n" + lines.encode() + b"\r\n" + content
    return body + b"\r\n--limit--\r\n", "multipart/mixed; boundary=limit"


def with_attachment(content: bytes) -> tuple[dict, dict[str, str]]:
    sha2 = hashlib.sha256(content).hexdigest()
    described = {
        "usageType": "http://localhost:8000/letter",
        "display": {"sv": "Intyg"},
        "contentType": "application/octet-stream",
        "length": len(content),
        "sha2": sha2,
    }
    headers = {
        "Content-Type": "application/octet-stream",
        "Content-Transfer-Encoding": "binary",
        "X-Experience-API-Hash": sha2,
    }
    return statement(attachments=[described]), headers


def test_attachments_come_back_octet_by_octet(lrs_call):
    content = bytes(range(256)) + b"\r\n--limi\r\n"
    said, headers = with_attachment(content)
    body, kind = parts(said, (headers, content))
    (id_,) = lrs_call("POST", "statements", body, content_type=kind).json
    answer = lrs_call("GET", "statements", statementId=id_, attachments="true")
    assert answer.content_type.startswith("multipart/mixed; boundary=")
    assert content in answer.data
    assert lrs_call("GET", "statements", statementId=id_).content_type == "application/json"


def broken_parts() -> list[tuple[bytes, str]]:
    said, headers = with_attachment(b"abc")
    whole, kind = parts(said, (headers, b"abc"))
    return [
        parts(said, (headers, b"abd")),
        parts(said),
        parts(statement(), (headers, b"abc")),
        parts(said, ({**headers, "X-Experience-API-Hash": ""}, b"abc")),
        parts(said, ({**headers, "Content-Transfer-Encoding": "base64"}, b"abc")),
        (whole[:-9], kind),
        (whole, "multipart/mixed"),
        (whole.replace(b"application/json", b"text/plain"), kind),
        (whole.replace(b"\r\n\r\n", b"\r\n"), kind),
        (b"", kind),
    ]


@pytest.mark.parametrize("number", range(10))
def test_attachments_that_lie_or_are_broken_are_refused_whole(lrs_call, number):
    body, kind = broken_parts()[number]
    answer = lrs_call("POST", "statements", body, content_type=kind)
    assert answer.status_code == 400
    assert answer.json["detail"]
    assert lrs_call("GET", "statements").json["statements"] == []
