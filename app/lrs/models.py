"""What the Learning Record Store keeps.

A statement is kept as the bytes that came in, with what the store adds beside it (authority, stored time). What
people search by lies in :class:`Posting`, an inverted index of eight-byte keys, so that every filter is one range
of one index. Statements and voidings are append-only; documents (state, profiles) change as xAPI says.

A statement's primary key is its ``position``: the microsecond at which it was stored, with twelve random bits
that keep two writers apart. It orders every answer and is the whole of ``since`` and ``until``. Statement ids,
which people and addresses use, are unique per tenant. A tenant is the owning organisation's id.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator, TypeEngine

from app.db import Identified, Model

Position = BigInteger().with_variant(Integer, "sqlite")


class CompactUuid(TypeDecorator[uuid.UUID]):
    """A UUID in sixteen bytes on every database, since statements and their index are many."""

    impl = LargeBinary
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Uuid() if dialect.name == "postgresql" else LargeBinary(16))

    def process_bind_param(self, value: uuid.UUID | None, dialect: Dialect) -> Any:
        return value if value is None or dialect.name == "postgresql" else value.bytes

    def process_result_value(self, value: Any, dialect: Dialect) -> uuid.UUID | None:
        return uuid.UUID(bytes=value) if isinstance(value, bytes) else value


class Authority(Model):
    """An authority as the server wrote it; statements name it by number."""

    __tablename__ = "lrs_authorities"
    __table_args__ = (UniqueConstraint("tenant", "digest"), {"info": {"append_only": True}})
    number: Mapped[int] = mapped_column(primary_key=True)
    tenant: Mapped[uuid.UUID] = mapped_column(CompactUuid)
    digest: Mapped[bytes]
    body: Mapped[bytes]


class Statement(Model):
    """A statement as received. ``lacks`` says what the store adds when it hands it out (see ``app.lrs.store``).

    ``committed`` grows with commits, not with time: (committed, position) is the order that cursors follow.
    """

    __tablename__ = "lrs_statements"
    __table_args__ = (
        Index("uq_lrs_statements_statement", "statement_id", "tenant", unique=True),
        Index("ix_lrs_statements_committed", "committed", "position"),
        {"info": {"append_only": True}},
    )
    position: Mapped[int] = mapped_column(Position, primary_key=True, autoincrement=False)
    tenant: Mapped[uuid.UUID] = mapped_column(CompactUuid)
    statement_id: Mapped[uuid.UUID] = mapped_column(CompactUuid)
    committed: Mapped[int] = mapped_column(BigInteger)
    authority: Mapped[int] = mapped_column(ForeignKey("lrs_authorities.number"))
    lacks: Mapped[int] = mapped_column(SmallInteger)
    voids: Mapped[uuid.UUID | None] = mapped_column(CompactUuid)
    received: Mapped[bytes]


class Posting(Model):
    """``position`` is found under ``key``: a digest of tenant, kind of key and value (see ``app.lrs.keys``)."""

    __tablename__ = "lrs_postings"
    __table_args__ = ({"sqlite_with_rowid": False},)
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)


class Voiding(Model):
    """A statement asked that ``target`` be void; it holds unless the target is itself a voiding statement."""

    __tablename__ = "lrs_voidings"
    __table_args__ = ({"info": {"append_only": True}},)
    tenant: Mapped[uuid.UUID] = mapped_column(CompactUuid, primary_key=True)
    target: Mapped[uuid.UUID] = mapped_column(CompactUuid, primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger)


class Reference(Model):
    """The statement at ``position`` refers to ``target``, so that it is also found by what the target says."""

    __tablename__ = "lrs_references"
    __table_args__ = ({"info": {"append_only": True}},)
    tenant: Mapped[uuid.UUID] = mapped_column(CompactUuid, primary_key=True)
    target: Mapped[uuid.UUID] = mapped_column(CompactUuid, primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)


class Description(Model):
    """A definition of an activity or a name of an agent, each kept once, however many statements repeat it."""

    __tablename__ = "lrs_descriptions"
    tenant: Mapped[uuid.UUID] = mapped_column(CompactUuid, primary_key=True)
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    digest: Mapped[bytes] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger)
    body: Mapped[bytes]


class Attachment(Model):
    """An attachment's bytes, once per tenant and digest."""

    __tablename__ = "lrs_attachments"
    __table_args__ = ({"info": {"append_only": True}},)
    tenant: Mapped[uuid.UUID] = mapped_column(CompactUuid, primary_key=True)
    sha2: Mapped[str] = mapped_column(primary_key=True)
    content_type: Mapped[str]
    content: Mapped[bytes]


class Document(Identified, Model):
    """A state, agent profile or activity profile document. ``context`` is the digest of what it belongs to."""

    __tablename__ = "lrs_documents"
    __table_args__ = (
        UniqueConstraint("context", "name", "registration", name="uq_lrs_documents_context"),
        Index("ix_lrs_documents_registration", "tenant", "registration"),
    )
    tenant: Mapped[uuid.UUID] = mapped_column(CompactUuid)
    kind: Mapped[str]
    context: Mapped[bytes]
    name: Mapped[str]
    registration: Mapped[str] = mapped_column(default="")
    activity: Mapped[str | None]
    agent: Mapped[str | None]
    content_type: Mapped[str]
    content: Mapped[bytes]
    etag: Mapped[str]
    updated: Mapped[datetime]


class Credential(Identified, Model):
    """A key and the digest of its secret. A launched session's credential is bound to what was launched."""

    __tablename__ = "lrs_credentials"
    __table_args__ = (Index("ix_lrs_credentials_organisation", "organisation_id", "id"),)
    key: Mapped[str] = mapped_column(unique=True)
    secret_digest: Mapped[bytes]
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    scopes: Mapped[list[Any]]
    label: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[uuid.UUID | None]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[uuid.UUID | None]
    replaces_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("lrs_credentials.id"))
    registration: Mapped[uuid.UUID | None]
    activity: Mapped[str | None]
    actor: Mapped[dict[str, Any] | None]
