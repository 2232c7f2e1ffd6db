"""Which statements a target gets, and the octets in which it gets them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.lrs import instants
from app.lrs.stored import LACKS_ID, LACKS_TIMESTAMP, LACKS_VERSION_2, StoredStatement
from app.lrs.validate import InvalidStatement, check
from app.xapi.multipart import Part


class NotSpoken(ValueError):
    """The statement says what the target's version of xAPI cannot say."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a target gets. Empty verbs or activities: all of them. An activity may end with ``*``."""

    verbs: frozenset[str]
    activities: tuple[str, ...]
    organisations: frozenset[uuid.UUID]

    def meet(self, statement: dict[str, Any]) -> bool:
        """Whether the statement's verb and one of its activities are among those asked for."""
        if self.verbs and statement["verb"]["id"] not in self.verbs:
            return False
        if not self.activities:
            return True
        return any(_like(one, pattern) for one in activities_of(statement) for pattern in self.activities)


def _like(activity: str, pattern: str) -> bool:
    return activity.startswith(pattern[:-1]) if pattern.endswith("*") else activity == pattern


@dataclass(frozen=True, slots=True)
class Item:
    """A statement on its way: its place in the order, and what is sent."""

    cursor: tuple[int, int]
    tenant: uuid.UUID
    id: uuid.UUID
    body: bytes
    parts: tuple[Part, ...] = field(default=())

    @property
    def size(self) -> int:
        """Octets."""
        return len(self.body) + sum(len(part.content) for part in self.parts)


def activities_of(statement: dict[str, Any]) -> Iterator[str]:
    """The activities that the statement is about or that its context names."""
    if statement["object"].get("objectType", "Activity") == "Activity":
        yield statement["object"]["id"]
    for listed in statement.get("context", {}).get("contextActivities", {}).values():
        for activity in [listed] if isinstance(listed, dict) else listed:
            yield activity["id"]


def wanted(rules: Rules, stored: StoredStatement, voided: StoredStatement | None) -> bool:
    """Whether the target gets this statement. A voiding goes wherever the statement went that it voids."""
    if stored.tenant not in rules.organisations:
        return False
    if voided is not None and rules.meet(json.loads(voided.received)):
        return True
    return rules.meet(json.loads(stored.received))


def octets(stored: StoredStatement, *, version: str) -> bytes:
    """The statement as it came in, with the id and the time that it has here, so that sending it twice is the same.

    What only a store may set (stored, authority) stays behind. Towards a 1.0.x target a statement that came as 2.0
    goes as it is, without its version, where the rules of 1.0.3 hold for it. Else :class:`NotSpoken`.
    """
    said = json.loads(stored.received)
    body = stored.received
    removed = [name for name in ("stored", "authority") if name in said]
    came_as_two = str(said.get("version", "2" if stored.lacks & LACKS_VERSION_2 else "1")).startswith("2")
    if came_as_two and not version.startswith("2"):
        try:
            check({name: value for name, value in said.items() if name != "version"}, version="1.0.3")
        except InvalidStatement as error:
            raise NotSpoken(str(error)) from None
        removed += [name for name in ("version",) if name in said]
    if removed:
        kept = {name: value for name, value in said.items() if name not in removed}
        body = json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()
    added = b""
    if stored.lacks & LACKS_ID:
        added += f',"id":"{stored.id}"'.encode()
    if stored.lacks & LACKS_TIMESTAMP:
        added += f',"timestamp":"{instants.write(stored.stored)}"'.encode()
    return body.rstrip()[:-1] + added + b"}" if added else body


def together(items: Sequence[Item]) -> bytes:
    """Statements as one array."""
    return b"[" + b",".join(item.body for item in items) + b"]"
