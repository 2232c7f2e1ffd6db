"""Inviting lists and erasing people from the command line: nothing happens without --yes."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.accounts.models import Invitation, Person

HEAD = "E-post;Namn;Roll\r\n"


@pytest.fixture
def a_list(tmp_path):
    def write(*rows: str) -> Path:
        path = tmp_path / "people.csv"
        path.write_bytes((HEAD + "\r\n".join(rows)).encode("cp1252"))
        return path

    return write


def invited(session) -> int:
    return session.scalar(select(func.count()).select_from(Invitation))


def ask(run, path, *more):
    return run(
        "import",
        "people",
        path,
        "--organisation",
        "Falkviks kommun",
        "--by",
        "ada.demolin@example.org",
        *more,
    )


def test_a_list_is_shown_first_and_invited_on_request(run, world, session, a_list):
    path = a_list("nils@example.org;Nils Fiktiv;deltagare", "asa.ek@example.org;Åsa Ek;")
    shown = ask(run, path)
    assert shown.exit_code == 0, shown.output
    assert "2 would be invited" in shown.output
    assert invited(session) == 0
    done = ask(run, path, "--yes")
    assert "2 invited" in done.output, done.output
    assert invited(session) == 2


def test_a_bad_cell_is_named_and_nobody_is_invited(run, world, session, a_list):
    answer = ask(run, a_list("nils@example.org;Nils;deltagare", "not an address;Bo;kung"), "--yes")
    assert answer.exit_code == 1
    assert "row 3, column A (E-post)" in answer.output
    assert "row 3, column C (Roll)" in answer.output
    assert invited(session) == 0


def test_an_unknown_organisation_is_said(run, world, a_list):
    path = a_list("nils@example.org;Nils;")
    answer = run("import", "people", path, "--organisation", "Atlantis", "--by", "ada.demolin@example.org")
    assert answer.exit_code == 1
    assert "Atlantis" in answer.output


def test_erasing_is_shown_first(run, world, session):
    answer = run("erase", world.tilde.email, "--reason", "bad om det")
    assert answer.exit_code == 0, answer.output
    assert "Nothing was changed" in answer.output
    session.expire_all()
    assert session.get(Person, world.tilde.id).erased_at is None


def test_erasing_is_done_on_request(run, world, session):
    email, code = world.tilde.email, world.certificate.code
    answer = run("erase", email, "--reason", "bad om det", "--yes")
    assert answer.exit_code == 0, answer.output
    session.rollback()
    session.expire_all()
    person = session.get(Person, world.tilde.id)
    assert person.name == ""
    assert person.erased_at is not None
    assert run("audit").exit_code == 0
    assert code
    again = run("erase", email, "--reason", "igen", "--yes")
    assert "Nobody has an account" in again.output
