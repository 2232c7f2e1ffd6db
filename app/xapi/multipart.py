"""Statements with attachments: multipart/mixed, read and written octet by octet."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.message import Message
from typing import Any

from app.xapi.call import Problem

SIGNATURE = "http://adlnet.gov/expapi/attachments/signature"
DIGESTS = {56: "sha224", 64: "sha256", 96: "sha384", 128: "sha512"}


@dataclass(frozen=True, slots=True)
class Part:
    """One attachment's octets."""

    sha2: str
    content_type: str
    content: bytes


def _boundary(content_type: str) -> bytes:
    header = Message()
    header["Content-Type"] = content_type
    boundary = header.get_param("boundary")
    if not isinstance(boundary, str) or not boundary or len(boundary) > 200 or not boundary.isascii():
        raise Problem(400, "multipart/mixed needs a boundary", at="Content-Type")
    return boundary.encode("ascii")


def _parts(body: bytes, boundary: bytes) -> Iterator[tuple[dict[str, str], bytes]]:
    """(headers, octets) of each part."""
    mark = b"--" + boundary
    pieces = (b"\r\n" + body).split(b"\r\n" + mark)
    if len(pieces) < 3 or not pieces[-1].startswith(b"--"):
        raise Problem(400, "the multipart body does not end with its boundary")
    for piece in pieces[1:-1]:
        rest = piece.lstrip(b" \t")
        if not rest.startswith(b"\r\n"):
            raise Problem(400, "a boundary of the multipart body is broken")
        if rest.startswith(b"\r\n\r\n"):
            yield {}, rest[4:]
            continue
        head, gap, content = rest[2:].partition(b"\r\n\r\n")
        if not gap:
            raise Problem(400, "a part of the multipart body has no empty line behind its headers")
        headers = {}
        for line in head.decode("latin-1").split("\r\n"):
            name, colon, value = line.partition(":")
            if not colon:
                raise Problem(400, "a part of the multipart body has a broken header")
            headers[name.strip().lower()] = value.strip()
        yield headers, content


def split(body: bytes, content_type: str) -> tuple[bytes, list[Part]]:
    """The statements' JSON and the attachments of a request. Raises :class:`Problem`."""
    read = list(_parts(body, _boundary(content_type)))
    headers, statements = read[0]
    if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Problem(400, "the first part holds the statements as application/json", at="Content-Type")
    parts = []
    for headers, content in read[1:]:
        sha2 = headers.get("x-experience-api-hash", "").lower()
        if not sha2:
            raise Problem(400, "every attachment has its digest in a header", at="X-Experience-API-Hash")
        if headers.get("content-transfer-encoding", "").lower() != "binary":
            raise Problem(400, "every attachment is sent in binary", at="Content-Transfer-Encoding")
        method = DIGESTS.get(len(sha2))
        if method is None or hashlib.new(method, content).hexdigest() != sha2:
            raise Problem(
                400, "the attachment is not the one that its digest names", at="X-Experience-API-Hash"
            )
        parts.append(Part(sha2, headers.get("content-type", "application/octet-stream"), content))
    return statements, parts


def attachments_of(statement: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The attachments that a statement and its sub-statement describe."""
    yield from statement.get("attachments", ())
    thing = statement["object"]
    if thing.get("objectType") == "SubStatement":
        yield from thing.get("attachments", ())


def agree(statements: Iterable[Mapping[str, Any]], parts: Sequence[Part]) -> None:
    """Refuse parts that no statement describes, and descriptions without a part or an address.

    The digest decides which octets are meant; a length that differs is the sender's word, and stays as sent.
    """
    sent = {part.sha2: part for part in parts}
    described = set()
    for number, statement in enumerate(statements):
        for place, attachment in enumerate(attachments_of(statement)):
            sha2 = attachment["sha2"].lower()
            described.add(sha2)
            at = f"[{number}].attachments[{place}]"
            if sha2 not in sent and ("fileUrl" not in attachment or attachment["usageType"] == SIGNATURE):
                raise Problem(400, "the attachment was not sent and has no fileUrl", at=f"{at}.sha2")
    for sha2 in sent:
        if sha2 not in described:
            raise Problem(400, "no statement describes this attachment", at="X-Experience-API-Hash")


def written(statements: bytes, parts: Iterable[Part]) -> tuple[bytes, str]:
    """A body of statements and attachments, and its content type."""
    boundary = secrets.token_hex(24)
    mark = f"--{boundary}".encode()
    body = [mark, b"\r\nContent-Type: application/json\r\n\r\n", statements, b"\r\n"]
    for part in parts:
        head = f"\r\nContent-Type: {part.content_type}\r\nContent-Transfer-Encoding: binary\r\n"
        body += [
            mark,
            head.encode(),
            f"X-Experience-API-Hash: {part.sha2}\r\n\r\n".encode(),
            part.content,
            b"\r\n",
        ]
    return b"".join([*body, mark, b"--\r\n"]), f"multipart/mixed; boundary={boundary}"
