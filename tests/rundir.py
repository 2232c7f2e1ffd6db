"""One folder per test run, shared by the run's worker processes: the PostgreSQL server, the empty databases.

It lies directly under /tmp, since a socket's path must be short.
"""

import fcntl
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

VARIABLE = "ACCELERERA_TEST_RUN"


def begin() -> None:
    """Make the folder, once, in the process that starts the others."""
    os.environ[VARIABLE] = tempfile.mkdtemp(prefix="accelerera-", dir="/tmp")


def folder() -> Path:
    return Path(os.environ[VARIABLE])


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold ``path`` so that one process at a time makes what stands beside it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def end() -> None:
    """Stop what still runs there and remove the folder."""
    with suppress(FileNotFoundError, ValueError):
        server = int((folder() / "pg" / "postmaster.pid").read_text().split()[0])
        with suppress(ProcessLookupError):
            os.kill(server, signal.SIGQUIT)
            until = time.monotonic() + 10
            while time.monotonic() < until and (folder() / "pg" / "postmaster.pid").exists():
                time.sleep(0.01)
    shutil.rmtree(folder(), ignore_errors=True)
