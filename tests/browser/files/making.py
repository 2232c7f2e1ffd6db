"""Files as they really come: a list saved by a Swedish Excel, a workbook, a scanned paper, a phone's photo."""

import io
from pathlib import Path

import pypdfium2
import zxingcpp
from openpyxl import Workbook
from PIL import Image, ImageDraw, ImageFilter
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

Rows = list[tuple[str, ...]]
HEADING = ("E-post", "Namn", "Roll", "Språk")


def swedish_csv(path: Path, rows: Rows) -> Path:
    """As “CSV (semikolonavgränsad)” leaves it: semicolons, Windows-1252, lines that end with CR LF."""
    lines = [";".join(row) for row in (HEADING, *rows)]
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode("cp1252"))
    return path


def workbook(path: Path, rows: Rows) -> Path:
    """An Excel workbook whose first sheet is the list."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Deltagare våren"
    for row in (HEADING, *rows):
        sheet.append(row)
    book.save(path)
    return path


def _paper(text: str, size: tuple[int, int]) -> Image.Image:
    """A sheet with some writing, lying a little askew, as a scanner or a phone sees it."""
    sheet = Image.new("RGB", size, (244, 241, 233))
    draw = ImageDraw.Draw(sheet)
    for position, line in enumerate(text.splitlines()):
        draw.text(
            (size[0] // 10, size[1] // 10 + position * size[1] // 20), line, fill=(40, 40, 60), font_size=36
        )
    return sheet.rotate(1.2, fillcolor=(90, 88, 84)).filter(ImageFilter.GaussianBlur(0.7))


def scanned_pdf(path: Path, text: str) -> Path:
    """A paper from the scanner: a PDF that holds a picture and no text."""
    canvas = Canvas(str(path), pagesize=A4)
    canvas.drawImage(ImageReader(_paper(text, (1240, 1754))), 0, 0, *A4)
    canvas.showPage()
    canvas.save()
    return path


def phone_photo(path: Path) -> Path:
    """A JPEG as a phone makes it: lying on its side, with the maker, the day and the place in its EXIF."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0112] = "Demofon", "Demofon 5", 6
    exif[0x0132] = "2026:10:14 10:31:07"
    place = exif.get_ifd(0x8825)
    place[1], place[2], place[3], place[4] = "N", (59.0, 19.0, 46.0), "E", (18.0, 4.0, 7.0)
    photo = _paper("Planen på väggen\nMål 1: tre försök före jul", (1600, 1200))
    photo.save(path, "JPEG", quality=84, exif=exif)
    return path


def edited(path: Path, certificate: bytes, old: bytes, new: bytes) -> Path:
    """The certificate with something in its bytes overwritten, as long as before."""
    assert certificate.count(old) >= 1, f"{old!r} is not in the file"
    assert len(old) == len(new)
    path.write_bytes(certificate.replace(old, new, 1))
    return path


def qr_code_on(document: bytes) -> str:
    """What the QR code on the printed page says."""
    page = pypdfium2.PdfDocument(io.BytesIO(document))[0]
    picture = page.render(scale=200 / 72).to_pil()
    found = zxingcpp.read_barcodes(picture)
    assert len(found) == 1, f"{len(found)} codes on the page"
    return str(found[0].text)
