"""The pages of a session, as coach, participant, stranger and somebody with the link."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app import clock, mail
from app.accounts.models import Invitation
from app.deliveries import service
from app.deliveries.models import Attendance, Delivery, Feedback
from app.journeys import service as journeys
from app.organisations.models import Organisation
from tests.accounts.browser import sign_in, without_token
from tests.deliveries.people import booked, certify, mark, person, session_of


class Courses:
    """A catalogue of one course."""

    class Course:
        id = "behovsanalys"
        title = {"sv": "Behov och nuläge", "en": "Needs and current state"}

    def listing(self):
        return [self.Course()]


@pytest.fixture
def settings():
    return {"COURSES": Courses()}


@pytest.fixture
def now():
    """Pages ask the clock themselves, so here it is really now."""
    return clock.now().replace(microsecond=0)


@pytest.fixture
def browse(app, session):
    def open_browser(who=None):
        session.commit()
        client = app.test_client()
        if who is not None:
            sign_in(client, who)
        client.set_cookie("language", "en")
        return client

    return open_browser


@pytest.fixture
def delivery(session, coach, municipality, now):
    return session_of(session, coach, municipality, now)


def move_back(session, delivery, hours):
    """The session began so many hours ago."""
    start = clock.now() - timedelta(hours=hours)
    delivery.starts, delivery.ends = start, start + timedelta(hours=3)
    session.flush()


def form_of(now, **changes):
    day = (now + timedelta(days=7)).astimezone(clock.STOCKHOLM).date()
    facts = {
        "course": "behovsanalys",
        "municipality": "new",
        "new_municipality": "Granåsa kommun",
        "day": day.isoformat(),
        "begins": "09:00",
        "finishes": "12.00",
        "zone": "Europe/Stockholm",
        "minutes": "165",
        "capacity": "12",
        "place": "Biblioteket",
    }
    return facts | changes


# ---- planning ---------------------------------------------------------------------------------------


def test_a_coach_plans_a_session_for_a_municipality_that_is_new(session, coach, browse, now):
    client = browse(coach)
    sent = client.post("/sessions/new", data=form_of(now))
    assert sent.status_code == 303, sent.text
    delivery = session.scalars(select(Delivery)).one()
    place = session.get(Organisation, delivery.municipality_id)
    assert (place.name, place.kind, delivery.state) == ("Granåsa kommun", "municipality", "draft")
    assert journeys.open_request(session, place.id).requested_by == coach.id
    assert "A guide has been asked for" in client.get(sent.location).text


def test_a_similar_name_is_asked_about_and_nothing_typed_is_lost(session, coach, municipality, browse, now):
    client = browse(coach)
    page = client.post("/sessions/new", data=form_of(now, new_municipality="Falkvik"))
    assert page.status_code == 422
    assert "Falkviks kommun is already here. Choose it from the list." in page.text
    assert 'value="Falkvik"' in page.text
    assert 'value="Biblioteket"' in page.text
    assert session.scalars(select(Delivery)).all() == []
    sent = client.post("/sessions/new", data=form_of(now, new_municipality="Falkvik", another="y"))
    assert sent.status_code == 303


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"finishes": "08:00"}, "The session ends before it starts."),
        ({"minutes": "500"}, "so at most that many can count"),
        ({"place": ""}, "Write a place, or a link to the online meeting."),
        ({"day": "2020-01-01"}, "That time has passed."),
        ({"new_municipality": ""}, "Write the organisation&#39;s name."),
        ({"capacity": "0"}, "Write a number of places from 1 to 500."),
    ],
)
def test_a_wrong_plan_says_what_to_do(coach, browse, now, changes, says):
    page = browse(coach).post("/sessions/new", data=form_of(now, **changes))
    assert (page.status_code, says in page.text) == (422, True)


def test_a_coach_plans_for_nobody_else(session, coach, municipality, browse, now):
    other = person(session, "Olle Provberg", now, role="coach")
    certify(session, other, "lead-trainer", now)
    browse(coach).post("/sessions/new", data=form_of(now, trainer=str(other.id)))
    assert [one.trainer_id for one in session.scalars(select(Delivery))] == [coach.id]


def test_an_administrator_plans_for_an_authorised_trainer(session, coach, consortium, browse, now):
    boss = person(session, "Ada Exempel", now, role="administrator")
    sent = browse(boss).post("/sessions/new", data=form_of(now, trainer=str(coach.id)))
    assert sent.status_code == 303
    assert session.scalars(select(Delivery)).one().trainer_id == coach.id


def test_changing_shows_what_was_planned(session, coach, delivery, browse):
    page = browse(coach).get(f"/sessions/{delivery.id}/edit")
    assert 'value="165"' in page.text
    assert "Stadshuset, rum 4" in page.text


# ---- whose session it is ----------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["", "/edit", "/invite", "/attendance", "/cancel", "/guide", "/co-trainers"])
def test_another_coachs_session_answers_like_a_missing_one(session, coach, delivery, browse, now, path):
    other = person(session, "Olle Provberg", now, role="coach")
    client = browse(other)
    theirs = client.get(f"/sessions/{delivery.id}{path}")
    missing = client.get(f"/sessions/{other.id}{path}")
    assert theirs.status_code == missing.status_code == 404


@pytest.mark.parametrize(
    "path", ["/open", "/held", "/leave", "/cancel", "/invite", "/attendance", "/feedback"]
)
def test_another_coach_changes_nothing(session, coach, delivery, browse, now, path):
    other = person(session, "Olle Provberg", now, role="coach")
    assert browse(other).post(f"/sessions/{delivery.id}{path}").status_code == 404


def test_a_booking_of_another_session_is_not_removed(session, coach, delivery, municipality, browse, now):
    booked(session, delivery, 1, now)
    (booking,) = service.seated(session, delivery)
    mine = session_of(session, coach, municipality, now, starts=now + timedelta(days=9))
    sent = browse(coach).post(f"/sessions/{mine.id}/people/{booking.id}/remove")
    assert sent.status_code == 404
    session.refresh(booking)
    assert booking.state == "booked"


# ---- inviting and booking ---------------------------------------------------------------------------


def test_bad_rows_are_named_and_the_list_is_kept(session, coach, delivery, browse):
    page = browse(coach).post(
        f"/sessions/{delivery.id}/invite", data={"addresses": "bra@granasa.example\nfel@"}
    )
    assert page.status_code == 422
    assert "Row 2, “fel@”" in page.text
    assert "bra@granasa.example" in page.text
    assert session.scalars(select(Invitation)).all() == []


def test_the_link_books_who_is_signed_in(session, delivery, browse, now):
    ada = person(session, "Ada Påhitt", now)
    client = browse(ada)
    assert "Book my place" in client.get(f"/s/{delivery.code}").text
    for _ in range(2):  # a double click
        assert client.post(f"/s/{delivery.code}/book").status_code == 303
    session.refresh(delivery)
    assert delivery.booked == 1
    assert "Stadshuset" in client.get(f"/sessions/{delivery.id}").text


def test_the_meetings_address_is_only_for_the_booked(session, coach, municipality, browse, now):
    delivery = session_of(session, coach, municipality, now, online_link="https://moten.example/rum")
    ada = person(session, "Ada Påhitt", now)
    client = browse(ada)
    assert "moten.example" not in client.get(f"/s/{delivery.code}").text
    client.post(f"/s/{delivery.code}/book")
    assert "moten.example" in client.get(f"/sessions/{delivery.id}").text


def test_somebody_without_an_account_gets_a_mail_that_leads_on(app, session, delivery, browse):
    client = browse()
    page = client.get(f"/s/{delivery.code}")
    assert "Sign in and book" in page.text
    assert client.post(f"/s/{delivery.code}/ask", data={"email": "ny@granasa.example"}).status_code == 303
    invitation = session.scalars(select(Invitation)).one()
    assert (invitation.purpose, invitation.target_id) == ("delivery", delivery.id)
    with app.test_request_context():
        assert app.extensions["accounts"]["delivery"](delivery.id) == f"/s/{delivery.code}"


def test_asking_tells_nobody_who_has_an_account(session, delivery, browse, now):
    ada = person(session, "Ada Påhitt", now)
    client = browse()
    known = client.post(f"/s/{delivery.code}/ask", data={"email": ada.email}, follow_redirects=True).text
    unknown = client.post(
        f"/s/{delivery.code}/ask", data={"email": "ny@granasa.example"}, follow_redirects=True
    ).text
    assert without_token(known).replace(ada.email, "ny@granasa.example") == without_token(unknown)
    assert session.scalars(select(mail.Mail.kind).where(mail.Mail.to == ada.email)).all() == [
        "session-invitation"
    ]


def test_a_wrong_code_is_no_page(browse, delivery):
    assert browse().get("/s/fel").status_code == 404


def test_who_gives_up_a_place_frees_it(session, delivery, browse, now):
    (ada,) = booked(session, delivery, 1, now)
    assert browse(ada).post(f"/sessions/{delivery.id}/leave").status_code == 303
    session.refresh(delivery)
    assert delivery.booked == 0


# ---- attendance and after ---------------------------------------------------------------------------


def test_attendance_keeps_what_was_chosen_until_it_is_right(session, coach, delivery, browse, now):
    ada, bo = booked(session, delivery, 2, now)
    move_back(session, delivery, 4)
    one, two = (row.id for row in service.seated(session, delivery))
    client = browse(coach)
    typed = {f"there-{one}": "full", f"there-{two}": "part", f"minutes-{two}": "många"}
    page = client.post(f"/sessions/{delivery.id}/attendance", data=typed)
    assert page.status_code == 422
    assert "Write how many minutes, from 1 to 165." in page.text
    assert 'value="många"' in page.text
    assert f'id="there-{one}-full" name="there-{one}" value="full" checked' in page.text
    assert session.scalars(select(Attendance)).all() == []
    sent = client.post(f"/sessions/{delivery.id}/attendance", data=typed | {f"minutes-{two}": "90"})
    assert sent.status_code == 303
    assert sorted(row.minutes for row in session.scalars(select(Attendance))) == [90, 165]


def test_the_rest_can_be_marked_at_once(session, coach, delivery, browse, now):
    booked(session, delivery, 3, now)
    move_back(session, delivery, 4)
    first = service.seated(session, delivery)[0].id
    browse(coach).post(f"/sessions/{delivery.id}/attendance", data={f"there-{first}": "absent", "rest": "1"})
    assert sorted(row.minutes for row in session.scalars(select(Attendance))) == [0, 165, 165]


def test_after_the_session_it_counts_and_is_answered(session, coach, delivery, browse, now):
    ada, bo = booked(session, delivery, 2, now)
    move_back(session, delivery, 4)
    mark(session, delivery, {ada: 165, bo: 0}, by=coach, now=clock.now())
    trainer = browse(coach)
    assert "Mark as held" in trainer.get(f"/sessions/{delivery.id}").text
    trainer.post(f"/sessions/{delivery.id}/held")
    session.refresh(delivery)
    assert delivery.state == "held"
    participant = browse(ada)
    assert "Say what you thought" in participant.get("/sessions").text
    sent = participant.post(f"/sessions/{delivery.id}/feedback", data={"value": "5", "comment": "Bra tempo"})
    assert sent.status_code == 303
    assert session.scalars(select(Feedback)).one().value == 5
    seen = trainer.get(f"/sessions/{delivery.id}").text
    assert "One person has answered." in seen
    assert "Bra tempo" not in seen
    assert browse(bo).post(f"/sessions/{delivery.id}/feedback", data={"value": "1"}).status_code == 422


def test_my_sessions_shows_what_to_finish_and_what_comes(session, coach, delivery, browse, municipality, now):
    move_back(session, delivery, 5)
    session_of(session, coach, municipality, now, starts=now + timedelta(days=20))
    page = browse(coach).get("/sessions").text
    assert page.index("To finish") < page.index("Later")


def test_cancelling_is_looked_over_first(session, coach, delivery, browse, now):
    (ada,) = booked(session, delivery, 1, now)
    client = browse(coach)
    assert "What happens then" in client.get(f"/sessions/{delivery.id}/cancel").text
    session.refresh(delivery)
    assert delivery.state == "open"
    client.post(f"/sessions/{delivery.id}/cancel", data={"reason": "Sjukdom"})
    session.refresh(delivery)
    assert delivery.state == "cancelled"
    assert "cancelled" in browse(ada).get("/sessions").text.lower()
