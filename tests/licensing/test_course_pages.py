"""What a learner and a coach see of a course whose licence keeps it shut: why, and that nothing is lost."""

from html import unescape

import pytest

from app import clock
from app.demo import factories as make
from app.licensing import licences
from app.registrations import service as registrations


def text(response) -> str:
    return unescape(response.get_data(as_text=True))


@pytest.fixture
def learning(trade, enter):
    return enter(trade.leo)


def begin(learning):
    where = learning.post("/courses/bikes/start").location
    return where.rsplit("/", 1)[-1]


def stop(trade, licence, kind):
    licences.change_stop(trade.session, licence, kind, reason="Tvist", by=trade.ada.id, now=clock.now())
    trade.session.commit()


def test_without_a_licence_the_course_page_says_so_and_offers_no_start(trade, learning):
    page = text(learning.get("/courses/bikes"))
    assert "har ingen licens för kursen" in page
    assert "Starta kursen" not in page


def test_pressing_start_all_the_same_begins_nothing(trade, learning, session):
    answer = learning.post("/courses/bikes/start")
    assert answer.status_code == 403
    assert "har ingen licens för kursen" in text(answer)
    assert not registrations.of_person(session, person=trade.leo.id)


def test_with_a_licence_the_course_begins_as_any_other(trade, learning):
    trade.install()
    assert "Starta kursen" in text(learning.get("/courses/bikes"))
    id = begin(learning)
    assert learning.get(f"/study/{id}", follow_redirects=True).status_code == 200


def test_in_english_the_reason_is_said_in_english(trade, enter):
    trade.gunnel.language = "en"
    trade.session.commit()
    assert "no licence for this course" in text(enter(trade.gunnel).get("/courses/bikes"))


def test_a_stopped_course_keeps_its_lessons_shut_and_its_results_open(trade, learning):
    licence = trade.install()
    id = begin(learning)
    assert (
        learning.post(f"/study/{id}/lessons/two/note", data={"text": "Mitt ord", "done": "1"}).status_code
        == 303
    )
    stop(trade, licence, "stop_all")
    shut = learning.get(f"/study/{id}/lessons/one")
    assert (shut.status_code, "pausad" in text(shut)) == (403, True)
    assert "Mitt ord" in text(learning.get(f"/study/{id}/notes"))
    page = text(learning.get("/courses/bikes"))
    assert "pausad" in page
    assert "Fortsätt med den nya licensen" not in page
    stop(trade, licence, "resume")
    assert learning.get(f"/study/{id}/lessons/one").status_code == 200


def test_no_file_of_a_stopped_course_is_handed_out(trade, learning):
    licence = trade.install()
    id = begin(learning)
    with learning.get(f"/study/{id}/files/figure.svg") as handed_out:
        assert handed_out.status_code == 200
    stop(trade, licence, "stop_all")
    assert learning.get(f"/study/{id}/files/figure.svg").status_code == 403


def test_the_next_licence_is_offered_to_whoever_is_midway(trade, learning, session):
    old = trade.install()
    begin(learning)
    stop(trade, old, "stop_all")
    trade.install(starts=trade.today)
    assert "Fortsätt med den nya licensen" in text(learning.get("/courses/bikes"))
    id = begin(learning)
    assert learning.get(f"/study/{id}/lessons/one").status_code == 200


def test_a_coach_of_nobody_who_has_a_licence_does_not_get_the_guide(trade, enter):
    now = clock.now()
    coach = make.person(
        trade.session,
        "Cilla Exempel",
        organisation=trade.granasa,
        roles=("coach",),
        demonstration=True,
        now=now,
    )
    trade.session.commit()
    answer = enter(coach).get("/courses/bikes/facilitation")
    assert answer.status_code == 403
    assert "utgivarens licens" in text(answer)
