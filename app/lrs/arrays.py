"""PostgreSQL's arrays in the form in which they travel. The driver makes them too, value by value, in ten times the
time: for one statement, a third of what storing it costs the service."""

from __future__ import annotations

import struct
import uuid
from collections.abc import Collection, Sequence
from itertools import chain, repeat

import psycopg
from psycopg.adapt import Dumper

_BIGINT, _UUID, _BYTEA, _TEXT = 20, 2950, 17, 25
"""PostgreSQL's numbers of the types."""


class Array(bytes):
    """An array that is ready to travel; what it is an array of stands in the SQL, as ``%b::bigint[]``."""


class _Dumper(Dumper):
    """Hands the driver what is ready."""

    format = psycopg.pq.Format.BINARY
    oid = 0  # the server knows it by the SQL

    def dump(self, obj: Array) -> bytes:
        return obj


psycopg.adapters.register_dumper(Array, _Dumper)


def bigints(values: Sequence[int]) -> Array:
    """bigint[]; for columns of fewer octets too."""
    if not values:
        return _empty(_BIGINT)
    amount = len(values)
    pairs = chain.from_iterable(zip(repeat(8), values))
    return Array(struct.pack(f"!5i{'iq' * amount}", 1, 0, _BIGINT, amount, 1, *pairs))


def uuids(values: Collection[uuid.UUID | None]) -> Array:
    """uuid[]"""
    return _of(_UUID, [None if value is None else value.bytes for value in values])


def octets(values: Collection[bytes]) -> Array:
    """bytea[]"""
    return _of(_BYTEA, values)


def texts(values: Collection[str]) -> Array:
    """text[]"""
    return _of(_TEXT, [value.encode() for value in values])


def _of(kind: int, values: Collection[bytes | None]) -> Array:
    if not values:
        return _empty(kind)
    pieces = [struct.pack("!5i", 1, None in values, kind, len(values), 1)]
    for value in values:
        if value is None:
            pieces.append(b"\xff\xff\xff\xff")
        else:
            pieces += (len(value).to_bytes(4, "big"), value)
    return Array(b"".join(pieces))


def _empty(kind: int) -> Array:
    return Array(struct.pack("!3i", 0, 0, kind))
