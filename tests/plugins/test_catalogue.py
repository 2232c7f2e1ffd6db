"""The one door to a course, and what stands before it."""

from importlib.metadata import entry_points
from pathlib import Path

import pytest
from coursekit import Course, spec
from coursekit.loading import module_apart
from coursekit.package import RETURNS

from plugins.catalogue import Catalogue, NotAllowed, UnknownCourse, courses
from plugins.find import BUNDLED, in_folder
from plugins.load import digest_of
from tests.plugins.packages import COURSE, catalogue_of, write_package


def open_gate(_course: Course) -> None:
    pass


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    write_package(tmp_path)
    return catalogue_of(tmp_path)


def test_a_course_passes_the_gate_or_stays_inside(catalogue: Catalogue):
    def shut(course: Course) -> None:
        raise NotAllowed(f"no licence for {course.id}")

    with pytest.raises(NotAllowed, match="no licence for bikes"):
        catalogue.course("bikes", gate=shut)
    assert catalogue.course("bikes", gate=open_gate).course.id == "bikes"


def test_the_gate_cannot_be_forgotten(catalogue: Catalogue):
    with pytest.raises(TypeError, match="gate"):
        catalogue.course("bikes")  # type: ignore[call-arg]


@pytest.mark.parametrize(("id", "version"), [("trams", None), ("bikes", "9.0.0")])
def test_what_is_not_there_is_unknown(catalogue: Catalogue, id: str, version: str | None):
    with pytest.raises(UnknownCourse):
        catalogue.course(id, version, gate=open_gate)


def test_two_versions_stand_side_by_side_and_the_newest_is_listed(tmp_path: Path):
    write_package(tmp_path, course=COURSE.replace("1.0.0", "1.9.0"))
    write_package(tmp_path, course=COURSE.replace("1.0.0", "1.10.0"))
    catalogue = catalogue_of(tmp_path)
    assert [course.version for course in catalogue.listing()] == ["1.10.0"]
    assert catalogue.course("bikes", "1.9.0", gate=open_gate).course.version == "1.9.0"


def test_only_listed_files_are_handed_out(catalogue: Catalogue):
    handle = catalogue.course("bikes", gate=open_gate)
    assert handle.file("figure.svg") is not None
    for name in ("secret.txt", "__init__.py", "../secret.txt", "/etc/passwd", ""):
        assert handle.file(name) is None


def test_the_digest_of_a_package_changes_with_any_byte_or_name(tmp_path: Path):
    inside = write_package(tmp_path)
    before = digest_of(inside)
    (inside / "secret.txt").write_text("other")
    changed = digest_of(inside)
    (inside / "secret.txt").rename(inside / "renamed.txt")
    assert len({before, changed, digest_of(inside)}) == 3


def test_every_bundled_course_loads():
    catalogue = courses()
    assert [one.reasons for one in catalogue.refused()] == []
    assert {one.name for one in in_folder(BUNDLED)} == {course.id for course in catalogue.listing()}


def test_the_modules_come_first_and_in_their_order():
    modules = [course.module for course in courses().listing()]
    assert modules[:4] == [1, 2, 3, 4]


def test_every_hook_is_documented_used_by_a_bundled_course_and_answered_in_a_test():
    hooks = {name for name, thing in vars(spec).items() if hasattr(thing, "accelerera_spec")}
    assert hooks == set(RETURNS)
    assert [name for name in sorted(hooks) if not getattr(spec, name).__doc__] == []
    courses().listing()
    used = set()
    for one in in_folder(BUNDLED):
        with module_apart(one.module, Path(one.path)) as module:
            used |= {name for name in hooks if hasattr(getattr(module, name, None), "accelerera_impl")}
    assert hooks - used == set()
    here = Path(__file__).resolve().parents[1]
    written = "".join(file.read_text() for file in (*here.glob("plugins/*.py"), *here.glob("study/*.*")))
    assert [name for name in sorted(hooks) if f"def {name}(" not in written] == []


def test_bundled_courses_are_found_without_being_installed_too(tmp_path: Path):
    write_package(tmp_path, "uninstalled")
    assert [one.name for one in in_folder(tmp_path)] == ["uninstalled"]
    assert "uninstalled" not in entry_points(group=spec.ENTRY_POINTS).names
