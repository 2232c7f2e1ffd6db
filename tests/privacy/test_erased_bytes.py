"""What was erased is gone from SQLite's file, not only from its tables."""

import shutil

import pytest

from app.db import empty_journal
from app.privacy import erasing


@pytest.fixture
def database_url(tmp_path, empty_sqlite) -> str:
    shutil.copyfile(empty_sqlite, tmp_path / "test.db")
    return f"sqlite:///{tmp_path / 'test.db'}"


def test_no_byte_of_it_is_left(session, past, tmp_path):
    email = past.email.encode()
    empty_journal(session())
    assert email in (tmp_path / "test.db").read_bytes()
    erasing.erase(session, past.tilde, reason="bad om det", by=None, now=past.now)
    session.commit()
    empty_journal(session())
    raw = (tmp_path / "test.db").read_bytes()
    assert email not in raw
    assert b"hemligt om Bo" not in raw
