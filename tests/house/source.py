"""The project's own files, read once, for the tests of the house."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@cache
def files() -> tuple[Path, ...]:
    """Every file of the project that is not ignored, relative to its root."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return tuple(
        sorted(path for name in listed.split("\0") if name and (ROOT / (path := Path(name))).is_file())
    )


def modules(*tops: str) -> list[Path]:
    """The Python files below ``tops``, relative to the root."""
    return [path for path in files() if path.suffix == ".py" and path.parts[0] in tops]


def product() -> list[Path]:
    """The Python files of the service itself, without tests."""
    found = modules("app", "certificates", "plugins", "courses", "wsgi.py", "rsgi.py")
    return [path for path in found if "tests" not in path.parts]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), filename=str(path))


def imports(path: Path) -> Iterator[tuple[str, str | None, int]]:
    """What a file imports: (module, name or None, line)."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, None, node.lineno
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield "." * node.level + (node.module or ""), alias.name, node.lineno


def none(found: list[str]) -> None:
    """Fail with every line of ``found``."""
    assert not found, f"{len(found)} places:\n" + "\n".join(found)
