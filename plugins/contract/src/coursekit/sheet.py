"""The look of a course's own sheet: what its author hears before a service has to read it."""

from __future__ import annotations

import string
from collections.abc import Iterator

from coursekit.package import Fault, Package

COLOURS = ("ink", "quiet", "accent", "warm")
KEYS = ("base", *COLOURS, "logo", "words", "rosette")
LEAST_CONTRAST = 4.5
LARGEST_LOGO = 512 * 1024
PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")


def look(package: Package) -> Iterator[Fault]:
    """Keys that are not known, colours that are none or too faint on white, a logo that cannot be shown."""
    given = package.certificate.look if package.certificate else {}
    for key in sorted(set(given) - set(KEYS)):
        known = ", ".join(KEYS)
        yield Fault(f"the certificate's look has no {key!r}; known are {known}", hook="certificate")
    for key in COLOURS:
        if key in given and (wrong := _colour(given[key])):
            yield Fault(f"the certificate's look: {key}: {wrong}", hook="certificate")
    if "logo" in given and (wrong := _logo(package, str(given["logo"]))):
        yield Fault(f"the certificate's look: logo: {wrong}", hook="certificate")


def _colour(value: object) -> str:
    text = value if isinstance(value, str) else ""
    if len(text) != 7 or text[0] != "#" or set(text[1:]) - set(string.hexdigits):
        return f"{value!r} is no colour such as #0c5a60"
    linear = []
    for place in (1, 3, 5):
        part = int(text[place : place + 2], 16) / 255
        linear.append(part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4)
    contrast = 1.05 / (
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05
    )  # WCAG 2, on white
    return f"{text} is too faint to be read on white" if contrast < LEAST_CONTRAST else ""


def _logo(package: Package, name: str) -> str:
    file = (package.root / name).resolve()
    if not file.is_relative_to(package.root.resolve()) or not file.is_file():
        return f"the file {name} is missing"
    data = file.read_bytes()
    if not data.startswith(PICTURES):
        return f"{name} is neither PNG nor JPEG"
    return f"{name} is larger than 512 kB" if len(data) > LARGEST_LOGO else ""
