import json
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.lrs import service as lrs
from app.lrs.reading import read
from tests.lrs.statements import AUTHORITY, DID, LEARNER, MENTOR, MODULE, VOIDED, rich, statement
from tests.postgres import settled

FALKVIK, GRANASA = uuid.uuid4(), uuid.uuid4()


@pytest.fixture
def keep(session, now):
    """Store statements of Falkvik's."""

    def keep_them(*statements, tenant=FALKVIK, at=now):
        return lrs.store(session, list(statements), tenant=tenant, authority=AUTHORITY, now=at)

    return keep_them


@pytest.fixture
def found(session):
    """The ids that a query of Falkvik's finds, in its order."""

    def ids(tenant=FALKVIK, **filters):
        return [one.id for one in lrs.query(session, tenant=tenant, **filters).statements]

    return ids


def voiding(target) -> dict:
    return {
        "actor": MENTOR,
        "verb": {"id": VOIDED},
        "object": {"objectType": "StatementRef", "id": str(target)},
    }


def stored(session, kept):
    """What Falkvik's store has under the id of ``kept``."""
    found = lrs.get(session, FALKVIK, kept.id)
    assert found is not None
    return found


def test_the_octets_come_back_as_they_came(session, now):
    raw = b'{ "object": {"id":"http://a.example/\\u00e5"}, "verb":{"id":"http://a.example/v"},'
    raw += b'"actor":{"mbox":"mailto:a@b.example"}, "result":{"score":{"scaled":0.500}} }'
    sent, _ = read(raw, version="1.0.3")
    (kept,) = lrs.store(session, sent, tenant=FALKVIK, authority=AUTHORITY, now=now)
    exact = stored(session, kept).exact
    assert exact.startswith(raw[:-1])
    said = json.loads(exact)
    assert said["id"] == str(kept.id)
    assert said["stored"] == said["timestamp"] == "2027-03-03T09:00:00.000000Z"
    assert (said["authority"], said["version"]) == (AUTHORITY, "1.0.0")


def test_an_authority_that_somebody_claims_is_replaced(session, keep):
    (kept,) = keep(statement(authority=MENTOR, stored="2020-01-01T00:00:00Z"))
    said = stored(session, kept).statement
    assert (said["authority"], said["stored"]) == (AUTHORITY, "2027-03-03T09:00:00.000000Z")


def test_the_same_statement_again_is_not_new_and_another_under_its_id_is_refused(keep, found):
    one = rich()
    assert keep(one)[0].new
    assert not keep(one)[0].new
    with pytest.raises(lrs.StatementConflict):
        keep({**one, "result": {"success": False}})
    assert found() == [uuid.UUID(one["id"])]


def test_two_of_one_batch_cannot_share_an_id(keep, found):
    one = rich()
    with pytest.raises(lrs.InvalidStatement) as refused:
        keep(rich(), one, one)
    assert refused.value.at == "[2].id"
    assert found() == []


def test_tenants_never_see_each_others_statements(session, keep, found):
    one = rich()
    keep(one)
    assert keep({**one, "result": {"success": False}}, tenant=GRANASA)[0].new
    id_ = uuid.UUID(one["id"])
    keep(voiding(id_), tenant=GRANASA)
    assert lrs.is_voided(session, GRANASA, id_)
    assert not lrs.is_voided(session, FALKVIK, id_)
    for filters in (
        {},
        {"agent": LEARNER},
        {"verb": DID},
        {"activity": MODULE},
        {"agent": MENTOR, "related_agents": True},
    ):
        assert found(**filters) == [id_]
        assert found(tenant=uuid.uuid4(), **filters) == []
    assert lrs.get(session, uuid.uuid4(), id_) is None


def test_filters_find_what_they_name_and_nothing_else(keep, found):
    whole = rich()
    plain = statement(actor=MENTOR, verb={"id": "http://a.example/v"}, object={"id": "http://a.example/o"})
    a, b = keep(whole, plain)
    assert found() == [b.id, a.id]
    assert found(ascending=True) == [a.id, b.id]
    assert found(agent=LEARNER) == [a.id]
    assert found(agent=MENTOR) == [b.id]
    assert found(agent=MENTOR, related_agents=True) == [b.id, a.id]
    assert found(agent=AUTHORITY) == []
    assert found(agent=AUTHORITY, related_agents=True) == [b.id, a.id]
    assert found(verb=DID) == [a.id]
    assert found(activity=MODULE + "/0") == []
    assert found(activity=MODULE + "/0", related_activities=True) == [a.id]
    assert found(registration=whole["context"]["registration"].upper()) == [a.id]
    assert found(agent=MENTOR, related_agents=True, verb=DID, activity=MODULE) == [a.id]
    assert found(agent=MENTOR, verb=DID) == []


