"""Short-lived bearer tokens (OAuth 2.0, RFC 6749, client credentials) in exchange for a key and a secret.

A token is signed, not stored: it names the credential, the scopes that were asked for and when it ends. The
credential is looked up at every use, so a token ends with its credential at the latest, and at once if that is revoked.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

from flask import Flask
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy.orm import Session

from app.lrs import credentials
from app.lrs.credentials import Grant
from app.xapi.call import Answer, Call, answer_json

RESOURCE = "oauth2/token"
MARK = "at-"
"""What every token begins with, and no key does."""
LIFETIME = timedelta(hours=1)


class Refused(Exception):
    """The request for a token is refused: RFC 6749, section 5.2."""

    def __init__(self, error: str, said: str) -> None:
        super().__init__(said)
        self.error = error


class Tokens:
    """Makes and reads the tokens of one service. ``secrets``: those that still hold, the one that signs last."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._signer = URLSafeSerializer(
            list(secrets), salt="xapi bearer", signer_kwargs={"digest_method": hashlib.sha256}
        )

    def make(self, key: str, scopes: Sequence[str], until: datetime) -> str:
        """A token for the credential with this key."""
        return MARK + str(self._signer.dumps([key, sorted(scopes), int(until.timestamp())]))

    def read(self, token: str, *, now: datetime) -> tuple[str, frozenset[str]] | None:
        """The key and the scopes that ``token`` stands for; None for one that is not ours or has ended."""
        try:
            key, scopes, until = self._signer.loads(token.removeprefix(MARK))
        except BadData:
            return None
        ended = datetime.fromtimestamp(until, UTC) <= now
        return None if ended or not token.startswith(MARK) else (key, frozenset(scopes))


def init_app(app: Flask) -> None:
    """Let the service make tokens."""
    secrets = [*reversed(app.config["SECRET_KEY_FALLBACKS"]), app.config["SECRET_KEY"]]
    app.extensions["xapi.tokens"] = Tokens(secrets)


def tokens_of(app: Flask) -> Tokens:
    """The service's tokens."""
    tokens: Tokens = app.extensions["xapi.tokens"]
    return tokens


def narrowed(grant: Grant, scopes: frozenset[str]) -> Grant:
    """What a token of the credential allows: what it was asked for, and never more than the credential."""
    return replace(grant, scopes=frozenset(scope for scope in scopes if grant.may(scope)))


def answer(session: Session, call: Call, tokens: Tokens, *, now: datetime) -> Answer:
    """The answer to a request for a token."""
    always = {"Cache-Control": "no-store"}
    try:
        said = _issued(session, call, tokens, now=now)
    except Refused as refused:
        problem = answer_json({"error": refused.error, "error_description": str(refused)}, headers=always)
        problem.status = 401 if refused.error == "invalid_client" else 400
        if problem.status == 401:
            problem.headers["WWW-Authenticate"] = 'Basic realm="xAPI", charset="UTF-8"'
        return problem
    return answer_json(said, headers=always)


def _issued(session: Session, call: Call, tokens: Tokens, *, now: datetime) -> dict[str, Any]:
    form = _form(call)
    if form.get("grant_type") != "client_credentials":
        raise Refused("unsupported_grant_type", "grant_type must be client_credentials")
    key, secret = _client(call, form)
    grant = credentials.verify(session, key=key, secret=secret, now=now) if key else None
    if grant is None:
        raise Refused("invalid_client", "the request needs a valid key and secret")
    asked = form.get("scope", "").split() or sorted(grant.scopes)
    for scope in asked:
        if scope not in credentials.SCOPES or not grant.may(scope):
            raise Refused("invalid_scope", "the credential does not cover a scope that is asked for")
    until = min(now + LIFETIME, grant.expires_at or datetime.max.replace(tzinfo=UTC))
    return {
        "access_token": tokens.make(grant.key, asked, until),
        "token_type": "Bearer",
        "expires_in": int((until - now).total_seconds()),
        "scope": " ".join(asked),
    }


def _form(call: Call) -> dict[str, str]:
    kind = call.header("Content-Type").partition(";")[0].strip().lower()
    if call.method != "POST" or kind != "application/x-www-form-urlencoded":
        raise Refused("invalid_request", "a token is asked for by POST of a form")
    try:
        pairs = parse_qsl(call.body.decode(), keep_blank_values=True, errors="strict", max_num_fields=20)
    except ValueError:
        raise Refused("invalid_request", "the form cannot be read") from None
    if len(dict(pairs)) < len(pairs):
        raise Refused("invalid_request", "a parameter is there more than once")
    return dict(pairs)


def _client(call: Call, form: dict[str, str]) -> tuple[str, str]:
    """Key and secret, from the header or else from the form."""
    kind, _, rest = call.header("Authorization").partition(" ")
    if kind.lower() != "basic":
        return form.get("client_id", ""), form.get("client_secret", "")
    try:
        key, _, secret = base64.b64decode(rest.strip(), validate=True).decode().partition(":")
    except ValueError:
        return "", ""
    return key, secret
