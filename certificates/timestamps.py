"""Timestamps by a third party (RFC 3161): asked for after issuing, put in place, checked.

A certificate is issued at once, without waiting for any authority; its signature has room to spare. The token
goes into that room later (PAdES B-T): the file keeps its length and the certificate its identity. Nothing here
opens a connection: whoever asks hands in how to post a request.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Sequence

from asn1crypto import algos, tsp
from cryptography import x509

from certificates.cms import CMSError, Signature, read_signature, with_token
from certificates.tokens import Timestamp, TimestampError, read_token
from certificates.verify import signature_place

Post = Callable[[str, bytes], bytes]
"""Posts a request (``application/timestamp-query``) to an address and returns the answer's body."""

_LARGEST = 32 * 1024


def signature_of(pdf: bytes) -> tuple[Signature, bytes]:
    """The file's one signature and the SHA-256 that it covers. Raises ``CMSError``."""
    place = signature_place(pdf)
    if place is None:
        raise CMSError("unsigned")
    start, end = place
    digest = hashlib.sha256(pdf[:start] + pdf[end:]).digest()
    return read_signature(bytes.fromhex(pdf[start + 1 : end - 1].decode("ascii")), digest), digest


def add_timestamp(
    pdf: bytes, *, authorities: Sequence[str], post: Post, roots: Sequence[x509.Certificate]
) -> tuple[bytes, Timestamp]:
    """The same file with a timestamp in its signature, by the first of ``authorities`` that gives a good one.

    A token is checked against ``roots`` before it is put in. Raises ``TimestampError`` (``none``) with what each
    authority did where none gave one.
    """
    signature, digest = signature_of(pdf)
    refusals = []
    for address in authorities:
        try:
            request, nonce = request_for(signature.value)
            token = token_in(post(address, request), nonce)
            stamp = read_token(token, signature.value, roots=roots)
            return put_in_place(pdf, digest, token), stamp
        except (OSError, TimestampError, CMSError) as error:
            refusals.append(f"{address}: {error}")
    raise TimestampError("none", "; ".join(refusals))


def request_for(value: bytes, *, hashed: bool = False) -> tuple[bytes, int]:
    """A request for a timestamp over a signature's value, and the nonce that the answer has to repeat.

    ``hashed``: ``value`` is the SHA-256 already.
    """
    nonce = secrets.randbits(63)
    request = tsp.TimeStampReq(
        {
            "version": 1,
            "message_imprint": tsp.MessageImprint(
                {
                    "hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
                    "hashed_message": value if hashed else hashlib.sha256(value).digest(),
                }
            ),
            "nonce": nonce,
            "cert_req": True,
        }
    )
    return request.dump(), nonce


def token_in(answer: bytes, nonce: int) -> bytes:
    """The token in an authority's answer. Raises ``TimestampError``."""
    if len(answer) > _LARGEST:
        raise TimestampError("unreadable", "the answer is too large")
    try:
        response = tsp.TimeStampResp.load(answer, strict=True)
        status = response["status"]["status"].native
        if status not in ("granted", "granted_with_mods"):
            raise TimestampError("refused", str(status))
        token = response["time_stamp_token"]
        stated = token["content"]["encap_content_info"]["content"].parsed
        if stated["nonce"].native != nonce:
            raise TimestampError("foreign")
        dumped: bytes = token.dump()
    except TimestampError:
        raise
    except Exception as error:
        raise TimestampError("unreadable", str(error)[:200]) from error
    return dumped


def put_in_place(pdf: bytes, digest: bytes, token: bytes) -> bytes:
    """The file with the token in its signature; its length and all that is signed stay."""
    place = signature_place(pdf)
    if place is None:
        raise CMSError("unsigned")
    start, end = place
    room = end - start - 2
    made = with_token(bytes.fromhex(pdf[start + 1 : end - 1].decode("ascii")), digest, token)
    written = made.hex().upper().encode("ascii")
    if len(written) > room:
        raise TimestampError("too-large")
    return pdf[: start + 1] + written.ljust(room, b"0") + pdf[end - 1 :]
