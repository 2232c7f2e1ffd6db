"""What this process knows to be stored already, so that a statement does not ask for it again.

Known only after the commit that stored it; a rolled-back transaction teaches nothing.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session

LIMIT = 50_000
_known: WeakKeyDictionary[Any, dict[Hashable, Any]] = WeakKeyDictionary()
_LEARNING = "lrs.learning"


class Facts:
    """What is known in one transaction: what the process knows of the database, and what is new in it."""

    __slots__ = ("_bind", "_known", "_new")

    def __init__(self, bind: Engine | Connection, new: dict[Hashable, Any] | None = None) -> None:
        self._bind = bind
        self._known = _known.get(bind, {})
        self._new = {} if new is None else new

    def get(self, fact: Hashable) -> Any:
        """What was noted under ``fact``, or None."""
        value = self._known.get(fact)
        return self._new.get(fact) if value is None else value

    def note(self, fact: Hashable, value: Any = True) -> None:
        """Remember ``fact`` once the transaction has committed."""
        self._new[fact] = value

    def learn(self) -> None:
        """The transaction has committed."""
        if not self._new:
            return
        facts = _known.setdefault(self._bind, {})
        if len(facts) > LIMIT:
            facts.clear()
        facts.update(self._new)


def facts_of(session: Session) -> Facts:
    """What is known in the session's transaction; its commit teaches the process."""
    plain = session() if callable(session) else session  # the session itself, where a registry was handed in
    return Facts(plain.get_bind(), plain.info.setdefault(_LEARNING, {}))


@event.listens_for(Session, "after_commit")
def _learn(session: Session) -> None:
    learned = session.info.pop(_LEARNING, None)
    if learned:
        Facts(session.get_bind(), learned).learn()


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(_LEARNING, None)
