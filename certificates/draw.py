"""Draw the sheet: facts and template in, an archival and accessible PDF out, ready to be signed.

A4 upright, one column round the middle axis. What is the same on every sheet of a kind (``Plate``) is drawn
apart from what differs from one to the next, so that many sheets can share it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from certificates.document import (
    ArchivalCanvas,
    Contents,
    Node,
    add_form,
    add_image,
    file_bytes,
    finish,
    number_leaves,
)
from certificates.faces import Line, joined, shape
from certificates.facts import Facts
from certificates.layout import DoesNotFit, fit, wrap
from certificates.ornament import engraved, mark, petal_curve
from certificates.pen import Fonts, Pen
from certificates.qr import squares
from certificates.sheet import (
    COLUMN,
    FOOT,
    HEIGHT,
    MARGIN,
    MIDDLE,
    QR_BOX,
    QR_SIZE,
    SIGNATURE_Y,
    WIDTH,
    Sheet,
    columns,
    entries,
    handwriting_box,
    primary_language,
    structure,
)
from certificates.template import STANDARD, Template


def draw(facts: Facts, template: Template = STANDARD, *, at: datetime) -> bytes:
    """The unsigned sheet, with the facts attached and a signature field waiting.

    ``at`` is the instant of drawing that the document's dates name; the same arguments give the same bytes.
    Raises ``GlyphMissing``, ``DoesNotFit`` or ``ImageError`` where the sheet cannot be drawn as it should be.
    """
    fonts = Fonts()
    canvas = ArchivalCanvas(lang=primary_language(facts))
    tree = structure(facts, template)
    pen = Pen(canvas._code, fonts, number_leaves(tree))
    sheet = Sheet(facts, template, pen)
    draw_plate(sheet, canvas)
    draw_entries(sheet)
    return file_bytes(finish(canvas, fonts, contents(facts, template, tree, sheet, at)))


_NAME_SIZES = ((46.0, 31.0), (34.0, 25.0), (26.0, 20.0), (22.0, 12.0))
_LEVEL_SIZES = ((26.0, 19.0), (22.0, 16.0), (17.0, 11.0))
_BESIDE_QR = MARGIN + QR_SIZE + 20
_ROSETTE_Y = HEIGHT - 128.0
_ISSUER_Y = 633.0
_TITLE_Y = 592.0
_ROW_Y = 316.0
_ADDRESS_SIZE = 8.6
_BLOCK_TOP, _BLOCK_BOTTOM = 574.0, 346.0
_LEAST_GAP = 5.0
_SCALES = (1.0, 0.92, 0.84, 0.76, 0.68, 0.6, 0.5)


def draw_plate(sheet: Sheet, canvas: ArchivalCanvas) -> None:
    """Everything that is the same for all sheets of this template, languages, issuer and signatories."""
    facts, template, pen = sheet.facts, sheet.template, sheet.pen
    language, second = sheet.language, sheet.second
    with pen.artifact():
        for inset, width in ((25.0, 0.6), (28.5, 0.25)):
            canvas.setLineWidth(width)
            canvas.setStrokeColorRGB(*template.accent)
            canvas.rect(inset, inset, WIDTH - 2 * inset, HEIGHT - 2 * inset - (8 if facts.development else 0))
    if facts.development:
        _draw_development(sheet, canvas)
    _draw_emblem(sheet, canvas)
    with pen.tagged("P", "issuer"):
        _one_line(
            sheet,
            facts.issuer.upper(),
            template.text_strong,
            _ISSUER_Y,
            9.0,
            tracking=2.8,
            strong=True,
            instead=facts.issuer,
        )
    with pen.tagged("H1", "title"):
        words = template.word("title", language)
        both = f"{words}  ·  {template.word('title', second)}" if second else words
        _one_line(sheet, both, template.display_strong, _TITLE_Y, 30 if not second else 27, tracking=0.4)
    _rule(canvas, pen, MARGIN, WIDTH - MARGIN, _ROW_Y + 24, template.accent, 0.45)
    for x, entry in zip(columns(), entries(facts, template), strict=True):
        with pen.tagged("TH", f"label-{entry.key}"):
            _left(sheet, entry.label, template.text_strong, x, _ROW_Y + 10, 7.8, 104, colour=template.accent)
            if entry.second_label:
                _left(
                    sheet, entry.second_label, template.text, x, _ROW_Y, 7.4, 104, quiet=True, language=second
                )
    for i in range(len(facts.signatories)):
        _draw_signatory(sheet, canvas, i)
    with pen.tagged("H2", "verify"):
        line = shape(template.word("verify", language), template.display_strong)
        y = FOOT + QR_SIZE - 9.8
        pen.text(line, _BESIDE_QR, y, 14, colour=template.ink)
        if second:
            again = shape(template.word("verify", second), template.display)
            pen.text(again, _BESIDE_QR + line.width(14) + 8, y, 14, colour=template.quiet, language=second)
    with pen.tagged("P", "how"):
        _paragraph(sheet, template.word("how", language), y - (16 if not second else 12.5), second)
    with pen.tagged("P", "criteria"):
        x = _label(sheet, "criteria", FOOT, 5.6) + 4
        digest = f"SHA-256 {facts.criteria_digest}"
        _left(sheet, digest, template.text, x, FOOT, 5.6, WIDTH - MARGIN - x, quiet=True)


def draw_entries(sheet: Sheet) -> None:
    """Everything that differs from one sheet to the next."""
    facts, template, pen = sheet.facts, sheet.template, sheet.pen
    second = sheet.second
    _draw_citation(sheet)
    for x, entry in zip(columns(), entries(facts, template), strict=True):
        with pen.tagged("TD", f"value-{entry.key}"):
            y = _ROW_Y - (6 if not second else 13)
            _left(sheet, entry.value, template.text, x, y, 10.6, 106)
            if entry.second_value:
                y -= 12
                _left(sheet, entry.second_value, template.text, x, y, 8.8, 106, quiet=True, language=second)
            if entry.below:
                _left(sheet, entry.below, template.text, x, y - 12, 8.8, 106, quiet=True)
    modules, dark = squares(facts.verify_url)
    scale = QR_SIZE / modules
    r, g, b = template.ink
    with pen.tagged("Figure", "qr"):
        pen.literal(
            f"q {scale:.5f} 0 0 {scale:.5f} {QR_BOX[0]:.2f} {QR_BOX[1]:.2f} cm {r:.3f} {g:.3f} {b:.3f} rg\n{dark} Q"
        )
    with pen.tagged("Link", "address"):
        room = WIDTH - MARGIN - _BESIDE_QR
        _left(
            sheet,
            _address(facts, template.text_strong),
            template.text_strong,
            _BESIDE_QR,
            FOOT + 25.5,
            _ADDRESS_SIZE,
            room,
            colour=template.accent,
        )
    with pen.tagged("P", "code"):
        x = _label(sheet, "code", FOOT + 12.5, 8.2) + 5
        _left(sheet, facts.code, template.text_strong, x, FOOT + 12.5, 8.6, WIDTH - MARGIN - x)


def _address(facts: Facts, face: str) -> Line:
    """The address, as a rule one that all sheets share and then the code, which stands elsewhere on the sheet too."""
    shared = facts.verify_url.removesuffix(facts.code)
    if shared == facts.verify_url:
        return shape(shared, face)
    return joined(shape(shared, face), shape(facts.code, face))


def contents(facts: Facts, template: Template, tree: Node, sheet: Sheet, at: datetime) -> Contents:
    """The document's own description of itself."""
    language = sheet.language
    level = facts.level.in_language(language)
    return Contents(
        title=f"{template.word('title', language)} - {level} - {facts.holder}",
        subject=template.word("subject", language, level=level, serial=facts.serial),
        author=facts.issuer,
        language=language,
        tree=tree,
        facts=facts.to_json(),
        link=(facts.verify_url, (_BESIDE_QR, FOOT + 22, WIDTH - MARGIN, FOOT + 34)),
        link_text=template.word("link", language),
        field_text=template.word("field", language),
        at=at,
    )


