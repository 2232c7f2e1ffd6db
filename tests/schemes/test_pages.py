"""The schemes' pages: open to read, an administrator's to change."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from app import clock
from app.accounts.consents import consent
from app.accounts.service import create_person, grant_role
from app.accounts.terms import REQUIRED
from app.organisations.service import create_organisation
from app.schemes import service
from tests.accounts.browser import sign_in


@pytest.fixture
def administrator(session: Any, client: FlaskClient) -> FlaskClient:
    """A browser in which an administrator is signed in, with the four schemes published."""
    now = clock.now()
    create_organisation(session, name="Konsortiet", kind="consortium", by=None, now=now)
    service.publish_from_files(session, by=None, now=now)
    who = create_person(session, email="ada@exempel.se", name="Ada Exempel", by=None, now=now)
    consent(session, who, REQUIRED, by=who.id, now=now)
    grant_role(session, person=who.id, role="administrator", founder=True, by=None, now=now)
    session.commit()
    sign_in(client, who)
    return client


@pytest.mark.usefixtures("administrator")
def test_anybody_reads_what_a_scheme_asks_for(app: Any) -> None:
    visitor = app.test_client()
    swedish = visitor.get("/schemes/certified-coach").get_data(as_text=True)
    assert "varav minst 75 betalda" in swedish
    assert "Förnyelsen öppnar" in swedish
    english = visitor.get("/schemes/certified-coach", headers={"Accept-Language": "en"})
    assert "at least 75 of them paid" in english.get_data(as_text=True)
    assert "Pollinatör" in visitor.get("/schemes").get_data(as_text=True)
    unknown = visitor.get("/schemes/no-such")
    assert unknown.status_code == 404
    assert "Den certifieringen finns inte" in unknown.get_data(as_text=True)


def test_an_administrator_drafts_compares_and_publishes(administrator: FlaskClient, session: Any) -> None:
    assert "Skriv utkast" in administrator.get("/admin/schemes").get_data(as_text=True)
    page = administrator.post("/admin/schemes/pollinator/draft", follow_redirects=True)
    draft = service.draft_of(session, "pollinator")
    assert draft is not None
    assert "Versionen som text" in page.get_data(as_text=True)
    changed = draft.text.replace("hours = 15", "hours = 20", 1)
    page = administrator.post(
        "/admin/schemes/pollinator/draft/text", data={"text": changed}, follow_redirects=True
    )
    shown = page.get_data(as_text=True)
    assert "Utkastet är sparat." in shown
    assert "Ändrat" in shown
    assert "sista dag" in administrator.get("/admin/schemes/pollinator/draft/publish").get_data(as_text=True)
    page = administrator.post(
        "/admin/schemes/pollinator/draft/publish", data={"keep_months": "6"}, follow_redirects=True
    )
    assert "Version 2 är publicerad." in page.get_data(as_text=True)
    assert administrator.get("/admin/schemes/pollinator/1/2").status_code == 200


def test_a_wrong_draft_is_kept_and_its_line_named(administrator: FlaskClient) -> None:
    administrator.post("/admin/schemes/participant/draft")
    page = administrator.post(
        "/admin/schemes/participant/draft/text", data={"text": "code = \nmine"}, follow_redirects=True
    )
    shown = page.get_data(as_text=True)
    assert "mine" in shown
    assert "Rad 1:" in shown
    assert administrator.get("/admin/schemes/participant/draft/publish").status_code == 302


def test_an_impossible_transition_keeps_what_was_typed(administrator: FlaskClient) -> None:
    administrator.post("/admin/schemes/participant/draft")
    page = administrator.post("/admin/schemes/participant/draft/publish", data={"keep_months": "99"})
    assert page.status_code == 422
    assert 'value="99"' in page.get_data(as_text=True)


@pytest.mark.usefixtures("administrator")
def test_nobody_else_sees_the_administrators_pages(app: Any) -> None:
    assert app.test_client().get("/admin/schemes").status_code == 302
