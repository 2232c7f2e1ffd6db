"""What the documents point at exists."""

import re
from pathlib import Path

import pytest

from tests.house.source import ROOT, files, none

PAGES = [
    path
    for path in files()
    if path.suffix == ".md" and path.parts[0] in {"README.md", "CHANGELOG.md", "docs"}
]


@pytest.mark.parametrize("document", PAGES, ids=str)
def test_links_lead_somewhere(document: Path):
    text = (ROOT / document).read_text()
    targets = [one.split("#")[0] for one in re.findall(r"\]\(([^)\s]+)\)", text)]
    none([one for one in targets if one and "://" not in one and not (ROOT / document.parent / one).exists()])


@pytest.mark.parametrize("document", PAGES, ids=str)
def test_tests_that_are_named_exist(document: Path):
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", (ROOT / document).read_text())
    none([f"{path}::{test}" for path, test in named if f"def {test}(" not in _text(path)])


def _text(path: str) -> str:
    return (ROOT / path).read_text() if (ROOT / path).exists() else ""


def test_operators_find_every_setting():
    settings = set(re.findall(r'environ\.get\("([A-Z_]+)"', _text("app/config.py")))
    told = set(re.findall(r"`([A-Z_]+)`", _text("docs/operators.md")))
    assert settings - told == set()


@pytest.mark.parametrize("folder", ["app", "certificates"])
def test_paths_that_are_named_exist(folder: str):
    missing = [
        f"{document}: {path}"
        for document in PAGES
        for path in re.findall(rf"`({folder}/[\w/.-]+)`", (ROOT / document).read_text())
        if not (ROOT / path).exists()
    ]
    none(missing)
