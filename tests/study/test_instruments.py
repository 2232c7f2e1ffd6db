"""An instrument is answered by one person and shown to others only together with others' answers."""

import pytest
from sqlalchemy import select

from app.organisations.service import create_organisation
from app.registrations.service import start
from app.study import instruments
from app.study.models import InstrumentAnswer
from tests.study.test_study_pages import text

LEVELS = {"d-legs": "1", "d-head": "2", "d-heart": "3"}


@pytest.fixture
def feeling(handle):
    return handle.instrument("feeling")


@pytest.fixture
def municipality(session, now):
    made = create_organisation(session, name="Falkvik", kind="municipality", by=None, now=now)
    session.commit()
    return made


def answered(session, course, who, instrument, levels, *, where, now):
    registration = start(session, course=course, by=who.id, now=now)
    return instruments.answer(
        session, registration, instrument, levels, organisation=where and where.id, now=now
    )


def test_a_profile_is_drawn_from_ones_answers_and_compared_with_the_first(learning, registration):
    at = f"/study/{registration.id}/instruments/feeling"
    assert learning.get(f"{at}/profile").status_code == 303
    first = text(learning.post(at, data=LEVELS, follow_redirects=True))
    assert "Din profil" in first
    assert "Hjärta: 3" in first
    assert "Första gången" not in first
    again = text(learning.post(at, data={**LEVELS, "d-legs": "3"}, follow_redirects=True))
    assert "Ben: 3" in again
    assert "Första gången" in again


def test_what_is_not_answered_is_named_and_what_is_answered_stays(learning, session, registration):
    page = learning.post(f"/study/{registration.id}/instruments/feeling", data={"d-head": "2", "d-legs": "9"})
    assert page.status_code == 422
    assert "2 delar är inte besvarade" in text(page)
    assert 'value="2" checked' in text(page)
    assert session.scalars(select(InstrumentAnswer)).all() == []


def test_an_organisation_is_shown_from_three_people_up_whatever_the_package_says(
    session, feeling, made_up_courses, person, municipality, now
):
    course = made_up_courses.summary("bikes")
    people = [person(f"{name} Påhitt") for name in ("Bo", "Cia", "Didrik")]

    def together():
        return instruments.together(session, feeling, course="bikes", organisation=municipality.id)

    for count, who in enumerate(people, start=1):
        levels = {"legs": count, "head": 1, "heart": 3}
        answered(session, course, who, feeling, levels, where=municipality, now=now)
        assert together().respondents == count
        assert bool(together().means) == (count == 3)
    assert dict(together().means) == {"legs": 20, "head": 10, "heart": 30}
    answered(
        session, course, people[0], feeling, {"legs": 3, "head": 1, "heart": 3}, where=municipality, now=now
    )
    assert (together().respondents, together().means["legs"]) == (3, 27)


def test_people_of_another_organisation_are_not_counted(
    session, feeling, made_up_courses, person, municipality, now
):
    course = made_up_courses.summary("bikes")
    for name in ("Bo", "Cia", "Didrik"):
        who = person(f"{name} Påhitt")
        answered(session, course, who, feeling, {"legs": 1, "head": 1, "heart": 1}, where=None, now=now)
    found = instruments.together(session, feeling, course="bikes", organisation=municipality.id)
    assert (found.respondents, dict(found.means)) == (0, {})


def test_a_second_click_is_the_same_answering(learning, session, registration):
    at = f"/study/{registration.id}/instruments/feeling"
    for _ in range(2):
        assert learning.post(at, data=LEVELS).status_code == 303
    assert len(session.scalars(select(InstrumentAnswer)).all()) == 1
    learning.post(at, data={**LEVELS, "d-legs": "3"})
    assert len(session.scalars(select(InstrumentAnswer)).all()) == 2
