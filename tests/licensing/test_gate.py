"""Who gets past the gate: those whose organisation has a licence for what they want, on the day that counts."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from app import clock
from app.demo import factories as make
from app.evidence.models import EvidenceItem
from app.licensing import gate, licences, publishers, seats
from app.licensing.models import Licence, Seat, SeatMove, UsageLine
from app.lrs.models import Statement
from app.registrations import service as registrations
from app.study import service as study
from plugins.catalogue import NotAllowed
from tests.spine import counted as asked_of
from tests.spine import plans

DAY = timedelta(days=1)


@pytest.fixture
def bikes(rented_courses):
    return rented_courses.summary("bikes")


def begin(trade, bikes, person=None, now=None):
    who = person or trade.leo
    begun = registrations.start(trade.session, course=bikes, by=who.id, now=now or clock.now())
    trade.session.commit()
    return begun


def refusal(call, *args, **kwargs):
    with pytest.raises(NotAllowed) as no:
        call(*args, **kwargs)
    trade = args[0]
    trade.session.rollback()
    return no.value.reason


def opened(trade, registration, rented_courses, now=None):
    """The course as the registration's gate hands it out."""
    keeper = registrations.gate(trade.session, registration, now=now or clock.now())
    return rented_courses.course("bikes", gate=keeper)


def learn(trade, registration, rented_courses, lesson="two", now=None):
    now = now or clock.now()
    handle = opened(trade, registration, rented_courses, now)
    counted = study.complete_lesson(
        trade.session, registration, handle, handle.lesson(lesson), by=registration.person_id, now=now
    )
    trade.session.commit()
    return counted


def test_without_a_licence_nobody_begins(trade, bikes):
    assert refusal(begin, trade, bikes) == "none"


def test_a_course_without_a_publisher_needs_no_licence(trade, rented_courses):
    registrations.start(
        trade.session, course=rented_courses.summary("trams"), by=trade.leo.id, now=clock.now()
    )
    assert trade.session.scalar(select(func.count()).select_from(Seat)) == 0


def test_a_publisher_needs_no_licence_for_its_own_course(trade, bikes, rented_courses):
    opened(trade, begin(trade, bikes, trade.paula), rented_courses)


def test_a_seat_is_reserved_for_whoever_enrols_and_once_however_often_they_press(trade, bikes):
    licence = trade.install()
    first, again = begin(trade, bikes), begin(trade, bikes)
    trade.session.refresh(licence)
    assert (first.id, licence.taken) == (again.id, 1)


def test_one_municipalitys_licence_is_not_anothers(trade, bikes):
    trade.install()
    assert refusal(begin, trade, bikes, trade.gunnel) == "none"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"kind": "attendees"}, "kind"),
        ({"first_version": "3.0.0", "below": ""}, "version"),
        ({"teaches": ("customers",)}, "audience"),
    ],
)
def test_a_licence_for_something_else_lets_nobody_begin(trade, bikes, changes, reason):
    trade.install(**changes)
    assert refusal(begin, trade, bikes) == reason


def test_before_its_first_day_and_after_its_last_a_licence_lets_nobody_begin(trade, bikes):
    trade.install()
    assert refusal(begin, trade, bikes, now=clock.now() + 400 * DAY) == "ended"
    trade.install(id=trade.terms().id, starts=trade.today + 310 * DAY, ends=trade.today + 320 * DAY)
    assert refusal(begin, trade, bikes, now=clock.now() + 305 * DAY) == "later"


def test_the_queue_moves_on_when_the_first_licence_is_full(trade, bikes):
    small = trade.install(amount=1)
    large = trade.install(starts=trade.today)
    begin(trade, bikes)
    other = make.person(trade.session, "Nils Påhitt", organisation=trade.falkvik, now=clock.now())
    begin(trade, bikes, other)
    third = make.person(trade.session, "Olga Demolin", organisation=trade.falkvik, now=clock.now())
    begin(trade, bikes, third)
    for one in (small, large):
        trade.session.refresh(one)
    assert (small.taken, large.taken) == (1, 2)


