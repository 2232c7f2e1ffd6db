"""Attachments' octets, once per tenant and digest."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.lrs.models import Attachment


def keep(session: Session, tenant: uuid.UUID, parts: Sequence[tuple[str, str, bytes]]) -> None:
    """Keep (digest, content type, octets) of each part that is not kept yet. The caller has checked the digests."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    for sha2, content_type, content in parts:
        row = {"tenant": tenant, "sha2": sha2, "content_type": content_type, "content": content}
        session.execute(insert(Attachment).values(**row).on_conflict_do_nothing())


def find(session: Session, tenant: uuid.UUID, digests: Collection[str]) -> Iterator[tuple[str, str, bytes]]:
    """(digest, content type, octets) of those that are kept."""
    wanted = sorted(digests)
    for start in range(0, len(wanted), 500):
        query = select(Attachment.sha2, Attachment.content_type, Attachment.content)
        query = query.where(Attachment.tenant == tenant, Attachment.sha2.in_(wanted[start : start + 500]))
        for row in session.execute(query):
            yield row.sha2, row.content_type, row.content
