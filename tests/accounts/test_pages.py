"""The pages: invitations within one's own organisations, people, settings, new passwords."""

import io
import json
import re
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app import clock
from app.accounts import passwords
from app.accounts.models import Grant, Invitation, Person
from app.accounts.service import active_grants, close_account, find_person
from app.mail import Mail
from tests.accounts.browser import without_token

PASSWORD = "korrekt häst batteri"


@pytest.fixture
def falkvik(place):
    return place("Falkvik")


@pytest.fixture
def granasa(place):
    return place("Granåsa")


@pytest.fixture
def guide(person, falkvik):
    return person("Gunde Lots-Påhitt", "guide", falkvik.id)


@pytest.fixture
def gunde(browse, guide):
    return browse(guide)


@pytest.fixture
def ada(browse, administrator):
    return browse(administrator)


def send(client, organisation, email="mats@exempel.se", role="member", **more):
    data = {
        "email": email,
        "name": "Mats Exempel",
        "organisation": organisation.id,
        "role": role,
        "language": "sv",
    }
    return client.post("/invitations/new", data={**data, **more})


def link(session) -> str:
    letter = session.scalars(
        select(Mail).where(Mail.kind.in_(["invitation", "new_password"])).order_by(Mail.id.desc())
    ).first()
    return re.findall(r"http://[^/]+(/\S+)", letter.text)[0]


# ---- from invitation to account -------------------------------------------------------------------


def test_from_the_mail_to_the_first_page(app, gunde, falkvik, session):
    assert send(gunde, falkvik).status_code == 303
    client, address = app.test_client(), link(session)
    page = client.get(address)
    assert page.status_code == 200
    assert "Mats Exempel" in page.text
    form = {
        "name": "Mats Exempel",
        "language": "en",
        "how": "password",
        "password": PASSWORD,
        "consent_service": "y",
    }
    assert client.post(address, data=form).status_code == 303
    assert client.get("/settings").status_code == 200
    assert client.get(address).status_code == 410
    mats = find_person(session, "mats@exempel.se")
    assert mats is not None
    assert mats.language == "en"


def test_what_was_typed_is_kept_when_a_consent_is_missing(app, gunde, falkvik, session):
    send(gunde, falkvik)
    page = app.test_client().post(
        link(session), data={"name": "Mats Nynamn", "language": "sv", "how": "password", "password": PASSWORD}
    )
    assert page.status_code == 422
    assert "Mats Nynamn" in page.text
    assert find_person(session, "mats@exempel.se") is None


def test_fields_that_the_form_does_not_have_change_nothing(app, gunde, falkvik, session):
    send(gunde, falkvik)
    client = app.test_client()
    planted = {
        column.name: "1"
        for column in Person.__table__.columns
        if column.name not in ("name", "language", "password")
    }
    form = {"name": "Mats", "language": "sv", "how": "password", "password": PASSWORD, "consent_service": "y"}
    assert client.post(link(session), data={**planted, **form, "role": "administrator"}).status_code == 303
    mats = find_person(session, "mats@exempel.se")
    assert mats is not None
    assert [one.role for one in active_grants(session, mats.id, mats.created_at.date())] == ["member"]
    assert not mats.demonstration


def test_who_has_an_account_is_asked_to_sign_in_and_accepts(app, browse, gunde, falkvik, person, session):
    mats = person("Mats Exempel", email="mats@exempel.se")
    send(gunde, falkvik)
    address = link(session)
    assert app.test_client().get(address).location.startswith("/sign-in?next=")
    client = browse(mats)
    assert client.get(address).status_code == 200
    assert client.post(address).status_code == 303
    assert client.post(address).status_code == 410


@pytest.mark.parametrize("path", ["/invitation/", "/password/new/"])
def test_an_invented_link_says_what_to_do(client, path):
    assert client.get(path + "x" * 43).status_code == 410


# ---- other organisations' ids ---------------------------------------------------------------------