def test_members_of_a_group_are_found(keep, found):
    (a,) = keep(statement(actor={"objectType": "Group", "member": [LEARNER, MENTOR]}))
    assert found(agent=MENTOR) == [a.id]


def test_since_excludes_its_instant_and_until_includes_it(now, keep, found):
    early = keep(statement(), at=now)[0].id
    late = keep(statement(), at=now + timedelta(seconds=1))[0].id
    assert found(since=now) == [late]
    assert found(until=now) == [early]
    assert found(since=now - timedelta(microseconds=1), until=now + timedelta(seconds=1)) == [late, early]


def test_pages_follow_each_other_without_a_gap_or_a_repeat(session, now, keep):
    kept = [one.id for one in keep(*[statement() for _ in range(7)])]
    for ascending in (True, False):
        seen, after = [], None
        while True:
            page = lrs.query(
                session, tenant=FALKVIK, agent=LEARNER, limit=3, ascending=ascending, after=after
            )
            seen += [one.id for one in page.statements]
            keep(statement(actor=MENTOR))  # arrives between two pages
            after = page.next
            if after is None:
                break
        assert seen == (kept if ascending else kept[::-1])


def test_a_void_statement_is_hidden_and_its_voiding_statement_shown(session, keep, found):
    (one,) = keep(statement())
    (void,) = keep(voiding(one.id))
    assert lrs.is_voided(session, FALKVIK, one.id)
    assert found(activity=MODULE) == [void.id]
    (again,) = keep(voiding(void.id))
    assert not lrs.is_voided(session, FALKVIK, void.id), "a voiding statement cannot be voided"
    assert found() == [again.id, void.id]


def test_voiding_may_come_before_what_it_voids(session, keep, found):
    id_ = uuid.uuid4()
    (void,) = keep(voiding(id_))
    keep(statement(id=str(id_)))
    assert lrs.is_voided(session, FALKVIK, id_)
    assert found() == [void.id]


@pytest.mark.parametrize("order", ["target first", "reference first", "together"])
def test_a_reference_is_found_by_what_it_refers_to(keep, found, order):
    target, middle = rich(), {**voiding(0), "verb": {"id": "http://a.example/saw"}, "id": str(uuid.uuid4())}
    middle["object"]["id"] = target["id"]
    outer = {**voiding(middle["id"]), "verb": {"id": "http://a.example/confirmed"}, "id": str(uuid.uuid4())}
    batches = {
        "target first": [[target], [middle], [outer]],
        "reference first": [[outer], [middle], [target]],
    }
    for batch in batches.get(order, [[outer, target, middle]]):
        keep(*batch)
    everyone = {uuid.UUID(one["id"]) for one in (target, middle, outer)}
    assert set(found(activity=MODULE)) == everyone
    assert set(found(registration=target["context"]["registration"])) == everyone


def test_a_statement_cannot_be_changed_or_deleted(session, keep):
    keep(statement())
    session.commit()
    for sql in (
        "UPDATE lrs_statements SET lacks = 0",
        "DELETE FROM lrs_statements",
        "DELETE FROM lrs_voidings",
    ):
        if "voidings" in sql:
            keep(voiding(uuid.uuid4()))
            session.commit()
        with pytest.raises(DBAPIError, match="append-only"):
            session.execute(text(sql))
        session.rollback()


def test_the_cursor_follows_commits(session, keep, now):
    late = keep(statement(), at=now)[0].id
    session.commit()
    early = keep(statement(), at=now - timedelta(days=3), tenant=GRANASA)[0].id
    session.commit()
    settled(session)
    first, second = lrs.committed_after(session, (0, 0))
    assert [first[1].id, second[1].id] == [late, early], "not the time counts but the commit"
    assert lrs.committed_after(session, first[0]) == [second]


def test_definitions_add_up_and_a_rolled_back_one_is_not_taken_for_known(session, keep):
    keep(statement())
    session.rollback()
    keep(statement())
    keep(statement(object={"id": MODULE, "definition": {"name": {"en": "Module 1"}}}))
    bodies = [json.loads(body) for body in lrs.definitions(session, FALKVIK, "o", MODULE)]
    assert bodies == [{"name": {"sv": "Modul 1"}}, {"name": {"en": "Module 1"}}]


def test_many_at_one_instant_keep_their_order(keep, found):
    kept = [keep(statement())[0].id for _ in range(20)]
    assert found(limit=20, ascending=True) == kept
