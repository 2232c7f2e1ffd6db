"""What a session gives to those who were there and to those who led it."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError, IntegrityError

from app import jobs, mail
from app.accounts.errors import Refused
from app.cascade import service as cascade
from app.deliveries import service
from app.deliveries.models import Attendance, Feedback
from app.evidence import service as evidence
from app.learners import service as learners
from tests.deliveries.people import booked, certify, mark, person, session_of


def counted(session, owner, someone, kind):
    rows = evidence.of_person(session, owner=owner.id, person=someone.id, kinds=[kind])
    return [row for row in rows if row.withdrawn_at is None and row.excluded is None]


@pytest.fixture
def delivery(session, coach, municipality, now):
    return session_of(session, coach, municipality, now)


@pytest.fixture
def after(delivery):
    """The instant at which the session is over."""
    return delivery.ends + timedelta(minutes=10)


def test_a_held_session_counts_for_everybody_who_was_there(session, consortium, coach, delivery, now, after):
    ada, bo, cia = booked(session, delivery, 3, now)
    mark(session, delivery, {ada: 165, bo: 60, cia: 0}, by=coach, now=after)
    assert service.mark_held(session, delivery, by=coach.id, now=after) == 2
    assert [row.minutes for row in counted(session, consortium, ada, "attendance")] == [165]
    assert [row.minutes for row in counted(session, consortium, bo, "attendance")] == [60]
    assert counted(session, consortium, cia, "attendance") == []
    assert [one.state for one in service.seated(session, delivery)] == ["full", "partial", "no_show"]


def test_a_held_session_counts_towards_the_coachs_own_next_level(
    session, consortium, coach, delivery, now, after
):
    certify(session, coach, "pollinator", now)
    candidacy = learners.apply(session, person=coach.id, scheme="lead-trainer", by=coach.id, now=now)
    people = booked(session, delivery, 2, now)
    mark(session, delivery, dict.fromkeys(people, 165), by=coach, now=after)
    service.mark_held(session, delivery, by=coach.id, now=after)
    standing = next(row for row in candidacy.standings if row.criterion == "deliveries")
    assert standing.figures["amount"] == 1
    (led,) = counted(session, consortium, coach, "delivery")
    assert (led.facts["role"], led.facts["share"], led.facts["participants"]) == ("lead", 100, 2)
    assert led.facts["municipality"] == str(delivery.municipality_id)


def test_a_co_trainer_leads_their_share_and_the_trainer_the_rest(
    session, consortium, coach, delivery, now, after
):
    along = person(session, "Pelle Provberg", now)
    service.add_co_trainer(session, delivery, email=along.email, share=50, by=coach.id, now=now)
    (ada,) = booked(session, delivery, 1, now)
    mark(session, delivery, {ada: 165}, by=coach, now=after)
    service.mark_held(session, delivery, by=coach.id, now=after)
    assert [row.facts["share"] for row in counted(session, consortium, along, "delivery")] == [50]
    assert [row.facts["role"] for row in counted(session, consortium, along, "delivery")] == ["co"]
    assert [row.facts["share"] for row in counted(session, consortium, coach, "delivery")] == [50]


def test_marking_a_session_as_held_twice_counts_once(session, consortium, coach, delivery, now, after):
    (ada,) = booked(session, delivery, 1, now)
    mark(session, delivery, {ada: 165}, by=coach, now=after)
    service.mark_held(session, delivery, by=coach.id, now=after)
    service.mark_held(session, delivery, by=coach.id, now=after)
    assert len(counted(session, consortium, ada, "attendance")) == 1
    assert len(counted(session, consortium, coach, "delivery")) == 1
    thanks = session.scalars(select(mail.Mail).where(mail.Mail.kind == "session-thanks")).all()
    assert [one.to for one in thanks] == [ada.email]


def test_the_trainer_is_remembered_as_the_participants_trainer(session, coach, delivery, now, after):
    (ada,) = booked(session, delivery, 1, now)
    mark(session, delivery, {ada: 165}, by=coach, now=after)
    service.mark_held(session, delivery, by=coach.id, now=after)
    assert [one.kind for one in cascade.ties(session, coach.id, ada.id)] == ["trained"]


def test_a_corrected_attendance_voids_what_counted_and_counts_anew(
    session, consortium, coach, delivery, now, after
):
    ada, bo = booked(session, delivery, 2, now)
    mark(session, delivery, {ada: 165, bo: 165}, by=coach, now=after)
    service.mark_held(session, delivery, by=coach.id, now=after)
    later = after + timedelta(hours=1)
    mark(session, delivery, {ada: 90}, by=coach, now=later, reason="Gick tidigare")
    assert [row.minutes for row in counted(session, consortium, ada, "attendance")] == [90]
    rows = evidence.of_person(session, owner=consortium.id, person=ada.id, kinds=["attendance"])
    assert len(rows) == 2
    assert len(counted(session, consortium, coach, "delivery")) == 1


def test_a_correction_of_who_came_changes_the_number_that_was_led(
    session, consortium, coach, delivery, now, after
):
    ada, bo = booked(session, delivery, 2, now)
    mark(session, delivery, {ada: 165, bo: 165}, by=coach, now=after)
    service.mark_held(session, delivery, by=coach.id, now=after)
    later = after + timedelta(hours=1)
    mark(session, delivery, {bo: 0}, by=coach, now=later, reason="Kom inte")
    assert [row.facts["participants"] for row in counted(session, consortium, coach, "delivery")] == [1]
    mark(session, delivery, {bo: 30}, by=coach, now=later, reason="Kom sent")
    assert [row.facts["participants"] for row in counted(session, consortium, coach, "delivery")] == [2]
    assert [row.minutes for row in counted(session, consortium, bo, "attendance")] == [30]


def test_a_correction_needs_a_reason(session, coach, delivery, now, after):
    (ada,) = booked(session, delivery, 1, now)
    mark(session, delivery, {ada: 165}, by=coach, now=after)
    service.mark_held(session, delivery, by=coach.id, now=after)
    with pytest.raises(Refused) as refused:
        mark(session, delivery, {ada: 90}, by=coach, now=after)
    assert refused.value.code == "reason"


@pytest.mark.parametrize("minutes", [-1, 166])
def test_attendance_is_never_longer_than_the_session(session, coach, delivery, now, after, minutes):
    (ada,) = booked(session, delivery, 1, now)
    with pytest.raises(Refused) as refused:
        mark(session, delivery, {ada: minutes}, by=coach, now=after)
    assert refused.value.code == "minutes"


def test_the_database_itself_refuses_attendance_beyond_the_session(session, coach, delivery, now):
    (ada,) = booked(session, delivery, 1, now)
    (booking,) = service.seated(session, delivery)
    row = {"delivery_id": delivery.id, "booking_id": booking.id, "of_minutes": 165, "at": now}
    session.add(Attendance(**row, person_id=ada.id, minutes=166, taken_by=coach.id))
    with pytest.raises(IntegrityError):
        session.flush()


def test_the_database_itself_refuses_that_somebody_takes_their_own_attendance(session, delivery, now):
    (ada,) = booked(session, delivery, 1, now)
    (booking,) = service.seated(session, delivery)
    session.add(
        Attendance(
            delivery_id=delivery.id,
            booking_id=booking.id,
            of_minutes=165,
            at=now,
            person_id=ada.id,
            minutes=165,
            taken_by=ada.id,
        )
    )
    with pytest.raises(IntegrityError):
        session.flush()


def test_nobody_takes_their_own_attendance(session, delivery, now, after):
    (ada,) = booked(session, delivery, 1, now)
    with pytest.raises(Refused) as refused:
        mark(session, delivery, {ada: 165}, by=ada, now=after)
    assert refused.value.code == "oneself"


def test_attendance_rows_never_change(session, coach, delivery, now, after):
    (ada,) = booked(session, delivery, 1, now)
    mark(session, delivery, {ada: 165}, by=coach, now=after)
    (row,) = session.scalars(select(Attendance)).all()
    row.minutes = 10
    with pytest.raises(DatabaseError, match="append-only"):
        session.flush()


@pytest.mark.parametrize(
    ("present", "hours", "code"), [((), 4, "unmarked"), ((0,), 4, "nobody"), ((165,), 2, "early")]
)
def test_a_session_is_not_held_before_it_is_over_and_attended(
    session, coach, delivery, now, present, hours, code
):
    people = booked(session, delivery, 1, now)
    at = delivery.starts + timedelta(hours=hours)
    mark(session, delivery, dict(zip(people, present, strict=False)), by=coach, now=at)
    with pytest.raises(Refused) as refused:
        service.mark_held(session, delivery, by=coach.id, now=at)
    assert refused.value.code == code


def test_a_session_counts_only_while_the_trainers_certificate_is_valid(
    session, municipality, consortium, now
):
    lapsing = person(session, "Lars Låtsas", now, home=consortium.id, role="coach")
    certify(session, lapsing, "certified-coach", now, until=(now + timedelta(days=2)).date())
    delivery = session_of(session, lapsing, municipality, now)
    assert delivery.state == "open"
    with pytest.raises(Refused) as refused:
        session_of(session, lapsing, municipality, now, starts=now + timedelta(days=4))
    assert refused.value.code == "authorised"


# ---- what people thought of it ----------------------------------------------------------------------


def held(session, coach, delivery, count, now, after):
    people = booked(session, delivery, count, now)
    mark(session, delivery, dict.fromkeys(people, 165), by=coach, now=after)
    service.mark_held(session, delivery, by=coach.id, now=after)
    return people


def answer(session, delivery, someone, value, after, comment=""):
    return service.give_feedback(session, delivery, value=value, comment=comment, by=someone.id, now=after)


def test_answers_show_and_count_from_the_third_one_on(session, consortium, coach, delivery, now, after):
    ada, bo, cia, dag = held(session, coach, delivery, 4, now, after)
    answer(session, delivery, ada, 5, after, "Bra tempo")
    answer(session, delivery, bo, 4, after)
    assert service.summary(session, delivery) == service.Summary(2)
    assert counted(session, consortium, coach, "rating") == []
    answer(session, delivery, cia, 3, after)
    found = service.summary(session, delivery)
    assert (found.count, found.mean, found.spread, found.comments) == (
        3,
        400,
        (0, 0, 1, 1, 1),
        ("Bra tempo",),
    )
    assert sorted(row.facts["value"] for row in counted(session, consortium, coach, "rating")) == [3, 4, 5]
    answer(session, delivery, dag, 5, after)
    assert len(counted(session, consortium, coach, "rating")) == 4


def test_evidence_of_an_answer_never_names_who_gave_it(session, consortium, coach, delivery, now, after):
    people = held(session, coach, delivery, 3, now, after)
    for one in people:
        answer(session, delivery, one, 5, after)
    for row in counted(session, consortium, coach, "rating"):
        assert not {str(one.id) for one in people} & set(map(str, row.facts.values()))


def test_one_answer_each(session, coach, delivery, now, after):
    (ada,) = held(session, coach, delivery, 1, now, after)
    answer(session, delivery, ada, 5, after)
    with pytest.raises(Refused) as refused:
        answer(session, delivery, ada, 1, after)
    assert refused.value.code == "given"
    assert [row.value for row in session.scalars(select(Feedback))] == [5]


def test_only_those_who_were_there_answer(session, coach, delivery, now, after):
    ada, bo = booked(session, delivery, 2, now)
    mark(session, delivery, {ada: 165, bo: 0}, by=coach, now=after)
    service.mark_held(session, delivery, by=coach.id, now=after)
    stranger = person(session, "Fia Fiktiv", now)
    for nobody in (bo, coach, stranger):
        with pytest.raises(Refused) as refused:
            answer(session, delivery, nobody, 5, after)
        assert refused.value.code == "absent"


def test_the_letters_speak_the_receivers_language(session, coach, delivery, now, after, app):
    anna = person(session, "Anna Påhitt", now)
    john = person(session, "John Demolin", now, language="en")
    for one in (anna, john):
        service.book(session, delivery, person=one.id, by=one.id, now=now)
    letters = {
        one.to: one for one in session.scalars(select(mail.Mail).where(mail.Mail.kind == "session-booked"))
    }
    assert letters[john.email].subject == "You are booked: Needs and current state, 4 March 2027"
    assert "Behov och nuläge" in letters[anna.email].subject
    assert "4 mars 2027" in letters[anna.email].subject
    assert jobs  # the letters leave by a job, after the commit