def test_another_organisations_invitation_answers_like_a_missing_one(ada, gunde, granasa, session):
    send(ada, granasa)
    theirs = session.scalar(select(Invitation.id))
    for act in ("resend", "revoke"):
        there = gunde.post(f"/invitations/{theirs}/{act}")
        nowhere = gunde.post(f"/invitations/{uuid.uuid4()}/{act}")
        assert (there.status_code, there.text) == (404, nowhere.text)
    assert "mats@exempel.se" not in gunde.get("/invitations").text
    assert "mats@exempel.se" in ada.get("/invitations").text


def test_a_guide_cannot_post_another_organisation_into_the_form(gunde, granasa, session):
    assert send(gunde, granasa).status_code == 422
    assert session.scalar(select(func.count(Invitation.id))) == 0


def test_a_guide_cannot_post_another_role_into_the_form(gunde, falkvik, session):
    assert send(gunde, falkvik, role="administrator").status_code == 422
    assert session.scalar(select(func.count(Invitation.id))) == 0


@pytest.mark.parametrize("role", ["member", "coach", "examiner", "certifier", "partner", "lead"])
def test_others_neither_see_nor_send_invitations(browse, person, falkvik, role):
    client = browse(person("Olle Exempel", role, falkvik.id))
    assert client.get("/invitations").status_code == 403
    assert send(client, falkvik).status_code == 403


@pytest.mark.parametrize("path", ["/people", "/organisations", "/organisations/new"])
def test_people_and_organisations_are_the_administrators(ada, gunde, client, path):
    assert (ada.get(path).status_code, gunde.get(path).status_code, client.get(path).status_code) == (
        200,
        403,
        302,
    )


# ---- sending again, and lists ---------------------------------------------------------------------


def test_an_invitation_is_resent_and_revoked_from_the_list(gunde, falkvik, session):
    send(gunde, falkvik)
    one = session.scalars(select(Invitation)).one()
    first = link(session)
    assert gunde.post(f"/invitations/{one.id}/resend", data={"next": "/invitations?state=sent"}).location == (
        "/invitations?state=sent"
    )
    assert link(session) != first
    gunde.post(f"/invitations/{one.id}/revoke", data={"next": "//ond.example"})
    session.expire_all()
    assert one.state == "revoked"


def test_a_mail_that_did_not_arrive_shows_its_reason_in_the_list(gunde, falkvik, session):
    send(gunde, falkvik)
    letter = session.scalars(select(Mail)).one()
    letter.state, letter.error = "failed", "550 okänd mottagare"
    session.commit()
    assert "550 okänd mottagare" in gunde.get("/invitations").text


def choose(client, organisation, data: bytes):
    return client.post(
        "/invitations/import", data={"organisation": organisation.id, "file": (io.BytesIO(data), "lista.csv")}
    )


def carried(page) -> str:
    return re.findall(r'name="list" value="([^"]+)"', page.text)[0]


def test_a_list_is_looked_at_and_then_invited(gunde, falkvik, session):
    page = choose(
        gunde, falkvik, "E-post;Namn\r\na@exempel.se;Åsa\r\nb@exempel.se;Örjan\r\n".encode("cp1252")
    )
    assert page.status_code == 200
    assert "Örjan" in page.text
    assert session.scalar(select(func.count(Invitation.id))) == 0
    assert gunde.post("/invitations/import/commit", data={"list": carried(page)}).status_code == 303
    assert session.scalar(select(func.count(Invitation.id))) == 2


def test_a_list_with_a_bad_cell_offers_no_import(gunde, falkvik):
    page = choose(gunde, falkvik, b"E-post\nfel\na@exempel.se")
    assert page.status_code == 422
    assert 'name="list"' not in page.text


def test_a_changed_or_borrowed_preview_invites_nobody(ada, gunde, falkvik, session):
    kept = carried(choose(gunde, falkvik, b"E-post\na@exempel.se"))
    gunde.post("/invitations/import/commit", data={"list": kept[:-2] + "xx"})
    assert ada.post("/invitations/import/commit", data={"list": kept}).status_code == 404
    assert session.scalar(select(func.count(Invitation.id))) == 0


def test_what_cannot_be_read_keeps_the_form(gunde, falkvik):
    assert choose(gunde, falkvik, b"").status_code == 422


# ---- people and roles -----------------------------------------------------------------------------


