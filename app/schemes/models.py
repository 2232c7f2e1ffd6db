"""Certification schemes and their versions; a published version never changes."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Identified, Model


class Scheme(Identified, Model):
    """A certification scheme of one owner; ``code`` names it in addresses and in evidence."""

    __tablename__ = "schemes"
    __table_args__ = (UniqueConstraint("code"),)
    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    code: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]
    versions: Mapped[list[SchemeVersion]] = relationship(
        order_by="SchemeVersion.number.desc()", back_populates="scheme"
    )


class SchemeVersion(Identified, Model):
    """What was published: the file's bytes, frozen. Exactly one version of a scheme is ``published``, the others
    are ``retired``.

    ``honoured_until`` is filled in when a newer version is published: the last day on which a candidate who
    began on this one can still be decided on by it.
    """

    __tablename__ = "scheme_versions"
    __table_args__ = (
        UniqueConstraint("scheme_id", "number"),
        CheckConstraint("state IN ('published', 'retired')", name="state"),
        Index(
            "uq_scheme_versions_current",
            "scheme_id",
            unique=True,
            sqlite_where=text("state = 'published'"),
            postgresql_where=text("state = 'published'"),
        ),
        {"info": {"append_only": ("state", "retired_at", "honoured_until")}},
    )
    scheme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("schemes.id"))
    number: Mapped[int]
    source: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(10), default="published")
    published_at: Mapped[datetime]
    published_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"))
    keep_months: Mapped[int]
    retired_at: Mapped[datetime | None]
    honoured_until: Mapped[date | None]
    scheme: Mapped[Scheme] = relationship(back_populates="versions")


class SchemeDraft(Identified, Model):
    """The next version while it is written: text, right or wrong. At most one for a scheme."""

    __tablename__ = "scheme_drafts"
    __table_args__ = (UniqueConstraint("scheme_id"),)
    scheme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("schemes.id"))
    text: Mapped[str] = mapped_column(Text)
    begun_at: Mapped[datetime]
    begun_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"))
    saved_at: Mapped[datetime]
    saved_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"))
    scheme: Mapped[Scheme] = relationship()
