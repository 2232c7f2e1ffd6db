"""Checks HTML by the standard's rules. One Node process answers for a whole worker."""

import json
import subprocess

from tests import node


class HtmlValidator:
    """Call it with a page's source; it returns what is wrong, one line each."""

    def __init__(self) -> None:
        script = node.modules().parent / "validate.mjs"
        self._process = subprocess.Popen(
            [node.NODE, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )

    def __call__(self, html: str) -> list[str]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"html": html}) + "\n")
        self._process.stdin.flush()
        return list(json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        self._process.communicate()