def test_an_administrator_grants_and_ends_a_role(ada, person, session, now):
    mats = person("Mats Exempel")
    session.commit()
    data = {"role": "examiner", "organisation": "", "starts": "2027-03-03", "reason": "kalibrerad"}
    assert ada.post(f"/people/{mats.id}/grants", data=data).status_code == 303
    grant = session.scalars(select(Grant).where(Grant.person_id == mats.id)).one()
    assert ada.get(f"/grants/{grant.id}/end").status_code == 200
    assert ada.post(f"/grants/{grant.id}/end", data={"reason": "flyttat"}).status_code == 303
    session.expire_all()
    assert grant.end_reason == "flyttat"


def test_an_administrator_cannot_grant_themselves_a_role(ada, administrator):
    data = {"role": "certifier", "organisation": "", "starts": "2027-03-03", "reason": "för att"}
    assert ada.post(f"/people/{administrator.id}/grants", data=data).status_code == 422


def test_dates_the_wrong_way_round_are_explained_and_kept(ada, person, session):
    mats = person("Mats Exempel")
    session.commit()
    data = {
        "role": "coach",
        "organisation": "",
        "starts": "2027-03-03",
        "ends": "2027-03-01",
        "reason": "behövs",
    }
    page = ada.post(f"/people/{mats.id}/grants", data=data)
    assert page.status_code == 422
    assert "behövs" in page.text


def test_the_last_administrator_cannot_close_their_account(ada, administrator, session):
    ada.post("/settings/close")
    session.expire_all()
    assert administrator.active


def test_closing_ones_account_signs_out(browse, person):
    client = browse(person("Mats Exempel"))
    assert client.get("/settings/close").status_code == 200
    assert client.post("/settings/close").status_code == 303
    assert client.get("/settings").status_code == 302


def test_a_person_is_found_and_shown(ada, guide, falkvik):
    page = ada.get("/people?q=gunde")
    assert "Gunde Lots-Påhitt" in page.text
    assert "Lots" in ada.get(f"/people/{guide.id}").text
    assert ada.get(f"/people/{uuid.uuid4()}").status_code == 404


def test_a_closed_account_is_found_and_opened_again(ada, session, person, now):
    someone = person("Mats Exempel")
    close_account(session, someone, by=None, now=now)
    session.commit()
    assert "Mats Exempel" not in ada.get("/people").text
    assert "Mats Exempel" in ada.get("/people?closed=1").text
    for _click in range(2):
        page = ada.post(f"/people/{someone.id}/reopen", follow_redirects=True)
        assert "Kontot är öppet igen." in page.text
    assert "Mats Exempel" in ada.get("/people").text


def test_an_organisation_is_added_and_corrected(ada, session):
    data = {
        "name": "Björkhamra",
        "kind": "municipality",
        "registration_number": "212000-0000",
        "language": "sv",
    }
    assert ada.post("/organisations/new", data=data).status_code == 303
    assert ada.post("/organisations/new", data=data).status_code == 422
    assert "Björkhamra" in ada.get("/organisations?kind=municipality").text


# ---- one's own account ----------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize(
    "path",
    [
        "/settings",
        "/settings/password",
        "/settings/passkeys",
        "/settings/second-step",
        "/settings/browsers",
        "/settings/consents",
        "/settings/close",
        "/activity",
        "/my-data",
        "/invitations",
        "/invitations/new",
        "/invitations/import",
        "/people",
        "/organisations",
    ],
)
def test_every_page_opens_in_both_languages(ada, administrator, session, path, language):
    administrator.language = language
    session.commit()
    page = ada.get(path)
    assert page.status_code == 200
    assert f'<html lang="{language}"' in page.text


def test_the_profile_is_saved(browse, person, session):
    mats = person("Mats Exempel")
    client = browse(mats)
    data = {"name": "Mats Påhitt", "certificate_name": "", "language": "en", "time_zone": "Europe/Helsinki"}
    assert client.post("/settings", data=data).status_code == 303
    session.expire_all()
    assert (mats.name, mats.language, mats.time_zone) == ("Mats Påhitt", "en", "Europe/Helsinki")


