"""Many certificates of one kind, each drawn, attached and signed in about a millisecond.

A ``Press`` keeps a plate for every kind of sheet: fonts, colour profile, tags and all that is drawn the same on
each are serialised once, and so is their hash. A certificate then is its few own objects and one signature,
written in a single pass. What a plate cannot print (a name with characters beyond its type case) goes the
general way of ``certificates.sign``, which is also what the tests compare with.
"""

from __future__ import annotations

import hashlib
import zlib
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from reportlab.pdfbase.pdfdoc import PDFDocument, PDFObject

from certificates.cms import CMSError, check_value, unpadded
from certificates.document import (
    ArchivalCanvas,
    Contents,
    file_bytes,
    finish,
    metadata,
    number_leaves,
)
from certificates.draw import (
    Sheet,
    contents,
    draw_entries,
    draw_plate,
    primary_language,
    structure,
)
from certificates.faces import face, shape
from certificates.facts import Facts
from certificates.keys import Signer
from certificates.metadata import PRODUCER
from certificates.pen import Fonts, Pen
from certificates.sign import RESERVED, SignedCertificate, SigningError, issue, mould_of, prepare
from certificates.template import STANDARD, Template
from certificates.verify import embedded_bytes, is_silent, signature_place

_ASCII = "".join(map(chr, range(0x20, 0x7F)))
_LETTERS = "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞĀĂĄĆČĎĐĒĖĘĚĞĢĪĮİĶĹĻĽŁŃŅŇŊŌŐŒŔŘŚŞŠȘŤŦȚŪŮŰŲŴŶŸŹŻŽ"
_NAME_CASE = (
    _ASCII.translate({ord(c): None for c in '!"#$%&*+/:;<=>?@[\\]^_`{|}~'})
    + _LETTERS
    + _LETTERS.lower().replace("i\u0307", "")
    + "ıß’–·"
)
_LIGATURES = (
    "ff", "fi", "fl", "ffi", "ffl", "fj", "tt", "ft", "Th", "ct", "st",
    "QA", "RR", "ŔR", "ŘR", "TT", "fb", "fh", "fk", "fþ", "gg", "qa",
)  # fmt: skip
"""Letters that meet as a glyph of their own."""
_OWN = ("content", "metadata", "facts", "link", "info", "signature")
_PLATES, _DRAWN = 64, 128
_PACKING = 4
"""How hard page operators are compressed: they come out a tenth larger than at 6, in less than half the time."""
Drawing = tuple[Sheet, bytes]


class Press:
    """Prints certificates of one template for one signer. Not for use by several threads at once."""

    def __init__(self, template: Template = STANDARD, *, signer: Signer) -> None:
        self.template = template
        self.signer = signer
        self.mould = mould_of(signer)
        self.printed = 0
        self.general = 0
        self._plates: OrderedDict[tuple[object, ...], Plate] = OrderedDict()
        self._drawn: OrderedDict[Facts, Drawing] = OrderedDict()

    def draw(self, facts: Facts, *, at: datetime) -> None:
        """Draw without signing, to learn beforehand whether it can be done. Raises what ``prepare`` raises.

        The last drawings are kept for :meth:`issue`, which then has to sign only.
        """
        facts = self._stated(facts)
        try:
            self._drawn[facts] = self._plate(facts, at).draw(facts)
        except BeyondPlate:
            prepare(facts, self.template, signer=self.signer, at=at)
        if len(self._drawn) > _DRAWN:
            self._drawn.popitem(last=False)

    def _stated(self, facts: Facts) -> Facts:
        development = self.signer.development
        return facts if facts.development == development else replace(facts, development=development)

    def issue(self, facts: Facts, *, at: datetime) -> SignedCertificate:
        """Draw, check, sign once, verify the own output. Raises what ``prepare`` and ``issue`` raise."""
        facts = self._stated(facts)
        certificate = self.signer.certificate
        if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
            raise SigningError("the signer's certificate is not valid at this time")
        plate = self._plate(facts, at)
        try:
            drawing = self._drawn.pop(facts, None) or plate.draw(facts)
        except BeyondPlate:
            self.general += 1
            return issue(prepare(facts, self.template, signer=self.signer, at=at))
        self.printed += 1
        return plate.sign(facts, drawing, at)

    def _plate(self, facts: Facts, at: datetime) -> Plate:
        kind = _kind(facts)
        plate = self._plates.get(kind)
        if plate is None:
            plate = self._plates[kind] = Plate(self, facts, at)
            if len(self._plates) > _PLATES:
                self._plates.popitem(last=False)
        return plate


class BeyondPlate(Exception):
    """This sheet needs a glyph that the plate has not; it goes the general way."""


