"""Signing in and out through the pages."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.accounts import passwords, second_factor
from app.accounts.models import Person, SignIn
from app.accounts.service import close_account
from tests.accounts.browser import without_token
from tests.spine import counted

PASSWORD = "korrekt häst batteri"


@pytest.fixture
def pia(session, person) -> Person:
    made = person("Pia Påhitt", password_hash=passwords.hashed(PASSWORD))
    session.commit()
    return made


def enter(client, email="pia.pahitt@exempel.se", password=PASSWORD, **more):
    return client.post("/sign-in", data={"email": email, "password": password, **more})


def test_the_right_password_signs_in(client, pia):
    assert enter(client).status_code == 303
    assert client.get("/settings").status_code == 200


def test_capitals_in_the_address_do_not_matter(client, pia):
    assert enter(client, email="Pia.Pahitt@Exempel.SE").status_code == 303


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client, pia):
    wrong = enter(client, password="något annat än det")
    unknown = enter(client, email="okand@exempel.se")
    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert without_token(wrong.text).replace("pia.pahitt", "okand") == without_token(unknown.text)


def test_the_address_that_was_typed_is_kept_and_the_password_is_not(client, pia):
    page = enter(client, password="något annat än det").text
    assert "pia.pahitt@exempel.se" in page
    assert "något annat" not in page


def test_who_knows_the_password_of_a_closed_account_is_told_that_it_is_closed(client, pia, session):
    close_account(session, pia, by=pia.id, now=clock.now())
    session.commit()
    assert client.get("/settings").status_code == 302
    assert "avslutades den" in enter(client).text
    assert "avslutades" not in enter(client, password="another one altogether").text


def test_signing_in_throws_away_what_the_session_held_before(client, pia):
    with client.session_transaction() as kept:
        kept["planted"] = "by somebody else"
        kept["csrf_token"] = "known beforehand"
    enter(client)
    with client.session_transaction() as kept:
        assert "planted" not in kept
        assert kept.get("csrf_token") != "known beforehand"


def test_each_sign_in_has_an_identity_of_its_own(app, client, pia):
    enter(client)
    other = app.test_client()
    enter(other)
    with client.session_transaction() as first, other.session_transaction() as second:
        assert first["sign_in"] != second["sign_in"]


def test_a_deep_link_survives_signing_in(client, pia):
    asked = client.get("/settings/password")
    assert asked.status_code == 302
    assert "next=" in asked.location
    page = client.get(asked.location).text
    target = re.search(r'<input id="next"[^>]*value="([^"]+)"', page)
    assert target
    assert enter(client, next=target[1]).location == "/settings/password"


@pytest.mark.parametrize(
    "target",
    [
        "https://ond.example/",
        "//ond.example",
        "\\\\ond.example",
        "/\\ond.example",
        "javascript:alert(1)",
        "///ond.example",
    ],
)
def test_signing_in_never_leads_to_another_site(client, pia, target):
    assert "ond" not in enter(client, next=target).location
    assert "javascript" not in enter(client, next=target).location


def test_signing_out_ends_the_sign_in_for_good(client, pia, session):
    enter(client)
    with client.session_transaction() as kept:
        stolen = dict(kept)
    client.post("/sign-out")
    with client.session_transaction() as kept:
        kept.update(stolen)
    assert client.get("/settings").status_code == 302
    assert session.scalars(select(SignIn)).one().ended_at is not None


def test_one_browser_can_be_signed_out_from_another(app, client, pia, session):
    enter(client)
    other = app.test_client()
    enter(other)
    with other.session_transaction() as kept:
        theirs = kept["sign_in"]
    assert client.post(f"/settings/browsers/{theirs}/end").status_code == 303
    assert other.get("/settings").status_code == 302
    assert client.get("/settings").status_code == 200


def test_a_sign_in_does_not_last_longer_than_thirty_days(client, pia, session):
    enter(client)
    session.scalars(select(SignIn)).one().started_at = clock.now() - timedelta(days=31)
    session.commit()
    assert client.get("/settings").status_code == 302


def test_somebody_elses_browser_cannot_be_signed_out(browse, person, session):
    pia, per = person("Pia Påhitt"), person("Per Exempel")
    mine = browse(pia)
    browse(per)
    theirs = session.scalars(select(SignIn).where(SignIn.person_id == per.id)).one()
    assert mine.post(f"/settings/browsers/{theirs.id}/end").status_code == 404


# ---- the second step ------------------------------------------------------------------------------


def code_of(person: Person, at) -> str:
    return str(second_factor._totp().from_source(person.tf_totp_secret).generate(time=at.timestamp()).token)


@pytest.fixture
def with_code(session, pia) -> list[str]:
    """Switches the code on, a while ago, and gives the recovery codes."""
    then = clock.now() - timedelta(hours=1)
    secret = second_factor.new_secret()
    pia.tf_totp_secret = secret
    codes = second_factor.turn_on(session, pia, secret=secret, code=code_of(pia, then), by=pia.id, now=then)
    session.commit()
    return codes


def test_with_the_code_switched_on_the_password_alone_does_not_sign_in(client, pia, with_code):
    assert enter(client).location == "/sign-in/code"
    assert client.get("/settings").status_code == 302


def test_the_code_completes_signing_in_and_leads_to_the_page_that_was_asked_for(client, pia, with_code):
    enter(client, next="/activity")
    done = client.post("/sign-in/code", data={"code": code_of(pia, clock.now())})
    assert (done.status_code, done.location) == (303, "/activity")


def test_a_code_is_taken_once(session, pia, with_code, now):
    later = now + timedelta(days=400)
    code = code_of(pia, later)
    assert second_factor.check(session, pia, code, now=later)
    assert not second_factor.check(session, pia, code, now=later)


def test_a_wrong_code_does_not_sign_in(client, pia, with_code):
    enter(client)
    assert client.post("/sign-in/code", data={"code": "abc"}).status_code == 422
    assert client.get("/settings").status_code == 302


def test_a_recovery_code_works_once_however_it_is_written(app, client, pia, with_code):
    enter(client)
    assert (
        client.post("/sign-in/code", data={"code": with_code[0].upper().replace("-", " ")}).status_code == 303
    )
    other = app.test_client()
    enter(other)
    assert other.post("/sign-in/code", data={"code": with_code[0]}).status_code == 422
    assert other.post("/sign-in/code", data={"code": with_code[1]}).status_code == 303


def test_recovery_codes_are_not_kept_in_the_clear(pia, with_code):
    assert not set(with_code) & set(pia.mf_recovery_codes or [])


def test_the_code_step_cannot_be_entered_without_a_password(client, pia, with_code):
    assert client.get("/sign-in/code").location == "/sign-in"


def test_the_code_is_switched_on_through_the_pages(client, pia, session):
    enter(client)
    assert client.get("/settings/second-step").status_code == 200
    with client.session_transaction() as kept:
        secret = kept["new_secret"]
    code = second_factor._totp().from_source(secret).generate(time=clock.now().timestamp()).token
    page = client.post("/settings/second-step", data={"code": code})
    assert page.text.count("<code>") == second_factor.RECOVERY_CODES
    session.expire_all()
    assert second_factor.is_on(pia)


def test_the_secret_is_encrypted_where_it_is_kept(pia, with_code):
    assert second_factor.shown_key(pia.tf_totp_secret or "").replace("-", "") not in (
        pia.tf_totp_secret or ""
    )


def test_changing_how_one_signs_in_asks_for_a_fresh_proof(client, pia):
    enter(client)
    with client.session_transaction() as kept:
        kept["fresh_at"] = 0
    assert client.get("/settings/second-step").location.startswith("/confirm")
    client.post("/confirm", data={"password": PASSWORD, "next": "/settings/second-step"})
    assert client.get("/settings/second-step").status_code == 200


# ---- demonstration --------------------------------------------------------------------------------


def test_a_demonstration_account_is_entered_with_one_click(client, person, session):
    made = person("Disa Demolin", demonstration=True)
    session.commit()
    assert "Disa Demolin" in client.get("/sign-in").text
    assert client.post("/sign-in/as", data={"person": made.id}).status_code == 303
    assert client.get("/settings").status_code == 200


def test_an_ordinary_account_cannot_be_entered_like_that(client, pia):
    assert client.post("/sign-in/as", data={"person": pia.id}).status_code == 404


def test_in_production_demonstration_accounts_neither_show_nor_work(app, client, person, session):
    made = person("Disa Demolin", demonstration=True)
    session.commit()
    client.post("/sign-in/as", data={"person": made.id})
    app.config["MODE"] = "production"
    assert "Disa Demolin" not in client.get("/sign-in").text
    assert client.get("/settings").status_code == 302
    assert client.post("/sign-in/as", data={"person": made.id}).status_code == 404


def test_in_production_no_demonstration_account_can_be_made(app, person):
    app.config["MODE"] = "production"
    with pytest.raises(ValueError, match="demonstration"):
        person("Disa Demolin", demonstration=True)


def test_the_script_for_passkeys_is_there_for_who_is_not_signed_in(client):
    source = re.search(r'src="(/accounts/files/[^"]+)"', client.get("/sign-in").text)
    assert source
    with client.get(source[1]) as script:
        assert script.status_code == 200


# ---- roles ----------------------------------------------------------------------------------------


def test_only_a_role_that_is_held_can_be_chosen(browse, person):
    client = browse(person("Cia Coach-Exempel", "coach"))
    assert client.post("/role", data={"role": "coach"}).status_code == 303
    assert client.post("/role", data={"role": "certifier"}).status_code == 403


def test_what_stands_around_every_page_asks_who_reads_it_and_as_what_and_nothing_else(client, pia, session):
    enter(client)
    with counted(session) as asked:
        client.get("/accessibility")
    tables = [one.split("FROM ")[1].split()[0] for one in asked if "FROM " in one]
    assert tables == ["people", "grants"]
