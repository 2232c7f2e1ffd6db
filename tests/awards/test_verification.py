"""Anybody verifies: by the code or by the file. What cannot be checked is never valid."""

from datetime import timedelta
from io import BytesIO

import pytest

from app import clock
from app.accounts.data import erase_person
from app.awards import issuing, on_record, signers, status, verification
from app.awards.models import SigningKey
from certificates.facts import Facts
from certificates.keys import development_ca
from certificates.sign import issue, prepare

DAY = timedelta(days=1)


@pytest.fixture
def held(world):
    return world.pollinator(world.tilde)


@pytest.fixture
def file(world, held) -> bytes:
    return on_record.pdf(world.session, held)


def by_file(world, content: bytes, now=None) -> str:
    return verification.by_file(world.session, content, now=now or world.now).verdict


def by_code(world, code: str, now=None) -> str:
    return verification.by_code(world.session, code, now=now or world.now).verdict


def test_a_genuine_certificate_is_valid_by_code_and_by_file(world, held, file):
    assert (by_code(world, held.code), by_file(world, file)) == ("valid", "valid")


@pytest.mark.parametrize("typed", [str.lower, lambda code: code.replace("-", ""), lambda code: f" {code} "])
def test_the_code_may_be_typed_in_any_way(world, held, typed):
    assert by_code(world, typed(held.code)) == "valid"


def test_an_unknown_code_says_so(world, held):
    assert by_code(world, held.code[:-1] + ("A" if held.code[-1] != "A" else "B")) == "unknown"


def test_no_edited_byte_passes(world, file):
    for place in range(200, len(file), len(file) // 23):
        edited = bytearray(file)
        edited[place] ^= 1
        assert by_file(world, bytes(edited)) != "valid", place


def test_appended_bytes_do_not_pass(world, file):
    assert by_file(world, file + b"\n% more\n") == "not_genuine"


def test_the_same_facts_signed_with_another_key_do_not_pass(world, held, tmp_path):
    other = development_ca(tmp_path, now=world.now - 400 * DAY)
    forged = issue(prepare(Facts.from_json(held.facts), signer=other, at=world.now))
    assert by_file(world, forged.pdf) == "not_genuine"


def test_a_file_that_the_right_key_signed_but_nobody_issued_does_not_pass(world, held):
    again = issue(prepare(Facts.from_json(held.facts), signer=signers.signer(), at=world.now + DAY))
    assert by_file(world, again.pdf, now=world.now + DAY) == "not_genuine"


def test_any_other_file_is_unknown(world, held):
    assert (by_file(world, b"%PDF-1.7 nothing"), by_file(world, b"hello")) == ("unknown", "unknown")


def test_status_shows_by_code_and_by_file(world, held, file):
    def answers(now):
        found = verification.by_code(world.session, held.code, now=now)
        return found.register.status, found.verdict, by_file(world, file, now)

    by = world.ruben.id
    status.suspend(
        world.session, held, reason="Prövas.", until=world.now.date() + 5 * DAY, by=by, now=world.now
    )
    assert answers(world.now) == ("suspended", "not_in_force", "not_in_force")
    assert answers(world.now + 6 * DAY) == ("active", "valid", "valid")
    status.withdraw(world.session, held, reason="Fel.", by=by, now=world.now + 7 * DAY)
    assert answers(world.now + 7 * DAY) == ("withdrawn", "not_in_force", "not_in_force")
    assert answers(world.now + 900 * DAY)[0] == "withdrawn"


def test_an_expired_certificate_is_genuine_and_not_in_force(world, held, file):
    after = world.now + 800 * DAY
    assert (by_code(world, held.code, after), by_file(world, file, after)) == ("not_in_force", "not_in_force")


def test_a_superseded_certificate_names_the_one_that_replaced_it(world, held, file):
    new = status.replace(world.session, held, reason="Nytt namn.", by=world.ruben.id, now=world.now)
    issuing.finish(world.session, new, now=world.now)
    found = verification.by_file(world.session, file, now=world.now)
    assert (found.verdict, found.register.status) == ("not_in_force", "superseded")
    assert found.register.replaced_by.id == new.id


def test_verification_answers_after_the_account_is_erased(world, held, file):
    erase_person(world.session, world.tilde, by=None, now=world.now)
    world.session.commit()
    found = verification.by_code(world.session, held.code, now=world.now)
    assert (found.verdict, found.register.facts.holder) == ("valid", "Tilde Påhitt")
    assert by_file(world, file) == "valid"


def test_a_file_signed_by_a_key_that_was_stolen_before_is_not_valid(world, held, file):
    key = world.session.query(SigningKey).one()
    key.compromised_at = world.now - 300 * DAY
    world.session.flush()
    assert by_file(world, file) != "valid"


@pytest.mark.parametrize("edited", [False, True])
def test_the_page_says_what_was_found(client, world, held, file, monkeypatch, edited):
    monkeypatch.setattr(clock, "now", lambda: world.now)
    world.session.commit()
    content = file[:-1] + bytes([file[-1] ^ 1]) if edited else file
    page = client.post("/verify", data={"file": (BytesIO(content), "certifikat.pdf")})
    assert page.status_code == 200
    assert "Tilde Påhitt" in page.text
    assert by_file(world, content) == ("not_genuine" if edited else "valid")
