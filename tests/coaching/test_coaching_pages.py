"""The pages as the coach and the client open them."""

import csv
import io

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from app.coaching import service
from app.coaching.exports import harmless
from app.coaching.models import Answer, Hours, Mentoring
from app.organisations.models import Organisation
from tests.coaching.logged import CONTACT, counted, form, token


def rows(session):
    session.rollback()
    return session.scalars(select(Hours).order_by(Hours.id)).all()


# ---- logging ----------------------------------------------------------------------------------------


def test_hours_are_logged_and_shown(session, coach, browse, now):
    browser = browse(coach)
    said = browser.post("/coaching-hours/new", data=form(now))
    assert said.status_code == 303
    (row,) = rows(session)
    assert (row.minutes, row.paid, row.group_size) == (90, True, 4)
    page = browser.get("/coaching-hours").text
    assert "Granåsa Energi" in page
    assert "2 mars 2027 kl.\N{NO-BREAK SPACE}09.00–10.30" in page
    assert "Väntar på klienten" in page


def test_the_form_says_that_logging_is_the_coachs_signature(coach, browse):
    assert "Att logga är din signatur" in browse(coach).get("/coaching-hours/new").text


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"day": "2027-03-04"}, "day", "har inte kommit än"),
        ({"day": "imorgon"}, "day", "2027-03-31"),
        ({"begins": "25:00"}, "begins", "09:00"),
        ({"minutes": "-5"}, "minutes", "mellan 1 och 1"),
        ({"minutes": "nittio"}, "minutes", "heltal"),
        ({"group_size": "0"}, "group_size", "mellan 1 och 500"),
        ({"day": "2020-01-01"}, "day", "går inte att logga"),
        ({"contact_email": "cilla.exempel@falkvik.example"}, "contact_email", "sina egna timmar"),
        ({"contact_email": "klara"}, "contact_email", "stavningen"),
        ({"new_client": ""}, "new_client", "vilken organisation"),
        ({"new_client": "å" * 201}, "new_client", "200 tecken"),
        ({"day": "2026-03-29", "begins": "02:30"}, "begins", "ställdes fram"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    session, coach, browse, now, changes, field, message
):
    page = browse(coach).post("/coaching-hours/new", data=form(now, **changes))
    assert page.status_code == 422
    error = page.text.split(f'id="{field}-error"')[1].split("</p>")[0]
    assert message in error
    for typed in {**form(now), **changes}.values():
        if typed not in ("new", "sv", "yes"):
            assert typed in page.text
    assert rows(session) == []


def test_overlapping_hours_say_with_what_in_both_languages(coach, browse, now):
    browser = browse(coach)
    browser.post("/coaching-hours/new", data=form(now))
    again = form(now, form_token="two", begins="10:00")
    assert (
        "överlappar med 2 mars 09.00–10.30 hos Granåsa Energi"
        in browser.post("/coaching-hours/new", data=again).text
    )
    browser.set_cookie("language", "en")
    assert (
        "overlap with 2 March 09:00–10:30 with Granåsa Energi"
        in browser.post("/coaching-hours/new", data=again).text
    )


def test_a_form_sent_twice_is_one_row(session, coach, browse, now):
    browser = browse(coach)
    first, second = (browser.post("/coaching-hours/new", data=form(now)) for _ in range(2))
    assert first.location == second.location
    assert len(rows(session)) == 1


def test_names_that_are_almost_the_same_are_offered_and_chosen(session, coach, municipality, browse, now):
    browser = browse(coach)
    typed = form(now, new_client="Falkviks kommun")
    offered = browser.post("/coaching-hours/new", data=typed)
    assert offered.status_code == 422
    assert f'value="{municipality.id}"' in offered.text
    assert (
        browser.post("/coaching-hours/new", data=typed | {"similar": str(municipality.id)}).status_code == 303
    )
    assert rows(session)[0].client_id == municipality.id


def test_a_refused_form_makes_no_organisation(session, coach, browse, now):
    browse(coach).post("/coaching-hours/new", data=form(now, day="2027-03-04"))
    assert session.scalar(select(func.count()).where(Organisation.name == "Granåsa Energi")) == 0


def test_somebody_elses_row_answers_as_a_missing_one(session, log, mentor, browse):
    row = log()
    browser = browse(mentor)
    for path in ("", "/void"):
        assert browser.get(f"/coaching-hours/{row.id}{path}").status_code == 404
    for path in ("/send", "/accept", "/withdraw", "/void"):
        assert browser.post(f"/coaching-hours/{row.id}{path}", data={"reason": "x"}).status_code == 404


# ---- the client's page ------------------------------------------------------------------------------


def test_opening_the_link_changes_nothing(session, log, coach, consortium, browse):
    log()
    client = browse()
    for _ in range(3):
        page = client.get(f"/hours/{token(session)}")
        assert page.status_code == 200
        client.head(f"/hours/{token(session)}")
    assert "Cilla Exempel" in page.text
    assert page.headers["Cache-Control"] == "private, no-store"
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Answer)) == 0
    assert rows(session)[0].state == "waiting"
    assert counted(session, consortium, coach) == []


def test_a_button_signs_and_the_link_then_shows_the_answer(session, log, coach, consortium, browse):
    log()
    path, client = f"/hours/{token(session)}", browse()
    for _ in range(2):  # a double click
        assert client.post(path, data={"action": "confirm"}).status_code == 303
    session.rollback()
    assert len(counted(session, consortium, coach)) == 1
    assert "Du har bekräftat timmarna" in client.get(path).text
    assert client.post(path, data={"action": "refuse", "reason": "Ångrar mig"}).status_code == 303
    assert rows(session)[0].state == "signed"


