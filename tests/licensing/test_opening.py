"""A seat for studying is used when the course is opened for the first time, by the statement that says so."""

import threading
import uuid

import pytest
from sqlalchemy import select

from app import clock
from app.db import db, writing
from app.ledger import service as ledger
from app.licensing import seats, usage
from app.licensing.models import Seat, UsageLine
from app.lrs.models import Statement
from app.registrations import service as registrations
from app.rules import profile
from app.study import service as study
from app.xapi.trusting import LAUNCHED_KINDS
from tests.licensing.test_seats import text
from tests.licensing.test_usage import read, void


@pytest.fixture
def mine(trade, rented_courses):
    """Leo has enrolled under Falkvik's licence, and opened nothing."""
    trade.install(amount=10)
    made = registrations.start(
        trade.session, course=rented_courses.summary("bikes"), by=trade.leo.id, now=clock.now()
    )
    trade.session.commit()
    return made


def states(trade):
    trade.session.expire_all()
    return [one.state for one in trade.session.scalars(select(Seat).order_by(Seat.id))]


def lines(trade):
    trade.session.expire_all()
    return trade.session.scalars(select(UsageLine).order_by(UsageLine.id)).all()


def said(trade):
    """The statements that somebody has begun."""
    trade.session.expire_all()
    rows = trade.session.scalars(select(Statement).order_by(Statement.position))
    return [one for one in rows if profile.INITIALIZED.encode() in bytes(one.received)]


def test_enrolling_keeps_a_seat_and_uses_none(trade, mine):
    assert (states(trade), lines(trade), said(trade)) == (["reserved"], [], [])


def test_the_first_opening_uses_the_seat_and_its_line_cites_that_statement(trade, mine, enter):
    assert enter(trade.leo).get(f"/study/{mine.id}/lessons/one").status_code == 200
    (statement,) = said(trade)
    assert states(trade) == ["consumed"]
    assert [one.statement for one in lines(trade)] == [statement.position]


def test_the_line_of_an_opening_is_borne_out(trade, mine, enter):
    enter(trade.leo).get(f"/study/{mine.id}/lessons/one")
    licence = trade.session.get(Seat, lines(trade)[0].seat_id).licence_id
    assert [one.borne_out for one in read(trade, trade.session.get(usage.Licence, licence))] == [True]


def test_opening_again_and_finishing_add_nothing(trade, mine, enter):
    leo = enter(trade.leo)
    for unit in ("one", "two", "one"):
        leo.get(f"/study/{mine.id}/lessons/{unit}")
    leo.post(f"/study/{mine.id}/lessons/one/note", data={"text": "", "done": "1"})
    assert (len(lines(trade)), len(said(trade))) == (1, 1)


