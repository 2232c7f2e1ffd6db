"""The pages of who sells licences and of who holds them, and where a coach may give a course."""

import uuid
from datetime import timedelta

import pytest

from app import clock, jobs
from app.db import new_id, writing
from app.deliveries import feedback
from app.deliveries.models import Delivery, Feedback
from app.demo import factories as make
from app.events import TrainingCompleted
from app.ledger import service as ledger
from app.licensing import figures, gate, income, licences, metering, seats, settling
from app.licensing.models import Seat
from app.rules.entitlement import Verdict
from app.rules.terms import Party, Price
from tests.licensing.test_pages import said, text
from tests.spine import counted, plans


@pytest.fixture
def used(trade, session):
    """``used(licence, times)``: so many people take a seat and use it, now."""

    def use(licence, times: int = 1):
        now = clock.now()
        for _ in range(times):
            who = make.person(session, f"P {new_id().hex}", organisation=trade.falkvik, now=now)
            run = new_id()
            verdict = Verdict(one) if (one := grant_of(session, licence)) else None
            seats.reserve(
                session, verdict, course="bikes", way="study", use=run, person=who.id, by=who.id, now=now
            )
            done = TrainingCompleted(
                id=new_id(), person=who.id, at=now, registration=run, course="bikes", unit="one", minutes=45
            )
            ledger.record(session, done, by=who.id, now=now)
        session.commit()

    return use


def grant_of(session, licence):
    return next(
        grant
        for grant, _ in gate.explained(session, licence.course, licence.licensee_id, now=clock.now())
        if grant.id == licence.id
    )


def reckon(session):
    """What the nightly job does."""
    now = clock.now()
    figures.keep_days(session, today=clock.local_date(now))
    for month in income.due(session, now):
        income.keep(session, month, income.sums(session, month), now=now)
    session.commit()


# ---- who sells ------------------------------------------------------------------------------------


def test_a_partner_sees_use_seats_and_income_of_the_own_courses(trade, enter, used, session):
    licence = trade.install(amount=40)
    used(licence, 3)
    licence_id, today = licence.id, trade.today
    reckon(session)
    page = text(enter(trade.paula).get("/partner"))
    assert "3 användningar" in page
    assert "37 av 40" in page
    assert f"/licences/{licence_id}" in page
    assert "50\u00a0000\u00a0kr" in page  # 40 seats at 1,250, owed in the licence's first month
    assert f"{today.day} " in page


def test_a_partners_page_names_no_person(trade, enter, used):
    used(trade.install(), 1)
    assert "P 0" not in said(enter(trade.paula).get("/partner"))
    assert "Leo" not in said(enter(trade.paula).get("/partner"))


def test_another_partner_sees_none_of_it(trade, enter, used, session):
    licence = trade.install()
    used(licence)
    licence_id = licence.id
    reckon(session)
    page = said(enter(trade.rita).get("/partner"))
    assert "Inga kurser än" in page
    assert str(licence_id) not in page
    assert "Intäkter" not in page
    assert enter(trade.leo).get("/partner").status_code == 403


def test_income_is_what_the_statements_of_account_say_together(trade, used, session):
    sold = [trade.install(), trade.install(kind="registrations", amount=None, price=each(30_000))]
    for one in sold:
        used(one, 2)
    month = metering.month_of(clock.now())
    owed = [settling.account_of(session, one, month) for one in sold]
    reckon(session)
    reckon(session)  # twice is as once
    rows = [row for row in income.earned(session, frozenset({trade.partner.id})) if row[0] == month]
    assert [(row[2], row[3]) for row in rows] == [(sum(o.net for o in owed), sum(o.vat for o in owed))]
    assert income.earned(session, frozenset({trade.rival.id})) == []


def each(amount: int):
    return Price(model="each", currency="SEK", amount=amount, vat=2500)


def test_the_nightly_job_reckons_every_month_up_to_this_one(trade, session):
    trade.install()
    assert len(income.due(session, clock.now())) == income.LOOKED_BACK
    assert "reckon-income" in jobs.KINDS
    reckon(session)
    assert income.due(session, clock.now())[-1] == metering.month_of(clock.now())


