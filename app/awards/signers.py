"""The keys that sign: an issuer's own or the service's, found, allowed and remembered."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding
from flask import current_app
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from app import clock
from app.awards import issuers, keys, presses
from app.awards.models import SigningKey
from app.db import new_id
from app.organisations import service as organisations
from app.organisations.models import Organisation
from certificates import token_keys
from certificates.issuer import Issuer, IssuerError
from certificates.keys import Signer, SigningKeyError, development_ca, load_pem, load_pkcs12

log = logging.getLogger(__name__)

DEVELOPMENT_PAST = timedelta(days=4 * 365)


class CannotIssue(Exception):
    """The document cannot be made; the message says why, for people to read.

    ``for_now``: the key could not be used; the same document may well be made later.
    """

    def __init__(self, why: str, *, for_now: bool = False) -> None:
        super().__init__(why)
        self.for_now = for_now


def _from_file(data: bytes, password: bytes | None) -> Signer:
    """A key in PEM, with its certificates in the same file, or in PKCS#12."""
    return load_pem(data, data, password=password) if b"-----BEGIN" in data else load_pkcs12(data, password)


@lru_cache(maxsize=16)
def _signer(path: str, password: str, instance: str, production: bool) -> Signer:
    if path.startswith(token_keys.PREFIX):
        signer = token_keys.load_pkcs11(path, password)
    elif path:
        signer = _from_file(Path(path).read_bytes(), password.encode() or None)
    else:
        # made as of some years ago, so that a demonstration can have a past
        signer = development_ca(Path(instance) / "keys", now=clock.now() - DEVELOPMENT_PAST)
    if signer.development:
        if production:
            raise CannotIssue("Production refuses to sign with a development key.", for_now=True)
        log.warning("certificates are signed with a DEVELOPMENT key: they prove nothing")
    return signer


def issuer_of(session: Session, owner: uuid.UUID) -> Issuer:
    """How this organisation issues. Raises :class:`CannotIssue` where its folder cannot be used."""
    try:
        return issuers.of(session, owner)
    except IssuerError as problem:
        raise CannotIssue(f"The issuer is not set up well: {problem}", for_now=True) from problem


def signer(issuer: Issuer = issuers.PLAIN) -> Signer:
    """The key that signs now: the issuer's own, or the service's.

    Raises :class:`CannotIssue` where it cannot be used, or where production would use a development key.
    """
    config = current_app.config
    path, password = issuer.key, issuer.key_password
    if not path:
        path, password = str(config["SIGNING_KEY"]), str(config["SIGNING_KEY_PASSWORD"])
    try:
        return _signer(
            path,
            password,
            str(config["INSTANCE"]),
            config["MODE"] == "production",
        )
    except (SigningKeyError, OSError) as problem:
        raise CannotIssue(f"The signing key cannot be used: {problem}", for_now=True) from problem


def usable_signer(session: Session, owner: uuid.UUID) -> Signer:
    """The key that signs for ``owner`` now, unless it has been retired or compromised: :class:`CannotIssue`."""
    used = signer(issuer_of(session, owner))
    if not keys.usable(session, used.fingerprint):
        raise CannotIssue("The signing key has been retired. Another has to be set.", for_now=True)
    return used


@contextmanager
def helped(session: Session, owner: uuid.UUID) -> Iterator[None]:
    """Have ``owner``'s certificates printed by a second process inside: worth its start where there are many."""
    try:
        used = usable_signer(session, owner)
    except CannotIssue:  # as each of them will be told
        yield
        return
    with presses.helped(used):
        yield


def know_key(session: Session, used: Signer, now: datetime) -> None:
    """Keep the certificate that signs now in the key history."""
    if session.scalars(select(SigningKey.id).where(SigningKey.fingerprint == used.fingerprint)).first():
        return
    upsert = postgresql_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    session.execute(
        upsert(SigningKey)
        .values(
            id=new_id(),
            fingerprint=used.fingerprint,
            certificate=used.certificate.public_bytes(Encoding.PEM),
            chain=b"".join(one.public_bytes(Encoding.PEM) for one in used.chain),
            development=used.development,
            first_used_at=now,
        )
        .on_conflict_do_nothing(index_elements=["fingerprint"])
    )


@dataclass(frozen=True)
class IssuedBy:
    """Who issues, how, and with which key."""

    owner: Organisation
    issuer: Issuer
    used: Signer


def issued_by(session: Session, owner: uuid.UUID) -> IssuedBy:
    """Who issues for ``owner`` now. Raises :class:`CannotIssue` where the key or the issuer cannot be used."""
    organisation = organisations.load_organisation(session, owner)
    if organisation is None:
        raise CannotIssue("The scheme's owner is gone.")
    return IssuedBy(organisation, issuer_of(session, owner), usable_signer(session, owner))
