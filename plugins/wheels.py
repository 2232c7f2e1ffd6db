"""A wheel from outside, read as hostile until shown otherwise.

A course's wheel is plain: one importable folder, its ``dist-info``, nothing that runs at installation, and nothing
that it needs but ``coursekit``. Everything else is refused before a byte is written. Names are checked, sizes are
counted while they are read (what the archive says about itself is not believed), and every file must match the
wheel's own record.
"""

from __future__ import annotations

import base64
import configparser
import csv
import hashlib
import io
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from email.parser import HeaderParser
from pathlib import Path, PurePosixPath

from coursekit.spec import ENTRY_POINTS

LARGEST_WHEEL = 64 * 1024 * 1024
LARGEST_FILE = 64 * 1024 * 1024
LARGEST_WHOLE = 256 * 1024 * 1024
MOST_FILES = 2000
HIGHEST_RATIO = 200
"""Unpacked bytes per packed byte, for files of more than a megabyte."""
LONGEST_NAME = 200
MACHINE_CODE = (".so", ".pyd", ".dll", ".dylib", ".exe", ".pth")
CHUNK = 64 * 1024
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
"""What the archive module raises where an archive is damaged."""


class BadWheel(Exception):
    """The wheel is refused; ``reasons`` are sentences for its author and the administrator."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True, slots=True, kw_only=True)
class Wheel:
    """A wheel whose names and description are sound. ``name`` is the entry point's; ``digest`` of the wheel's bytes."""

    path: Path
    distribution: str
    version: str
    name: str
    module: str
    digest: str

    @property
    def top(self) -> str:
        """The folder that is imported."""
        return self.module.partition(".")[0]


def read_wheel(path: Path) -> Wheel:
    """Look through the wheel without unpacking it. Raises :class:`BadWheel`."""
    if path.suffix != ".whl":
        raise BadWheel("it is not called .whl")
    try:
        size = path.stat().st_size
        if size > LARGEST_WHEEL:
            raise BadWheel(f"it has {size} bytes; a wheel may have {LARGEST_WHEEL}")
        with zipfile.ZipFile(path) as archive:
            _sound(archive.infolist())
            return _described(archive, path)
    except BROKEN as error:
        raise BadWheel(f"it cannot be read as a wheel: {error}") from error


def unpack(wheel: Wheel, folder: Path) -> None:
    """Write the module's files under ``folder``, which must be new and empty. Raises :class:`BadWheel`."""
    try:
        _unpack(wheel, folder)
    except BROKEN as error:
        raise BadWheel(f"it cannot be unpacked: {error}") from error


