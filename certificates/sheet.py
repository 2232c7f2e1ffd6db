"""What a sheet says, in which order and in which words, before anything is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reportlab.lib.pagesizes import A4

from certificates.document import (
    Node,
)
from certificates.faces import Line
from certificates.facts import Facts
from certificates.pen import Pen
from certificates.template import Template

WIDTH, HEIGHT = A4
MIDDLE = WIDTH / 2
MARGIN = 68.0
COLUMN = WIDTH - 2 * MARGIN
GUTTER = 14.0
QR_SIZE = 88.0
FOOT = 60.0
QR_BOX = (MARGIN, FOOT, MARGIN + QR_SIZE, FOOT + QR_SIZE)
SIGNATURE_Y = 208.0
_MONTHS = {
    "sv": "januari februari mars april maj juni juli augusti september oktober november december".split(),
    "en": "January February March April May June July August September October November December".split(),
}


def primary_language(facts: Facts) -> str:
    return "en" if facts.languages == "en" else "sv"


def date_in(day: date, language: str) -> str:
    """``3 mars 2027``, ``3 March 2027``."""
    return f"{day.day} {_MONTHS[language][day.month - 1]} {day.year}"


@dataclass(slots=True)
class Sheet:
    """One sheet while it is being drawn."""

    facts: Facts
    template: Template
    pen: Pen

    @property
    def language(self) -> str:
        return primary_language(self.facts)

    @property
    def second(self) -> str | None:
        """The other language of a sheet in two, which stands below and quieter."""
        return "en" if self.facts.languages == "both" else None

    def centred(
        self,
        line: Line,
        y: float,
        size: float,
        *,
        tracking: float = 0.0,
        quiet: bool = False,
        strong: bool = False,
        language: str | None = None,
        instead: str | None = None,
    ) -> None:
        colour = self.template.quiet if quiet else self.template.accent if strong else self.template.ink
        x = MIDDLE - line.width(size, tracking) / 2
        self.pen.text(line, x, y, size, colour=colour, tracking=tracking, language=language, instead=instead)


@dataclass(frozen=True, slots=True)
class Entry:
    """A label over a value in the row of facts."""

    key: str
    label: str
    value: str
    second_label: str = ""
    second_value: str = ""
    below: str = ""


def entries(facts: Facts, template: Template) -> list[Entry]:
    """The row of aligned facts, left to right."""

    def value(key: str, language: str) -> str:
        if key == "serial":
            return facts.serial
        day = {"awarded": facts.awarded_on, "from": facts.valid_from, "until": facts.valid_until}[key]
        return date_in(day, language) if day else template.word("no_end", language)

    first, second = primary_language(facts), "en" if facts.languages == "both" else None
    row = []
    for key in ("serial", "awarded", "from", "until"):
        shown, again = value(key, first), value(key, second) if second else ""
        row.append(
            Entry(
                key,
                template.word(key, first),
                shown,
                template.word(key, second) if second else "",
                again if again != shown else "",
                facts.place if key == "awarded" else "",
            )
        )
    return row


def structure(facts: Facts, template: Template) -> Node:
    """The order in which the sheet is read aloud."""
    document = Node("Document")
    add = document.children.append
    language = primary_language(facts)
    if facts.development:
        add(Node("P", key="development"))
    if template.logo:
        add(
            Node(
                "Figure",
                key="logo",
                alt=template.word("logo", language, issuer=facts.issuer),
                box=(MIDDLE - 70, HEIGHT - 200, MIDDLE + 70, HEIGHT - 60),
            )
        )
    add(Node("P", key="issuer"))
    add(Node("H1", key="title"))
    for key in ("opening", "holder", "fulfilment", "level", "scheme"):
        add(Node("P", key=key))
    rows = [
        Node("TR", [Node("TH", key=f"label-{e.key}", scope="Row"), Node("TD", key=f"value-{e.key}")])
        for e in entries(facts, template)
    ]
    add(Node("Table", rows))
    for i, signatory in enumerate(facts.signatories):
        block = Node("Sect")
        if signatory.image:
            block.children.append(
                Node(
                    "Figure",
                    key=f"handwriting-{i}",
                    alt=template.word("handwriting", language, name=signatory.name),
                    box=handwriting_box(i, len(facts.signatories)),
                )
            )
        block.children.append(Node("P", key=f"signatory-{i}"))
        block.children.append(Node("P", key=f"office-{i}"))
        add(block)
    add(
        Node(
            "Sect",
            [
                Node("Figure", key="qr", alt=template.word("qr", language), box=QR_BOX),
                Node("H2", key="verify"),
                Node("P", key="how"),
                Node(
                    "P", [Node("Link", key="address", annotation="link", alt=template.word("link", language))]
                ),
                Node("P", key="code"),
                Node("P", key="criteria"),
            ],
        )
    )
    add(Node("Form", annotation="widget", alt=template.word("field", language)))
    return document


def columns() -> list[float]:
    """Where the four columns begin, on which facts and signatories stand."""
    step = (COLUMN + GUTTER) / 4
    return [MARGIN + step * i for i in range(4)]


def handwriting_box(index: int, count: int) -> tuple[float, float, float, float]:
    """Where one of so many signatories writes: left, bottom, right, top."""
    width = 196.0
    left = MIDDLE - width / 2 if count == 1 else columns()[2 * index]
    return left, SIGNATURE_Y + 2, left + width, SIGNATURE_Y + 46
