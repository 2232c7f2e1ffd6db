"""The pages, as candidate, examiner, certifier and stranger."""

import io
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.assessments import assigning, grading, observing
from app.assessments.models import Attempt, DraftItem, Grading, HandInDraft, Observation
from app.evidence.models import EvidenceItem
from tests.accounts.browser import sign_in
from tests.assessments.test_judging import BEST, said
from tests.deliveries.people import person

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


@pytest.fixture
def now():
    """Pages ask the clock themselves, so here it is really now."""
    return clock.now().replace(microsecond=0)


@pytest.fixture
def browse(app, session):
    def open_browser(who, language="en"):
        session.commit()
        client = app.test_client()
        sign_in(client, who)
        client.set_cookie("language", language)
        return client

    return open_browser


@pytest.fixture
def address(candidacy):
    return f"/assessments/{candidacy.id}/case"


def work(*files, **fields):
    return {"files": [(io.BytesIO(data), name) for name, data in files], "link": "", "text": "", **fields}


def send(client, address, *files, **fields):
    return client.post(address, data=work(*files, **fields), content_type="multipart/form-data")


def filled(outcome="passed", points=BEST, comment="Tydligt."):
    rows = {f"points-{code}": str(value) for code, value in points.items()}
    return rows | {"comment": comment, "outcome": outcome, "preview": "1"}


# ---- handing in -------------------------------------------------------------------------------------


def test_a_candidate_hands_in_files_a_link_and_words(session, candidate, address, browse):
    client = browse(candidate)
    sent = send(
        client, address, ("Mitt fall.pdf", PDF), text="Se bilagan.", link="https://falkvik.example/a", add="1"
    )
    assert sent.status_code == 303, sent.text
    page = client.get(address).text
    assert "Mitt fall.pdf" in page
    assert "https://falkvik.example/a" in page
    assert "Se bilagan." in page
    assert send(client, address, text="Se bilagan.", preview="1").location.endswith("/preview")
    preview = client.get(f"{address}/preview").text
    assert "It goes to an examiner as it is and cannot be changed afterwards." in preview
    done = client.post(f"{address}/preview")
    attempt = session.scalars(select(Attempt)).one()
    assert done.location.endswith(f"/assessments/attempts/{attempt.id}")
    assert [(item.kind, item.name) for item in attempt.items] == [
        ("file", "Mitt fall.pdf"),
        ("link", "falkvik.example"),
    ]
    assert session.scalars(select(HandInDraft)).all() == []
    assert "An examiner is being chosen." in client.get("/assessments").text


