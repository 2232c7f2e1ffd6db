"""Where course packages are found: installed entry points, and the courses bundled beside the service.

A bundled course need not be installed. Its ``pyproject.toml`` says the same as its installed entry point would,
and its module is imported from its ``src`` folder, here and nowhere else, without touching the import path.
Packages that were installed as wheels are found by :mod:`plugins.store`.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path

from coursekit.spec import ENTRY_POINTS

BUNDLED = Path(__file__).resolve().parents[1] / "courses"


@dataclass(frozen=True, slots=True, order=True)
class Candidate:
    """A module that says it is a course: ``name`` is its entry point's. ``path`` is the folder to import it from.

    ``pinned`` is the digest that its files must have; empty where they may change.
    """

    name: str
    module: str
    path: str = ""
    pinned: str = ""


def in_folder(folder: Path) -> list[Candidate]:
    """The courses that lie in ``folder``, each a distribution of its own; unreadable ones are left out."""
    found = []
    for project in sorted(folder.glob("*/pyproject.toml")):
        try:
            content = tomllib.loads(project.read_text(encoding="utf-8"))
            points = content["project"]["entry-points"][ENTRY_POINTS]
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError):
            continue
        found += [Candidate(name, module, str(project.parent / "src")) for name, module in points.items()]
    return found


def installed() -> list[Candidate]:
    """The courses whose distributions are installed in this environment."""
    return [Candidate(point.name, point.value) for point in entry_points(group=ENTRY_POINTS)]


def candidates(bundled: Path = BUNDLED) -> list[Candidate]:
    """Every candidate once, by name; a bundled course goes before an installed one of the same module."""
    found = in_folder(bundled)
    modules = {one.module for one in found}
    return sorted(found + [one for one in installed() if one.module not in modules])
