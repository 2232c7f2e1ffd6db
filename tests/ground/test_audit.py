"""The audit chain: what was removed, moved, cut off or changed shows."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, text, update

from app import audit
from app.append_only import ErasurePermit
from app.audit import AuditEvent, AuditLink


@pytest.fixture
def chain(session, now):
    """Five linked events, in a database whose triggers a rogue administrator has put to sleep."""
    for number in range(5):
        audit.record(session, f"act.{number}", by=None, now=now + timedelta(seconds=number), number=number)
        session.flush()
    assert audit.link(session) == 5
    session.flush()
    session.add(ErasurePermit(person_id=audit.uuid.uuid4(), reason="an attack", at=now))
    session.flush()
    return session


def broken(session, heads=()) -> list[tuple[int, str]]:
    session.flush()
    session.expire_all()
    return [(one.position, one.reason) for one in audit.check(session, heads=heads)]


def link_at(session, position) -> AuditLink:
    return session.scalars(select(AuditLink).where(AuditLink.position == position)).one()


def test_a_whole_chain_is_whole(chain):
    assert broken(chain) == []


def test_linking_again_adds_only_what_is_new(chain, now):
    assert audit.link(chain) == 0
    audit.record(chain, "act.5", by=None, now=now)
    chain.flush()
    assert audit.link(chain) == 1
    assert broken(chain) == []


def test_a_removed_event_shows(chain):
    chain.execute(delete(AuditEvent).where(AuditEvent.id == link_at(chain, 3).event_id))
    assert broken(chain) == [(3, "the event is gone")]


def test_an_event_removed_with_its_link_shows(chain):
    gone = link_at(chain, 3)
    chain.execute(delete(AuditEvent).where(AuditEvent.id == gone.event_id))
    chain.execute(delete(AuditLink).where(AuditLink.position == 3))
    assert (3, "a position is missing") in broken(chain)


@pytest.mark.parametrize("column", ["action", "details", "at"])
def test_a_changed_event_shows(chain, column):
    other = chain.scalars(select(AuditEvent)).first()
    value = {"action": "act.x", "details": {"number": 9}, "at": other.at + timedelta(days=1)}[column]
    chain.execute(
        update(AuditEvent).where(AuditEvent.id == link_at(chain, 2).event_id).values({column: value})
    )
    assert [position for position, _reason in broken(chain)] == [2]


def test_reordered_events_show(chain):
    second, third = link_at(chain, 2).event_id, link_at(chain, 3).event_id
    for position, event in ((2, audit.uuid.uuid4()), (3, second), (2, third)):
        chain.execute(update(AuditLink).where(AuditLink.position == position).values(event_id=event))
    assert {2, 3} <= {position for position, _reason in broken(chain)}


def test_a_chain_that_was_cut_off_shows_by_a_head_kept_elsewhere(chain, tmp_path):
    file = tmp_path / "heads"
    audit.keep_head(chain, file, key="secret")
    for position in (4, 5):
        gone = link_at(chain, position).event_id
        chain.execute(delete(AuditLink).where(AuditLink.position == position))
        chain.execute(delete(AuditEvent).where(AuditEvent.id == gone))
    assert broken(chain) == []  # the chain alone cannot know
    assert broken(chain, audit.kept_heads(file, key="secret")) == [
        (5, "the chain ends before a head kept elsewhere")
    ]


def test_a_chain_worked_out_anew_shows_by_a_head_kept_elsewhere(chain, tmp_path):
    file = tmp_path / "heads"
    audit.keep_head(chain, file, key="secret")
    chain.execute(update(AuditEvent).values(action="act.x"))
    chain.execute(delete(AuditLink))
    audit.link(chain)
    assert broken(chain) == []
    assert [position for position, _ in broken(chain, audit.kept_heads(file, key="secret"))] == [5]


def test_a_head_is_kept_once_and_grows_with_the_chain(chain, tmp_path, now):
    file = tmp_path / "heads"
    assert audit.keep_head(chain, file, key="secret")
    assert not audit.keep_head(chain, file, key="secret")
    audit.record(chain, "act.5", by=None, now=now)
    chain.flush()
    audit.link(chain)
    assert audit.keep_head(chain, file, key="secret")
    assert [one.position for one in audit.kept_heads(file, key="secret")] == [5, 6]
    assert broken(chain, audit.kept_heads(file, key="secret")) == []


def test_an_edited_head_is_not_believed(chain, tmp_path):
    file = tmp_path / "heads"
    audit.keep_head(chain, file, key="secret")
    head = json.loads(file.read_text())
    file.write_text(json.dumps(head | {"position": 3}) + "\n")
    assert broken(chain, audit.kept_heads(file, key="secret")) == [(3, "a head kept elsewhere was changed")]


def test_events_are_frozen_in_the_database_too(session, now):
    audit.record(session, "act", by=None, now=now)
    session.flush()
    with pytest.raises(Exception, match="append-only"):
        session.execute(text("UPDATE audit_events SET action = 'x'"))