def test_the_job_adds_up_as_the_worker_runs_it(trade, used, session):
    used(trade.install(), 2)
    made = jobs.enqueue(session, "reckon-income", now=clock.now())
    session.commit()
    with writing():
        assert jobs.run(session(), made.id)
    session.expire_all()
    assert (made.state, made.error) == ("done", "")
    earned = income.earned(session, frozenset({trade.partner.id}))
    assert any(row[2] == 100 * 125_000 for row in earned)


def rate(session, trade, values):
    """A held session of the course with these answers; three and more count."""
    now = clock.now()
    held = Delivery(
        course="bikes",
        title={"sv": "Cyklar"},
        trainer_id=trade.ada.id,
        municipality_id=trade.falkvik.id,
        provider_id=trade.falkvik.id,
        starts=now - timedelta(days=2),
        ends=now - timedelta(days=2, hours=-2),
        minutes=90,
        capacity=20,
        state="held",
        created_by=trade.ada.id,
        created_at=now,
    )
    session.add(held)
    session.flush()
    for value in values:
        who = make.person(session, f"S {new_id().hex}", organisation=trade.falkvik, now=now)
        session.add(
            Feedback(
                delivery_id=held.id,
                person_id=who.id,
                value=value,
                at=now,
                released_at=now if len(values) >= feedback.TOGETHER else None,
            )
        )
    session.commit()


def test_ratings_are_shown_together_and_from_five_answers_up(trade, enter, session):
    rate(session, trade, [5, 4, 4, 5])
    assert "Visas från 5 svar" in text(enter(trade.paula).get("/partner"))
    rate(session, trade, [1, 1])  # too few of one session: they count nowhere
    assert feedback.of_courses(session, ["bikes"]) == {}
    rate(session, trade, [3, 4, 5])
    assert feedback.of_courses(session, ["bikes", "trams"]) == {"bikes": (7, 428)}
    assert "4,28 av 5, 7 svar" in text(enter(trade.paula).get("/partner"))


def test_the_partners_page_asks_the_database_equally_often_however_much_there_is(trade, enter, used, session):
    paula = enter(trade.paula)
    asked = []
    for more in (1, 5):
        for _ in range(more):
            used(trade.install(amount=10), 2)
        with counted(session) as queries:
            assert paula.get("/partner").status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_what_the_partners_page_asks_of_licences_never_reads_their_files(trade, session):
    """The index answers alone: with ten thousand licences their files would be twenty megabytes."""
    trade.install()
    mine, day = frozenset({trade.partner.id}), trade.today
    with plans(session, "FROM licences") as told:
        figures.in_force(session, mine, day)
        figures.least_left(session, mine, day, limit=20)
    assert len(told) == 2
    answers = (
        "COVERING INDEX ix_licences_sold" if session.get_bind().dialect.name == "sqlite" else "ix_licences_"
    )
    assert all(answers in plan for plan in told), told


def test_uses_are_added_up_without_going_through_every_licence_that_was_sold(trade, used, session):
    used(trade.install())
    with plans(session, "JOIN licences") as told:
        figures.use_of(session, frozenset({trade.partner.id}), trade.today)
    assert len(told) == 1
    if session.get_bind().dialect.name == "sqlite":  # PostgreSQL goes by statistics, and has none here
        assert "sqlite_autoindex_licences_1 (id=?)" in told[0], told


def test_days_that_are_added_up_and_the_lines_since_make_the_month(trade, used, session):
    used(trade.install(), 3)
    today, mine = trade.today, frozenset({trade.partner.id})
    assert figures.use_of(session, mine, today).by_day == {today: 3}
    figures.keep_days(session, today=today)  # today is not over
    assert figures.use_of(session, mine, today).by_day == {today: 3}
    tomorrow = today + timedelta(days=1)
    for _ in range(2):
        figures.keep_days(session, today=tomorrow)
        session.commit()
        found = figures.use_of(session, mine, today)
        assert (found.by_day, dict(found.by_course)) == ({today: 3}, {"bikes": 3})
    assert figures.use_of(session, frozenset({trade.rival.id}), today).by_day == {}


