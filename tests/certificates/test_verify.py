from __future__ import annotations

import zlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from certificates.draw import draw
from certificates.facts import Facts
from certificates.keys import Signer, development_ca, new_signer
from certificates.shown import missing_facts
from certificates.sign import AlreadyIssued, SignedCertificate, SigningError, issue, prepare
from certificates.verify import KnownSigner, Report, embedded_facts, signed_digest, verify
from tests.certificates.conftest import AT
from tests.certificates.judges import complaints


def _codes(report: Report) -> dict[str, str]:
    return {finding.check: finding.code for finding in report.findings}


def test_a_fresh_certificate_is_valid(
    signed: SignedCertificate, known: list[KnownSigner], facts: Facts
) -> None:
    report = verify(signed.pdf, known=known, at=AT)
    assert report.valid
    assert report.facts == facts
    assert report.digest == signed.digest == signed_digest(signed.pdf)
    assert report.sha256 == signed.sha256
    assert report.signed_at == AT


def test_a_certificate_signed_with_rsa_is_valid(plain: Facts, rsa_signer: Signer) -> None:
    made = issue(prepare(plain, signer=rsa_signer, at=AT))
    known = KnownSigner(rsa_signer.certificate, chain=rsa_signer.chain)
    assert verify(made.pdf, known=[known], at=AT).valid


def test_what_could_not_be_checked_is_said(signed: SignedCertificate, known: list[KnownSigner]) -> None:
    report = verify(signed.pdf, known=known, at=AT)
    assert {f.check for f in report.findings if f.outcome == "unchecked"} == {"timestamp", "revocation"}


def test_the_signed_file_is_still_archival_and_accessible(signed: SignedCertificate) -> None:
    assert complaints(signed.pdf) == []


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_a_flipped_bit_is_never_valid(
    signed: SignedCertificate, known: list[KnownSigner], data: st.DataObject
) -> None:
    start = signed.pdf.index(b"/Contents <")
    at = data.draw(st.one_of(st.integers(0, len(signed.pdf) - 1), st.integers(start, start + 4000)))
    changed = bytearray(signed.pdf)
    changed[at] ^= 1 << data.draw(st.integers(0, 7))
    report = verify(bytes(changed), known=known, at=AT)
    assert not report.valid
    assert report.facts is None


@given(st.binary(min_size=1, max_size=50))
@example(b"\n")
@example(b" ")
def test_an_appended_byte_is_never_valid(
    signed: SignedCertificate, known: list[KnownSigner], more: bytes
) -> None:
    report = verify(signed.pdf + more, known=known, at=AT)
    assert not report.valid
    assert report.finding("coverage").code in {"appended", "several-signatures", "unreadable"}


@given(st.integers(0, 60_000))
def test_a_truncated_file_is_never_valid(
    signed: SignedCertificate, known: list[KnownSigner], size: int
) -> None:
    assert not verify(signed.pdf[: min(size, len(signed.pdf) - 1)], known=known, at=AT).valid


def test_a_certificate_signed_anew_by_another_is_not_valid(
    facts: Facts, signer: Signer, known: list[KnownSigner]
) -> None:
    forger = new_signer("Granåsa signer", authority_name="Granåsa authority", now=AT)
    forged = issue(prepare(replace(facts, holder="Nils Låtsas"), signer=forger, at=AT))
    report = verify(forged.pdf, known=known, at=AT)
    assert not report.valid
    assert report.facts is None
    assert report.claimed is not None


def test_a_signature_taken_from_another_certificate_is_not_valid(
    signed: SignedCertificate, plain: Facts, signer: Signer, known: list[KnownSigner]
) -> None:
    other = issue(prepare(plain, signer=signer, at=AT))
    place = signed.pdf.index(b"/Contents <") + 11
    theirs = other.pdf.index(b"/Contents <") + 11
    moved = signed.pdf[:place] + other.pdf[theirs : theirs + 16_384] + signed.pdf[place + 16_384 :]
    assert _codes(verify(moved, known=known, at=AT))["integrity"] == "altered"


def test_an_unsigned_sheet_is_not_valid(facts: Facts, signer: Signer, known: list[KnownSigner]) -> None:
    prepared = prepare(facts, signer=signer, at=AT)
    report = verify(prepared.pdf, known=known, at=AT)
    assert _codes(report)["coverage"] == "unsigned"
    assert report.claimed == facts
    assert not report.valid


def test_a_compromised_key_proves_nothing(signed: SignedCertificate, signer: Signer) -> None:
    lost = [KnownSigner(signer.certificate, AT + timedelta(days=1), signer.chain)]
    later = AT + timedelta(days=2)
    assert _codes(verify(signed.pdf, known=lost, at=later))["signer"] == "compromised"
    assert not verify(signed.pdf, known=lost, at=later, recorded_at=later).valid
    assert verify(signed.pdf, known=lost, at=later, recorded_at=AT).valid


