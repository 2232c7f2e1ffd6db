"""Shares are together what is shared, to the last minor unit, whatever it is and whoever has a part in it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.royalty import costs, month_part, seat_price, split
from app.rules.settlement import FULL, cost_of
from app.rules.terms import Price

MONEY = st.integers(-(10**12), 10**12)


@st.composite
def shares(draw):
    """Parts that are a whole together, or less."""
    cuts = sorted(draw(st.lists(st.integers(0, FULL), max_size=8)))
    return [after - before for before, after in zip([0, *cuts], cuts, strict=False)]


@given(MONEY, shares())
def test_the_parts_are_the_whole_exactly(net, parts):
    assert sum(split(net, parts)) == net


@given(MONEY, shares())
def test_nobody_gets_a_unit_more_or_less_than_their_share(net, parts):
    for amount, share in zip(split(net, parts), [*parts, FULL - sum(parts)], strict=True):
        assert abs(amount * FULL - net * share) < FULL


@given(MONEY, shares())
def test_what_is_given_back_is_shared_as_it_came(net, parts):
    assert split(-net, parts) == tuple(-one for one in split(net, parts))


@given(MONEY, shares())
def test_whoever_has_no_share_gets_nothing(net, parts):
    assert split(net, [*parts, 0])[len(parts)] == 0


def test_the_largest_fractions_get_what_is_left_over():
    assert split(100, [3333, 3333, 3334]) == (33, 33, 34, 0)
    assert split(1, [4000, 6000]) == (0, 1, 0)
    assert split(10, [2500, 2500]) == (3, 2, 5)  # the first of equals


@pytest.mark.parametrize("parts", [[FULL + 1], [-1], [6000, 5000]])
def test_shares_that_are_no_parts_of_a_whole_are_refused(parts):
    with pytest.raises(ValueError, match="parts of a whole"):
        split(100, parts)


TIERED = Price(model="tiered", currency="SEK", tiers=((3, 1000), (7, 700), (None, 401)))


@given(st.integers(0, 20), st.lists(st.booleans(), max_size=30))
def test_the_uses_of_a_month_cost_together_what_the_month_is_charged(before, uses):
    quantities, count = [], before
    for used in uses:
        quantity = 1 if used or not count else -1
        quantities.append(quantity)
        count += quantity
    found = tuple(costs(TIERED, before, quantities))
    assert sum(found) == cost_of(TIERED, count) - cost_of(TIERED, before)


@given(st.integers(0, 10**11), st.integers(1, 200))
def test_the_seats_cost_together_what_was_paid_for_them(total, seats):
    assert sum(seat_price(total, seats, one) for one in range(seats)) == total
    assert seat_price(total, seats, seats) == seat_price(total, seats, -1) == 0


@given(MONEY.map(abs), st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 800))
def test_the_months_of_a_flat_price_are_the_whole(total, first, more):
    last = first + timedelta(days=more)
    months = {f"{first + timedelta(days=n):%Y-%m}" for n in range(more + 1)}
    assert sum(month_part(total, first, last, one) for one in months) == total


def test_a_month_outside_the_period_has_no_part():
    assert month_part(1000, date(2027, 1, 15), date(2027, 2, 14), "2026-12") == 0
    assert month_part(1000, date(2027, 1, 15), date(2027, 2, 14), "2027-03") == 0
    assert month_part(3100, date(2027, 1, 15), date(2027, 2, 14), "2027-02") == 1400
