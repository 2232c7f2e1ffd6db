"""What a certificate's page shows, read back from the file: to compare it with the facts that are attached.

Only for files whose bytes are known to come from a known signer: it reads the page as ``certificates.draw`` writes
it, no other.
"""

from __future__ import annotations

import io
import re
import unicodedata

from pyhanko.pdf_utils.generic import ArrayObject
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from certificates.facts import Facts
from certificates.sheet import date_in

_TOKEN = re.compile(
    rb"/(?P<font>F\d+) [\d.]+ Tf|(?P<tag>/\w+ <<[^>]*(?:<[0-9A-F]*>[^>]*)*>> BDC)|(?P<end>\bEMC\b)"
    rb"|<(?P<codes>[0-9A-F]+)>"
)
_INSTEAD = re.compile(rb"/ActualText <FEFF([0-9A-F]*)>")
_MEANING = re.compile(rb"<([0-9A-F]{4})> <([0-9A-F]+)>")


class ShownError(ValueError):
    """The page cannot be read back."""


def shown_text(pdf: bytes) -> str:
    """All text of the page in the order in which it is painted, as a reader would copy it."""
    try:
        page = PdfFileReader(io.BytesIO(pdf)).root["/Pages"]["/Kids"][0]
        contents = page["/Contents"]
        streams = [c.get_object() for c in contents] if isinstance(contents, ArrayObject) else [contents]
        code = b"\n".join(stream.data for stream in streams)
        used = page["/Resources"]["/Font"]
        fonts = {
            str(name)[1:]: {
                int(number, 16): bytes.fromhex(text.decode()).decode("utf-16-be")
                for number, text in _MEANING.findall(used[name]["/ToUnicode"].data)
            }
            for name in used
        }
        return _read(code, fonts)
    except (PdfError, KeyError, IndexError, ValueError, TypeError, AttributeError) as error:
        raise ShownError(str(error)) from error


def missing_facts(pdf: bytes, facts: Facts) -> list[str]:
    """The names of the facts that the page does not show. Raises ``ShownError``."""
    shown = _bare(shown_text(pdf))
    languages = ("sv", "en") if facts.languages == "both" else (facts.languages,)
    wanted = {
        "serial": [facts.serial],
        "code": [facts.code],
        "holder": [facts.holder],
        "scheme_version": [facts.scheme_version],
        "criteria_digest": [facts.criteria_digest],
        "issuer": [facts.issuer],
        "place": [facts.place],
        "verify_url": [facts.verify_url],
        "level": [facts.level.in_language(language) for language in languages],
        "scheme": [facts.scheme.in_language(language) for language in languages],
        "awarded_on": [date_in(facts.awarded_on, language) for language in languages],
        "valid_from": [date_in(facts.valid_from, language) for language in languages],
        "valid_until": [date_in(facts.valid_until, language) for language in languages]
        if facts.valid_until
        else [],
        "signatories": [s.name for s in facts.signatories],
    }
    return [name for name, texts in wanted.items() if any(_bare(text) not in shown for text in texts)]


def _bare(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).split())


def _read(code: bytes, fonts: dict[str, dict[int, str]]) -> str:
    parts: list[str] = []
    spans: list[bool] = []
    meanings: dict[int, str] = {}
    for token in _TOKEN.finditer(code):
        if token["font"]:
            meanings = fonts[token["font"].decode()]
        elif token["tag"]:
            instead = _INSTEAD.search(token["tag"])
            if instead and not any(spans):
                parts.append(bytes.fromhex(instead[1].decode()).decode("utf-16-be"))
            spans.append(instead is not None)
        elif token["end"]:
            spans.pop()
            parts.append(" ")
        elif not any(spans):
            codes = token["codes"]
            parts.extend(meanings[int(codes[i : i + 4], 16)] for i in range(0, len(codes), 4))
    return "".join(parts)
