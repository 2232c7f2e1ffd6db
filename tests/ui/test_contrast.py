"""The colours in tokens.css can be read: WCAG 2.2 AA in the light and the dark scheme."""

from __future__ import annotations

import re

import pytest

from app.ui.assets import STATIC

PAIR = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")
COLOURS = {name: (light, dark) for name, light, dark in PAIR.findall((STATIC / "tokens.css").read_text())}

GROUNDS = ("paper", "surface", "sunken")
TEXT = [
    *[
        (text, ground)
        for text in ("ink", "ink-soft", "accent", "accent-strong", "signal")
        for ground in GROUNDS
    ],
    *[("ink", soft) for soft in ("accent-soft", "signal-soft", "good-soft", "bad-soft", "quiet-soft")],
    ("ink-soft", "quiet-soft"),
    ("accent-strong", "accent-soft"),
    ("signal", "signal-soft"),
    ("good", "good-soft"),
    ("bad", "bad-soft"),
    ("bad-strong", "bad-soft"),
    ("bad", "paper"),
    ("bad", "surface"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("on-bad", "bad"),
    ("on-bad", "bad-strong"),
    ("on-deep", "deep"),
    ("on-deep-soft", "deep"),
]
SHAPES = [
    ("line-strong", "paper"),
    ("line-strong", "surface"),
    ("accent", "quiet-soft"),
    ("good", "paper"),
    ("focus", "paper"),
    ("focus", "surface"),
]


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_black_on_white_has_the_highest_contrast_there_is() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT, ids="-on-".join)
def test_text_stands_out_from_its_ground(text: str, ground: str, scheme: int) -> None:
    assert contrast(COLOURS[text][scheme], COLOURS[ground][scheme]) >= 4.5


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("shape", "ground"), SHAPES, ids="-on-".join)
def test_shapes_that_mean_something_stand_out(shape: str, ground: str, scheme: int) -> None:
    assert contrast(COLOURS[shape][scheme], COLOURS[ground][scheme]) >= 3
