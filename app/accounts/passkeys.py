"""Passkeys (WebAuthn): made and used in the person's own device, checked here with py-webauthn.

The challenge is handed to the browser, kept by the caller, and given back once. A passkey always verifies the
person (finger, face or PIN), so it stands for both steps of signing in.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import webauthn
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app import audit
from app.accounts.errors import Refused
from app.accounts.models import Passkey, Person

NAME = "Accelerera"
MOST = 20


@dataclass(frozen=True, slots=True)
class Site:
    """Where passkeys belong: the host's name and the whole origin, e.g. ``https://accelerera.example``."""

    host: str
    origin: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What the browser is given, and the challenge to keep until it answers."""

    options: dict[str, Any]
    challenge: str


def _not_accepted() -> Refused:
    return Refused("passkey", _l("The passkey could not be used. Try again or sign in with your password."))


def ask_to_add(person: Person, site: Site) -> Asked:
    """Options for a new passkey of this person."""
    known = [
        PublicKeyCredentialDescriptor(
            id=one.credential_id,
            transports=[AuthenticatorTransport(word) for word in one.transports or () if word in _TRANSPORTS],
        )
        for one in person.webauthn
    ]
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=NAME,
        user_id=person.fs_webauthn_user_handle.encode(),
        user_name=person.email,
        user_display_name=person.name,
        exclude_credentials=known,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
    )
    return Asked(json.loads(webauthn.options_to_json(options)), bytes_to_base64url(options.challenge))


_TRANSPORTS = {one.value for one in AuthenticatorTransport}


def add(
    session: Session,
    person: Person,
    *,
    answer: dict[str, Any],
    challenge: str,
    site: Site,
    name: str,
    by: uuid.UUID,
    now: datetime,
) -> Passkey:
    """Keep the passkey that the browser made. Raises :class:`Refused`."""
    if len(person.webauthn) >= MOST:
        raise Refused("passkeys", _l("You have %(count)s passkeys. Remove one first.", count=MOST))
    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise _not_accepted() from error
    if session.scalars(select(Passkey).where(Passkey.credential_id == made.credential_id)).first():
        raise Refused("passkey-known", _l("This passkey is already in use."))
    transports = answer.get("response", {}).get("transports") or []
    passkey = Passkey(
        user_id=person.id,
        name=" ".join(name.split())[:64] or "Passkey",
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        transports=[word for word in transports if word in _TRANSPORTS],
        backup_state=made.credential_backed_up,
        device_type=made.credential_device_type.value,
        create_datetime=now,
        lastuse_datetime=now,
        usage="first",
    )
    person.webauthn.append(passkey)
    session.flush()
    audit.record(session, "passkey.added", by=by, now=now, subject=passkey, person=person.id)
    return passkey


def ask_to_sign_in(site: Site) -> Asked:
    """Options for signing in with any passkey of this site; says nothing about who has one."""
    options = webauthn.generate_authentication_options(
        rp_id=site.host, user_verification=UserVerificationRequirement.REQUIRED
    )
    return Asked(json.loads(webauthn.options_to_json(options)), bytes_to_base64url(options.challenge))


def signed_in_by(
    session: Session, *, answer: dict[str, Any], challenge: str, site: Site, now: datetime
) -> Person:
    """Whose passkey answered the challenge. Raises :class:`Refused` for any passkey that does not fit."""
    try:
        passkey = session.scalars(
            select(Passkey).where(Passkey.credential_id == base64url_to_bytes(str(answer["rawId"])))
        ).first()
        if passkey is None:
            raise _not_accepted()
        checked = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise _not_accepted() from error
    person = session.get_one(Person, passkey.user_id)
    if not person.active:
        raise _not_accepted()
    passkey.sign_count, passkey.lastuse_datetime = checked.new_sign_count, now
    passkey.backup_state = checked.credential_backed_up
    return person


def remove(session: Session, person: Person, passkey_id: uuid.UUID, *, by: uuid.UUID, now: datetime) -> None:
    """Forget a passkey of this person. Raises :class:`Refused` where it is the only way to sign in."""
    found = next((one for one in person.webauthn if one.id == passkey_id), None)
    if found is None:
        raise Refused("unknown", _l("That passkey is not yours or is already removed."))
    if not person.password and len(person.webauthn) == 1:
        raise Refused("last", _l("It is your only way to sign in. Choose a password first."))
    person.webauthn.remove(found)
    session.flush()
    audit.record(session, "passkey.removed", by=by, now=now, subject=found, person=person.id)
