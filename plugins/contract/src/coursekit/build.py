"""Make the wheel that is shipped: after the check, in a copy of the folder, the same bytes from the same files."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from coursekit.check import Report, check
from coursekit.project import open_project

TIME_LIMIT = 300
"""Seconds that the build tool may take."""
ALWAYS_THE_SAME_DAY = "1767225600"
"""1 January 2026: the time of every file in the wheel, so that the same course is the same bytes."""
LEFT_OUT = shutil.ignore_patterns(".*", "build", "dist", "*.egg-info", "__pycache__", "node_modules")
CALL = """
import importlib, sys
backend = importlib.import_module(sys.argv[1])
print("\\x1e" + backend.build_wheel(sys.argv[2]))
"""


class CannotBuild(Exception):
    """No wheel was made; ``report`` has what must be mended first, if that is why."""

    def __init__(self, says: str, report: Report | None = None) -> None:
        super().__init__(says)
        self.report = report


def build(folder: Path) -> Path:
    """The wheel of the course in ``folder``, made in its ``dist``. Raises :class:`CannotBuild`."""
    report = check(folder)
    if report.findings:
        raise CannotBuild("There is something to mend first.", report)
    project = open_project(folder)
    backend = str(project.content.get("build-system", {}).get("build-backend", "setuptools.build_meta"))
    target = folder / "dist"
    target.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place, "course")
        shutil.copytree(folder, copy, ignore=LEFT_OUT)
        made = Path(place, "made")
        made.mkdir()
        name = _run(backend, copy, made)
        lost = _lost(project.root, made / name)
        if lost:
            raise CannotBuild(f"The wheel would lack {', '.join(lost)}; name it under package-data.")
        shutil.copyfile(made / name, target / name)
    return target / name


def _run(backend: str, copy: Path, made: Path) -> str:
    try:
        done = subprocess.run(
            [sys.executable, "-c", CALL, backend, str(made)],
            cwd=copy,
            env={**os.environ, "SOURCE_DATE_EPOCH": ALWAYS_THE_SAME_DAY},
            capture_output=True,
            text=True,
            timeout=TIME_LIMIT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise CannotBuild(f"{backend} did not finish within {TIME_LIMIT} seconds.") from None
    name = done.stdout.rpartition("\x1e")[2].strip()
    if done.returncode or not (made / name).is_file():
        raise CannotBuild(f"{backend} made no wheel:\n{done.stderr.strip()}")
    return name


def _lost(root: Path, wheel: Path) -> list[str]:
    """Files of the module that did not come into the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    own = [path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()]
    kept = [name for name in own if "__pycache__" not in name and not Path(name).name.startswith(".")]
    return sorted(name for name in kept if f"{root.name}/{name}" not in held)
