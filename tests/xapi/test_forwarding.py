"""Statements reach an outside store once each, whatever happens on the way."""

from __future__ import annotations

import hashlib
import uuid
from datetime import timedelta

import pytest

from app import clock, jobs
from app.audit import AuditEvent
from app.lrs import attachments
from app.lrs import service as lrs
from app.xapi import addresses, forwarding, sealing, targets
from app.xapi.models import ForwardTarget, Quarantined
from app.xapi.outbound import Outbound, Unreachable
from tests.lrs.statements import AUTHORITY, DID, MODULE, VOIDED, statement
from tests.postgres import settled
from tests.xapi.outside import OutsideStore

PRIVATE = addresses.networks(["127.0.0.0/8"])


@pytest.fixture
def settings():
    return {"FORWARD_PRIVATE": ["127.0.0.0/8"], "FORWARD_TIMEOUT": 5.0}


@pytest.fixture
def outside():
    store = OutsideStore()
    yield store
    store.close()


class Forwarding:
    """One target and its surroundings."""

    def __init__(self, session, outside, organisation, now):
        self.session, self.outside, self.now = session, outside, now
        self.tenant = organisation("Falkvik kommun")
        self.target = self.make()

    def make(self, **changes):
        said = {
            "name": "Regionens lager",
            "endpoint": self.outside.endpoint,
            "version": "1.0.3",
            "user": "nyckel-åäö",
            "password": "hemligt-€",
            "organisations": [self.tenant],
            **changes,
        }
        made = targets.make(self.session, **said, by=None, now=self.now)
        id_ = made.id
        self.session.commit()
        return id_

    def store(self, count=1, tenant=None, **changes):
        some = [statement(id=str(uuid.uuid4()), **changes) for _ in range(count)]
        lrs.store(self.session, some, tenant=tenant or self.tenant, authority=AUTHORITY, now=self.now)
        self.session.commit()
        settled(self.session)
        return [one["id"] for one in some]

    def run(self, later=timedelta(0), connect=forwarding.connect):
        self.now += later
        outcome = forwarding.run(self.session(), self.target, now=self.now, connect=connect)
        assert not self.session().in_transaction()
        return outcome

    @property
    def row(self):
        self.session.expire_all()
        return self.session.get(ForwardTarget, self.target)

    def quarantine(self):
        self.session.expire_all()
        return {
            str(one.statement_id): (one.reason, one.state)
            for one in self.session.query(Quarantined).filter_by(target_id=self.target)
        }


@pytest.fixture
def forward(session, outside, organisation, now):
    return Forwarding(session, outside, organisation, now)


def test_statements_arrive_as_they_came_in_with_our_ids_and_times(forward, outside):
    odd = {"http://localhost:8000/x": 1e2}
    said = {"duration": "P1Y", "extensions": odd}
    [id_] = forward.store(result=said, timestamp="2027-03-03T10:00:00.123456789+01:00")
    assert forward.run().delivered == 1
    assert outside.kept[id_]["result"]["duration"] == "P1Y"
    assert outside.kept[id_]["timestamp"] == "2027-03-03T10:00:00.123456789+01:00"
    sent = outside.requests[0][2]
    assert sent["authorization"] == sealing.basic("nyckel-åäö", "hemligt-€")
    assert sent["x-experience-api-version"] == "1.0.3"
    assert "authority" not in outside.posts[0][0]


def test_many_go_in_batches_and_only_once(forward, outside):
    ids = forward.store(230)
    assert forward.run().delivered == 230
    assert [len(batch) for batch in outside.posts] == [100, 100, 30]
    assert list(outside.kept) == ids
    assert forward.run().delivered == 0
    assert forward.row.delivered == 230


@pytest.mark.parametrize(
    "trouble",
    ["lose", "truncate", "500", "503", "429", "page", "refuse-connection", "redirect", "401", "404"],
)
@pytest.mark.parametrize("strict", [False, True], ids=["tolerant", "strict"])
def test_nothing_is_lost_or_doubled_when(forward, outside, trouble, strict):
    outside.strict = strict
    ids = forward.store(5)
    outside.script = [trouble]
    assert forward.run().trouble
    row = forward.row
    assert (row.failures, row.delivered) == (1, 0)
    assert row.retry_at == forward.now + timedelta(seconds=30)
    assert forward.run().delivered == 0, "it waits"
    assert forward.run(later=timedelta(seconds=31)).trouble == ""
    assert list(outside.kept) == ids
    assert outside.stored == 5
    assert forward.quarantine() == {}
    assert (forward.row.failures, forward.row.trouble) == (0, "")


@pytest.mark.parametrize("word", ["late", "drip"])
def test_a_call_ends_at_its_deadline(outside, word):
    outside.script = [word]
    remote = Outbound(outside.endpoint, version="1.0.3", auth="Basic x", allowed=PRIVATE, timeout=0.3)
    with pytest.raises(Unreachable, match=r"within 0\.3 seconds"):
        remote.call("POST", "statements", body=b"[]")


