"""Royalties on a partner's own page: what they owe and are owed, this month and the last, by course."""

import csv
import io
from datetime import date, timedelta

import pytest

from app import clock, jobs
from app.db import writing
from app.licensing import metering
from app.royalties import closing, plans, sums
from tests.licensing import test_royalties as royalties
from tests.licensing.test_pages import text

people, now, closed = royalties.people, royalties.now, royalties.closed


def spoken(page):
    return text(page).replace("\xa0", " ").partition("<h2>Royalty</h2>")[2]


def month_after(month):
    return f"{date.fromisoformat(f'{month}-01') + timedelta(days=31):%Y-%m}"


@pytest.fixture
def kept(trade, closed):
    """The month that is reckoned for good is the last one, and this one has nothing yet."""
    _licence, month, later = closed
    found = sums.closed_sums(trade.session, month)
    sums.keep(trade.session, found, {}, this=month_after(month), now=later)
    trade.session.commit()
    return month


def test_a_partner_reads_what_a_course_owes_for_the_last_month(trade, kept, enter):
    page = spoken(enter(trade.paula).get("/partner"))
    assert "291,74 kr" in page  # 125,05 + 41,64 + 87,54 + 25,01 + 12,50
    assert f"/royalties/owed/bikes/{kept}" in page


def test_a_partner_reads_what_others_owe_it_and_where_its_statement_is(trade, kept, enter):
    page = spoken(enter(trade.rita).get("/partner"))
    assert "41,64 kr" in page
    assert f"/organisations/{trade.rival.id}/royalties" in page
    assert "291," not in page


def test_the_amount_leads_to_who_gets_what(trade, people, kept, enter):
    page = text(enter(trade.paula).get(f"/royalties/owed/bikes/{kept}")).replace("\xa0", " ")
    for words in ("Alva Författare", "125,05 kr", "Spårbolaget Exempel AB", "Cilla Exempel", "87,54 kr"):
        assert words in page
    assert "Nils" not in page


def test_who_gets_what_is_a_file_too(trade, people, kept, enter):
    answer = enter(trade.paula).get(f"/royalties/owed/bikes/{kept}.csv")
    rows = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig")), delimiter=";"))
    owed = {row["Till vem"]: int(row["Belopp, i ören"]) for row in rows}
    assert (owed["Alva Författare"], owed["Spårbolaget Exempel AB"], sum(owed.values())) == (
        12505,
        4164,
        29174,
    )
    assert {row["Månad"] for row in rows} == {kept}


def test_what_a_publisher_owes_is_read_by_nobody_else(trade, kept, enter):
    at = f"/royalties/owed/bikes/{kept}"
    for path in (at, f"{at}.csv"):
        assert enter(trade.rita).get(path).status_code == 404
        assert enter(trade.leo).get(path).status_code == 403


@pytest.mark.parametrize("path", ["trams/2026-10", "bikes/2026-13", "bikes/x"])
def test_what_is_no_course_of_theirs_or_no_month_is_missing(trade, kept, enter, path):
    assert enter(trade.paula).get(f"/royalties/owed/{path}").status_code == 404


def test_a_month_that_is_not_over_is_told_so_far(trade, people, now, enter):
    trade.install(**royalties.PER_ATTENDEE)
    royalties.plan_of(trade, people)
    *_, after = royalties.attend(trade, people, now, "Nils")
    month = metering.month_of(after)
    sums.keep(trade.session, {}, sums.sums_so_far(trade.session, month), this=month, now=after)
    trade.session.commit()
    page = spoken(enter(trade.paula).get("/partner"))
    assert "hittills" in page
    assert "291," in page
    assert "/royalties/owed/" not in page


def test_the_nightly_job_adds_up_and_twice_is_as_once(trade, people, now, session):
    trade.install(amount=4)  # begun last month, and its plan too
    royalties.plan_of(trade, people)
    for _twice in range(2):
        made = jobs.enqueue(session, "add-royalties-up", now=clock.now())
        session.commit()
        with writing():
            assert jobs.run(session(), made.id)
        session.expire_all()
        assert (made.state, made.error) == ("done", "")
    assert len(sums.owed(session, frozenset({trade.rival.id}))) <= 1


def test_what_a_publisher_gets_of_its_own_course_is_owed_to_nobody(trade, closed):
    _licence, month, later = closed
    found = sums.closed_sums(trade.session, month)
    own: dict[sums.Key, int] = {
        (publisher, course, publisher, currency): 4164 for publisher, course, _to, currency in found
    }
    sums.keep(trade.session, own, {}, this=month_after(month), now=later)
    assert sums.owed(trade.session, frozenset({trade.partner.id})) == []
    sums.keep(trade.session, {**found, **own}, {}, this=month_after(month), now=later)
    (course,) = sums.owed(trade.session, frozenset({trade.partner.id}))
    assert (course.owes, course.owed) == (29174, 0)


def test_who_gets_what_leaves_the_publisher_itself_out(trade, people, now):
    trade.install(**royalties.PER_ATTENDEE)
    authors = [plans.Author(1000, person=people["Alva"].id), plans.Author(500, organisation=trade.partner.id)]
    royalties.plan_of(trade, people, authors=authors, trainers=[])
    *_, after = royalties.attend(trade, people, now, "Nils")
    assert closing.close_all(trade.session, now=after + timedelta(days=40)) == 1
    (owed,) = closing.owed(trade.session, trade.partner.id, "bikes", metering.month_of(after))
    assert (owed.person, owed.amount) == (people["Alva"].id, 12505)
    earned = closing.earned(trade.session, organisations=frozenset({trade.partner.id}))
    assert [line.amount for line, *_ in earned] == [6253]