def _kind(facts: Facts) -> tuple[object, ...]:
    """What the sheets of one plate have in common."""
    return (
        facts.scheme,
        facts.level,
        facts.scheme_version,
        facts.criteria_digest,
        facts.issuer,
        facts.place,
        facts.signatories,
        facts.languages,
        facts.development,
        facts.valid_until is None,
    )


class Plate:
    """Everything that all sheets of one kind share, serialised, with its hash."""

    def __init__(self, press: Press, facts: Facts, at: datetime) -> None:
        self.press = press
        template = press.template
        self.fonts = Fonts()
        self._set_type(facts, template)
        canvas = ArchivalCanvas(lang=primary_language(facts))
        self.tree = structure(facts, template)
        self.order = number_leaves(self.tree)
        sheet = Sheet(facts, template, Pen(canvas._code, self.fonts, self.order))
        draw_plate(sheet, canvas)
        own: list[str] = []
        draw_entries(Sheet(replace(facts, holder="-"), template, Pen(own, self.fonts, self.order)))
        self.fonts.freeze()
        document = finish(canvas, self.fonts, contents(facts, template, self.tree, sheet, at), own)
        signature = document.Reference(_Placeholder(), "signature")
        document.idToObject["widget"]["V"] = signature
        file_bytes(document)  # gives every object its number
        self._serialise(document)

    def _set_type(self, facts: Facts, template: Template) -> None:
        """Give every face the glyphs that the sheets of this kind may need."""
        for name, case in (
            (template.display, _NAME_CASE),
            (template.text, _ASCII + "åäöÅÄÖ"),
            (template.text_strong, _ASCII),
        ):
            use = self.fonts.use(face(name))
            for text in (*filter(lambda c: face(name).has(c), case), *_LIGATURES):
                for run in shape(text, name).runs:
                    if run.face is use.face:
                        for glyph in run.glyphs:
                            use.code(glyph.number, glyph.text)

    def _serialise(self, document: PDFDocument) -> None:
        numbers: dict[str, tuple[int, int]] = document.idToObjectNumberAndVersion
        names = sorted(numbers, key=lambda name: numbers[name][0])
        names = [name for name in names if name not in _OWN] + list(_OWN)
        for i, name in enumerate(names, start=1):
            numbers[name] = (i, 0)
        document.numberToId.clear()
        document.numberToId.update(enumerate(names, start=1))
        document.idToOffset.clear()
        whole = file_bytes(document)
        offsets: dict[str, int] = document.idToOffset
        self.prefix = whole[: offsets[_OWN[0]]]
        if not is_silent(self.prefix):
            raise SigningError("what all sheets share speaks of a signature or an attachment")
        self.hash = hashlib.sha256(self.prefix)
        self.own = {name: numbers[name][0] for name in _OWN}
        count = len(names) + 1
        self.table = b"xref\n0 %d\n0000000000 65535 f \n" % count + b"".join(
            b"%010d 00000 n \n" % offsets[name] for name in names[: -len(_OWN)]
        )
        root = numbers[document.Catalog.__InternalName__][0]
        self.trailer = b"trailer\n<<\n/Size %d\n/Root %d 0 R\n/Info %d 0 R\n" % (
            count,
            root,
            self.own["info"],
        )
        self.link = _between(whole, offsets["link"], offsets["info"])

    def draw(self, facts: Facts) -> Drawing:
        """The entries of this sheet and their page operators. Raises ``BeyondPlate``."""
        own: list[str] = []
        template = self.press.template
        sheet = Sheet(facts, template, Pen(own, self.fonts, self.order))
        try:
            draw_entries(sheet)
        except KeyError as missing:
            raise BeyondPlate(str(missing)) from missing
        return sheet, "\n".join(own).encode("ascii")

    def describe(self, facts: Facts, sheet: Sheet, at: datetime) -> Contents:
        """What the document says of itself: its title, dates, facts."""
        return contents(facts, self.press.template, self.tree, sheet, at.astimezone(UTC))

    def sign(self, facts: Facts, drawing: Drawing, at: datetime) -> SignedCertificate:
        """Write the file round the drawing, sign it once, and hand it over if it holds."""
        sheet, code = drawing
        described = self.describe(facts, sheet, at)
        at = described.at
        day = at.strftime("D:%Y%m%d%H%M%S").encode()
        attached = described.facts
        number = self.own
        objects = (
            _stream(number["content"], b"", zlib.compress(code, _PACKING)),
            _stream(number["metadata"], b"/Subtype /XML /Type /Metadata", metadata(described), packed=False),
            _stream(
                number["facts"],
                b"/Params <<\n/ModDate (%s+00'00') /Size %d\n>> /Subtype /application#2Fjson /Type /EmbeddedFile"
                % (day, len(attached)),
                zlib.compress(attached, 6),
            ),
            b"%d 0 obj\n%s%s%s" % (number["link"], self.link[0], _literal(facts.verify_url), self.link[1]),
            b"%d 0 obj\n<<\n/Title %s /Subject %s /Author %s /Creator %s /Producer %s\n"
            b"/CreationDate (%s+00'00') /ModDate (%s+00'00')\n>>\nendobj\n"
            % (
                number["info"],
                _words(described.title),
                _words(described.subject),
                _words(described.author),
                _words(PRODUCER),
                _words(PRODUCER),
                day,
                day,
            ),
            b"%d 0 obj\n<<\n/Contents " % number["signature"],
        )
        table = [self.table]
        position = len(self.prefix)
        for part in objects:
            table.append(b"%010d 00000 n \n" % position)
            position += len(part)
        start, end = position, position + RESERVED + 2
        after = (
            b"/Type /Sig\n/Filter /Adobe.PPKLite\n/SubFilter /ETSI.CAdES.detached\n"
            b"/M (%sZ)\n/Name %s\n>>\nendobj\n" % (day, _words(facts.issuer))
        )
        identifier = hashlib.sha256(attached + at.isoformat().encode()).hexdigest()[:32].encode()
        tail = b"".join(
            (
                *table,
                self.trailer,
                b"/ID [<%s><%s>]\n>>\nstartxref\n" % (identifier, identifier),
            )
        )
        place = end + 64 + len(after)
        tail += b"%d\n%%%%EOF\n" % place
        rest = 64 + len(after) + len(tail)
        spans = b"\n/ByteRange [0 %d %d %d]" % (start, end, rest)
        closing = spans.ljust(63) + b"\n" + after + tail
        opening = b"".join(objects)
        hashed = self.hash.copy()
        hashed.update(opening)
        hashed.update(closing)
        digest = hashed.digest()
        mould = self.press.mould
        signature = mould.cast(digest, self.press.signer.sign(mould.to_sign(digest)))
        written = signature.hex().upper().encode()
        if len(written) > RESERVED:
            raise SigningError("the signature is longer than its place")
        pdf = b"".join((self.prefix, opening, b"<", written, b"0" * (RESERVED - len(written)), b">", closing))
        self._check(pdf, attached)
        return SignedCertificate(pdf, digest.hex(), self._hash(pdf, len(pdf)).hexdigest(), facts, at)

    def _hash(self, pdf: bytes, end: int) -> hashlib._Hash:
        """SHA-256 of the file up to ``end``; what all sheets share is compared with what has been hashed already."""
        begin = len(self.prefix)
        if not pdf.startswith(self.prefix):
            raise SigningError("the signed file does not verify (start)")
        hashed = self.hash.copy()
        hashed.update(memoryview(pdf)[begin:end])
        return hashed

    def _check(self, pdf: bytes, attached: bytes) -> None:
        """Read the written file back as a stranger would: coverage, digest, signature, attachment."""
        begin = len(self.prefix)
        span = signature_place(pdf, after=begin)
        if span is None or embedded_bytes(pdf, after=begin) != attached:
            raise SigningError("the signed file does not verify (coverage or facts)")
        start, end = span
        hashed = self._hash(pdf, start)
        hashed.update(memoryview(pdf)[end:])
        digest, mould = hashed.digest(), self.press.mould
        try:
            der = unpadded(bytes.fromhex(pdf[start + 1 : end - 1].decode("ascii")))
            value = mould.value_in(der, digest)
            check_value(mould.certificate, value, mould.to_sign(digest))
        except (CMSError, InvalidSignature, ValueError) as error:
            raise SigningError("the signed file does not verify (integrity)") from error


