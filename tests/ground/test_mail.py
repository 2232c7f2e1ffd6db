"""Mail leaves after the commit, is tried again, and says where it did not arrive."""

import uuid
from datetime import timedelta

import pytest
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app import clock, jobs, mail
from app.db import new_id
from app.mail import Mail


@pytest.fixture
def settings(smtp):
    return smtp


@pytest.fixture
def time(monkeypatch, now):
    class Time:
        at = now

    monkeypatch.setattr(clock, "now", lambda: Time.at)
    return Time


def write(session, now, **more) -> Mail:
    given: dict[str, str] = {
        "to": "tilde@falkvik.example",
        "kind": "test",
        "subject": "Hej",
        "text": "Hej!\n",
        "language": "sv",
    }
    row = mail.enqueue(session(), now=now, **given | more)
    session.commit()
    return row


def test_nothing_leaves_before_the_commit(session, outbox, time, now):
    mail.enqueue(session(), to="a@b.example", kind="k", subject="s", text="t", language="sv", now=now)
    session.rollback()
    jobs.drain(session())
    assert len(outbox) == 0


def test_a_letter_arrives_in_text_and_in_the_services_layout(session, outbox, time, now):
    row = write(session, now)
    jobs.drain(session())
    assert (row.state, row.sent_at, len(outbox)) == ("sent", now, 1)
    assert outbox[0].get_content_type() == "multipart/alternative"


def test_a_receiver_that_does_not_exist_is_given_up_at_once_with_the_servers_answer(
    session, outbox, time, now
):
    outbox.refuse["tilde@falkvik.example"] = "550 no such user"
    row = write(session, now)
    jobs.drain(session())
    assert (row.state, row.attempts) == ("failed", 1)
    assert "no such user" in row.error


def test_a_receiver_that_is_busy_is_tried_again(session, outbox, time, now):
    outbox.refuse["tilde@falkvik.example"] = "451 come back later"
    row = write(session, now)
    jobs.drain(session())
    assert (row.state, len(outbox)) == ("queued", 0)
    outbox.refuse.clear()
    time.at = now + timedelta(minutes=1)
    jobs.drain(session())
    assert (row.state, row.attempts, row.error, len(outbox)) == ("sent", 2, "", 1)


def test_a_server_that_never_answers_is_given_up_in_the_end(app, session, time, now):
    app.config["SMTP_PORT"] = 1
    row = write(session, now)
    for _ in range(20):
        jobs.drain(session())
        time.at += timedelta(hours=7)
    assert (row.state, row.attempts) == ("failed", mail.ATTEMPTS)


@pytest.mark.parametrize("answer", [None, "550 no"])
def test_a_one_time_link_is_wiped_once_nobody_will_send_it_any_more(session, outbox, time, now, answer):
    if answer:
        outbox.refuse["tilde@falkvik.example"] = answer
    row = write(session, now, text="https://service.example/link/secret\n", sensitive=True)
    assert "secret" in row.text
    jobs.drain(session())
    assert row.text == ""


def test_a_subject_cannot_smuggle_a_header(session, outbox, time, now):
    write(session, now, subject="Hej\r\nBcc: alla@falkvik.example")
    jobs.drain(session())
    assert outbox[0]["Bcc"] is None
    assert outbox[0]["Subject"] == "Hej Bcc: alla@falkvik.example"


@pytest.mark.parametrize("address", ["a@b.example\r\nBcc: c@d.example", "a\n@b.example", "a@b.example\n"])
def test_an_address_cannot_smuggle_a_header_and_is_refused_for_good(session, outbox, time, now, address):
    row = write(session, now, to=address)
    jobs.drain(session())
    assert (row.state, row.attempts, len(outbox)) == ("failed", 1, 0)
    assert "not an address" in row.error


def test_sending_again_what_was_sent_sends_nothing(session, outbox, time, now):
    row = write(session, now)
    jobs.drain(session())
    jobs.enqueue(session(), "send-mail", now=now, mail=row.id)
    session.commit()
    jobs.drain(session())
    assert len(outbox) == 1


def test_a_letter_that_was_accepted_is_sent_whatever_the_server_says_at_parting(session, outbox, time, now):
    outbox.farewell = "421 closing down"
    row = write(session, now)
    jobs.drain(session())
    assert (row.state, row.attempts, len(outbox)) == ("sent", 1, 1)


def test_letters_to_many_are_the_letters_that_each_would_get_alone(app, session, now):
    facts = {"name": "Tilde", "scheme": "Deltagare", "serial": "2027-000001", "link": "l", "verify": "v"}
    people = [(new_id(), "sv"), (new_id(), "en"), (new_id(), "sv")]
    template, subject = "awards/mail/certificate_issued.txt", _l("Your certificate: %(scheme)s")

    names = {one.key for one in Mail.__mapper__.column_attrs} - {"id"}

    def columns(mail):
        return {name: getattr(mail, name) for name in names}

    alone = [
        mail.write(
            session(),
            template,
            subject=subject,
            to="t@falkvik.example",
            language=language,
            now=now,
            person=person,
            about=person,
            **facts,
        )
        for person, language in people
    ]
    session.flush()
    expected = [columns(one) for one in alone]
    session.rollback()
    receivers = [mail.Receiver(one, "t@falkvik.example", language, one, facts) for one, language in people]
    mail.write_all(session(), template, receivers, subject=subject, now=now)
    made = {one.person_id: one for one in session.scalars(select(Mail))}
    assert [columns(made[person]) for person, _ in people] == expected
    sending = {uuid.UUID(one.args["mail"]) for one in session.scalars(select(jobs.Job))}
    assert sending == {one.id for one in made.values()}
