from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from PIL import Image, ImageDraw

from certificates.facts import Facts, Signatory, Text
from certificates.keys import Signer, new_signer
from certificates.sign import SignedCertificate, issue, prepare
from certificates.verify import KnownSigner

AT = datetime(2027, 3, 3, 9, 0, tzinfo=UTC)
"""When the certificates of these tests are issued."""


@pytest.fixture(scope="session")
def handwriting() -> bytes:
    image = Image.new("RGBA", (300, 70), (0, 0, 0, 0))
    ImageDraw.Draw(image).line([(10, 50), (60, 10), (110, 60), (290, 20)], fill=(20, 40, 90, 255), width=4)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


@pytest.fixture(scope="session")
def facts(handwriting: bytes) -> Facts:
    return Facts(
        serial="FALK-2027-000123",
        code="ABCDE-FGHIJ-KLMNO-PQRST-UVWXY-Z",
        holder="Anna-Karin Påhitt",
        scheme=Text("Transformativ innovation", "Transformative innovation"),
        level=Text("Certifierad coach", "Certified Coach"),
        scheme_version="2.1",
        criteria_digest="0123456789abcdef" * 4,
        awarded_on=date(2027, 3, 3),
        valid_from=date(2027, 3, 4),
        valid_until=date(2030, 3, 3),
        issuer="Accelerera",
        place="Falkvik",
        verify_url="https://certifikat.example.se/verify/ABCDE-FGHIJ-KLMNO-PQRST-UVWXY-Z",
        signatories=(
            Signatory(
                name="Elsa Exempel",
                title=Text("Certifieringsansvarig", "Head of certification"),
                image=handwriting,
            ),
            Signatory(name="Nils Provberg", title=Text("Nämndens ordförande", "Chair of the board")),
        ),
    )


@pytest.fixture(scope="session")
def plain(facts: Facts) -> Facts:
    """The same without a signature image."""
    return replace(facts, signatories=tuple(replace(s, image=None) for s in facts.signatories))


@pytest.fixture(scope="session")
def signer() -> Signer:
    return new_signer("Granåsa signer", authority_name="Granåsa authority", now=AT)


@pytest.fixture(scope="session")
def rsa_signer() -> Signer:
    return new_signer("Sundmåla signer", authority_name="Sundmåla authority", now=AT, rsa_bits=3072)


@pytest.fixture(scope="session")
def known(signer: Signer) -> list[KnownSigner]:
    return [KnownSigner(signer.certificate, chain=signer.chain)]


@pytest.fixture(scope="session")
def signed(facts: Facts, signer: Signer) -> SignedCertificate:
    return issue(prepare(facts, signer=signer, at=AT))
