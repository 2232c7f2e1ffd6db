"""The facilitator's guide as PDF: the guide's text, then each session minute by minute, ready to print and carry.

The guide's page comes sanitised from the package; here its HTML becomes paragraphs, lists and tables on paper.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from html.parser import HTMLParser
from typing import Any

from coursekit import Activity, Course, Facilitation, Meeting, say
from flask_babel import gettext as _
from reportlab.lib.units import mm
from reportlab.platypus import KeepTogether, PageBreak, Paragraph, Spacer

from app.ui.paper import WIDTH, grid, sheets, styles

BLOCKS = {
    "p": "text", "h2": "h2", "h3": "h3", "h4": "h3", "li": "item", "td": "cell", "th": "head", "figcaption": "small"
}  # fmt: skip


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
            self._rows[-1].append(Paragraph(self._words.strip() or "–", styles()[BLOCKS[tag]]))
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
        self.made.append(Paragraph(words, styles()[style], bulletText=bullet))

    def _table(self) -> None:
        rows = [row for row in self._rows if row]
        if rows:
            most = max(map(len, rows))
            whole = [row + [Paragraph("", styles()["cell"])] * (most - len(row)) for row in rows]
            self.made.append(grid(whole, [WIDTH / most] * most))
        self._rows = []


def _meeting(meeting: Meeting, language: str) -> Iterator[Any]:
    style = styles()
    heads = (_("Starts at"), _("Min"), _("Part"), _("You do"), _("The group does"), _("Have ready"))
    rows = [[Paragraph(escape(str(head)), style["head"]) for head in heads]]
    at = 0
    for activity in meeting.activities:
        rows.append(_row(activity, at, language))
        at += activity.minutes
    aim, length = escape(say(meeting.aim, language)), _("%(minutes)d min", minutes=meeting.minutes)
    yield KeepTogether(
        [
            Paragraph(escape(say(meeting.title, language)), style["h2"]),
            Paragraph(f"{aim} ({length})", style["text"]),
        ]
    )
    yield grid(rows, [WIDTH * share for share in (0.09, 0.06, 0.17, 0.28, 0.26, 0.14)])


def _row(activity: Activity, at: int, language: str) -> list[Paragraph]:
    style = styles()
    words = (activity.title, activity.trainer, activity.group, activity.needs)
    told = [Paragraph(escape(say(text, language)) or "–", style["cell"]) for text in words]
    clock = Paragraph(f"{at // 60}:{at % 60:02d}", style["num"])
    return [clock, Paragraph(str(activity.minutes), style["num"]), *told]


def draw(course: Course, guide: Facilitation, page: str, *, language: str) -> bytes:
    """The guide in ``language``; ``page`` is its text as safe HTML."""
    style = styles()
    title, kind = say(course.title, language), _("Facilitator's guide")
    story = _Story()
    story.feed(str(page))  # plain: parts of markup would be escaped a second time
    story.close()
    content: list[Any] = [
        Paragraph(escape(title), style["title"]),
        Paragraph(f"{escape(kind)} · {escape(course.version)}", style["lead"]),
        *story.made,
    ]
    for meeting in guide.meetings:
        content += [PageBreak(), *_meeting(meeting, language), Spacer(1, 6 * mm)]
    return sheets(
        content,
        title=f"{title}: {kind}",
        author=course.publisher or title,
        language=language,
        foot=f"{title} {course.version}",
    )
