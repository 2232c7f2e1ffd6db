import json
import re

import pytest

from app.commands.record import record
from tests.lrs.statements import LEARNER, VOIDED, statement
from tests.xapi.conftest import Caller
from tests.xapi.test_statements import parts, with_attachment


def test_a_credential_made_on_the_command_line_opens_the_store_until_it_is_revoked(app, organisation):
    organisation("Granåsa kommun")
    run = app.test_cli_runner()
    from_shell = run.invoke(record, args=["credential", "--scope", "all", "--organisation", "Granåsa kommun"])
    found = re.fullmatch(r"key     (\S+)\nsecret  (\S+)\n", from_shell.output)
    assert found, from_shell.output
    call = Caller(app, *found.groups())
    assert call("POST", "statements", statement()).status_code == 200
    assert "revoked" in run.invoke(record, args=["revoke", call.key]).output
    assert call("GET", "statements").status_code == 401


def test_an_organisation_that_is_not_there_is_said_so(app):
    run = app.test_cli_runner()
    answer = run.invoke(record, args=["credential", "--scope", "all", "--organisation", "Nowhere"])
    assert answer.exit_code == 1
    assert "No organisation is called 'Nowhere'" in answer.output


def test_statements_go_out_and_come_in_elsewhere_and_again_without_doubles(
    app, caller, organisation, tmp_path
):
    organisation("Granåsa kommun"), organisation("Sundmåla kommun")
    run, file = app.test_cli_runner(), tmp_path / "statements.jsonl"
    key, secret = re.findall(
        r"\S{32,}",
        run.invoke(record, args=["credential", "--scope", "all", "--organisation", "Granåsa kommun"]).output,
    )
    call = Caller(app, key, secret)
    ids = json.loads(call("POST", "statements", [statement() for _ in range(7)]).data)
    void = {"actor": LEARNER, "verb": {"id": VOIDED}, "object": {"objectType": "StatementRef", "id": ids[0]}}
    ids += json.loads(call("POST", "statements", void).data)
    assert run.invoke(record, args=["export", str(file), "--organisation", "Granåsa kommun"]).exit_code == 0
    assert [json.loads(line)["id"] for line in file.read_text().splitlines()] == ids
    again = ["import", str(file), "--organisation", "Sundmåla kommun"]
    assert "8 statements stored, 0 were there already." in run.invoke(record, args=again).output
    assert "0 statements stored, 8 were there already." in run.invoke(record, args=again).output


def test_a_line_that_is_no_statement_is_named(app, organisation, tmp_path):
    organisation("Granåsa kommun")
    file = tmp_path / "statements.jsonl"
    file.write_text(json.dumps(statement()) + "\n{}\n")
    answer = app.test_cli_runner().invoke(
        record, args=["import", str(file), "--organisation", "Granåsa kommun"]
    )
    assert answer.exit_code == 1
    assert "line 2: actor: it is required" in answer.output


PICTURE = bytes(range(256)) + b"\r\n"


@pytest.fixture
def carried(app, caller, organisation, tmp_path):
    """Export two statements that share an attachment, and import them elsewhere: what the import said, and a caller
    there. What is called with the folder in between may change it."""
    sender, receiver = caller(owner=organisation("Granåsa")), caller(owner=organisation("Sundmåla"))
    said, headers = with_attachment(PICTURE)
    body, kind = parts(said, (headers, PICTURE))
    for _ in range(2):
        assert sender("POST", "statements", body, content_type=kind).status_code == 200
    file, folder = tmp_path / "statements.jsonl", tmp_path / "attachments"

    def carry(between=lambda folder: None):
        run = app.test_cli_runner()
        beside = [str(file), "--attachments", str(folder), "--organisation"]
        for _ in range(2):  # a second export adds nothing
            assert run.invoke(record, args=["export", *beside, "Granåsa"]).exit_code == 0
        assert [one.name for one in folder.iterdir()] == [headers["X-Experience-API-Hash"]]
        between(folder)
        return run.invoke(record, args=["import", *beside, "Sundmåla"]), receiver

    return carry


def test_attachments_go_out_once_and_come_in_elsewhere(carried):
    answer, receiver = carried()
    assert "2 statements stored, 0 were there already.\n2 attachments read, 0 are missing." in answer.output
    assert PICTURE in receiver("GET", "statements", attachments="true").data


def test_an_attachment_that_is_missing_is_counted(carried):
    answer, receiver = carried(lambda folder: [one.unlink() for one in folder.iterdir()])
    assert "0 attachments read, 2 are missing." in answer.output
    assert len(receiver("GET", "statements").json["statements"]) == 2


def test_a_file_that_is_another_than_its_name_says_stores_nothing(carried):
    answer, receiver = carried(lambda folder: [one.write_bytes(b"x") for one in folder.iterdir()])
    assert answer.exit_code == 1
    assert "is not the attachment that its name says" in answer.output
    assert receiver("GET", "statements").json["statements"] == []
