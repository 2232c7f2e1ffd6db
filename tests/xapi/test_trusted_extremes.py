"""What a launched unit may say at the edges of time and text: stored and, at most, no evidence; never a failure."""

import uuid

import pytest

from app.demo import factories as make
from app.evidence import service as evidence
from app.registrations.models import Registration
from app.rules import profile
from app.schemes import service as schemes
from tests.xapi.conftest import Caller

HOME = "http://localhost:8000"
COURSE = HOME + "/courses/train-the-trainer"
UNIT = profile.BY_ROLE["TrainingCompleted", "learner"]


@pytest.fixture
def unit(app, session, now, credential):
    """A launched unit: sends a statement of the profile with changes; how many items of evidence there are then."""
    owner = make.consortium(session, now=now).id
    schemes.publish_from_files(session, by=None, now=now)
    who = make.person(session, "Frida Påhitt", now=now)
    make.candidacy(session, who, "participant", now=now)
    run = Registration(person_id=who.id, course="train-the-trainer", version="1", started_at=now, seen_at=now)
    session.add(run)
    session.flush()
    person, registration = who.id, str(run.id)
    session.commit()
    actor = {"account": {"homePage": HOME, "name": str(person)}}
    key, secret = credential(owner, registration=uuid.UUID(registration), activity=COURSE, actor=actor)
    call = Caller(app, key, secret, version="2.0.0")

    def send(facts=(), **changes):
        said = {"course": "train-the-trainer", "unit": "one", "core": True, **dict(facts)}
        statement = {
            "actor": actor,
            "verb": {"id": UNIT.verb},
            "object": {"id": f"{HOME}/unit/{uuid.uuid4()}", "definition": {"type": UNIT.type}},
            "result": {"duration": "PT45M"},
            "timestamp": "2026-11-20T10:00:00Z",
            "context": {
                "registration": registration,
                "contextActivities": {"grouping": [{"id": COURSE}]},
                "extensions": {profile.extension(name): value for name, value in said.items()},
            },
            **changes,
        }
        answer = call("POST", "statements", statement)
        assert answer.status_code == 200, (answer.data, changes, str(facts)[:50])
        session.rollback()  # see what the request has committed, and hold nothing
        found = len(evidence.of_person(session, owner=owner, person=person))
        session.rollback()
        return found

    return send


def test_what_a_unit_reports_becomes_evidence(unit):
    assert unit() == 1


IMPOSSIBLE = [
    {"timestamp": "9999-12-31T23:59:59Z"},
    {"timestamp": "2999-01-01T00:00:00Z"},
    {"timestamp": "0001-01-01T00:00:00Z"},
    {"result": {"duration": "P9999Y"}},
    {"facts": {"unit": "a\x00b"}},
    {"facts": {"unit": "x" * 100_000}},
    {"facts": {"unit": 10**300}},
    {"facts": {"core": []}},
]


def test_what_cannot_be_is_kept_as_a_statement_and_is_no_evidence(unit):
    became = {repr(change)[:60]: unit(**change) for change in IMPOSSIBLE}
    assert set(became.values()) == {0}, became
