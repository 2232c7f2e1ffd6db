"""The typefaces of the sheet: which face has a character, how a text is shaped, and small embedded subsets.

Text is shaped by HarfBuzz (kerning, ligatures, joined and reordered scripts) into glyphs of one or more faces.
A character that no face has is refused by name; nothing is ever drawn as an empty box.
"""

from __future__ import annotations

import io
import struct
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

import uharfbuzz
from fontTools.ttLib import TTFont

FONTS = Path(__file__).parent / "fonts"
_IGNORABLE = frozenset("\u200c\u200d\u200e\u200f\u034f\ufe0e\ufe0f")
_ARGUMENTS_ARE_WORDS, _HAS_SCALE, _MORE, _HAS_XY_SCALE, _HAS_2X2 = 0x1, 0x8, 0x20, 0x40, 0x80


class GlyphMissing(ValueError):
    """No typeface has this character. ``character`` is it, ``text`` where it stood."""

    def __init__(self, character: str, text: str) -> None:
        self.character = character
        self.text = text
        name = unicodedata.name(character, "unnamed")
        super().__init__(f"no typeface has {character!r} (U+{ord(character):04X} {name})")


class Glyph(NamedTuple):
    """One glyph: its number in the face, its advance and offset (thousandths of the size), what it stands for."""

    number: int
    advance: int
    dx: int
    dy: int
    text: str


