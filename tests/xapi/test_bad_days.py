"""A full disk, and callers who send nearly valid statements: the short form of ``./run bench fuzz``."""

import shutil
import uuid

import pytest
from sqlalchemy import event

from app.db import db
from app.evidence.models import EvidenceItem
from bench import fuzz
from tests.lrs.statements import statement


@pytest.fixture
def database_url(empty_sqlite, tmp_path):
    """SQLite alone: what is tried here happens before the database, or is SQLite's own."""
    path = tmp_path / "test.db"
    shutil.copyfile(empty_sqlite, path)
    return f"sqlite:///{path}"


def test_nothing_nearly_valid_breaks_the_service(app):
    answers = list(fuzz.faults(app, 250, seed=3))
    assert [said for _, said in answers if said] == []
    statuses = {status for status, _ in answers}
    assert {200, 400} <= statuses, "the inputs are all alike"
    with app.app_context():
        assert db.session.query(EvidenceItem).count(), "nothing became evidence"


def test_a_full_disk_refuses_whole_and_keeps_what_was_answered(app, lrs_call):
    pages = 40

    def limit(connection, _record):
        used = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {used + pages}")

    with app.app_context():
        db.engine.dispose()
        event.listen(db.engine, "connect", limit)
    taken, answer = [], None
    for _ in range(100):
        batch = [statement(id=str(uuid.uuid4()), result={"response": "x" * 500}) for _ in range(20)]
        answer = lrs_call("POST", "statements", batch)
        if answer.status_code != 200:
            break
        taken += answer.json
    assert (answer.status_code, answer.content_type) == (507, "application/problem+json")
    assert "nothing was stored" in answer.json["detail"]
    assert taken
    kept, more = [], f"/xapi/statements?limit={len(taken) + 20}"
    while more:
        page = lrs_call.client.get(more, headers=lrs_call.headers()).json
        kept, more = kept + [one["id"] for one in page["statements"]], page["more"]
    assert sorted(kept) == sorted(taken)
    with app.app_context():
        event.remove(db.engine, "connect", limit)
        db.engine.dispose()
    assert lrs_call("POST", "statements", batch).status_code == 200
