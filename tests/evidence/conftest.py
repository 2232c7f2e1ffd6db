"""A consortium, its certifiers, a trainer and a candidate."""

import pytest

from tests import spine


@pytest.fixture
def world(session, now):
    return spine.build(session(), now)
