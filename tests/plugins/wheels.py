"""Make wheels by hand, good and hostile."""

import base64
import hashlib
import stat
import zipfile
from pathlib import Path

from tests.plugins.packages import COURSE, LESSONS, PAGE


def content(
    id: str = "bikes", *, version: str = "1.0.0", module: str = "bikes", more: str = ""
) -> dict[str, bytes]:
    """The files of a small course's wheel, without its record."""
    info = f"{module}-{version}.dist-info"
    files = {
        f"{module}/__init__.py": COURSE.format(id=id).replace("1.0.0", version) + LESSONS + more,
        f"{module}/figure.svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>',
        f"{info}/METADATA": f"Name: {module}\nVersion: {version}\nRequires-Dist: coursekit>=1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": f"[accelerera.courses]\n{id} = {module}\n",
    }
    for language in ("sv", "en"):
        for name in ("one", "two"):
            files[f"{module}/pages/{language}/{name}.md"] = PAGE.format(name=f"{name} {version}")
    return {name: text.encode() for name, text in files.items()}


def record(files: dict[str, bytes]) -> bytes:
    rows = []
    for name, body in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(body).digest()).rstrip(b"=").decode()
        rows.append(f"{name},sha256={digest},{len(body)}")
    return "\n".join(rows).encode()


def info_of(files: dict[str, bytes]) -> str:
    return next(name for name in files if ".dist-info/" in name).partition("/")[0]


def write_wheel(
    path: Path,
    files: dict[str, bytes],
    *,
    recorded: dict[str, bytes] | None = None,
    twice: str = "",
    link: str = "",
    odd: tuple[tuple[str, bytes], ...] = (),
) -> Path:
    """The wheel ``path``. ``recorded`` is what its record speaks of; ``twice`` a name that stands twice; ``link`` one
    that is a symbolic link; ``odd`` are entries that the record knows and no careful tool would write."""
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = {**(recorded or files), **dict(odd)}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            entry = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = ((stat.S_IFLNK if name == link else stat.S_IFREG) | 0o644) << 16
            archive.writestr(entry, body)
            if name == twice:
                archive.writestr(zipfile.ZipInfo(name), body)
        for name, body in odd:
            archive.writestr(zipfile.ZipInfo(name), body, zipfile.ZIP_DEFLATED)
        archive.writestr(f"{info_of(files)}/RECORD", record(whole))
    return path
