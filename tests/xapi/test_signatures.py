import base64
import datetime
import json

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from tests.lrs.statements import MENTOR, statement
from tests.xapi.test_statements import parts, with_attachment

SIGNATURE = "http://adlnet.gov/expapi/attachments/signature"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def encoded(octets: bytes) -> bytes:
    return base64.urlsafe_b64encode(octets).rstrip(b"=")


def certificate(key: rsa.RSAPrivateKey) -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Falkvik")])
    start = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(start).not_valid_after(start.replace(year=2036))
    made = builder.sign(key, hashes.SHA256())
    return base64.b64encode(made.public_bytes(serialization.Encoding.DER)).decode()


def signed(said: dict, *, key=KEY, alg="RS256", x5c=True, over: bytes | None = None) -> bytes:
    header = {"alg": alg, **({"x5c": [certificate(KEY)]} if x5c else {})}
    content = encoded(json.dumps(header).encode()) + b"." + encoded(over or json.dumps(said).encode())
    return content + b"." + encoded(key.sign(content, padding.PKCS1v15(), hashes.SHA256()))


def sent(said: dict, token: bytes, **changes) -> tuple[bytes, str]:
    described, headers = with_attachment(token)
    attachment = {**described["attachments"][0], "usageType": SIGNATURE, **changes}
    return parts({**said, "attachments": [attachment]}, (headers, token))


@pytest.mark.parametrize("x5c", [True, False])
def test_a_signed_statement_is_taken(lrs_call, x5c):
    body, kind = sent(statement(), signed(statement(), x5c=x5c))
    assert lrs_call("POST", "statements", body, content_type=kind).status_code == 200


@pytest.mark.parametrize(
    "token",
    [
        signed(statement(), alg="HS256"),
        signed(statement(), alg="none"),
        signed(statement(), key=OTHER),
        signed(statement(actor=MENTOR)),
        signed(statement(), over=b"[]"),
        signed(statement(), over=b"{}"),
        signed(statement(), over=b"\xff"),
        b"a.b",
        b"!.!.!",
        b"",
        signed(statement())[:-10],
    ],
)
def test_what_was_not_signed_so_is_refused(lrs_call, token):
    body, kind = sent(statement(), token)
    answer = lrs_call("POST", "statements", body, content_type=kind)
    assert answer.status_code == 400
    assert answer.json["property"].startswith("[0].attachments[0]")


def test_a_signature_has_its_own_media_type(lrs_call):
    body, kind = sent(statement(), signed(statement()), contentType="application/jose")
    assert lrs_call("POST", "statements", body, content_type=kind).status_code == 400
