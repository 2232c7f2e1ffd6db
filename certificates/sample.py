"""Made-up facts for previews and samples: an ordinary name, and the names that a sheet finds hardest."""

from __future__ import annotations

import io
import math
from datetime import date
from functools import lru_cache

from PIL import Image, ImageDraw

from certificates.facts import Facts, Languages, Signatory, Text

WORST_NAMES = (
    "Bo Ek",
    "Maximiliana Alexandra Wilhelmina Fiktiv-Låtsas von Exempelberg",
    "Anna Lisa Karolina Påhitt Exempel Provberg Demolin Låtsas Fiktiv Anna Lisa Karolina Påhitt Exempel Provberg "
    "Demolin Låtsas Fiktiv Anna Lisa Karolina Påhitt Exempel Provberg Demolin Låtsas Fiktiv Anna",
    "Áilu Čálliid Ŋuorŧŧa",
    "محمد الخيالي",
    "李小明",
)


def sample_facts(
    *, name: str = "Anna-Karin Påhitt", languages: Languages = "sv", issuer: str = "Accelerera", on: date
) -> Facts:
    """Facts of a certificate that nobody has; ``on`` is the day that it names as awarded."""
    return Facts(
        serial="EXEMPEL-000001",
        code="EXEMP-ELEXE-MPELE-XEMPE-LEXEM-P",
        holder=name,
        scheme=Text("Transformativ innovation", "Transformative innovation"),
        level=Text("Certifierad coach", "Certified Coach"),
        scheme_version="1",
        criteria_digest="0123456789abcdef" * 4,
        awarded_on=on,
        valid_from=on,
        valid_until=date(on.year + 3, on.month, min(on.day, 28)),
        issuer=issuer,
        place="Falkvik",
        verify_url="https://certifikat.example/verify/EXEMP-ELEXE-MPELE-XEMPE-LEXEM-P",
        signatories=(
            Signatory(
                name="Elsa Exempel",
                title=Text("Certifieringsansvarig", "Head of certification"),
                image=handwriting(1),
            ),
            Signatory(
                name="Nils Provberg",
                title=Text("Certifieringsnämndens ordförande", "Chair of the certification board"),
                image=handwriting(2),
            ),
        ),
        languages=languages,
        development=True,
    )


_INK = (22, 44, 92)
_FINE = 4
"""So many times finer the strokes are painted than they are kept."""


@lru_cache(maxsize=4)
def handwriting(hand: int) -> bytes:
    """A signature by nobody, as PNG: a quick stroke with loops, which differs from ``hand`` to hand."""
    width, height = 440, 118
    image = Image.new("RGB", (width * _FINE, height * _FINE), "white")
    paint = ImageDraw.Draw(image)
    loops, lean = 5 + 2 * hand, 0.35 + 0.1 * hand
    steps = 4_000
    for i in range(steps):
        t = i / steps
        swing = 2 * math.pi * loops * t
        tall = (0.9 if t < 0.16 else 0.34) * (1 - 0.72 * t) + 0.12 * math.sin(9 * hand * t) ** 2
        y = 0.57 - tall * 0.46 * math.sin(swing) - 0.05 * t
        x = 0.06 + 0.86 * t + 0.055 * math.cos(swing) * (1 - t) + lean * (0.57 - y) * 0.16
        radius = _FINE * (1.2 + 1.5 * (0.5 - 0.5 * math.sin(swing + 0.8)) * (1 - 0.5 * t))
        x, y = x * width * _FINE, y * height * _FINE
        paint.ellipse((x - radius, y - radius, x + radius, y + radius), fill=_INK)
    file = io.BytesIO()
    image.resize((width, height), Image.Resampling.LANCZOS).quantize(16).save(file, "PNG", optimize=True)
    return file.getvalue()