def test_a_licence_for_trying_the_course_out_comes_last(trade, bikes):
    trial = trade.install(trial=True, starts=trade.today - 200 * DAY)
    bought = trade.install()
    begin(trade, bikes)
    for one in (trial, bought):
        trade.session.refresh(one)
    assert (trial.taken, bought.taken) == (0, 1)


def test_stop_new_keeps_out_who_has_not_begun_and_lets_the_others_go_on(trade, bikes, rented_courses):
    licence = trade.install()
    mine = begin(trade, bikes)
    licences.change_stop(
        trade.session, licence, "stop_new", reason="Fakturan", by=trade.ada.id, now=clock.now()
    )
    other = make.person(trade.session, "Nils Påhitt", organisation=trade.falkvik, now=clock.now())
    trade.session.commit()
    opened(trade, mine, rented_courses)
    assert refusal(begin, trade, bikes, other) == "stopped_new"


def test_stop_all_keeps_everybody_out_until_it_is_resumed(trade, bikes, rented_courses):
    licence = trade.install()
    mine = begin(trade, bikes)
    opened(trade, mine, rented_courses)
    for kind, reason in (("stop_all", "Tvist"), ("resume", "Löst")):
        licences.change_stop(trade.session, licence, kind, reason=reason, by=trade.ada.id, now=clock.now())
        trade.session.commit()
        if kind == "stop_all":
            assert refusal(opened, trade, mine, rented_courses) == "stopped_all"
    opened(trade, mine, rented_courses)


def test_who_is_midway_goes_on_through_the_days_of_grace_and_no_longer(trade, bikes, rented_courses):
    licence = trade.install(grace_days=90)
    mine = begin(trade, bikes)
    end = clock.now() + (licence.ends - trade.today)
    opened(trade, mine, rented_courses, now=end + 90 * DAY)
    assert refusal(opened, trade, mine, rented_courses, end + 91 * DAY) == "ended"


def test_the_end_of_a_licence_takes_no_evidence_and_no_results_away(trade, bikes, rented_courses):
    trade.install(grace_days=0)
    mine = begin(trade, bikes)
    assert learn(trade, mine, rented_courses)
    later = clock.now() + 500 * DAY
    assert refusal(opened, trade, mine, rented_courses, later) == "ended"
    assert trade.session.scalars(select(EvidenceItem)).one().withdrawn_at is None
    rented_courses.course("bikes", gate=registrations.own_results(mine))


def test_who_began_before_the_course_needed_a_licence_goes_on(trade, rented_courses):
    mine = registrations.start(
        trade.session, course=rented_courses.summary("trams"), by=trade.leo.id, now=clock.now()
    )
    publishers.name_publisher(
        trade.session, "trams", publisher=trade.rival.id, by=trade.ada.id, now=clock.now() + DAY
    )
    assert registrations.why_not(trade.session, mine, now=clock.now() + 2 * DAY) == ""


def test_after_the_end_a_learner_goes_on_under_the_licence_that_follows(trade, bikes, rented_courses):
    old = trade.install(grace_days=0)
    mine = begin(trade, bikes)
    learn(trade, mine, rented_courses)
    later = clock.now() + 400 * DAY
    new = trade.install(starts=trade.today + 350 * DAY, ends=trade.today + 700 * DAY)
    assert registrations.why_not(trade.session, mine, now=later) == "ended"
    assert begin(trade, bikes, now=later).id == mine.id
    opened(trade, mine, rented_courses, now=later)
    for one in (old, new):
        trade.session.refresh(one)
    assert (old.taken, new.taken) == (1, 1)  # what was used stays used


def test_a_clock_that_is_turned_back_brings_no_ended_licence_back(trade, bikes):
    trade.install()
    ahead = clock.now() + 400 * DAY
    make.person(trade.session, "Nils Påhitt", organisation=trade.falkvik, now=ahead)
    trade.session.commit()
    gate.forget(trade.session)
    assert gate.clock_behind(trade.session, clock.now()) == ahead
    assert refusal(begin, trade, bikes) == "ended"


@pytest.mark.parametrize(("back", "told"), [(1, False), (3, True)])
def test_a_clock_that_is_minutes_behind_what_was_done_here_is_told(trade, back, told):
    ahead = clock.now() + timedelta(minutes=10)
    make.person(trade.session, "Nils Påhitt", organisation=trade.falkvik, now=ahead)
    trade.session.commit()
    now = ahead - timedelta(minutes=back)
    assert gate.clock_behind(trade.session, now) == (ahead if told else None)