# ---- who holds ------------------------------------------------------------------------------------


def test_a_licensee_reads_what_is_left_who_holds_it_and_how_to_ask_for_more(trade, enter, used):
    licence = trade.install(amount=10)
    used(licence, 2)
    page = text(enter(trade.leo).get("/licences/held"))
    assert "8 platser är kvar" in page
    assert f"/licences/{licence.id}/seats" in page
    assert f"/licences/{licence.id}/more" in page
    assert "För lite har använts" in page


def test_the_pace_of_the_last_months_is_said_in_words(trade, enter, session):
    before = clock.now() - timedelta(days=100)
    file = trade.file(amount=30, starts=trade.today - timedelta(days=100))
    licence = licences.install(session, file, by=trade.ada.id, now=before)
    licence.taken = 11
    session.flush()
    for at in range(10):
        hold(session, trade, licence, clock.now() - timedelta(days=5 * at))
    hold(session, trade, licence, clock.now() - timedelta(days=95))  # longer ago than is looked at
    hold(session, trade, licence, clock.now() - timedelta(days=1), state="returned")
    session.commit()
    found = figures.forecasts(session, [licence], trade.today)[licence.id]
    assert (found.taken, found.days, found.runs_out) == (10, 90, trade.today + timedelta(days=171))
    assert "senaste 90 dagarna (10 platser tagna)" in text(enter(trade.leo).get("/licences/held"))


def hold(session, trade, licence, at, state="reserved"):
    session.add(
        Seat(
            licence_id=licence.id,
            person_id=trade.leo.id,
            way="study",
            use_id=uuid.uuid4(),
            state=state,
            reserved_at=at,
        )
    )


# ---- who gives ------------------------------------------------------------------------------------


@pytest.fixture
def coach(trade, session):
    made = make.person(
        session,
        "Cajsa Låtsas",
        organisation=trade.granasa,
        roles=("coach",),
        demonstration=True,
        now=clock.now(),
    )
    session.commit()
    return made


def test_a_coach_sees_which_courses_may_be_given_where(trade, enter, coach):
    trade.install()
    page = said(enter(coach).get("/sessions/courses"))
    assert "Personalen hos Falkviks kommun" in page
    assert "Granåsa" not in page
    under, everywhere = page.split("Överallt, utan licens")
    assert "/courses/bikes" in under
    assert "/courses/bikes" not in everywhere
    assert "/courses/trams" in everywhere


@pytest.mark.parametrize(
    "terms",
    [
        {"deliverers": "own"},
        {"kind": "registrations"},
        {"teaches": ("customers",)},
    ],
)
def test_what_the_terms_do_not_allow_is_not_listed(trade, enter, coach, terms):
    trade.install(**terms)
    assert "Ingen licens som gäller här" in said(enter(coach).get("/sessions/courses"))


def test_the_own_organisations_licence_may_be_for_its_customers(trade, enter, coach, session):
    trade.install(licensee=Party(trade.granasa.id, trade.granasa.name), teaches=("customers",))
    assert "Din egen organisations kunder" in said(enter(coach).get("/sessions/courses"))


def test_a_licence_that_is_stopped_ended_or_full_lets_nobody_give_the_course(trade, enter, coach, session):
    page = enter(coach)
    licence = trade.install(amount=1)
    assert "Personalen" in said(page.get("/sessions/courses"))
    licence.taken = 1
    session.commit()
    assert "Personalen" not in said(page.get("/sessions/courses"))
    trade.install(starts=trade.today + timedelta(days=1))
    trade.install(starts=trade.today - timedelta(days=9), ends=trade.today - timedelta(days=1))
    stopped = trade.install()
    stopped.stop = "new"
    session.commit()
    assert "Personalen" not in said(page.get("/sessions/courses"))
