"""A wheel from outside is refused with its reason and leaves nothing behind, or stands whole in the store."""

import struct
import zipfile
from contextlib import nullcontext
from pathlib import Path

import pytest
from coursekit import Course

from plugins.catalogue import Catalogue, UnknownCourse
from plugins.load import Memory
from plugins.store import CannotInstall, Store
from plugins.wheels import BadWheel, read_wheel, unpack
from tests.plugins.wheels import content, info_of, write_wheel


def open_gate(_course: Course) -> None:
    pass


def named(tmp_path: Path, files: dict[str, bytes], **more) -> Path:
    return write_wheel(tmp_path / "wheels" / "bikes-1.0.0-py3-none-any.whl", files, **more)


def leaves(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def catalogue_of(store: Store) -> Catalogue:
    return Catalogue(store.candidates, memory=Memory(), stamp=store.stamp, time_limit=20)


SLIPS = (
    "../evil.py",
    "/etc/evil.py",
    "bikes/../../evil.py",
    "C:/evil.py",
    "bikes\\..\\evil.py",
    "bikes//evil.py",
    "./x",
)
HOSTILE: dict[str, tuple[dict, str]] = {
    **{f"slips out by {name}": ({"odd": ((name, b"x"),)}, "leads out of its folder") for name in SLIPS},
    "holds a link": ({"link": "bikes/figure.svg"}, "'bikes/figure.svg' is a link"),
    "has a name twice": ({"twice": "bikes/figure.svg"}, "'bikes/figure.svg' stands twice"),
    "has a name twice but for its case": ({"odd": (("bikes/FIGURE.svg", b"x"),)}, "'bikes/FIGURE.svg' stands twice"),
    "lies in a file": ({"odd": (("bikes/figure.svg/x.svg", b"x"),)}, "lies in what is a file"),
    "has a control character": ({"odd": (("bikes/a\nb.md", b"x"),)}, "has a control character in its name"),
    "brings machine code": ({"odd": (("bikes/fast.so", b"x"),)}, "is machine code or changes the import path"),
    "changes the import path": ({"odd": (("bikes.pth", b"x"),)}, "is machine code or changes the import path"),
    "brings another module": ({"odd": (("flask/__init__.py", b"x"),)}, "it holds 'flask' beside its module 'bikes'"),
    "brings scripts": (
        {"odd": (("bikes-1.0.0.data/scripts/x", b"x"),)},
        "it holds 'bikes-1.0.0.data' beside its module 'bikes'",
    ),
    "has a long name": ({"odd": (("bikes/" + "a" * 300, b"x"),)}, "has no name, or one of more than 200 characters"),
    "is a bomb": ({"odd": (("bikes/big.txt", b"0" * 8_000_000),)}, "unpacks to more than 200 times its size"),
}  # fmt: skip


@pytest.mark.parametrize("fault", HOSTILE)
def test_a_wheel_is_refused_that(fault: str, tmp_path: Path):
    more, sentence = HOSTILE[fault]
    with pytest.warns(UserWarning, match="Duplicate name") if "twice" in more else nullcontext():
        wheel = named(tmp_path, content(), **more)
    store = Store(tmp_path / "instance")
    with pytest.raises(CannotInstall) as refused:
        store.install(wheel, Memory())
    assert sentence in str(refused.value)
    assert leaves(tmp_path / "instance") == []
    assert leaves(tmp_path) == [wheel.name]


def changed(**changes: bytes | None) -> dict[str, bytes]:
    files = content()
    for key, body in changes.items():
        name = next(name for name in files if key in name)
        if body is None:
            del files[name]
        else:
            files[name] = body
    return files


UNFIT: dict[str, tuple[dict[str, bytes | None], str]] = {
    "needs another library": (
        {"METADATA": b"Name: bikes\nVersion: 1.0.0\nRequires-Dist: requests\n"},
        "it needs 'requests'; a course may need only coursekit",
    ),
    "is no plain Python": ({"WHEEL": b"Root-Is-Purelib: false\n"}, "it is not plain Python (Root-Is-Purelib)"),
    "says nothing about itself": ({"METADATA": None}, "it has no METADATA"),
    "names no course": ({"entry_points": b"[accelerera.courses]\n"}, "it names 0 courses; a wheel brings one"),
    "names two": (
        {"entry_points": b"[accelerera.courses]\na = bikes\nb = bikes\n"},
        "it names 2 courses; a wheel brings one",
    ),
    "wants commands": (
        {"entry_points": b"[console_scripts]\nx = bikes\n[accelerera.courses]\nbikes = bikes\n"},
        "it has entry points of another kind: console_scripts",
    ),
    "names what is no module": (
        {"entry_points": b"[accelerera.courses]\nbikes = ../bikes\n"},
        "'../bikes' is no module's name",
    ),
    "is called otherwise than its course": (
        {"entry_points": b"[accelerera.courses]\ntrams = bikes\n"},
        "its entry point is called 'trams' and its course 'bikes'",
    ),
    "has another version than its course": (
        {"METADATA": b"Name: bikes\nVersion: 1.0.1\n"},
        "the wheel says version 1.0.1, the course 1.0.0",
    ),
    "lacks its module": ({"bikes/__init__.py": None}, "its module bikes is missing"),
    "raises": ({"bikes/__init__.py": b"1 / 0"}, "it raised ZeroDivisionError: division by zero"),
}  # fmt: skip


@pytest.mark.parametrize("fault", UNFIT)
def test_a_wheel_is_refused_too_that(fault: str, tmp_path: Path):
    changes, sentence = UNFIT[fault]
    store = Store(tmp_path / "instance")
    with pytest.raises(CannotInstall) as refused:
        store.install(named(tmp_path, changed(**changes)), Memory())
    assert str(refused.value) == sentence
    assert leaves(tmp_path / "instance") == []


def test_a_file_that_is_not_what_the_record_says_is_refused(tmp_path: Path):
    wheel = named(tmp_path, changed(figure=b"other"), recorded=content())
    with pytest.raises(CannotInstall, match=r"bikes/figure\.svg is not what the wheel's record says"):
        Store(tmp_path / "instance").install(wheel, Memory())


def test_a_file_that_is_larger_than_it_says_is_not_unpacked_beyond_it(tmp_path: Path):
    """The archive says that a file of a megabyte has ten bytes."""
    big = b"0123456789abcdef" * 65536
    wheel = named(tmp_path, {**content(), "bikes/big.txt": big})
    body = wheel.read_bytes()
    wheel.write_bytes(body.replace(struct.pack("<L", len(big)), struct.pack("<L", 10)))
    store = Store(tmp_path / "instance")
    with pytest.raises(CannotInstall):
        store.install(wheel, Memory())
    assert leaves(tmp_path / "instance") == []


@pytest.mark.parametrize(
    "body", [b"", b"PK", b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>"]
)
def test_what_is_no_archive_is_refused(body: bytes, tmp_path: Path):
    path = tmp_path / "bikes-1.0.0-py3-none-any.whl"
    path.write_bytes(body)
    with pytest.raises(BadWheel, match="it cannot be read as a wheel"):
        read_wheel(path)


def test_any_byte_that_is_changed_is_refused_or_changes_nothing(tmp_path: Path):
    """Every fortieth byte of a good wheel, turned round: never a file outside, never another content."""
    wheel = named(tmp_path, content())
    body, stranger = wheel.read_bytes(), tmp_path / "wheels" / "bikes-1.0.0-x.whl"
    store = Store(tmp_path / "instance")
    for at in range(0, len(body), 40):
        stranger.write_bytes(body[:at] + bytes([body[at] ^ 0xFF]) + body[at + 1 :])
        try:
            found = read_wheel(stranger)
            place = tmp_path / "unpacked" / str(at)
            place.mkdir(parents=True)
            unpack(found, place)
        except BadWheel:
            continue
        for name, expected in content().items():
            if name.startswith("bikes/"):
                assert (place / name).read_bytes() == expected
    assert sorted(path.name for path in tmp_path.iterdir()) in (["unpacked", "wheels"], ["wheels"])
    assert store.candidates() == []


def test_two_versions_stand_side_by_side_each_with_its_own_modules(tmp_path: Path):
    store, memory = Store(tmp_path / "instance"), Memory()
    catalogue = catalogue_of(store)
    assert catalogue.listing() == []
    helper = b"WORDS = {'sv': 'HJALP', 'en': 'HJALP'}\n"
    for version in ("1.0.0", "1.1.0"):
        files = content(
            version=version, more=f"\nfrom bikes.helper import WORDS\nassert WORDS['sv'] == '{version}'\n"
        )
        files["bikes/helper.py"] = helper.replace(b"HJALP", version.encode())
        store.install(write_wheel(tmp_path / f"bikes-{version}-py3-none-any.whl", files), memory)
        assert catalogue.summary("bikes").version == version  # without starting anew
    assert [one.version for one in catalogue.versions("bikes")] == ["1.1.0", "1.0.0"]
    for version in ("1.0.0", "1.1.0"):
        handle = catalogue.course("bikes", version, gate=open_gate)
        assert f"one {version}" in handle.page("pages/sv/one.md", files="/f/").html


def test_the_same_wheel_twice_is_one_and_other_content_needs_a_new_version(tmp_path: Path):
    store = Store(tmp_path / "instance")
    wheel = named(tmp_path, content())
    assert store.install(wheel, Memory()).fresh
    assert not store.install(wheel, Memory()).fresh
    files = {**content(), "bikes/figure.svg": b"<svg/>"}
    other = write_wheel(tmp_path / "other" / "bikes-1.0.0-py3-none-any.whl", files)
    with pytest.raises(CannotInstall, match=r"bikes 1\.0\.0 is installed with other content"):
        store.install(other, Memory())
    assert len(store.candidates()) == 1


def test_an_installed_package_whose_files_were_changed_is_refused(tmp_path: Path):
    store = Store(tmp_path / "instance")
    found = store.install(named(tmp_path, content()), Memory())
    (Path(found.candidate.path) / "bikes" / "figure.svg").write_text("<svg onload='x'/>")
    catalogue = catalogue_of(store)
    with pytest.raises(UnknownCourse):
        catalogue.summary("bikes")
    assert [one.reasons for one in catalogue.refused()] == [
        ("its files are not those that were installed; install it again",)
    ]


def test_a_package_that_writes_its_own_answer_is_not_believed(tmp_path: Path):
    forged = b"""
import json, os, sys
sys.stdout.write("\\x1e" + json.dumps({"reasons": [], "course": "../../evil", "version": "1.0.0"}))
sys.stdout.flush()
os._exit(0)
"""
    store = Store(tmp_path / "instance")
    with pytest.raises(CannotInstall, match="it did not say which course it is"):
        store.install(named(tmp_path, changed(**{"bikes/__init__.py": forged})), Memory())
    assert leaves(tmp_path / "instance") == []


def test_the_record_of_a_wheel_that_setuptools_made_is_understood(tmp_path: Path):
    wheel = named(tmp_path, content())
    with zipfile.ZipFile(wheel) as archive:
        assert f"{info_of(content())}/RECORD" in archive.namelist()
    found = read_wheel(wheel)
    assert (found.name, found.module, found.distribution, found.version) == (
        "bikes",
        "bikes",
        "bikes",
        "1.0.0",
    )
