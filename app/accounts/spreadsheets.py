"""Read a list as it really comes: CSV as a Swedish Excel saves it, or XLSX. Nothing is kept here."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from app.accounts.errors import Refused

MOST_ROWS = 500
LARGEST = 5 * 1024 * 1024
LARGEST_UNPACKED = 50 * 1024 * 1024
WIDEST = 50

OLD_EXCEL = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file under its own number, as a spreadsheet program shows it."""

    number: int
    cells: tuple[str, ...]

    def at(self, column: int | None) -> str:
        """The trimmed text of a cell; empty beyond the row's end or for no column."""
        return self.cells[column].strip() if column is not None and column < len(self.cells) else ""


def column_letter(index: int) -> str:
    """A for the first column."""
    return str(get_column_letter(index + 1))


def read(data: bytes, filename: str) -> list[Line]:
    """Every row that is not empty. Raises :class:`Refused` when the file is no list that can be read."""
    if len(data) > LARGEST:
        raise Refused("file-large", _l("The file is larger than 5 MB. Divide it."))
    if not data.strip():
        raise Refused("file-empty", _l("The file is empty."))
    if data.startswith(b"PK\x03\x04"):
        rows = _xlsx(data)
    elif data.startswith(OLD_EXCEL):
        raise Refused("file-old", _l("This is an older Excel file. Save it as .xlsx or CSV and try again."))
    else:
        rows = _csv(data)
    lines: list[Line] = []
    for number, cells in rows:
        if any(cell.strip() for cell in cells):
            if len(lines) > MOST_ROWS:
                raise Refused(
                    "file-rows", _l("The file has more than %(count)s rows. Divide it.", count=MOST_ROWS)
                )
            lines.append(Line(number, tuple(cells[:WIDEST])))
    return lines


def decoded(data: bytes) -> str:
    """The text of a CSV file in UTF-8, UTF-16 with a byte order mark, or Windows-1252."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Refused("file-kind", _l("This does not look like a list. Save it as CSV or .xlsx and try again."))


def _csv(data: bytes) -> Iterator[tuple[int, list[str]]]:
    text = decoded(data)
    skip = 0
    first, _newline, rest = text.partition("\n")
    delimiter = max(";,\t", key=first.count)
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        delimiter, text, skip = first.strip()[4], rest, 1
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    before = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise Refused(
                "file-broken",
                _l("Row %(row)s cannot be read. Look for a quotation mark.", row=before + skip + 1),
            ) from None
        yield before + skip + 1, cells
        before = reader.line_num


def _xlsx(data: bytes) -> Iterator[tuple[int, list[str]]]:
    broken = Refused(
        "file-broken", _l("The file cannot be opened. Save it once more as .xlsx and try again.")
    )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > LARGEST_UNPACKED:
                raise Refused("file-large", _l("The file is too large. Divide it."))
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except Refused:
        raise
    except Exception:
        raise broken from None  # whatever openpyxl stumbles over, the person is told the same
    try:
        sheet = book.worksheets[0]
        for number, row in enumerate(sheet.iter_rows(values_only=True, max_col=WIDEST), start=1):
            yield number, ["" if value is None else str(value) for value in row]
    except Exception:
        raise broken from None
    finally:
        book.close()
