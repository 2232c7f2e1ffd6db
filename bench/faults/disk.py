"""A disk that fails, for SQLite's files: see ``disk.c``. It has to be preloaded when a process starts."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path

KINDS = ("kill", "EIO", "ENOSPC", "loss", "torn")
_COUNTING = -1
_SOURCE = Path(__file__).with_name("disk.c")


class NoCompiler(RuntimeError):
    """Faults of the disk need a C compiler (cc) on a Linux machine."""


def library(folder: Path) -> Path:
    """The compiled library. Raises :class:`NoCompiler`."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None or sys.platform != "linux":
        raise NoCompiler(NoCompiler.__doc__)
    made = folder / "disk.so"
    command = [compiler, "-O1", "-shared", "-fPIC", "-o", str(made), str(_SOURCE), "-ldl"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoCompiler(f"{compiler} cannot compile disk.c: {done.stderr[:400]}")
    return made


def environment(folder: Path) -> dict[str, str]:
    """What a process is started with so that its disk can fail."""
    return {**os.environ, "LD_PRELOAD": str(library(folder))}


def ready() -> bool:
    """Whether this process has been started so."""
    return hasattr(ctypes.CDLL(None), "faults_arm")


def arm(database: str, kind: str, number: int) -> None:
    """In this process, break the event with this number in the files of ``database``."""
    _arm(database, KINDS.index(kind) + 1, number)


def count(database: str) -> None:
    """In this process, break nothing, and count."""
    _arm(database, _COUNTING, 0)


def counted() -> int:
    """How many events there have been since."""
    return int(ctypes.CDLL(None).faults_count())


def _arm(database: str, kind: int, number: int) -> None:
    ctypes.CDLL(None).faults_arm(
        database.encode(), ctypes.c_int(kind), ctypes.c_long(number), ctypes.c_uint(number)
    )
