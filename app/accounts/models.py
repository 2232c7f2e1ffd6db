"""People and how they sign in; the roles they hold; invitations; what they agreed to.

A person's name and address stand here and on certificates, nowhere else, so that erasing is overwriting.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime

from flask_security.core import UserMixin, WebAuthnMixin
from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from app import clock
from app.accounts.roles import ROLES
from app.db import Identified, Model, json_type


def _handle() -> str:
    return uuid.uuid4().hex


def normal_email(address: str) -> str:
    """The one spelling under which an address is kept and looked up."""
    return address.strip().lower()


class Person(Identified, UserMixin, Model):  # type: ignore[misc]
    """Somebody with an account. ``certificate_name`` is the name they consented to see on certificates."""

    __tablename__ = "people"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower"),)

    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    certificate_name: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(2), default="sv")
    time_zone: Mapped[str] = mapped_column(String(64), default="Europe/Stockholm")
    organisation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]
    demonstration: Mapped[bool] = mapped_column(default=False)

    # Named as Flask-Security expects them.
    password: Mapped[str | None] = mapped_column(String(255))
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True, default=_handle)
    fs_webauthn_user_handle: Mapped[str] = mapped_column(String(64), unique=True, default=_handle)
    confirmed_at: Mapped[datetime | None]
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(500))
    tf_last_counter: Mapped[int | None]
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(json_type()))
    webauthn: Mapped[list[Passkey]] = relationship(  # type: ignore[assignment]
        cascade="all, delete-orphan", order_by="Passkey.create_datetime"
    )

    @validates("email")
    def _keep_one_spelling(self, _key: str, address: str) -> str:
        return normal_email(address)

    @property
    def active(self) -> bool:  # type: ignore[override]
        """Whether the account may be used."""
        return self.closed_at is None

    @property
    def is_active(self) -> bool:
        return self.active

    @property
    def display_name(self) -> str:
        """The name for certificates: the consented one, else the ordinary one."""
        return self.certificate_name or self.name

    def __hash__(self) -> int:
        return hash(self.id)


class Passkey(Identified, WebAuthnMixin, Model):  # type: ignore[misc]
    """A passkey of a person. Column names are Flask-Security's."""

    __tablename__ = "passkeys"
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(default=0)
    transports: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(json_type()))
    backup_state: Mapped[bool]
    device_type: Mapped[str] = mapped_column(String(64))
    extensions: Mapped[str | None] = mapped_column(String(255))
    create_datetime: Mapped[datetime] = mapped_column(default=clock.now)
    lastuse_datetime: Mapped[datetime]
    name: Mapped[str] = mapped_column(String(64))
    usage: Mapped[str] = mapped_column(String(64))


class SignIn(Identified, Model):
    """One browser in which a person is signed in, until ``ended_at``."""

    __tablename__ = "sign_ins"
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    browser: Mapped[str] = mapped_column(String(200), default="")


class Grant(Identified, Model):
    """``person_id`` holds ``role`` from ``starts`` up to and including ``ends``.

    ``organisation_id`` None means everywhere under the scheme owner, ``scheme`` None every scheme.
    ``certificate`` is the serial of the certificate that gave the role, where one did. Only a founder's grant,
    made when the service is set up, may come from nobody.
    """

    __tablename__ = "grants"
    __table_args__ = (
        CheckConstraint(f"role IN {ROLES}", name="role"),
        CheckConstraint(
            "founder OR (granted_by IS NOT NULL AND granted_by <> person_id)", name="not_oneself"
        ),
        CheckConstraint("ends IS NULL OR ends >= starts", name="interval"),
        Index("ix_grants_person_role", "person_id", "role"),
        Index("ix_grants_organisation_role", "organisation_id", "role"),
    )
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    role: Mapped[str] = mapped_column(String(20))
    organisation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisations.id"))
    scheme: Mapped[str | None] = mapped_column(String(80))
    starts: Mapped[date]
    ends: Mapped[date | None]
    reason: Mapped[str] = mapped_column(String(500), default="")
    founder: Mapped[bool] = mapped_column(default=False)
    certificate: Mapped[str | None] = mapped_column(String(40), index=True)
    granted_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"))
    granted_at: Mapped[datetime]
    ended_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"))
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str] = mapped_column(String(500), default="")

    def holds_on(self, day: date) -> bool:
        """Whether the role is held on ``day`` (ended grants hold no more from the moment they end)."""
        return self.ended_at is None and self.starts <= day and (self.ends is None or day <= self.ends)

    def covers(self, organisation: uuid.UUID | None) -> bool:
        """Whether the grant reaches into ``organisation`` (None asks for everywhere)."""
        return self.organisation_id is None or self.organisation_id == organisation


class Invitation(Identified, Model):
    """An offer of ``role`` in ``organisation_id`` to whoever reads ``email``. Of its token a digest is kept.

    ``everywhere`` lets the role reach beyond the organisation that the person belongs to.

    ``state`` is what was done (sent, accepted, revoked); that the time ran out is seen from ``expires_at``.
    ``email`` and ``name`` are emptied once a person stands behind it. ``purpose`` and ``target_id`` lead on
    to what the invitation is for: ``scheme`` or ``delivery`` and its id.
    """

    __tablename__ = "invitations"
    __table_args__ = (
        CheckConstraint(f"role IN {ROLES}", name="role"),
        CheckConstraint("state IN ('sent', 'accepted', 'revoked')", name="state"),
        Index("ix_invitations_organisation", "organisation_id", "id"),
        Index(
            "uq_invitations_open",
            "email",
            "organisation_id",
            "role",
            "target_key",
            unique=True,
            sqlite_where=text("state = 'sent'"),
            postgresql_where=text("state = 'sent'"),
        ),
    )
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    role: Mapped[str] = mapped_column(String(20))
    everywhere: Mapped[bool] = mapped_column(default=False)
    scheme: Mapped[str | None] = mapped_column(String(80))
    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(200), default="")
    language: Mapped[str] = mapped_column(String(2), default="sv")
    state: Mapped[str] = mapped_column(String(10), default="sent")
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    invited_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    resent: Mapped[int] = mapped_column(default=0)
    mail_id: Mapped[uuid.UUID | None]
    purpose: Mapped[str | None] = mapped_column(String(20))
    target_id: Mapped[uuid.UUID | None]
    target_key: Mapped[str] = mapped_column(String(60), default="")
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    closed_at: Mapped[datetime | None]

    def state_at(self, now: datetime) -> str:
        """sent, accepted, revoked or expired."""
        return "expired" if self.state == "sent" and now >= self.expires_at else self.state


class Consent(Identified, Model):
    """A person agreed to one version of one text (``app.accounts.terms``)."""

    __tablename__ = "consents"
    __table_args__ = (
        Index("ix_consents_person_kind", "person_id", "kind"),
        {"info": {"append_only": ("withdrawn_at",)}},
    )
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[str] = mapped_column(String(20))
    version: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
