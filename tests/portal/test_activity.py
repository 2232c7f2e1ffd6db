"""Every entry of the audit log is told in words, on the log's page and on each person's own."""

import ast
from pathlib import Path

from app.accounts import activity_words

ROOT = Path(__file__).resolve().parents[2]


def actions() -> set[str]:
    """What the rooms record, where the action is written out in the call."""
    found = set()
    for file in (ROOT / "app").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record":
                told = node.args[1]
                choices = [told.body, told.orelse] if isinstance(told, ast.IfExp) else [told]
                found |= {one.value for one in choices if isinstance(one, ast.Constant)}
    return found


def test_every_entry_has_words(app):
    recorded = actions()
    assert {"candidacy.began", "hours.asked", "session.booked"} <= recorded
    assert sorted(recorded - set(activity_words.WORDS)) == []
