"""Royalties: what a licence earns, shared among authors and the trainers behind each use, month by month."""

import csv
import io
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from app import clock
from app.accounts.errors import Refused
from app.cascade import service as cascade
from app.clock import local_date
from app.deliveries import service
from app.demo import factories as make
from app.licensing import metering, settling
from app.royalties import closing, plans
from app.royalties.models import RoyaltyLine, RoyaltyMonth
from app.royalties.reckoning import reckon, reckon_together
from app.rules.terms import Party, Price
from app.schemes import service as schemes
from tests.deliveries.people import certify, mark, session_of
from tests.licensing.test_accounts import PER_PERSON, use
from tests.licensing.test_seats import text
from tests.spine import counted

PER_ATTENDEE = {**PER_PERSON, "kind": "attendees"}


@pytest.fixture
def now(trade):
    return clock.now()


@pytest.fixture
def people(trade, now):
    """A coach, who trained them, and who trained those; and two authors."""
    schemes.publish_from_files(trade.session, by=None, now=now)
    names = ("Cilla Exempel", "Tove Exempel", "Ture Exempel", "Alva Författare", "Bo Författare")
    made = {
        name.split()[0]: make.person(
            trade.session, name, organisation=trade.granasa, demonstration=True, now=now
        )
        for name in names
    }
    certify(trade.session, made["Cilla"], "certified-coach", now)
    for giver, taker in (("Tove", "Cilla"), ("Ture", "Tove")):
        cascade.relate(
            trade.session,
            "trained",
            giver=made[giver].id,
            taker=made[taker].id,
            on=local_date(now) - timedelta(days=200),
            statement=uuid.uuid4(),
            now=now - timedelta(days=200),
        )
    trade.session.commit()
    return made


def plan_of(trade, people, **changes):
    given = {
        "publisher": trade.partner.id,
        "course": "bikes",
        "starts": trade.today - timedelta(days=40),
        "ends": None,
        "authors": [
            plans.Author(1000, person=people["Alva"].id),
            plans.Author(333, organisation=trade.rival.id),
        ],
        "trainers": [700, 200, 100],
        "reason": "Avtal",
        "by": trade.paula.id,
        "now": clock.now() - timedelta(days=45),
    }
    made = plans.make(trade.session, **(given | changes))
    trade.session.commit()
    return made


def attend(trade, people, now, *names):
    """A session that Cilla has given, with these guests; its end."""
    delivery = session_of(trade.session, people["Cilla"], trade.falkvik, now, course="bikes")
    guests = [
        make.person(trade.session, f"{name} Gäst", organisation=trade.falkvik, now=now) for name in names
    ]
    for guest in guests:
        service.book(trade.session, delivery, person=guest.id, by=guest.id, now=now)
    after = delivery.ends + timedelta(minutes=10)
    minutes = dict.fromkeys(guests, 165)
    mark(trade.session, delivery, minutes, by=people["Cilla"], now=after)
    service.mark_held(trade.session, delivery, by=people["Cilla"].id, now=after)
    trade.session.commit()
    return delivery, guests, after


def amounts(shared):
    """{receiver: amount}, the publisher's rest under None."""
    found = {(due.person or due.organisation): due.amount for due in shared.dues.values()}
    return found | {None: shared.rest}


def adds_up(trade, licence, month):
    shared = reckon(trade.session, licence, month)
    owed = settling.account_of(trade.session, licence, month).net
    assert sum(amounts(shared).values()) == shared.net == owed
    return amounts(shared)


def test_a_use_is_shared_among_authors_and_the_trainers_behind_it(trade, people, now):
    licence = trade.install(**PER_ATTENDEE)
    plan_of(trade, people)
    *_, after = attend(trade, people, now, "Nils")
    found = adds_up(trade, licence, metering.month_of(after))
    assert found == {
        people["Alva"].id: 12_505,
        trade.rival.id: 4_164,
        people["Cilla"].id: 8_754,  # the largest fraction
        people["Tove"].id: 2_501,
        people["Ture"].id: 1_250 + 0,
        None: 125_050 - 12_505 - 4_164 - 8_754 - 2_501 - 1_250,
    }


def test_a_use_that_is_corrected_gives_back_what_each_has_got(trade, people, now):
    licence = trade.install(**PER_ATTENDEE)
    plan_of(trade, people)
    delivery, (nils,), after = attend(trade, people, now, "Nils")
    mark(trade.session, delivery, {nils: 0}, by=people["Cilla"], now=after, reason="Förväxlad")
    found = adds_up(trade, licence, metering.month_of(after))
    assert set(found.values()) == {0}


def test_a_correction_in_a_later_month_goes_back_along_the_same_line(trade, people, now):
    licence = trade.install(**PER_ATTENDEE)
    plan_of(trade, people)
    delivery, (nils,), after = attend(trade, people, now, "Nils")
    later = after + timedelta(days=40)
    mark(trade.session, delivery, {nils: 0}, by=people["Cilla"], now=later, reason="Förväxlad")
    came = adds_up(trade, licence, metering.month_of(after))
    went = adds_up(trade, licence, metering.month_of(later))
    assert went == {who: -amount for who, amount in came.items()}


