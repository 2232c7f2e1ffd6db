"""Every event becomes statements that become the right evidence; nothing else does, and nothing breaks it."""

import dataclasses
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args, get_type_hints
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app import events
from app.ledger.statements import statements_for
from app.rules import profile
from app.rules.projection import project, projected_person, whole_minutes

HOME = "https://accelerera.example"
RECORDED = datetime(2027, 3, 3, 9, 0, tzinfo=UTC)
EVENTS = [one for one in vars(events).values() if isinstance(one, type) and issubclass(one, events.Event)]
EVENTS.remove(events.Event)
NUMBERS = {"value": st.integers(1, 5), "score": st.integers(0, 100), "share": st.integers(0, 100)}


def anything(event: type[events.Event]) -> st.SearchStrategy[Any]:
    """Any event of this type, by its fields' types."""

    def field(name: str, hint: Any) -> st.SearchStrategy[Any]:
        if hint is UUID:
            return st.uuids()
        if hint is bool:
            return st.booleans()
        if hint is int:
            return NUMBERS.get(name, st.integers(0, 5000))
        if hint is str:
            return st.sampled_from(["innovation-1", "unit-2", "x"])
        if hint is datetime:
            return st.integers(0, 10**15).map(lambda n: RECORDED - timedelta(microseconds=n))
        if hint is date:
            return st.dates()
        if hint == tuple[UUID, ...]:
            return st.lists(st.uuids(), max_size=3).map(tuple)
        arguments = get_args(hint)
        if type(None) in arguments:
            return st.none() | field(name, next(one for one in arguments if one is not type(None)))
        return st.sampled_from(arguments)

    hints = get_type_hints(event)
    return st.builds(
        event, **{one.name: field(one.name, hints[one.name]) for one in dataclasses.fields(event)}
    )


@pytest.mark.parametrize("kind", EVENTS, ids=lambda one: one.__name__)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_every_event_becomes_its_evidence_and_loses_nothing(
    kind: type[events.Event], data: st.DataObject
) -> None:
    event = data.draw(anything(kind))
    made = statements_for(event, home=HOME)
    assert made == statements_for(event, home=HOME)
    assert made[0].person == event.person
    if kind is events.CourseInitialized:
        assert made[0].statement["verb"]["id"] == profile.INITIALIZED
        assert project(made[0].statement, person="p", recorded=RECORDED) is None
        return
    without = {events.EvidenceVoided: profile.VOIDED, events.UseCorrected: profile.USE_CORRECTED}
    if kind in without:
        assert made[0].statement["verb"]["id"] == without[kind]
        assert made[0].statement["object"]["id"] == str(event.statement)
        assert project(made[0].statement, person="p", recorded=RECORDED) is None
        return
    for one in made:
        statement = json.loads(json.dumps(one.statement))
        item = project(statement, person=str(one.person), recorded=RECORDED)
        assert item is not None
        assert projected_person(statement, home=HOME) == str(one.person) == item.person
        assert (item.starts, item.recorded, item.statement) == (event.at, RECORDED, statement["id"])
        assert item.kind in {row.kind for row in profile.PATTERNS if row.event == kind.__name__}
        assert_carries(event, item)


def assert_carries(event: Any, item: Any) -> None:
    """Each field of the event that the evidence has under the same name says the same."""
    for name, value in item.facts.items():
        if hasattr(event, name) and name != "examiners":
            told = getattr(event, name)
            assert value == (str(told) if isinstance(told, UUID) else told)
    if hasattr(event, "minutes"):
        assert item.minutes == event.minutes
    if item.kind == "assessment":
        assert (item.facts["score"], item.facts["assessment"]) == (event.score, event.criterion)
    if item.kind == "observation":
        assert item.facts["passed"] == event.passed
    if item.kind == "certificate":
        assert (item.valid_from, item.valid_until) == (event.valid_from, event.valid_until)
    if item.kind in ("waiver", "certificate_status"):
        assert item.valid_until == event.until


def test_every_pattern_has_an_event_and_names_itself_once() -> None:
    assert {row.event for row in profile.PATTERNS} == {one.__name__ for one in EVENTS} - {
        "CourseInitialized",
        "EvidenceVoided",
        "UseCorrected",
    }
    assert len(profile.BY_KEY) == len(profile.BY_ROLE) == len(profile.PATTERNS)


def test_mentoring_counts_for_both_and_a_certificate_for_its_trainers() -> None:
    person, mentor, trainer = uuid4(), uuid4(), uuid4()
    at = datetime(2026, 5, 1, 9, tzinfo=UTC)
    mentoring = events.MentoringHeld(
        id=uuid4(), person=person, at=at, mentoring=uuid4(), mentor=mentor, minutes=60, one_to_one=True
    )
    issued = events.CertificateIssued(
        id=uuid4(),
        person=person,
        at=at,
        certificate=uuid4(),
        scheme="pollinator",
        valid_from=at.date(),
        valid_until=None,
        trainers=(trainer,),
    )
    told = [
        (one.person, project(one.statement, person=str(one.person), recorded=RECORDED))
        for event in (mentoring, issued)
        for one in statements_for(event, home=HOME)
    ]
    assert [(who, item.kind) for who, item in told if item] == [
        (person, "mentoring"),
        (mentor, "mentoring_given"),
        (person, "certificate"),
        (trainer, "trainee_certified"),
    ]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
paths = st.sampled_from(
    [
        "id",
        "verb",
        "object",
        "result",
        "context",
        "timestamp",
        "object.definition",
        "result.duration",
        "context.extensions",
        f"context.extensions.{profile.extension('paid')}",
    ]
)


@settings(max_examples=300, deadline=None)
@given(path=paths, value=json_values)
def test_a_broken_statement_is_no_evidence_and_no_error(path: str, value: Any) -> None:
    statement: dict[str, Any] = statements_for(
        events.HoursSignedOff(
            id=uuid4(), person=uuid4(), at=RECORDED, hours=uuid4(), client=uuid4(), minutes=60, paid=True,
            group_size=1,
        ),
        home=HOME,
    )[0].statement  # fmt: skip
    place: Any = statement
    first, _, rest = path.partition(".")
    if rest:
        place, last = statement.setdefault(first, {}), rest.removeprefix("extensions.")
        place = place["extensions"] if rest.startswith("extensions.") else place
    else:
        last = first
    place[last] = value
    item = project(statement, person="p", recorded=RECORDED)
    assert item is None or item.kind == "coaching"


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("PT90M", 90), ("PT01H30M00S", 90), ("P1DT1M", 1441), ("PT59.9S", 0), ("P1W", 10080)],
)
def test_durations_are_whole_minutes(text: str, minutes: int) -> None:
    assert whole_minutes(text) == minutes


@pytest.mark.parametrize("text", ["P1Y", "P1M", "PT", "P", "", "90", "-PT5M"])
def test_a_duration_without_a_fixed_length_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        whole_minutes(text)
