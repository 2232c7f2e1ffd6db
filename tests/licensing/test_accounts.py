"""Statements of account: reckoned from the signed terms and the usage lines, for the two sides alone."""

import csv
import io
from datetime import timedelta

from app import clock
from app.cli import main
from app.db import new_id
from app.licensing import dividing, metering, settling
from app.registrations import service as registrations
from app.rules.terms import Price
from app.study import service as study
from tests.licensing.test_seats import text
from tests.licensing.test_usage import line_of, void


def use(trade, rented_courses, who):
    now = clock.now()
    mine = registrations.start(trade.session, course=rented_courses.summary("bikes"), by=who.id, now=now)
    handle = rented_courses.course("bikes", gate=registrations.gate(trade.session, mine, now=now))
    study.complete_lesson(trade.session, mine, handle, handle.lesson("one"), by=who.id, now=now)
    trade.session.commit()


PER_PERSON = {
    "kind": "registrations",
    "amount": 20,
    "price": Price(model="each", currency="SEK", amount=125_050, vat=2500),
}


def owed(trade, licence):
    return settling.account_of(trade.session, licence, metering.month_of(clock.now()))


def test_a_use_is_owed_and_a_corrected_one_is_not(trade, rented_courses):
    licence = trade.install(**PER_PERSON)
    use(trade, rented_courses, trade.leo)
    assert (owed(trade, licence).net, owed(trade, licence).vat) == (125_050, 31_263)
    void(trade, line_of(trade))
    assert owed(trade, licence).gross == 0


def test_uses_of_seats_that_were_handed_on_are_owed_by_whoever_bought_them(trade, rented_courses):
    licence = trade.install(**PER_PERSON)
    part = dividing.hand_on(
        trade.session,
        licence,
        to=trade.granasa.id,
        amount=5,
        form=new_id().hex,
        by=trade.leo.id,
        now=clock.now(),
    )
    use(trade, rented_courses, trade.gunnel)
    assert owed(trade, licence).net == 125_050
    month = metering.month_of(clock.now())
    assert [(one.id, account.net) for one, account in settling.settle(trade.session, month)] == [
        (licence.id, 125_050)
    ]
    assert part.parent_id == licence.id


def test_both_sides_read_the_same_account_and_nobody_else_any(trade, rented_courses, enter):
    licence = trade.install(**PER_PERSON)
    use(trade, rented_courses, trade.leo)
    at = f"/licences/{licence.id}/account"
    for side in (trade.leo, trade.paula):
        page = text(enter(side).get(at)).replace("\xa0", " ")
        assert "1 563,13 kr" in page
        assert "Leo Exempelsson" not in page
    for stranger in (trade.gunnel, trade.rita):
        for path in (at, f"{at}.csv"):
            assert enter(stranger).get(path).status_code == 404


def test_the_first_month_can_be_opened_although_nothing_was_used_in_it(trade, enter):
    licence = trade.install()
    page = text(enter(trade.leo).get(f"/licences/{licence.id}/account"))
    assert f"month={metering.month_of(clock.now() - timedelta(days=30))}" in page


def test_the_file_says_whole_minor_units(trade, rented_courses, enter):
    licence = trade.install(**PER_PERSON)
    use(trade, rented_courses, trade.leo)
    body = enter(trade.paula).get(f"/licences/{licence.id}/account.csv").get_data().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(body), delimiter=";"))
    assert [row["Utan moms, i ören"] for row in rows] == ["125050", "31263", "156313"]


def test_the_command_settles_every_licence(trade, rented_courses, app):
    trade.install(**PER_PERSON)
    use(trade, rented_courses, trade.leo)
    month = metering.month_of(clock.now())
    said = app.test_cli_runner().invoke(main, ["licence", "settle", month])
    assert said.output.splitlines()[1].endswith("125050;31263;156313;SEK")
    assert app.test_cli_runner().invoke(main, ["licence", "settle", "2027-13"]).exit_code == 1