def _unpack(wheel: Wheel, folder: Path) -> None:
    with zipfile.ZipFile(wheel.path) as archive:
        entries = archive.infolist()
        _sound(entries)  # the file may have been exchanged since
        record = _record(archive)
        left = LARGEST_WHOLE
        for entry in entries:
            parts = PurePosixPath(entry.filename).parts
            if entry.is_dir() or parts[0] != wheel.top:
                continue
            target = folder.joinpath(*parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            left -= _write(archive, entry, target, left, record.get(entry.filename))


def _write(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, left: int, expected: str | None
) -> int:
    total, digest = 0, hashlib.sha256()
    with archive.open(entry) as packed, target.open("xb") as unpacked:
        while chunk := packed.read(CHUNK):
            total += len(chunk)
            if total > min(LARGEST_FILE, left):
                raise BadWheel(f"{entry.filename} is larger than it says, or the whole is too large")
            digest.update(chunk)
            unpacked.write(chunk)
    if expected is None:
        raise BadWheel(f"{entry.filename} is not in the wheel's record")
    if expected != _as_recorded(digest.digest()):
        raise BadWheel(f"{entry.filename} is not what the wheel's record says")
    return total


def _as_recorded(digest: bytes) -> str:
    return "sha256=" + base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


# ---- names and sizes -----------------------------------------------------------------------------


def _sound(entries: list[zipfile.ZipInfo]) -> None:
    reasons = list(_unsound(entries))
    if reasons:
        raise BadWheel(*reasons[:10])


def _unsound(entries: list[zipfile.ZipInfo]) -> Iterator[str]:
    if len(entries) > MOST_FILES:
        yield f"it holds {len(entries)} files; a course may have {MOST_FILES}"
        return
    taken: set[str] = set()
    whole = 0
    for entry in entries:
        name = entry.filename
        fault = _name_fault(entry)
        if fault:
            yield f"{name[:LONGEST_NAME]!r} {fault}"
            continue
        key = unicodedata.normalize("NFC", name.rstrip("/")).casefold()
        if key in taken:
            yield f"{name!r} stands twice"
        taken.add(key)
        if any(
            str(parent) in taken and not _is_folder(entries, str(parent))
            for parent in PurePosixPath(key).parents
        ):
            yield f"{name!r} lies in what is a file"
        whole += entry.file_size
        if entry.file_size > LARGEST_FILE:
            yield f"{name!r} has {entry.file_size} bytes; a file may have {LARGEST_FILE}"
        if entry.file_size > 1024 * 1024 and entry.file_size > HIGHEST_RATIO * max(entry.compress_size, 1):
            yield f"{name!r} unpacks to more than {HIGHEST_RATIO} times its size"
    if whole > LARGEST_WHOLE:
        yield f"it unpacks to {whole} bytes; a course may have {LARGEST_WHOLE}"


def _is_folder(entries: list[zipfile.ZipInfo], key: str) -> bool:
    return any(
        one.is_dir() and unicodedata.normalize("NFC", one.filename.rstrip("/")).casefold() == key
        for one in entries
    )


def _name_fault(entry: zipfile.ZipInfo) -> str:
    name = entry.filename
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if not name or len(name) > LONGEST_NAME:
        return f"has no name, or one of more than {LONGEST_NAME} characters"
    if name.startswith("/") or re.match(r"[A-Za-z]:", name) or "\\" in name:
        return "leads out of its folder"
    if any(part in ("", ".", "..") for part in name.rstrip("/").split("/")):
        return "leads out of its folder"
    if any(unicodedata.category(letter).startswith("C") for letter in name):
        return "has a control character in its name"
    if kind == stat.S_IFLNK:
        return "is a link"
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "is neither a file nor a folder"
    if entry.flag_bits & 0x1:
        return "is encrypted"
    if name.casefold().endswith(MACHINE_CODE):
        return "is machine code or changes the import path"
    return ""


# ---- what the wheel says about itself ------------------------------------------------------------


def _text(archive: zipfile.ZipFile, name: str, *, most: int = 1024 * 1024) -> str:
    try:
        with archive.open(name) as file:
            content = file.read(most + 1)
    except KeyError:
        raise BadWheel(f"it has no {PurePosixPath(name).name}") from None
    if len(content) > most:
        raise BadWheel(f"its {PurePosixPath(name).name} is too large")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadWheel(f"its {PurePosixPath(name).name} is not UTF-8") from error


def _dist_info(archive: zipfile.ZipFile) -> str:
    tops = {PurePosixPath(entry.filename).parts[0] for entry in archive.infolist()}
    found = sorted(top for top in tops if top.endswith(".dist-info"))
    if len(found) != 1:
        raise BadWheel(f"it has {len(found)} dist-info folders; a wheel has one")
    return found[0]


def _record(archive: zipfile.ZipFile) -> dict[str, str]:
    text = _text(archive, f"{_dist_info(archive)}/RECORD", most=4 * 1024 * 1024)
    return {row[0]: row[1] for row in csv.reader(io.StringIO(text)) if len(row) == 3}


def _described(archive: zipfile.ZipFile, path: Path) -> Wheel:
    info = _dist_info(archive)
    metadata = HeaderParser().parsestr(_text(archive, f"{info}/METADATA"))
    _text(archive, f"{info}/RECORD", most=4 * 1024 * 1024)
    if "root-is-purelib: true" not in _text(archive, f"{info}/WHEEL").casefold():
        raise BadWheel("it is not plain Python (Root-Is-Purelib)")
    needs = [str(need) for need in metadata.get_all("Requires-Dist", [])]
    for need in needs:
        needed = re.match(r"[A-Za-z0-9._-]+", need)
        if (needed is None or needed[0].casefold() != "coursekit") and "extra ==" not in need:
            raise BadWheel(f"it needs {need!r}; a course may need only coursekit")
    name, module = _entry_point(_text(archive, f"{info}/entry_points.txt"))
    top = module.partition(".")[0]
    tops = {PurePosixPath(entry.filename).parts[0] for entry in archive.infolist()}
    for other in sorted(tops - {top, info}):
        raise BadWheel(f"it holds {other!r} beside its module {top!r}")
    if f"{top}/__init__.py" not in archive.namelist():
        raise BadWheel(f"its module {module} is missing")
    return Wheel(
        path=path,
        distribution=str(metadata.get("Name", "")),
        version=str(metadata.get("Version", "")),
        name=name,
        module=module,
        digest=hashlib.sha256(path.read_bytes()).hexdigest(),
    )


def _entry_point(text: str) -> tuple[str, str]:
    parser = configparser.ConfigParser(delimiters=("=",), interpolation=None, strict=True)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    try:
        parser.read_string(text)
    except configparser.Error as error:
        raise BadWheel(f"its entry_points.txt cannot be read: {error}") from error
    points = list(parser.items(ENTRY_POINTS)) if parser.has_section(ENTRY_POINTS) else []
    others = [section for section in parser.sections() if section != ENTRY_POINTS]
    if others:
        raise BadWheel(f"it has entry points of another kind: {', '.join(others)}")
    if len(points) != 1:
        raise BadWheel(f"it names {len(points)} courses; a wheel brings one")
    ((name, module),) = points
    if not re.fullmatch(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", module, re.ASCII):
        raise BadWheel(f"{module!r} is no module's name")
    return name, module
