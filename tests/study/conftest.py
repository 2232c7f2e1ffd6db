"""A small course with every kind of question, and people who study it."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import clock
from app.accounts.consents import consent
from app.accounts.models import Person
from app.accounts.service import create_person, grant_role
from app.accounts.terms import REQUIRED
from app.organisations.service import create_organisation
from app.registrations.models import Registration
from app.registrations.service import start
from plugins.catalogue import Catalogue
from tests.accounts.browser import sign_in
from tests.plugins.packages import catalogue_of, write_package

QUIZZES = Path(__file__).with_name("bikes.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def made_up_courses(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    folder: Path = tmp_path_factory.mktemp("courses")
    write_package(folder, "bikes", more=QUIZZES)
    write_package(folder, "broken", more="\nraise RuntimeError('no rails')\n")
    return catalogue_of(folder)


@pytest.fixture
def settings(made_up_courses: Catalogue) -> dict[str, Any]:
    return {"COURSES": made_up_courses}


@pytest.fixture
def person(session: Any, now: datetime) -> Callable[..., Person]:
    create_organisation(session, name="Konsortiet Exempel", kind="consortium", by=None, now=now)

    def make(name: str = "Pia Påhitt", role: str | None = None) -> Person:
        email = name.lower().replace(" ", ".").replace("å", "a") + "@exempel.se"
        made = create_person(session, email=email, name=name, by=None, now=now)
        consent(session, made, REQUIRED, by=made.id, now=now)
        if role:
            grant_role(session, person=made.id, role=role, founder=True, by=None, now=clock.now())
        session.commit()
        return made

    return make


@pytest.fixture
def learner(person: Callable[..., Person]) -> Person:
    return person()


@pytest.fixture
def learning(app: Flask, session: Any, learner: Person) -> FlaskClient:
    """The learner's browser."""
    client = app.test_client()
    sign_in(client, learner)
    return client


@pytest.fixture
def registration(session: Any, learner: Person, made_up_courses: Catalogue, now: datetime) -> Registration:
    made = start(session, course=made_up_courses.summary("bikes"), by=learner.id, now=now)
    session.commit()
    return made


@pytest.fixture
def handle(made_up_courses: Catalogue, registration: Registration) -> Any:
    return made_up_courses.course("bikes", gate=lambda course: None)
