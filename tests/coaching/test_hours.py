"""Logging hours, what cannot be logged, what the client answers, and what then counts."""

import threading
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError, IntegrityError

from app.accounts.errors import Refused
from app.accounts.models import Person
from app.coaching import clients, hours, service
from app.coaching.figures import Figures, instant
from app.coaching.models import Hours, SigningLink
from app.db import db, new_id, writing
from app.learners import service as learners
from app.organisations.models import Organisation
from tests.coaching.logged import CONTACT, counted, entry, figures, letters, token
from tests.deliveries.people import certify, organisation, person


def refusal(call, *args, **kwargs):
    with pytest.raises(Refused) as refused:
        call(*args, **kwargs)
    return refused.value.code


# ---- what can be logged -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"minutes": 0}, "minutes"),
        ({"minutes": -30}, "minutes"),
        ({"minutes": 1441}, "minutes"),
        ({"group_size": 0}, "group_size"),
        ({"group_size": 501}, "group_size"),
        ({"starts": datetime(2027, 3, 3, 9, 1, tzinfo=UTC)}, "future"),
        ({"starts": datetime(2027, 3, 3, 8, 0, tzinfo=UTC), "minutes": 61}, "unfinished"),
        ({"starts": datetime(2022, 3, 2, 9, 0, tzinfo=UTC)}, "old"),
        ({"contact_email": "not an address"}, "email"),
        ({"contact_name": " "}, "contact_name"),
        ({"about": "  "}, "about"),
        ({"about": "x" * 2001}, "about"),
    ],
)
def test_hours_that_cannot_be_are_refused(log, changes, code):
    assert refusal(log, **changes) == code


@pytest.mark.parametrize(
    "changes",
    [
        {"minutes": 1},
        {"minutes": 1440, "starts": datetime(2027, 3, 2, 9, tzinfo=UTC)},
        {"group_size": 500},
        {"starts": datetime(2027, 3, 3, 8, 0, tzinfo=UTC), "minutes": 60},
        {"starts": datetime(2022, 3, 3, 9, 0, tzinfo=UTC)},
        {"contact_name": "Klára Påhitt 🌼"},
    ],
)
def test_hours_at_the_very_edge_can_be_logged(log, changes):
    assert log(**changes).state == "waiting"


def test_hours_that_overlap_say_with_what(log):
    log(starts=datetime(2027, 3, 2, 8, 0, tzinfo=UTC), minutes=90)
    with pytest.raises(Refused) as refused:
        log(starts=datetime(2027, 3, 2, 9, 29, tzinfo=UTC), minutes=30)
    assert str(refused.value) == (
        "Timmarna överlappar med 2 mars 09.00–10.30 hos Falkvik. Ändra tiden eller ta bort den andra raden."
    )


def test_hours_may_follow_each_other_without_a_gap(log):
    log(starts=datetime(2027, 3, 2, 8, 0, tzinfo=UTC), minutes=90)
    assert log(starts=datetime(2027, 3, 2, 9, 30, tzinfo=UTC), minutes=30)


def test_two_coaches_may_coach_at_the_same_time(session, log, now):
    other = person(session, "Dan Låtsas", now)
    log()
    assert log(by=other).person_id == other.id


def test_a_withdrawn_row_leaves_its_time_free(session, log, coach, now):
    service.withdraw(session, log(), by=coach.id, now=now)
    assert log()


def test_the_same_form_twice_is_one_row_and_one_letter(session, log):
    assert log(form_token="a").id == log(form_token="a").id
    assert len(letters(session, "hours_request")) == 1


