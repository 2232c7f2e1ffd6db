"""The use of a licence: every line is caused by a statement, and both sides can check it."""

import csv
import io

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from app import clock
from app.db import new_id
from app.events import EvidenceVoided
from app.ledger import service as ledger
from app.licensing import metering, seats, usage
from app.licensing.models import Seat, UsageLine
from app.lrs.models import Statement
from app.registrations import service as registrations
from app.study import service as study
from tests.licensing.test_seats import text


@pytest.fixture
def used(trade, rented_courses):
    """Leo has started the course under Falkvik's licence and worked through a lesson."""
    licence, now = trade.install(amount=10), clock.now()
    mine = registrations.start(
        trade.session, course=rented_courses.summary("bikes"), by=trade.leo.id, now=now
    )
    keeper = registrations.gate(trade.session, mine, now=now)
    handle = rented_courses.course("bikes", gate=keeper)
    study.complete_lesson(trade.session, mine, handle, handle.lesson("one"), by=trade.leo.id, now=now)
    trade.session.commit()
    return licence


def line_of(trade):
    return trade.session.scalars(select(UsageLine)).one()


def void(trade, line):
    said = trade.session.get(Statement, line.statement)
    ledger.record(
        trade.session,
        EvidenceVoided(
            id=new_id(), person=trade.leo.id, at=clock.now(), statement=said.statement_id, reason="Fel"
        ),
        by=trade.ada.id,
        now=clock.now(),
    )
    trade.session.commit()


def another(line, **changes):
    facts = {
        "licence_id": line.licence_id,
        "seat_id": line.seat_id,
        "statement": line.statement,
        "quantity": 1,
        "month": line.month,
        "recorded_at": line.recorded_at,
    }
    return UsageLine(**(facts | changes))


@pytest.mark.parametrize("changes", [{}, {"statement": 1}, {"quantity": 2}, {"quantity": -1}])
def test_the_database_refuses_a_line_that_no_statement_of_its_own_caused(trade, used, changes):
    trade.session.add(another(line_of(trade), **changes))
    with pytest.raises(DatabaseError):
        trade.session.flush()


def test_a_line_can_neither_be_changed_nor_taken_away(trade, used):
    line = line_of(trade)
    line.quantity = 5
    with pytest.raises(DatabaseError):
        trade.session.flush()
    trade.session.rollback()
    trade.session.delete(line_of(trade))
    with pytest.raises(DatabaseError):
        trade.session.flush()


def test_statements_from_outside_cause_no_line(trade, rented_courses):
    trade.install()
    mine = registrations.start(
        trade.session, course=rented_courses.summary("bikes"), by=trade.leo.id, now=clock.now()
    )
    said = {
        "actor": {"account": {"homePage": ledger.home(), "name": str(trade.leo.id)}},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/initialized"},
        "object": {"id": "https://example.org/bikes"},
        "context": {"registration": str(mine.id)},
    }
    ledger.record_statements(
        trade.session,
        [said],
        tenant=trade.partner.id,
        authority={"mbox": "mailto:partner@example.org"},
        now=clock.now(),
        trust=ledger.Trust(trade.leo.id, frozenset({"training"})),
    )
    assert trade.session.scalars(select(UsageLine)).all() == []


def test_a_voided_statement_counters_its_line_and_the_seat_is_reserved_again(trade, used):
    void(trade, line_of(trade))
    found = trade.session.scalars(select(UsageLine).order_by(UsageLine.id)).all()
    assert [one.quantity for one in found] == [1, -1]
    assert found[1].counters_id == found[0].id
    assert trade.session.scalars(select(Seat)).one().state == "reserved"
    assert seats.counts(trade.session, used.id) == {"reserved": 1}


def read(trade, licence, names=False):
    month = metering.month_of(clock.now())
    return list(usage.lines(trade.session, licence, month, names=names, secret="k"))


def test_each_line_is_borne_out_by_its_statement(trade, used):
    void(trade, line_of(trade))
    assert [(one.quantity, one.borne_out) for one in read(trade, used)] == [(1, True), (-1, True)]


def test_a_line_that_cites_a_statement_about_somebody_else_is_not_borne_out(trade, used, rented_courses):
    mine = registrations.latest(trade.session, person=trade.leo.id, course="bikes")
    handle = rented_courses.course("bikes", gate=registrations.own_results(mine))
    study.complete_lesson(trade.session, mine, handle, handle.lesson("two"), by=trade.leo.id, now=clock.now())
    line = line_of(trade)
    gunnels = Seat(
        licence_id=used.id,
        person_id=trade.gunnel.id,
        way="study",
        use_id=new_id(),
        state="consumed",
        reserved_at=clock.now(),
    )
    trade.session.add(gunnels)
    trade.session.flush()
    of_leo = trade.session.scalars(
        select(Statement.position).where(Statement.position != line.statement).limit(1)
    ).one()
    trade.session.add(another(line, seat_id=gunnels.id, statement=of_leo))
    trade.session.flush()
    assert [one.borne_out for one in read(trade, used)] == [True, False]


def rows_of(answer):
    body = answer.get_data().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(body), delimiter=";"))


def test_the_licensee_reads_names_and_the_publisher_pseudonyms_unless_the_licensee_agrees(trade, used, enter):
    leo, paula = enter(trade.leo), enter(trade.paula)
    at = f"/licences/{used.id}/usage"
    assert "Leo Exempelsson" in text(leo.get(at))
    assert "Leo Exempelsson" not in paula.get(at).get_data(as_text=True).partition("<main")[2]
    (row,) = rows_of(paula.get(f"{at}.csv"))
    assert row["Vem"].startswith("P-")
    assert paula.post(f"/licences/{used.id}/names", data={"show": "1"}).status_code == 404
    assert leo.post(f"/licences/{used.id}/names", data={"show": "1"}).status_code == 303
    (row,) = rows_of(paula.get(f"{at}.csv"))
    assert (row["Vem"], row["Styrks"], row["Antal"]) == ("Leo Exempelsson", "ja", "1")
    assert leo.post(f"/licences/{used.id}/names", data={"show": "0"}).status_code == 303
    (row,) = rows_of(paula.get(f"{at}.csv"))
    assert row["Vem"].startswith("P-")


def test_a_pseudonym_is_the_same_within_a_licence_and_another_in_the_next(trade, used):
    other = trade.install(starts=trade.today)
    one, again = (usage.pseudonym(used, trade.leo.id, "k") for _ in range(2))
    assert one == again
    assert usage.pseudonym(other, trade.leo.id, "k") != one
    assert usage.pseudonym(used, trade.gunnel.id, "k") != one


@pytest.mark.parametrize("path", ["usage", "usage.csv"])
def test_nobody_else_reads_the_use(trade, used, enter, path):
    for stranger in (trade.gunnel, trade.rita):
        assert enter(stranger).get(f"/licences/{used.id}/{path}").status_code == 404


@pytest.mark.parametrize("month", ["2026-13", "x", "2026-1"])
def test_what_is_no_month_is_missing(trade, used, enter, month):
    assert enter(trade.leo).get(f"/licences/{used.id}/usage?month={month}").status_code == 404


def test_a_name_that_a_spreadsheet_would_calculate_does_not():
    assert usage.harmless("=1+1") == "'=1+1"
    assert usage.harmless(-1) == -1
