"""Files that pages load: named with a digest of their content, so that a browser may keep them for a year.

There is no build step: ``style.css`` is the style sheets of :data:`SHEETS` one after the other, joined and
compressed once per process.
"""

from __future__ import annotations

import gzip
import hashlib
from functools import cache
from pathlib import Path

STATIC = Path(__file__).parent / "static"
STYLE = "style.css"
SHEETS = (
    "vendor/designsystemet-theme.css",
    "vendor/designsystemet.css",
    "tokens.css",
    "layout.css",
    "components.css",
    "forms.css",
    "charts.css",
    "study.css",
    "sessions.css",
    "print.css",
)
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
    ".md": "text/plain; charset=utf-8",
}


def read(name: str) -> bytes | None:
    """The bytes of one file below ``static``, or of the joined style sheet; None where there is none."""
    if name == STYLE:
        return b"\n".join((STATIC / sheet).read_bytes() for sheet in SHEETS)
    path = (STATIC / name).resolve()
    if not path.is_relative_to(STATIC) or not path.is_file() or path.suffix not in TYPES:
        return None
    return path.read_bytes()


@cache
def kept(name: str) -> tuple[bytes, bytes, str] | None:
    """A file as it is, compressed, and the digest of it; None where there is none (and then nothing is kept)."""
    content = read(name)
    if content is None:
        return None
    packed = content if name.endswith(".woff2") else gzip.compress(content, 9, mtime=0)
    return content, packed, hashlib.sha256(content).hexdigest()[:12]


def digest(name: str) -> str:
    """Twelve hexadecimal digits that change with the content. A missing file raises FileNotFoundError."""
    found = kept(name)
    if found is None:
        raise FileNotFoundError(f"No such file below app/ui/static: {name}")
    return found[2]
