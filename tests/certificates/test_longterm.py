"""What a reader needs decades from now is in the file, under one signature, and renewed without touching it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pikepdf
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from certificates import keys
from certificates.facts import Facts
from certificates.keys import Signer, new_signer
from certificates.longterm import Evidence, EvidenceError, archive, issue_for_long, peel
from certificates.sign import AlreadyIssued, SignedCertificate, issue, prepare
from certificates.tokens import TimestampError
from certificates.verify import KnownSigner, signed_digest, verify
from tests.certificates.authority import LATER, Authority, revocation_list
from tests.certificates.conftest import AT
from tests.certificates.judges import complaints

YEAR = LATER + timedelta(days=365)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="module")
def made_keys() -> list[ec.EllipticCurvePrivateKey]:
    return []


@pytest.fixture(scope="module")
def signer(made_keys: list[ec.EllipticCurvePrivateKey]) -> Iterator[Signer]:
    """A signer whose authority's key the tests keep, to sign its revocation list."""
    generate = ec.generate_private_key
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            keys.ec, "generate_private_key", lambda curve: made_keys.append(generate(curve)) or made_keys[-1]
        )
        yield new_signer("Björkhamra signer", authority_name="Björkhamra authority", now=AT)


@pytest.fixture(scope="module")
def evidence(signer: Signer, made_keys: list[ec.EllipticCurvePrivateKey], authority: Authority) -> Evidence:
    return Evidence(
        (signer.certificate, *signer.chain, authority.certificate, authority.root),
        (revocation_list(signer.chain[0], made_keys[0]), revocation_list(authority.root, authority.root_key)),
    )


@pytest.fixture(scope="module")
def lasting(facts: Facts, signer: Signer, authority: Authority, evidence: Evidence) -> SignedCertificate:
    made, stamp = issue_for_long(
        prepare(facts, signer=signer, at=AT),
        evidence,
        authorities=["https://tid"],
        post=authority.answer,
        roots=[authority.root],
    )
    assert stamp.at == LATER
    return made


@pytest.fixture(scope="module")
def archived(lasting: SignedCertificate, authority: Authority, evidence: Evidence) -> bytes:
    return archive(
        lasting.pdf,
        evidence,
        authorities=["https://tid"],
        roots=[authority.root],
        post=lambda a, r: authority.answer(a, r, YEAR),
    )[0]


@pytest.fixture(scope="module")
def known(signer: Signer) -> list[KnownSigner]:
    return [KnownSigner(signer.certificate, chain=signer.chain)]


def test_one_signature_covers_the_evidence(
    lasting: SignedCertificate, known: list[KnownSigner], authority: Authority
) -> None:
    report = verify(lasting.pdf, known=known, at=LATER, timestamp_roots=[authority.root])
    assert report.valid
    assert report.timestamp == LATER
    assert b"/DSS" in lasting.pdf


def test_the_evidence_leaves_the_sheet_archival_and_accessible(lasting: SignedCertificate) -> None:
    assert complaints(lasting.pdf) == []


@pytest.mark.parametrize("last", [b"\r", b"\n"], ids=["CR", "LF"])
def test_evidence_whose_last_byte_is_an_end_of_line_keeps_its_length(
    facts: Facts,
    signer: Signer,
    made_keys: list[ec.EllipticCurvePrivateKey],
    authority: Authority,
    evidence: Evidence,
    last: bytes,
) -> None:
    lists = (revocation_list(signer.chain[0], made_keys[0]) for _ in range(10_000))
    odd = next(one for one in lists if one.public_bytes(Encoding.DER).endswith(last))
    made, _ = issue_for_long(
        prepare(facts, signer=signer, at=AT),
        replace(evidence, lists=(odd, evidence.lists[1])),
        authorities=["https://tid"],
        post=authority.answer,
        roots=[authority.root],
    )
    assert complaints(made.pdf) == []
    with pikepdf.open(io.BytesIO(made.pdf)) as opened:
        assert odd.public_bytes(Encoding.DER) in [one.read_bytes() for one in opened.Root.DSS.CRLs]


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda e, _: replace(e, lists=e.lists[1:]), "no current revocation list"),
        (lambda e, _: replace(e, certificates=e.certificates[:-1]), "its authority is missing"),
        (
            lambda e, s: replace(
                e, lists=(e.lists[1], revocation_list(s.chain[0], ec.generate_private_key(ec.SECP256R1())))
            ),
            "no current revocation list",
        ),
    ],
    ids=["no list", "no root", "forged list"],
)
def test_nothing_is_signed_where_evidence_is_missing(
    facts: Facts, signer: Signer, authority: Authority, evidence: Evidence, spoil, told: str
) -> None:
    with pytest.raises(EvidenceError, match=told):
        issue_for_long(
            prepare(facts, signer=signer, at=AT),
            spoil(evidence, signer),
            authorities=["https://tid"],
            post=authority.answer,
            roots=[authority.root],
        )


