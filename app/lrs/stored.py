"""A statement as the store has it, and a statement as it arrived."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.lrs import instants

LACKS_ID, LACKS_TIMESTAMP, LACKS_VERSION_1, LACKS_VERSION_2, LACKS_ROOM, LACKS_UTC, LACKS_ARRAYS = (
    1,
    2,
    4,
    8,
    16,
    32,
    64,
)
"""What the store adds. ``LACKS_ROOM``: the bytes carry a stored time or an authority, which ours replace;
``LACKS_UTC``: the timestamp is in another zone, and xAPI 2.0 hands it out in UTC; ``LACKS_ARRAYS``: a context activity
stands alone and is handed out in an array."""


class Received(dict[str, Any]):
    """A parsed, valid statement that remembers its own bytes and the version it was sent under."""

    __slots__ = ("raw", "version")
    raw: bytes
    version: str


@dataclass(frozen=True, slots=True)
class Stored:
    """The answer to storing one statement: its id, and whether it is new."""

    id: uuid.UUID
    new: bool
    position: int = 0


class StatementConflict(Exception):
    """Another statement is already stored under this id."""

    def __init__(self, id: uuid.UUID) -> None:
        super().__init__(f"another statement is stored under the id {id}")
        self.id = id


def lacking(statement: dict[str, Any], version: str) -> int:
    """Which properties the store has to add to what was received."""
    lacks = 0
    if "id" not in statement:
        lacks |= LACKS_ID
    if "timestamp" not in statement:
        lacks |= LACKS_TIMESTAMP
    if "version" not in statement:
        lacks |= LACKS_VERSION_2 if version.startswith("2") else LACKS_VERSION_1
    if "stored" in statement or "authority" in statement:
        lacks |= LACKS_ROOM
    if version.startswith("2") and not str(statement.get("timestamp", "Z")).endswith("Z"):
        lacks |= LACKS_UTC
    for said in (statement, statement["object"]):
        if "context" in said and "contextActivities" in said["context"]:
            for listed in said["context"]["contextActivities"].values():
                if isinstance(listed, dict):  # in the sub-statement too
                    lacks |= LACKS_ARRAYS
    return lacks


def _in_arrays(statement: dict[str, Any]) -> None:
    for said in (statement, statement["object"]):
        activities = said.get("context", {}).get("contextActivities", {})
        for name, listed in activities.items():
            if isinstance(listed, dict):
                activities[name] = [listed]


@dataclass(frozen=True, slots=True)
class StoredStatement:
    """A stored statement; ``exact`` is what a reader gets, byte for byte what came in plus what the store adds."""

    position: int
    tenant: uuid.UUID
    id: uuid.UUID
    authority: bytes
    lacks: int
    received: bytes
    voids: uuid.UUID | None = None

    @property
    def stored(self) -> datetime:
        """When it was stored."""
        return instants.stored_at(self.position)

    @property
    def exact(self) -> bytes:
        """The statement in the exact format, as JSON."""
        stored = instants.write(self.stored)
        if self.lacks & (LACKS_ROOM | LACKS_UTC | LACKS_ARRAYS):
            said = json.loads(self.received)
            said.pop("stored", None)
            said.pop("authority", None)
            if self.lacks & LACKS_UTC:
                said["timestamp"] = instants.write(instants.parse(said["timestamp"]))
            _in_arrays(said)
            body = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
        else:
            body = self.received
        more = [b',"stored":"', stored.encode(), b'","authority":', self.authority]
        if self.lacks & LACKS_ID:
            more.append(f',"id":"{self.id}"'.encode())
        if self.lacks & LACKS_TIMESTAMP:
            more.append(f',"timestamp":"{stored}"'.encode())
        if self.lacks & LACKS_VERSION_1:
            more.append(b',"version":"1.0.0"')
        if self.lacks & LACKS_VERSION_2:
            more.append(b',"version":"2.0.0"')
        return body[:-1] + b"".join(more) + b"}"

    @property
    def statement(self) -> dict[str, Any]:
        """The statement in the exact format, parsed."""
        said: dict[str, Any] = json.loads(self.exact)
        return said
