"""What a reader sees in a file: its text, its picture."""

from __future__ import annotations

import pypdfium2
from PIL import Image


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return document[0].get_textpage().get_text_range().replace("\r\n", " ")
    finally:
        document.close()


def picture_of(pdf: bytes, dpi: int) -> Image.Image:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return document[0].render(scale=dpi / 72).to_pil()
    finally:
        document.close()
