"""The planner is asked: no filter walks through a table."""

import re
import uuid
from itertools import product
from typing import Any

import pytest

from app.lrs import query, rows
from app.lrs import service as lrs
from tests.lrs.statements import DID, LEARNER, MENTOR, MODULE, rich, statement

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
        return "" if set(re.findall(r"SCAN (\w+)", plan)) <= {"found", "every_arm", "arm0", "arm1"} else plan
    plan = "\n".join(row[0] for row in rows.run(connection, "EXPLAIN " + sql, bound))
    return plan if "Seq Scan" in plan else ""


def test_no_filter_scans(filled):
    """Every filter in one test, since filling the store is what takes the time."""
    if filled.dialect.name == "postgresql":
        rows.run(filled, "SET LOCAL enable_seqscan = off")  # what is small enough to be read whole is no scan
    for name, ascending in product(FILTERS, (False, True)):
        wanted = query.conditions(FALKVIK, **FILTERS[name])
        sql, bound = query.select(filled, FALKVIK, wanted, query.LOWEST, query.HIGHEST, ascending, 101)
        plan = scans(filled, sql, bound)
        assert not plan, f"{name}, ascending {ascending}:\n{plan}"


def test_the_planner_would_show_a_scan(filled):
    explain = "EXPLAIN QUERY PLAN" if filled.dialect.name == "sqlite" else "EXPLAIN"
    plan = str(rows.run(filled, f"{explain} SELECT * FROM lrs_statements WHERE lacks = 3").fetchall())
    assert "SCAN lrs_statements" in plan or "Seq Scan" in plan