def test_no_redirect_is_followed(outside):
    outside.script = ["redirect"]
    remote = Outbound(outside.endpoint, version="2.0.0", auth="Basic x", allowed=PRIVATE)
    assert remote.call("POST", "statements", body=b"[]").status == 307
    assert len(outside.requests) == 1


def test_the_wait_doubles_and_retry_after_is_respected(forward, outside):
    forward.store()
    outside.script = ["500", "500", "429"]
    waits = []
    for _ in range(2):
        forward.run(later=timedelta(hours=2))
        waits.append(forward.row.retry_at - forward.now)
    outside.retry_after = "7200"
    forward.run(later=timedelta(hours=2))
    waits.append(forward.row.retry_at - forward.now)
    assert waits == [timedelta(seconds=30), timedelta(seconds=60), timedelta(hours=2)]


def test_one_bad_statement_is_set_aside_with_the_reason_and_the_others_arrive(forward, outside):
    ids = forward.store(100)
    outside.poisoned = {ids[37]: 400}
    assert forward.run().delivered == 99
    assert set(outside.kept) == set(ids) - {ids[37]}
    assert forward.quarantine() == {ids[37]: ("refused", "held")}
    assert outside.stored == 99


def test_what_is_too_large_together_goes_in_parts_and_alone_is_set_aside(forward, outside):
    ids = forward.store(10)
    outside.most = 3
    outside.poisoned = {ids[4]: 413}
    assert forward.run().delivered == 9
    assert forward.quarantine() == {ids[4]: ("too_large", "held")}


def test_another_statement_under_the_same_id_is_set_aside(forward, outside):
    ids = forward.store(4)
    outside.kept[ids[1]] = statement(id=ids[1], verb={"id": "http://localhost:8000/other"})
    assert forward.run().delivered == 3
    assert forward.quarantine() == {ids[1]: ("conflict", "held")}


def test_a_statement_that_fails_the_store_again_and_again_stops_the_others_no_longer(forward, outside):
    ids = forward.store(3)
    outside.poisoned = {ids[0]: 500}
    for _ in range(forwarding.POISON_AFTER):
        assert forward.run(later=timedelta(hours=2)).trouble
    assert forward.run(later=timedelta(hours=2)).delivered == 2
    assert forward.quarantine() == {ids[0]: ("poison", "held")}


def test_a_statement_that_these_credentials_may_not_store_is_set_aside(forward, outside):
    ids = forward.store(3)
    outside.poisoned = {ids[2]: 403}
    assert forward.run().delivered == 2
    assert forward.quarantine() == {ids[2]: ("refused", "held")}


def test_credentials_that_may_nothing_hold_everything_back(forward, outside):
    forward.store(2)
    outside.script = ["403"] * 9
    assert forward.run().trouble.startswith("403")
    assert forward.quarantine() == {}
    assert forward.row.delivered == 0


def test_a_target_that_takes_nothing_pauses_itself(forward, outside, session):
    ids = forward.store(60)
    outside.poisoned = dict.fromkeys(ids, 400)
    forward.run()
    assert forward.row.state == "paused"
    assert len(forward.quarantine()) == forwarding.HOPELESS
    assert session.query(AuditEvent).filter_by(action="record.forward_paused").count() == 1


def test_two_point_nought_goes_to_an_older_store_only_where_the_older_rules_hold(forward, outside):
    plain = forward.store(version="2.0.0")
    new = forward.store(
        version="2.0.0",
        context={
            "contextAgents": [{"objectType": "contextAgent", "agent": {"mbox": "mailto:a@falkvik.example"}}]
        },
    )
    assert forward.run().delivered == 1
    assert list(outside.kept) == plain
    assert "version" not in outside.posts[0][0]
    assert forward.quarantine() == {new[0]: ("version", "held")}


def test_rules_choose_by_verb_activity_and_organisation(forward, outside, session, organisation):
    other, third = organisation("Granåsa kommun"), organisation("Sundmåla kommun")
    thing = {"id": "http://localhost:8000/courses/module-2/unit-1"}
    forward.target = forward.make(
        verbs=[DID],
        activities=["http://localhost:8000/courses/module-2/*"],
        organisations=[forward.tenant, other],
    )
    right = forward.store(object=thing) + forward.store(tenant=other, object=thing)
    right += forward.store(context={"contextActivities": {"parent": [thing]}})
    forward.store(), forward.store(tenant=third, object=thing)
    forward.store(object=thing, verb={"id": "http://localhost:8000/other"})
    assert forward.run().delivered == 3
    assert list(outside.kept) == right


def test_a_voiding_goes_where_the_voided_statement_went(forward, outside):
    forward.target = forward.make(activities=[MODULE])
    [gone] = forward.store()
    [kept] = forward.store(object={"id": "http://localhost:8000/elsewhere"})
    first, _ = (
        forward.store(verb={"id": VOIDED}, object={"objectType": "StatementRef", "id": one})
        for one in (gone, kept)
    )
    forward.run()
    assert list(outside.kept) == [gone, *first]


