"""An archival, accessible PDF (PDF/A-3a and PDF/UA-1) of one page, on ReportLab's document and canvas.

ReportLab draws; what its catalog lacks is added here: tags, language, output intent, metadata, an attachment,
a link, and a signature field that waits for its signature. Names follow ISO 32000-1, ISO 19005-3, ISO 14289-1.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfdoc
from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFObject, PDFString
from reportlab.pdfgen.canvas import Canvas

from certificates.colour import srgb_profile
from certificates.embedding import Stream, add_fonts
from certificates.metadata import PRODUCER, packet
from certificates.pen import Fonts

FIELD = "Signature"
ATTACHMENT = "certificate.json"
_MOST_PIXELS = 4_000_000


class ImageError(ValueError):
    """A picture that cannot stand on a sheet."""


@dataclass(slots=True)
class Node:
    """An element of the structure tree. A leaf with a ``key`` owns the marked content of that key."""

    role: str
    children: list[Node] = field(default_factory=list)
    key: str | None = None
    alt: str | None = None
    lang: str | None = None
    scope: str | None = None
    box: tuple[float, float, float, float] | None = None
    annotation: str | None = None

    def leaves(self) -> Iterator[Node]:
        if self.key is not None:
            yield self
        for child in self.children:
            yield from child.leaves()


@dataclass(slots=True, kw_only=True)
class Contents:
    """What a document holds besides its drawing. ``link`` is the address and its rectangle on the page."""

    title: str
    subject: str
    author: str
    language: str
    tree: Node
    facts: bytes
    link: tuple[str, tuple[float, float, float, float]]
    link_text: str
    field_text: str
    at: datetime


class ArchivalCanvas(Canvas):
    """A canvas that names no font of its own, since every font has to be embedded."""

    def __init__(self, **options: object) -> None:
        super().__init__(
            io.BytesIO(), pagesize=A4, pageCompression=1, invariant=1, pdfVersion=(1, 7), **options
        )

        self._doc.drawn = []

    def _make_preamble(self) -> None:
        self._preamble = ""


def number_leaves(tree: Node) -> dict[str, int]:
    """The marked-content number of every leaf."""
    return {str(leaf.key): i for i, leaf in enumerate(tree.leaves())}


def add_form(canvas: Canvas, name: str, box: tuple[float, float, float, float], code: str) -> None:
    """Keep ``code`` as a form that ``/name Do`` paints, as often as is wanted."""
    entries = {
        "Type": PDFName("XObject"),
        "Subtype": PDFName("Form"),
        "BBox": PDFArray([round(v, 2) for v in box]),
        "Resources": PDFDictionary(),
    }
    canvas._doc.Reference(Stream(entries, code.encode("ascii")), name)
    canvas._doc.drawn.append(name)


def add_image(canvas: Canvas, name: str, data: bytes) -> tuple[int, int]:
    """Keep a PNG or JPEG as an image that ``/name Do`` paints; returns its width and height in pixels.

    Laid on white, so that the page needs no transparency. Raises ``ImageError``.
    """
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as opened:
            if opened.width * opened.height > _MOST_PIXELS:
                raise ImageError("the image has more than four million pixels")
            picture = opened.convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise ImageError(f"the image is no readable PNG or JPEG: {error}") from error
    paper = Image.new("RGBA", picture.size, "white")
    flat = Image.alpha_composite(paper, picture).convert("RGB")
    entries = {
        "Type": PDFName("XObject"),
        "Subtype": PDFName("Image"),
        "Width": flat.width,
        "Height": flat.height,
        "ColorSpace": PDFName("DeviceRGB"),
        "BitsPerComponent": 8,
    }
    canvas._doc.Reference(Stream(entries, flat.tobytes()), name)
    canvas._doc.drawn.append(name)
    return flat.width, flat.height


def finish(
    canvas: Canvas, fonts: Fonts, contents: Contents, entries: list[str] | None = None
) -> pdfdoc.PDFDocument:
    """Close the canvas's page and complete its document; ``file_bytes`` of the result is the file.

    Page operators in ``entries`` become a stream of their own after the canvas's.
    """
    code = "\n".join(canvas._code)
    canvas._code[:] = ["n"]
    canvas.showPage()
    document: pdfdoc.PDFDocument = canvas._doc
    page = document.Pages.pages[0]
    reference = document.Reference
    add_fonts(document, fonts)
    page.XObjects = PDFDictionary({name: pdfdoc.PDFObjectReference(name) for name in document.drawn})
    if entries is None:
        page.Contents = reference(Stream({}, code.encode("ascii")), "content")
    else:
        streams = [
            reference(Stream({}, code.encode("ascii")), "plate"),
            reference(Stream({}, "\n".join(entries).encode("ascii")), "content"),
        ]
        page.Contents = reference(PDFArray(streams), "contents")
    catalog = document.Catalog
    catalog.__NoDefault__ = [*catalog.__NoDefault__, "Lang", "OutputIntents", "AF"]
    catalog.__Refs__ = [r for r in catalog.__Refs__ if r not in ("Names", "ViewerPreferences", "MarkInfo")]
    catalog.Outlines = None
    catalog.PageMode = PDFName("UseNone")
    catalog.Lang = PDFString(contents.language)
    catalog.MarkInfo = PDFDictionary({"Marked": "true"})
    catalog.ViewerPreferences = PDFDictionary({"DisplayDocTitle": "true"})
    catalog.OutputIntents = PDFArray(
        [
            PDFDictionary(
                {
                    "Type": PDFName("OutputIntent"),
                    "S": PDFName("GTS_PDFA1"),
                    "OutputConditionIdentifier": PDFString("sRGB"),
                    "Info": PDFString("sRGB IEC61966-2.1"),
                    "DestOutputProfile": reference(Stream({"N": 3}, srgb_profile()), "profile"),
                }
            )
        ]
    )
    _add_annotations(document, page, contents)
    _add_tree(document, page, contents)
    dated = add_dated(document, contents)
    catalog.AF = PDFArray([dated])
    catalog.Names = PDFDictionary(
        {"EmbeddedFiles": PDFDictionary({"Names": PDFArray([PDFString(ATTACHMENT), dated])})}
    )
    document.Reference(document.Catalog)
    document.Reference(document.info, "info")
    return document


def file_bytes(document: pdfdoc.PDFDocument) -> bytes:
    """The whole unsigned file."""
    written: bytes = document.format()
    return written


def add_dated(document: pdfdoc.PDFDocument, contents: Contents) -> PDFObject:
    """Add what tells one certificate from the next: metadata, the attachment, the identifier."""
    at = contents.at.astimezone(UTC).replace(microsecond=0)
    identifier = hashlib.sha256(contents.facts + at.isoformat().encode()).digest()[:16]
    hexadecimal = identifier.hex().encode()
    document._ID = b"[<" + hexadecimal + b"><" + hexadecimal + b">]"
    document.info.__class__ = _Info
    document.info.written = info_entries(contents)
    document.Catalog.Metadata = document.Reference(
        Stream({"Type": PDFName("Metadata"), "Subtype": PDFName("XML")}, metadata(contents), compress=False),
        "metadata",
    )
    embedded = document.Reference(
        Stream(
            {
                "Type": PDFName("EmbeddedFile"),
                "Subtype": "/application#2Fjson",
                "Params": PDFDictionary({"Size": len(contents.facts), "ModDate": PDFString(_pdf_date(at))}),
            },
            contents.facts,
        ),
        "facts",
    )
    reference: PDFObject = document.Reference(
        PDFDictionary(
            {
                "Type": PDFName("Filespec"),
                "F": PDFString(ATTACHMENT),
                "UF": PDFString(ATTACHMENT),
                "Desc": PDFString("The certificate's facts"),
                "AFRelationship": PDFName("Data"),
                "EF": PDFDictionary({"F": embedded, "UF": embedded}),
            }
        ),
        "attachment",
    )
    return reference


class _Info(pdfdoc.PDFInfo):
    written: dict[str, PDFObject]

    def format(self, document: pdfdoc.PDFDocument) -> bytes:
        formatted: bytes = PDFDictionary(self.written).format(document)
        return formatted


def info_entries(contents: Contents) -> dict[str, PDFObject]:
    """The document information dictionary, which has to agree with the metadata."""
    at = _pdf_date(contents.at.astimezone(UTC))
    return {
        "Title": PDFString(contents.title),
        "Subject": PDFString(contents.subject),
        "Author": PDFString(contents.author),
        "Creator": PDFString(PRODUCER),
        "Producer": PDFString(PRODUCER),
        "CreationDate": PDFString(at),
        "ModDate": PDFString(at),
    }


def metadata(contents: Contents) -> bytes:
    """The metadata of a document with these contents."""
    return packet(
        title=contents.title,
        subject=contents.subject,
        author=contents.author,
        language=contents.language,
        at=contents.at,
    )


def _pdf_date(at: datetime) -> str:
    return at.strftime("D:%Y%m%d%H%M%S+00'00'")


def _add_annotations(document: pdfdoc.PDFDocument, page: pdfdoc.PDFPage, contents: Contents) -> None:
    address, rectangle = contents.link
    page_reference = document.Reference(page)
    link = document.Reference(
        PDFDictionary(
            {
                "Type": PDFName("Annot"),
                "Subtype": PDFName("Link"),
                "Rect": PDFArray([round(v, 2) for v in rectangle]),
                "Border": PDFArray([0, 0, 0]),
                "F": 4,
                "Contents": PDFString(contents.link_text),
                "StructParent": 1,
                "A": PDFDictionary({"S": PDFName("URI"), "URI": PDFString(address)}),
            }
        ),
        "link",
    )
    widget = document.Reference(
        PDFDictionary(
            {
                "Type": PDFName("Annot"),
                "Subtype": PDFName("Widget"),
                "FT": PDFName("Sig"),
                "T": PDFString(FIELD),
                "TU": PDFString(contents.field_text),
                "Rect": PDFArray([0, 0, 0, 0]),
                "F": 132,
                "P": page_reference,
                "StructParent": 2,
            }
        ),
        "widget",
    )
    page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
    page.StructParents = 0
    page.Tabs = PDFName("S")
    page.Annots = PDFArray([link, widget])
    document.Catalog.AcroForm = PDFDictionary({"Fields": PDFArray([widget]), "SigFlags": 3})


def _add_tree(document: pdfdoc.PDFDocument, page: pdfdoc.PDFPage, contents: Contents) -> None:
    page_reference = document.Reference(page)
    order = number_leaves(contents.tree)
    owners: list[PDFObject | None] = [None] * len(order)
    annotated: dict[str, PDFObject] = {}
    root = PDFDictionary({"Type": PDFName("StructTreeRoot")})
    root_reference = document.Reference(root, "tree")

    def add(node: Node, parent: PDFObject) -> PDFObject:
        entries: dict[str, object] = {"Type": PDFName("StructElem"), "S": PDFName(node.role), "P": parent}
        element = PDFDictionary(entries)
        reference: PDFObject = document.Reference(element)
        kids: list[object] = []
        if node.key is not None:
            owners[order[node.key]] = reference
            element["Pg"] = page_reference
            kids.append(order[node.key])
        if node.annotation is not None:
            annotated[node.annotation] = reference
            kids.append(
                PDFDictionary(
                    {
                        "Type": PDFName("OBJR"),
                        "Obj": pdfdoc.PDFObjectReference(node.annotation),
                        "Pg": page_reference,
                    }
                )
            )
        kids.extend(add(child, reference) for child in node.children)
        element["K"] = PDFArray(kids)
        if node.alt is not None:
            element["Alt"] = PDFString(node.alt)
        if node.lang is not None:
            element["Lang"] = PDFString(node.lang)
        if node.scope is not None:
            element["A"] = PDFDictionary({"O": PDFName("Table"), "Scope": PDFName(node.scope)})
        if node.box is not None:
            element["A"] = PDFDictionary(
                {
                    "O": PDFName("Layout"),
                    "Placement": PDFName("Block"),
                    "BBox": PDFArray([round(v, 2) for v in node.box]),
                }
            )
        return reference

    root["K"] = PDFArray([add(contents.tree, root_reference)])
    root["ParentTree"] = document.Reference(
        PDFDictionary(
            {
                "Nums": PDFArray(
                    [
                        0,
                        PDFArray(owners),
                        1,
                        annotated["link"],
                        2,
                        annotated["widget"],
                    ]
                )
            }
        ),
        "parents",
    )
    root["ParentTreeNextKey"] = 3
    document.Catalog.StructTreeRoot = root_reference
