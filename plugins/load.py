"""Load one course package, so that a broken one harms nobody: a reason instead of an exception.

The first load of a package's exact bytes happens in a process of its own with a time limit; one that hangs, kills
its process or raises is refused before the service imports it. What passed is remembered by digest.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from coursekit import Package, PackageError
from coursekit.package import SLUG, VERSION

from plugins.find import Candidate
from plugins.importing import package_of

TIME_LIMIT = 10.0
"""Seconds that a package may take to load the first time."""


class Unloadable(Exception):
    """The package cannot be loaded; ``reasons`` are sentences for its author and the administrator."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A package that may be used, and the digest of its files as they were when it was loaded."""

    candidate: Candidate
    package: Package
    digest: str


_PASSED_HERE: set[str] = set()
"""What passed in this process need not be tried again in it."""


class Memory:
    """Which digests have passed a first load. Kept in ``file`` between processes, if one is given."""

    def __init__(self, file: Path | None = None) -> None:
        self.file = file

    def knows(self, digest: str) -> bool:
        return digest in _PASSED_HERE or digest in self._kept()

    def keep(self, digest: str) -> None:
        _PASSED_HERE.add(digest)
        if self.file is None:
            return
        self.file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.file.with_suffix(f".{os.getpid()}")
        fresh.write_text(json.dumps(sorted({*self._kept(), digest})))
        fresh.replace(self.file)

    def _kept(self) -> list[str]:
        try:
            kept = json.loads(self.file.read_text()) if self.file else []
        except (OSError, ValueError):
            return []  # a missing or damaged memory only costs a second first load
        return kept if isinstance(kept, list) else []


def folder_of(candidate: Candidate) -> Path:
    """The folder of the candidate's module, found without running any of it. Raises :class:`Unloadable`."""
    top = candidate.module.partition(".")[0]
    if candidate.path:
        folder = Path(candidate.path, top)
        if not folder.is_dir():
            raise Unloadable(f"its module {candidate.module} is missing")
        return folder
    found = importlib.util.find_spec(top)
    if found is None or found.origin is None:
        raise Unloadable(f"its module {candidate.module} is missing")
    return Path(found.origin).parent


def digest_of(folder: Path) -> str:
    """SHA-256 over every file's name and bytes in ``folder``, byte code left out."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            name = path.relative_to(folder).as_posix().encode()
            total.update(len(name).to_bytes(4) + name + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def run_apart(tool: str, *arguments: str, time_limit: float) -> subprocess.CompletedProcess[bytes] | None:
    """A module of ours in a process of its own, which may import what a course imports; None where it took too long."""
    root = str(Path(__file__).resolve().parents[1])
    path = [root, *(entry for entry in sys.path if entry)]
    try:
        return subprocess.run(
            [sys.executable, "-m", tool, *arguments],
            cwd=root,
            env={"PYTHONPATH": ":".join(path), "PATH": "", "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=time_limit,
        )
    except subprocess.TimeoutExpired:
        return None


def try_apart(candidate: Candidate, time_limit: float = TIME_LIMIT) -> tuple[str, str]:
    """The id and version of the course, as a process of its own found them. Raises :class:`Unloadable`."""
    done = run_apart("plugins.first_load", candidate.module, candidate.path, time_limit=time_limit)
    if done is None:
        raise Unloadable(f"it did not finish loading within {time_limit:g} seconds")
    last = done.stdout.decode(errors="replace").rpartition("\x1e")[2]
    try:
        said = json.loads(last)
        reasons = [str(reason) for reason in said["reasons"]]
    except (ValueError, TypeError, KeyError):
        raise Unloadable(f"it stopped its process while loading (exit status {done.returncode})") from None
    if reasons:
        raise Unloadable(*reasons)
    course, version = str(said.get("course")), str(said.get("version"))
    if not SLUG.match(course) or not VERSION.match(
        version
    ):  # the package could have written the answer itself
        raise Unloadable("it did not say which course it is")
    return course, version


def _import(candidate: Candidate, digest: str) -> Package:
    try:
        return package_of(candidate.module, candidate.path, digest[:12])
    except PackageError as error:
        raise Unloadable(*error.faults) from error
    except Exception as error:
        raise Unloadable(f"it raised {type(error).__name__}: {error}") from error


def load(candidate: Candidate, memory: Memory, *, time_limit: float = TIME_LIMIT) -> Loaded:
    """The candidate's package. Raises :class:`Unloadable`, whatever is wrong with it."""
    digest = digest_of(folder_of(candidate))
    if candidate.pinned and candidate.pinned != digest:
        raise Unloadable("its files are not those that were installed; install it again")
    if not memory.knows(digest):
        try_apart(candidate, time_limit)
        memory.keep(digest)
    return Loaded(candidate=candidate, package=_import(candidate, digest), digest=digest)
