"""The report that stands before an administrator takes a version: made apart, once, and never in the service's way."""

import json

import pytest

from plugins import checking
from plugins.checking import Finding, Report, Reports
from plugins.find import Candidate
from plugins.load import digest_of
from tests.plugins.packages import COURSE, LESSONS, catalogue_of, write_package


@pytest.fixture
def package(tmp_path):
    """``package(lessons=..., course=...)``: a package as it is shipped, and its digest."""

    def write(**parts: str) -> tuple[Candidate, str]:
        inside = write_package(tmp_path, "bikes", **parts)
        return Candidate("bikes", inside.name, str(inside.parent)), digest_of(inside)

    return write


def test_a_shipped_package_is_looked_at_as_its_author_does_without_its_pyproject(package):
    found = Reports().of(*package(lessons=LESSONS.replace("minutes=45", "minutes=600")))
    assert found.findings
    assert any("hours" in one.says for one in found.findings)
    assert not any("pyproject" in one.file for one in found.findings)
    assert all(one.line > 0 and not one.file.startswith("/") for one in found.findings)


def test_it_is_made_once_and_kept_by_the_digest(package, tmp_path, monkeypatch):
    candidate, digest = package()
    first = Reports(tmp_path / "reports").of(candidate, digest)
    assert first.findings is not None

    def never(*_arguments, **_more):
        raise AssertionError("it was made already")

    monkeypatch.setattr(checking, "run_apart", never)
    assert Reports(tmp_path / "reports").of(candidate, digest) == first
    with pytest.raises(AssertionError):
        Reports(tmp_path / "reports").of(candidate, "0" * 64)


def test_a_check_that_hangs_is_stopped_and_tried_again_later(package, tmp_path):
    hanging = package(course="import time\ntime.sleep(60)\n" + COURSE)
    reports = Reports(tmp_path / "reports")
    assert reports.of(*hanging, time_limit=0.5) == Report(None)
    assert not list(tmp_path.glob("reports/*.json"))


def test_what_a_package_writes_into_the_answer_is_no_report(package):
    lying = package(course="import os\nprint('\\x1e[1]', flush=True)\nos._exit(0)\n" + COURSE)
    assert Reports().of(*lying) == Report(None)


def test_a_damaged_file_of_a_report_costs_a_second_check_only(package, tmp_path):
    candidate, digest = package()
    reports = tmp_path / "reports"
    first = Reports(reports).of(candidate, digest)
    (file,) = reports.glob("*.json")
    file.write_text("[[")
    assert Reports(reports).of(candidate, digest) == first
    assert json.loads(file.read_text()) == [[one.file, one.line, one.says] for one in first.findings]


def test_the_catalogue_gives_the_report_and_nothing_of_the_course(tmp_path):
    write_package(tmp_path, "bikes")
    found = catalogue_of(tmp_path).report("bikes", "1.0.0").findings
    assert found is not None
    assert all(isinstance(one, Finding) for one in found)
