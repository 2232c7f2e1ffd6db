"""Sessions of a licensed course: planned, booked, attended and given up under a licence."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.accounts.errors import Refused
from app.clock import local_date
from app.deliveries import service
from app.demo import factories as make
from app.licensing import licences
from app.licensing.models import Seat, SeatMove, UsageLine
from app.lrs.models import Statement
from app.organisations.service import create_organisation
from app.rules.terms import Party
from app.schemes import service as schemes
from tests.deliveries.people import certify, mark, plan, session_of


@pytest.fixture
def now(trade):
    """The clock's own instant, by which the trade's licences begin and end."""
    return clock.now()


@pytest.fixture
def firm(trade, now):
    return create_organisation(
        trade.session, name="Coacherna Exempel AB", kind="coaching_firm", by=None, now=now
    )


@pytest.fixture
def coach(trade, firm, now):
    schemes.publish_from_files(trade.session, by=None, now=now)
    one = make.person(trade.session, "Cilla Exempel", organisation=firm, roles=("coach",), now=now)
    certify(trade.session, one, "certified-coach", now, since=date(2026, 1, 1))
    return one


def give(trade, coach, now, **changes):
    return session_of(trade.session, coach, trade.falkvik, now, course="bikes", **changes)


def book(trade, delivery, now, name="Nils Påhitt"):
    who = make.person(trade.session, name, organisation=trade.falkvik, now=now)
    service.book(trade.session, delivery, person=who.id, by=who.id, now=now)
    return who


def refusal(call, *args, **kwargs):
    with pytest.raises(Refused) as no:
        call(*args, **kwargs)
    assert no.value.code == "licence"
    return str(no.value)


def test_without_a_licence_the_session_cannot_be_planned(trade, coach, now):
    assert "utgivarens licens" in refusal(give, trade, coach, now)


def test_the_municipalitys_licence_covers_a_session_for_its_people(trade, coach, now):
    licence = trade.install()
    book(trade, give(trade, coach, now), now)
    trade.session.refresh(licence)
    assert licence.taken == 1


def test_the_providers_licence_covers_sessions_for_its_customers(trade, coach, firm, now):
    trade.install(licensee=Party(firm.id, firm.name), teaches=("own_staff",))
    refusal(give, trade, coach, now)
    theirs = trade.install(licensee=Party(firm.id, firm.name), teaches=("customers",))
    book(trade, give(trade, coach, now), now)
    trade.session.refresh(theirs)
    assert theirs.taken == 1


def test_only_the_coaches_whom_the_licence_names_give_the_course(trade, coach, now):
    trade.install(deliverers="named", coaches=(trade.leo.id,))
    assert "utbildare" in refusal(give, trade, coach, now)
    trade.install(deliverers="named", coaches=(coach.id,))
    give(trade, coach, now)


def test_a_licence_for_the_licensees_own_coaches_keeps_others_out(trade, coach, now):
    trade.install(deliverers="own")
    refusal(give, trade, coach, now)


def test_the_licence_of_the_sessions_own_day_counts(trade, coach, now):
    trade.install()
    far = now + timedelta(days=400)
    refusal(give, trade, coach, now, starts=far)
    trade.install(starts=trade.today + timedelta(days=390), ends=trade.today + timedelta(days=500))
    give(trade, coach, now, starts=far)


def test_when_all_seats_are_taken_the_next_one_is_told_kindly(trade, coach, now):
    trade.install(amount=1)
    delivery = give(trade, coach, now)
    book(trade, delivery, now)
    trade.session.commit()
    assert "alla platser" in refusal(book, trade, delivery, now, "Olga Demolin").lower()
    trade.session.rollback()
    trade.session.refresh(delivery)
    assert delivery.booked == 1


def test_whoever_gives_up_their_place_gives_the_seat_back(trade, coach, now):
    licence = trade.install(amount=1)
    delivery = give(trade, coach, now)
    who = book(trade, delivery, now)
    booking = service.live_booking(trade.session, delivery.id, who.id)
    service.give_up(trade.session, delivery, booking, by=who.id, now=now)
    book(trade, delivery, now, "Olga Demolin")
    trade.session.refresh(licence)
    assert licence.taken == 1
    assert "cancelled" in trade.session.scalars(select(SeatMove.rule)).all()


def test_a_cancelled_session_gives_all_its_seats_back(trade, coach, now):
    licence = trade.install()
    delivery = give(trade, coach, now)
    for name in ("Nils Påhitt", "Olga Demolin"):
        book(trade, delivery, now, name)
    service.cancel_session(trade.session, delivery, reason="Snö", by=coach.id, now=now)
    trade.session.refresh(licence)
    assert licence.taken == 0


def test_a_session_that_becomes_another_courses_needs_that_ones_licence(trade, coach, now):
    licence = trade.install()
    delivery = give(trade, coach, now)
    book(trade, delivery, now)
    same = {"starts": delivery.starts, "ends": delivery.ends}
    service.change_session(trade.session, delivery, plan(now, course="trams", **same), by=coach.id, now=now)
    trade.session.refresh(licence)
    assert licence.taken == 0


@pytest.fixture
def held(trade, coach, now):
    """One came, one did not: the session has been held."""
    licence = trade.install()
    delivery = give(trade, coach, now)
    came, missed = book(trade, delivery, now), book(trade, delivery, now, "Olga Demolin")
    after = delivery.ends + timedelta(minutes=10)
    mark(trade.session, delivery, {came: 165, missed: 0}, by=coach, now=after)
    service.mark_held(trade.session, delivery, by=coach.id, now=after)
    trade.session.refresh(licence)
    return licence, delivery, came, missed, after


def lines(trade):
    return list(trade.session.scalars(select(UsageLine).order_by(UsageLine.id)))


def test_who_came_has_used_a_seat_and_who_did_not_come_has_not(trade, held):
    licence, _delivery, came, missed, after = held
    states = dict(trade.session.execute(select(Seat.person_id, Seat.state)).all())
    assert (states[came.id], states[missed.id], licence.taken) == ("consumed", "returned", 1)
    (line,) = lines(trade)
    assert (line.quantity, line.month) == (1, f"{local_date(after):%Y-%m}")


def test_the_line_cites_the_statement_of_the_attendance(trade, held):
    (line,) = lines(trade)
    row = trade.session.get(Statement, line.statement)
    assert str(held[2].id).encode() in row.received


def test_a_corrected_attendance_counters_its_line(trade, held, coach):
    licence, delivery, came, _missed, after = held
    later = after + timedelta(days=1)
    mark(trade.session, delivery, {came: 100}, by=coach, now=later, reason="Gick tidigare")
    assert [one.quantity for one in lines(trade)] == [1, -1, 1]
    mark(trade.session, delivery, {came: 0}, by=coach, now=later, reason="Förväxlad")
    assert sum(one.quantity for one in lines(trade)) == 0
    trade.session.refresh(licence)
    assert licence.taken == 0


def test_a_stopped_licence_takes_no_attendance_away(trade, coach, now):
    licence = trade.install()
    delivery = give(trade, coach, now)
    came = book(trade, delivery, now)
    licences.change_stop(trade.session, licence, "stop_all", reason="Tvist", by=trade.ada.id, now=now)
    after = delivery.ends + timedelta(minutes=10)
    mark(trade.session, delivery, {came: 165}, by=coach, now=after)
    assert service.mark_held(trade.session, delivery, by=coach.id, now=after) == 1
    assert len(lines(trade)) == 1
