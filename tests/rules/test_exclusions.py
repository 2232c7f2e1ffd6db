"""A minute counts once, whoever reads the items and in whatever order."""

from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from app.rules.criteria import CoachingHours, MentorHours
from app.rules.evidence import Evidence
from app.rules.exclusions import TIMED, excluded, exclusions
from tests.rules.making import DAY_ONE, LATER, coaching, evidence, item

timed = st.lists(evidence(kinds=sorted(TIMED | {"training"}), days=4), max_size=30)


@settings(max_examples=200, deadline=None)
@given(items=timed)
def test_what_counts_never_overlaps(items: list[Evidence]) -> None:
    left_out = exclusions(items)
    counted = sorted((i for i in items if i.kind in TIMED and i.id not in left_out), key=lambda i: i.starts)
    lasting = [one for one in counted if one.minutes > 0]
    assert all(a.ends <= b.starts for a, b in pairwise(lasting))


@settings(max_examples=200, deadline=None)
@given(items=timed)
def test_no_day_holds_more_than_24_hours(items: list[Evidence]) -> None:
    left_out = exclusions(items)
    minutes: dict[date, float] = defaultdict(float)
    for one in items:
        if one.kind in TIMED and one.id not in left_out:
            midnight = one.starts.replace(hour=0, minute=0) + timedelta(days=1)
            first = min(one.ends, midnight) - one.starts
            minutes[one.day] += first.total_seconds() / 60
            minutes[one.day + timedelta(days=1)] += one.minutes - first.total_seconds() / 60
    assert all(value <= 24 * 60 for value in minutes.values())


@settings(max_examples=200, deadline=None)
@given(items=timed, data=st.data())
def test_asking_one_by_one_against_the_counted_neighbours_gives_the_same_answer(
    items: list[Evidence], data: st.DataObject
) -> None:
    counted: list[Evidence] = []
    told = {}
    for one in sorted(items, key=lambda i: i.order):
        verdict = excluded(one, data.draw(st.permutations(counted)))
        if verdict:
            told[one.id] = verdict.reason
        else:
            counted.append(one)
    assert told == {key: verdict.reason for key, verdict in exclusions(items).items()}


@settings(max_examples=100, deadline=None)
@given(items=timed, data=st.data())
def test_the_order_of_reading_changes_nothing(items: list[Evidence], data: st.DataObject) -> None:
    assert exclusions(items) == exclusions(data.draw(st.permutations(items)))


def test_the_one_recorded_first_counts() -> None:
    late = coaching(minutes=120)
    early = coaching(minutes=60, recorded=late.recorded - timedelta(hours=1))
    assert exclusions([late, early]) == {late.id: ("overlap", early.id)}


def test_hours_that_touch_do_not_overlap() -> None:
    assert exclusions([coaching(minutes=60, at=9), coaching(minutes=60, at=10)]) == {}


def test_hours_recorded_before_they_were_over_never_count() -> None:
    one = coaching(minutes=60)
    early = coaching(minutes=60, recorded=one.ends - timedelta(minutes=1))
    assert exclusions([early])[early.id].reason == "future"


def test_a_minute_is_never_both_coaching_and_mentoring() -> None:
    mentoring = item("mentoring", facts={"mentor": "m", "one_to_one": True})
    coached = coaching()
    coach = CoachingHours(code="c", minimum=60).assess([mentoring, coached], DAY_ONE, LATER)
    mentored = MentorHours(code="m", minimum=60).assess([mentoring, coached], DAY_ONE, LATER)
    assert coach.amount + mentored.amount == 60


def test_the_same_unit_counts_once() -> None:
    facts = {"course": "k", "unit": "1", "core": True}
    first, second = item("training", facts=facts), item("training", at=15, facts=facts)
    assert exclusions([first, second]) == {second.id: ("duplicate", first.id)}


def test_an_item_that_is_left_out_leaves_nothing_out() -> None:
    first, middle, last = (coaching(minutes=90, at=at) for at in (9, 10, 11))
    assert set(exclusions([first, middle, last])) == {middle.id}
