"""PostgreSQL has better tools of its own."""

import pytest


@pytest.fixture
def database_url(databases, empty_postgresql) -> str:
    return databases.emptied("test_backup", template=empty_postgresql)


def test_a_backup_is_left_to_them_in_so_many_words(run, tmp_path):
    answer = run("backup", tmp_path / "saved.zip")
    assert answer.exit_code == 1
    assert "pg_dump" in answer.output
    assert not list(tmp_path.glob("*.zip"))
