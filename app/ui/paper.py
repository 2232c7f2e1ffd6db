"""Documents on paper: the faces, sizes and tables that guides and reports are set in, and the sheets themselves."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import SimpleDocTemplate, Table, TableStyle

from certificates.faces import FONTS

INK, SOFT, ACCENT, LINE = HexColor("#1d2625"), HexColor("#55605e"), HexColor("#17645f"), HexColor("#c9d3d1")
REGULAR, BOLD = "PaperRegular", "PaperBold"
WIDTH = A4[0] - 40 * mm - 12  # a frame keeps six points on either side


@cache
def _faces() -> None:
    pdfmetrics.registerFont(TTFont(REGULAR, str(FONTS / "source-sans-3" / "SourceSans3_400Regular.ttf")))
    pdfmetrics.registerFont(TTFont(BOLD, str(FONTS / "source-sans-3" / "SourceSans3_600SemiBold.ttf")))
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD)


@cache
def styles() -> dict[str, ParagraphStyle]:
    """By what they are for: title, lead, h2, h3, text, item, small, cell, head, num."""
    _faces()
    text = ParagraphStyle("text", fontName=REGULAR, fontSize=10.5, leading=15, textColor=INK, spaceAfter=6)
    cell = ParagraphStyle("cell", parent=text, fontSize=9, leading=12, spaceAfter=0)
    return {
        "text": text,
        "title": ParagraphStyle("title", parent=text, fontName=BOLD, fontSize=24, leading=29, spaceAfter=4),
        "lead": ParagraphStyle("lead", parent=text, fontSize=12, leading=17, textColor=SOFT, spaceAfter=14),
        "h2": ParagraphStyle(
            "h2",
            parent=text,
            fontName=BOLD,
            fontSize=15,
            leading=19,
            textColor=ACCENT,
            spaceBefore=12,
            keepWithNext=1,
        ),
        "h3": ParagraphStyle(
            "h3", parent=text, fontName=BOLD, fontSize=12, leading=16, spaceBefore=6, keepWithNext=1
        ),
        "item": ParagraphStyle("item", parent=text, leftIndent=12, bulletIndent=2, spaceAfter=3),
        "small": ParagraphStyle("small", parent=text, fontSize=9, leading=12, textColor=SOFT),
        "cell": cell,
        "head": ParagraphStyle("head", parent=cell, fontName=BOLD, textColor=SOFT),
        "num": ParagraphStyle("num", parent=cell, alignment=TA_RIGHT),
    }


def grid(rows: Sequence[Sequence[Any]], widths: Sequence[float]) -> Table:
    """A table whose first row is its head, again on every sheet; widths in points."""
    table = Table(rows, colWidths=widths, repeatRows=1, spaceBefore=4, spaceAfter=10)
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LINEBELOW", (0, 0), (-1, -1), 0.5, LINE),
                ("LINEBELOW", (0, 0), (-1, 0), 1, SOFT),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("RIGHTPADDING", (0, 0), (-1, -1), 6),
            ]
        )
    )
    return table


def sheets(content: list[Any], *, title: str, author: str, language: str, foot: str) -> bytes:
    """The document as PDF: A4, with ``foot`` and the number of the sheet below. The same content, the same bytes."""
    styles()
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=20 * mm, rightMargin=20 * mm, topMargin=20 * mm, bottomMargin=22 * mm,
        title=title, author=author, lang=language, invariant=1,
    )  # fmt: skip

    def below(canvas: Any, _document: Any) -> None:
        canvas.setFont(REGULAR, 8)
        canvas.setFillColor(SOFT)
        canvas.drawString(20 * mm, 12 * mm, foot)
        canvas.drawRightString(A4[0] - 20 * mm, 12 * mm, str(canvas.getPageNumber()))

    document.build(content, onFirstPage=below, onLaterPages=below)
    return out.getvalue()
