"""Keys that stay on their device sign the same certificates."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from certificates.facts import Facts
from certificates.fast import Press
from certificates.keys import Signer, SigningKeyError, new_signer, to_pem, to_pkcs12
from certificates.sign import issue, prepare
from certificates.token_keys import Place, TokenKey, load_pkcs11
from certificates.verify import KnownSigner, verify
from tests.certificates.conftest import AT

PIN = "1234"
MODULES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
)
MODULE = next((path for path in MODULES if Path(path).exists()), "")


@pytest.fixture(scope="module")
def device(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A SoftHSM with three keys: a curve's, RSA's, and one whose certificate is another's."""
    if not MODULE or shutil.which("softhsm2-util") is None:
        pytest.skip("SoftHSM is not installed (apt-get install softhsm2)")
    pkcs11 = pytest.importorskip("pkcs11")
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(folder / "softhsm2.conf"))
        run = ["softhsm2-util", "--module", MODULE]
        subprocess.run(
            [*run, "--init-token", "--free", "--label", "house", "--pin", PIN, "--so-pin", PIN],
            check=True,
            capture_output=True,
            env=os.environ,
        )
        curve = new_signer("Falkvik signer", authority_name="Falkvik authority", now=AT)
        rsa = new_signer("Granåsa signer", authority_name="Granåsa authority", now=AT, rsa_bits=2048)
        for number, (label, signer) in enumerate((("curve", curve), ("rsa", rsa), ("mixed", rsa)), start=1):
            key = folder / f"{label}.pem"
            held = curve.key if label == "mixed" else signer.key
            key.write_bytes(held.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
            subprocess.run(
                [
                    *run,
                    "--import",
                    key,
                    "--token",
                    "house",
                    "--label",
                    label,
                    "--id",
                    f"0{number}",
                    "--pin",
                    PIN,
                ],
                check=True,
                capture_output=True,
                env=os.environ,
            )
        with pkcs11.lib(MODULE).get_token(token_label="house").open(rw=True, user_pin=PIN) as session:
            kept = [
                ("curve", curve.certificate),
                ("rsa", rsa.certificate),
                ("mixed", rsa.certificate),
                ("above", curve.chain[0]),
                ("above too", rsa.chain[0]),
            ]
            for label, certificate in kept:
                session.create_object(
                    {
                        pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE,
                        pkcs11.Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
                        pkcs11.Attribute.TOKEN: True,
                        pkcs11.Attribute.LABEL: label,
                        pkcs11.Attribute.SUBJECT: certificate.subject.public_bytes(),
                        pkcs11.Attribute.VALUE: certificate.public_bytes(Encoding.DER),
                    }
                )
        yield f"pkcs11:token=house;object={{}}?module-path={MODULE}"


@pytest.fixture
def load(device: str) -> Iterator[Callable[..., Signer]]:
    """Loads keys of the device, and lets go of them afterwards: a login lasts as long as any session."""
    opened: list[TokenKey] = []

    def loading(label: str, pin: str = PIN) -> Signer:
        found = load_pkcs11(device.format(label), pin)
        assert isinstance(found.key, TokenKey)
        opened.append(found.key)
        return found

    yield loading
    for key in opened:
        key.close()


Load = Callable[..., Signer]


@pytest.mark.parametrize("label", ["curve", "rsa"])
def test_a_key_on_a_device_signs_on_both_paths(load: Load, facts: Facts, label: str) -> None:
    signer = load(label)
    known = [KnownSigner(signer.certificate, chain=signer.chain)]
    assert len(signer.chain) == 1
    for made in (issue(prepare(facts, signer=signer, at=AT)), Press(signer=signer).issue(facts, at=AT)):
        assert verify(made.pdf, known=known, at=AT).valid


def test_a_session_that_the_device_dropped_is_opened_again(load: Load) -> None:
    signer = load("curve")
    assert isinstance(signer.key, TokenKey)
    signer.key._session.close()
    signer.check()


def test_a_key_on_a_device_cannot_be_written_out(load: Load) -> None:
    signer = load("curve")
    with pytest.raises(SigningKeyError, match="does not leave"):
        to_pkcs12(signer, b"x")
    with pytest.raises(SigningKeyError, match="does not leave"):
        to_pem(signer)


@pytest.mark.parametrize(
    ("label", "pin"),
    [("curve", "9999"), ("nobody", PIN), ("mixed", PIN)],
    ids=["wrong PIN", "no such key", "another's certificate"],
)
def test_a_key_that_cannot_be_used_is_refused_when_it_is_loaded(load: Load, label: str, pin: str) -> None:
    with pytest.raises(SigningKeyError):
        load(label, pin)


def test_a_token_that_is_not_there_is_said_so(device: str) -> None:
    with pytest.raises(SigningKeyError, match="'another'"):
        load_pkcs11(device.format("curve").replace("house", "another"), PIN)


def test_a_module_that_is_not_there_is_said_so() -> None:
    pytest.importorskip("pkcs11")
    with pytest.raises(SigningKeyError, match="cannot be used"):
        load_pkcs11("pkcs11:token=t;object=o?module-path=/nowhere.so", PIN)


@pytest.mark.parametrize("address", ["pkcs11:token=t", "pkcs11:", "file.p12"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(SigningKeyError, match="lacks"):
        Place.of(address)


def test_an_address_may_be_percent_encoded() -> None:
    found = Place.of("pkcs11:token=My%20token;object=signer?module-path=/lib/a.so")
    assert found == Place("/lib/a.so", "My token", "signer")


def test_two_keys_of_one_token_sign_side_by_side(load: Load) -> None:
    one, other = load("curve"), load("rsa")
    one.check()
    other.check()


def test_a_signer_checks_that_its_key_answers(signer: Signer) -> None:
    signer.check()
