"""What a file is, judged by its content alone, and whether the service takes it.

Nothing is unpacked, decoded or run: of an office file its table of contents is read, of an image its head.
"""

from __future__ import annotations

import re
import struct
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO, cast

import pillow_heif
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from PIL import Image

MOST_PIXELS = 100_000_000
MOST_ENTRIES = 5_000
MOST_DIRECTORY = 2 * 1024 * 1024
MOST_UNPACKED = 1024 * 1024 * 1024
NAME_LIMIT = 120
HEAD = 4096

_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
PDF, JPEG, PNG, HEIC = "application/pdf", "image/jpeg", "image/png", "image/heic"
DOCX = _OOXML + "wordprocessingml.document"
XLSX = _OOXML + "spreadsheetml.sheet"
PPTX = _OOXML + "presentationml.presentation"
ODT, ODS, ODP = _ODF + "text", _ODF + "spreadsheet", _ODF + "presentation"


@dataclass(frozen=True, slots=True)
class Type:
    """A type that is taken: what people call it, and the endings of its files' names, the usual one first."""

    called: LazyString
    endings: tuple[str, ...]


ACCEPTED: dict[str, Type] = {
    PDF: Type(_l("a PDF document"), ("pdf",)),
    DOCX: Type(_l("a Word document (DOCX)"), ("docx",)),
    XLSX: Type(_l("an Excel workbook (XLSX)"), ("xlsx",)),
    PPTX: Type(_l("a PowerPoint presentation (PPTX)"), ("pptx",)),
    ODT: Type(_l("an OpenDocument text (ODT)"), ("odt",)),
    ODS: Type(_l("an OpenDocument spreadsheet (ODS)"), ("ods",)),
    ODP: Type(_l("an OpenDocument presentation (ODP)"), ("odp",)),
    JPEG: Type(_l("a JPEG image"), ("jpg", "jpeg", "jpe")),
    PNG: Type(_l("a PNG image"), ("png",)),
    HEIC: Type(_l("a HEIC image"), ("heic", "heif")),
}
ENDINGS = tuple(ending for one in ACCEPTED.values() for ending in one.endings)

# Sniffed to be named, never taken.
_OTHERS: tuple[tuple[bytes, LazyString], ...] = (
    (b"MZ", _l("a Windows program")),
    (b"\x7fELF", _l("a program")),
    (b"#!", _l("a script")),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _l("an older Office file")),
    (b"{\\rtf", _l("an RTF text")),
    (b"GIF8", _l("a GIF image")),
    (b"Rar!", _l("a RAR archive")),
    (b"7z\xbc\xaf\x27\x1c", _l("a 7-Zip archive")),
    (b"\x1f\x8b", _l("a compressed archive")),
)
_MARKUP = re.compile(rb"<\s*(!doctype\s+html|html|head|script|body)", re.IGNORECASE)
_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"}


class NotAccepted(ValueError):
    """A file that the service does not take; the message says what it is and what to do.

    ``code``: empty, unknown, lies, macros, bomb, pixels or broken.
    """

    def __init__(self, code: str, message: object) -> None:
        super().__init__(code)
        self.code, self._message = code, message

    def __str__(self) -> str:
        return str(self._message)


@dataclass(frozen=True, slots=True)
class Found:
    """What a file is. ``has_location``: a photo that says where it was taken."""

    media_type: str
    has_location: bool = False


def examine(file: BinaryIO, size: int, name: str = "") -> Found:
    """What the file is. ``name`` is what the sender called it. Raises :class:`NotAccepted`."""
    file.seek(0)
    head = file.read(HEAD)
    if not head:
        raise NotAccepted("empty", _l("The file is empty. Check that it was saved, and choose it again."))
    found = _look(file, size, head)
    claimed = _ending(name)
    if claimed in ENDINGS and claimed not in ACCEPTED[found.media_type].endings:
        raise NotAccepted(
            "lies",
            _l(
                "The name ends in .%(ending)s, but the file is %(type)s. Save it again under its right name, "
                "and choose that file.",
                ending=claimed,
                type=ACCEPTED[found.media_type].called,
            ),
        )
    return found


def _look(file: BinaryIO, size: int, head: bytes) -> Found:
    if head.startswith(b"%PDF-"):
        return Found(PDF)
    if head.startswith(b"PK\x03\x04"):
        return Found(_packed(file, size))
    if head.startswith(b"\xff\xd8\xff"):
        return _picture(file, "JPEG", JPEG)
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return _picture(file, "PNG", PNG)
    if head[4:8] == b"ftyp":
        if head[8:12] in _BRANDS:
            return _heic(file)
        raise _not_taken(_l("a film or sound recording"))
    for signature, called in _OTHERS:
        if head.startswith(signature):
            raise _not_taken(called)
    if _MARKUP.search(head):
        raise _not_taken(_l("a web page"))
    if b"<svg" in head.lower():
        raise _not_taken(_l("an SVG drawing"))
    if b"\0" not in head:
        raise _not_taken(_l("plain text"))
    raise _not_taken(_l("of a kind that we do not know"))


def _not_taken(called: object) -> NotAccepted:
    return NotAccepted(
        "unknown",
        _l(
            "The file is %(type)s, which we cannot take. Save it as PDF, a new Office or OpenDocument file, "
            "JPEG, PNG or HEIC, and choose that file.",
            type=called,
        ),
    )


def _broken() -> NotAccepted:
    return NotAccepted(
        "broken", _l("The file is damaged and cannot be read. Save it again, and choose it anew.")
    )


# ---- images ---------------------------------------------------------------------------------------


