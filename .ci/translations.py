"""Compile every messages.po whose messages.mo is missing or older."""

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[1]


def compile_catalogue(source: Path) -> None:
    """Write the .mo beside ``source``. Fuzzy entries are left out."""
    with source.open("rb") as file:
        catalogue = read_po(file, locale=source.parents[1].name)
    target = source.with_suffix(".mo")
    fresh = target.with_suffix(".mo.new")
    with fresh.open("wb") as file:
        write_mo(file, catalogue)
    fresh.replace(target)


def stale(source: Path) -> bool:
    """Whether ``source`` changed since it was compiled."""
    target = source.with_suffix(".mo")
    return not target.exists() or target.stat().st_mtime_ns < source.stat().st_mtime_ns


def main() -> int:
    for top in ("app", "courses", "plugins", "certificates"):
        for source in sorted((ROOT / top).glob("**/translations/*/LC_MESSAGES/*.po")):
            if stale(source):
                compile_catalogue(source)
    return 0


if __name__ == "__main__":
    sys.exit(main())
