"""A consortium with certifiers, a certified coach, and a clock that stands still."""

import pytest

from app import clock
from tests import spine
from tests.accounts.browser import sign_in


@pytest.fixture(autouse=True)
def standing_clock(monkeypatch, now):
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.fixture
def world(session, now):
    return spine.build(session(), now)


@pytest.fixture
def browse(app, session):
    """``browse(person)``: their browser, in Swedish."""

    def open_browser(who, language="sv"):
        session.commit()
        client = app.test_client()
        sign_in(client, who)
        client.set_cookie("language", language)
        return client

    return open_browser
