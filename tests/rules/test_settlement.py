"""What a licence costs: the months add up to the whole, corrections give back what they cost, nothing is lost."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as some

from app.rules.settlement import Account, Charge, account, cost_of, vat_of
from app.rules.terms import Price
from tests.licensing.terms import terms

MONTHS = [f"2027-{month:02}" for month in range(1, 13)]
AMOUNT = some.integers(0, 1_000_000)


@some.composite
def tiers(draw):
    ends = sorted(draw(some.sets(some.integers(1, 500), max_size=4)))
    return tuple((end, draw(AMOUNT)) for end in [*ends, None])


@some.composite
def prices(draw):
    tiered = draw(some.booleans())
    return Price(
        model="tiered" if tiered else "each",
        currency="SEK",
        amount=0 if tiered else draw(AMOUNT),
        tiers=draw(tiers()) if tiered else (),
        minimum=draw(some.integers(0, 10_000_000)),
        vat=draw(some.integers(0, 10_000)),
    )


def year(made, uses):
    before, owed = 0, []
    for month, many in zip(MONTHS, uses, strict=True):
        owed.append(account(made, month, before=before, uses=many))
        before += many
    return owed


@given(prices(), some.lists(some.integers(0, 300), min_size=12, max_size=12))
def test_the_months_add_up_to_the_whole_and_never_less_than_the_minimum(price, uses):
    made = terms(kind="attendees", amount=None, price=price)
    assert sum(one.net for one in year(made, uses)) == max(price.minimum, cost_of(price, sum(uses)))


@given(prices(), some.integers(0, 400), some.integers(1, 300))
def test_a_use_that_is_corrected_gives_back_exactly_what_it_cost(price, before, many):
    made = terms(kind="registrations", amount=None, price=price)
    there = account(made, "2027-03", before=before, uses=many)
    back = account(made, "2027-04", before=before + many, uses=-many)
    assert (there.net + back.net, there.vat + back.vat) == (0, 0)


@given(prices(), some.integers(0, 600))
def test_one_more_use_never_costs_less(price, units):
    assert cost_of(price, units + 1) >= cost_of(price, units)


@given(some.integers(-10_000_000, 10_000_000), some.integers(0, 10_000))
def test_vat_is_the_nearest_minor_unit_and_a_credit_is_a_charge_reversed(net, rate):
    assert abs(vat_of(net, rate) * 10_000 - net * rate) * 2 <= 10_000
    assert vat_of(-net, rate) == -vat_of(net, rate)


@given(some.integers(0, 200))
def test_seats_are_owed_once_in_the_first_month_used_or_not(used):
    made = terms(price=Price(model="each", currency="SEK", amount=125_000, vat=2500))
    owed = year(made, [used, *[0] * 11])
    assert owed[0] == Account((Charge("seats", 100, 12_500_000),), "SEK", 2500)
    assert (owed[0].vat, owed[0].gross) == (3_125_000, 15_625_000)
    assert all(one.charges == () for one in owed[1:])


def test_tiers_are_climbed_over_the_whole_period():
    price = Price(model="tiered", currency="SEK", tiers=((10, 100), (20, 50), (None, 10)))
    made = terms(kind="attendees", amount=None, price=price)
    assert [one.net for one in year(made, [8, 8, 8, *[0] * 9])][:3] == [800, 500, 240]


def test_a_flat_price_is_owed_once_and_what_is_free_never():
    flat = terms(kind="flat", amount=None, price=Price(model="flat", currency="EUR", amount=900, vat=0))
    free = terms(kind="attendees", amount=None, price=Price(model="free", currency="SEK"))
    assert [one.net for one in year(flat, [5] * 12)] == [900, *[0] * 11]
    assert sum(one.net for one in year(free, [5] * 12)) == 0


def test_what_is_recorded_after_the_last_month_is_owed_less_what_the_minimum_has_covered():
    price = Price(model="each", currency="SEK", amount=100, minimum=1000)
    made = terms(kind="attendees", amount=None, price=price, ends=date(2027, 12, 31))
    whole = year(made, [0] * 11 + [4])
    assert [one.net for one in whole] == [0] * 11 + [1000]
    assert account(made, "2028-01", before=4, uses=8).net == 200
