"""The planner is asked: no filter walks through a table."""

import re
import uuid
from itertools import product
from typing import Any

import pytest

from app.lrs import credentials, query, rows, seen, store
from app.lrs import service as lrs
from tests.lrs.statements import AUTHORITY, DID, LEARNER, MENTOR, MODULE, named, rich, statement

FALKVIK = uuid.uuid4()
REGISTRATION = str(uuid.uuid4())
FILTERS: dict[str, dict[str, Any]] = {
    "nothing": {},
    "agent": {"agent": LEARNER},
    "related agent": {"agent": MENTOR, "related_agents": True},
    "verb": {"verb": DID},
    "activity": {"activity": MODULE},
    "related activity": {"activity": MODULE, "related_activities": True},
    "registration": {"registration": REGISTRATION},
    "agent and verb": {"agent": LEARNER, "verb": DID},
    "everything": {
        "agent": LEARNER,
        "verb": DID,
        "activity": MODULE,
        "registration": REGISTRATION,
        "related_agents": True,
        "related_activities": True,
    },
}


@pytest.fixture
def filled(session, now):
    """Enough statements that PostgreSQL's planner has a choice."""
    for turn in range(40):
        by = {
            "objectType": "Agent",
            "account": {"homePage": "http://localhost:8000/xapi/", "name": f"key {turn}"},
        }
        some = [statement(actor={"mbox": f"mailto:{n}@a.example"}) for n in range(20)]
        lrs.store(session, [*some, rich()], tenant=FALKVIK, authority=by, now=now, trusted=True)
    session.commit()
    connection = session.connection()
    rows.run(connection, "ANALYZE")
    return connection


def scans(connection, sql, bound):
    """The plan, where it walks through a table; else nothing."""
    if connection.dialect.name == "sqlite":
        plan = "\n".join(row[3] for row in rows.run(connection, "EXPLAIN QUERY PLAN " + sql, bound))
        walked = set(re.findall(r"SCAN (\w+)", plan))
        return "" if walked <= {"CONSTANT", "found", "every_arm", "arm0", "arm1"} else plan
    (plan,) = rows.run(connection, "EXPLAIN (FORMAT JSON) " + sql, bound).fetchone()
    return "\n".join(map(str, nodes_that_scan(plan[0]["Plan"])))


def nodes_that_scan(node):
    """The parts of PostgreSQL's plan that walk through a table, or through the whole of an index."""
    whole = node["Node Type"].startswith(("Index", "Bitmap Index")) and "Index Cond" not in node
    if whole or node["Node Type"] == "Seq Scan":
        yield {name: said for name, said in node.items() if name != "Plans"}
    for inner in node.get("Plans", ()):
        yield from nodes_that_scan(inner)


def test_no_filter_scans(filled):
    """Every filter in one test, since filling the store is what takes the time."""
    if filled.dialect.name == "postgresql":
        rows.run(filled, "SET LOCAL enable_seqscan = off")  # what is small enough to be read whole is no scan
    for name, ascending in product(FILTERS, (False, True)):
        wanted = query.conditions(FALKVIK, **FILTERS[name])
        sql, bound = query.select(filled, FALKVIK, wanted, query.LOWEST, query.HIGHEST, ascending, 101)
        plan = scans(filled, sql, bound)
        assert not plan, f"{name}, ascending {ascending}:\n{plan}"


def test_nothing_that_is_asked_before_a_write_scans(filled, session, now, monkeypatch):
    if filled.dialect.name == "postgresql":
        rows.run(filled, "SET LOCAL enable_seqscan = off")
    one = named(object={"objectType": "StatementRef", "id": str(uuid.uuid4())})
    store.store(session, [one], tenant=FALKVIK, authority=AUTHORITY, now=now)
    wanted = [store.want([one, named()], tenant=FALKVIK, authority=AUTHORITY)]
    asked = []

    def noted(connection, sql, bound=()):
        asked.append((sql, bound))
        return run(connection, sql, bound)

    with monkeypatch.context() as listening:
        run = rows.run
        listening.setattr(rows, "run", noted)
        before = store.look(filled, wanted, now=now, credentials={"a-key", "another"})
        assert not credentials.standing(filled, {"a-key", "another"})
        rows.authority(filled, FALKVIK, bytes(32), b"{}")
        assert rows.by_ids(filled, FALKVIK, wanted[0].ids)
        assert rows.referring(filled, FALKVIK, [uuid.UUID(one["object"]["id"])])
        facts = seen.facts_of(session)
        if rows.can_insert_if_clear(filled):
            plain = [store.want([named()], tenant=FALKVIK, authority=AUTHORITY)]
            assert store.store_at_once(filled, facts, plain, now=now, credentials={"a-key"}) is None
    assert before.known, "the statement that is stored was not seen"
    assert len(asked) == (7 if filled.dialect.name == "sqlite" else 8)
    for sql, bound in asked:
        assert not (plan := scans(filled, sql, bound)), f"{sql}\n{plan}"


def test_the_planner_would_show_a_scan(filled):
    for asked in ("lacks = 3", "position + 0 = 3"):
        assert "lrs_statements" in scans(filled, f"SELECT position FROM lrs_statements WHERE {asked}", ())
