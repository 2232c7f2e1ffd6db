"""A press in another process does what one here does, says what it could not do, and ends with whoever started it."""

from __future__ import annotations

import pickle
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest

from certificates.facts import Facts
from certificates.keys import Signer
from certificates.pressroom import Gone, PressRoom
from certificates.template import ATTENDANCE, STANDARD
from certificates.verify import KnownSigner, verify
from tests.certificates.conftest import AT

NOBODY_CAN_DRAW = "Berit \U00013000"


@pytest.fixture
def room(signer: Signer) -> Iterator[PressRoom]:
    room = PressRoom(signer)
    yield room
    room.close()


@pytest.mark.parametrize("kind", ["signer", "rsa_signer"])
def test_what_it_issues_is_valid(kind: str, request: pytest.FixtureRequest, plain: Facts) -> None:
    signer: Signer = request.getfixturevalue(kind)
    room = PressRoom(signer)
    turn = room.begin()
    another = replace(plain, serial="GRAN-2027-000077")
    for facts in (plain, another):
        room.draw(turn, facts.to_json(), STANDARD, at=AT)
    assert room.undrawn(turn) == []
    room.issue(turn, [(plain.to_json(), STANDARD), (another.to_json(), ATTENDANCE)], at=AT)
    known = [KnownSigner(signer.certificate, chain=signer.chain)]
    for made, facts in zip(room.issued(turn), (plain, another), strict=True):
        assert made is not None
        assert verify(made.pdf, known=known, at=AT).facts == facts
    room.close()


def test_what_cannot_be_drawn_is_named_and_the_rest_is_issued(room: PressRoom, plain: Facts) -> None:
    turn = room.begin()
    sheets = [replace(plain, holder=name) for name in ("Anna Exempel", NOBODY_CAN_DRAW, "Cilla Exempel")]
    for facts in sheets:
        room.draw(turn, facts.to_json(), STANDARD, at=AT)
    assert room.undrawn(turn) == [1]
    room.issue(turn, [(facts.to_json(), STANDARD) for facts in sheets], at=AT)
    assert [made is None for made in room.issued(turn)] == [False, True, False]


def test_answers_that_nobody_waited_for_are_passed_over(room: PressRoom, plain: Facts) -> None:
    turn = room.begin()
    room.draw(turn, replace(plain, holder=NOBODY_CAN_DRAW).to_json(), STANDARD, at=AT)
    room.issue(turn, [(plain.to_json(), STANDARD)] * 30, at=AT)
    turn = room.begin()
    another = replace(plain, holder="Cilla Exempel")
    room.draw(turn, another.to_json(), STANDARD, at=AT)
    assert room.undrawn(turn) == []
    room.issue(turn, [(another.to_json(), STANDARD)], at=AT)
    assert [made and made.facts.holder for made in room.issued(turn)] == ["Cilla Exempel"]


def test_while_some_are_issued_others_are_drawn(room: PressRoom, plain: Facts) -> None:
    first, second = room.begin(), room.begin()
    room.issue(first, [(plain.to_json(), STANDARD)] * 30, at=AT)  # more than a pipe holds
    for _ in range(200):
        room.draw(second, plain.to_json(), STANDARD, at=AT)
    room.draw(second, replace(plain, holder=NOBODY_CAN_DRAW).to_json(), STANDARD, at=AT)
    assert all(room.issued(first))
    assert room.undrawn(second) == [200]


def test_whoever_asks_learns_that_it_is_gone(room: PressRoom, plain: Facts) -> None:
    room.process.kill()
    room.process.wait()
    turn = room.begin()
    with pytest.raises(Gone):
        room.issue(turn, [(plain.to_json(), STANDARD)], at=AT)
    with pytest.raises(Gone):
        room.issued(turn)


def test_one_that_hangs_is_given_up(room: PressRoom, plain: Facts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("certificates.pressroom._PATIENCE", 0.1)
    room.process.send_signal(signal.SIGSTOP)
    turn = room.begin()
    room.issue(turn, [(plain.to_json(), STANDARD)], at=AT)
    with pytest.raises(Gone):
        room.issued(turn)
    assert room.process.wait() == -signal.SIGKILL


def test_it_says_when_it_has_started(signer: Signer) -> None:
    room = PressRoom(signer)
    assert room.process.stdout is not None
    select.select([room.process.stdout], [], [], 60)
    assert room.ready()
    assert room.ready()
    room.close()


def test_it_ends_when_nobody_holds_its_pipes(signer: Signer) -> None:
    room = PressRoom(signer)
    room.close()
    assert room.process.returncode == 0


STARTED_AND_KILLED = """
import os, signal
from datetime import UTC, datetime
from certificates.keys import new_signer
from certificates.pressroom import PressRoom
PressRoom(new_signer("A signer", authority_name="An authority", now=datetime(2027, 3, 3, tzinfo=UTC)))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_it_ends_when_whoever_started_it_is_killed() -> None:
    # it holds the same standard error, so this waits for both
    run = subprocess.run([sys.executable, "-c", STARTED_AND_KILLED], stderr=subprocess.PIPE, timeout=120)
    assert run.returncode == -signal.SIGKILL, run.stderr


def test_a_key_that_stays_on_its_device_is_not_handed_on(signer: Signer) -> None:
    class OnADevice:
        def public_key(self) -> object:
            return signer.certificate.public_key()

        def sign_data(self, _data: bytes) -> bytes:
            raise AssertionError

    with pytest.raises(ValueError, match="handed on"):
        PressRoom(Signer(OnADevice(), signer.certificate))


@pytest.mark.parametrize("template", [STANDARD, ATTENDANCE], ids=lambda one: one.name)
def test_a_template_arrives_as_it_was_sent(template: object) -> None:
    assert pickle.loads(pickle.dumps(template)) == template
