"""Drawn by code: the engraved rosette of the sheet and the service's mark.

Everything is returned as page operators around the origin. An engraved figure is one curve that is painted
many times, turned a little each time; so the curve is stored once, as a form of its own.
"""

from __future__ import annotations

import math
from functools import lru_cache

Colour = tuple[float, float, float]
PETALS = 6


@lru_cache(maxsize=64)
def petal_curve(radius: float, depth: float, waves: int, second: float = 0.0) -> str:
    """A closed curve round the origin whose distance swings ``waves`` times by ``depth`` about ``radius``.

    ``second`` adds the double frequency, which sharpens the outer or the inner bends.
    """

    def place(t: float) -> tuple[float, float, float, float]:
        r = radius + depth * math.cos(waves * t) + second * math.cos(2 * waves * t)
        dr = -waves * depth * math.sin(waves * t) - 2 * waves * second * math.sin(2 * waves * t)
        c, s = math.cos(t), math.sin(t)
        return r * c, r * s, dr * c - r * s, dr * s + r * c

    steps = waves * (12 if second else 8)
    h = 2 * math.pi / steps / 3
    x, y, dx, dy = place(0.0)
    parts = [f"{x:.2f} {y:.2f} m"]
    for i in range(1, steps + 1):
        u, v, du, dv = place(2 * math.pi * i / steps)
        parts.append(f"{x + dx * h:.2f} {y + dy * h:.2f} {u - du * h:.2f} {v - dv * h:.2f} {u:.2f} {v:.2f} c")
        x, y, dx, dy = u, v, du, dv
    parts.append("s")
    return "\n".join(parts)


def engraved(form: str, waves: int, count: int, *, inner: float, twist: float, line: float) -> str:
    """``form`` painted ``count`` times, ever smaller down to ``inner``, turned by ``twist`` waves on the way."""
    parts = []
    for i in range(count):
        way = i / max(1, count - 1)
        scale = 1 - (1 - inner) * way
        angle = 2 * math.pi / waves * twist * way
        c, s = scale * math.cos(angle), scale * math.sin(angle)
        parts.append(f"q {c:.5f} {s:.5f} {-s:.5f} {c:.5f} 0 0 cm {line / scale:.3f} w /{form} Do Q")
    return "\n".join(parts)


@lru_cache(maxsize=16)
def mark(radius: float, colour: Colour, own: Colour) -> str:
    """The service's mark: a flower whose petals are people round a common centre; one of them is the holder.

    The same outline as the mark on the pages, whose petals reach 29 units out.
    """
    unit = radius / 29
    parts = []
    for i in (*range(2, PETALS + 1), 1):
        angle = -2 * math.pi * i / PETALS
        c, s = math.cos(angle) * unit, math.sin(angle) * unit
        r, g, b = own if i == 1 else colour
        parts.append(
            f"q {c:.5f} {s:.5f} {-s:.5f} {c:.5f} 0 0 cm {r:.3f} {g:.3f} {b:.3f} rg "
            "0 1.8 m -5.4 5.6 -7.1 11.4 -5.3 15.3 c -4.3 17.5 -2.3 18.6 0 18.6 c "
            f"2.3 18.6 4.3 17.5 5.3 15.3 c 7.1 11.4 5.4 5.6 0 1.8 c f {_disc(0, 24.6, 4.4)} f Q"
        )
    return "\n".join(parts)


def _disc(x: float, y: float, radius: float) -> str:
    k = 0.5523 * radius
    return (
        f"{x + radius:.2f} {y:.2f} m "
        f"{x + radius:.2f} {y + k:.2f} {x + k:.2f} {y + radius:.2f} {x:.2f} {y + radius:.2f} c "
        f"{x - k:.2f} {y + radius:.2f} {x - radius:.2f} {y + k:.2f} {x - radius:.2f} {y:.2f} c "
        f"{x - radius:.2f} {y - k:.2f} {x - k:.2f} {y - radius:.2f} {x:.2f} {y - radius:.2f} c "
        f"{x + k:.2f} {y - radius:.2f} {x + radius:.2f} {y - k:.2f} {x + radius:.2f} {y:.2f} c"
    )