def test_a_revoked_signer_gets_nothing_for_the_long_term(
    facts: Facts,
    signer: Signer,
    made_keys: list[ec.EllipticCurvePrivateKey],
    authority: Authority,
    evidence: Evidence,
) -> None:
    revoked = revocation_list(signer.chain[0], made_keys[0], revoked=signer.certificate)
    with pytest.raises(EvidenceError, match="revoked"):
        issue_for_long(
            prepare(facts, signer=signer, at=AT),
            replace(evidence, lists=(revoked, evidence.lists[1])),
            authorities=["https://tid"],
            post=authority.answer,
            roots=[authority.root],
        )


def test_an_old_list_is_no_evidence(
    facts: Facts,
    signer: Signer,
    made_keys: list[ec.EllipticCurvePrivateKey],
    authority: Authority,
    evidence: Evidence,
) -> None:
    old = revocation_list(signer.chain[0], made_keys[0], start=AT - timedelta(days=90))
    with pytest.raises(EvidenceError, match="no current"):
        issue_for_long(
            prepare(facts, signer=signer, at=AT),
            replace(evidence, lists=(old, evidence.lists[1])),
            authorities=["https://tid"],
            post=authority.answer,
            roots=[authority.root],
        )


def test_a_timestamp_by_somebody_else_than_the_evidence_is_about_is_refused(
    facts: Facts, signer: Signer, evidence: Evidence
) -> None:
    other = Authority()
    with pytest.raises(EvidenceError, match="another certificate"):
        issue_for_long(
            prepare(facts, signer=signer, at=AT),
            evidence,
            authorities=["https://andra"],
            post=other.answer,
            roots=[other.root],
        )


def test_a_preparation_is_signed_once(
    facts: Facts, signer: Signer, authority: Authority, evidence: Evidence
) -> None:
    prepared = prepare(facts, signer=signer, at=AT)
    issue(prepared)
    with pytest.raises(AlreadyIssued):
        issue_for_long(
            prepared, evidence, authorities=["https://tid"], post=authority.answer, roots=[authority.root]
        )


def test_an_archive_timestamp_covers_the_file_and_leaves_every_byte(
    lasting: SignedCertificate, archived: bytes, authority: Authority
) -> None:
    inner, stamp = peel(archived, roots=[authority.root])
    assert inner == lasting.pdf
    assert stamp.at == YEAR


def test_archive_timestamps_are_put_one_over_the_other(
    lasting: SignedCertificate, archived: bytes, authority: Authority, evidence: Evidence
) -> None:
    second, _ = archive(
        archived,
        evidence,
        authorities=["https://tid"],
        roots=[authority.root],
        post=lambda a, r: authority.answer(a, r, YEAR + timedelta(days=365)),
    )
    once = peel(second, roots=[authority.root])
    assert once[0] == archived
    assert peel(once[0], roots=[authority.root])[0] == lasting.pdf
    assert signed_digest(lasting.pdf) == lasting.digest


def test_an_archived_sheet_stays_archival_and_accessible(archived: bytes) -> None:
    assert complaints(archived, archived=True) == []


@pytest.mark.parametrize("place", [0.1, 0.5, 0.9, 0.99])
def test_a_changed_archive_does_not_peel(archived: bytes, authority: Authority, place: float) -> None:
    changed = bytearray(archived)
    changed[int(len(changed) * place)] ^= 1
    with pytest.raises(TimestampError):
        peel(bytes(changed), roots=[authority.root])


def test_an_archived_file_by_an_unknown_authority_does_not_peel(archived: bytes) -> None:
    with pytest.raises(TimestampError, match="unknown-authority"):
        peel(archived, roots=[])


def test_the_next_authority_is_asked_for_an_archive_timestamp(
    lasting: SignedCertificate, authority: Authority, evidence: Evidence
) -> None:
    def post(address: str, request: bytes) -> bytes:
        if address == "https://down":
            raise ConnectionError("refused")
        return authority.answer(address, request, YEAR)

    _, stamp = archive(
        lasting.pdf, evidence, authorities=["https://down", "https://tid"], post=post, roots=[authority.root]
    )
    assert stamp.at == YEAR
