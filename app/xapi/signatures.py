"""Signed statements: a JSON web signature over the statement, sent as an attachment (RFC 7515, RS256 to RS512)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from app.lrs.equality import same
from app.lrs.reading import InvalidJson, json_of
from app.lrs.validate import InvalidStatement, check
from app.xapi.call import Problem
from app.xapi.multipart import SIGNATURE, Part

_HASHES = {"RS256": hashes.SHA256(), "RS384": hashes.SHA384(), "RS512": hashes.SHA512()}


def check_signatures(statements: Iterable[Mapping[str, Any]], parts: Sequence[Part], *, version: str) -> None:
    """Refuse a statement whose signature is not one, is over another statement, or does not verify."""
    sent = {part.sha2: part for part in parts}
    for number, statement in enumerate(statements):
        for place, attachment in enumerate(statement.get("attachments", ())):
            if attachment["usageType"] != SIGNATURE:
                continue
            at = f"[{number}].attachments[{place}]"
            if attachment["contentType"] != "application/octet-stream":
                raise Problem(400, "a signature is an application/octet-stream", at=f"{at}.contentType")
            part = sent.get(attachment["sha2"].lower())
            if part is None:
                raise Problem(400, "the signature was not sent", at=f"{at}.sha2")
            _check(statement, part.content, at, version)


def _decoded(piece: bytes, at: str) -> bytes:
    try:
        return base64.b64decode(piece + b"=" * (-len(piece) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise Problem(400, "the signature is not in base64url", at=at) from None


def _object(octets: bytes, what: str, at: str) -> dict[str, Any]:
    try:
        value = json_of(octets)
    except InvalidJson as error:
        raise Problem(400, f"the signature's {what}: {error}", at=at) from None
    if not isinstance(value, dict):
        raise Problem(400, f"the signature's {what} is not a JSON object", at=at)
    return value


def _check(statement: Mapping[str, Any], token: bytes, at: str, version: str) -> None:
    pieces = token.strip().split(b".")
    if len(pieces) != 3:
        raise Problem(400, "the signature is not a JSON web signature in compact form", at=at)
    header = _object(_decoded(pieces[0], at), "header", at)
    signed = _object(_decoded(pieces[1], at), "payload", at)
    method = _HASHES.get(str(header.get("alg")))
    if method is None:
        raise Problem(400, "a statement is signed with RS256, RS384 or RS512", at=at)
    signature = _decoded(pieces[2], at)
    if "x5c" in header:
        _verify(header["x5c"], signature, pieces[0] + b"." + pieces[1], method, at)
    try:
        check(signed, version=version)
    except InvalidStatement as error:
        raise Problem(400, f"the signed statement is not valid: {error}", at=at) from None
    if not same(signed, statement):
        raise Problem(400, "what was signed is not this statement", at=at)


def _verify(chain: Any, signature: bytes, signed: bytes, method: hashes.HashAlgorithm, at: str) -> None:
    try:
        certificate = x509.load_der_x509_certificate(base64.b64decode(chain[0], validate=True))
        key = certificate.public_key()
    except (ValueError, TypeError, KeyError, IndexError):
        raise Problem(400, "the signature's certificate cannot be read", at=at) from None
    if not isinstance(key, rsa.RSAPublicKey):
        raise Problem(400, "the signature's certificate has no RSA key", at=at)
    try:
        key.verify(signature, signed, padding.PKCS1v15(), method)
    except InvalidSignature:
        raise Problem(400, "the signature does not verify with its certificate", at=at) from None
