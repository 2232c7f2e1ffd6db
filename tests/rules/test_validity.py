"""A certificate's status on a day, and months as people count them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.months import add_months, cutoff
from app.rules.validity import Change, Period, Status, status_on, suspension_ends, turning_days

PERIOD = Period.of(date(2026, 3, 3), months=24)


def change(status: Status, day: date, until: date | None = None, recorded: date | None = None) -> Change:
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    told = recorded or day
    return Change(
        status=status, at=at, until=until, recorded=datetime(told.year, told.month, told.day, 12, tzinfo=UTC)
    )


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 3, 31), -1, date(2027, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
    ],
)
def test_a_month_later_is_the_same_day_or_the_last(day: date, months: int, later: date) -> None:
    assert add_months(day, months) == later


@given(day=st.dates(date(2000, 1, 1), date(2090, 1, 1)), months=st.integers(1, 70))
def test_the_cutoff_parts_what_lies_within_from_what_does_not(day: date, months: int) -> None:
    limit = cutoff(day, months)
    assert add_months(limit, months) <= day < add_months(limit + timedelta(days=1), months)


def test_a_period_lasts_through_the_day_before_its_anniversary() -> None:
    assert PERIOD.valid_until == date(2028, 3, 2)
    assert status_on(PERIOD, (), date(2028, 3, 2)) == "active"
    assert status_on(PERIOD, (), date(2028, 3, 3)) == "expired"
    assert status_on(PERIOD, (), date(2026, 3, 2)) == "pending"


def test_a_certificate_from_a_leap_day_ends_on_the_27th_or_28th() -> None:
    assert Period.of(date(2028, 2, 29), months=12).valid_until == date(2029, 2, 27)
    assert Period.of(date(2028, 2, 29), months=48).valid_until == date(2032, 2, 28)


def test_renewal_opens_before_the_end_and_grace_follows_it() -> None:
    assert PERIOD.window_opens == date(2027, 9, 2)
    assert PERIOD.grace_ends == date(2028, 5, 1)
    assert [PERIOD.renewable(day) for day in (date(2027, 9, 1), date(2027, 9, 2), date(2028, 5, 1))] == [
        False,
        True,
        True,
    ]
    assert PERIOD.in_grace(date(2028, 3, 3))
    assert not PERIOD.in_grace(date(2028, 5, 2))


def test_without_end_nothing_expires_or_is_renewed() -> None:
    endless = Period.of(date(2026, 3, 3), months=None)
    assert status_on(endless, (), date(2099, 1, 1)) == "active"
    assert not endless.renewable(date(2099, 1, 1))


def test_a_suspension_ends_after_its_last_day() -> None:
    changes = [change("suspended", date(2026, 5, 1), until=date(2026, 5, 31))]
    days = (date(2026, 4, 30), date(2026, 5, 1), date(2026, 5, 31), date(2026, 6, 1))
    assert [status_on(PERIOD, changes, day) for day in days] == ["active", "suspended", "suspended", "active"]


def test_a_withdrawal_stands_until_an_appeal_is_upheld() -> None:
    withdrawn = change("withdrawn", date(2026, 5, 1))
    upheld = change("active", date(2026, 7, 1))
    assert status_on(PERIOD, [withdrawn], date(2030, 1, 1)) == "withdrawn"
    assert status_on(PERIOD, [upheld, withdrawn], date(2026, 7, 1)) == "active"


def test_superseded_is_final() -> None:
    changes = [change("superseded", date(2026, 5, 1)), change("active", date(2026, 6, 1))]
    assert status_on(PERIOD, changes, date(2026, 7, 1)) == "superseded"


def test_what_was_not_yet_known_had_not_happened() -> None:
    late = [change("withdrawn", date(2026, 5, 1), recorded=date(2026, 6, 1))]
    day = date(2026, 5, 15)
    assert status_on(PERIOD, late, day, datetime(2026, 5, 20, tzinfo=UTC)) == "active"
    assert status_on(PERIOD, late, day, datetime(2026, 6, 2, tzinfo=UTC)) == "withdrawn"


@given(
    moves=st.lists(
        st.tuples(
            st.sampled_from(["active", "suspended", "withdrawn", "expired", "superseded"]),
            st.integers(0, 900),
            st.none() | st.integers(0, 200),
        ),
        max_size=5,
    )
)
def test_the_status_turns_on_no_other_day_than_said(moves: list[tuple[Status, int, int | None]]) -> None:
    start = date(2026, 2, 1)
    changes = [
        change(s, start + timedelta(days=n), None if u is None else start + timedelta(days=n + u))
        for s, n, u in moves
    ]
    told = set(turning_days(PERIOD, changes, start))
    days = [start + timedelta(days=n) for n in range(1000)]
    turned = {
        b
        for a, b in zip(days, days[1:], strict=False)
        if status_on(PERIOD, changes, a) != status_on(PERIOD, changes, b)
    }  # noqa: E501, RUF007
    assert turned <= told


def test_a_suspension_takes_six_months_at_most() -> None:
    assert suspension_ends(date(2026, 8, 31)) == date(2027, 2, 27)
