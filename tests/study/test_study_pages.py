"""What a learner sees and does in the learning, and what nobody else can."""

import re
import uuid
from html import unescape

import pytest
from sqlalchemy import select

from app.accounts.models import Person
from app.registrations import service as registrations
from app.study.models import QuizAttempt, QuizDraft
from tests.accounts.browser import sign_in
from tests.study.test_studying import attempt, finish_lessons, right_form


def text(response) -> str:
    return unescape(response.get_data(as_text=True))


def without_tokens(response) -> str:
    return re.sub(r'name="csrf_token" value="[^"]*"', "", text(response))


def drafted(session, registration, quiz="check"):
    session.expire_all()
    return session.scalars(select(QuizDraft).where(QuizDraft.quiz == quiz)).one()


@pytest.fixture
def at(registration):
    return f"/study/{registration.id}"


def test_the_catalogue_is_open_and_a_refused_package_is_not_in_it(client):
    page = client.get("/courses")
    assert page.status_code == 200
    assert "Cyklar" in text(page)
    assert "broken" not in text(page)


def test_a_course_is_started_with_one_button_and_leads_to_its_first_lesson(learning):
    assert "Starta kursen" in text(learning.get("/courses/bikes"))
    answer = learning.post("/courses/bikes/start", follow_redirects=True)
    assert answer.request.path.endswith("/lessons/one")


def test_starting_twice_leads_to_the_same_place(learning, session, learner):
    first = learning.post("/courses/bikes/start")
    second = learning.post("/courses/bikes/start")
    assert first.location == second.location
    assert len(registrations.of_person(session, person=learner.id)) == 1


def test_an_unknown_course_is_missing(learning):
    assert learning.get("/courses/trams").status_code == 404
    assert learning.post("/courses/trams/start").status_code == 404


def test_a_lesson_shows_its_page_under_a_strict_policy(learning, at):
    page = learning.get(f"{at}/lessons/one")
    assert "Text om <strong>one</strong>" in text(page)
    assert f'src="{at}/files/figure.svg"' in text(page)
    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


def test_the_course_opens_again_where_one_was(learning, at):
    learning.get(f"{at}/lessons/two")
    assert learning.get(at).location.endswith("/lessons/two")


def test_done_counts_says_so_and_leads_on(learning, at):
    answer = learning.post(
        f"{at}/lessons/one/note", data={"text": "Min tanke", "done": "1"}, follow_redirects=True
    )
    assert "”Ett” är klar: 30 min" in text(answer)
    assert answer.request.path.endswith("/quizzes/practice")
    assert "Min tanke" in text(learning.get(f"{at}/lessons/one"))
    assert "Min tanke" in text(learning.get(f"{at}/notes"))


def test_a_note_that_is_too_long_is_kept_on_the_page(learning, at):
    answer = learning.post(f"{at}/lessons/one/note", data={"text": "ö" * 20_001})
    assert answer.status_code == 422
    assert "ö" * 20_001 in text(answer)


def test_the_english_page_is_english(learning, at):
    learning.set_cookie("language", "en")
    assert "One" in text(learning.get(f"{at}/lessons/one"))


def test_only_listed_files_are_served_and_they_can_do_nothing(learning, at):
    picture = learning.get(f"{at}/files/figure.svg")
    assert picture.status_code == 200
    assert picture.mimetype == "image/svg+xml"
    assert "sandbox" in picture.headers["Content-Security-Policy"]
    picture.close()
    for name in (
        "secret.txt",
        "__init__.py",
        "pages/sv/one.md",
        "../secret.txt",
        "%2e%2e/secret.txt",
        "/etc/passwd",
    ):
        assert learning.get(f"{at}/files/{name}").status_code in (404, 308)


def test_another_persons_registration_is_missing_like_one_that_never_was(app, session, at, person):
    client = app.test_client()
    sign_in(client, person("Nosse Nyfiken-Fiktiv"))
    missing = f"/study/{uuid.uuid4()}"
    for path in ("", "/lessons/one", "/notes", "/files/figure.svg", "/assignments/work", "/quizzes/check"):
        theirs, none = client.get(at + path), client.get(missing + path)
        assert (theirs.status_code, none.status_code) == (404, 404)
        assert without_tokens(theirs).replace(at, missing) == without_tokens(none)
    for path in ("/lessons/one/note", "/quizzes/check/start", f"/quizzes/check/attempts/{uuid.uuid4()}"):
        assert client.post(at + path, data={"text": "x", "done": "1"}).status_code == 404


def test_who_is_not_signed_in_is_asked_to(client, at):
    assert client.get(f"{at}/lessons/one").status_code == 302
    assert client.post(f"{at}/lessons/one/note").status_code == 401


def test_unanswered_questions_are_named_and_nothing_is_lost(learning, session, at, handle, registration):
    learning.post(f"{at}/quizzes/check/start")
    draft = drafted(session, registration)
    form = {"q-short": "cykel", "q-think": "Halvfärdig <tanke>"}
    page = learning.post(f"{at}/quizzes/check/attempts/{draft.id}", data=form)
    assert page.status_code == 422
    assert "4 frågor är inte besvarade helt" in text(page)
    assert 'href="#question-single"' in text(page)
    assert "Halvfärdig <tanke>" in text(page)
    assert 'value="cykel"' in text(page)
    assert 'value="cykel"' in text(learning.get(f"{at}/quizzes/check"))
    assert session.scalars(select(QuizAttempt)).all() == []


