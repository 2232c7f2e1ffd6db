from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from certificates.keys import (
    Signer,
    SigningKeyError,
    certificates_pem,
    development_ca,
    is_development,
    load_pem,
    load_pkcs12,
    to_pem,
    to_pkcs12,
)
from certificates.verify import KnownSigner
from tests.certificates.conftest import AT


def test_the_development_signer_says_what_it_is(tmp_path: Path) -> None:
    made = development_ca(tmp_path, now=AT)
    assert "DEVELOPMENT" in made.certificate.subject.rfc4514_string()
    assert is_development(made.certificate)
    assert made.development


def test_the_development_signer_is_made_once(tmp_path: Path) -> None:
    assert development_ca(tmp_path, now=AT).fingerprint == development_ca(tmp_path, now=AT).fingerprint


def test_the_development_key_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    development_ca(tmp_path, now=AT)
    assert (tmp_path / "development.p12").stat().st_mode & 0o077 == 0


def test_an_ordinary_signer_is_no_development_one(signer: Signer) -> None:
    assert not signer.development


def test_a_signer_survives_the_way_through_pem(rsa_signer: Signer) -> None:
    key, certificates = to_pem(rsa_signer)
    loaded = load_pem(key, certificates)
    assert (loaded.fingerprint, loaded.chain) == (rsa_signer.fingerprint, rsa_signer.chain)


def test_a_signer_survives_the_way_through_pkcs12(signer: Signer) -> None:
    loaded = load_pkcs12(to_pkcs12(signer, b"granris"), b"granris")
    assert (loaded.fingerprint, loaded.chain) == (signer.fingerprint, signer.chain)


def test_a_wrong_password_is_refused_with_a_reason(signer: Signer) -> None:
    with pytest.raises(SigningKeyError, match="cannot be read"):
        load_pkcs12(to_pkcs12(signer, b"granris"), b"tallris")


def test_a_certificate_of_another_key_is_refused(signer: Signer) -> None:
    with pytest.raises(SigningKeyError, match="another key"):
        Signer(ec.generate_private_key(ec.SECP256R1()), signer.certificate)


def test_a_key_history_is_read_back_from_pem(signer: Signer) -> None:
    known = KnownSigner.from_pem(certificates_pem(signer), compromised_at=AT + timedelta(days=1))
    assert (known.certificate, known.chain) == (signer.certificate, signer.chain)