def test_the_client_corrects_and_the_coach_accepts(session, log, coach, consortium, browse):
    row = log()
    path = f"/hours/{token(session)}"
    correction = {
        "action": "correct",
        "day": "2027-03-02",
        "begins": "10.00",
        "minutes": "60",
        "paid": "no",
        "group_size": "3",
        "comment": "Vi började senare",
    }
    client = browse()
    wrong = client.post(path, data=correction | {"minutes": "2000"})
    assert wrong.status_code == 422
    assert "Vi började senare" in wrong.text
    assert client.post(path, data=correction).status_code == 303
    assert "Du har föreslagit en rättelse" in client.get(path).text
    browser = browse(coach)
    assert "Vi började senare" in browser.get(f"/coaching-hours/{row.id}").text
    accepted = browser.post(f"/coaching-hours/{row.id}/accept")
    assert accepted.location != f"/coaching-hours/{row.id}"
    session.rollback()
    (item,) = counted(session, consortium, coach)
    assert (item.minutes, item.facts["paid"]) == (60, False)


def test_refusing_without_a_reason_keeps_the_page(session, log, browse):
    log()
    client, path = browse(), f"/hours/{token(session)}"
    assert client.post(path, data={"action": "refuse", "reason": ""}).status_code == 422
    assert client.post(path, data={"action": "refuse", "reason": "Fel dag"}).status_code == 303
    assert "Fel dag" in client.get(path).text


def test_the_coachs_own_browser_cannot_sign(session, log, coach, browse):
    log()
    path, browser = f"/hours/{token(session)}", browse(coach)
    assert "Nobody signs" in browse(coach, language="en").get(path).text
    assert browser.post(path, data={"action": "confirm"}).status_code == 422
    assert rows(session)[0].state == "waiting"


def test_an_unknown_link_says_so_kindly(browse, consortium):
    page = browse().get("/hours/no-such-secret")
    assert page.status_code == 404
    assert "senaste mejlet" in page.text


# ---- void, files, mentor coaching -------------------------------------------------------------------


def test_voiding_shows_what_it_means_before_and_the_row_stays(session, log, coach, browse, now):
    row = log()
    service.confirm(session, token(session), by=None, now=now)
    browser = browse(coach)
    assert "räknas inte längre" in browser.get(f"/coaching-hours/{row.id}/void").text
    assert rows(session)[0].state == "signed"
    assert browser.post(f"/coaching-hours/{row.id}/void", data={"reason": ""}).status_code == 422
    assert browser.post(f"/coaching-hours/{row.id}/void", data={"reason": "Fel dag"}).status_code == 303
    assert "Fel dag" in browser.get(f"/coaching-hours/{row.id}").text
    assert browser.get(f"/coaching-hours/new?replaces={row.id}").status_code == 200


@pytest.mark.parametrize("text", ["=1+1", "+46", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_can_be_a_formula(text):
    assert harmless(text) == f"'{text}"


def test_the_files_hold_what_the_filter_shows(session, log, coach, browse, now):
    log(about="=HYPERLINK(1)")
    log(about="Obetalt", paid=False, starts=now.replace(hour=6))
    browser = browse(coach)
    found = list(
        csv.reader(
            io.StringIO(browser.get("/coaching-hours/export.csv").data.decode("utf-8-sig")), delimiter=";"
        )
    )
    assert [row[7] for row in found[1:]] == ["Obetalt", "'=HYPERLINK(1)"]
    paid = browser.get("/coaching-hours/export.xlsx?paid=yes")
    sheet = load_workbook(io.BytesIO(paid.data)).worksheets[0]
    assert [(row[7].value, row[7].data_type) for row in sheet.iter_rows(min_row=2)] == [
        ("'=HYPERLINK(1)", "s")
    ]


def test_the_filter_stays_in_the_address(session, log, coach, browse, now):
    log()
    log(paid=False, starts=now.replace(hour=6), about="Den obetalda")
    page = browse(coach).get("/coaching-hours?paid=no&state=waiting")
    assert page.text.count("coaching-hours/export.csv?state=waiting&amp;paid=no") == 1
    assert CONTACT not in page.text


@pytest.mark.parametrize("query", ["?before=x&year=x&client=x&state=x&paid=x", "?year=99999", "?before=019"])
def test_a_strange_address_shows_everything(log, coach, browse, query):
    log()
    assert browse(coach).get(f"/coaching-hours{query}").status_code == 200


def test_mentor_coaching_is_logged_by_one_and_confirmed_by_the_other(
    session, coach, mentor, consortium, browse
):
    browser = browse(coach)
    said = browser.post(
        "/mentor-coaching",
        data={
            "form_token": "m",
            "part": "mentee",
            "other_email": mentor.email,
            "day": "2027-03-01",
            "begins": "13:00",
            "minutes": "60",
            "one_to_one": "yes",
        },
    )
    assert said.status_code == 303
    session.rollback()
    row = session.scalars(select(Mentoring)).one()
    theirs = browse(mentor)
    assert "Att bekräfta" in theirs.get("/mentor-coaching").text
    assert theirs.get(f"/mentor-coaching/{row.id}").status_code == 200
    for _ in range(2):
        assert theirs.post(f"/mentor-coaching/{row.id}/confirm").status_code == 303
    session.rollback()
    assert len(counted(session, consortium, coach, "mentoring")) == 1
    assert len(counted(session, consortium, mentor, "mentoring_given")) == 1