def test_a_second_click_hands_in_nothing_more(session, candidate, address, browse):
    client = browse(candidate)
    send(client, address, ("a.pdf", PDF), preview="1")
    answers = [client.post(f"{address}/preview") for _ in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert len(session.scalars(select(Attempt)).all()) == 1


def test_a_file_that_lies_is_named_and_everything_else_is_kept(session, candidate, address, browse):
    client = browse(candidate)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("x.txt", "x")
    page = send(
        client,
        address,
        ("bra.pdf", PDF),
        ("plan.pdf", archive.getvalue()),
        text="Mina ord",
        link="http://x",
        preview="1",
    )
    assert page.status_code == 422
    assert "plan: The file is a packed archive (ZIP), which we cannot take." in page.text
    assert "Write a link that begins with https://" in page.text
    assert ("Mina ord" in page.text, 'value="http://x"' in page.text, "bra.pdf" in page.text) == (
        True,
        True,
        True,
    )
    assert [one.name for one in session.scalars(select(DraftItem))] == ["bra.pdf"]
    assert session.scalars(select(HandInDraft)).one().text == "Mina ord"


def test_nothing_to_hand_in_is_said_beside_the_field(candidate, address, browse):
    page = send(browse(candidate), address, text="Mina ord", preview="1")
    assert (page.status_code, "Add at least one file or link." in page.text) == (422, True)
    assert "Mina ord" in page.text


def test_an_upload_of_100_mb_answers_kindly_and_the_draft_stays(session, candidate, address, browse):
    client = browse(candidate)
    send(client, address, text="Mina ord", save="1")
    huge = {"CONTENT_LENGTH": str(100 * 1024 * 1024), "CONTENT_TYPE": "multipart/form-data; boundary=x"}
    page = client.post(address, environ_overrides=huge)
    assert page.status_code == 413
    assert "A file may be at most 25 MB" in page.text
    assert session.scalars(select(HandInDraft)).one().text == "Mina ord"


def test_something_is_taken_out_again(session, candidate, address, browse):
    client = browse(candidate)
    send(client, address, ("a.pdf", PDF), add="1")
    item = session.scalars(select(DraftItem)).one()
    assert client.post(f"{address}/items/{item.id}/remove").status_code == 303
    session.expire_all()
    assert session.scalars(select(DraftItem)).all() == []


def test_an_interview_is_asked_for_in_words(session, candidate, candidacy, browse):
    client = browse(candidate)
    address = f"/assessments/{candidacy.id}/interview"
    assert client.post(address, data={"text": "", "preview": "1"}).status_code == 422
    client.post(address, data={"text": "Tisdagar.", "preview": "1"})
    client.post(f"{address}/preview")
    assert session.scalars(select(Attempt)).one().examiners == 2


# ---- whose it is ------------------------------------------------------------------------------------


def test_others_work_and_files_answer_like_missing_ones(
    session, candidate, candidacy, address, browse, examiner, certifier, second, now
):
    client = browse(candidate)
    send(client, address, ("a.pdf", PDF), add="1")
    draft_file = f"/assessments/files/{session.scalars(select(DraftItem)).one().id}"
    assert client.get(draft_file).data == PDF
    assert [browse(one).get(draft_file).status_code for one in (examiner, certifier)] == [404, 404]
    send(client, address, preview="1")
    client.post(f"{address}/preview")
    attempt = session.scalars(select(Attempt)).one()
    asked = assigning.assign(session, attempt, examiner.id, by=certifier.id, now=now)
    pages = [f"/assessments/attempts/{attempt.id}", f"/assessments/files/{attempt.items[0].id}"]
    for one, wanted in ((candidate, 200), (examiner, 200), (certifier, 200), (second, 404)):
        assert [browse(one).get(page).status_code for page in pages] == [wanted, wanted]
    stranger = person(session, "Nils Låtsas", now)
    assert [browse(stranger).get(page).status_code for page in (*pages, address)] == [404, 404, 404]
    assert browse(second).get(f"/grading/{asked.id}").status_code == 404
    assert browse(stranger).get(f"/grading/{asked.id}").status_code == 403
    answer = browse(examiner).get(pages[1])
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="a.pdf"')
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")


# ---- choosing and judging ---------------------------------------------------------------------------


def test_a_certifier_sees_why_some_cannot_judge_and_asks_another(
    session, hand_in, candidate, examiner, second, certifier, browse
):
    attempt = hand_in()
    second.organisation_id = candidate.organisation_id
    client = browse(certifier)
    assert "Tilde Påhitt" in client.get("/assigning").text
    page = client.get(f"/assigning/{attempt.id}").text
    assert "They have the same employer." in page
    refused = client.post(f"/assigning/{attempt.id}", data={"examiner": str(second.id)})
    assert refused.status_code == 422
    assert client.post(f"/assigning/{attempt.id}", data={"examiner": str(examiner.id)}).status_code == 303
    assert "All work has its examiner" in client.get("/assigning").text
    assert "Case, Certified Coach" in browse(examiner).get("/grading").text


@pytest.fixture
def asked(session, hand_in, examiner, certifier, now):
    return assigning.assign(session, hand_in(), examiner.id, by=certifier.id, now=now)


def test_an_examiner_grades_with_a_preview_and_one_binding_click(session, asked, candidate, examiner, browse):
    client = browse(examiner)
    assert "The situation is told without analysis." in client.get(f"/grading/{asked.id}").text
    sent = client.post(f"/grading/{asked.id}", data=filled())
    assert sent.location.endswith("/preview"), sent.text
    assert "100%" in client.get(sent.location).text
    assert session.scalars(select(Grading)).all() == []
    assert [client.post(sent.location).status_code for _ in range(2)] == [303, 303]
    assert [one.score for one in session.scalars(select(Grading))] == [100]
    counted = select(EvidenceItem).where(
        EvidenceItem.person_id == candidate.id, EvidenceItem.kind == "assessment"
    )
    assert len(session.scalars(counted).all()) == 1
    assert "Tydligt." in browse(candidate).get(f"/assessments/attempts/{asked.attempt_id}").text


def test_an_incomplete_grading_is_kept_and_says_what_is_missing(asked, examiner, browse):
    client = browse(examiner)
    page = client.post(
        f"/grading/{asked.id}", data={"points-reading": "2", "comment": "Halvvägs", "preview": "1"}
    )
    assert (page.status_code, "Choose a level." in page.text, "Choose an outcome." in page.text) == (
        422,
        True,
        True,
    )
    again = client.get(f"/grading/{asked.id}").text
    assert "Halvvägs" in again


def test_the_candidate_reads_nothing_before_both_have_judged(
    session, hand_in, candidate, examiner, second, certifier, browse, now
):
    attempt = hand_in("interview")
    first = assigning.assign(session, attempt, examiner.id, by=certifier.id, now=now)
    other = assigning.assign(session, attempt, second.id, by=certifier.id, now=now)
    grading.grade(
        session,
        first,
        said(dict.fromkeys(("presence", "reflection", "transfer"), 2)),
        by=examiner.id,
        now=now,
    )
    page = f"/assessments/attempts/{attempt.id}"
    assert "Tydligt" not in browse(candidate).get(page).text
    assert "Tydligt" not in browse(second).get(page).text
    assert "Tydligt" not in browse(second).get(f"/grading/{other.id}").text


def test_declining_needs_a_reason(session, asked, examiner, browse):
    client = browse(examiner)
    assert client.post(f"/grading/{asked.id}/decline", data={"reason": ""}).status_code == 422
    assert client.post(f"/grading/{asked.id}/decline", data={"reason": "Ingen tid."}).status_code == 303
    assert client.get(f"/grading/{asked.id}").status_code == 404
    assert "Nothing waits for you" in client.get("/grading").text


def test_a_late_examiner_is_replaced(session, asked, certifier, browse):
    client = browse(certifier)
    release = f"/assigning/assignments/{asked.id}/release"
    assert client.post(release, data={"reason": ""}).status_code == 422
    assert client.post(release, data={"reason": "Sjuk."}).status_code == 303
    assert "Lacks an examiner" in client.get("/assigning").text


def test_an_observation_is_looked_over_and_then_counts(session, candidate, candidacy, examiner, browse, now):
    client = browse(examiner)
    sent = client.post("/grading/observations/new", data={"email": candidate.email})
    assert sent.location.endswith(f"/of/{candidacy.id}")
    day = (now - timedelta(days=2)).astimezone(clock.STOCKHOLM).date().isoformat()
    facts = {f"aspect-{code}": "2" for code in observing.ASPECTS}
    facts |= {
        "kind": "coaching",
        "delivery": "",
        "day": day,
        "begins": "09.00",
        "comment": "Bra!",
        "outcome": "passed",
    }
    looked = client.post(sent.location, data=facts)
    assert "Is this what you saw?" in looked.text
    assert session.scalars(select(Observation)).all() == []
    done = client.post(sent.location, data=facts | {"confirm": "1"})
    assert done.status_code == 303, done.text
    twice = client.post(sent.location, data=facts | {"confirm": "1"})
    assert (twice.status_code, "already written down" in twice.text) == (422, True)
    assert "Bra!" in browse(candidate).get(done.location).text
    assert browse(person(session, "Nils Låtsas", now)).get(done.location).status_code == 404


def test_an_observer_with_a_tie_is_told_at_once(session, candidate, candidacy, examiner, browse):
    examiner.organisation_id = candidate.organisation_id
    page = browse(examiner).post("/grading/observations/new", data={"email": candidate.email})
    assert (page.status_code, "They have the same employer." in page.text) == (422, True)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_page_speaks_both_languages(
    session, asked, candidate, candidacy, examiner, certifier, browse, language
):
    pages = {
        candidate: ["/assessments", f"/assessments/{candidacy.id}/interview",
                    f"/assessments/attempts/{asked.attempt_id}"],
        examiner: ["/grading", f"/grading/{asked.id}", f"/grading/{asked.id}/decline", "/grading/observations/new",
                   f"/grading/observations/of/{candidacy.id}"],
        certifier: ["/assigning", f"/assigning/{asked.attempt_id}", f"/assigning/assignments/{asked.id}/release"],
    }  # fmt: skip
    for one, addresses in pages.items():
        client = browse(one, language)
        for address in addresses:
            page = client.get(address)
            assert (page.status_code, f'lang="{language}"' in page.text) == (200, True), address
