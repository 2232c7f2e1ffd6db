import copy

import pytest

from app.lrs.equality import same
from tests.lrs.statements import LEARNER, MENTOR, MODULE, rich, statement


def test_what_the_store_sets_and_display_texts_do_not_tell_statements_apart():
    one = rich()
    other = copy.deepcopy(one)
    other["verb"]["display"] = {"en": "finished"}
    other["object"]["definition"] = {"name": {"en": "Module 1"}}
    other["timestamp"] = "2027-03-03T09:00:00.123Z"
    other["context"]["team"]["member"].reverse()
    other |= {"stored": "2027-01-01T00:00:00Z", "authority": MENTOR, "version": "2.0.0"}
    assert same(one, other)


def test_durations_count_to_the_hundredth():
    assert same(statement(result={"duration": "PT1.239S"}), statement(result={"duration": "PT1.23S"}))
    assert not same(statement(result={"duration": "PT1.24S"}), statement(result={"duration": "PT1.23S"}))


@pytest.mark.parametrize(
    "change",
    [
        {"actor": MENTOR},
        {"verb": {"id": "http://adlnet.gov/expapi/verbs/failed"}},
        {"object": {"id": MODULE + "/2"}},
        {"result": {"success": False}},
        {"timestamp": "2027-03-04T09:00:00Z"},
        {"context": {"instructor": LEARNER}},
    ],
)
def test_what_is_said_tells_statements_apart(change: dict):
    one = statement(timestamp="2027-03-03T09:00:00Z")
    assert not same(one, {**one, **change})
