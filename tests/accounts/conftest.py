"""People, places and a signed-in browser for the tests of accounts."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import clock
from app.accounts.consents import consent
from app.accounts.models import Person
from app.accounts.service import create_person, grant_role
from app.accounts.terms import REQUIRED
from app.organisations.models import Organisation
from app.organisations.service import create_organisation
from tests.accounts.browser import sign_in


@pytest.fixture(autouse=True)
def standing_clock(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """The service's clock stands at ``now``."""
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.fixture
def place(session: Any, now: datetime) -> Callable[..., Organisation]:
    """Makes an organisation, by default a municipality."""

    def make(name: str = "Falkvik", kind: str = "municipality") -> Organisation:
        return create_organisation(session, name=name, kind=kind, by=None, now=now)

    return make


@pytest.fixture
def person(session: Any, now: datetime) -> Callable[..., Person]:
    """Makes a person who holds ``role`` (as a founder) in ``organisation``."""

    def make(
        name: str = "Pia Påhitt", role: str | None = None, organisation: uuid.UUID | None = None, **more: Any
    ) -> Person:
        email = more.pop("email", name.lower().replace(" ", ".").replace("å", "a") + "@exempel.se")
        made = create_person(session, email=email, name=name, by=None, now=now, **more)
        consent(session, made, REQUIRED, by=made.id, now=now)
        if role:
            grant_role(
                session, person=made.id, role=role, organisation=organisation, founder=True, by=None, now=now
            )
        return made

    return make


@pytest.fixture
def administrator(person: Callable[..., Person]) -> Person:
    return person("Ada Administrator-Exempel", "administrator", email="ada@exempel.se")


@pytest.fixture
def browse(app: Flask, session: Any) -> Callable[[Person], FlaskClient]:
    """A browser in which the person is signed in."""

    def open_browser(who: Person) -> FlaskClient:
        session.commit()
        client = app.test_client()
        sign_in(client, who)
        return client

    return open_browser