def _check_pixels(size: tuple[int, int]) -> None:
    width, height = size
    if width * height > MOST_PIXELS:
        raise NotAccepted(
            "pixels",
            _l("The image has more than %(most)s million pixels. Make it smaller, and choose it again.",
               most=MOST_PIXELS // 1_000_000),
        )  # fmt: skip


def _has_location(exif: Image.Exif) -> bool:
    return bool(exif.get_ifd(0x8825))


def _picture(file: BinaryIO, format_: str, media_type: str) -> Found:
    file.seek(0)
    try:
        # Opening reads the head only; the limit of Pillow itself would warn before ours answers.
        with Image.open(cast(BinaryIO, _Kept(file)), formats=[format_]) as image:
            _check_pixels(image.size)
            # A PNG's details may stand after its pixels, which are not read here.
            return Found(media_type, media_type == JPEG and _has_location(image.getexif()))
    except Image.DecompressionBombError:
        _check_pixels((MOST_PIXELS, 2))
        raise
    except (OSError, SyntaxError, ValueError, struct.error) as error:
        if isinstance(error, NotAccepted):
            raise
        raise _broken() from error


def _heic(file: BinaryIO) -> Found:
    file.seek(0)
    try:
        image = pillow_heif.open_heif(_Kept(file), convert_hdr_to_8bit=False)
        _check_pixels(image.size)
        exif = Image.Exif()
        exif.load(image.info.get("exif") or b"")
        return Found(HEIC, _has_location(exif))
    except (OSError, SyntaxError, ValueError, RuntimeError, EOFError, struct.error) as error:
        if isinstance(error, NotAccepted):
            raise
        raise _broken() from error


class _Kept:
    """A file that stays open when a reader closes it."""

    def __init__(self, file: BinaryIO) -> None:
        self.read, self.seek, self.tell = file.read, file.seek, file.tell

    def close(self) -> None:
        """Somebody else's to do."""


# ---- packed office files --------------------------------------------------------------------------


def _end_record(file: BinaryIO, size: int) -> tuple[int, int]:
    """Number of entries and octets of the archive's table of contents, before anything believes them."""
    file.seek(max(0, size - 65_557))
    tail = file.read(65_557)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + 22 > len(tail):
        raise _broken()
    if tail[max(0, at - 20) : at].startswith(b"PK\x06\x07"):
        raise _bomb()
    entries, directory = struct.unpack_from("<10xHI", tail, at)
    return entries, directory


def _bomb() -> NotAccepted:
    return NotAccepted(
        "bomb",
        _l("The file unpacks to far more than an ordinary document. Save it as PDF, and choose that file."),
    )


def _contents(file: BinaryIO, size: int) -> zipfile.ZipFile:
    entries, directory = _end_record(file, size)
    if entries > MOST_ENTRIES or directory > MOST_DIRECTORY:
        raise _bomb()
    try:
        packed = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error) as error:
        raise _broken() from error
    if (
        len(packed.infolist()) > MOST_ENTRIES
        or sum(one.file_size for one in packed.infolist()) > MOST_UNPACKED
    ):
        raise _bomb()
    return packed


def _read(packed: zipfile.ZipFile, name: str, most: int) -> bytes:
    try:
        with packed.open(name) as part:
            return part.read(most)
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, RuntimeError, NotImplementedError) as error:
        raise _broken() from error


_CONTENT_TYPES = {
    b"wordprocessingml.document.main+xml": DOCX,
    b"spreadsheetml.sheet.main+xml": XLSX,
    b"presentationml.presentation.main+xml": PPTX,
    b"presentationml.slideshow.main+xml": PPTX,
}


def _packed(file: BinaryIO, size: int) -> str:
    packed = _contents(file, size)
    names = set(packed.namelist())
    media_type = None
    if "[Content_Types].xml" in names:
        declared = _read(packed, "[Content_Types].xml", 1024 * 1024)
        if b"macroenabled" in declared.lower() or _any(names, "vbaproject.bin"):
            raise _macros()
        media_type = next((kind for said, kind in _CONTENT_TYPES.items() if said in declared), None)
    elif "mimetype" in names:
        declared_type = _read(packed, "mimetype", 200).decode("ascii", "replace").strip()
        if any(name.startswith(("Basic/", "Scripts/")) for name in names):
            raise _macros()
        media_type = declared_type if declared_type in (ODT, ODS, ODP) else None
    if media_type is None:
        raise _not_taken(_l("a packed archive (ZIP)"))
    return media_type


def _any(names: set[str], ending: str) -> bool:
    return any(name.lower().endswith(ending) for name in names)


def _macros() -> NotAccepted:
    return NotAccepted(
        "macros",
        _l("The file holds macros (small programs), which we cannot take. Save it without macros or as PDF, "
           "and choose that file."),
    )  # fmt: skip


# ---- names ----------------------------------------------------------------------------------------


def _ending(name: str) -> str:
    return name.rpartition(".")[2].strip().lower() if "." in name else ""


def _printable(name: str) -> Iterator[str]:
    for letter in unicodedata.normalize("NFC", name):
        if letter.isprintable() and unicodedata.category(letter) != "Cf" and letter not in '<>:"|?*':
            yield letter


def shown_name(name: str, media_type: str) -> str:
    """What a file is called on the screen and when saved: the sender's words, tamed; the ending is ours."""
    last = PurePosixPath(name.replace("\\", "/")).name
    stem = "".join(_printable(last))
    if _ending(stem) in ENDINGS:
        stem = stem.rpartition(".")[0]
    stem = " ".join(stem.split()).strip(". ")
    ending = ACCEPTED[media_type].endings[0]
    return f"{stem[: NAME_LIMIT - len(ending) - 1].rstrip('. ') or 'file'}.{ending}"
