"""Cover art of a course, drawn from its id: always the same, in the colours of the reader's scheme, in no language."""

from __future__ import annotations

import random
from math import cos, pi, sin

from markupsafe import Markup

WIDTH, HEIGHT = 480, 160


def cover(id: str) -> Markup:
    """The cover as SVG. It decorates: whoever cannot see it misses nothing."""
    chance = random.Random(f"cover {id}")  # noqa: S311 - a drawing, not a secret
    shapes = chance.choice((_hills, _petals, _ways, _rings))(chance)
    return Markup(
        '<svg class="cover" viewBox="0 0 {} {}" aria-hidden="true" preserveAspectRatio="xMidYMid slice">'
        '<rect class="cover-ground" width="{}" height="{}"/>{}</svg>'
    ).format(WIDTH, HEIGHT, WIDTH, HEIGHT, shapes)


def _hills(chance: random.Random) -> Markup:
    """Ridges behind one another, and a low sun."""
    drawn = Markup('<circle class="cover-c" cx="{}" cy="{}" r="{}"/>').format(
        chance.randrange(90, 390), chance.randrange(48, 74), chance.randrange(20, 32)
    )
    for ridge, tone in enumerate(("cover-a soft", "cover-b", "cover-a")):
        level = 78 + ridge * 26
        turns = [level + chance.randrange(-18, 19) for _ in range(5)]
        path = f"M0 {turns[0]}"
        for at in range(4):
            middle = 60 + at * 120
            path += f" C{middle} {turns[at]} {middle} {turns[at + 1]} {(at + 1) * 120} {turns[at + 1]}"
        drawn += Markup('<path class="{}" d="{} V{} H0 Z"/>').format(tone, path, HEIGHT)
    return drawn


def _petals(chance: random.Random) -> Markup:
    """Flowers of different sizes, as the service's own mark."""
    drawn = Markup("")
    for at in range(4):
        x, y, size = (
            60 + at * 120 + chance.randrange(-24, 25),
            chance.randrange(40, 121),
            chance.randrange(26, 58),
        )
        petals, turn = chance.choice((5, 6, 7, 8)), chance.randrange(0, 60)
        tone = ("cover-a", "cover-b", "cover-a soft")[at % 3]
        for petal in range(petals):
            angle = 360 / petals * petal + turn
            drawn += Markup(
                '<ellipse class="{}" cx="{}" cy="{}" rx="{:.0f}" ry="{:.0f}" transform="rotate({:.0f} {} {})"/>'
            ).format(tone, x, y - size // 2, size * 0.2, size * 0.5, angle, x, y)
        drawn += Markup('<circle class="cover-c" cx="{}" cy="{}" r="{:.0f}"/>').format(x, y, size * 0.18)
    return drawn


def _ways(chance: random.Random) -> Markup:
    """Ways with stations that meet and part."""
    drawn = Markup("")
    for way in range(4):
        level = 28 + way * 35
        ends = [level, *(level + chance.randrange(-most, most + 1) for most in (20, 36, 20))]
        path = f"M-10 {ends[0]} C120 {ends[0]} 120 {ends[1]} 200 {ends[1]} S330 {ends[2]} 400 {ends[3]} H490"
        drawn += Markup('<path class="cover-line {}" d="{}"/>').format(
            "cover-b" if way % 2 else "cover-a", path
        )
        drawn += Markup('<circle class="cover-stop" cx="200" cy="{}" r="8"/>').format(ends[1])
        drawn += Markup('<circle class="{}" cx="400" cy="{}" r="8"/>').format(
            "cover-c" if way == 1 else "cover-stop", ends[3]
        )
    return drawn


def _rings(chance: random.Random) -> Markup:
    """Circles that widen, as rings on water."""
    drawn = Markup("")
    for at in range(3):
        x, y, turn = (
            90 + at * 150 + chance.randrange(-30, 31),
            chance.randrange(50, 111),
            chance.random() * pi,
        )
        for ring in range(4):
            drawn += Markup('<circle class="cover-line {}" cx="{}" cy="{}" r="{}"/>').format(
                "cover-b" if (ring + at) % 2 else "cover-a", x, y, 14 + ring * 18
            )
        drawn += Markup('<circle class="cover-c" cx="{:.0f}" cy="{:.0f}" r="7"/>').format(
            x + 50 * cos(turn), y + 50 * sin(turn)
        )
    return drawn