def test_a_double_click_makes_one_row(app, session, coach, municipality, now):
    if db.engine.dialect.name == "sqlite":
        app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {}
    session.commit()
    one, coach_id = entry(municipality, now, form_token="double"), coach.id
    session.commit()
    begin, made, trouble = threading.Barrier(4), [], []

    def click():
        with app.app_context(), writing():
            begin.wait()
            try:
                made.append(service.log(db.session(), one, by=coach_id, now=now).id)
                db.session.commit()
            except Exception as error:
                trouble.append(error)
            finally:
                db.session.remove()

    clicks = [threading.Thread(target=click) for _ in range(4)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join()
    assert trouble == []
    assert len(set(made)) == 1
    assert len(session.scalars(select(Hours)).all()) == 1


def test_two_forms_for_the_same_time_at_once_make_one_row(app, session, coach, municipality, now):
    entries = [entry(municipality, now) for _ in range(3)]
    coach_id = coach.id
    session.commit()
    begin, said = threading.Barrier(3), []

    def send(one):
        with app.app_context(), writing():
            begin.wait()
            try:
                service.log(db.session(), one, by=coach_id, now=now)
                db.session.commit()
                said.append("logged")
            except Refused as refused:
                said.append(refused.code)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=send, args=(one,)) for one in entries]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(said) == ["logged", "overlap", "overlap"]


# ---- the clock in Stockholm -------------------------------------------------------------------------


def test_hours_over_the_night_when_clocks_go_forward_last_their_minutes():
    starts = instant(date(2026, 3, 29), time(1, 30))
    assert Figures(starts=starts, minutes=60).ends == instant(date(2026, 3, 29), time(3, 30))


def test_a_time_that_the_clocks_skip_is_refused():
    assert refusal(instant, date(2026, 3, 29), time(2, 30)) == "skipped"