def _draw_development(sheet: Sheet, canvas: ArchivalCanvas) -> None:
    template, pen = sheet.template, sheet.pen
    words = template.word("development", sheet.language)
    if sheet.second:
        words = f"{words.split('  ·  ')[0]}  ·  {template.word('development', sheet.second)}"
    r, g, b = template.warm
    with pen.artifact("Background"):
        pen.literal(f"{r:.3f} {g:.3f} {b:.3f} rg 0 {HEIGHT - 22:.2f} {WIDTH:.2f} 22 re f")
    line = shape(words, template.text_strong)
    with pen.tagged("P", "development"):
        pen.text(line, MIDDLE - line.width(8.6, 0.3) / 2, HEIGHT - 14, 8.6, colour=(1, 1, 1), tracking=0.3)


def _draw_emblem(sheet: Sheet, canvas: ArchivalCanvas) -> None:
    template, pen = sheet.template, sheet.pen
    for i, family in enumerate(template.rosette):
        reach = family.radius + abs(family.depth) + abs(family.second) + 1
        add_form(
            canvas,
            f"Engraving{i}",
            (-reach, -reach, reach, reach),
            petal_curve(family.radius, family.depth, family.waves, family.second),
        )
    with pen.artifact():
        pen.literal(f"q 1 0 0 1 {MIDDLE:.2f} {_ROSETTE_Y:.2f} cm")
        for i, family in enumerate(template.rosette):
            r, g, b = template.warm if family.warm else template.accent
            pen.literal(f"{r:.3f} {g:.3f} {b:.3f} RG")
            pen.literal(
                engraved(
                    f"Engraving{i}",
                    family.waves,
                    family.count,
                    inner=family.inner,
                    twist=family.twist,
                    line=family.line,
                )
            )
        if not template.logo:
            pen.literal(mark(18.5, template.accent, template.warm))
        pen.literal("Q")
    if template.logo:
        with pen.tagged("Figure", "logo"):
            _image(
                canvas,
                pen,
                "Logo",
                template.logo,
                (MIDDLE - 26, _ROSETTE_Y - 22, MIDDLE + 26, _ROSETTE_Y + 22),
            )


