"""Group commit: what several senders want at the same moment is stored in one transaction.

A commit waits for the disk, whatever it holds; so those who wait together pay for one. The connection is a process's
own and stays open, and the driver alone speaks on it: a statement costs less than the layers above would.
Nobody's statements spoil another's: conflicts are found before anything is stored, and where the transaction
fails as a whole, the caller stores each sender's alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from app.lrs import rows, seen
from app.lrs.store import Wanted, look, store_all, store_at_once
from app.lrs.stored import StatementConflict, Stored
from app.lrs.turns import Turns


class CredentialEnded(Exception):
    """The credential was revoked after it was looked up."""


Outcome = list[Stored] | StatementConflict | CredentialEnded


class Group:
    """Writes to one database, in one process and one thread. ``lock``: whose turn it is, where turns are needed."""

    def __init__(self, engine: Engine, lock: Path | None) -> None:
        self.engine, self.turns = engine, Turns(lock)
        self._connection: Connection | None = None

    def store(self, wanted: Sequence[tuple[str, Wanted]], *, now: datetime) -> list[Outcome]:
        """Store and commit what ``wanted`` names with the key of its credential. No id may be wanted by two.

        Raises SQLAlchemy's errors; nothing is stored then.
        """
        connection = self._open()
        try:
            with self.turns.turn():
                return self._stored_at_once(connection, wanted, now) or self._stored(connection, wanted, now)
        except BaseException:
            self.close()
            raise

    def _stored_at_once(
        self, connection: Connection, wanted: Sequence[tuple[str, Wanted]], now: datetime
    ) -> list[Outcome] | None:
        """By one statement of SQL, which is most of what comes on PostgreSQL; None where that is not enough."""
        if not rows.can_insert_if_clear(connection):
            return None
        facts, keys = seen.Facts(self.engine), {key for key, _ in wanted}
        stored = store_at_once(connection, facts, [w for _, w in wanted], now=now, credentials=keys)
        return None if stored is None else [*stored]

    def _stored(
        self, connection: Connection, wanted: Sequence[tuple[str, Wanted]], now: datetime
    ) -> list[Outcome]:
        """By a transaction."""
        facts = seen.Facts(self.engine)
        with rows.together(connection):
            rows.begin(connection)
            before = look(connection, [w for _, w in wanted], now=now, credentials={k for k, _ in wanted})
            allowed = [w for key, w in wanted if key in before.credentials]
            stored = iter(store_all(connection, facts, allowed, now=now, before=before))
            rows.commit(connection)
        facts.learn()
        return [next(stored) if key in before.credentials else CredentialEnded() for key, _ in wanted]

    def _open(self) -> Connection:
        if self._connection is None:
            self._connection = self.engine.connect()
            rows.settle(self._connection)
        return self._connection

    def close(self) -> None:
        """Give the connection up; what was not committed is undone."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(DBAPIError):
                connection.invalidate()
                connection.close()
