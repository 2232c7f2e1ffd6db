"""Names, sizes and what a file may say."""

import json
import re
from pathlib import Path

import pytest

from tests.house.source import ROOT, files, modules, none, product

VAGUE = {"utils", "util", "helpers", "helper", "misc", "common", "manager", "base"}
LONGEST = 500

REGISTRIES = [
    ".".join(parts)
    for parts in (
        ("registry", "npmjs", "org"),
        ("registry", "yarnpkg", "com"),
        ("pypi", "org"),
        ("files", "pythonhosted", "org"),
        ("cdn", "jsdelivr", "net"),
        ("unpkg", "com"),
    )
]
MACHINE = re.compile(r"(?<![\w.~-])/(?:work|root|Users|farm|home/(?!user\b|accelerera\b)\w+)/\w")


def texts() -> list[tuple[Path, str]]:
    found = []
    for path in files():
        try:
            found.append((path, (ROOT / path).read_text(encoding="utf-8")))
        except UnicodeDecodeError:
            continue
    return found


def test_no_module_has_a_name_that_says_nothing():
    assert [str(path) for path in product() if path.stem in VAGUE] == []


def test_modules_can_be_read_in_one_sitting():
    long = {str(path): len((ROOT / path).read_text().splitlines()) for path in product()}
    assert {path: lines for path, lines in long.items() if lines > LONGEST} == {}


def test_packages_have_empty_inits():
    inits = [path for path in modules("app", "certificates") if path.name == "__init__.py"]
    assert [str(path) for path in inits if (ROOT / path).stat().st_size] == []


def test_no_file_names_a_registry():
    named = [f"{path}: {host}" for path, text in texts() for host in REGISTRIES if host in text]
    none(named)


def test_no_file_names_a_machine():
    named = [f"{path}: {found.group()}" for path, text in texts() if (found := MACHINE.search(text))]
    none(named)


def test_the_node_lock_names_versions_and_digests_only():
    lock = json.loads((ROOT / "tests/node/package-lock.json").read_text())
    packages = {name: one for name, one in lock["packages"].items() if name}
    assert [name for name, one in packages.items() if "resolved" in one or "integrity" not in one] == []


def test_the_licence_is_the_eupl():
    text = (ROOT / "LICENSE").read_text()
    assert text == (ROOT / "LICENSES/EUPL-1.2.txt").read_text()
    assert "EUROPEAN UNION PUBLIC LICENCE v. 1.2" in text


def test_the_changelog_begins_with_what_is_new():
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert headings
    assert headings[0] == "Unreleased" or re.match(r"\d+\.\d+\.\d+ ", headings[0])


@pytest.mark.parametrize("script", ["run", ".ci/run"])
def test_scripts_are_for_any_posix_shell(script):
    path = ROOT / script
    text = path.read_text()
    assert text.startswith("#!/bin/sh\n")
    assert "[[" not in text
    assert path.stat().st_mode & 0o111
