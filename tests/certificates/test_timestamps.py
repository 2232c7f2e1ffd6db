from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from asn1crypto import tsp
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import example, given, settings
from hypothesis import strategies as st

from certificates.keys import Signer
from certificates.sign import SignedCertificate
from certificates.timestamps import add_timestamp, token_in
from certificates.tokens import TimestampError
from certificates.verify import KnownSigner, signed_digest, verify
from tests.certificates.authority import LATER, Authority
from tests.certificates.conftest import AT
from tests.certificates.judges import complaints


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="module")
def stamped(signed: SignedCertificate, authority: Authority) -> bytes:
    return add_timestamp(
        signed.pdf, authorities=["https://tid"], post=authority.answer, roots=[authority.root]
    )[0]


def test_a_timestamp_is_put_in_place(
    signed: SignedCertificate, stamped: bytes, known: list[KnownSigner], authority: Authority
) -> None:
    report = verify(stamped, known=known, at=LATER, timestamp_roots=[authority.root])
    assert report.valid
    assert report.timestamp == LATER
    assert len(stamped) == len(signed.pdf)
    assert signed_digest(stamped) == signed.digest


def test_a_timestamped_file_is_still_archival_and_accessible(stamped: bytes) -> None:
    assert complaints(stamped) == []


def test_an_authority_that_nobody_knows_is_said_to_be_unchecked(
    stamped: bytes, known: list[KnownSigner]
) -> None:
    report = verify(stamped, known=known, at=LATER)
    assert report.valid
    assert report.finding("timestamp").code == "unknown-authority"


def test_a_timestamp_before_the_compromise_keeps_a_certificate_valid(
    stamped: bytes, signer: Signer, authority: Authority
) -> None:
    later = LATER + timedelta(days=2)
    for days, valid in ((1, True), (-1, False)):
        lost = [KnownSigner(signer.certificate, LATER + timedelta(days=days), signer.chain)]
        assert verify(stamped, known=lost, at=later, timestamp_roots=[authority.root]).valid is valid


@settings(max_examples=400, deadline=None)
@given(at=st.integers(0, 5_500), bit=st.integers(0, 3))
@example(at=2_451, bit=0)
@example(at=4_372, bit=1)
@example(at=4_890, bit=2)
def test_a_flipped_bit_of_a_timestamped_file_is_never_valid(
    stamped: bytes, known: list[KnownSigner], authority: Authority, at: int, bit: int
) -> None:
    changed = bytearray(stamped)
    changed[stamped.index(b"/Contents <") + at] ^= 1 << bit
    assert not verify(bytes(changed), known=known, at=LATER, timestamp_roots=[authority.root]).valid


def test_the_next_authority_is_asked_where_one_fails(signed: SignedCertificate, authority: Authority) -> None:
    asked: list[str] = []

    def post(address: str, request: bytes) -> bytes:
        asked.append(address)
        if address == "https://down":
            raise ConnectionError("refused")
        if address == "https://lies":
            return b"<html>"
        return authority.answer(address, request)

    _, stamp = add_timestamp(
        signed.pdf,
        authorities=["https://down", "https://lies", "https://tid"],
        post=post,
        roots=[authority.root],
    )
    assert stamp.at == LATER
    assert asked == ["https://down", "https://lies", "https://tid"]


def test_all_refusals_are_told_where_nobody_gives_a_timestamp(signed: SignedCertificate) -> None:
    def post(address: str, request: bytes) -> bytes:
        raise TimeoutError("no answer")

    with pytest.raises(TimestampError, match=r"https://a: no answer; https://b: no answer"):
        add_timestamp(signed.pdf, authorities=["https://a", "https://b"], post=post, roots=[])


@pytest.mark.parametrize(
    "spoil",
    [
        lambda authority, request: Authority().answer("", request),
        lambda authority, request: Authority(usage=ExtendedKeyUsageOID.SERVER_AUTH).answer("", request),
        lambda authority, request: authority.answer("", request)[:-3],
        lambda authority, request: authority.answer("", request, AT + timedelta(days=5000)),
    ],
    ids=["another authority", "no authority", "cut short", "expired"],
)
def test_a_timestamp_that_does_not_hold_is_not_put_in(
    signed: SignedCertificate, authority: Authority, spoil: Callable[[Authority, bytes], bytes]
) -> None:
    with pytest.raises(TimestampError, match="none"):
        add_timestamp(
            signed.pdf,
            authorities=["https://tid"],
            roots=[authority.root],
            post=lambda _, request: spoil(authority, request),
        )


def test_a_timestamp_is_not_put_in_twice(stamped: bytes, authority: Authority) -> None:
    with pytest.raises(TimestampError, match="timestamped-already"):
        add_timestamp(stamped, authorities=["https://tid"], post=authority.answer, roots=[authority.root])


def test_an_answer_to_another_question_is_refused(authority: Authority) -> None:
    request = tsp.TimeStampReq(
        {
            "version": 1,
            "nonce": 7,
            "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": bytes(32)},
        }
    ).dump()
    with pytest.raises(TimestampError, match="foreign"):
        token_in(authority.answer("", request), 8)
