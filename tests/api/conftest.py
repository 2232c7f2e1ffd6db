import pytest
from flask import Flask

from app import clock
from app.demo import factories as make
from app.schemes import service as schemes


@pytest.fixture
def home(session):
    """The consortium with its schemes."""
    now = clock.now()
    made = make.consortium(session, now=now)
    schemes.publish_from_files(session, by=None, now=now)
    session.commit()
    return made


@pytest.fixture
def certificate(app: Flask, session, home):
    """A certificate of somebody who agreed to be listed."""
    now = clock.now()
    decides = make.person(session, "Ruben Provberg", organisation=home, roles=("certifier",), now=now)
    holder = make.person(session, "Åsa Påhitt", organisation=home, now=now)
    made = make.founder(session, holder, ["participant"], by=decides, now=now)[0]
    session.commit()
    return made
