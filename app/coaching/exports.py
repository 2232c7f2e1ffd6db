"""The coach's hours as files for a spreadsheet. No cell can be taken for a formula."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

from flask_babel import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font
from sqlalchemy.orm import Session

from app.clock import STOCKHOLM
from app.coaching import listing
from app.coaching.words import state_text

Cell = str | int
#: What a spreadsheet program takes for the beginning of a formula.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(text: str) -> str:
    """The text, led by an apostrophe where a spreadsheet would otherwise calculate it."""
    return f"'{text}" if text.startswith(DANGEROUS) else text


def rows(
    session: Session, person: uuid.UUID, chosen: listing.Filter, *, now: datetime
) -> tuple[list[str], list[list[Cell]]]:
    """The head and the rows of the export: what the list shows with this filter, every page of it."""
    head = [
        _("Date"),
        _("Starts"),
        _("Ends"),
        _("Minutes"),
        _("Client"),
        _("Paid"),
        _("Group size"),
        _("What it was about"),
        _("Contact"),
        _("Contact's e-mail"),
        _("State"),
        _("Signed"),
        _("Row"),
    ]
    body: list[list[Cell]] = []
    for one in listing.page(session, person, chosen, limit=listing.MOST_EXPORTED, now=now):
        row = one.row
        starts, ends = row.starts.astimezone(STOCKHOLM), row.ends.astimezone(STOCKHOLM)
        signed = row.signed_at.astimezone(STOCKHOLM) if row.signed_at else None
        body.append(
            [
                f"{starts:%Y-%m-%d}",
                f"{starts:%H:%M}",
                f"{ends:%H:%M}",
                row.minutes,
                one.client,
                _("Yes") if row.paid else _("No"),
                row.group_size,
                row.about,
                row.contact_name,
                row.contact_email,
                state_text(row.state),
                f"{signed:%Y-%m-%d}" if signed else "",
                str(row.id),
            ]
        )
    return head, body


def _safe(cells: Iterable[Cell]) -> list[Cell]:
    return [harmless(cell) if isinstance(cell, str) else cell for cell in cells]


def as_csv(head: Sequence[str], body: Iterable[Sequence[Cell]]) -> bytes:
    """Semicolons and a byte order mark: a Swedish Excel opens it by double click."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(_safe(head))
    writer.writerows(_safe(cells) for cells in body)
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(head: Sequence[str], body: Iterable[Sequence[Cell]]) -> bytes:
    """One sheet with a bold head that stays in sight."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = _("Coaching hours")
    sheet.append(_safe(head))
    for cells in body:
        sheet.append(
            _safe(
                "".join(c for c in one if c.isprintable() or c == "\n") if isinstance(one, str) else one
                for one in cells
            )
        )
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for line in sheet.iter_rows():
        for cell in line:
            if isinstance(cell.value, str):
                cell.data_type = "s"
    sheet.freeze_panes = "A2"
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()
