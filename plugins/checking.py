"""The check report of a package: what its author's tool finds, for whoever decides whether learners get it.

A package is checked once, in a process of its own with a time limit, and what was found is kept by its digest.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from plugins.find import Candidate
from plugins.load import folder_of, run_apart

TIME_LIMIT = 60.0
"""Seconds that a check may take."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to mend: ``file`` as the package names it, and a sentence for its author, in English."""

    file: str
    line: int
    says: str


@dataclass(frozen=True, slots=True)
class Report:
    """``findings`` None: the check did not come to its end."""

    findings: tuple[Finding, ...] | None


class Reports:
    """The reports of the packages of an instance: kept in this process, and in ``folder``, if one is given."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self._here: dict[str, Report] = {}

    def of(self, candidate: Candidate, digest: str, *, time_limit: float = TIME_LIMIT) -> Report:
        """The report of these exact files, made where there is none yet."""
        kept = self._here.get(digest) or self._kept(digest)
        if kept is not None:
            return kept
        done = run_apart(
            "plugins.check_apart",
            candidate.module,
            str(folder_of(candidate).parent),
            time_limit=time_limit,
        )
        if done is None:
            return Report(None)
        made = _read(done.stdout.decode(errors="replace").rpartition("\x1e")[2])
        if made.findings is not None:
            self._here[digest] = made
            self._keep(digest, made.findings)
        return made

    def _file(self, digest: str) -> Path | None:
        return self.folder / f"{digest}-{version('coursekit')}.json" if self.folder else None

    def _kept(self, digest: str) -> Report | None:
        file = self._file(digest)
        try:
            found = _read(file.read_text(encoding="utf-8")) if file else None
        except (OSError, UnicodeDecodeError):
            return None
        return found if found and found.findings is not None else None

    def _keep(self, digest: str, findings: tuple[Finding, ...]) -> None:
        file = self._file(digest)
        if file is None:
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_suffix(f".{os.getpid()}")
        fresh.write_text(json.dumps([[one.file, one.line, one.says] for one in findings]), encoding="utf-8")
        fresh.replace(file)


def _read(text: str) -> Report:
    """A report as it is written; what cannot be read, since a package can write into its answer, is none."""
    try:
        return Report(
            tuple(Finding(str(file), int(line), str(says)) for file, line, says in json.loads(text))
        )
    except (ValueError, TypeError):
        return Report(None)
