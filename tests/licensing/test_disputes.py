"""Disputes about uses: opened by one side, settled by the other, on the record; the learner keeps everything."""

import pytest
from sqlalchemy import select
from sqlalchemy import text as sql
from sqlalchemy.exc import DatabaseError, IntegrityError

from app import clock
from app.accounts.errors import Refused
from app.demo import factories as make
from app.disputes import service
from app.evidence.models import EvidenceItem
from app.licensing import disputes, metering, settling, usage
from app.licensing.dispute_models import DisputeAnswer, UsageDispute
from app.licensing.models import Seat, UsageLine
from app.lrs.models import Statement
from app.mail import Mail
from app.registrations import service as registrations
from app.study import service as study
from tests.licensing.test_accounts import PER_PERSON, use
from tests.licensing.test_seats import text
from tests.licensing.test_usage import line_of, void

WHY = "Hon var sjuk den dagen"


@pytest.fixture
def licence(trade, rented_courses):
    made = trade.install(**PER_PERSON)
    use(trade, rented_courses, trade.leo)
    return made


@pytest.fixture
def line(trade, licence):
    return line_of(trade)


def at(licence, line):
    return f"/licences/{licence.id}/lines/{line.id}/dispute"


def opened(client, licence, line, reason=WHY):
    answer = client.post(at(licence, line), data={"reason": reason})
    assert answer.status_code == 303
    return answer.location


def net(trade, licence):
    return settling.account_of(trade.session, licence, metering.month_of(clock.now())).net


def lines(trade):
    return trade.session.scalars(select(UsageLine).order_by(UsageLine.id)).all()


def test_an_accepted_dispute_is_a_line_against_the_disputed_one(trade, licence, line, enter):
    page = opened(enter(trade.leo), licence, line)
    assert net(trade, licence) == 125_050  # it counts until the other side accepts
    answer = enter(trade.paula).post(page, data={"outcome": "accepted", "reason": "Det stämmer"})
    assert answer.status_code == 303
    _use, against = lines(trade)
    assert (against.quantity, against.counters_id) == (-1, line.id)
    assert net(trade, licence) == 0


def test_the_line_against_it_cites_a_statement_that_bears_it_out(trade, licence, line, enter):
    page = opened(enter(trade.leo), licence, line)
    enter(trade.paula).post(page, data={"outcome": "accepted", "reason": "Det stämmer"})
    read = usage.lines(trade.session, licence, line.month, names=True, secret="x")
    assert [one.borne_out for one in read] == [True, True]
    cited = trade.session.scalars(
        select(Statement).where(Statement.position == lines(trade)[1].statement)
    ).one()
    assert str(line.id).encode() in cited.received


def test_what_the_learner_did_still_counts_and_the_seat_stays_used(
    trade, licence, line, enter, rented_courses
):
    before = trade.session.scalars(select(EvidenceItem.id).where(EvidenceItem.withdrawn_at.is_(None))).all()
    page = opened(enter(trade.leo), licence, line)
    enter(trade.paula).post(page, data={"outcome": "accepted", "reason": "Det stämmer"})
    after = trade.session.scalars(select(EvidenceItem.id).where(EvidenceItem.withdrawn_at.is_(None))).all()
    assert before == after != []
    assert trade.session.scalars(select(Seat.state)).all() == ["consumed"]
    use_again(trade, rented_courses)
    assert len(lines(trade)) == 2  # going on is no new use


def use_again(trade, rented_courses):
    (mine,) = registrations.of_person(trade.session, person=trade.leo.id)
    now = clock.now()
    handle = rented_courses.course("bikes", gate=registrations.gate(trade.session, mine, now=now))
    study.complete_lesson(trade.session, mine, handle, handle.lesson("one"), by=trade.leo.id, now=now)
    trade.session.commit()


def test_a_refused_dispute_changes_nothing_and_says_why(trade, licence, line, enter):
    page = opened(enter(trade.leo), licence, line)
    enter(trade.paula).post(page, data={"outcome": "refused", "reason": "Hon loggade in"})
    assert len(lines(trade)) == 1
    for side in (trade.leo, trade.paula):
        said = text(enter(side).get(page))
        assert WHY in said
        assert "Hon loggade in" in said
    assert enter(trade.leo).get(at(licence, line)).location == page  # disputed once


@pytest.mark.parametrize(("opener", "other"), [("leo", "paula"), ("paula", "leo")])
def test_the_other_side_gets_a_letter_and_whoever_opened_it_the_answer(
    trade, licence, line, enter, opener, other
):
    opener, other = getattr(trade, opener), getattr(trade, other)
    page = opened(enter(opener), licence, line)
    (asked,) = trade.session.scalars(select(Mail)).all()
    assert asked.to == other.email
    assert page in asked.text
    assert "Leo" not in asked.text.replace(f"Hej {other.name}", "")
    enter(other).post(page, data={"outcome": "refused", "reason": "Nej, den gäller"})
    told = trade.session.scalars(select(Mail).where(Mail.id != asked.id)).one()
    assert (told.to, "Nej, den gäller" in told.text) == (opener.email, True)