def test_whoever_studies_by_themselves_was_trained_by_nobody(trade, people, rented_courses):
    licence = trade.install(**PER_PERSON)
    plan_of(trade, people)
    use(trade, rented_courses, trade.leo)
    found = adds_up(trade, licence, metering.month_of(clock.now()))
    assert set(found) == {people["Alva"].id, trade.rival.id, None}


def test_of_a_seat_authors_get_theirs_when_it_is_bought_and_trainers_when_it_is_used(trade, people, now):
    licence = trade.install(amount=4)
    plan_of(trade, people)
    *_, after = attend(trade, people, now, "Nils")
    bought = adds_up(trade, licence, metering.month_of(clock.now() - timedelta(days=30)))
    used = adds_up(trade, licence, metering.month_of(after))
    assert bought[people["Alva"].id] == 50_000
    assert used[people["Cilla"].id] == 8_750
    assert used[None] == -(8_750 + 2_500 + 1_250)  # out of what the publisher kept


def test_the_plan_of_the_day_counts_and_of_several_the_newest(trade, people, now):
    licence = trade.install(**PER_ATTENDEE)
    plan_of(trade, people)
    *_, after = attend(trade, people, now, "Nils")
    day = local_date(after)
    plan_of(trade, people, starts=day + timedelta(days=1), authors=[], trainers=[1])
    month = metering.month_of(after)
    assert adds_up(trade, licence, month)[people["Alva"].id] == 12_505
    plan_of(trade, people, starts=day, ends=day, authors=[], trainers=[5000])
    assert adds_up(trade, licence, month) == {people["Cilla"].id: 62_525, None: 62_525}


def test_without_a_plan_everything_is_the_publishers(trade, people, now):
    licence = trade.install(**PER_ATTENDEE)
    *_, after = attend(trade, people, now, "Nils")
    assert adds_up(trade, licence, metering.month_of(after)) == {None: 125_050}


def test_steps_of_a_price_are_shared_to_the_last_unit(trade, people, now):
    price = Price(model="tiered", currency="SEK", tiers=((1, 101), (2, 77), (None, 31)), vat=2500)
    licence = trade.install(**PER_ATTENDEE | {"price": price})
    plan_of(trade, people)
    *_, after = attend(trade, people, now, "Nils", "Olga", "Pelle", "Rut")
    assert sum(adds_up(trade, licence, metering.month_of(after)).values()) == 240


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("course", {"course": "trams"}),
        ("ends", {"ends": clock.local_date(clock.now()) - timedelta(days=90)}),
        ("authors", {"trainers": [9000]}),
        ("authors", {"authors": [plans.Author(0, organisation=uuid.uuid4())]}),
        ("reason", {"reason": " "}),
    ],
)
def test_a_plan_that_cannot_be_is_refused(trade, people, code, changes):
    with pytest.raises(Refused) as no:
        plan_of(trade, people, **changes)
    assert no.value.code == code


@pytest.fixture
def closed(trade, people, now):
    """A month with a use, reckoned for good."""
    licence = trade.install(**PER_ATTENDEE)
    plan_of(trade, people)
    *_, after = attend(trade, people, now, "Nils")
    later = after + timedelta(days=40)
    assert closing.close_all(trade.session, now=later) == 1
    trade.session.commit()
    return licence, metering.month_of(after), later


def test_a_month_that_is_over_is_reckoned_once_and_for_good(trade, people, closed):
    licence, month, later = closed
    assert closing.close_all(trade.session, now=later) == 0
    row = trade.session.scalars(select(RoyaltyMonth)).one()
    lines = trade.session.scalars(select(RoyaltyLine)).all()
    assert (row.month, row.net, row.rest + sum(one.amount for one in lines)) == (month, 125_050, 125_050)
    with pytest.raises(Refused) as no:
        plan_of(trade, people, starts=trade.today - timedelta(days=1))
    assert no.value.code == "starts"
    row.net = 1
    with pytest.raises(DatabaseError):
        trade.session.commit()


def test_a_month_that_is_not_over_is_not_reckoned(trade, people, now):
    licence = trade.install(**PER_ATTENDEE)
    plan_of(trade, people)
    *_, after = attend(trade, people, now, "Nils")
    assert closing.close(trade.session, licence, metering.month_of(after), now=after) is None