def test_ones_own_data_is_a_file(browse, person):
    answer = browse(person("Mats Exempel")).get("/my-data/all.json")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert json.loads(answer.data)["account"]["person"]["name"] == "Mats Exempel"


def test_the_activity_page_shows_what_concerns_oneself_only(ada, browse, person, session):
    mats, olle = person("Mats Exempel"), person("Olle Exempel")
    session.commit()
    data = {"role": "examiner", "organisation": "", "starts": "2027-03-03", "reason": "kalibrerad"}
    ada.post(f"/people/{mats.id}/grants", data=data)
    assert "Ada Administrator-Exempel" in browse(mats).get("/activity").text
    assert "Ada Administrator-Exempel" not in browse(olle).get("/activity").text


def test_changing_the_password_signs_other_browsers_out_and_not_this_one(browse, person):
    mats = person("Mats Exempel", password_hash=passwords.hashed(PASSWORD))
    here, there = browse(mats), browse(mats)
    wrong = here.post("/settings/password", data={"current": "fel", "password": "ett annat långt ord"})
    assert wrong.status_code == 422
    assert there.get("/settings").status_code == 200
    done = here.post("/settings/password", data={"current": PASSWORD, "password": "ett annat långt ord"})
    assert done.status_code == 303
    assert (here.get("/settings").status_code, there.get("/settings").status_code) == (200, 302)


# ---- a forgotten password -------------------------------------------------------------------------


def test_a_forgotten_password_is_chosen_anew_once(client, browse, person, session):
    mats = person("Mats Exempel", email="mats@exempel.se", password_hash=passwords.hashed(PASSWORD))
    elsewhere = browse(mats)
    client.post("/password/forgotten", data={"email": "mats@exempel.se"})
    address = link(session)
    assert client.get(address).status_code == 200
    assert client.post(address, data={"password": "ett annat långt ord"}).status_code == 303
    assert client.get(address).status_code == 410
    assert elsewhere.get("/settings").status_code == 302
    signed_in = client.post("/sign-in", data={"email": "mats@exempel.se", "password": "ett annat långt ord"})
    assert signed_in.status_code == 303


def test_the_answer_does_not_tell_who_has_an_account(client, person, session):
    person("Mats Exempel", email="mats@exempel.se")
    session.commit()
    known = client.post("/password/forgotten", data={"email": "mats@exempel.se"}).text
    unknown = client.post("/password/forgotten", data={"email": "okand@exempel.se"}).text
    assert without_token(known).replace("mats@", "okand@") == without_token(unknown)
    assert session.scalar(select(func.count(Mail.id))) == 2


def test_the_link_dies_after_two_hours(client, person, session, monkeypatch, now):
    person("Mats Exempel", email="mats@exempel.se")
    session.commit()
    client.post("/password/forgotten", data={"email": "mats@exempel.se"})
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(hours=2))
    assert client.get(link(session)).status_code == 410


# ---- requests from elsewhere ----------------------------------------------------------------------


class TestWithProtection:
    @pytest.fixture
    def settings(self):
        return {"WTF_CSRF_ENABLED": True, "RATELIMIT_ENABLED": True}

    def test_every_unsafe_route_refuses_a_post_without_its_token(self, app, browse, administrator):
        client = browse(administrator)
        for rule in app.url_map.iter_rules():
            if rule.endpoint.split(".")[0] in ("accounts", "organisations") and "POST" in (
                rule.methods or ()
            ):
                values = {name: uuid.uuid4() if "uuid" in str(rule) else "x" for name in rule.arguments}
                with app.test_request_context():
                    path = app.url_for(rule.endpoint, **values)
                assert client.post(path).status_code == 400, path

    def test_guessing_is_slowed_down(self, app, client, person, session):
        person("Mats Exempel", email="mats@exempel.se", password_hash=passwords.hashed(PASSWORD))
        session.commit()
        token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/sign-in").text)[0]
        form = {"email": "mats@exempel.se", "password": "gissning nummer ett", "csrf_token": token}
        answers = [client.post("/sign-in", data=form).status_code for _ in range(12)]
        assert answers[0] == 422
        assert answers[-1] == 429