def _draw_signatory(sheet: Sheet, canvas: ArchivalCanvas, index: int) -> None:
    facts, template, pen = sheet.facts, sheet.template, sheet.pen
    signatory = facts.signatories[index]
    box = handwriting_box(index, len(facts.signatories))
    left, right = box[0], box[2]
    if signatory.image:
        with pen.tagged("Figure", f"handwriting-{index}"):
            _image(canvas, pen, f"Handwriting{index}", signatory.image, box)
    _rule(canvas, pen, left, right, SIGNATURE_Y, template.ink, 0.5)
    with pen.tagged("P", f"signatory-{index}"):
        _left(sheet, signatory.name, template.text_strong, left, SIGNATURE_Y - 14, 10.2, right - left)
    with pen.tagged("P", f"office-{index}"):
        title = signatory.title.in_language(sheet.language)
        _left(sheet, title, template.text, left, SIGNATURE_Y - 26, 9, right - left, quiet=True)
        again = signatory.title.en
        if sheet.second and again != title:
            _left(
                sheet,
                again,
                template.text,
                left,
                SIGNATURE_Y - 37,
                8.4,
                right - left,
                quiet=True,
                language=sheet.second,
            )


def _image(
    canvas: ArchivalCanvas, pen: Pen, name: str, data: bytes, box: tuple[float, float, float, float]
) -> None:
    width, height = add_image(canvas, name, data)
    scale = min((box[2] - box[0]) / width, (box[3] - box[1]) / height)
    pen.literal(f"q {width * scale:.3f} 0 0 {height * scale:.3f} {box[0]:.2f} {box[1]:.2f} cm /{name} Do Q")


def _rule(
    canvas: ArchivalCanvas,
    pen: Pen,
    left: float,
    right: float,
    y: float,
    colour: tuple[float, float, float],
    width: float,
) -> None:
    with pen.artifact():
        canvas.setLineWidth(width)
        canvas.setStrokeColorRGB(*colour)
        canvas.line(left, y, right, y)


def _one_line(
    sheet: Sheet,
    text: str,
    face: str,
    y: float,
    size: float,
    *,
    tracking: float = 0.0,
    strong: bool = False,
    quiet: bool = False,
    language: str | None = None,
    instead: str | None = None,
) -> None:
    line = shape(text, face)
    while line.width(size, tracking) > COLUMN:
        size -= 0.4
        tracking = min(tracking, 0.3)
        if size < 6:
            raise DoesNotFit(text)
    sheet.centred(
        line, y, size, tracking=tracking, strong=strong, quiet=quiet, language=language, instead=instead
    )


@dataclass(frozen=True, slots=True)
class _Verse:
    """One line of the citation; ``room`` is the height it takes, ``key`` the element that it belongs to."""

    key: str
    line: Line
    size: float
    room: float
    quiet: bool = False
    strong: bool = False
    language: str | None = None
    joined: bool = False


def _draw_citation(sheet: Sheet) -> None:
    """From "this is to certify" to the scheme: laid out as one block, with the free height shared evenly."""
    weights = (1.0, 1.5, 1.6, 0.8, 0.55, 0.9)
    for scale in _SCALES:
        stanzas = _citation(sheet, scale)
        free = _BLOCK_TOP - _BLOCK_BOTTOM - sum(verse.room for stanza in stanzas for verse in stanza)
        if free >= _LEAST_GAP * sum(weights):
            break
    else:
        raise DoesNotFit(sheet.facts.holder)
    gap = min(26.0, free / sum(weights))
    y = _BLOCK_TOP - weights[0] * gap - (free - gap * sum(weights)) / 2
    for stanza, weight in zip(stanzas, weights[1:], strict=True):
        with sheet.pen.tagged("P", stanza[0].key):
            for verse in stanza:
                y -= verse.room
                sheet.centred(
                    verse.line,
                    y + verse.room * 0.22,
                    verse.size,
                    quiet=verse.quiet,
                    strong=verse.strong,
                    language=verse.language,
                    instead=verse.line.text + " " if verse.joined else None,
                )
        y -= weight * gap