def test_licences_that_are_reckoned_together_get_what_each_gets_alone(trade, people, now, rented_courses):
    tiers = Price(model="tiered", currency="SEK", tiers=((1, 101), (2, 77), (None, 31)), vat=2500)
    found = [
        trade.install(**PER_ATTENDEE | {"price": tiers}),
        trade.install(**PER_PERSON),
        trade.install(amount=7, licensee=Party(trade.granasa.id, trade.granasa.name)),
    ]
    plan_of(trade, people)
    use(trade, rented_courses, trade.leo)
    *_, after = attend(trade, people, now, "Nils", "Olga", "Pelle", "Rut")
    use(trade, rented_courses, trade.gunnel)
    later = after + timedelta(days=70)
    closing.close_all(trade.session, now=later)
    trade.session.commit()
    kept = {}
    for row in trade.session.scalars(select(RoyaltyMonth)):
        lines = trade.session.scalars(select(RoyaltyLine).where(RoyaltyLine.month_id == row.id))
        kept[row.licence_id, row.month] = (
            row.rest,
            {(one.person_id or one.organisation_id, one.uses, one.base, one.amount) for one in lines},
        )
    alone = {}
    for licence in found:
        for month in {month for _id, month in kept}:
            shared = reckon(trade.session, licence, month)
            if shared.net or shared.dues:
                alone[licence.id, month] = (
                    shared.rest,
                    {
                        (one.person or one.organisation, one.uses, one.base, one.amount)
                        for one in shared.dues.values()
                    },
                )
    assert len(alone) >= 3
    assert kept == alone


def test_many_licences_are_reckoned_with_as_few_questions_as_one(trade, people, now):
    found = [trade.install(**PER_ATTENDEE) for _ in range(5)]
    plan_of(trade, people)
    *_, after = attend(trade, people, now, "Nils")
    asked = []
    for some in (found[:1], found):
        for one in some:
            trade.session.refresh(one)
        with counted(trade.session) as questions:
            list(reckon_together(trade.session, some, metering.month_of(after)))
        asked.append(len(questions))
    assert asked[0] == asked[1]


@pytest.mark.usefixtures("closed")
def test_each_receiver_reads_their_own_statement_and_nobody_elses(trade, people, enter):
    said = {
        "Alva": "125,05 kr",
        "Cilla": "87,54 kr",
        "Tove": "25,01 kr",
    }
    for name, amount in said.items():
        page = text(enter(people[name]).get("/royalties/mine")).replace("\xa0", " ")
        assert amount in page
        assert not any(other in page for other in said.values() if other != amount)
    assert "Inget tjänat ännu" in text(enter(people["Bo"]).get("/royalties/mine"))
    rival = f"/organisations/{trade.rival.id}/royalties"
    assert "41,64 kr" in text(enter(trade.rita).get(rival)).replace("\xa0", " ")
    for path in (rival, f"{rival}.csv"):
        assert enter(trade.paula).get(path).status_code == 404


@pytest.mark.usefixtures("closed")
def test_a_statement_is_a_file_too_and_names_no_learner(people, enter):
    body = enter(people["Alva"]).get("/royalties/mine.csv").get_data().decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(body), delimiter=";")
    assert (row["Belopp, i ören"], row["Av, i ören"], row["Andel, procent"]) == ("12505", "125050", "10.00")
    assert "Nils" not in body


def test_only_the_publisher_sees_the_shares_on_the_account(trade, people, closed, enter):
    licence, month, _later = closed
    at = f"/licences/{licence.id}/account?month={month}"
    page = text(enter(trade.paula).get(at))
    assert "Alva Författare" in page
    assert "Utbildade den som höll tillfället" in page
    assert "Alva Författare" not in text(enter(trade.leo).get(at))


SAID = {
    "course": "bikes",
    "starts": "2026-11-01",
    "authors": "alva.forfattare@example.org: 12,5\n5560000001: 3",
    "first": "10",
    "reason": "Avtal",
}


def test_a_publisher_makes_a_plan_on_the_page(trade, people, enter):
    trade.rival.registration_number = "556000-0001"
    trade.session.commit()
    said = {**SAID, "authors": f"{people['Alva'].email}: 12,5\n5560000001: 3"}
    paula = enter(trade.paula)
    assert paula.post("/royalties/new", data=said).status_code == 303
    page = text(paula.get("/royalties")).replace("\xa0", " ")
    for words in ("Alva Författare", "12,5 %", "Spårbolaget Exempel AB", "74,5 %"):
        assert words in page
    assert "Alva Författare" not in text(enter(trade.rita).get("/royalties"))


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("authors", "ingen@example.org: 10", "Ingen här har adressen"),
        ("authors", "5560000001: 10", "Ingen organisation här"),
        ("authors", "ingen procent", "Skriv en upphovsperson per rad"),
        ("first", "mycket", "Skriv en procentsats"),
        ("first", "101", "Skriv en procentsats"),
        ("starts", "", "Välj första dagen"),
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_is_kept(trade, enter, field, typed, told):
    answer = enter(trade.paula).post("/royalties/new", data={**SAID, "authors": "", field: typed})
    assert answer.status_code == 422
    assert told in text(answer)
    assert typed in text(answer)


def test_another_publishers_course_is_not_offered(trade, enter):
    answer = enter(trade.rita).post("/royalties/new", data={**SAID, "authors": ""})
    assert answer.status_code == 422
