"""Whose turn it is to write. SQLite lets one write at a time and has the others ask again after a sleep; a file
lock wakes the next one at once. It is a courtesy, not a guard: who does not take it waits as before."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Turns:
    """Turns by one file, which stays open. One thread's at a time; ``lock`` is None where no turns are needed."""

    def __init__(self, lock: Path | None) -> None:
        self._file = None if lock is None else os.open(lock, os.O_CREAT | os.O_RDWR, 0o600)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for the turn of the lock's holder to end, and hold it."""
        if self._file is None:
            yield
            return
        fcntl.flock(self._file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def __del__(self) -> None:
        if self._file is not None:
            os.close(self._file)


@contextmanager
def turn(lock: Path | None) -> Iterator[None]:
    """One turn, of any thread."""
    with Turns(lock).turn():
        yield
