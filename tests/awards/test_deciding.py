"""Decisions: who may take them, what they rest on, and that anyone can recompute them."""

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from app import clock
from app.awards import deciding, decision_views, issuing, waivers
from app.awards.deciding import DecisionRefused
from app.awards.models import Certificate, Decision
from app.db import db, new_id, writing
from app.demo import factories as make
from app.events import EvidenceVoided
from app.evidence import service as evidence
from app.learners import service as learners
from app.ledger import service as ledger
from tests.accounts.browser import sign_in

ROOT = Path(__file__).resolve().parents[2]


def refusal(world, found, **more) -> str:
    with pytest.raises(DecisionRefused) as caught:
        world.decided(found, **more)
    return caught.value.reason


def test_a_certifier_grants_what_is_met(world):
    decision = world.decided(world.ready(world.tilde))
    assert (decision.kind, decision.outcome["met"], decision.person_id) == ("grant", True, world.tilde.id)


def test_what_is_not_met_cannot_be_granted_and_the_missing_criteria_are_named(world):
    found = make.candidacy(world.session, world.tilde, "participant", now=world.now)
    with pytest.raises(DecisionRefused) as caught:
        world.decided(found)
    assert caught.value.reason == "not_met"
    assert set(caught.value.missing) == {"training-hours", "attendance", "self-check"}


def test_a_refusal_closes_the_candidacy_with_its_reason(world):
    found = make.candidacy(world.session, world.tilde, "participant", now=world.now)
    decision = world.decided(found, grant=False)
    assert (decision.kind, decision.reason, found.state) == ("refuse", "Granskat.", "refused")


def test_a_decision_without_a_reason_is_refused(world):
    found = world.ready(world.tilde)
    with pytest.raises(DecisionRefused, match="no_reason"):
        deciding.decide(world.session, found, grant=True, reason=" \n", by=world.cleo.id, now=world.now)
    assert found.state == "open"


def test_nobody_decides_on_themselves(world):
    found = world.ready(world.cleo)
    assert refusal(world, found, by=world.cleo) == "oneself"


def test_who_is_no_certifier_does_not_decide(world):
    assert refusal(world, world.ready(world.tilde), by=world.trainer) == "not_authorised"


@pytest.mark.parametrize("act", ["trained", "mentored", "observed", "examined"])
def test_who_took_part_does_not_decide(world, act):
    found, at, s = world.ready(world.tilde), world.now, world.session
    match act:
        case "trained":
            make.attended(s, world.tilde, at=at, minutes=60, of_minutes=60, trainer=world.cleo)
        case "mentored":
            make.mentored(s, world.tilde, world.cleo, at=at, minutes=60)
        case "observed":
            make.observed(s, world.tilde, world.cleo, at=at)
        case _:
            make.graded(s, world.tilde, "plan", 80, world.cleo, at=at)
    assert refusal(world, found) == "involved"
    assert world.decided(found, by=world.ruben).kind == "grant"


def test_a_decision_about_oneself_cannot_be_inserted_past_the_service(world):
    decision = world.decided(world.ready(world.tilde))
    world.session.flush()
    row = {one.key: getattr(decision, one.key) for one in Decision.__mapper__.column_attrs}
    row |= {"id": new_id(), "kind": "suspend", "taken_by": decision.person_id}
    with pytest.raises(IntegrityError, match="not_oneself"):
        world.session.execute(insert(Decision).values(**row))


def test_who_has_stepped_back_is_not_decided_on(world):
    found = world.ready(world.tilde)
    learners.withdraw(world.session, found, by=world.tilde.id, now=world.now)
    assert refusal(world, found) == "closed"


def test_a_second_decision_is_told_that_there_is_one(world):
    found = world.ready(world.tilde)
    world.decided(found)
    assert refusal(world, found, by=world.ruben) == "already_decided"