def _scaled(sizes: tuple[tuple[float, float], ...], scale: float) -> tuple[tuple[float, float], ...]:
    return tuple((largest * scale, smallest * scale) for largest, smallest in sizes)


def _citation(sheet: Sheet, scale: float) -> list[list[_Verse]]:
    facts, template, language, second = sheet.facts, sheet.template, sheet.language, sheet.second

    def block(
        key: str,
        size: float,
        lines: Sequence[Line],
        leading: float,
        *,
        quiet: bool = False,
        strong: bool = False,
        spoken: str | None = None,
    ) -> list[_Verse]:
        last = len(lines) - 1
        return [
            _Verse(key, line, size, size * leading, quiet, strong, spoken, i < last)
            for i, line in enumerate(lines)
        ]

    def phrase(key: str) -> list[_Verse]:
        found = block(key, 11.4, [shape(template.word(key, language), template.text)], 1.25, quiet=True)
        if second:
            again = [shape(template.word(key, second), template.text)]
            found += block(key, 9.4, again, 1.3, quiet=True, spoken=second)
        return found

    size, lines = fit(facts.holder, template.display, COLUMN, _scaled(_NAME_SIZES, scale))
    holder = block("holder", size, lines, 1.04)
    size, lines = fit(
        facts.level.in_language(language), template.display_strong, COLUMN, _scaled(_LEVEL_SIZES, scale)
    )
    level = block("level", size, lines, 1.08, strong=True)
    if second and facts.level.en != facts.level.sv:
        size, lines = fit(
            facts.level.en, template.display, COLUMN, _scaled(((15.0, 12.0), (12.0, 7.0)), scale)
        )
        level += block("level", size, lines, 1.15, quiet=True, spoken=second)
    scheme: list[_Verse] = []
    for spoken in (language, second) if second else (language,):
        name = facts.scheme.in_language(str(spoken))
        key = "version" if name == facts.level.in_language(str(spoken)) else "scheme"
        words = template.word(key, str(spoken), scheme=name, version=facts.scheme_version)
        largest = 10.2 if spoken == language else 8.8
        size, lines = fit(words, template.text, COLUMN, ((largest, 8.2), (8.2, 6.0)))
        scheme += block(
            "scheme", size, lines, 1.25, quiet=True, spoken=None if spoken == language else second
        )
    return [phrase("opening"), holder, phrase("fulfilment"), level, scheme]


def _left(
    sheet: Sheet,
    text: str | Line,
    face: str,
    x: float,
    y: float,
    size: float,
    width: float,
    *,
    quiet: bool = False,
    colour: tuple[float, float, float] | None = None,
    language: str | None = None,
) -> float:
    """One line from ``x``, made smaller where it is too wide; returns where it ends."""
    line = shape(text, face) if isinstance(text, str) else text
    while line.width(size) > width:
        size -= 0.2
        if size < 4.4:
            raise DoesNotFit(line.text)
    template = sheet.template
    sheet.pen.text(
        line, x, y, size, colour=colour or (template.quiet if quiet else template.ink), language=language
    )
    return x + line.width(size)


def _label(sheet: Sheet, key: str, y: float, size: float) -> float:
    """A wording beside the QR code, after it the one in the second language; returns where they end."""
    template = sheet.template
    x = _left(sheet, template.word(key, sheet.language), template.text, _BESIDE_QR, y, size, 140, quiet=True)
    if sheet.second:
        again = template.word(key, sheet.second)
        x = _left(sheet, again, template.text, x + 5, y, size * 0.9, 140, quiet=True, language=sheet.second)
    return x


def _paragraph(sheet: Sheet, text: str, y: float, second: str | None) -> None:
    template = sheet.template
    size, leading = (8.4, 10.6) if not second else (7.2, 8.8)
    width = WIDTH - MARGIN - _BESIDE_QR
    blocks = [(text, None)] if not second else [(text, None), (template.word("how", second), second)]
    for words, language in blocks:
        for line in wrap(words, template.text, size, width):
            sheet.pen.text(
                line, _BESIDE_QR, y, size, colour=template.quiet, language=language, instead=line.text + " "
            )
            y -= leading
