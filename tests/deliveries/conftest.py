"""A consortium, a municipality and a certified coach."""

import pytest

from app.schemes import service as schemes
from tests.deliveries.people import certify, organisation, person


@pytest.fixture
def consortium(session, now):
    owner = organisation(session, "Konsortiet", "consortium", now)
    schemes.publish_from_files(session, by=None, now=now)
    return owner


@pytest.fixture
def municipality(session, consortium, now):
    return organisation(session, "Falkviks kommun", "municipality", now)


@pytest.fixture
def coach(session, consortium, now):
    one = person(session, "Cilla Exempel", now, home=consortium.id, role="coach")
    certify(session, one, "certified-coach", now)
    return one
