"""Attachments beside an export: a folder of files, each named by the digest of its octets, one at a time in memory."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app.lrs import attachments
from app.lrs.stored import StoredStatement
from app.xapi.multipart import DIGESTS, attachments_of


class Lying(ValueError):
    """A file is not the one that its name says."""


def write_out(
    session: Session, tenant: uuid.UUID, statements: Iterable[StoredStatement], folder: Path
) -> Iterator[StoredStatement]:
    """Pass ``statements`` on, and write the attachments of each to ``folder``; what is there already stays."""
    folder.mkdir(parents=True, exist_ok=True)
    for statement in statements:
        if b'"attachments"' in statement.received or b"\\u" in statement.received:
            named = {one["sha2"].lower() for one in attachments_of(statement.statement)}
            missing = {sha2 for sha2 in named if not (folder / sha2).exists()}
            for sha2, _, content in attachments.find(session, tenant, missing):
                unfinished = folder / f"{sha2}.part"
                unfinished.write_bytes(content)
                unfinished.rename(folder / sha2)
        yield statement


def read_in(
    session: Session, tenant: uuid.UUID, statements: Iterable[Mapping[str, Any]], folder: Path
) -> tuple[int, int]:
    """Keep the attachments of valid ``statements`` that lie in ``folder``: how many there were, how many not.

    Raises :class:`Lying`. What has an address of its own and no file counts as neither.
    """
    kept = missing = 0
    for statement in statements:
        for described in attachments_of(statement):
            sha2 = described["sha2"].lower()
            file = folder / sha2
            if not file.is_file():
                missing += "fileUrl" not in described
                continue
            content = file.read_bytes()
            if hashlib.new(DIGESTS[len(sha2)], content).hexdigest() != sha2:
                raise Lying(f"{file} is not the attachment that its name says")
            attachments.keep(session, tenant, [(sha2, described["contentType"], content)])
            kept += 1
    return kept, missing