def test_one_may_hand_in_as_it_is(learning, session, at, registration):
    learning.post(f"{at}/quizzes/check/start")
    draft = drafted(session, registration)
    page = learning.post(
        f"{at}/quizzes/check/attempts/{draft.id}", data={"anyway": "1"}, follow_redirects=True
    )
    assert "0 % rätt" in text(page)
    assert "Du kan försöka igen från" in text(page)


def test_the_same_step_in_two_places_is_told(learning, session, at, registration):
    learning.post(f"{at}/quizzes/check/start")
    draft = drafted(session, registration)
    form = {"q-order-0": "1", "q-order-1": "1", "q-order-2": "0"}
    assert "Samma steg står på två platser" in text(
        learning.post(f"{at}/quizzes/check/attempts/{draft.id}", data=form)
    )


def test_answers_are_saved_for_another_day(learning, session, at, registration):
    learning.post(f"{at}/quizzes/check/start")
    draft = drafted(session, registration)
    learning.post(f"{at}/quizzes/check/attempts/{draft.id}", data={"q-short": "cyk", "save": "1"})
    assert 'value="cyk"' in text(learning.get(f"{at}/quizzes/check"))


def test_handing_in_twice_is_handing_in_once(learning, session, at, handle, registration):
    learning.post(f"{at}/quizzes/check/start")
    draft = drafted(session, registration)
    form = right_form(handle.quiz("check"), draft)
    address = f"{at}/quizzes/check/attempts/{draft.id}"
    first = learning.post(address, data=form)
    second = learning.post(address, data={"anyway": "1"})
    assert first.location == second.location
    assert [one.score for one in session.scalars(select(QuizAttempt))] == [100]


def test_starting_twice_draws_once(learning, session, at, registration):
    learning.post(f"{at}/quizzes/check/start")
    first = drafted(session, registration).id
    learning.post(f"{at}/quizzes/check/start")
    assert drafted(session, registration).id == first


def test_answers_to_questions_that_are_no_longer_open_are_not_counted(learning, session, at):
    page = learning.post(
        f"{at}/quizzes/check/attempts/{uuid.uuid4()}", data={"anyway": "1"}, follow_redirects=True
    )
    assert "inte längre öppna" in text(page)
    assert session.scalars(select(QuizAttempt)).all() == []


def test_the_result_explains_every_answer(learning, session, at, handle, registration):
    learning.post(f"{at}/quizzes/check/start")
    draft = drafted(session, registration)
    form = right_form(handle.quiz("check"), draft, wrong=("single",))
    page = text(learning.post(f"{at}/quizzes/check/attempts/{draft.id}", data=form, follow_redirects=True))
    assert "80 % rätt" in page
    assert "Därför nej" in page
    assert "Läs igen: Ett" in page
    assert "Jämför" in page


def test_what_is_right_is_not_told_before(learning, at):
    learning.post(f"{at}/quizzes/check/start")
    page = text(learning.get(f"{at}/quizzes/check"))
    assert "Därför" not in page
    assert "cykel" not in page


def test_another_quizs_attempt_is_missing(learning, at):
    assert learning.get(f"{at}/quizzes/check/attempts/{uuid.uuid4()}").status_code == 404
    assert learning.get(f"{at}/quizzes/none").status_code == 404


def test_the_work_to_hand_in_shows_its_rubric(learning, at):
    page = text(learning.get(f"{at}/assignments/work"))
    assert "Nästan" in page


def test_the_guide_is_for_those_who_lead(app, session, person, learning):
    assert learning.get("/courses/bikes/facilitation").status_code == 403
    client = app.test_client()
    coach: Person = person("Conny Coach-Låtsas", "coach")
    sign_in(client, coach)
    page = text(client.get("/courses/bikes/facilitation"))
    assert "Hälsa" in page
    assert "0:20" in page


def test_the_administrator_reads_why_a_package_was_refused(app, person, learning):
    assert learning.get("/administration/courses").status_code == 403
    client = app.test_client()
    sign_in(client, person("Ada Administrator-Exempel", "administrator"))
    assert "it raised RuntimeError: no rails" in text(client.get("/administration/courses"))


def test_a_version_that_is_gone_is_told_kindly(learning, session, at, registration):
    registration.version = "0.9.0"
    session.commit()
    page = learning.get(f"{at}/lessons/one")
    assert page.status_code == 503
    assert "version 0.9.0" in text(page)


@pytest.mark.parametrize("path", ["/lessons/nine", "/assignments/nine", "/quizzes/nine", "/lessons/check"])
def test_a_part_that_the_course_does_not_have_is_missing(learning, at, path):
    assert learning.get(at + path).status_code == 404


def test_a_proof_of_completion_comes_with_the_last_part_and_says_only_what_it_may(
    learning, session, at, registration, handle, learner, now
):
    assert learning.get(f"{at}/proof").status_code == 404
    finish_lessons(session, registration, handle, now=now)
    for quiz in ("practice", "check"):
        attempt(session, registration, handle, now=now, quiz=quiz)
    session.commit()
    assert f"{at}/proof" in text(learning.get("/courses/bikes"))
    page = text(learning.get(f"{at}/proof"))
    assert "Cykelintyg" in page
    assert f"{learner.name} har cyklat 75 minuter i Cyklar" in page
    assert "{name.email}" in page
