"""The catalogue is found by any word, has a cover for each course, and a guide on paper for those who lead."""

import re
from xml.etree import ElementTree

import pypdfium2
import pytest
from coursekit import Course

from app.study.covers import cover
from app.study.finding import fits
from tests.accounts.browser import sign_in
from tests.study.test_study_pages import text

CYCLING = Course(
    id="bikes", version="1.0.0", contract=1, title={"sv": "Åk och lär", "en": "Ride and learn"},
    summary={"sv": "Hur en kommun får fler att cykla på väg till jobbet.", "en": "Getting people on bikes."},
    for_whom={"sv": "Trafikplanerare", "en": "Traffic planners"}, languages=("sv", "en"), hours=1, serves=(),
)  # fmt: skip


@pytest.mark.parametrize(
    "asked", ["åk", "AK", "aak", "vag", "vaeg", "väg", "lar cykla", "planners", "", "  ", "TRAFIKplan"]
)
def test_a_course_is_found_however_its_letters_are_typed(asked: str):
    assert fits(CYCLING, asked)


@pytest.mark.parametrize("asked", ["tåg", "cykla tåg", "xyz"])
def test_every_word_must_fit(asked: str):
    assert not fits(CYCLING, asked)


def test_a_cover_is_always_the_same_and_of_its_own_course():
    drawn = {
        id: str(cover(id)) for id in ("bikes", "trams", "needs-and-current-state", "strategic-leadership")
    }
    assert len(set(drawn.values())) == 4
    for id, svg in drawn.items():
        assert str(cover(id)) == svg
        ElementTree.fromstring(svg)
        assert "style=" not in svg


def test_the_catalogue_is_searched_in_its_address(client):
    assert "Cyklar" in text(client.get("/courses?q=CYKLÅR"))
    nothing = client.get("/courses?q=<b>tåg")
    assert "Ingen kurs stämmer med" in text(nothing)
    assert "<b>tåg" not in nothing.get_data(as_text=True)


def test_a_course_says_who_may_begin_it_and_shows_its_cover(client):
    page = text(client.get("/courses/bikes"))
    assert '<svg class="cover"' in page
    assert "Alla" in page


def test_the_guide_on_paper_is_for_those_who_lead(app, client, learning, person):
    at = "/courses/bikes/facilitation.pdf"
    assert client.get(at).status_code == 302
    assert learning.get(at).status_code == 403
    coach = app.test_client()
    sign_in(coach, person("Conny Coach-Låtsas", "coach"))
    answer = coach.get(at)
    assert answer.mimetype == "application/pdf"
    with pypdfium2.PdfDocument(answer.data) as document:
        said = re.sub(r"\s+", " ", "".join(page.get_textpage().get_text_range() for page in document))
    for words in ("Cyklar", "Text om one", "Träff", "0:20", "Hälsa", "40 min"):
        assert words in said
    assert coach.get("/courses/trams/facilitation.pdf").status_code == 404
