"""Seats: never more than were bought, however many ask at once; divided, taken back, passed on."""

import subprocess
import sys
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app import clock
from app.accounts.errors import Refused
from app.demo import factories as make
from app.licensing import dividing, gate, seats
from app.licensing.models import Licence, LicenceChange, Seat
from app.organisations.service import create_organisation

DAY = timedelta(days=1)


def rush(trade, database_url, processes, tries):
    people = [trade.leo.id, trade.gunnel.id, trade.paula.id, trade.rita.id]
    organisation = str(trade.falkvik.id)
    trade.session.commit()  # and from here on nothing is read before they are done
    ran = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.licensing.rush",
            database_url,
            organisation,
            str(processes),
            str(tries),
            *map(str, people),
        ],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return int(ran.stdout)


def test_many_processes_that_ask_at_once_are_sold_exactly_the_seats_that_there_are(trade, database_url):
    """Eight processes here; ``./run bench licences`` lets 32 of them try 1,600 times for 100 seats."""
    licence = trade.install(amount=20)
    assert rush(trade, database_url, processes=8, tries=20) == 20
    trade.session.refresh(licence)
    kept = trade.session.scalar(select(func.count()).select_from(Seat))
    assert (licence.taken, kept) == (20, 20)


def take(trade, organisation, who=None):
    now = clock.now()
    verdict = gate.to_study(trade.session, "bikes", "1.0.0", organisation=organisation.id, now=now)
    return seats.reserve(
        trade.session,
        verdict,
        course="bikes",
        way="study",
        use=make.new_id(),
        person=(who or trade.leo).id,
        by=trade.leo.id,
        now=now,
    )


def hand_on(trade, licence, to, amount):
    return dividing.hand_on(
        trade.session,
        licence,
        to=to.id,
        amount=amount,
        form=make.new_id().hex,
        by=trade.leo.id,
        now=clock.now(),
    )


def refusal(call, *args, **kwargs):
    with pytest.raises(Refused) as no:
        call(*args, **kwargs)
    return no.value.code


def test_seats_that_are_handed_on_let_the_other_organisation_begin_on_the_same_terms(trade):
    licence = trade.install(amount=10)
    part = hand_on(trade, licence, trade.granasa, 4)
    take(trade, trade.granasa, trade.gunnel)
    trade.session.refresh(part)
    assert (licence.capacity, part.capacity, part.taken) == (6, 4, 1)
    assert set(trade.session.scalars(select(LicenceChange.kind))) == {"handed_on", "received"}


def test_handing_on_to_the_same_organisation_again_adds_to_what_it_has(trade):
    licence = trade.install(amount=10)
    assert hand_on(trade, licence, trade.granasa, 4).id == hand_on(trade, licence, trade.granasa, 2).id
    assert trade.session.scalar(select(func.sum(Licence.capacity))) == 10


def test_no_more_seats_are_handed_on_than_are_free(trade):
    licence = trade.install(amount=2)
    take(trade, trade.falkvik)
    trade.session.refresh(licence)
    assert refusal(hand_on, trade, licence, trade.granasa, 2) == "amount"
    assert refusal(hand_on, trade, licence, trade.granasa, 0) == "amount"


def test_what_the_terms_do_not_let_be_divided_is_not(trade):
    assert refusal(hand_on, trade, trade.install(divisible=False), trade.granasa, 1) == "divisible"


def test_what_was_handed_on_is_not_handed_on_again(trade):
    part = hand_on(trade, trade.install(), trade.granasa, 4)
    assert refusal(hand_on, trade, part, trade.falkvik, 1) == "divisible"


@pytest.mark.parametrize("to", ["falkvik", "partner"])
def test_seats_are_handed_on_to_somebody_else(trade, to):
    assert refusal(hand_on, trade, trade.install(), getattr(trade, to), 1) == "to"


def test_only_unused_seats_are_taken_back(trade):
    licence = trade.install(amount=10)
    part = hand_on(trade, licence, trade.granasa, 4)
    take(trade, trade.granasa, trade.gunnel)
    back = {"by": trade.leo.id, "now": clock.now()}
    assert refusal(dividing.take_back, trade.session, part, amount=4, form="a", **back) == "amount"
    for _twice in range(2):
        dividing.take_back(trade.session, part, amount=1, form="b", **back)
    dividing.take_back(trade.session, part, amount=2, form="c", **back)
    assert (licence.capacity, part.capacity) == (9, 1)


def follow(trade, **changes):
    old = trade.install(amount=10, rollover=True, **changes)
    new = trade.install(
        amount=5, starts=trade.today + 301 * DAY, ends=trade.today + 600 * DAY, rollover=False
    )
    return old, new


def test_seats_left_over_pass_to_the_licence_that_follows_once(trade):
    old, new = follow(trade)
    take(trade, trade.falkvik)
    later = clock.now() + 302 * DAY
    assert dividing.roll_over(trade.session, now=clock.now()) == 0
    assert dividing.roll_over(trade.session, now=later) == 9
    assert dividing.roll_over(trade.session, now=later) == 0
    assert (old.capacity, new.capacity) == (1, 14)


def test_seats_are_lost_where_the_terms_do_not_say_that_they_roll_over(trade):
    trade.install(rollover=False)
    trade.install(starts=trade.today + 301 * DAY, ends=trade.today + 600 * DAY)
    assert dividing.roll_over(trade.session, now=clock.now() + 302 * DAY) == 0


