"""Issuing survives whatever happens to its process, disk, database and network: the short form of ``./run faults``.

Every fault has its negative control: an issuer, or a disk, that has to be caught.
"""

import json
import subprocess
import sys

import pytest

from bench.faults import acts, network
from bench.faults.world import prepared


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request, databases):
    return request.param


def _wrong(rounds):
    return [(where, found) for where, found in rounds if found]


def test_a_worker_killed_at_any_commit_leaves_work_that_ends_with_each_certificate_once(kind, tmp_path):
    with prepared(kind, tmp_path, 4) as (app, restore):
        rounds = list(acts.at_commits(app, restore, tmp_path))
    assert len(rounds) >= 6, "fewer commits than three for each group of certificates"
    assert _wrong(rounds) == []


@pytest.mark.parametrize("strike", ["answer lost", "cut off"])
def test_a_connection_that_breaks_at_a_commit_leaves_each_certificate_once(kind, strike, tmp_path):
    with prepared(kind, tmp_path, 1) as (app, restore):
        rounds = list(acts.at_commits(app, restore, tmp_path, strike=strike))
    assert rounds
    assert _wrong(rounds) == []


def test_an_issuer_that_does_not_look_at_what_was_made_is_caught(tmp_path):
    with prepared("sqlite", tmp_path, 2, naive=True) as (app, restore):
        rounds = list(acts.at_commits(app, restore, tmp_path, naive=True, step=2))
    assert any("2 certificates for one person" in found for _where, found in rounds)


def test_four_processes_that_issue_the_same_batch_at_once_issue_each_certificate_once(kind, tmp_path):
    with prepared(kind, tmp_path, 10) as (app, restore):
        assert _wrong(acts.race(app, restore, 4)) == []


def test_four_processes_that_do_not_look_are_caught(tmp_path):
    with prepared("sqlite", tmp_path, 2, naive=True) as (app, restore):
        [(_where, found)] = acts.race(app, restore, 4, naive=True)
    assert "4 certificates for one person" in found


def test_a_disk_that_fails_fills_up_or_loses_power_leaves_each_certificate_once():
    """In a program of its own, which the failing disk is preloaded into. Not syncing is the negative control."""
    command = [sys.executable, "-m", "bench.faults", "disk", "--short"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    told, control, *_ = (json.loads(line) for line in done.stdout.splitlines() if line.startswith("{"))
    assert (told["faults"], told["violations"]) == (15, 0), done.stderr
    assert control["violations"] > 0
    assert done.returncode == 0


def test_authorities_and_mail_servers_that_fail_lose_and_double_nothing(tmp_path):
    with prepared("sqlite", tmp_path, 2) as (app, restore):
        restore()
        rounds = list(network.outages(app, tmp_path))
    assert [where for where, _found in rounds] == [
        *(f"network {mode}" for mode in network.MODES),
        "network healed",
    ]
    assert _wrong(rounds) == []


@pytest.mark.parametrize(
    ("control", "caught"), [("mail", "a letter is failed"), ("timestamp", "no timestamp that holds")]
)
def test_who_gives_up_or_believes_everybody_is_caught(control, caught, tmp_path):
    with prepared("sqlite", tmp_path, 1) as (app, restore):
        restore()
        rounds = list(network.outages(app, tmp_path, naive=control))
    assert any(caught in one for _where, found in rounds for one in found)
