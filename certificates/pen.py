"""Text and tags as page operators, and the glyphs that a document uses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from certificates.faces import Face, Glyph, Line, Run

_MOST_SHOWN = 1_000


class FontUse:
    """The glyphs of one face used in one document, numbered in the order of first use."""

    def __init__(self, face: Face, name: str) -> None:
        self.face = face
        self.name = name
        self.codes: dict[int, int] = {0: 0}
        self.meanings: dict[int, str] = {}
        self.hexadecimal: dict[int, str] = {}
        self.frozen = False

    def code(self, number: int, meaning: str) -> int:
        """The code of a glyph. A frozen font has its glyphs already and raises ``KeyError`` for another."""
        found = self.codes.get(number)
        if found is None:
            if self.frozen:
                raise KeyError(number)
            found = self.codes[number] = len(self.codes)
            self.meanings[found] = meaning
        return found

    def written(self, number: int, meaning: str) -> str:
        """The code of a glyph as a page operator names it. Raises as :meth:`code` does."""
        found = self.hexadecimal[number] = f"{self.code(number, meaning):04X}"
        return found


class Fonts:
    """All faces used in one document."""

    def __init__(self) -> None:
        self.used: dict[Face, FontUse] = {}
        self.frozen = False
        self._shown: dict[tuple[Run, float], str] = {}

    def use(self, face: Face) -> FontUse:
        if face not in self.used:
            if self.frozen:
                raise KeyError(face)
            self.used[face] = FontUse(face, f"F{len(self.used) + 1}")
        return self.used[face]

    def show(self, line: Line, size: float) -> str:
        """The operators that paint ``line`` from where the pen stands."""
        return " ".join([self._run(run, size) for run in line.runs])

    def _run(self, run: Run, size: float) -> str:
        found = self._shown.get((run, size))
        if found is None:
            use = self.use(run.face)
            found = f"/{use.name} {size:.4g} Tf {_show(run.glyphs, use, size)}"
            if len(self._shown) >= _MOST_SHOWN:
                self._shown.clear()
            self._shown[run, size] = found
        return found

    def freeze(self) -> None:
        self.frozen = True
        for use in self.used.values():
            use.frozen = True


class Pen:
    """Writes text and tags as page operators; drawing beyond text goes through the canvas itself."""

    def __init__(self, write: list[str], fonts: Fonts, order: dict[str, int]) -> None:
        self._write = write.append
        self._fonts = fonts
        self._order = order

    @contextmanager
    def tagged(self, role: str, key: str) -> Iterator[None]:
        """What is drawn inside is the content of the structure element ``key``."""
        self._write(f"/{role} <</MCID {self._order[key]}>> BDC")
        yield
        self._write("EMC")

    @contextmanager
    def artifact(self, kind: str = "Layout") -> Iterator[None]:
        """What is drawn inside is decoration that a reader passes over."""
        self._write(f"/Artifact <</Type /{kind}>> BDC")
        yield
        self._write("EMC")

    def literal(self, code: str) -> None:
        """Page operators as they are."""
        self._write(code)

    def text(
        self,
        line: Line,
        x: float,
        y: float,
        size: float,
        *,
        colour: tuple[float, float, float],
        tracking: float = 0.0,
        language: str | None = None,
        instead: str | None = None,
    ) -> None:
        """Paint ``line`` with its left end at ``x`` on the baseline ``y``.

        ``instead`` is what a reader speaks and copies for it where that is not the line's own text.
        """
        spoken = instead if instead is not None else None if line.plain else line.text
        properties = ""
        if language:
            properties += f" /Lang ({language})"
        if spoken is not None:
            properties += f" /ActualText <FEFF{spoken.encode('utf-16-be').hex().upper()}>"
        if properties:
            self._write(f"/Span <<{properties} >> BDC")
        r, g, b = colour
        shown = self._fonts.show(line, size)
        self._write(f"BT {r:.4g} {g:.4g} {b:.4g} rg {tracking:.4g} Tc 1 0 0 1 {x:.2f} {y:.2f} Tm {shown} ET")
        if properties:
            self._write("EMC")


def _show(glyphs: tuple[Glyph, ...], use: FontUse, size: float) -> str:
    widths, written = use.face.widths, use.hexadecimal
    items: list[str] = []
    codes: list[str] = []
    rise = 0
    out: list[str] = []

    def flush() -> None:
        if codes:
            items.append(f"<{''.join(codes)}>")
            codes.clear()

    for number, advance, dx, dy, meaning in glyphs:
        if dy != rise:
            flush()
            moved = f"{dy * size / 1000:.3g} Ts"
            out.append(f"[{''.join(items)}] TJ {moved}" if items else moved)
            items.clear()
            rise = dy
        if dx:
            flush()
            items.append(str(-dx))
        codes.append(written.get(number) or use.written(number, meaning))
        after = widths[number] + dx - advance
        if after:
            flush()
            items.append(str(after))
    flush()
    out.append(f"[{''.join(items)}] TJ")
    if rise:
        out.append("0 Ts")
    return " ".join(out)