@pytest.mark.parametrize("void_one", [False, True])
def test_a_decision_recomputes_from_its_files_and_the_rules_alone(world, tmp_path, void_one):
    found = world.ready(world.tilde)
    if void_one:  # what was taken back before the decision is no part of it
        make.training(world.session, world.tilde, at=world.now, minutes=30, unit="extra")
        item = evidence.of_person(world.session, owner=world.consortium.id, person=world.tilde.id)[-1]
        voided = EvidenceVoided(
            id=new_id(), person=world.tilde.id, at=world.now, statement=item.statement_id, reason="fel"
        )
        ledger.record(world.session, voided, by=world.cleo.id, now=world.now)
    decision = world.decided(found)
    exported = deciding.export(world.session, decision)
    assert exported["digest"] == decision.digest
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "rules").symlink_to(ROOT / "app" / "rules")
    (tmp_path / "decision.json").write_text(json.dumps(exported))
    program = (
        "import json, sys; sys.path.insert(0, '.')\n"
        "from app.rules.decision import recompute\n"
        "exported = json.load(open('decision.json'))\n"
        "assert recompute(exported).met\n"
        "exported['evidence'][0]['minutes'] = 1\n"
        "try: recompute(exported)\n"
        "except Exception as error: print(type(error).__name__)\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.stdout.strip(), done.stderr) == ("Mismatch", "")


def test_evidence_taken_back_after_the_decision_changes_nothing_in_it(world):
    decision = world.decided(world.ready(world.tilde))
    world.session.commit()
    item = evidence.of_person(world.session, owner=world.consortium.id, person=world.tilde.id)[0]
    later = world.now.replace(hour=12)
    event = EvidenceVoided(
        id=new_id(), person=world.tilde.id, at=later, statement=item.statement_id, reason="fel"
    )
    ledger.record(world.session, event, by=world.cleo.id, now=later)
    assert deciding.export(world.session, decision)["digest"] == decision.digest


def test_two_certifiers_at_once_make_one_decision_and_the_other_is_told(app: Flask, world):
    found = world.ready(world.tilde)
    world.session.commit()
    candidacy_id, deciders = found.id, (world.cleo.id, world.ruben.id)
    world.session.rollback()
    start, answers = threading.Barrier(2), []

    def decide(by) -> None:
        with app.app_context(), writing():
            start.wait()
            mine = learners.get(db.session(), candidacy_id)
            try:
                taken = deciding.decide(
                    db.session(), mine, grant=True, reason="Granskat.", by=by, now=world.now
                )
                issuing.intend(db.session(), taken, now=world.now)
                db.session.commit()
                answers.append("decided")
            except DecisionRefused as told:
                db.session.rollback()
                answers.append(told.reason)
            db.session.remove()

    threads = [threading.Thread(target=decide, args=(one,)) for one in deciders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["already_decided", "decided"]
    assert len(world.session.scalars(select(Decision)).all()) == 1
    assert len(world.session.scalars(select(Certificate)).all()) == 1


@pytest.fixture
def certifier(app, world, monkeypatch):
    """A browser in which Cleo has signed in."""
    monkeypatch.setattr(clock, "now", lambda: world.now)
    world.session.commit()
    client = app.test_client()
    sign_in(client, world.cleo)
    return client


@pytest.mark.parametrize(("outcome", "certificates"), [("grant", 1), ("refuse", 0)])
def test_a_double_click_decides_once_and_leads_where_the_first_click_led(
    world, certifier, outcome, certificates
):
    found = world.ready(world.tilde)
    world.session.commit()
    address, sent = f"/decisions/candidates/{found.id}", {"outcome": outcome, "reason": "Allt är granskat."}
    first, second = certifier.post(address, data=sent), certifier.post(address, data=sent)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.location == second.location
    assert len(world.session.scalars(select(Certificate)).all()) == certificates


def test_another_decision_after_the_first_is_told_that_there_is_one(world, certifier):
    found = world.ready(world.tilde)
    world.session.commit()
    address = f"/decisions/candidates/{found.id}"
    certifier.post(address, data={"outcome": "grant", "reason": "Allt är granskat."})
    second = certifier.post(address, data={"outcome": "refuse", "reason": "Allt är granskat."})
    assert second.status_code == 422
    assert "redan" in second.text


@pytest.mark.parametrize("act", ["suspend", "withdraw", "replace"])
def test_a_double_click_on_a_certificate_leads_where_the_first_click_led(world, certifier, act):
    held = world.pollinator(world.tilde)
    world.session.commit()
    address = f"/certificates/{held.id}/{act}"
    first, second = (certifier.post(address, data={"reason": "Begärt av personen."}) for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.location == second.location
    decisions = select(Decision).where(Decision.kind == act)
    assert len(world.session.scalars(decisions).all()) == 1


def test_a_double_click_on_granting_together_makes_one_batch(world, certifier):
    some = [str(world.ready(world.person(f"{name} Exempel")).id) for name in ("Anna", "Berit")]
    world.session.commit()
    sent = {"candidacy": some, "confirm": "1", "reason": "Allt är granskat."}
    first, second = (certifier.post("/decisions/together", data=sent) for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.location == second.location


def test_the_decision_list_pages_by_key_and_names_each_once(world):
    made = [world.ready(world.person(f"{name} Exempel")).id for name in ("Anna", "Berit", "Cilla")]
    seen, after = [], None
    while page := deciding.ready(world.session, owner=world.consortium.id, after=after, limit=2):
        seen += [one.id for one in page]
        after = (page[-1].ready_at, page[-1].id)
    assert sorted(seen) == sorted(made)
    assert len(seen) == 3


class TestWaivers:
    def waive(self, world, found, **more):
        given = {"criterion": "attendance", "reason": "prior_learning", "text": "Intyg."} | more
        by = given.pop("by", world.cleo)
        return waivers.waive(world.session, found, by=by.id, now=world.now, **given)

    def test_a_waived_criterion_counts_as_fulfilled(self, world):
        found = make.candidacy(world.session, world.tilde, "participant", now=world.now)
        self.waive(world, found)
        assert next(one.state for one in found.standings if one.criterion == "attendance") == "waived"

    def test_nobody_waives_anything_for_themselves(self, world):
        found = make.candidacy(world.session, world.cleo, "participant", now=world.now)
        with pytest.raises(waivers.WaiverRefused, match="oneself"):
            self.waive(world, found)

    @pytest.mark.parametrize(
        ("change", "told"),
        [({"reason": "because"}, "reason"), ({"text": " "}, "reason"), ({"criterion": "none"}, "criterion")],
    )
    def test_a_waiver_needs_a_reason_from_the_list_a_text_and_a_criterion_of_the_scheme(
        self, world, change, told
    ):
        found = make.candidacy(world.session, world.tilde, "participant", now=world.now)
        with pytest.raises(waivers.WaiverRefused, match=told):
            self.waive(world, found, **change)

    def test_a_waiver_ends_by_itself(self, world):
        found = make.candidacy(world.session, world.tilde, "participant", now=world.now)
        self.waive(world, found, until=world.now.date())
        state = {one.code: one.state for one in learners.assess(world.session, found, now=world.now)}
        later = world.now.replace(day=world.now.day + 1)
        after = {one.code: one.state for one in learners.assess(world.session, found, now=later)}
        assert (state["attendance"], after["attendance"]) == ("waived", "unmet")


def test_a_decision_of_another_schemes_owner_answers_like_none(app, world, monkeypatch):
    decision = world.decided(world.ready(world.tilde))
    elsewhere = make.municipality(world.session, "Sundmåla kommun", now=world.now)
    monkeypatch.setattr(clock, "now", lambda: world.now)
    world.session.commit()
    client = app.test_client()
    sign_in(client, world.cleo)
    assert client.get(f"/decisions/{decision.id}").status_code == 200
    monkeypatch.setattr(decision_views, "owner_id", lambda: elsewhere.id)
    assert client.get(f"/decisions/{decision.id}").status_code == 404
