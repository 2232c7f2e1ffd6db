"""What several senders want at the same moment: one transaction, and to each the own answer."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from app.db import db
from app.lrs import group as grouping
from app.lrs import rows
from app.lrs import service as lrs
from app.lrs.group import CredentialEnded, Group
from app.lrs.store import want
from app.lrs.stored import StatementConflict
from app.organisations.models import Organisation
from tests.lrs.statements import AUTHORITY, another, named, statement, transactions


@pytest.fixture
def owner(session, now):
    made = Organisation(name="Falkvik", kind="municipality", language="sv", created_at=now)
    session.add(made)
    session.commit()
    return made.id


@pytest.fixture
def key(session, owner, now):
    """The key of a credential of Falkvik's."""
    made, _ = lrs.make_credential(session, organisation=owner, scopes=["all"], label="test", by=None, now=now)
    session.commit()
    return made


@pytest.fixture
def group(app, session):
    made = Group(db.engine, app.config["INSTANCE"] / "writing.lock" if lite(session) else None)
    yield made
    made.close()


def lite(session):
    return session.get_bind().dialect.name == "sqlite"


def wanted(owner, *statements):
    return want(list(statements), tenant=owner, authority=AUTHORITY)


def ids(session, owner):
    session.rollback()
    return {one.id for one in lrs.query(session, tenant=owner).statements}


def test_what_several_want_is_one_transaction(group, session, owner, key, now):
    for _ in ("the first, which makes the authority", "the next"):
        answers = group.store([(key, wanted(owner, statement(), statement())) for _ in range(3)], now=now)
        assert [len(answer) for answer in answers] == [2, 2, 2]
        stored = {one.id for answer in answers for one in answer}
        assert stored <= ids(session, owner)
        assert transactions(session, stored) == 1


def test_on_postgresql_what_is_plain_needs_no_question_before_it(
    group, session, owner, key, now, monkeypatch
):
    group.store([(key, wanted(owner, statement()))], now=now)
    if not lite(session):
        monkeypatch.setattr(grouping, "look", lambda *_, **__: pytest.fail("it was asked"))
    ((one,),) = group.store([(key, wanted(owner, named()))], now=now + timedelta(seconds=1))
    assert one.id in ids(session, owner)


def test_everybody_finds_their_own_order(group, session, owner, key, now):
    answers = group.store([(key, wanted(owner, statement())) for _ in range(3)], now=now)
    page = lrs.query(session, tenant=owner, ascending=True)
    assert [one.id for one in page.statements] == [one.id for (one,) in answers]


def test_a_conflict_keeps_back_its_own_senders_statements_only(group, session, owner, key, now):
    first = named()
    group.store([(key, wanted(owner, first))], now=now)
    answers = group.store(
        [(key, wanted(owner, one, statement())) for one in (first, another(first), statement())],
        now=now + timedelta(seconds=1),
    )
    assert [one.new for one in answers[0]] == [False, True]
    assert isinstance(answers[1], StatementConflict)
    assert [one.new for one in answers[2]] == [True, True]
    assert len(ids(session, owner)) == 4


def test_a_credential_that_was_revoked_meanwhile_stores_nothing(group, session, owner, key, now):
    other, _ = lrs.make_credential(
        session, organisation=owner, scopes=["all"], label="other", by=None, now=now
    )
    session.commit()
    before = group.store([(k, wanted(owner, statement())) for k in (key, other)], now=now)
    lrs.revoke(session, key=key, by=None, now=now)
    session.commit()
    later = now + timedelta(seconds=1)
    ended, stored = group.store([(k, wanted(owner, statement())) for k in (key, other)], now=later)
    assert isinstance(ended, CredentialEnded)
    assert ids(session, owner) == {one.id for (one,) in [*before, stored]}


def test_a_transaction_that_fails_stores_nothing_and_the_next_one_succeeds(group, session, owner, key, now):
    ((before,),) = group.store([(key, wanted(owner, statement()))], now=now)
    for later in (now, now + timedelta(seconds=1)):
        one = named()
        with pytest.raises(DBAPIError):  # two want one id, which the caller has to keep apart
            group.store([(key, wanted(owner, one)) for _ in range(2)], now=later)
        assert ids(session, owner) == {before.id}
    ((stored,),) = group.store([(key, wanted(owner, one))], now=now)
    assert ids(session, owner) == {before.id, stored.id}
    assert str(stored.id) == one["id"]


def test_what_comes_later_goes_behind_what_a_clock_ahead_has_stored(group, session, owner, key, now):
    first = [group.store([(key, wanted(owner, statement()))], now=now)[0][0].id for _ in range(2)]
    ((ahead,),) = group.store([(key, wanted(owner, statement()))], now=now + timedelta(minutes=1))
    ((later,),) = group.store([(key, wanted(owner, statement()))], now=now + timedelta(seconds=1))
    session.rollback()
    page = lrs.query(session, tenant=owner, ascending=True)
    assert [one.id for one in page.statements] == [*first, ahead.id, later.id]


def test_a_statement_that_was_referred_to_before_it_came_is_found_by_whoever_refers(
    group, session, owner, key, now
):
    group.store([(key, wanted(owner, statement()))], now=now)
    verb = "http://adlnet.gov/expapi/verbs/mastered"
    awaited = named(verb={"id": verb})
    referring = statement(object={"objectType": "StatementRef", "id": awaited["id"]})
    lrs.store(session, [referring], tenant=owner, authority=AUTHORITY, now=now)
    session.commit()
    group.store([(key, wanted(owner, awaited))], now=now + timedelta(seconds=1))
    session.rollback()
    assert len(lrs.query(session, tenant=owner, verb=verb).statements) == 2


def test_a_commit_waits_for_the_disk(group, session, now):
    group.store([], now=now)
    connection = group._open()
    if lite(session):
        assert rows.scalar(connection, "PRAGMA synchronous") == 2  # FULL
        assert rows.scalar(connection, "PRAGMA journal_mode") == "wal"
    else:
        own = "SELECT source FROM pg_settings WHERE name = 'synchronous_commit'"
        assert rows.scalar(connection, own) != "session", "the server decides, not this connection"


def test_what_was_planned_for_an_empty_store_does_not_scan_a_full_one(group, session):
    if not lite(session):  # SQLite never plans ahead
        assert rows.scalar(group._open(), "SHOW enable_seqscan") == "off"
