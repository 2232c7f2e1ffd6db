"""Planning a session, booking it, never more than there are seats."""

import threading
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app import mail
from app.accounts.errors import Refused
from app.accounts.models import Invitation
from app.db import db, writing
from app.deliveries import service
from app.deliveries.models import Booking, Delivery
from tests.deliveries.people import booked, certify, person, plan, session_of


def refusal(call, *args, **kwargs):
    with pytest.raises(Refused) as refused:
        call(*args, **kwargs)
    return refused.value.code


def letters(session, kind):
    return session.scalars(select(mail.Mail).where(mail.Mail.kind == kind).order_by(mail.Mail.id)).all()


# ---- planning ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ends": datetime(2027, 3, 3, 10, tzinfo=UTC)}, "ends"),
        ({"minutes": 181}, "minutes"),
        ({"capacity": 0}, "capacity"),
        ({"place": ""}, "place"),
        ({"online_link": "http://unsafe.example"}, "online_link"),
        ({"starts": datetime(2027, 3, 1, 9, tzinfo=UTC)}, "past"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(session, coach, municipality, now, changes, code):
    assert refusal(session_of, session, coach, municipality, now, **changes) == code


def test_only_an_authorised_trainer_leads(session, municipality, now):
    stranger = person(session, "Sten Fiktiv", now, role="coach")
    assert refusal(session_of, session, stranger, municipality, now) == "authorised"


def test_a_trainer_is_in_one_place_at_a_time(session, coach, municipality, now):
    session_of(session, coach, municipality, now)
    later = now + timedelta(days=1, hours=2)
    assert refusal(session_of, session, coach, municipality, now, starts=later) == "busy"


def test_times_mean_what_people_in_the_zone_mean():
    helsinki = ZoneInfo("Europe/Helsinki")
    assert service.instant(date(2027, 3, 4), time(9, 0), helsinki) == datetime(2027, 3, 4, 7, 0, tzinfo=UTC)


def test_a_time_that_the_clocks_skip_is_refused():
    stockholm = ZoneInfo("Europe/Stockholm")
    assert refusal(service.instant, date(2027, 3, 28), time(2, 30), stockholm) == "skipped"


def test_moving_an_open_session_tells_the_booked(session, coach, municipality, now):
    delivery = session_of(session, coach, municipality, now)
    (ada,) = booked(session, delivery, 1, now)
    service.change_session(session, delivery, plan(now, starts=now + timedelta(days=2)), by=coach.id, now=now)
    assert [one.to for one in letters(session, "session-changed")] == [ada.email]


def test_there_stay_seats_for_those_who_are_booked(session, coach, municipality, now):
    delivery = session_of(session, coach, municipality, now)
    booked(session, delivery, 2, now)
    change = plan(now, capacity=1)
    assert refusal(service.change_session, session, delivery, change, by=coach.id, now=now) == "capacity"


def test_cancelling_tells_everybody_and_frees_nothing_to_book(session, coach, municipality, now):
    delivery = session_of(session, coach, municipality, now)
    (ada,) = booked(session, delivery, 1, now)
    service.invite_list(session, delivery, "ny@granasa.example", by=coach.id, now=now)
    service.cancel_session(session, delivery, reason="Sjukdom", by=coach.id, now=now)
    (letter,) = letters(session, "session-cancelled")
    assert letter.to == ada.email
    assert "Sjukdom" in letter.text
    assert [one.state for one in session.scalars(select(Invitation))] == ["revoked"]
    assert refusal(service.book, session, delivery, person=ada.id, by=ada.id, now=now) == "cancelled"


# ---- booking ----------------------------------------------------------------------------------------


def test_booking_twice_is_booking_once(session, coach, municipality, now):
    delivery = session_of(session, coach, municipality, now)
    (ada,) = booked(session, delivery, 1, now)
    service.book(session, delivery, person=ada.id, by=ada.id, now=now)
    assert delivery.booked == 1
    assert len(letters(session, "session-booked")) == 1


def test_a_full_session_says_so_and_a_given_up_place_is_free_again(session, coach, municipality, now):
    delivery = session_of(session, coach, municipality, now, capacity=1)
    (ada,) = booked(session, delivery, 1, now)
    bo = person(session, "Bo Exempel", now)
    assert refusal(service.book, session, delivery, person=bo.id, by=bo.id, now=now) == "full"
    service.give_up(session, delivery, service.live_booking(session, delivery.id, ada.id), by=ada.id, now=now)
    service.book(session, delivery, person=bo.id, by=bo.id, now=now)
    assert delivery.booked == 1


def test_a_draft_cannot_be_booked(session, coach, municipality, now):
    delivery = session_of(session, coach, municipality, now, opened=False)
    ada = person(session, "Ada Påhitt", now)
    assert refusal(service.book, session, delivery, person=ada.id, by=ada.id, now=now) == "draft"


def test_whoever_leads_cannot_take_part(session, coach, municipality, now):
    delivery = session_of(session, coach, municipality, now)
    along = person(session, "Pelle Provberg", now)
    service.add_co_trainer(session, delivery, email=along.email, share=40, by=coach.id, now=now)
    for leader in (coach, along):
        assert refusal(service.book, session, delivery, person=leader.id, by=leader.id, now=now) == "leads"


def test_shares_leave_the_trainer_something(session, coach, municipality, now):
    delivery = session_of(session, coach, municipality, now)
    one, two = (person(session, f"{name} Provberg", now) for name in ("Pelle", "Pia"))
    service.add_co_trainer(session, delivery, email=one.email, share=50, by=coach.id, now=now)
    add = {"email": two.email, "share": 50, "by": coach.id, "now": now}
    assert refusal(service.add_co_trainer, session, delivery, **add) == "share"


def test_nobody_is_booked_in_two_sessions_at_once(session, coach, municipality, now):
    delivery = session_of(session, coach, municipality, now)
    (ada,) = booked(session, delivery, 1, now)
    other = person(session, "Olle Provberg", now, role="coach")
    certify(session, other, "lead-trainer", now)
    second = session_of(session, other, municipality, now)
    assert refusal(service.book, session, second, person=ada.id, by=ada.id, now=now) == "busy"


def test_the_database_itself_refuses_one_seat_too_many(session, coach, municipality, now):
    delivery = session_of(session, coach, municipality, now, capacity=1)
    delivery.booked = 2
    with pytest.raises(IntegrityError):
        session.flush()


def test_of_many_who_take_the_last_seat_at_once_one_gets_it(app, session, coach, municipality, now):
    delivery = session_of(session, coach, municipality, now, capacity=1)
    people = [person(session, f"Tävlande {number} Påhitt", now).id for number in range(6)]
    delivery_id = delivery.id
    session.commit()
    start = threading.Barrier(len(people))
    outcomes = []

    def try_to_book(who):
        with app.app_context(), writing():
            start.wait()
            try:
                one = db.session.get(Delivery, delivery_id)
                service.book(db.session(), one, person=who, by=who, now=now)
                db.session.commit()
                outcomes.append("booked")
            except Refused as refused:
                db.session.rollback()
                outcomes.append(refused.code)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=try_to_book, args=(who,)) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["booked"] + ["full"] * 5
    session.expire_all()
    assert session.get(Delivery, delivery_id).booked == 1
    assert len(session.scalars(select(Booking)).all()) == 1


