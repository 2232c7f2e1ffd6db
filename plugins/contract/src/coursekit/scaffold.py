"""A new course: a whole distribution that passes its own check, for its author to write over."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from coursekit.questions import plain


class CannotScaffold(Exception):
    """Nothing was written; the message says why."""


def slug(name: str) -> str:
    """The id of a course called ``name``: "Cyklar för alla" becomes ``cyklar-for-alla``."""
    return "-".join(plain(name).encode("ascii", "ignore").decode().split())


def scaffold(name: str, folder: Path) -> Path:
    """Write a new course called ``name`` into ``folder``, new or empty. Raises :class:`CannotScaffold`."""
    id = slug(name)
    if not id or not id[0].isalpha():
        raise CannotScaffold(f"{name!r} gives no id; begin the name with a letter")
    if any(letter in name for letter in '"\\\n'):
        raise CannotScaffold(f"{name!r}: leave quotes and backslashes out of the name")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CannotScaffold(f"{folder} is not empty")
    module = id.replace("-", "_")
    words = {"@ID@": id, "@MODULE@": module, "@TITLE@": name.strip()}
    template = files("coursekit") / "template"
    inside = folder / "src" / module
    _write(folder / "pyproject.toml", template / "pyproject.toml.txt", words)
    _write(folder / "README.md", template / "README.md", words)
    _write(folder / "tests" / "test_course.py", template / "test_course.py.txt", words)
    _write(inside / "__init__.py", template / "__init__.py.txt", words)
    _write(inside / "questions.toml", template / "questions.toml", words)
    for part in ("pages/sv/01-why.md", "pages/sv/02-how.md", "pages/en/01-why.md", "pages/en/02-how.md"):
        _write(inside / part, template / part, words)
    _write(inside / "figures/way.svg", template / "figures/way.svg", words)
    return folder


def _write(path: Path, source: Traversable, words: dict[str, str]) -> None:
    text = source.read_text(encoding="utf-8")
    for key, value in words.items():
        text = text.replace(key, value)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