def test_nobody_known_means_not_valid(signed: SignedCertificate) -> None:
    assert not verify(signed.pdf, known=[], at=AT).valid


def test_a_signer_issued_by_a_trusted_root_is_accepted(signed: SignedCertificate, signer: Signer) -> None:
    assert verify(signed.pdf, known=[], roots=signer.chain, at=AT).valid


def test_a_root_of_the_same_name_is_not_accepted(signed: SignedCertificate) -> None:
    other = new_signer("Granåsa signer", authority_name="Granåsa authority", now=AT)
    assert not verify(signed.pdf, known=[], roots=other.chain, at=AT).valid


def test_a_development_certificate_is_valid_only_where_that_is_allowed(plain: Facts, tmp_path: Path) -> None:
    signer = development_ca(tmp_path, now=AT)
    made = issue(prepare(plain, signer=signer, at=AT))
    known = [KnownSigner(signer.certificate, chain=signer.chain)]
    assert made.facts.development
    assert not verify(made.pdf, known=known, at=AT).valid
    assert verify(made.pdf, known=known, at=AT, allow_development=True).valid


def test_a_signature_from_the_future_is_not_valid(
    signed: SignedCertificate, known: list[KnownSigner]
) -> None:
    assert _codes(verify(signed.pdf, known=known, at=AT - timedelta(seconds=1)))["period"] == "future"


def test_a_certificate_outlives_its_signers_certificate(
    signed: SignedCertificate, known: list[KnownSigner]
) -> None:
    assert verify(signed.pdf, known=known, at=AT + timedelta(days=365 * 40)).valid


def test_a_page_that_shows_other_facts_than_it_attaches_is_not_handed_over(
    plain: Facts, signer: Signer
) -> None:
    prepared, lying = (
        prepare(replace(plain, holder=name), signer=signer, at=AT) for name in ("Bo Ek", "Ek Bo")
    )
    attached = zlib.compress(lying.facts.to_json())
    genuine = zlib.compress(prepared.facts.to_json())
    assert prepared.pdf.count(genuine) == 1
    if len(attached) != len(genuine):
        pytest.skip("the two attachments happen to differ in length")
    prepared.pdf = prepared.pdf.replace(genuine, attached)
    prepared.facts = lying.facts
    with pytest.raises(SigningError, match="drawing: differs"):
        issue(prepared)


@pytest.mark.parametrize(
    "name", ["Bo Ek", "محمد Påhitt", "अनन्या काल्पनिक", "李小明", "Påhitt " * 28, "A\u030asa"]
)
def test_the_page_is_read_back_and_compared(plain: Facts, name: str) -> None:
    both = replace(plain, holder=name.strip(), languages="both")
    pdf = draw(both, at=AT)
    assert missing_facts(pdf, both) == []
    assert missing_facts(pdf, replace(both, holder="Nils Låtsas", serial="X-1")) == ["serial", "holder"]


def test_an_expired_signer_signs_nothing(plain: Facts, signer: Signer) -> None:
    with pytest.raises(SigningError, match="not valid at this time"):
        prepare(plain, signer=signer, at=AT + timedelta(days=365 * 40))


def test_a_preparation_is_signed_once(plain: Facts, signer: Signer) -> None:
    prepared = prepare(plain, signer=signer, at=AT)
    issue(prepared)
    with pytest.raises(AlreadyIssued):
        issue(prepared)


def test_a_preparation_that_was_changed_is_not_handed_over(plain: Facts, signer: Signer) -> None:
    prepared = prepare(plain, signer=signer, at=AT)
    prepared.facts = replace(plain, holder="Nils Låtsas")
    with pytest.raises(SigningError):
        issue(prepared)


@given(st.binary(max_size=300))
@example(b"%PDF-1.7\n/ByteRange [0 9 9 0]")
@example(b"%PDF-1.7\n/ByteRange [0 1 2 9999999999]")
def test_hostile_bytes_only_ever_give_findings(data: bytes) -> None:
    for pdf in (data, b"%PDF-1.7\n" + data):
        assert not verify(pdf, known=[], at=AT).valid


def test_a_bomb_in_the_attachment_is_not_unpacked(known: list[KnownSigner]) -> None:
    bomb = b"%PDF-1.7\n/Type /EmbeddedFile>>\nstream\n" + zlib.compress(bytes(200_000_000), 1)
    assert embedded_facts(bomb) is None


def test_a_file_that_is_too_large_is_not_read(known: list[KnownSigner]) -> None:
    assert _codes(verify(b"%PDF-" + bytes(21 * 1024 * 1024), known=known, at=AT))["document"] == "too-large"
