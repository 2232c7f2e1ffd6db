"""Arrays that are made ready here are what PostgreSQL's driver would have made of the same values."""

import uuid
from typing import Any

import pytest

from app.lrs import arrays, rows

CASES: dict[str, Any] = {
    "bigint": (arrays.bigints, [-(2**63), -1, 0, 1, 2**63 - 1]),
    "uuid": (arrays.uuids, [uuid.UUID(int=0), None, uuid.UUID(int=2**128 - 1)]),
    "bytea": (arrays.octets, [b"", b"\x00\xff", b"x" * 100_000]),
    "text": (arrays.texts, ["", "Falkvik", "Åmål", "😀"]),
}


@pytest.mark.parametrize("kind", CASES)
def test_an_array_arrives_as_it_is(session, kind):
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        return  # it has none
    make, values = CASES[kind]
    for some in (values, values[:1], []):
        assert list(rows.scalar(connection, f"SELECT %b::{kind}[]", (make(some),))) == some
