"""Mentor coaching, and the rule that one person's time counts once."""

import uuid
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from app.accounts.errors import Refused
from app.coaching import mentoring, service
from app.coaching.models import TAKEN, Hours, Mentoring
from tests.coaching.logged import counted, entry, figures, letters, token
from tests.deliveries.people import certify, person


def refusal(call, *args, **kwargs):
    with pytest.raises(Refused) as refused:
        call(*args, **kwargs)
    return refused.value.code


def held(session, by, other, now, *, as_mentor=False, one_to_one=True, **changes):
    return mentoring.log(
        session,
        figures(now, **changes),
        other_email=other.email,
        as_mentor=as_mentor,
        one_to_one=one_to_one,
        form_token=str(uuid.uuid4()),
        by=by.id,
        now=now,
    )


def test_it_counts_for_both_once_the_other_has_confirmed(session, coach, mentor, consortium, now):
    row = held(session, coach, mentor, now, minutes=60)
    assert len(letters(session, "mentoring_request", mentor.email)) == 1
    assert service.mentoring_to_confirm(session, mentor.id) == [row]
    assert counted(session, consortium, coach, "mentoring") == []
    mentoring.confirm(session, row, by=mentor.id, now=now)
    assert [item.minutes for item in counted(session, consortium, coach, "mentoring")] == [60]
    assert [item.minutes for item in counted(session, consortium, mentor, "mentoring_given")] == [60]
    assert service.mentoring_to_confirm(session, mentor.id) == []


def test_nobody_confirms_what_they_logged_themselves(session, coach, mentor, now):
    row = held(session, coach, mentor, now)
    assert refusal(mentoring.confirm, session, row, by=coach.id, now=now) == "oneself"


def test_nobody_mentors_themselves(session, mentor, now):
    assert refusal(held, session, mentor, mentor, now) == "oneself"


def test_the_database_itself_refuses_that_somebody_mentors_themselves(session, mentor, now):
    session.add(
        Mentoring(
            mentor_id=mentor.id,
            mentee_id=mentor.id,
            logged_by=mentor.id,
            starts=now,
            ends=now + timedelta(hours=1),
            minutes=60,
            one_to_one=True,
            form_token="x",
            created_at=now,
        )
    )
    with pytest.raises(IntegrityError):
        session.flush()


def test_the_database_itself_refuses_that_somebody_confirms_their_own(session, coach, mentor, now):
    row = held(session, coach, mentor, now)
    row.answered_by = coach.id
    with pytest.raises(IntegrityError):
        session.flush()


def test_the_mentors_certificate_has_to_be_valid_on_that_day(session, coach, consortium, now):
    late = person(session, "Lars Låtsas", now)
    certify(session, late, "certified-coach", now, since=date(2027, 3, 2))
    assert held(session, coach, late, now).state == "waiting"
    assert refusal(held, session, coach, late, now, starts=now - timedelta(days=2)) == "mentor"
    assert refusal(held, session, late, coach, now) == "mentor"


def test_a_lead_trainer_may_mentor(session, coach, consortium, now):
    leader = person(session, "Lena Demolin", now)
    certify(session, leader, "lead-trainer", now)
    assert held(session, leader, coach, now, as_mentor=True).mentee_id == coach.id


def test_an_unknown_address_is_said_kindly(session, coach, now):
    stranger = type("Stranger", (), {"email": "ingen@falkvik.example"})
    assert refusal(held, session, coach, stranger, now) == "unknown"


def test_a_minute_is_never_both_coaching_and_mentoring(session, log, coach, mentor, now):
    log()
    assert refusal(held, session, coach, mentor, now) == "overlap"
    held(session, coach, mentor, now, starts=now - timedelta(days=2))
    assert refusal(log, starts=now - timedelta(days=2)) == "overlap"


def test_a_group_is_mentored_at_one_time(session, coach, mentor, now):
    other = person(session, "Dan Låtsas", now)
    held(session, coach, mentor, now, one_to_one=False)
    assert held(session, other, mentor, now, one_to_one=False).state == "waiting"
    assert (
        refusal(held, session, person(session, "Eva Fiktiv", now), mentor, now, one_to_one=True) == "overlap"
    )


def test_declined_and_withdrawn_mentoring_does_not_count(session, coach, mentor, consortium, now):
    first = held(session, coach, mentor, now)
    mentoring.decline(session, first, reason="Vi sågs inte", by=mentor.id, now=now)
    second = held(session, coach, mentor, now)
    mentoring.withdraw(session, second, by=coach.id, now=now)
    assert (first.state, second.state) == ("declined", "withdrawn")
    assert refusal(mentoring.confirm, session, second, by=mentor.id, now=now) == "answered"
    assert counted(session, consortium, coach, "mentoring") == []


def test_voided_mentoring_is_taken_back_for_both(session, coach, mentor, consortium, now):
    row = held(session, coach, mentor, now)
    mentoring.confirm(session, row, by=mentor.id, now=now)
    mentoring.void(session, row, reason="Fel dag", by=coach.id, now=now)
    assert counted(session, consortium, coach, "mentoring") == []
    assert counted(session, consortium, mentor, "mentoring_given") == []


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "log",
                "log",
                "log",
                "confirm",
                "correct",
                "correct",
                "refuse",
                "accept",
                "accept",
                "withdraw",
                "void",
            ]
        ),
        st.integers(0, 7),
        st.integers(1, 4),
    ),
    min_size=6,
    max_size=20,
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_no_two_rows_of_a_coach_ever_overlap(session, consortium, municipality, now, steps):
    coach = person(session, f"Coach {uuid.uuid4().hex[:10]}", now)
    begin = now - timedelta(days=1)
    links: dict[uuid.UUID, str] = {}
    for act, at, length in steps:
        span = {"starts": begin + timedelta(minutes=30 * at), "minutes": 30 * length}
        mine = session.query(Hours).filter_by(person_id=coach.id).order_by(Hours.id).all()
        row = mine[at % len(mine)] if mine else None
        try:
            if act == "log":
                made = service.log(session, entry(municipality, now, **span), by=coach.id, now=now)
                links[made.id] = token(session)
            elif row is None:
                continue
            elif act == "accept":
                service.accept(session, row, by=coach.id, now=now)
            elif act == "withdraw":
                service.withdraw(session, row, by=coach.id, now=now)
            elif act == "void":
                service.void(session, row, reason="Fel", by=coach.id, now=now)
            elif row.id in links:
                secret = links[row.id]
                if act == "confirm":
                    service.confirm(session, secret, by=None, now=now)
                elif act == "refuse":
                    service.refuse(session, secret, reason="Nej", by=None, now=now)
                else:
                    service.correct(session, secret, figures(now, **span), comment="", by=None, now=now)
        except Refused:
            continue
    rows = session.query(Hours).filter_by(person_id=coach.id).order_by(Hours.starts).all()
    taken = [row for row in rows if row.state in TAKEN]
    assert all(one.ends <= other.starts for one, other in zip(taken, taken[1:], strict=False))
    signed = sum(row.minutes for row in rows if row.state == "signed")
    assert sum(item.minutes for item in counted(session, consortium, coach)) == signed