class _Placeholder(PDFObject):
    """Takes a number for the signature, which is written anew for each sheet."""

    def format(self, document: object) -> bytes:
        return b"null"


def _stream(number: int, entries: bytes, data: bytes, *, packed: bool = True) -> bytes:
    filters = b" /Filter [ /FlateDecode ]" if packed else b""
    end = b"\r\n" if data.endswith(b"\r") else b"\n"
    return b"%d 0 obj\n<<\n%s /Length %d%s\n>>\nstream\n%s%sendstream\nendobj\n" % (
        number,
        entries,
        len(data),
        filters,
        data,
        end,
    )


def _between(whole: bytes, start: int, end: int) -> tuple[bytes, bytes]:
    """A link's object without its number and cut round its address."""
    body = whole[start:end].split(b" obj\n", 1)[1]
    cut = body.index(b"/URI (") + 5
    return body[:cut], body[body.index(b")", cut) + 1 :]


def _literal(address: str) -> bytes:
    escaped = address.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return b"(%s)" % escaped.encode("ascii")


def _words(text: str) -> bytes:
    return b"<FEFF%s>" % text.encode("utf-16-be").hex().encode()


def issue_all(press: Press, batch: Iterable[Facts], *, at: datetime) -> Iterable[SignedCertificate]:
    """Issue one after the other, each handed over as soon as it is signed and verified."""
    for facts in batch:
        yield press.issue(facts, at=at)