def test_attachments_go_with_their_statement(forward, outside, session):
    octets = b"\x00\xff--not-text"
    sha2 = hashlib.sha256(octets).hexdigest()
    described = {
        "usageType": "http://localhost:8000/letter",
        "display": {"sv": "Intyg"},
        "contentType": "application/pdf",
        "length": len(octets),
        "sha2": sha2,
    }
    attachments.keep(session, forward.tenant, [(sha2, "application/pdf", octets)])
    forward.store(attachments=[described])
    assert forward.run().delivered == 1
    assert octets in outside.requests[0][3]
    assert outside.requests[0][2]["content-type"].startswith("multipart/mixed")


def test_no_transaction_is_open_while_the_other_side_is_waited_for(forward, outside, session):
    ids = forward.store(2)
    open_, ours = [], session()
    outside.during = lambda: open_.append(ours.in_transaction())
    forward.run()
    assert open_ == [False]
    assert list(outside.kept) == ids


def test_what_somebody_changes_meanwhile_is_not_overwritten(forward, outside, session, app):
    forward.store(3)

    def pause():
        with app.app_context():
            other = session.session_factory()
            targets.pause(other, other.get(ForwardTarget, forward.target), by=None, now=forward.now)
            other.commit()
            other.close()

    outside.during = pause
    forward.run()
    assert (forward.row.state, forward.row.delivered, forward.row.lease) == ("paused", 0, None)


def test_two_runs_do_not_share_a_target(forward, outside, session):
    forward.store(3)
    row = forward.row
    row.lease, row.lease_until = uuid.uuid4(), forward.now + timedelta(minutes=5)
    session.commit()
    assert forward.run().delivered == 0
    assert forward.run(later=timedelta(minutes=6)).delivered == 3


def test_the_worker_forwards_what_is_due_until_nothing_is_left(forward, outside, session, monkeypatch):
    monkeypatch.setattr(forwarding, "SECONDS", 0.0)
    monkeypatch.setattr(clock, "now", lambda: forward.now)
    forward.store(250)
    jobs.drain(session())
    assert outside.stored == 250


def test_quarantined_statements_are_sent_again_when_asked(forward, outside, session, now):
    ids = forward.store(3)
    outside.poisoned = {ids[1]: 400}
    forward.run()
    outside.poisoned = {}
    assert targets.send_again(session, forward.row, by=None, now=now) == 1
    session.commit()
    assert forward.run().delivered == 1
    assert forward.quarantine() == {ids[1]: ("refused", "delivered")}
    assert outside.stored == 3


def test_a_replay_from_a_point_doubles_nothing_and_clears_the_quarantine(forward, outside, session, now):
    ids = forward.store(30)
    outside.poisoned = {ids[3]: 400}
    forward.run()
    outside.poisoned, outside.kept = {}, {ids[0]: outside.kept[ids[0]]}
    targets.replay(session, forward.row, since=now - timedelta(days=1), by=None, now=now)
    session.commit()
    assert forward.run().delivered == 30
    assert set(outside.kept) == set(ids)
    assert forward.quarantine() == {ids[3]: ("refused", "delivered")}
    assert session.query(AuditEvent).filter_by(action="record.forward_replayed").count() == 1


def test_a_new_target_gets_what_comes_or_what_was_there_since(forward, outside, now):
    before = forward.store(2)
    late, early = forward.make(name="ny"), forward.make(name="gammal", since=now - timedelta(days=1))
    after = forward.store()
    forward.target = late
    forward.run()
    assert list(outside.kept) == after
    forward.target = early
    forward.run()
    assert set(outside.kept) == {*before, *after}


def test_the_lag_is_counted(forward, now):
    assert forwarding.waiting(forward.session(), forward.row) == (0, None)
    forward.store(7)
    assert forwarding.waiting(forward.session(), forward.row) == (7, now)


def test_credentials_are_not_readable_at_rest_and_need_the_key(forward, app):
    sealed = forward.row.sealed
    assert b"hemligt" not in sealed
    assert sealing.unseal(sealed, keys=["new", app.config["SECRET_KEY"]]) == ("nyckel-åäö", "hemligt-€")
    with pytest.raises(sealing.CannotOpen):
        sealing.unseal(sealed, keys=["another"])
    app.config["SECRET_KEY"] = "another"
    forward.store()
    assert "enter them again" in forward.run().trouble


def test_credentials_are_not_sent_to_another_host_without_being_typed_again(forward, session, now):
    said = {"name": "x", "version": "1.0.3", "organisations": [forward.tenant], "by": None, "now": now}
    with pytest.raises(targets.TargetRefused, match="en annan server"):
        targets.change(session, forward.row, endpoint="https://elsewhere.example/xapi", **said)
    session.rollback()
    with pytest.raises(targets.TargetRefused):
        targets.change(session, forward.row, endpoint="https://elsewhere.example/xapi", user="x", **said)
