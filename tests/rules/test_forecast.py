"""How long seats last: at the pace of the last months, and silent where there is too little to go by."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.forecast import FEWEST_DAYS, FEWEST_SEATS, LOOKED_AT, forecast, since

TODAY = date(2027, 3, 3)


def days(number: int) -> timedelta:
    return timedelta(days=number)


def expect(*, free=30, taken=10, age=200, left=400):
    return forecast(free=free, taken=taken, first=TODAY - days(age), last=TODAY + days(left), today=TODAY)


def test_thirty_seats_last_nine_months_where_ten_went_in_ninety_days():
    found = expect()
    assert (found.taken, found.days) == (10, LOOKED_AT)
    assert found.runs_out == TODAY + days(270)


def test_a_young_licence_is_judged_by_its_own_days():
    assert expect(age=30).runs_out == TODAY + days(90)


def test_seats_that_outlast_the_licence_do_not_run_out():
    assert expect(left=269).runs_out is None
    assert expect(left=270).runs_out is not None


@pytest.mark.parametrize(
    "little", [{"taken": FEWEST_SEATS - 1}, {"age": FEWEST_DAYS - 1}, {"free": 0}, {"taken": 0}, {"age": -5}]
)
def test_nothing_is_said_where_there_is_too_little_to_go_by(little):
    assert expect(**little) is None


@given(free=st.integers(1, 10**6), taken=st.integers(FEWEST_SEATS, 10**6), age=st.integers(FEWEST_DAYS, 5000))
def test_more_seats_never_run_out_sooner(free, taken, age):
    fewer = expect(free=free, taken=taken, age=age, left=10**6)
    more = expect(free=free + 1, taken=taken, age=age, left=10**6)
    assert fewer.runs_out is None or more.runs_out is None or fewer.runs_out <= more.runs_out


def test_no_more_than_the_last_months_is_looked_at():
    assert since(TODAY - days(1000), TODAY) == TODAY - days(LOOKED_AT)
    assert since(TODAY - days(10), TODAY) == TODAY - days(10)
