"""Who may judge, what several examiners make together, and that nothing is ever overwritten."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import DatabaseError, IntegrityError

from app.accounts import service as accounts
from app.accounts.errors import Refused
from app.assessments import assigning, conflicts, grading, handing_in, observing, service
from app.assessments.grading import Judgement
from app.assessments.models import Assignment, Attempt, AttemptItem, Grading, Observation
from app.clock import local_date
from app.db import new_id
from app.events import MentoringHeld, SessionAttended
from app.evidence.models import EvidenceItem
from app.ledger import service as ledger
from app.mail import Mail
from tests.deliveries.people import person

BEST = {"reading": 3, "choices": 3, "ethics": 2}
WEAK = {"reading": 1, "choices": 1, "ethics": 0}
TALK = {"presence": 2, "reflection": 2, "transfer": 2}


def said(points=BEST, outcome="passed"):
    return Judgement(
        points=points, comments={}, comment="Tydligt och modigt. Fördjupa etiken.", outcome=outcome
    )


@pytest.fixture
def judge(session, certifier, now):
    """Ask an examiner and hand in their judgement."""

    def make(attempt, examiner, judgement, *, at=now):
        asked = assigning.assign(session, attempt, examiner.id, by=certifier.id, now=at)
        return grading.grade(session, asked, judgement, by=examiner.id, now=at)

    return make


def evidence(session, who):
    found = select(EvidenceItem).where(EvidenceItem.person_id == who.id, EvidenceItem.kind == "assessment")
    return session.scalars(found.order_by(EvidenceItem.id)).all()


def standing(candidacy, code):
    return next(one.state for one in candidacy.standings if one.criterion == code)


# ---- the result -------------------------------------------------------------------------------------


def test_a_passed_case_counts_and_the_candidate_gets_a_mail(
    session, hand_in, judge, candidate, candidacy, examiner
):
    attempt = hand_in()
    judge(attempt, examiner, said())
    assert (attempt.outcome, attempt.score, standing(candidacy, "case")) == ("passed", 100, "met")
    assert [(one.facts["score"], one.facts["examiners"]) for one in evidence(session, candidate)] == [
        (100, 1)
    ]
    assert [one.kind for one in session.scalars(select(Mail).where(Mail.person_id == candidate.id))] == [
        "graded"
    ]


@pytest.mark.parametrize("outcome", ["repeat", "failed"])
def test_what_was_not_passed_counts_nothing_and_can_be_handed_in_anew(
    session, hand_in, judge, candidacy, examiner, second, outcome, now
):
    first = hand_in()
    judge(first, examiner, said(WEAK, outcome))
    again = hand_in(at=now + timedelta(days=2))
    judge(again, second, said(), at=now + timedelta(days=3))
    assert [(first.number, first.outcome), (again.number, again.outcome)] == [(1, outcome), (2, "passed")]
    assert standing(candidacy, "case") == "met"


def test_nothing_more_is_handed_in_while_one_waits_or_once_it_is_passed(hand_in, judge, examiner):
    attempt = hand_in()
    with pytest.raises(Refused) as refused:
        hand_in()
    assert refused.value.code == "not_now"
    judge(attempt, examiner, said())
    with pytest.raises(Refused) as refused:
        hand_in()
    assert refused.value.code == "not_now"


@pytest.mark.parametrize(
    ("judgement", "code"),
    [
        (said({"reading": 3}), "points"),
        (said({"reading": 3, "choices": 7, "ethics": 2}), "points"),
        (said(WEAK, "passed"), "outcome"),
        (said(BEST, "failed"), "outcome"),
        (said(BEST, "splendid"), "outcome"),
        (Judgement(points=BEST, comment=" ", outcome="passed"), "comment"),
    ],
)
def test_a_judgement_at_odds_with_itself_is_refused(hand_in, judge, examiner, judgement, code):
    with pytest.raises(Refused) as refused:
        judge(hand_in(), examiner, judgement)
    assert refused.value.code == code


# ---- two examiners ----------------------------------------------------------------------------------


def test_two_examiners_who_agree_settle_it_with_their_mean(hand_in, judge, candidacy, examiner, second):
    attempt = hand_in("interview")
    judge(attempt, examiner, said(TALK))
    assert attempt.settled_at is None
    judge(attempt, second, said(TALK | {"transfer": 2}))
    assert (attempt.outcome, attempt.score, attempt.moderated) == ("passed", 100, False)
    assert standing(candidacy, "interview") == "met"


@pytest.mark.parametrize(
    "other",
    [
        said({"presence": 1, "reflection": 0, "transfer": 0}, "failed"),
        said({"presence": 2, "reflection": 2, "transfer": 1}),
    ],
    ids=["another outcome", "17 points apart"],
)
def test_where_two_differ_a_third_judges_and_that_stands(
    session, hand_in, judge, candidate, candidacy, examiner, second, third, other
):
    attempt = hand_in("interview")
    judge(attempt, examiner, said(TALK))
    judge(attempt, second, other)
    assert (attempt.settled_at, attempt.moderated) == (None, True)
    assert (evidence(session, candidate), service.to_assign_count(session)) == ([], 1)
    judge(attempt, third, said({"presence": 2, "reflection": 1, "transfer": 1}))
    assert (attempt.outcome, attempt.score) == ("passed", 66)
    assert [one.facts["examiners"] for one in evidence(session, candidate)] == [3]
    assert standing(candidacy, "interview") == "met"


def test_one_examiner_does_not_take_both_places(session, hand_in, certifier, examiner, now):
    attempt = hand_in("interview")
    assigning.assign(session, attempt, examiner.id, by=certifier.id, now=now)
    with pytest.raises(Refused) as refused:
        assigning.assign(session, attempt, examiner.id, by=certifier.id, now=now)
    assert refused.value.code == "twice"


# ---- conflicts --------------------------------------------------------------------------------------


def train(session, one, other, now):
    event = SessionAttended(
        id=new_id(),
        person=other.id,
        at=now,
        delivery=new_id(),
        course="x",
        minutes=60,
        of_minutes=60,
        trainer=one.id,
    )
    ledger.record(session, event, by=one.id, now=now)


def mentor(session, one, other, now):
    event = MentoringHeld(
        id=new_id(), person=other.id, at=now, mentoring=new_id(), mentor=one.id, minutes=60, one_to_one=True
    )
    ledger.record(session, event, by=one.id, now=now)


def employ(session, one, other, now):
    one.organisation_id = other.organisation_id
    session.flush()


TIES = {
    "trained the candidate": (lambda s, e, c, now: train(s, e, c, now), ("tied",)),
    "was trained by the candidate": (lambda s, e, c, now: train(s, c, e, now), ("tied",)),
    "mentored the candidate": (lambda s, e, c, now: mentor(s, e, c, now), ("tied",)),
    "was mentored by the candidate": (lambda s, e, c, now: mentor(s, c, e, now), ("tied",)),
    "has the same employer": (employ, ("employer",)),
}


@pytest.mark.parametrize("tie", TIES)
def test_an_examiner_who(session, hand_in, candidate, examiner, certifier, tie, now):
    """... is tied to the candidate is not asked; one who becomes so after being asked does not judge."""
    make, why = TIES[tie]
    attempt = hand_in()
    asked = assigning.assign(session, attempt, examiner.id, by=certifier.id, now=now)
    make(session, examiner, candidate, now)
    found = conflicts.examiners_for(session, candidate=candidate, scheme="certified-coach", now=now)
    assert [codes for one, codes in found if one.id == examiner.id] == [why]
    with pytest.raises(Refused) as refused:
        grading.grade(session, asked, said(), by=examiner.id, now=now)
    assert refused.value.code == "conflict"
    assigning.decline(session, asked, reason="Jag känner kandidaten.", by=examiner.id, now=now)
    with pytest.raises(Refused) as refused:
        assigning.assign(session, attempt, examiner.id, by=certifier.id, now=now)
    assert refused.value.code == "conflict"


def test_nobody_judges_themselves(session, hand_in, candidate, certifier, now):
    attempt = hand_in()
    accounts.grant_role(session, person=candidate.id, role="examiner", founder=True, by=None, now=now)
    with pytest.raises(Refused) as refused:
        assigning.assign(session, attempt, candidate.id, by=certifier.id, now=now)
    assert refused.value.code == "conflict"
    row = {
        "attempt_id": attempt.id,
        "person_id": candidate.id,
        "examiner_id": candidate.id,
        "assigned_by": certifier.id,
    }
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(insert(Assignment).values(id=new_id(), assigned_at=now, due=now, **row))


def test_nobody_chooses_their_own_examiner(session, hand_in, candidate, examiner, now):
    attempt = hand_in()
    with pytest.raises(Refused) as refused:
        assigning.assign(session, attempt, examiner.id, by=candidate.id, now=now)
    assert refused.value.code == "own"


def test_somebody_without_the_role_or_with_it_for_another_scheme_does_not_judge(
    session, hand_in, certifier, now
):
    attempt = hand_in()
    outsider = person(session, "Olle Låtsas", now)
    other = person(session, "Olga Låtsas", now)
    accounts.grant_role(
        session, person=other.id, role="examiner", scheme="pollinator", founder=True, by=None, now=now
    )
    for one in (outsider, other):
        found = conflicts.obstacles(
            session, examiner=one.id, candidate=attempt.person_id, scheme=attempt.scheme, now=now
        )
        assert found == ("not_authorised",)


def test_an_examiner_whose_role_has_ended_does_not_judge(session, hand_in, certifier, examiner, now):
    asked = assigning.assign(session, hand_in(), examiner.id, by=certifier.id, now=now)
    for grant in accounts.active_grants(session, examiner.id, local_date(now)):
        accounts.end_grant(session, grant, by=None, now=now)
    with pytest.raises(Refused) as refused:
        grading.grade(session, asked, said(), by=examiner.id, now=now)
    assert refused.value.code == "conflict"


def test_having_examined_before_is_no_tie(session, hand_in, judge, examiner, now):
    judge(hand_in(), examiner, said(WEAK, "repeat"))
    judge(hand_in(at=now + timedelta(days=1)), examiner, said(), at=now + timedelta(days=1))


# ---- time -------------------------------------------------------------------------------------------


def test_an_examiner_is_reminded_before_the_last_day_and_once_after(
    session, hand_in, certifier, examiner, now
):
    assigning.assign(session, hand_in(), examiner.id, by=certifier.id, now=now)
    sent = [assigning.remind(session, now + timedelta(days=day)) for day in (5, 11, 12, 13, 14, 15, 30)]
    assert sent == [0, 1, 0, 0, 1, 0, 0]
    kinds = session.scalars(select(Mail.kind).where(Mail.person_id == examiner.id).order_by(Mail.id)).all()
    assert kinds == ["assigned", "reminder", "overdue"]


def test_declined_work_waits_for_another_examiner(session, hand_in, certifier, examiner, second, now):
    attempt = hand_in()
    assert service.to_assign_count(session) == 1
    asked = assigning.assign(session, attempt, examiner.id, by=certifier.id, now=now)
    assert service.to_assign_count(session) == 0
    assert [one.attempt.id for one in service.waiting_for_examiner(session, examiner.id, now)] == [attempt.id]
    assigning.decline(session, asked, reason="Ingen tid.", by=examiner.id, now=now)
    assert service.waiting_for_examiner(session, examiner.id, now) == []
    assert service.to_assign_count(session) == 1
    with pytest.raises(Refused) as refused:
        grading.grade(session, asked, said(), by=examiner.id, now=now)
    assert refused.value.code == "over"
    assigning.assign(session, attempt, second.id, by=certifier.id, now=now)


# ---- append-only ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "changes"),
    [
        (Attempt, {"text": "something else"}),
        (AttemptItem, {"url": "https://other.example"}),
        (Assignment, {"due": None}),
        (Grading, {"score": 1}),
        (Grading, {"comment": "something else"}),
    ],
)
def test_what_was_handed_in_and_said_cannot_be_changed(
    session, hand_in, judge, examiner, now, table, changes
):
    judge(hand_in(), examiner, said())
    session.commit()
    changes = {name: now if value is None else value for name, value in changes.items()}
    for statement in (update(table).values(**changes), delete(table)):
        with pytest.raises(DatabaseError, match="append-only"):
            session.execute(statement)
        session.rollback()


def test_a_judgement_is_given_once(session, hand_in, certifier, examiner, now):
    asked = assigning.assign(session, hand_in(), examiner.id, by=certifier.id, now=now)
    grading.grade(session, asked, said(), by=examiner.id, now=now)
    with pytest.raises(Refused) as refused:
        grading.grade(session, asked, said(), by=examiner.id, now=now)
    assert refused.value.code == "over"


# ---- observations -----------------------------------------------------------------------------------

CLEAR = dict.fromkeys(observing.ASPECTS, 2)


def seen(now, **changes):
    facts = {
        "kind": "coaching",
        "began": now - timedelta(days=1),
        "answers": CLEAR,
        "comment": "Bra.",
        "passed": True,
    }
    return observing.Seen(**(facts | changes))


def test_observations_by_two_examiners_count(session, candidate, candidacy, examiner, second, now):
    for one in (examiner, second):
        who, found = observing.find_candidate(session, candidate.email, examiner=one.id, now=now)
        assert (who.id, found.id) == (candidate.id, candidacy.id)
        observing.observe(session, candidacy, seen(now), by=one.id, now=now)
    assert standing(candidacy, "observed") == "met"


def test_one_observation_is_written_down_once(session, candidacy, examiner, now):
    observing.observe(session, candidacy, seen(now), by=examiner.id, now=now)
    with pytest.raises(Refused) as refused:
        observing.observe(session, candidacy, seen(now), by=examiner.id, now=now)
    assert refused.value.code == "twice"


@pytest.mark.parametrize("tie", TIES)
def test_an_observer_who(session, candidate, candidacy, examiner, tie, now):
    """... is tied to the candidate writes nothing down."""
    TIES[tie][0](session, examiner, candidate, now)
    with pytest.raises(Refused) as refused:
        observing.observe(session, candidacy, seen(now), by=examiner.id, now=now)
    assert refused.value.code == "conflict"
    assert session.scalars(select(Observation)).all() == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"began": timedelta(hours=1)}, "began"),
        ({"began": -timedelta(days=91)}, "began"),
        ({"answers": {"frame": 2}}, "answers"),
        ({"answers": CLEAR | {"lead": 0}}, "outcome"),
        ({"comment": ""}, "comment"),
        ({"delivery": new_id()}, "delivery"),
    ],
)
def test_a_wrong_observation_is_refused(session, candidacy, examiner, now, changes, code):
    if "began" in changes:
        changes = changes | {"began": now + changes["began"]}
    with pytest.raises(Refused) as refused:
        observing.observe(session, candidacy, seen(now, **changes), by=examiner.id, now=now)
    assert refused.value.code == code


def test_a_persons_copy_holds_their_work_and_what_was_said(session, hand_in, judge, candidate, examiner):
    judge(hand_in(), examiner, said())
    mine = service.person_data(session, candidate.id)
    assert mine["attempts"][0]["items"][0]["url"] == "https://falkvik.example/fall"
    assert mine["attempts"][0]["gradings"][0]["comment"].startswith("Tydligt")
    assert len(service.person_data(session, examiner.id)["gradings_given"]) == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://x.example",
        "javascript:alert(1)",
        "https://",
        "https://a b.example",
        "https://u:p@x.example",
        "x",
    ],
)
def test_only_links_that_begin_with_https_are_taken(session, candidacy, candidate, now, url):
    form = handing_in.form_of(session, candidacy, "case")
    draft = handing_in.save_draft(session, candidacy, form, "", by=candidate.id, now=now)
    with pytest.raises(Refused) as refused:
        handing_in.add_link(session, draft, url)
    assert refused.value.code == "link"