_new = tuple.__new__
"""As ``Glyph(...)``, in a third of the time: a sheet has some seventy new ones."""


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """Glyphs of one face in the order in which they are painted, left to right."""

    face: Face
    glyphs: tuple[Glyph, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A shaped text. ``plain`` is false where its glyphs alone do not tell the text (ActualText is needed);
    ``advance`` is its width in thousandths of the size, ``count`` its number of glyphs."""

    text: str
    runs: tuple[Run, ...]
    advance: int
    count: int
    plain: bool

    def width(self, size: float, tracking: float = 0.0) -> float:
        """Width in points at ``size``, with ``tracking`` points after each glyph but the last."""
        return self.advance * size / 1000 + tracking * (self.count - 1 if self.count else 0)


class Face:
    """One TrueType face, read once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        data = path.read_bytes()
        font = TTFont(io.BytesIO(data), lazy=True)
        self.characters: dict[int, str] = font.getBestCmap()
        self._known = _IGNORABLE.union(map(chr, self.characters))
        self.postscript_name = str(font["name"].getDebugName(6))
        head, hhea, os2, post = font["head"], font["hhea"], font["OS/2"], font["post"]
        self._em = head.unitsPerEm
        self.ascent = self._scaled(hhea.ascent)
        self.descent = self._scaled(hhea.descent)
        self.cap_height = self._scaled(getattr(os2, "sCapHeight", 0) or hhea.ascent)
        self.box = tuple(self._scaled(v) for v in (head.xMin, head.yMin, head.xMax, head.yMax))
        self.italic_angle = float(post.italicAngle)
        self.weight = int(os2.usWeightClass)
        self._number = font.getReverseGlyphMap()
        self.widths = [self._scaled(font["hmtx"][name][0]) for name in font.getGlyphOrder()]
        self._tables = {tag: font.reader[tag] for tag in ("head", "hhea", "hmtx", "maxp", "glyf", "loca")}
        self._long_loca = head.indexToLocFormat == 1
        self._full_metrics = hhea.numberOfHMetrics
        self._font = uharfbuzz.Font(uharfbuzz.Face(data))
        self._font.scale = (1000, 1000)

    def __repr__(self) -> str:
        return f"Face({self.postscript_name})"

    def has(self, text: str) -> bool:
        """Whether there is a glyph for each character of ``text``."""
        return self._known.issuperset(text)

    def shape(self, text: str, *, right_to_left: bool = False) -> tuple[list[Glyph], bool]:
        """The glyphs of ``text`` from left to right, and whether each stands for exactly its own characters."""
        buffer = uharfbuzz.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        buffer.direction = "rtl" if right_to_left else "ltr"
        uharfbuzz.shape(self._font, buffer, {"kern": True, "liga": True})
        infos, positions = buffer.glyph_infos, buffer.glyph_positions
        clusters = [info.cluster for info in infos]
        starts = sorted(set(clusters))
        means = {at: text[at:end] for at, end in zip(starts, [*starts[1:], len(text)], strict=True)}
        places = [position.position for position in positions]
        glyphs = [
            _new(Glyph, (info.codepoint, advance, dx, dy, means[cluster]))
            for info, cluster, (dx, dy, advance, _) in zip(infos, clusters, places, strict=True)
        ]
        for number, _, _, _, meaning in glyphs:
            if number == 0:
                raise GlyphMissing(next((c for c in meaning if not self.has(c)), meaning[0]), text)
        plain = not right_to_left and len(starts) == len(clusters) and _IGNORABLE.isdisjoint(text)
        return glyphs, plain and not any(place[1] for place in places)

    def subset(self, numbers: Sequence[int]) -> bytes:
        """A TrueType file with just these glyphs, renumbered in this order; composites bring their parts.

        Only the tables that an embedded font needs; ``numbers`` has to begin with 0.
        """
        order = list(numbers)
        index = {number: i for i, number in enumerate(order)}
        glyf, outlines = self._tables["glyf"], []
        position = 0
        while position < len(order):
            start, end = self._place(order[position])
            data = bytearray(glyf[start:end])
            for offset in _components(data):
                part = struct.unpack_from(">H", data, offset)[0]
                if part not in index:
                    index[part] = len(order)
                    order.append(part)
                struct.pack_into(">H", data, offset, index[part])
            outlines.append(bytes(data) + b"\0" * (-len(data) % 4))
            position += 1
        metrics = b"".join(self._metrics(number) for number in order)
        offsets = [0]
        for outline in outlines:
            offsets.append(offsets[-1] + len(outline))
        head = bytearray(self._tables["head"])
        struct.pack_into(">I", head, 8, 0)
        struct.pack_into(">h", head, 50, 1)
        hhea = bytearray(self._tables["hhea"])
        struct.pack_into(">H", hhea, 34, len(order))
        maxp = bytearray(self._tables["maxp"])
        struct.pack_into(">H", maxp, 4, len(order))
        return _sfnt(
            {
                b"glyf": b"".join(outlines),
                b"head": bytes(head),
                b"hhea": bytes(hhea),
                b"hmtx": metrics,
                b"loca": struct.pack(f">{len(offsets)}I", *offsets),
                b"maxp": bytes(maxp),
            }
        )

    def number_of(self, character: str) -> int | None:
        name = self.characters.get(ord(character))
        return None if name is None else self._number[name]

    def _place(self, number: int) -> tuple[int, int]:
        loca = self._tables["loca"]
        if self._long_loca:
            start, end = struct.unpack_from(">2I", loca, 4 * number)
            return start, end
        start, end = struct.unpack_from(">2H", loca, 2 * number)
        return 2 * start, 2 * end

    def _metrics(self, number: int) -> bytes:
        hmtx, full = self._tables["hmtx"], self._full_metrics
        if number < full:
            return hmtx[4 * number : 4 * number + 4]
        bearing = 4 * full + 2 * (number - full)
        return bytes(hmtx[4 * full - 4 : 4 * full - 2] + hmtx[bearing : bearing + 2])

    def _scaled(self, units: int) -> int:
        return round(units * 1000 / self._em)


def _components(glyph: bytearray) -> Iterable[int]:
    """Where the glyph numbers of a composite outline stand."""
    if len(glyph) < 12 or struct.unpack_from(">h", glyph)[0] >= 0:
        return
    offset, more = 10, True
    while more:
        flags = struct.unpack_from(">H", glyph, offset)[0]
        yield offset + 2
        offset += 8 if flags & _ARGUMENTS_ARE_WORDS else 6
        offset += 8 if flags & _HAS_2X2 else 4 if flags & _HAS_XY_SCALE else 2 if flags & _HAS_SCALE else 0
        more = bool(flags & _MORE)


def _sfnt(tables: dict[bytes, bytes]) -> bytes:
    count = len(tables)
    power = count.bit_length() - 1
    header = struct.pack(">IHHHH", 0x00010000, count, 16 << power, power, 16 * count - (16 << power))
    offset = len(header) + 16 * count
    directory, bodies = [], []
    for tag, body in sorted(tables.items()):
        padded = body + b"\0" * (-len(body) % 4)
        checksum = sum(struct.unpack(f">{len(padded) // 4}I", padded)) & 0xFFFFFFFF
        directory.append(struct.pack(">4sIII", tag, checksum, offset, len(body)))
        bodies.append(padded)
        offset += len(padded)
    file = bytearray(header + b"".join(directory) + b"".join(bodies))
    total = sum(struct.unpack(f">{len(file) // 4}I", file)) & 0xFFFFFFFF
    at = next(struct.unpack(">4sIII", d)[2] for d in directory if d.startswith(b"head"))
    struct.pack_into(">I", file, at + 8, (0xB1B0AFBA - total) & 0xFFFFFFFF)
    return bytes(file)


@cache
def face(name: str) -> Face:
    """The bundled face at ``name`` (a path under ``fonts/``, without ``.ttf``)."""
    return Face(FONTS / f"{name}.ttf")


FALLBACKS = (
    "noto/NotoSans_400Regular",
    "noto/NotoSansArabic_400Regular",
    "noto/NotoSansHebrew_400Regular",
    "noto/NotoSansDevanagari_400Regular",
    "noto/NotoSansThai_400Regular",
    "noto/NotoSansSC_400Regular",
)


@lru_cache(maxsize=4096)
def shape(text: str, name: str) -> Line:
    """``text`` in the face ``name``, with the fallbacks for what it lacks. Raises ``GlyphMissing``."""
    text = unicodedata.normalize("NFC", text)
    parts = _by_direction(text)
    runs: list[Run] = []
    plain = len(parts) <= 1
    for part, right_to_left in parts:
        pieces: list[Run] = []
        for piece, chosen in _by_face(part, name, text):
            glyphs, piece_plain = chosen.shape(piece, right_to_left=right_to_left)
            plain = plain and piece_plain
            pieces.append(Run(chosen, tuple(glyphs)))
        runs.extend(reversed(pieces) if right_to_left else pieces)
    advance = sum(glyph.advance for run in runs for glyph in run.glyphs)
    return Line(text, tuple(runs), advance, sum(len(run.glyphs) for run in runs), plain)


def joined(first: Line, second: Line) -> Line:
    """Two lines as one. Their texts do not influence each other's glyphs."""
    return Line(
        first.text + second.text,
        first.runs + second.runs,
        first.advance + second.advance,
        first.count + second.count,
        first.plain and second.plain,
    )


def _by_face(text: str, name: str, whole: str) -> list[tuple[str, Face]]:
    first = face(name)
    if text and first.has(text):
        return [(text, first)]
    names = (name, *(n for n in FALLBACKS if n != name and (FONTS / f"{n}.ttf").exists()))
    found: list[tuple[str, Face]] = []
    for character in text:
        current = found[-1][1] if found else None
        joins = character in _IGNORABLE or unicodedata.category(character).startswith("M")
        neutral = character.isspace() or unicodedata.category(character).startswith("P")
        if current is not None and current.has(character) and (joins or neutral or current is face(name)):
            chosen = current
        else:
            chosen = next((f for f in map(face, names) if f.has(character)), None)  # type: ignore[assignment]
            if chosen is None:
                raise GlyphMissing(character, whole)
        if found and chosen is current:
            found[-1] = (found[-1][0] + character, chosen)
        else:
            found.append((character, chosen))
    return found


def _by_direction(text: str) -> list[tuple[str, bool]]:
    """Parts of ``text`` with whether they run right to left, in the order in which they stand on the line.

    The first strong character sets the line's direction; numbers inside right-to-left text run left to right;
    neutrals follow their equal neighbours, else the line (the Unicode bidirectional algorithm for one line
    without explicit embeddings).
    """
    if text.isascii():
        return [(text, False)]
    kinds = [unicodedata.bidirectional(c) for c in text]
    if not any(k in ("R", "AL", "AN") for k in kinds):
        return [(text, False)]
    base = next((k in ("R", "AL") for k in kinds if k in ("L", "R", "AL")), False)
    sides: list[bool | None] = []
    numbers = [k in ("EN", "AN") for k in kinds]
    for kind in kinds:
        sides.append(False if kind == "L" else True if kind in ("R", "AL", "EN", "AN") else None)
    for i, kind in enumerate(kinds):
        if kind == "NSM" and i:
            sides[i] = sides[i - 1]
        if kind == "EN":
            strong = next((k for k in reversed(kinds[:i]) if k in ("L", "R", "AL")), "R" if base else "L")
            sides[i] = strong != "L"
    resolved: list[bool] = []
    for i, side in enumerate(sides):
        if side is None:
            before = resolved[-1] if resolved else base
            after = next((s for s in sides[i + 1 :] if s is not None), base)
            side = before if before == after else base
        resolved.append(side)
    parts: list[tuple[str, bool]] = []
    groups: list[tuple[bool, list[tuple[str, bool]]]] = []
    for character, side, number in zip(text, resolved, numbers, strict=True):
        right_to_left = side and not number
        if not groups or groups[-1][0] != side:
            groups.append((side, []))
        inner = groups[-1][1]
        if inner and inner[-1][1] == right_to_left:
            inner[-1] = (inner[-1][0] + character, right_to_left)
        else:
            inner.append((character, right_to_left))
    for side, inner in reversed(groups) if base else groups:
        parts.extend(reversed(inner) if side else inner)
    return parts
