"""From a decision to a document: once, numbered without gaps, frozen."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DatabaseError

from app.awards import issuing, on_record, presses, signers, verification
from app.awards.models import Certificate, Decision, Rendition
from app.awards.signers import CannotIssue
from app.evidence.models import EvidenceItem
from app.lrs import service as lrs
from app.mail import Mail
from certificates.sign import SigningError


def test_a_certificate_states_what_was_decided(world):
    made = world.certified(world.tilde)
    facts = on_record.describe(made)
    assert (facts["serial"], facts["holder"]) == ("2027-000001", "Tilde Påhitt")
    assert made.state == "issued"


def test_the_holder_is_told_and_the_record_has_it_once(world):
    made = world.certified(world.tilde)
    letters = world.session.scalars(select(Mail).where(Mail.kind == "certificate_issued")).all()
    items = world.session.scalars(select(EvidenceItem).where(EvidenceItem.kind == "certificate")).all()
    assert [one.to for one in letters] == ["tilde.pahitt@example.org"]
    assert [one.facts["certificate"] for one in items] == [str(made.id)]
    assert lrs.get(world.session, world.consortium.id, items[0].statement_id) is not None


def test_intending_and_finishing_again_change_nothing(world):
    found = world.ready(world.tilde)
    decision = world.decided(found)
    once, again = (issuing.intend(world.session, decision, now=world.now) for _ in range(2))
    world.session.commit()
    for _ in range(2):
        issuing.finish(world.session, once, now=world.now)
        world.session.commit()
    assert again.id == once.id
    assert len(world.session.scalars(select(Rendition)).all()) == 1
    assert len(world.session.scalars(select(Mail).where(Mail.kind == "certificate_issued")).all()) == 1


def test_serials_have_no_gaps_where_a_transaction_was_rolled_back(world):
    numbers = []
    for position, name in enumerate(("Anna", "Berit", "Cilla", "Disa")):
        found = world.ready(world.person(f"{name} Exempel"))
        world.session.commit()
        intent = issuing.intend(world.session, world.decided(found), now=world.now)
        if position % 2:
            world.session.rollback()
            continue
        world.session.commit()
        numbers.append(intent.number)
    assert numbers == [1, 2]
    assert on_record.unexplained_gaps(world.session, world.consortium.id) == []


def test_a_crash_between_the_two_commits_is_finished_by_the_sweeper(world):
    intent = issuing.intend(world.session, world.decided(world.ready(world.tilde)), now=world.now)
    world.session.commit()
    serial, later = intent.serial, world.now + timedelta(minutes=5)
    assert issuing.sweep(world.session, now=later) == 1
    assert (intent.state, intent.serial) == ("issued", serial)
    assert issuing.sweep(world.session, now=later) == 0


def test_an_intent_that_cannot_be_drawn_is_voided_with_the_reason_and_its_number_stays(world, monkeypatch):
    intent = issuing.intend(world.session, world.decided(world.ready(world.tilde)), now=world.now)
    world.session.commit()
    press = presses.press(signers.signer())
    monkeypatch.setattr(
        press, "issue", lambda *_a, **_k: (_ for _ in ()).throw(issuing.DoesNotFit("no room"))
    )
    issuing.sweep(world.session, now=world.now + timedelta(minutes=5))
    assert intent.state == "voided"
    assert "no room" in intent.void_reason
    assert on_record.unexplained_gaps(world.session, world.consortium.id) == []
    assert verification.by_code(world.session, intent.code, now=world.now).verdict == "unknown"


def test_a_key_that_does_not_answer_voids_nothing(world, monkeypatch):
    intent = issuing.intend(world.session, world.decided(world.ready(world.tilde)), now=world.now)
    world.session.commit()
    with monkeypatch.context() as broken:
        broken.setattr(
            presses.press(signers.signer()),
            "issue",
            lambda *_a, **_k: (_ for _ in ()).throw(SigningError("away")),
        )
        issuing.sweep(world.session, now=world.now + timedelta(minutes=5))
        assert intent.state == "intended"
    issuing.sweep(world.session, now=world.now + timedelta(minutes=7))
    assert intent.state == "issued"


@pytest.mark.parametrize("name", ["Tilde 🦊 Påhitt", "Tilde \U00013000"])
def test_a_sign_that_no_font_has_is_named_before_a_decision_is_stored(world, name):
    odd = world.person("Tilly Exempel")
    odd.name = name
    found = world.ready(odd)
    world.session.commit()
    decision = world.decided(found)
    with pytest.raises(CannotIssue) as told:
        issuing.intend(world.session, decision, now=world.now)
    world.session.rollback()
    assert next(sign for sign in name if ord(sign) > 0x3000) in str(told.value)
    assert world.session.scalars(select(Decision)).all() == []
    assert found.state == "open"


def test_a_name_of_200_signs_is_drawn_whole_or_refused_with_a_reason(world):
    long = world.person("Långe Exempel")
    long.name = ("Margareta Elisabet " * 11)[:200].strip()
    made = world.issued(world.ready(long))
    assert made.holder == long.name
    assert (
        verification.by_file(world.session, on_record.pdf(world.session, made), now=world.now).verdict
        == "valid"
    )


@pytest.mark.parametrize(
    "column", ["serial", "number", "code", "facts", "holder", "valid_until", "decision_id"]
)
def test_what_a_certificate_states_never_changes(world, column):
    made = world.certified(world.tilde)
    world.session.commit()
    with pytest.raises(DatabaseError, match="append-only"):
        world.session.execute(update(Certificate).values({column: getattr(made, column)}))


def test_a_scheme_that_has_no_end_gives_a_certificate_without_one(world):
    assert world.certified(world.tilde).valid_until is None


def test_the_roles_of_the_scheme_come_with_the_certificate(world):
    made = world.pollinator(world.tilde)
    assert "coach" in world.roles(world.tilde, world.now)
    assert "coach" not in world.roles(world.tilde, world.now + timedelta(days=3 * 365))
    assert made.valid_until is not None
