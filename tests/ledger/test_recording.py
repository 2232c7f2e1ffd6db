"""record(): what happens when something comes to count, and when it counts no more."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.cascade.models import Relation
from app.db import writing
from app.demo import factories as make
from app.events import (
    AttemptGraded,
    EvidenceVoided,
    HoursSignedOff,
    MentoringHeld,
    QuizAnswered,
    SessionAttended,
    TrainingCompleted,
)
from app.evidence import service as evidence
from app.evidence.models import EvidenceItem
from app.learners import service as learners
from app.learners import standing
from app.ledger import service as ledger
from app.lrs import service as lrs
from app.lrs.models import Statement
from tests.spine import counted

SPACE = UUID(int=7)
HOUR = timedelta(hours=1)


def name(*parts: object) -> UUID:
    return uuid5(SPACE, "/".join(map(str, parts)))


def trained(world, number=1, *, at=None, minutes=60, unit=None):
    return TrainingCompleted(
        id=name("training", number),
        person=world.tilde.id,
        at=at or world.now - HOUR,
        registration=name("registration"),
        course="kurs",
        unit=unit or f"unit-{number}",
        minutes=minutes,
    )


def record(world, event, now=None):
    kept = ledger.record(world.session, event, by=world.cleo.id, now=now or world.now)
    return [world.session.get_one(EvidenceItem, UUID(one.item.id)) for one in kept]


def void(world, statement, number=1, now=None):
    event = EvidenceVoided(
        id=name("void", number), person=world.tilde.id, at=now or world.now, statement=statement, reason="fel"
    )
    return record(world, event, now)


def minutes_of(world) -> int:
    found = world.open(world.tilde, "participant")
    return next(one.figures["amount"] for one in found.standings if one.criterion == "training-hours")


@pytest.fixture
def candidacy(world):
    return make.candidacy(world.session, world.tilde, "participant", now=world.now - 30 * 24 * HOUR)


def test_one_event_is_one_statement_one_item_and_a_new_standing(world, candidacy):
    (item,) = record(world, trained(world))
    stored = lrs.get(world.session, world.consortium.id, item.statement_id)
    assert stored is not None
    assert (item.kind, item.minutes, minutes_of(world)) == ("training", 60, 60)


def test_an_event_recorded_twice_counts_once(world, candidacy):
    record(world, trained(world))
    assert record(world, trained(world), now=world.now + HOUR) == []
    assert (world.session.query(EvidenceItem).count(), world.session.query(Statement).count()) == (1, 1)
    assert minutes_of(world) == 60


def test_the_same_thing_told_by_another_event_is_kept_but_counts_once(world, candidacy):
    record(world, trained(world, 1, unit="same"))
    (second,) = record(world, trained(world, 2, unit="same"))
    assert second.excluded == "duplicate"
    assert minutes_of(world) == 60


def test_voiding_takes_the_item_the_relation_and_the_standing_back(world, candidacy):
    event = SessionAttended(
        id=name("attended"),
        person=world.tilde.id,
        at=world.now - 5 * HOUR,
        delivery=name("delivery"),
        course="kurs",
        minutes=120,
        of_minutes=180,
        trainer=world.trainer.id,
    )
    (item,) = record(world, event)
    assert minutes_of(world) == 120
    void(world, item.statement_id)
    assert (minutes_of(world), item.withdrawn_at) == (0, world.now)
    assert world.session.query(Relation).one().withdrawn_at == world.now


def test_what_a_voided_item_kept_out_counts_again(world, candidacy):
    (first,) = record(world, trained(world, 1, unit="same", minutes=30))
    record(world, trained(world, 2, unit="same", minutes=50))
    void(world, first.statement_id)
    assert minutes_of(world) == 50


def test_voiding_twice_changes_nothing_more(world, candidacy):
    (item,) = record(world, trained(world))
    void(world, item.statement_id)
    void(world, item.statement_id, 2, now=world.now + HOUR)
    assert item.withdrawn_at == world.now


def test_mentoring_counts_for_both(world):
    event = MentoringHeld(
        id=name("mentoring"),
        person=world.tilde.id,
        at=world.now - HOUR,
        mentoring=name("m"),
        mentor=world.trainer.id,
        minutes=60,
        one_to_one=True,
    )
    kept = record(world, event)
    assert {(one.kind, one.person_id) for one in kept} == {
        ("mentoring", world.tilde.id),
        ("mentoring_given", world.trainer.id),
    }


def test_of_two_told_together_that_overlap_the_first_counts(world):
    events = [
        MentoringHeld(
            id=name("mentoring", number),
            person=world.tilde.id,
            at=world.now - (6 - number) * HOUR / 2,
            mentoring=name("m", number),
            mentor=world.trainer.id,
            minutes=60,
            one_to_one=True,
        )
        for number in (1, 2, 3)
    ]
    kept = ledger.record_all(world.session, events, owner=world.consortium.id, now=world.now)
    hers = [one for one in kept if one.item.person == str(world.tilde.id)]
    assert [one.verdict and (one.verdict.reason, one.verdict.other) for one in hers] == [
        None,
        ("overlap", hers[0].item.id),
        None,
    ]
    stored = {one.id: one.excluded for one in world.session.query(EvidenceItem)}
    assert [stored[UUID(one.item.id)] for one in hers] == [None, "overlap", None]


def test_every_examiner_of_an_attempt_is_remembered(world):
    event = AttemptGraded(
        id=name("attempt"),
        person=world.tilde.id,
        at=world.now,
        attempt=name("a"),
        criterion="plan",
        score=80,
        outcome="passed",
        examiners=(world.cleo.id, world.ruben.id),
    )
    record(world, event)
    record(world, event)
    assert {(one.kind, one.giver_id) for one in world.session.query(Relation)} == {
        ("examined", world.cleo.id),
        ("examined", world.ruben.id),
    }


class TestOutside:
    """Statements that others send."""

    AUTHORITY = {"objectType": "Agent", "account": {"homePage": "https://partner.example", "name": "app"}}

    def statement(self, world, number=1):
        (made,) = ledger.statements_for(trained(world, number), home=ledger.home())
        return made.statement

    def send(self, world, trust):
        return ledger.record_statements(
            world.session,
            [self.statement(world)],
            tenant=world.consortium.id,
            authority=self.AUTHORITY,
            now=world.now,
            trust=trust,
        )

    @pytest.mark.parametrize(
        ("trusted", "counts"),
        [
            (lambda w: None, 0),
            (lambda w: ledger.Trust(w.tilde.id, frozenset({"training"})), 1),
            (lambda w: ledger.Trust(w.tilde.id, frozenset({"assessment"})), 0),
            (lambda w: ledger.Trust(w.trainer.id, frozenset({"training"})), 0),
        ],
        ids=["nobody trusted", "trusted", "another kind", "another person"],
    )
    def test_only_what_the_authority_is_trusted_with_counts(self, world, candidacy, trusted, counts):
        (stored,) = self.send(world, trusted(world))
        assert stored.new
        assert world.session.query(EvidenceItem).count() == counts

    def test_sending_it_again_counts_once(self, world, candidacy):
        trust = ledger.Trust(world.tilde.id, frozenset({"training"}))
        self.send(world, trust)
        self.send(world, trust)
        assert (world.session.query(EvidenceItem).count(), minutes_of(world)) == (1, 60)


def test_one_more_item_costs_the_same_whatever_the_history(world, candidacy):
    def cost(number: int) -> int:
        event = trained(world, number, at=world.now - (number + 1) * HOUR, minutes=5)
        world.session.flush()
        with counted(world.session) as asked:
            record(world, event)
        return len(asked)

    cost(0)
    first = cost(1)
    for number in range(2, 42):
        record(world, trained(world, number, at=world.now - (number + 1) * HOUR, minutes=5))
    assert cost(50) == first
    assert first <= 25


# ---- kept incrementally = rebuilt from everything ------------------------------------------------

steps = st.lists(
    st.tuples(
        st.sampled_from(["training", "coaching", "mentoring", "attended", "quiz", "void", "again"]),
        st.integers(0, 12),  # which thing
        st.integers(0, 40),  # how many half hours ago
        st.integers(1, 30),  # tens of minutes
    ),
    min_size=1,
    max_size=12,
)


def event_of(world, kind, number, ago, tens, position):
    common = {"id": name(kind, number, position), "person": world.tilde.id}
    at, minutes = world.now - ago * HOUR / 2 - timedelta(minutes=10 * tens), 10 * tens
    match kind:
        case "coaching":
            return HoursSignedOff(
                **common,
                at=at,
                hours=name("hours", number),
                client=world.falkvik.id,
                minutes=minutes,
                paid=number % 2 == 0,
                group_size=1,
            )
        case "mentoring":
            return MentoringHeld(
                **common,
                at=at,
                mentoring=name("m", number),
                mentor=world.trainer.id,
                minutes=minutes,
                one_to_one=number % 2 == 0,
            )
        case "attended":
            return SessionAttended(
                **common,
                at=at,
                delivery=name("delivery", number),
                course="kurs",
                minutes=minutes,
                of_minutes=300,
                trainer=world.trainer.id,
            )
        case "quiz":
            return QuizAnswered(
                **common,
                at=at,
                registration=name("r"),
                course="kurs",
                unit="quiz",
                criterion="self-check",
                score=min(100, 5 * tens),
                passed=tens > 12,
            )
        case _:
            return TrainingCompleted(
                **common,
                at=at,
                registration=name("r"),
                course="kurs",
                unit=f"unit-{number}",
                minutes=minutes,
            )


def picture(candidacies):
    return [
        (one.scheme, one.fulfilled, one.next_change, one.ready_at is not None)
        + tuple(
            (row.criterion, row.state, row.figures, row.accumulated, row.next_change) for row in one.standings
        )
        for one in candidacies
    ]


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=steps)
def test_the_standing_kept_item_by_item_is_the_one_rebuilt_from_all(world, steps):
    begun = datetime(2026, 6, 1, tzinfo=UTC)
    waived = world.session.begin_nested()
    found = make.candidacy(world.session, world.tilde, "participant", now=begun)
    make.waive_everything(world.session, found, by=world.cleo, now=begun)
    make.certificate(world.session, found, by=world.ruben, now=begun)
    make.candidacy(world.session, world.tilde, "pollinator", now=begun)
    said = []
    for position, (kind, number, ago, tens) in enumerate(steps):
        now = world.now + timedelta(seconds=position)
        if kind == "again" and said:
            record(world, said[number % len(said)], now)
        elif kind == "void":
            items = evidence.of_person(
                world.session,
                owner=world.consortium.id,
                person=world.tilde.id,
                kinds=("training", "coaching", "attendance", "mentoring", "assessment"),
            )
            if items:
                void(world, items[number % len(items)].statement_id, position, now)
        else:
            said.append(event_of(world, "training" if kind == "again" else kind, number, ago, tens, position))
            record(world, said[-1], now)
    last = world.now + timedelta(seconds=len(steps) - 1)
    mine = standing.open_candidacies(world.session, owner=world.consortium.id, person=world.tilde.id)
    kept = picture(mine)
    afresh = {
        one.scheme: [
            (row.code, row.state, row.figures()) for row in learners.assess(world.session, one, now=last)
        ]
        for one in mine
    }
    standing.rebuild_person(world.session, owner=world.consortium.id, person=world.tilde.id, now=last)
    assert picture(mine) == kept
    for one in mine:
        assert [(row.criterion, row.state, row.figures) for row in one.standings] == afresh[one.scheme]
    waived.rollback()
    world.session.expire_all()


def test_what_one_adds_to_waits_until_it_is_committed(world, app):
    """Two who add to the same standing at once: the second builds on what the first made of it."""
    make.candidacy(world.session, world.tilde, "participant", now=world.now)
    world.session.commit()
    with writing():
        record(world, trained(world, 1))
        impatient = {"sqlite": "PRAGMA busy_timeout=1", "postgresql": "SET lock_timeout = '1ms'"}
        second, engine = trained(world, 2), world.session.get_bind()
        with engine.connect() as connection, Session(connection) as other:
            driver = connection.connection.driver_connection
            driver.execute(impatient[engine.dialect.name])
            driver.commit()
            with pytest.raises(OperationalError, match="lock"):
                ledger.record(other, second, by=None, now=world.now)
        world.session.commit()
        record(world, second)
        world.session.commit()
    found = learners.find_open(
        world.session, owner=world.consortium.id, person=world.tilde.id, scheme="participant"
    )
    kept = {row.criterion: row.accumulated for row in found.standings}
    standing.rebuild(world.session, found, world.now)
    assert {row.criterion: row.accumulated for row in found.standings} == kept
