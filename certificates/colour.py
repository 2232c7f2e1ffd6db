"""An sRGB profile for the output intent, made from the numbers of IEC 61966-2-1 (ICC v4, adapted to D50)."""

from __future__ import annotations

import struct
from functools import cache


@cache
def srgb_profile() -> bytes:
    """The ICC profile, always the same bytes."""
    curve = (
        b"para"
        + bytes(4)
        + struct.pack(">HH", 3, 0)
        + _fixed(2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
    )
    tags: list[tuple[bytes, bytes]] = [
        (b"desc", _text("sRGB")),
        (b"cprt", _text("Public domain")),
        (b"wtpt", _xyz(0.9642, 1.0, 0.8249)),
        (
            b"chad",
            b"sf32"
            + bytes(4)
            + _fixed(1.04788, 0.02292, -0.05022, 0.02959, 0.99048, -0.01707, -0.00925, 0.01508, 0.75168),
        ),
        (b"rXYZ", _xyz(0.43607, 0.22249, 0.01392)),
        (b"gXYZ", _xyz(0.38515, 0.71687, 0.09708)),
        (b"bXYZ", _xyz(0.14307, 0.06061, 0.71410)),
        (b"rTRC", curve),
        (b"gTRC", curve),
        (b"bTRC", curve),
    ]
    offset = 128 + 4 + 12 * len(tags)
    directory, bodies, placed = [], b"", {}
    for name, body in tags:
        if body not in placed:
            placed[body] = offset + len(bodies)
            bodies += body + bytes(-len(body) % 4)
        directory.append(struct.pack(">4sII", name, placed[body], len(body)))
    size = offset + len(bodies)
    header = (
        struct.pack(">I4sI4s4s4s", size, bytes(4), 0x04300000, b"mntr", b"RGB ", b"XYZ ")
        + struct.pack(">6H", 2026, 1, 1, 0, 0, 0)
        + b"acsp"
        + bytes(28)
        + _fixed(0.9642, 1.0, 0.8249)
    )
    return header.ljust(128, b"\0") + struct.pack(">I", len(tags)) + b"".join(directory) + bodies


def _fixed(*values: float) -> bytes:
    return struct.pack(f">{len(values)}i", *(round(v * 65536) for v in values))


def _xyz(x: float, y: float, z: float) -> bytes:
    return b"XYZ " + bytes(4) + _fixed(x, y, z)


def _text(text: str) -> bytes:
    words = text.encode("utf-16-be")
    return b"mluc" + bytes(4) + struct.pack(">II2s2sII", 1, 12, b"en", b"US", len(words), 28) + words
