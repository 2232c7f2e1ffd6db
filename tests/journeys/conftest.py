"""A consortium, a municipality, guides and an administrator."""

import pytest

from app.schemes import service as schemes
from tests.accounts.browser import sign_in
from tests.deliveries.people import organisation, person


@pytest.fixture
def consortium(session, now):
    owner = organisation(session, "Konsortiet", "consortium", now)
    schemes.publish_from_files(session, by=None, now=now)
    return owner


@pytest.fixture
def municipality(session, consortium, now):
    return organisation(session, "Falkviks kommun", "municipality", now)


@pytest.fixture
def administrator(session, consortium, now):
    return person(session, "Ada Exempel", now, role="administrator")


@pytest.fixture
def guide(session, consortium, now):
    return person(session, "Gun Provberg", now, role="guide")


@pytest.fixture
def browse(app, session):
    def open_browser(who):
        session.commit()
        client = app.test_client()
        sign_in(client, who)
        client.set_cookie("language", "en")
        return client

    return open_browser
