"""Keys come and go in public: a retired one signs no more, a compromised one proves nothing from its date on."""

from datetime import timedelta

import pytest
from cryptography import x509
from sqlalchemy import select

from app import clock
from app.awards import issuing, keys, on_record, signers, verification
from app.awards.models import SigningKey
from app.awards.signers import CannotIssue
from app.cli import main
from certificates.facts import Facts
from certificates.keys import fingerprint, new_signer, to_pem
from certificates.sign import issue, prepare

LATER = timedelta(days=2)


@pytest.fixture
def held(world):
    made = world.certified(world.tilde)
    world.session.commit()
    return made


def key_of(world):
    return world.session.scalars(select(SigningKey)).one()


def test_what_was_signed_before_the_compromise_stays_valid(world, held):
    keys.compromise(
        world.session, key_of(world), since=world.now + timedelta(hours=1), now=world.now + timedelta(days=2)
    )
    found = verification.by_file(
        world.session, on_record.pdf(world.session, held), now=world.now + timedelta(days=3)
    )
    assert found.verdict == "valid"


def test_what_was_signed_after_the_compromise_is_rejected(world, held):
    affected = keys.compromise(
        world.session, key_of(world), since=world.now - timedelta(hours=1), now=world.now + timedelta(days=2)
    )
    found = verification.by_file(
        world.session, on_record.pdf(world.session, held), now=world.now + timedelta(days=3)
    )
    assert affected == 1
    assert found.verdict == "not_genuine"
    assert next(one.code for one in found.findings if one.check == "signer") == "compromised"


def test_a_thiefs_certificate_with_an_old_date_is_rejected(world, held):
    facts = Facts.from_json(held.facts)
    thief = issue(prepare(facts, signer=signers.signer(), at=world.now - timedelta(days=30)))
    keys.compromise(
        world.session, key_of(world), since=world.now + timedelta(days=1), now=world.now + timedelta(days=2)
    )
    found = verification.by_file(world.session, thief.pdf, now=world.now + timedelta(days=3))
    assert found.verdict == "not_genuine"
    assert next(one.code for one in found.findings if one.check == "signer") == "compromised"


@pytest.mark.parametrize("how", ["retired", "compromised"])
def test_a_key_that_is_gone_signs_nothing_more_and_voids_nothing(world, held, how):
    intent = issuing.intend(
        world.session, world.decided(world.ready(world.person("Anna Exempel"))), now=world.now
    )
    world.session.commit()
    if how == "retired":
        keys.retire(world.session, key_of(world), now=world.now)
    else:
        keys.compromise(world.session, key_of(world), since=world.now - timedelta(days=1), now=world.now)
    world.session.commit()
    with pytest.raises(CannotIssue, match="retired") as told:
        issuing.finish(world.session, intent, now=world.now)
    world.session.rollback()
    assert told.value.for_now
    issuing.sweep(world.session, now=world.now + timedelta(minutes=5))
    assert intent.state == "intended"


def test_after_a_rotation_both_keys_verify(world, held, app, tmp_path):
    key, certificates = to_pem(
        new_signer("Falkvik signer", authority_name="Falkvik authority", now=world.now)
    )
    (tmp_path / "new.pem").write_bytes(key + certificates)
    keys.retire(world.session, key_of(world), now=world.now)
    app.config["SIGNING_KEY"] = str(tmp_path / "new.pem")
    later = world.certified(world.person("Anna Exempel"))
    world.session.commit()
    assert len(keys.history(world.session)) == 2
    for one in (held, later):
        file = on_record.pdf(world.session, one)
        assert (
            verification.by_file(world.session, file, now=world.now + timedelta(hours=1)).verdict == "valid"
        )


def test_a_key_that_is_not_there_stops_issuing_without_voiding(world, app):
    app.config["SIGNING_KEY"] = "/nowhere/key.p12"
    with pytest.raises(CannotIssue) as told:
        signers.signer()
    assert told.value.for_now


def test_a_date_of_compromise_only_ever_moves_back(world, held):
    found = key_of(world)
    keys.compromise(world.session, found, since=world.now - timedelta(days=1), now=world.now)
    keys.compromise(world.session, found, since=world.now - timedelta(days=2), now=world.now)
    assert found.compromised_at == world.now - timedelta(days=2)
    for since in (world.now, world.now + timedelta(days=1)):
        with pytest.raises(ValueError, match="compromised"):
            keys.compromise(world.session, found, since=since, now=world.now)


def test_the_history_is_public_and_names_every_key(app, world, held):
    keys.compromise(world.session, key_of(world), since=world.now, now=world.now)
    world.session.commit()
    client = app.test_client()
    page = client.get("/verify/keys").text
    assert key_of(world).fingerprint in page
    assert "Röjd sedan" in page
    pem = client.get(f"/verify/keys/{key_of(world).fingerprint}.pem").data
    assert fingerprint(x509.load_pem_x509_certificates(pem)[0]) == key_of(world).fingerprint
    assert client.get("/verify/keys/0000.pem").status_code == 404


def test_keys_are_retired_and_compromised_on_the_command_line(app, world, held, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: world.now + timedelta(days=2))
    run = app.test_cli_runner()
    start = key_of(world).fingerprint[:12]
    assert "in use" in run.invoke(main, ["key", "list"]).output
    assert run.invoke(main, ["key", "retire", start]).exit_code == 0
    said = run.invoke(main, ["key", "compromise", start, "--since", f"{world.now:%Y-%m-%dT%H:%M}"])
    assert "1 certificates" in said.output
    assert run.invoke(main, ["key", "retire", "ffff0000"]).exit_code == 1
    world.session.expire_all()
    assert key_of(world).compromised_at == world.now
