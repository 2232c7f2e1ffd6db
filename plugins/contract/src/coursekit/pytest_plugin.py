"""pytest for authors: the fixture ``whole_course`` makes a course's whole test one line."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

TIME_LIMIT = 60
"""Seconds that a check may take; a course that hangs while it is loaded fails its test then."""


@pytest.fixture
def whole_course(request: pytest.FixtureRequest) -> Callable[[], None]:
    """Call it to check the course to which the test file belongs; it fails with every fault, its file and line."""
    folders = [folder for folder in Path(request.path).parents if (folder / "pyproject.toml").is_file()]

    def look() -> None:
        if not folders:
            pytest.fail("there is no pyproject.toml above this test", pytrace=False)
        command = [sys.executable, "-m", "coursekit", "check", str(folders[0])]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=TIME_LIMIT, check=False)
        except subprocess.TimeoutExpired:
            pytest.fail(f"the course did not finish loading within {TIME_LIMIT} seconds", pytrace=False)
        if done.returncode:
            pytest.fail(done.stdout + done.stderr, pytrace=False)

    return look