# ---- inviting ---------------------------------------------------------------------------------------


def test_a_list_invites_who_has_an_account_and_who_has_none(session, coach, municipality, now):
    delivery = session_of(session, coach, municipality, now)
    ada = person(session, "Ada Påhitt", now)
    text = f"Ada Påhitt <{ada.email}>\nNy Person\tny@granasa.example\n\n{ada.email.upper()}; annan@granasa.example"
    assert service.invite_list(session, delivery, text, by=coach.id, now=now).sent == 3
    found = session.scalars(select(Invitation).order_by(Invitation.email)).all()
    assert [(one.email, one.purpose, one.target_id) for one in found] == [
        ("annan@granasa.example", "delivery", delivery.id),
        ("ny@granasa.example", "delivery", delivery.id),
    ]
    assert [one.to for one in letters(session, "session-invitation")] == [ada.email]
    assert service.live_booking(session, delivery.id, ada.id).state == "requested"
    assert delivery.booked == 0


def test_every_bad_row_is_named_and_nobody_is_invited(session, coach, municipality, now):
    delivery = session_of(session, coach, municipality, now)
    with pytest.raises(service.BadRows) as bad:
        service.invite_list(
            session, delivery, "bra@granasa.example\nfel@\ninte en adress", by=coach.id, now=now
        )
    assert [(row, written) for row, written, _ in bad.value.rows] == [(2, "fel@"), (3, "inte en adress")]
    assert session.scalars(select(Invitation)).all() == []


def test_asking_the_same_people_again_sends_nothing_twice(session, coach, municipality, now):
    delivery = session_of(session, coach, municipality, now)
    ada = person(session, "Ada Påhitt", now)
    text = f"{ada.email}\nny@granasa.example"
    service.invite_list(session, delivery, text, by=coach.id, now=now)
    again = service.invite_list(session, delivery, text, by=coach.id, now=now)
    assert (again.sent, again.already) == (0, (ada.email, "ny@granasa.example"))


def test_whoever_was_asked_books_and_is_told(session, coach, municipality, now):
    delivery = session_of(session, coach, municipality, now)
    ada = person(session, "Ada Påhitt", now)
    service.invite_list(session, delivery, ada.email, by=coach.id, now=now)
    service.book(session, delivery, person=ada.id, by=ada.id, now=now)
    assert (delivery.booked, len(session.scalars(select(Booking)).all())) == (1, 1)
