"""Passkeys, with a device in software."""

import pytest

from app.accounts.service import close_account
from tests.accounts.authenticator import Authenticator


@pytest.fixture
def settings():
    return {"SERVICE_URL": "http://localhost:8000"}


@pytest.fixture
def device():
    return Authenticator()


@pytest.fixture
def pia(person):
    return person("Pia Påhitt")


@pytest.fixture
def mine(browse, pia):
    return browse(pia)


def add(client, device, **more):
    options = client.post("/settings/passkeys/ask", json={}).get_json()
    return client.post("/settings/passkeys", json={"answer": device.make(options), "name": "Mobilen", **more})


def enter(client, device, **more):
    options = client.post("/sign-in/passkey/ask", json={}).get_json()
    return client.post("/sign-in/passkey", json={"answer": device.use(options), **more})


def test_a_passkey_signs_in_without_a_password(app, mine, device):
    assert add(mine, device).status_code == 200
    other = app.test_client()
    answer = enter(other, device, next="/activity")
    assert (answer.status_code, answer.get_json()["next"]) == (200, "/activity")
    assert other.get("/settings").status_code == 200
    assert "Mobilen" in other.get("/settings/passkeys").text


def test_a_challenge_is_answered_once(app, mine, device):
    add(mine, device)
    other = app.test_client()
    options = other.post("/sign-in/passkey/ask", json={}).get_json()
    answer = {"answer": device.use(options)}
    assert other.post("/sign-in/passkey", json=answer).status_code == 200
    other.post("/sign-out")
    assert other.post("/sign-in/passkey", json=answer).status_code == 422


def test_another_sites_answer_is_refused(app, mine, device):
    add(mine, device)
    device.origin = "http://ond.example"
    assert enter(app.test_client(), device).status_code == 422


def test_a_device_that_does_not_verify_the_person_is_refused(app, mine, device):
    add(mine, device)
    device.verifies = False
    assert enter(app.test_client(), device).status_code == 422


def test_a_copied_device_with_an_old_counter_is_refused(app, mine, device):
    add(mine, device)
    enter(app.test_client(), device)
    device.count = 0
    assert enter(app.test_client(), device).status_code == 422


def test_an_unknown_passkey_is_refused(app, mine, device):
    add(mine, device)
    assert enter(app.test_client(), Authenticator()).status_code == 422


def test_a_forged_signature_is_refused(app, mine, device):
    add(mine, device)
    forger = Authenticator()
    forger.id = device.id
    assert enter(app.test_client(), forger).status_code == 422


@pytest.mark.parametrize(
    "answer", [None, {}, {"rawId": "!!"}, {"rawId": 5}, {"rawId": "AAAA", "response": None}]
)
def test_nonsense_is_refused(client, answer):
    client.post("/sign-in/passkey/ask", json={})
    assert client.post("/sign-in/passkey", json={"answer": answer}).status_code == 422


def test_the_passkey_of_a_closed_account_is_refused(app, session, mine, device, pia, now):
    add(mine, device)
    close_account(session, pia, by=pia.id, now=now)
    session.commit()
    assert enter(app.test_client(), device).status_code == 422


def test_the_same_passkey_is_not_added_to_two_accounts(browse, person, mine, device):
    add(mine, device)
    assert add(browse(person("Per Exempel")), device).status_code == 422


def test_a_passkey_is_not_added_without_a_fresh_proof(mine, device):
    with mine.session_transaction() as kept:
        kept["fresh_at"] = 0
    assert mine.post("/settings/passkeys/ask", json={}).status_code == 403
    assert (
        mine.post("/settings/passkeys", json={"answer": device.make({"challenge": "AAAA"})}).status_code
        == 403
    )


def test_a_passkey_gives_a_fresh_proof_to_its_own_person_only(browse, person, mine, device):
    add(mine, device)
    per = browse(person("Per Exempel"))
    for client, expected in ((mine, 200), (per, 422)):
        with client.session_transaction() as kept:
            kept["fresh_at"] = 0
        assert enter(client, device).status_code == expected


def test_the_only_way_to_sign_in_cannot_be_removed(mine, device, pia, session):
    add(mine, device)
    session.expire_all()
    passkey = pia.webauthn[0].id
    mine.post(f"/settings/passkeys/{passkey}/remove")
    session.expire_all()
    assert len(pia.webauthn) == 1
    pia.password = "$argon2id$x"
    session.commit()
    mine.post(f"/settings/passkeys/{passkey}/remove")
    session.expire_all()
    assert pia.webauthn == []


def test_somebody_elses_passkey_cannot_be_removed(browse, person, mine, device, pia, session):
    add(mine, device)
    session.expire_all()
    per = browse(person("Per Exempel"))
    assert per.post(f"/settings/passkeys/{pia.webauthn[0].id}/remove").status_code == 404