def test_a_day_that_is_over_does_not_come_again_when_the_clock_goes_back_by_seconds(trade):
    tomorrow = (clock.now() + DAY).astimezone(clock.STOCKHOLM)
    midnight = tomorrow.replace(hour=0, minute=0, second=0, microsecond=0)
    make.person(
        trade.session, "Nils Påhitt", organisation=trade.falkvik, now=midnight + timedelta(seconds=10)
    )
    trade.session.commit()
    gate.forget(trade.session)
    assert gate.today(trade.session, midnight - timedelta(seconds=10)) == midnight.date()


def test_a_licence_that_was_changed_in_the_database_lets_nobody_in(trade, bikes):
    trade.install()
    trade.session.execute(text("INSERT INTO erasure_permits (id, person_id, reason, at) VALUES "
                               "('01999999999979999999999999999999', '01999999999979999999999999999999', 'x', "
                               "'2027-01-01')"))  # fmt: skip
    changed = select(Licence.content)
    content = bytes(trade.session.scalars(changed).one()).replace(b'"amount": 100', b'"amount": 900')
    trade.session.execute(text("UPDATE licences SET content = :content"), {"content": content})
    trade.session.execute(text("DELETE FROM erasure_permits"))
    trade.session.commit()
    assert refusal(begin, trade, bikes) == "broken"


# ---- seats ----------------------------------------------------------------------------------------


def test_the_first_statement_uses_the_seat_and_is_cited_by_the_only_line(trade, bikes, rented_courses):
    trade.install()
    mine = begin(trade, bikes)
    learn(trade, mine, rented_courses)
    learn(trade, mine, rented_courses, lesson="one")
    line = trade.session.scalars(select(UsageLine)).one()
    assert line.quantity == 1
    assert trade.session.scalars(select(Seat)).one().state == "consumed"
    assert trade.session.get(Statement, line.statement) is not None


def test_a_seat_that_nobody_uses_is_given_back_after_thirty_days(trade, bikes, rented_courses):
    licence = trade.install()
    mine, now = begin(trade, bikes), clock.now()
    assert seats.give_back_unused(trade.session, now=now + 29 * DAY) == 0
    assert seats.give_back_unused(trade.session, now=now + 31 * DAY) == 1
    trade.session.refresh(licence)
    assert licence.taken == 0
    assert registrations.why_not(trade.session, mine, now=now + 31 * DAY) == "returned"
    begin(trade, bikes, now=now + 32 * DAY)
    assert registrations.why_not(trade.session, mine, now=now + 32 * DAY) == ""


def test_a_used_seat_is_never_given_back(trade, bikes, rented_courses):
    licence = trade.install()
    learn(trade, begin(trade, bikes), rented_courses)
    assert seats.give_back_unused(trade.session, now=clock.now() + 60 * DAY) == 0
    trade.session.refresh(licence)
    assert licence.taken == 1


def test_every_move_of_a_seat_stays_on_the_record(trade, bikes, rented_courses):
    trade.install()
    learn(trade, begin(trade, bikes), rented_courses)
    assert list(trade.session.scalars(select(SeatMove.state).order_by(SeatMove.id))) == [
        "reserved",
        "consumed",
    ]


def test_beginning_asks_three_questions_however_many_licences_there_are(trade, session):
    asked, place = [], trade.falkvik.id
    for more in (1, 4):
        for _ in range(more):
            trade.install()
        gate.forget(session)
        with asked_of(session) as queries:
            assert gate.to_study(session, "bikes", "1.0.0", organisation=place, now=clock.now()).grant
        asked.append(len([one for one in queries if one != "BEGIN"]))
    assert asked == [3, 3]


def test_the_gate_finds_a_licensees_licences_by_the_queue(trade, session):
    trade.install()
    with plans(session, "FROM licences") as told:
        gate.to_study(session, "bikes", "1.0.0", organisation=trade.falkvik.id, now=clock.now())
    assert len(told) == 1
    assert "ix_licences_queue" in told[0], told
