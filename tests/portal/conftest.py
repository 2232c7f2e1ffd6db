"""Somebody on her way, the places around her, and browsers to look with."""

from datetime import timedelta

import pytest

from app import clock
from app.db import new_id
from app.demo import factories as make
from app.events import HoursSignedOff
from app.ledger import service as ledger
from app.schemes import service as schemes
from tests.accounts.browser import sign_in


@pytest.fixture
def now():
    """Pages ask the clock themselves, so here it is really now."""
    return clock.now().replace(microsecond=0)


@pytest.fixture
def places(session, now):
    home = make.consortium(session, now=now - timedelta(days=400))
    schemes.publish_from_files(session, by=None, now=now - timedelta(days=400))
    return {
        "home": home,
        "Falkvik": make.municipality(session, "Falkviks kommun", now=now - timedelta(days=400)),
        "Granåsa": make.municipality(session, "Granåsa kommun", now=now - timedelta(days=400)),
    }


@pytest.fixture
def siv(session, places, now):
    """Somebody with a participant's certificate, on her way to the next, with 5 of 15 hours coached."""
    cleo = make.person(
        session,
        "Cleo Fiktiv",
        organisation=places["home"],
        roles=("certifier",),
        now=now - timedelta(days=300),
    )
    who = make.person(session, "Siv Demolin", organisation=places["Falkvik"], now=now - timedelta(days=300))
    make.founder(session, who, ("participant",), by=cleo, now=now - timedelta(days=200))
    make.candidacy(session, who, "pollinator", now=now - timedelta(days=150))
    for days in (40, 30):
        make.coached(session, who, places["Granåsa"], at=now - timedelta(days=days), minutes=150)
    overlapping = HoursSignedOff(
        id=new_id(),
        person=who.id,
        at=now - timedelta(days=30, minutes=-30),
        hours=new_id(),
        client=places["Granåsa"].id,
        minutes=60,
        paid=True,
        group_size=4,
    )
    ledger.record(session, overlapping, by=who.id, now=now - timedelta(days=29))
    make.training(session, who, at=now - timedelta(days=20), minutes=90, unit="01-the-role")
    return who


@pytest.fixture
def path(session, siv):
    found = make.learners.of_person(session, siv.id)
    return next(one for one in found if one.scheme == "pollinator")


@pytest.fixture
def browse(app, session):
    def open_browser(who=None, language="sv"):
        session.commit()
        client = app.test_client()
        if who is not None:
            sign_in(client, who)
        client.set_cookie("language", language)
        return client

    return open_browser
