"""Shares are together what is shared, to the last minor unit, whatever it is and whoever has a part in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.royalty import costs, seat_price, split
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
    found = costs(TIERED, before, quantities)
    assert sum(found) == cost_of(TIERED, count) - cost_of(TIERED, before)


@given(st.integers(0, 10**11), st.integers(1, 200))
def test_the_seats_cost_together_what_was_paid_for_them(total, seats):
    assert sum(seat_price(total, seats, one) for one in range(seats)) == total
    assert seat_price(total, seats, seats) == seat_price(total, seats, -1) == 0
