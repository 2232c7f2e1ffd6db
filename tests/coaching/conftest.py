"""A consortium, a coach with a client, and a clock that stands still."""

import pytest

from app import clock
from app.accounts.consents import consent
from app.accounts.terms import REQUIRED
from app.coaching import service
from app.schemes import service as schemes
from tests.accounts.browser import sign_in
from tests.coaching.logged import entry
from tests.deliveries.people import certify, organisation, person


@pytest.fixture(autouse=True)
def standing_clock(monkeypatch, now):
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.fixture
def consortium(session, now):
    owner = organisation(session, "Konsortiet", "consortium", now)
    schemes.publish_from_files(session, by=None, now=now)
    return owner


@pytest.fixture
def municipality(session, consortium, now):
    return organisation(session, "Falkvik", "municipality", now)


@pytest.fixture
def coach(session, consortium, now):
    one = person(session, "Cilla Exempel", now, home=consortium.id)
    consent(session, one, REQUIRED, by=one.id, now=now)
    return one


@pytest.fixture
def mentor(session, consortium, now):
    one = person(session, "Mona Provberg", now, home=consortium.id)
    consent(session, one, REQUIRED, by=one.id, now=now)
    certify(session, one, "certified-coach", now)
    return one


@pytest.fixture
def log(session, coach, municipality, now):
    """``log(starts=..., minutes=...)``: the coach logs hours with the municipality."""

    def logged(**changes):
        by = changes.pop("by", coach)
        at = changes.pop("now", now)
        return service.log(session, entry(municipality, now, **changes), by=by.id, now=at)

    return logged


@pytest.fixture
def browse(app, session):
    """``browse(person)``: their browser, in Swedish."""

    def open_browser(who=None, language="sv"):
        session.commit()
        client = app.test_client()
        if who is not None:
            sign_in(client, who)
        client.set_cookie("language", language)
        return client

    return open_browser