# ---- on the pages ---------------------------------------------------------------------------------


def text(response):
    return response.get_data(as_text=True).partition("<main")[2]


def test_the_licensee_sees_what_is_left_and_who_holds_it(trade, enter):
    licence = trade.install(amount=10)
    take(trade, trade.falkvik)
    trade.session.commit()
    leo = enter(trade.leo)
    assert "9 platser är kvar" in text(leo.get("/licences/held"))
    page = text(leo.get(f"/licences/{licence.id}/seats"))
    assert "Leo Exempelsson" in page
    assert "30 dagar" in page


def test_the_publisher_sees_how_many_seats_are_taken_and_by_nobodys_name(trade, enter):
    licence = trade.install(amount=10)
    take(trade, trade.falkvik)
    trade.session.commit()
    paula = enter(trade.paula)
    page = text(paula.get(f"/licences/{licence.id}"))
    assert "9 av 10" in page
    assert "Leo Exempelsson" not in page
    assert paula.get(f"/licences/{licence.id}/seats").status_code == 404


@pytest.mark.parametrize("path", ["", "/seats", "/stop", "/hand-on", "/take-back"])
def test_another_municipality_and_another_partner_find_none_of_it(trade, enter, path):
    licence = trade.install()
    for stranger in (trade.gunnel, trade.rita):
        answer = enter(stranger).get(f"/licences/{licence.id}{path}")
        assert answer.status_code in (403, 404)
        assert "Falkvik" not in text(answer)


def test_the_publisher_stops_and_both_sides_read_why(trade, enter):
    licence = trade.install()
    paula, leo = enter(trade.paula), enter(trade.leo)
    assert paula.post(f"/licences/{licence.id}/stop", data={"kind": "stop_new"}).status_code == 422
    said = {"kind": "stop_new", "reason": "Fakturan är obetald"}
    assert paula.post(f"/licences/{licence.id}/stop", data=said).status_code == 303
    for browser in (paula, leo):
        assert "Fakturan är obetald" in text(browser.get(f"/licences/{licence.id}"))
    assert leo.post(f"/licences/{licence.id}/stop", data=said).status_code == 403


def test_the_licensee_hands_seats_on_and_takes_them_back_on_a_page(trade, enter, session):
    licence = trade.install(amount=10)
    leo = enter(trade.leo)
    given = {"to": "Granåsa  kommun", "amount": "4", "form_token": "a"}
    assert leo.post(f"/licences/{licence.id}/hand-on", data=given | {"amount": "11"}).status_code == 422
    assert leo.post(f"/licences/{licence.id}/hand-on", data=given).status_code == 303
    part = session.scalars(select(Licence).where(Licence.parent_id == licence.id)).one()
    assert "Granåsa kommun" in text(leo.get(f"/licences/{licence.id}"))
    assert "4 platser är kvar" in text(enter(trade.gunnel).get("/licences/held"))
    assert (
        leo.post(f"/licences/{part.id}/take-back", data={"amount": "5", "form_token": "b"}).status_code == 422
    )
    assert (
        leo.post(f"/licences/{part.id}/take-back", data={"amount": "4", "form_token": "b"}).status_code == 303
    )
    assert enter(trade.gunnel).get(f"/licences/{part.id}/take-back").status_code == 404


def test_the_page_that_hands_seats_on_lists_no_organisations(trade, enter):
    licence, leo = trade.install(amount=10), enter(trade.leo)
    at = f"/licences/{licence.id}/hand-on"
    page = text(leo.get(at))
    for other in (trade.granasa, trade.rival):
        assert other.name not in page
        assert str(other.id) not in page
    answer = leo.post(at, data={"to": "Granåsa", "amount": "4", "form_token": "a"})
    assert answer.status_code == 422
    assert "har det numret eller namnet" in text(answer)
    assert 'value="Granåsa"' in text(answer)


@pytest.mark.parametrize("said", ["212000-0001", "2120000001", "Granåsa kommun"])
def test_seats_are_handed_on_by_number_or_name(trade, enter, session, said):
    trade.granasa.registration_number = "212000-0001"
    trade.session.commit()
    licence = trade.install(amount=10)
    data = {"to": said, "amount": "4", "form_token": "a"}
    assert enter(trade.leo).post(f"/licences/{licence.id}/hand-on", data=data).status_code == 303
    assert session.scalars(select(Licence).where(Licence.parent_id == licence.id)).one().capacity == 4


def test_an_administrator_reads_why_somebody_is_kept_out(trade, enter):
    trade.install(starts=trade.today + 5 * DAY)
    asked = f"/administration/licensed-courses/why?course=bikes&licensee={trade.falkvik.id}"
    ada = enter(trade.ada)
    assert "Har inte börjat ännu" in text(ada.get(asked))
    assert "Klockan" not in text(ada.get(asked))
    assert "Det finns ingen licens" in text(
        ada.get(asked.replace(str(trade.falkvik.id), str(trade.granasa.id)))
    )


def test_an_administrator_reads_that_the_clock_was_turned_back(trade, enter):
    ada = enter(trade.ada)
    create_organisation(
        trade.session, name="Sundmåla kommun", kind="municipality", by=None, now=clock.now() + 30 * DAY
    )
    trade.session.commit()
    assert "Klockan har ställts tillbaka" in text(ada.get("/administration/licensed-courses/why"))