def test_nobody_settles_their_own_nor_does_their_own_side(trade, licence, line, enter):
    page = opened(enter(trade.leo), licence, line)
    colleague = make.person(
        trade.session,
        "Lova Exempelsson",
        organisation=trade.falkvik,
        roles=("lead",),
        demonstration=True,
        now=clock.now(),
    )
    trade.session.commit()
    for one in (trade.leo, colleague):
        client = enter(one)
        assert "Avgör invändningen" not in text(client.get(page))
        client.post(page, data={"outcome": "accepted", "reason": "Ja"})
    assert trade.session.scalars(select(DisputeAnswer)).all() == []


def test_an_administrator_who_opened_it_does_not_settle_it_either(trade, licence, line, enter):
    ada = enter(trade.ada)
    page = opened(ada, licence, line)
    ada.post(page, data={"outcome": "accepted", "reason": "Ja"})
    assert len(lines(trade)) == 1
    found = disputes.of_line(trade.session, line.id)
    with pytest.raises(Refused) as no:
        service.settle(
            trade.session, found, licence, outcome="accepted", reason="Ja", by=trade.ada.id, now=clock.now()
        )
    assert no.value.code == "own"


def test_the_database_refuses_an_answer_to_ones_own_too(trade, licence, line, enter):
    opened(enter(trade.leo), licence, line)
    dispute = trade.session.scalars(select(UsageDispute)).one()
    trade.session.add(
        DisputeAnswer(
            dispute_id=dispute.id,
            opened_by=dispute.opened_by,
            outcome="accepted",
            reason="Ja",
            by_id=trade.leo.id,
            at=clock.now(),
        )
    )
    with pytest.raises(IntegrityError):
        trade.session.commit()


@pytest.mark.parametrize("table", ["usage_disputes", "usage_dispute_answers"])
def test_what_was_said_stays(trade, licence, line, enter, table):
    page = opened(enter(trade.leo), licence, line)
    enter(trade.paula).post(page, data={"outcome": "refused", "reason": "Nej"})
    with pytest.raises(DatabaseError):
        trade.session.execute(sql(f"UPDATE {table} SET reason = 'Annat'"))


def test_it_is_settled_once(trade, licence, line, enter):
    page = opened(enter(trade.leo), licence, line)
    paula = enter(trade.paula)
    for outcome in ("refused", "accepted"):
        paula.post(page, data={"outcome": outcome, "reason": "Så är det"})
    assert [one.outcome for one in trade.session.scalars(select(DisputeAnswer))] == ["refused"]
    assert len(lines(trade)) == 1


def test_a_use_that_is_corrected_cannot_be_disputed(trade, licence, line, enter):
    void(trade, line)
    leo = enter(trade.leo)
    for one in lines(trade):
        answer = leo.post(at(licence, one), data={"reason": WHY})
        assert answer.status_code == 422
        assert "redan rättad" in text(answer)
        assert WHY in text(answer)


def test_a_use_that_is_voided_meanwhile_is_not_countered_twice(trade, licence, line, enter):
    page = opened(enter(trade.leo), licence, line)
    void(trade, line)
    enter(trade.paula).post(page, data={"outcome": "accepted", "reason": "Ja"})
    assert [one.quantity for one in lines(trade)] == [1, -1]
    assert net(trade, licence) == 0


def test_the_report_and_the_account_show_it_to_both(trade, licence, line, enter):
    page = opened(enter(trade.leo), licence, line)
    for side in (trade.leo, trade.paula):
        client = enter(side)
        assert page in text(client.get(f"/licences/{licence.id}/usage"))
        assert "En invändning mot månadens användning väntar" in text(
            client.get(f"/licences/{licence.id}/account")
        )
        assert WHY in text(client.get("/disputes"))


def test_the_publisher_reads_a_pseudonym_there_too(trade, licence, line, enter):
    page = opened(enter(trade.leo), licence, line)
    said = text(enter(trade.paula).get(page))
    assert "Leo Exempelsson" not in said
    assert (
        usage.pseudonym(licence, trade.leo.id, str(enter(trade.paula).application.config["SECRET_KEY"]))
        in said
    )


def test_strangers_see_and_open_nothing(trade, licence, line, enter):
    page = opened(enter(trade.leo), licence, line)
    other = trade.install(**PER_PERSON)
    for stranger in (trade.gunnel, trade.rita):
        client = enter(stranger)
        assert client.get(page).status_code == 404
        assert client.get(at(licence, line)).status_code == 404
        assert WHY not in text(client.get("/disputes"))
    assert enter(trade.leo).get(at(other, line)).status_code == 404  # another licence's line


def test_a_reason_is_needed(trade, licence, line, enter):
    leo = enter(trade.leo)
    assert leo.post(at(licence, line), data={"reason": " "}).status_code == 422
    assert leo.post(at(licence, line), data={"reason": "x" * 501}).status_code == 422
    page = opened(leo, licence, line)
    assert enter(trade.paula).post(page, data={"outcome": "accepted", "reason": ""}).status_code == 422
