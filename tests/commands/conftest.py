from datetime import timedelta
from types import SimpleNamespace

import pytest

from app import audit, clock
from app.cli import main
from app.demo import factories as make
from app.schemes import service as schemes


@pytest.fixture
def run(app):
    """The command line on this test's instance: what it answered, with everything that it printed."""
    runner = app.test_cli_runner()
    return lambda *arguments: runner.invoke(main, [str(one) for one in arguments])


@pytest.fixture
def world(session):
    """A consortium, a town, an administrator, and a certified participant."""
    now = clock.now() - timedelta(days=1)
    home, town = make.consortium(session, now=now), make.municipality(session, "Falkviks kommun", now=now)
    schemes.publish_from_files(session, by=None, now=now)
    make.person(session, "Ada Demolin", organisation=home, roles=("administrator",), now=now)
    ruben = make.person(session, "Ruben Provberg", organisation=home, roles=("certifier",), now=now)
    tilde = make.person(session, "Tilde Påhitt", organisation=town, now=now)
    certificate, pollinator = make.founder(session, tilde, ["participant", "pollinator"], by=ruben, now=now)
    session.commit()
    while audit.link(session):
        session.commit()
    session.rollback()  # what looked for more held a lock
    return SimpleNamespace(town=town, tilde=tilde, certificate=certificate, pollinator=pollinator)
