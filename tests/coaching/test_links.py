"""The client's link: what it opens, when it ends, reminders, letters that did not arrive."""

import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import select

from app import clock, jobs
from app.accounts.errors import Refused
from app.coaching import service
from app.coaching.models import Answer, Hours, SigningLink
from app.coaching.reminders import remind_clients
from tests.coaching.logged import CONTACT, letters, token


def refusal(call, *args, **kwargs):
    with pytest.raises(Refused) as refused:
        call(*args, **kwargs)
    return refused.value.code


def test_only_the_digest_of_a_links_secret_is_kept(session, log):
    log()
    secret = token(session)
    link = session.scalars(select(SigningLink)).one()
    assert link.token_digest == hashlib.sha256(secret.encode()).hexdigest()


def test_a_link_ends_after_sixty_days(session, log, now):
    log()
    secret = token(session)
    assert service.open_link(session, secret, now=now + timedelta(days=60, seconds=-1))
    assert refusal(service.open_link, session, secret, now=now + timedelta(days=60)) == "expired"
    assert refusal(service.confirm, session, secret, by=None, now=now + timedelta(days=60)) == "expired"


def test_a_link_opens_its_own_row_only(session, log, now):
    first = log(starts=now - timedelta(days=3), contact_email="ett@falkvik.example")
    second = log(contact_email="tva@falkvik.example")
    service.confirm(session, token(session, "tva@falkvik.example"), by=None, now=now)
    assert (first.state, second.state) == ("waiting", "signed")


def test_a_tampered_link_opens_nothing(session, log, now):
    log()
    secret = token(session)
    assert refusal(service.open_link, session, secret[:-1], now=now) == "unknown"
    assert refusal(service.open_link, session, secret.swapcase(), now=now) == "unknown"


def test_a_corrected_address_ends_the_links_to_the_first(session, log, coach, now):
    row = log()
    first = token(session)
    service.send_again(
        session, row, name="Karl Påhitt", email="karl@falkvik.example", language="en", by=coach.id, now=now
    )
    assert refusal(service.confirm, session, first, by=None, now=now) == "revoked"
    assert "Please confirm" in letters(session, "hours_request", "karl@falkvik.example")[0].subject
    assert (
        service.confirm(session, token(session, "karl@falkvik.example"), by=None, now=now).state == "signed"
    )


def test_sent_again_to_the_same_address_both_links_work(session, log, coach, now):
    row = log()
    first = token(session)
    service.send_again(session, row, name="Klara", email=CONTACT, language="sv", by=coach.id, now=now)
    assert token(session) != first
    assert service.confirm(session, first, by=None, now=now).state == "signed"


def test_a_link_cannot_be_sent_to_the_coach_or_without_end(session, log, coach, now):
    row = log()
    again = {"name": "Klara", "language": "sv", "by": coach.id, "now": now}
    assert refusal(service.send_again, session, row, email=coach.email, **again) == "own"
    for _ in range(9):
        service.send_again(session, row, email=CONTACT, **again)
    assert refusal(service.send_again, session, row, email=CONTACT, **again) == "often"


def test_the_answer_keeps_a_digest_of_what_was_on_the_page(session, log, now):
    log()
    service.confirm(session, token(session), by=None, now=now)
    assert len(session.scalars(select(Answer)).one().digest) == 64


# ---- silence ----------------------------------------------------------------------------------------


def test_a_silent_client_is_reminded_after_7_and_21_days_and_never_again(session, log, now):
    log()
    reminded = [day for day in range(60) if service.remind(session, now=now + timedelta(days=day))]
    assert reminded == [7, 21]
    assert len(letters(session, "hours_reminder", CONTACT)) == 2


def test_a_reminder_carries_a_link_that_signs(session, log, now):
    row = log()
    service.remind(session, now=now + timedelta(days=7))
    service.confirm(session, token(session, kind="hours_reminder"), by=None, now=now + timedelta(days=8))
    assert row.state == "signed"


def test_who_has_answered_is_not_reminded(session, log, now):
    log()
    service.confirm(session, token(session), by=None, now=now)
    assert service.remind(session, now=now + timedelta(days=30)) == 0


def test_whose_mail_never_arrived_is_not_reminded(session, log, now):
    log()
    letters(session, "hours_request")[0].state = "failed"
    assert service.remind(session, now=now + timedelta(days=7)) == 0


def test_the_clock_reminds_every_day(session, log, monkeypatch, now):
    log()
    later = now + timedelta(days=7)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert [one.hour for one in jobs.TIMETABLE if one.name == "remind-hours"] == [7]
    jobs.enqueue(session, "remind-hours", now=later)
    session.commit()
    jobs.drain(session)
    assert len(letters(session, "hours_reminder")) == 1
    assert remind_clients


# ---- a letter that did not arrive -------------------------------------------------------------------


@pytest.fixture
def settings(smtp):
    return smtp


def test_the_coach_sees_why_a_letter_did_not_arrive_and_sends_it_to_a_right_address(
    session, log, coach, browse, outbox, now
):
    outbox.refuse[CONTACT] = "550 5.1.1 no such user here"
    row = log()
    session.commit()
    jobs.drain(session)
    (waiting,) = service.waiting_for_coach(session, coach.id, now=now)
    assert "no such user here" in waiting.undelivered
    browser = browse(coach)
    assert "no such user here" in browser.get(f"/coaching-hours/{row.id}").text
    sent = browser.post(
        f"/coaching-hours/{row.id}/send",
        data={
            "contact_name": "Klara Påhitt",
            "contact_email": "klara.pahitt@falkvik.example",
            "contact_language": "sv",
        },
    )
    assert sent.status_code == 303
    jobs.drain(session)
    assert len(outbox.to("klara.pahitt@falkvik.example")) == 1
    assert service.waiting_for_coach(session, coach.id, now=now) == []
    assert session.get(Hours, row.id).state == "waiting"
