"""A flat price along the lineage: each month's part of it, parted among the uses of the month."""

from datetime import timedelta

import pytest

from app import clock
from app.licensing import metering
from app.royalties import closing
from app.rules.terms import Price
from tests.deliveries.people import mark
from tests.licensing import test_royalties as royalties
from tests.licensing.test_accounts import use

people, now = royalties.people, royalties.now
DAYS, A_DAY = 331, 30_000
FLAT = {
    "kind": "flat",
    "amount": None,
    "price": Price(model="flat", currency="SEK", amount=DAYS * A_DAY, vat=2500),
}


@pytest.fixture
def licence(trade, people):
    made = trade.install(**FLAT)
    assert (made.ends - made.starts).days + 1 == DAYS
    royalties.plan_of(trade, people)
    return made


def part_of(licence, instant):
    """What the licence costs for the days that it holds in the month of ``instant``."""
    month = metering.month_of(instant)
    days = (licence.starts + timedelta(days=n) for n in range(DAYS))
    return A_DAY * sum(f"{day:%Y-%m}" == month for day in days)


def test_the_part_of_a_month_is_parted_among_its_uses(trade, people, now, licence):
    *_, after = royalties.attend(trade, people, now, "Nils", "Olga")
    found = royalties.adds_up(trade, licence, metering.month_of(after))
    part = part_of(licence, after)
    assert [found[people[one].id] for one in ("Cilla", "Tove", "Ture")] == [
        part * 7 // 100,
        part * 2 // 100,
        part // 100,
    ]


def test_authors_get_theirs_once_when_the_price_is_owed(trade, people, now, licence):
    first = royalties.adds_up(trade, licence, f"{licence.starts:%Y-%m}")
    assert first[people["Alva"].id] == DAYS * A_DAY // 10
    royalties.attend(trade, people, now, "Nils")
    months = {f"{licence.starts + timedelta(days=n):%Y-%m}" for n in range(DAYS)}
    paid = [royalties.adds_up(trade, licence, one).get(people["Alva"].id, 0) for one in months]
    assert sum(paid) == DAYS * A_DAY // 10


def test_a_month_in_which_nothing_is_used_is_the_publishers(trade, people, now, licence):
    *_, after = royalties.attend(trade, people, now, "Nils")
    later = metering.month_of(after + timedelta(days=70))
    assert royalties.adds_up(trade, licence, later) == {None: 0}


def test_who_studies_alone_was_trained_by_nobody_and_their_part_is_the_publishers(
    trade, people, now, licence, rented_courses, monkeypatch
):
    *_, after = royalties.attend(trade, people, now, "Nils")
    monkeypatch.setattr(clock, "now", lambda: after)
    use(trade, rented_courses, trade.leo)
    found = royalties.adds_up(trade, licence, metering.month_of(after))
    assert found[people["Cilla"].id] == part_of(licence, after) * 7 // 200


def test_a_use_that_is_corrected_in_its_month_counts_for_nothing_there(trade, people, now, licence):
    delivery, (nils, _olga), after = royalties.attend(trade, people, now, "Nils", "Olga")
    mark(trade.session, delivery, {nils: 0}, by=people["Cilla"], now=after, reason="Förväxlad")
    found = royalties.adds_up(trade, licence, metering.month_of(after))
    assert found[people["Cilla"].id] == part_of(licence, after) * 7 // 100


def test_a_use_that_is_corrected_later_gives_back_what_it_got_and_the_month_stays(
    trade, people, now, licence
):
    delivery, (nils, _olga), after = royalties.attend(trade, people, now, "Nils", "Olga")
    month, later = metering.month_of(after), after + timedelta(days=40)
    closing.close(trade.session, licence, month, now=later)
    before = royalties.adds_up(trade, licence, month)
    mark(trade.session, delivery, {nils: 0}, by=people["Cilla"], now=later, reason="Förväxlad")
    assert royalties.adds_up(trade, licence, month) == before
    back = royalties.adds_up(trade, licence, metering.month_of(later))
    assert back[people["Cilla"].id] == -(part_of(licence, after) * 7 // 200)
