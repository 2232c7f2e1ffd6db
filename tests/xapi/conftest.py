"""A caller of the HTTP API."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.db import db
from app.lrs import service as lrs
from app.organisations.models import Organisation


class Caller:
    """Speaks xAPI to the service under one credential."""

    def __init__(self, app: Flask, key: str, secret: str, version: str = "1.0.3") -> None:
        self.client = app.test_client()
        self.key, self.secret, self.version = key, secret, version

    def headers(self) -> dict[str, str]:
        """The headers of every request."""
        basic = base64.b64encode(f"{self.key}:{self.secret}".encode()).decode()
        return {"Authorization": f"Basic {basic}", "X-Experience-API-Version": self.version}

    def __call__(
        self,
        method: str,
        resource: str,
        body: Any = None,
        /,
        *,
        headers: dict[str, str] | None = None,
        content_type: str = "application/json",
        version: str | None = None,
        **params: Any,
    ) -> TestResponse:
        sent = {**self.headers(), **(headers or {})}
        if version is not None:
            sent["X-Experience-API-Version"] = version
        query = urlencode({n: json.dumps(v) if isinstance(v, (dict, bool)) else v for n, v in params.items()})
        data = body if isinstance(body, (bytes, str)) or body is None else json.dumps(body)
        return self.client.open(
            f"/xapi/{resource}?{query}",
            method=method,
            headers={name: value for name, value in sent.items() if value},
            data=data,
            content_type=content_type if data is not None else None,
        )


@pytest.fixture
def organisation(app: Flask, now) -> Callable[..., Any]:
    """Make an organisation; its id."""

    def make(name: str = "Falkvik") -> Any:
        with app.app_context():
            made = Organisation(name=name, kind="municipality", language="sv", created_at=now)
            db.session.add(made)
            db.session.commit()
            return made.id

    return make


@pytest.fixture
def credential(app: Flask, now) -> Callable[..., tuple[str, str]]:
    """Make a credential of an organisation."""

    def make(owner: Any, *scopes: str, **bounds: Any) -> tuple[str, str]:
        with app.app_context():
            pair = lrs.make_credential(
                db.session(),
                organisation=owner,
                scopes=scopes or ("all",),
                label="test",
                by=None,
                now=now,
                **bounds,
            )
            db.session.commit()
            return pair

    return make


@pytest.fixture
def caller(app: Flask, organisation, credential) -> Callable[..., Caller]:
    """A caller with a credential of its own; another organisation's unless one is given."""

    def make(*scopes: str, owner: Any = None, version: str = "1.0.3", **bounds: Any) -> Caller:
        key, secret = credential(owner or organisation(f"Kommun {len(made)}"), *scopes, **bounds)
        made.append(Caller(app, key, secret, version))
        return made[-1]

    made: list[Caller] = []
    return make


@pytest.fixture
def lrs_call(caller) -> Caller:
    """A caller who may do everything for one organisation."""
    return caller()
