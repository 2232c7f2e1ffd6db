"""A scheme uses a kind of requirement that an installed course brings."""

from datetime import timedelta

import pytest

from app.demo import factories as make
from app.learners import service as learners
from app.schemes import service
from tests import spine

PRACTICE = """
[[criteria]]
code = "practice-weeks"
kind = "course_kind"
course = "train-the-trainer"
version = "1.0.0"
criterion = "practice-weeks"
parameters = { weeks = 2 }
name.sv = "Övning"
name.en = "Practice"
text.sv = "Du har övat under minst två olika veckor."
text.en = "You have practised in at least two different weeks."
"""


@pytest.fixture
def world(session, now):
    return spine.build(session(), now)


@pytest.fixture
def draft(world):
    return service.draft(world.session, "participant", by=None, now=world.now)


def save(world, draft, more):
    return service.save_draft(world.session, draft, draft.text + more, by=None, now=world.now).mistakes


def test_what_the_courses_function_finds_decides(world, draft):
    assert save(world, draft, PRACTICE) == ()
    service.publish(world.session, draft, by=None, now=world.now)
    began = make.candidacy(world.session, world.tilde, "participant", now=world.now)
    world.session.commit()
    states = []
    for week in (0, 1):
        at = world.now - timedelta(days=20 - 7 * week)
        make.coached(world.session, world.tilde, world.falkvik, at=at, minutes=60)
        row = next(one for one in began.standings if one.criterion == "practice-weeks")
        states.append((row.state, row.figures["amount"]))
    assert states == [("unmet", 1), ("met", 2)]
    decided = learners.get(world.session, began.id)
    assert decided.fulfilled == 1


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('course = "train-the-trainer"', 'course = "unknown"', "no course unknown 1.0.0"),
        ('version = "1.0.0"', 'version = "9.0.0"', "no course train-the-trainer 9.0.0"),
        ('criterion = "practice-weeks"', 'criterion = "other"', "the criterion kind other"),
        ("{ weeks = 2 }", "{ days = 2 }", "takes the parameters weeks"),
    ],
)
def test_a_draft_that_names_what_is_not_there_is_not_published(world, draft, before, after, told):
    [mistake] = save(world, draft, PRACTICE.replace(before, after))
    assert told in mistake.says
    with pytest.raises(service.NotPublishable):
        service.publish(world.session, draft, by=None, now=world.now)


def test_it_is_not_met_once_the_course_is_gone(app, world, draft, monkeypatch):
    save(world, draft, PRACTICE)
    version = service.publish(world.session, draft, by=None, now=world.now)
    make.coached(world.session, world.tilde, world.falkvik, at=world.now - timedelta(days=20), minutes=60)
    make.coached(world.session, world.tilde, world.falkvik, at=world.now - timedelta(days=9), minutes=60)
    monkeypatch.setattr(app.extensions["courses"], "criterion_kind", lambda *_named: None)
    began = make.candidacy(world.session, world.tilde, "participant", now=world.now)
    assert service.load(world.session, version.id).code == "participant"
    assert {one.state for one in began.standings if one.criterion == "practice-weeks"} == {"unmet"}