def test_a_time_that_comes_twice_is_the_first():
    assert instant(date(2026, 10, 25), time(2, 30)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_hours_before_and_after_the_clocks_go_back_do_not_overlap(log):
    log(starts=instant(date(2026, 10, 25), time(2, 0)), minutes=60)
    assert log(starts=datetime(2026, 10, 25, 1, 0, tzinfo=UTC), minutes=60)


# ---- nobody signs their own -------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["{local}@{domain}", "{LOCAL}@{domain}", "{local}+klient@{domain}"])
def test_the_contact_is_never_the_coach(log, coach, address):
    local, domain = coach.email.split("@")
    own = address.format(local=local, LOCAL=local.upper(), domain=domain)
    assert refusal(log, contact_email=own) == "own"


def test_a_coach_who_took_over_the_contacts_address_cannot_sign(session, log, coach, now):
    log()
    coach.email = CONTACT
    session.flush()
    assert refusal(service.confirm, session, token(session), by=None, now=now) == "own"


def test_a_signed_in_coach_cannot_use_the_clients_link(session, log, coach, now):
    log()
    assert refusal(service.confirm, session, token(session), by=coach.id, now=now) == "own"


def test_the_database_itself_refuses_a_coach_as_signer(session, log, coach):
    row = log()
    row.signer_id = coach.id
    with pytest.raises(IntegrityError):
        session.flush()


# ---- the client's organisation ----------------------------------------------------------------------


def test_a_new_client_is_made_once(session, coach, consortium, now):
    first = clients.typed(session, "Granåsa  Energi ", person=coach.id, now=now)
    assert (first.name, first.kind) == ("Granåsa Energi", "client")
    assert clients.typed(session, "Granåsa Energi", person=coach.id, now=now).id == first.id


def test_a_name_that_is_almost_known_is_offered(session, coach, municipality, now):
    with pytest.raises(clients.SimilarNames) as similar:
        clients.typed(session, "Falkviks kommun", person=coach.id, now=now)
    assert [one.id for one in similar.value.found] == [municipality.id]
    made = clients.typed(session, "Falkviks kommun", another=True, person=coach.id, now=now)
    assert made.id != municipality.id


def test_other_coaches_clients_are_not_offered(session, coach, consortium, now):
    organisation(session, "Hemliga Bolaget AB", "client", now)
    assert clients.typed(session, "Hemliga Bolagen", person=coach.id, now=now).name == "Hemliga Bolagen"


def test_a_client_that_was_not_offered_cannot_be_chosen(session, coach, consortium, now):
    secret = organisation(session, "Hemliga Bolaget AB", "client", now)
    assert refusal(clients.choose, session, secret.id, person=coach.id) == "client"


# ---- the client's answer ----------------------------------------------------------------------------


def test_signed_hours_count(session, log, coach, consortium, municipality, now):
    log(minutes=90, group_size=4)
    assert counted(session, consortium, coach) == []
    row = service.confirm(session, token(session), by=None, now=now)
    assert (row.state, row.signed_at) == ("signed", now)
    (item,) = counted(session, consortium, coach)
    assert (item.minutes, item.facts["client"], item.facts["paid"]) == (90, str(municipality.id), True)


def test_signed_hours_count_on_the_path_and_voided_ones_are_taken_back(session, log, coach, consortium, now):
    certify(session, coach, "participant", now)
    candidacy = learners.apply(session, person=coach.id, scheme="pollinator", by=coach.id, now=now)

    def amount():
        session.refresh(candidacy)
        return next(row for row in candidacy.standings if row.criterion == "coaching-hours").figures["amount"]

    log(minutes=120)
    row = service.confirm(session, token(session), by=None, now=now)
    assert amount() == 120
    service.void(session, row, reason="Fel dag", by=coach.id, now=now)
    assert amount() == 0
    assert counted(session, consortium, coach) == []


def test_signing_twice_counts_once(session, log, coach, consortium, now):
    log()
    secret = token(session)
    service.confirm(session, secret, by=None, now=now)
    assert refusal(service.confirm, session, secret, by=None, now=now) == "answered"
    assert refusal(service.refuse, session, secret, reason="Nej", by=None, now=now) == "answered"
    assert len(counted(session, consortium, coach)) == 1


def test_a_correction_counts_with_the_clients_figures_once_accepted(session, log, coach, consortium, now):
    first = log(minutes=90)
    service.correct(
        session, token(session), figures(now, minutes=60), comment="Vi slutade tidigt", by=None, now=now
    )
    assert (first.state, counted(session, consortium, coach)) == ("corrected", [])
    assert "Vi slutade tidigt" in letters(session, "hours_corrected", coach.email)[0].text
    second = service.accept(session, first, by=coach.id, now=now)
    assert (first.state, second.state, second.replaces_id) == ("replaced", "signed", first.id)
    assert [item.minutes for item in counted(session, consortium, coach)] == [60]
    assert len(letters(session, "hours_accepted", CONTACT)) == 1


def test_accepting_twice_is_accepting_once(session, log, coach, consortium, now):
    first = log()
    service.correct(session, token(session), figures(now, minutes=60), comment="", by=None, now=now)
    assert (
        service.accept(session, first, by=coach.id, now=now).id
        == service.accept(session, first, by=coach.id, now=now).id
    )
    assert len(counted(session, consortium, coach)) == 1


def test_a_correction_over_other_hours_is_not_accepted(session, log, coach, now):
    first = log(starts=now - timedelta(hours=5), minutes=60)
    service.correct(
        session,
        token(session),
        figures(now, starts=now - timedelta(hours=5), minutes=120),
        comment="",
        by=None,
        now=now,
    )
    log(starts=now - timedelta(hours=4), minutes=60)
    assert refusal(service.accept, session, first, by=coach.id, now=now) == "overlap"


@pytest.mark.parametrize(
    ("changes", "code"),
    [({}, "same"), ({"minutes": 0}, "minutes"), ({"starts": datetime(2027, 3, 4, tzinfo=UTC)}, "future")],
)
def test_a_correction_that_cannot_be_is_refused(session, log, now, changes, code):
    log()
    assert (
        refusal(
            service.correct, session, token(session), figures(now, **changes), comment="", by=None, now=now
        )
        == code
    )


def test_refused_hours_do_not_count_and_tell_the_coach_why(session, log, coach, consortium, now):
    row = log()
    service.refuse(session, token(session), reason="Det var en annan dag", by=None, now=now)
    assert (row.state, counted(session, consortium, coach)) == ("refused", [])
    assert "Det var en annan dag" in letters(session, "hours_refused", coach.email)[0].text
    assert [one.row.id for one in service.waiting_for_coach(session, coach.id, now=now)] == [row.id]


def test_refusing_needs_a_reason(session, log, now):
    log()
    assert refusal(service.refuse, session, token(session), reason=" ", by=None, now=now) == "comment"


def test_hours_that_the_coach_withdrew_cannot_be_signed(session, log, coach, now):
    service.withdraw(session, log(), by=coach.id, now=now)
    assert refusal(service.confirm, session, token(session), by=None, now=now) == "answered"


# ---- void and replace -------------------------------------------------------------------------------


def test_voided_hours_stay_and_are_replaced_by_a_new_row(session, log, coach, consortium, now):
    first = log(minutes=90)
    service.confirm(session, token(session), by=None, now=now)
    assert refusal(log, replaces=first.id) == "replaces"
    service.void(session, first, reason="Fel tid", by=coach.id, now=now)
    second = log(minutes=60, replaces=first.id)
    assert (first.state, first.close_reason, second.state) == ("voided", "Fel tid", "waiting")
    service.confirm(session, token(session), by=None, now=now)
    assert [item.minutes for item in counted(session, consortium, coach)] == [60]


def test_voiding_twice_is_voiding_once(session, log, coach, now):
    row = log()
    service.confirm(session, token(session), by=None, now=now)
    service.void(session, row, reason="Fel", by=coach.id, now=now)
    service.void(session, row, reason="Fel igen", by=coach.id, now=now)
    assert row.close_reason == "Fel"


def test_voiding_needs_a_reason_and_a_signature(session, log, coach, now):
    row = log()
    assert refusal(service.void, session, row, reason="Fel", by=coach.id, now=now) == "state"
    service.confirm(session, token(session), by=None, now=now)
    assert refusal(service.void, session, row, reason=" ", by=coach.id, now=now) == "reason"
    assert refusal(service.withdraw, session, row, by=coach.id, now=now) == "state"


def test_what_was_logged_never_changes(session, log):
    row = log()
    row.minutes = 600
    with pytest.raises(DatabaseError, match="append-only"):
        session.flush()


def test_one_row_in_ten_is_drawn_for_an_audit_and_always_the_same():
    ids = [new_id() for _ in range(2000)]
    drawn = [one for one in ids if hours.drawn(one)]
    assert drawn == [one for one in ids if hours.drawn(one)]
    assert 120 < len(drawn) < 280


# ---- what is known about a person -------------------------------------------------------------------


def test_my_data_holds_my_hours_without_secrets(session, log, coach, now):
    row = log()
    service.confirm(session, token(session), by=None, now=now)
    data = service.person_data(session, coach.id)
    (mine,) = data["hours"]
    assert (mine["id"], mine["client"], mine["answer"]["action"]) == (str(row.id), "Falkvik", "confirm")
    assert session.scalars(select(SigningLink)).one().token_digest not in str(data)


def test_a_signer_with_an_account_finds_the_hours_in_their_data(session, log, coach, now):
    klara = person(session, "Klara Påhitt", now)
    log(contact_email=klara.email)
    service.confirm(session, token(session, klara.email), by=None, now=now)
    (answered,) = service.person_data(session, klara.id)["answered"]
    assert answered["answer"]["action"] == "confirm"


def test_the_summary_adds_up(session, log, coach, now):
    log(minutes=60, starts=now - timedelta(days=3))
    service.confirm(session, token(session), by=None, now=now)
    log(minutes=30, paid=False)
    found = service.summary(session, coach.id)
    assert (found.hours.signed, found.hours.paid, found.hours.waiting, found.hours.clients) == (60, 60, 30, 1)
    assert found.waiting_rows == 1


def test_a_coach_reaches_only_their_own_rows(session, log, mentor):
    assert service.load_hours(session, log().id, person=mentor.id) is None
    assert session.get(Person, mentor.id)
    assert session.get(Organisation, mentor.organisation_id)
