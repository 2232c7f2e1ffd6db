"""Where in an author's files something was written: the file and line of a thing with an id, and of a field of it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from coursekit.package import TWICE, Fault

Place = tuple[Path, int]


class Sources:
    """The Python and TOML files of a course's module."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.main = root / "__init__.py"
        self._trees: list[tuple[Path, ast.Module]] = []
        for path in sorted(root.rglob("*.py")):
            try:
                self._trees.append((path, ast.parse(path.read_text(encoding="utf-8"))))
            except (OSError, SyntaxError, ValueError):
                continue
        self._banks = [
            (path, path.read_text(encoding="utf-8", errors="replace").splitlines())
            for path in sorted(root.rglob("*.toml"))
        ]

    def of(self, fault: Fault) -> Place:
        """Where the author has to go to mend ``fault``; the module's first line where nothing better is known."""
        found = list(self._things(fault.id, fault.field)) if fault.id else []
        if not found and fault.id:
            found = list(self._words(fault.id))
        if not found and fault.hook:
            found = list(self._functions(fault.hook))
        if not found:
            return self.main, 1
        return found[-1] if fault.field == TWICE else found[0]

    def _things(self, id: str, field: str) -> Iterator[Place]:
        for path, tree in self._trees:
            for node in ast.walk(tree):
                if isinstance(node, ast.Call):
                    named = {word.arg: word.value for word in node.keywords if word.arg}
                    own = named.get("id") or named.get("code")
                    if isinstance(own, ast.Constant) and own.value == id:
                        yield path, named[field].lineno if field in named else own.lineno
        for path, lines in self._banks:
            yield from ((path, line) for line in _in_bank(lines, id, field))

    def _words(self, words: str) -> Iterator[Place]:
        for path, tree in self._trees:
            constants = [node for node in ast.walk(tree) if isinstance(node, ast.Constant)]
            yield from ((path, node.lineno) for node in constants if node.value == words)

    def _functions(self, name: str) -> Iterator[Place]:
        for path, tree in self._trees:
            for node in ast.walk(tree):
                if isinstance(node, ast.FunctionDef) and node.name == name:
                    yield path, node.lineno


def _in_bank(lines: list[str], id: str, field: str) -> Iterator[int]:
    for number, line in enumerate(lines, 1):
        if not re.match(rf"""\s*id\s*=\s*["']{re.escape(id)}["']""", line):
            continue
        block = range(number, len(lines) + 1)
        end = next((at for at in block if at > number and lines[at - 1].startswith("[[")), len(lines) + 1)
        start = next((at for at in range(number, 0, -1) if lines[at - 1].startswith("[[")), 1)
        own = (at for at in range(start, end) if re.match(rf"\s*{re.escape(field)}\s*=", lines[at - 1]))
        yield next(own, number) if field and field != TWICE else number
