"""A standing kept item by item equals one worked out from everything, and knows when it changes by itself."""

import json
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.rules.criteria import CoachingHours
from app.rules.criterion import Criterion
from app.rules.evidence import Evidence
from app.rules.exclusions import exclusions
from tests.rules.making import CRITERIA, DAY_ONE, LATER, coaching, evidence, histories, item

each_criterion = pytest.mark.parametrize("criterion", CRITERIA, ids=lambda one: one.code)
few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
LAST_DAY = DAY_ONE + timedelta(days=141)


def relevant(criterion: Criterion) -> list[str]:
    kinds: set[str] = {"waiver"}
    for one in (criterion, *getattr(criterion, "criteria", ())):
        kinds |= set(getattr(one, "kinds", ()))
    return sorted(kinds | ({"coaching"} if "mentoring" in kinds else set()))


def incremental(criterion: Criterion, items: list[Evidence], since: date | None = None) -> dict:
    left_out = exclusions(items)
    state = criterion.empty(since)
    for one in items:
        state = json.loads(json.dumps(criterion.add(state, one, left_out.get(one.id))))
    return state


@each_criterion
@few
@given(data=st.data())
def test_adding_one_by_one_in_any_order_equals_rebuilding(criterion: Criterion, data: st.DataObject) -> None:
    items = data.draw(st.lists(evidence(kinds=relevant(criterion)), max_size=25))
    since = data.draw(st.none() | st.just(DAY_ONE + timedelta(days=30)))
    known = [one for one in items if one.known(LATER)]
    shuffled = data.draw(st.permutations(known))
    state = incremental(criterion, shuffled, since)
    assert state == incremental(criterion, known, since)
    rebuilt = criterion.assess(items, LAST_DAY, LATER, since)
    assert criterion.read(state, LAST_DAY).figures() == rebuilt.figures()


@each_criterion
@few
@given(data=st.data())
def test_next_change_and_turn_are_those_of_a_search_day_by_day(
    criterion: Criterion, data: st.DataObject
) -> None:
    items = data.draw(st.lists(evidence(kinds=relevant(criterion), days=60), max_size=14))
    on = DAY_ONE + timedelta(days=data.draw(st.integers(0, 75)))
    now = criterion.assess(items, on, LATER)

    def seen(day: date) -> dict:
        def strip(figures: dict) -> dict:
            del figures["next_change"], figures["turns"]
            figures["children"] = [strip(child) for child in figures["children"]]
            return figures

        return strip(criterion.assess(items, day, LATER).figures())

    days = [on + timedelta(days=n) for n in range(1, 215)]
    change = next((day for day in days if seen(day) != seen(on)), None)
    turn = next((day for day in days if seen(day)["state"] != now.state), None)
    assert (now.next_change, now.turns) == (change, turn)


@each_criterion
def test_the_state_does_not_grow_with_the_number_of_items(criterion: Criterion) -> None:
    state = criterion.empty()
    sizes = []
    for number in range(2000):
        one = coaching(DAY_ONE + timedelta(days=number), client=str(number % 5))
        state = criterion.add(state, one)
        if number in (200, 1999):
            sizes.append(len(json.dumps(state)))
    assert sizes[1] < sizes[0] * 1.1


def test_adding_leaves_the_old_state_as_it_was() -> None:
    criterion = CoachingHours(code="c", minimum=60, clients=2, recent=30, within=18)
    old = criterion.add(criterion.empty(), coaching())
    copy = json.dumps(old)
    criterion.add(old, coaching(DAY_ONE + timedelta(days=1), client="b"))
    assert json.dumps(old) == copy


def test_a_state_refuses_to_answer_about_the_past() -> None:
    criterion = CoachingHours(code="c", minimum=60)
    state = criterion.add(criterion.empty(), coaching())
    with pytest.raises(ValueError, match="holds evidence"):
        criterion.read(state, DAY_ONE - timedelta(days=1))


def test_the_past_is_answered_as_it_was_known_then() -> None:
    criterion = CoachingHours(code="c", minimum=60)
    one = coaching()
    before = one.recorded - timedelta(seconds=1)
    assert criterion.assess([one], DAY_ONE, before).state == "unmet"
    assert criterion.assess([one], DAY_ONE, one.recorded).state == "met"


def test_what_is_withdrawn_counts_until_then_and_not_after() -> None:
    criterion = CoachingHours(code="c", minimum=60)
    one = coaching(withdrawn=LATER)
    assert criterion.assess([one], DAY_ONE, LATER - timedelta(seconds=1)).state == "met"
    assert criterion.assess([one], DAY_ONE, LATER).state == "unmet"


def test_a_waiver_holds_through_its_last_day() -> None:
    criterion = CoachingHours(code="c", scheme="s", minimum=60)
    facts = {"scheme": "s", "criterion": "c"}
    waiver = item("waiver", minutes=0, facts=facts, valid_until=DAY_ONE + timedelta(days=9))
    standing = criterion.assess([waiver], DAY_ONE, LATER)
    assert (standing.state, standing.turns) == ("waived", DAY_ONE + timedelta(days=10))
    assert standing.used == (waiver.id,)
    assert criterion.assess([waiver], DAY_ONE + timedelta(days=10), LATER).state == "unmet"


def test_a_waiver_of_another_scheme_waives_nothing() -> None:
    criterion = CoachingHours(code="c", scheme="s", minimum=60)
    waiver = item("waiver", minutes=0, facts={"scheme": "other", "criterion": "c"})
    assert criterion.assess([waiver], DAY_ONE, LATER).state == "unmet"


@few
@given(items=histories)
def test_every_item_of_the_right_kind_is_used_or_has_a_reason(items: list[Evidence]) -> None:
    criterion = CoachingHours(code="coach", minimum=200, clients=2, recent=90, within=2)
    standing = criterion.assess(items, LAST_DAY, LATER)
    told = set(standing.used) | set(standing.ignored)
    assert {one.id for one in items if one.kind == "coaching" and one.known(LATER)} <= told
    assert not set(standing.used) & set(standing.ignored)
