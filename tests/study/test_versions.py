"""Whoever has begun keeps their version; a new one is seen before it is taken, and says what was decided for it."""

from datetime import date

import pytest
from sqlalchemy.exc import DatabaseError

from app.registrations import service as registrations
from app.schemes import service as schemes
from app.study import versions
from app.study.models import CourseOffer
from plugins.catalogue import UnknownCourse
from tests.accounts.browser import sign_in
from tests.plugins.packages import COURSE, LESSONS, catalogue_of, write_package
from tests.study.test_study_pages import text


@pytest.fixture(scope="module")
def made_up_courses(tmp_path_factory):
    folder = tmp_path_factory.mktemp("versions")
    write_package(folder, "bikes")
    newer = LESSONS.replace("minutes=45", "minutes=50").replace(
        "    ]", "        Lesson(id='three', title=both('Tre', 'Three'), minutes=20),\n    ]"
    )
    inside = write_package(folder, "bikes", course=COURSE.replace("1.0.0", "1.1.0"), lessons=newer)
    for language in ("sv", "en"):
        (inside / "pages" / language / "three.md").write_text("Tre.")
        (inside / "pages" / language / "one.md").write_text("Omskriven.")
    return catalogue_of(folder)


@pytest.fixture
def administering(app, person):
    client = app.test_client()
    sign_in(client, person("Ada Administrator-Exempel", "administrator"))
    return client


@pytest.fixture
def held(session, made_up_courses, now):
    """Version 1.0.0 is what is offered; 1.1.0 came after and waits."""
    versions.offer(session, "bikes", "1.0.0", "0" * 64, by=None, now=now)
    session.commit()


def test_without_a_decision_the_newest_version_is_offered(session, made_up_courses):
    assert versions.offered_one(session, made_up_courses, "bikes").version == "1.1.0"
    assert versions.waiting(session, made_up_courses) == []


def test_what_is_offered_before_an_installation_stays_offered(session, made_up_courses, now):
    assert versions.hold(session, made_up_courses, "bikes", now=now) == "1.1.0"
    assert versions.hold(session, made_up_courses, "trams", now=now) is None
    assert dict(versions.offers(session)) == {"bikes": "1.1.0"}


def test_an_offered_version_that_is_gone_gives_way_to_the_newest(session, made_up_courses, now):
    versions.offer(session, "bikes", "0.1.0", "0" * 64, by=None, now=now)
    assert versions.offered_one(session, made_up_courses, "bikes").version == "1.1.0"
    with pytest.raises(UnknownCourse):
        versions.offered_one(session, made_up_courses, "trams")


def test_what_a_version_changes_is_told_part_by_part(made_up_courses):
    old, new = (
        made_up_courses.course("bikes", one, gate=lambda course: None).package for one in ("1.0.0", "1.1.0")
    )
    found = [
        (one.what, dict(one.name)["sv"], one.before, one.after) for one in versions.differences(old, new)
    ]
    assert found == [
        ("text", "Ett", None, None),
        ("minutes", "Två", 45, 50),
        ("lesson", "Tre", None, 20),
    ]


def test_an_administrator_sees_who_is_midway_and_what_changes_and_takes_it(
    held, administering, session, learner, made_up_courses, learning, now
):
    learning.post("/courses/bikes/start")
    begun = registrations.latest(session, person=learner.id, course="bikes")
    assert begun.version == "1.0.0"
    assert "1.1.0 väntar" in text(administering.get("/administration/courses"))
    page = text(administering.get("/administration/courses/bikes/1.1.0"))
    assert learner.name in page
    assert "0 av 2" in page
    assert "Ny lektion: Tre" in page
    answer = administering.post("/administration/courses/bikes/1.1.0/offer", follow_redirects=True)
    assert "Nya deltagare börjar på version 1.1.0" in text(answer)
    session.expire_all()
    assert versions.offered_one(session, made_up_courses, "bikes").version == "1.1.0"
    assert registrations.latest(session, person=learner.id, course="bikes").version == "1.0.0"
    assert "Text om" in text(learning.get(f"/study/{begun.id}/lessons/one"))


def test_a_decision_of_a_retro_stands_with_its_version(held, administering, session):
    at = "/administration/courses/bikes/1.1.0"
    bad = administering.post(f"{at}/decisions", data={"forum": "retro", "held_on": "2027-03-03", "text": ""})
    assert bad.status_code == 422
    assert "Skriv vad som beslutades" in text(bad)
    good = {"forum": "think_tank", "held_on": "2027-03-03", "text": "Kortare lektioner."}
    page = text(administering.post(f"{at}/decisions", data=good, follow_redirects=True))
    assert "Kortare lektioner." in page
    assert "Think Tank" in page
    assert "Kortare lektioner." not in text(administering.get("/administration/courses/bikes/1.0.0"))
    kept = versions.decisions(session, "bikes")
    assert [(one.version, one.held_on) for one in kept] == [("1.1.0", date(2027, 3, 3))]


def test_only_administrators_see_and_take_versions(held, learning):
    for path in ("/administration/courses/bikes/1.1.0", "/administration/courses/bikes/1.1.0/questions"):
        assert learning.get(path).status_code == 403
    assert learning.post("/administration/courses/bikes/1.1.0/offer").status_code == 403


def test_what_was_offered_when_is_never_changed(session, held):
    session.query(CourseOffer).one().version = "9.9.9"
    with pytest.raises(DatabaseError, match="append-only"):
        session.flush()


def test_the_list_of_packages_says_in_words_what_a_course_gives_evidence_for(administering, session, now):
    schemes.publish_from_files(session, by=None, now=now)
    session.commit()
    page = text(administering.get("/administration/courses"))
    assert "Utbildningstimmar, Kunskapskoll" in page
    assert "self-check" not in page


def test_before_a_version_is_taken_the_administrator_reads_what_its_check_found(administering, held):
    page = text(administering.get("/administration/courses/bikes/1.1.0"))
    assert "Vad kontrollen hittade" in page
    assert "att rätta för författaren" in page
    assert 'lang="en"' in page
    assert "Vad kontrollen hittade" not in text(administering.get("/administration/courses/bikes/1.0.0"))