@pytest.mark.parametrize("headers", [{"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}])
def test_a_browser_that_fetches_beforehand_begins_nothing(trade, mine, enter, headers):
    assert enter(trade.leo).get(f"/study/{mine.id}/lessons/one", headers=headers).status_code == 503
    assert (states(trade), said(trade)) == (["reserved"], [])


def test_asking_for_the_head_of_a_page_begins_nothing(trade, mine, enter):
    assert enter(trade.leo).head(f"/study/{mine.id}/lessons/one").status_code == 200
    assert (states(trade), said(trade)) == (["reserved"], [])


def test_somebody_elses_request_for_the_page_begins_nothing(trade, mine, enter, app):
    assert enter(trade.ada).get(f"/study/{mine.id}/lessons/one").status_code == 404
    assert app.test_client().get(f"/study/{mine.id}/lessons/one").status_code in (302, 303, 401)
    assert (states(trade), said(trade)) == (["reserved"], [])


def test_the_publishers_own_people_look_at_their_course_without_a_seat(trade, rented_courses, enter):
    trade.install()
    paula = enter(trade.paula)
    paula.post("/courses/bikes/start")
    own = registrations.latest(trade.session, person=trade.paula.id, course="bikes")
    assert paula.get(f"/study/{own.id}/lessons/one").status_code == 200
    assert (states(trade), lines(trade), len(said(trade))) == ([], [], 1)


def test_two_openings_at_the_same_moment_use_one_seat(trade, mine, app):
    trade.session.commit()
    start, answers = threading.Barrier(2), []

    def open_one(unit):
        with app.app_context(), writing():
            start.wait()
            begun = study.begin_with(db.session(), mine_id, unit, course="bikes", person=leo, now=clock.now())
            answers.append(begun)
            db.session.commit()

    mine_id, leo = mine.id, trade.leo.id
    trade.session.rollback()
    both = [threading.Thread(target=open_one, args=(unit,)) for unit in ("one", "two")]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(answers) == [False, True]
    assert (len(lines(trade)), len(said(trade)), states(trade)) == (1, 1, ["consumed"])


def test_going_on_under_the_next_licence_uses_its_seat_at_the_next_opening(
    trade, mine, enter, rented_courses, monkeypatch
):
    leo = enter(trade.leo)
    leo.get(f"/study/{mine.id}/lessons/one")
    monkeypatch.setattr(registrations, "why_not", lambda *_args, **_given: "ended")
    registrations.start(
        trade.session, course=rented_courses.summary("bikes"), by=trade.leo.id, now=clock.now()
    )
    trade.session.commit()
    monkeypatch.undo()
    assert states(trade) == ["followed", "reserved"]
    leo.get(f"/study/{mine.id}/lessons/one")
    assert (states(trade), len(lines(trade))) == (["followed", "consumed"], 2)


# ---- what a launched unit states ------------------------------------------------------------------


def launched(trade, mine, verb=profile.INITIALIZED, registration=None, trust=None):
    statement = {
        "id": str(uuid.uuid4()),
        "actor": {"account": {"homePage": ledger.home(), "name": str(trade.leo.id)}},
        "verb": {"id": verb},
        "object": {"id": "https://example.org/bikes/unit"},
        "context": {"registration": str(registration or mine.id).upper()},
    }
    stored = ledger.record_statements(
        trade.session,
        [statement],
        tenant=trade.session.get(type(trade.falkvik), trade.ada.organisation_id).id,
        authority={"account": {"homePage": "https://example.org", "name": "launched"}},
        now=clock.now(),
        trust=trust or ledger.Trust(trade.leo.id, LAUNCHED_KINDS, "bikes", mine.id),
    )
    trade.session.commit()
    return stored[0]


def test_what_a_launched_unit_states_first_uses_the_seat(trade, mine):
    stored = launched(trade, mine)
    assert states(trade) == ["consumed"]
    assert [one.statement for one in lines(trade)] == [stored.position]
    licence = trade.session.get(usage.Licence, trade.session.get(Seat, lines(trade)[0].seat_id).licence_id)
    assert [one.borne_out for one in read(trade, licence)] == [True]


def test_what_a_launched_unit_states_after_the_opening_adds_no_line(trade, mine, enter):
    enter(trade.leo).get(f"/study/{mine.id}/lessons/one")
    launched(trade, mine)
    assert len(lines(trade)) == 1


def test_a_launched_unit_that_names_another_registration_uses_no_seat(trade, mine):
    other = ledger.Trust(trade.leo.id, LAUNCHED_KINDS, "bikes", uuid.uuid4())
    launched(trade, mine, trust=other)
    assert (states(trade), lines(trade)) == (["reserved"], [])


def test_a_voided_opening_lets_the_next_statement_use_the_seat(trade, mine, enter):
    enter(trade.leo).get(f"/study/{mine.id}/lessons/one")
    void(trade, lines(trade)[0])
    assert states(trade) == ["reserved"]
    assert seats.live(trade.session, mine.id, trade.leo.id, "study") is not None


def test_the_record_says_in_words_that_somebody_has_begun(trade, mine, enter):
    enter(trade.leo).get(f"/study/{mine.id}/lessons/one")
    assert "Leo Exempelsson började med Cyklar" in text(enter(trade.ada).get("/record-store/"))
