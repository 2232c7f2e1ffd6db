"""The pages of declared training, as the one who declares and the one who judges see them."""

from io import BytesIO

import pytest
from sqlalchemy import select

from app.declarations.models import FurtherTraining

FORM = {
    "form_token": "abc",
    "title": "Konferens om lärande",
    "organiser": "Nätverket Exempel",
    "day": "2027-02-20",
    "credits": "6",
    "category": "core",
    "about": "Jag lärde mig att fråga innan jag svarar.",
}


def page_text(answer) -> str:
    return answer.get_data(as_text=True)


PROOF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def declared(world, browse):
    sent = browse(world.tilde).post("/further-training/new", data=FORM | {"link": "https://example.org/p"})
    assert sent.status_code == 303
    return world.session.scalars(select(FurtherTraining)).one()


def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(world, browse):
    client = browse(world.tilde)
    answer = client.post("/further-training/new", data=FORM | {"day": "2027-03-04", "credits": "-1"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "mellan 1 och 100" in page
    assert "Konferens om lärande" in page
    answer = client.post("/further-training/new", data=FORM | {"day": "2027-03-04"})
    assert "Den dagen har inte kommit än." in answer.get_data(as_text=True)
    answer = client.post("/further-training/new", data=FORM)
    assert "Lägg till en fil eller länk" in answer.get_data(as_text=True)
    assert world.session.scalars(select(FurtherTraining)).all() == []


def test_a_file_shows_it_and_one_that_lies_is_named(world, browse):
    client = browse(world.tilde)
    lying = client.post("/further-training/new", data=FORM | {"file": (BytesIO(b"MZ\x90\x00"), "intyg.pdf")})
    assert lying.status_code == 422
    assert "Konferens om lärande" in lying.get_data(as_text=True)
    sent = client.post("/further-training/new", data=FORM | {"file": (BytesIO(PROOF), "intyg.pdf")})
    assert sent.status_code == 303
    there = sent.headers["Location"]
    assert client.get(f"{there}/file").data == PROOF
    assert browse(world.cleo).get(f"{there}/file").data == PROOF
    assert browse(world.trainer).get(f"{there}/file").status_code == 404


def test_a_certifier_judges_and_the_person_reads_it(world, browse, declared):
    client = browse(world.ruben)
    assert "Konferens om lärande" in page_text(client.get("/further-training/to-judge"))
    there = f"/further-training/{declared.id}"
    assert "Konferens om lärande" in page_text(client.get(f"{there}/judge"))
    refused = client.post(f"{there}/judge", data={"credits": "2", "category": "core"})
    assert refused.status_code == 422
    assert "Skriv varför" in page_text(refused)
    for _click in range(2):
        answer = client.post(
            f"{there}/judge", data={"credits": "2", "category": "core", "answer": "En förmiddag."}
        )
        assert answer.status_code == 303
    own = page_text(browse(world.tilde).get(there))
    assert "En förmiddag." in own
    assert "Ruben Provberg" in own


def test_saying_no_needs_a_reason(world, browse, declared):
    client = browse(world.cleo)
    there = f"/further-training/{declared.id}/decline"
    assert client.post(there, data={"reason": ""}).status_code == 422
    assert client.post(there, data={"reason": "Det är ett internt möte."}).status_code == 303
    assert "Det är ett internt möte." in page_text(
        browse(world.tilde).get(f"/further-training/{declared.id}")
    )


def test_others_declarations_answer_like_missing_ones(world, browse, declared):
    client = browse(world.trainer)
    for path in (f"/further-training/{declared.id}", f"/further-training/{declared.id}/file"):
        assert client.get(path).status_code == 404
    assert client.post(f"/further-training/{declared.id}/withdraw").status_code == 404


def test_it_can_be_taken_back_before_it_is_judged(world, browse, declared):
    client = browse(world.tilde)
    page = client.post(f"/further-training/{declared.id}/withdraw", follow_redirects=True)
    assert "Den är återtagen." in page_text(page)


def test_the_pages_speak_english(world, browse, declared):
    client = browse(world.tilde, "en")
    for path in ("/further-training", "/further-training/new", f"/further-training/{declared.id}"):
        assert "Further training" in page_text(client.get(path))
