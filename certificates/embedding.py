"""Streams and embedded fonts as the archival format wants them."""

from __future__ import annotations

import zlib
from functools import lru_cache

from reportlab.pdfbase import pdfdoc
from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFStream, PDFString

from certificates.pen import Fonts, FontUse


@lru_cache(maxsize=64)
def _packed(content: bytes) -> bytes:
    """Ornaments, colour profile and most typefaces are the same from one sheet to the next."""
    return zlib.compress(content)


class _Deflate:
    """The filter that packs a stream."""

    pdfname = "FlateDecode"
    encode = staticmethod(_packed)


class Stream(PDFStream):
    """A stream whose end-of-line before ``endstream`` is there and not counted."""

    def __init__(self, dictionary: dict[str, object], content: bytes, *, compress: bool = True) -> None:
        super().__init__(PDFDictionary(dictionary), content, [_Deflate] if compress else None)

    def format(self, document: pdfdoc.PDFDocument) -> bytes:
        written = super().format(document).removesuffix(b"endstream\n")
        # data that ends in CR would make one end-of-line with LF
        end: bytes = b"\r\nendstream\n" if written.endswith(b"\r") else b"\nendstream\n"
        return bytes(written + end)


def add_fonts(document: pdfdoc.PDFDocument, fonts: Fonts) -> None:
    """Embed every face with just the glyphs that are used, each with what it stands for."""
    resources = document.idToObject["BasicFonts"].dict
    for i, use in enumerate(fonts.used.values()):
        face = use.face
        name = f"{chr(65 + i) * 6}+{face.postscript_name}"
        file = face.subset(list(use.codes))
        descriptor = PDFDictionary(
            {
                "Type": PDFName("FontDescriptor"),
                "FontName": PDFName(name),
                "Flags": 4,
                "FontBBox": PDFArray(face.box),
                "ItalicAngle": face.italic_angle,
                "Ascent": face.ascent,
                "Descent": face.descent,
                "CapHeight": face.cap_height,
                "StemV": 50 + face.weight // 10,
                "FontFile2": document.Reference(Stream({"Length1": len(file)}, file), f"file-{use.name}"),
            }
        )
        descendant = PDFDictionary(
            {
                "Type": PDFName("Font"),
                "Subtype": PDFName("CIDFontType2"),
                "BaseFont": PDFName(name),
                "CIDSystemInfo": PDFDictionary(
                    {"Registry": PDFString("Adobe"), "Ordering": PDFString("Identity"), "Supplement": 0}
                ),
                "FontDescriptor": document.Reference(descriptor, f"descriptor-{use.name}"),
                "CIDToGIDMap": PDFName("Identity"),
                "DW": 1000,
                "W": PDFArray([0, PDFArray([face.widths[number] for number in use.codes])]),
            }
        )
        resources[use.name] = document.Reference(
            PDFDictionary(
                {
                    "Type": PDFName("Font"),
                    "Subtype": PDFName("Type0"),
                    "BaseFont": PDFName(name),
                    "Encoding": PDFName("Identity-H"),
                    "DescendantFonts": PDFArray([document.Reference(descendant, f"glyphs-{use.name}")]),
                    "ToUnicode": document.Reference(Stream({}, _to_unicode(use)), f"unicode-{use.name}"),
                }
            ),
            f"font-{use.name}",
        )


def _to_unicode(use: FontUse) -> bytes:
    lines = [
        f"<{code:04X}> <{text.encode('utf-16-be').hex().upper()}>" for code, text in use.meanings.items()
    ]
    blocks = [
        f"{len(lines[i : i + 100])} beginbfchar\n" + "\n".join(lines[i : i + 100]) + "\nendbfchar"
        for i in range(0, len(lines), 100)
    ]
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
        + "\n".join(blocks)
        + "\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    ).encode("ascii")
