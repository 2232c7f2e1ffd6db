"""The facilitator's guide as PDF: the guide's text, then each session minute by minute, ready to print and carry.

The guide's page comes sanitised from the package; here its HTML becomes paragraphs, lists and tables on paper.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import cache
from html import escape
from html.parser import HTMLParser
from typing import Any

from coursekit import Activity, Course, Facilitation, Meeting, say
from flask_babel import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import (
    KeepTogether,
    PageBreak,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from certificates.faces import FONTS

INK, SOFT, ACCENT, LINE = HexColor("#1d2625"), HexColor("#55605e"), HexColor("#17645f"), HexColor("#c9d3d1")
REGULAR, BOLD = "GuideRegular", "GuideBold"
WIDTH = A4[0] - 40 * mm - 12  # a frame keeps six points on either side
BLOCKS = {
    "p": "text", "h2": "h2", "h3": "h3", "h4": "h3", "li": "item", "td": "cell", "th": "head", "figcaption": "small"
}  # fmt: skip


@cache
def _faces() -> None:
    pdfmetrics.registerFont(TTFont(REGULAR, str(FONTS / "source-sans-3" / "SourceSans3_400Regular.ttf")))
    pdfmetrics.registerFont(TTFont(BOLD, str(FONTS / "source-sans-3" / "SourceSans3_600SemiBold.ttf")))
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD)


@cache
def _styles() -> dict[str, ParagraphStyle]:
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


class _Story(HTMLParser):
    """Safe HTML to what can be laid out: paragraphs, items with bullets or numbers, and tables."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.made: list[Any] = []
        self._words, self._style = "", ""
        self._lists: list[int | None] = []
        self._rows: list[list[Paragraph]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("strong", "b", "em", "i"):
            self._words += "<b>" if tag in ("strong", "b") else "<i>"
        elif tag == "br":
            self._words += "<br/>"
        elif tag in ("ul", "ol"):
            self._close()
            self._lists.append(0 if tag == "ol" else None)
        elif tag == "table":
            self._rows = []
        elif tag == "tr":
            self._rows.append([])
        elif tag in BLOCKS and not (tag == "p" and self._style == "item"):
            self._close()
            self._style = BLOCKS[tag]
            if tag == "li" and self._lists and self._lists[-1] is not None:
                self._lists[-1] += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in ("strong", "b", "em", "i"):
            self._words += "</b>" if tag in ("strong", "b") else "</i>"
        elif tag in ("td", "th") and self._rows:
            self._rows[-1].append(Paragraph(self._words.strip() or "–", _styles()[BLOCKS[tag]]))
            self._words, self._style = "", ""
        elif tag == "table":
            self._table()
        elif tag in ("ul", "ol"):
            self._close()
            if self._lists:
                self._lists.pop()
        elif tag in BLOCKS:
            self._close()

    def handle_data(self, data: str) -> None:
        if self._style:
            self._words += escape(data, quote=False)

    def _close(self) -> None:
        words, style = self._words.strip(), self._style
        self._words, self._style = "", ""
        if not words or not style:
            return
        bullet = None
        if style == "item":
            number = self._lists[-1] if self._lists else None
            bullet = f"{number}." if number else "•"
        self.made.append(Paragraph(words, _styles()[style], bulletText=bullet))

    def _table(self) -> None:
        rows = [row for row in self._rows if row]
        if rows:
            most = max(map(len, rows))
            whole = [row + [Paragraph("", _styles()["cell"])] * (most - len(row)) for row in rows]
            self.made.append(_grid(whole, [WIDTH / most] * most))
        self._rows = []


def _grid(rows: list[list[Paragraph]], widths: list[float]) -> Table:
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


def _meeting(meeting: Meeting, language: str) -> Iterator[Any]:
    styles = _styles()
    heads = (_("Starts at"), _("Min"), _("Part"), _("You do"), _("The group does"), _("Have ready"))
    rows = [[Paragraph(escape(str(head)), styles["head"]) for head in heads]]
    at = 0
    for activity in meeting.activities:
        rows.append(_row(activity, at, language))
        at += activity.minutes
    aim, length = escape(say(meeting.aim, language)), _("%(minutes)d min", minutes=meeting.minutes)
    yield KeepTogether(
        [
            Paragraph(escape(say(meeting.title, language)), styles["h2"]),
            Paragraph(f"{aim} ({length})", styles["text"]),
        ]
    )
    yield _grid(rows, [WIDTH * share for share in (0.09, 0.06, 0.17, 0.28, 0.26, 0.14)])


def _row(activity: Activity, at: int, language: str) -> list[Paragraph]:
    styles = _styles()
    words = (activity.title, activity.trainer, activity.group, activity.needs)
    told = [Paragraph(escape(say(text, language)) or "–", styles["cell"]) for text in words]
    clock = Paragraph(f"{at // 60}:{at % 60:02d}", styles["num"])
    return [clock, Paragraph(str(activity.minutes), styles["num"]), *told]


def draw(course: Course, guide: Facilitation, page: str, *, language: str) -> bytes:
    """The guide in ``language``; ``page`` is its text as safe HTML."""
    styles = _styles()
    title, kind = say(course.title, language), _("Facilitator's guide")
    story = _Story()
    story.feed(str(page))  # plain: parts of markup would be escaped a second time
    story.close()
    content: list[Any] = [
        Paragraph(escape(title), styles["title"]),
        Paragraph(f"{escape(kind)} · {escape(course.version)}", styles["lead"]),
        *story.made,
    ]
    for meeting in guide.meetings:
        content += [PageBreak(), *_meeting(meeting, language), Spacer(1, 6 * mm)]
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=20 * mm, rightMargin=20 * mm, topMargin=20 * mm, bottomMargin=22 * mm,
        title=f"{title}: {kind}", author=course.publisher or title, lang=language,
        invariant=1,
    )  # fmt: skip

    def foot(canvas: Any, _document: Any) -> None:
        canvas.setFont(REGULAR, 8)
        canvas.setFillColor(SOFT)
        canvas.drawString(20 * mm, 12 * mm, f"{title} {course.version}")
        canvas.drawRightString(A4[0] - 20 * mm, 12 * mm, str(canvas.getPageNumber()))

    document.build(content, onFirstPage=foot, onLaterPages=foot)
    return out.getvalue()
