"""A partner with a course, two municipalities, and the people who look after licences."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from app import clock
from app.accounts.models import Person
from app.demo import factories as make
from app.licensing import licences, publishers
from app.licensing.models import Licence
from app.licensing.signing import sign
from app.organisations.models import Organisation
from app.organisations.service import create_organisation
from app.rules.terms import Party, Terms, write
from plugins.catalogue import Catalogue
from tests.licensing.terms import KEY, PUBLIC, terms
from tests.plugins.packages import catalogue_of, write_package


@pytest.fixture(scope="session")
def rented_courses(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    folder: Path = tmp_path_factory.mktemp("rented")
    write_package(folder, "bikes")
    write_package(folder, "trams")
    return catalogue_of(folder)


@pytest.fixture
def settings(rented_courses: Catalogue) -> dict[str, Any]:
    return {"COURSES": rented_courses}


@dataclass
class Trade:
    """A partner that publishes ``bikes``; Falkvik, which holds licences; another partner and municipality."""

    session: Any
    today: date
    partner: Organisation
    rival: Organisation
    falkvik: Organisation
    granasa: Organisation
    paula: Person
    rita: Person
    leo: Person
    gunnel: Person
    ada: Person

    def terms(self, **changes: Any) -> Terms:
        given = terms(
            publisher=Party(self.partner.id, self.partner.name),
            licensee=Party(self.falkvik.id, self.falkvik.name),
            starts=self.today - timedelta(days=30),
            ends=self.today + timedelta(days=300),
        )
        return replace(given, **changes)

    def file(self, **changes: Any) -> bytes:
        return sign(write(self.terms(**changes)), KEY)

    def install(self, **changes: Any) -> Licence:
        made = licences.install(self.session, self.file(**changes), by=self.ada.id, now=clock.now())
        self.session.commit()
        return made


@pytest.fixture
def trade(session) -> Trade:
    now = clock.now()  # requests ask the real clock
    home = make.consortium(session, now=now)
    partner = create_organisation(session, name="Cykelbolaget Exempel AB", kind="partner", by=None, now=now)
    rival = create_organisation(session, name="Spårbolaget Exempel AB", kind="partner", by=None, now=now)
    falkvik, granasa = (
        make.municipality(session, f"{one} kommun", now=now) for one in ("Falkviks", "Granåsa")
    )

    def person(name: str, place: Organisation, *roles: str) -> Person:
        return make.person(session, name, organisation=place, roles=roles, demonstration=True, now=now)

    made = Trade(
        session=session,
        today=clock.local_date(now),
        partner=partner,
        rival=rival,
        falkvik=falkvik,
        granasa=granasa,
        paula=person("Paula Påhitt", partner, "partner"),
        rita=person("Rita Fiktiv", rival, "partner"),
        leo=person("Leo Exempelsson", falkvik, "lead"),
        gunnel=person("Gunnel Låtsas", granasa, "lead"),
        ada=person("Ada Demolin", home, "administrator"),
    )
    publishers.name_publisher(session, "bikes", publisher=partner.id, by=made.ada.id, now=now)
    publishers.add_key(session, PUBLIC, publisher=partner.id, by=made.paula.id, now=now)
    session.commit()
    return made


@pytest.fixture
def enter(app):
    """``enter(person)``: that person's browser."""

    def open_(person: Person):
        client = app.test_client()
        assert client.post("/sign-in/as", data={"person": str(person.id)}).status_code == 303
        return client

    return open_
