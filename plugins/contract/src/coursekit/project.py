"""A course on its author's machine: the folder with ``pyproject.toml``, and the module that it names."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coursekit.spec import ENTRY_POINTS


class ProjectError(Exception):
    """The folder is no course distribution; the message says what it lacks, ``line`` where in pyproject.toml."""

    def __init__(self, says: str, *, line: int = 1) -> None:
        super().__init__(says)
        self.line = line


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """``name`` is the entry point's, which is the course's id; ``source`` the folder that the module lies in."""

    folder: Path
    content: Mapping[str, Any]
    text: str
    name: str
    module: str

    @property
    def source(self) -> Path:
        """The folder to import the module from."""
        inside = self.folder / "src"
        return inside if inside.is_dir() else self.folder

    @property
    def root(self) -> Path:
        """The folder of the module, in which the pages lie."""
        return self.source / self.module.partition(".")[0]

    @property
    def version(self) -> str:
        return str(self.content.get("project", {}).get("version", ""))

    def line(self, words: str) -> int:
        """The first line of pyproject.toml that has ``words``; 1 where none has."""
        lines = enumerate(self.text.splitlines(), 1)
        return next((number for number, line in lines if words in line), 1)

    def packed(self) -> Sequence[Path] | None:
        """The files that setuptools packs beside the code; None where another tool decides that."""
        backend = self.content.get("build-system", {}).get("build-backend", "setuptools.build_meta")
        if not str(backend).startswith("setuptools"):
            return None
        wanted = self.content.get("tool", {}).get("setuptools", {}).get("package-data", {})
        patterns = [*wanted.get(self.root.name, ()), *wanted.get("*", ())]
        return [path for pattern in patterns for path in self.root.glob(pattern) if path.is_file()]


def open_project(folder: Path) -> Project:
    """The course in ``folder``. Raises :class:`ProjectError`."""
    file = folder / "pyproject.toml"
    try:
        text = file.read_text(encoding="utf-8")
        content = tomllib.loads(text)
    except FileNotFoundError:
        raise ProjectError(f"there is no pyproject.toml in {folder.name or folder}") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProjectError(f"pyproject.toml cannot be read: {error}") from error
    points = content.get("project", {}).get("entry-points", {}).get(ENTRY_POINTS, {})
    if not isinstance(points, Mapping) or len(points) != 1:
        raise ProjectError(
            f'pyproject.toml names {len(points)} courses; it needs one, under [project.entry-points."{ENTRY_POINTS}"]'
        )
    ((name, module),) = points.items()
    return Project(folder=folder, content=content, text=text, name=name, module=str(module))
