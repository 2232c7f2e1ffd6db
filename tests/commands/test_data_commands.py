"""Seeding, verifying, issuing and expiring from the command line."""

from datetime import timedelta

import pytest

from app import clock
from app.awards import on_record, status
from app.demo import seed as demonstration


@pytest.fixture
def stages(monkeypatch):
    """The demonstration's stages without what they make."""
    done = []
    names = [name for name, _make in demonstration.STAGES]
    monkeypatch.setattr(
        demonstration, "STAGES", tuple((name, lambda _world, name=name: done.append(name)) for name in names)
    )
    return names, done


def test_an_empty_service_is_filled_stage_by_stage(run, session, stages):
    names, done = stages
    assert run("seed").exit_code == 0
    assert done == names


def test_a_service_with_data_is_left_alone(run, world, stages):
    answer = run("seed")
    assert answer.exit_code == 0
    assert "nothing was changed" in answer.output
    assert stages[1] == []


def test_production_is_never_seeded(run, app, session, stages):
    app.config["MODE"] = "production"
    answer = run("seed")
    assert answer.exit_code == 1
    assert "production" in answer.output
    assert stages[1] == []


def test_a_genuine_file_is_verified(run, world, session, tmp_path):
    file = tmp_path / "certifikat.pdf"
    file.write_bytes(on_record.pdf(session(), world.certificate))
    answer = run("verify", file)
    assert answer.exit_code == 0, answer.output
    assert world.certificate.serial in answer.output
    assert "Tilde Påhitt" in answer.output


def test_an_edited_file_fails_and_says_which_check(run, world, session, tmp_path):
    pdf = bytearray(on_record.pdf(session(), world.certificate))
    pdf[len(pdf) // 3] ^= 1
    file = tmp_path / "certifikat.pdf"
    file.write_bytes(bytes(pdf))
    answer = run("verify", file)
    assert answer.exit_code == 1
    assert "not genuine" in answer.output
    assert "failed" in answer.output


def test_what_was_interrupted_is_finished(run, world):
    assert "0 certificates finished" in run("issue").output


def test_a_certificate_whose_last_day_has_passed_is_noted_once(run, world, session, monkeypatch):
    held = world.pollinator
    after = clock.now() + timedelta(days=3 * 366)
    monkeypatch.setattr(clock, "now", lambda: after)
    assert "1 certificates have expired" in run("expire").output
    assert status.status(session(), held, on=clock.local_date(after)) == "expired"
    assert "0 certificates have expired" in run("expire").output
