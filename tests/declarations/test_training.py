"""Further training: declared, judged by somebody else, counted once, taken back."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DatabaseError, IntegrityError

from app.accounts.errors import Refused
from app.clock import local_date
from app.declarations import training
from app.declarations.models import FurtherTraining
from app.evidence.models import EvidenceItem
from app.learners import service as learners
from app.mail import Mail


def entry(world, **changes) -> training.Entry:
    usual = training.Entry(
        title="Konferens om lärande",
        organiser="Nätverket Exempel",
        day=local_date(world.now) - timedelta(days=3),
        category="core",
        credits=6,
        about="Jag lärde mig att fråga innan jag svarar.",
        link="https://example.org/program",
        form_token="one",
    )
    return replace(usual, **changes)


@pytest.fixture
def declared(world) -> FurtherTraining:
    return training.declare(world.session, entry(world), by=world.tilde.id, now=world.now)


def credits_of(world, person) -> list[tuple[int, bool]]:
    rows = select(EvidenceItem).where(EvidenceItem.person_id == person.id, EvidenceItem.kind == "credits")
    return [(row.facts["credits"], row.withdrawn_at is None) for row in world.session.scalars(rows)]


def test_it_counts_once_somebody_else_has_accepted_it(world, declared):
    world.pollinator(world.tilde, now=world.now - timedelta(days=200))
    renewal = learners.apply(
        world.session, person=world.tilde.id, scheme="pollinator", by=world.tilde.id, now=world.now,
        purpose="renewal", since=local_date(world.now) - timedelta(days=200),
    )  # fmt: skip
    assert credits_of(world, world.tilde) == []
    training.accept(world.session, declared, credits=6, category="core", by=world.cleo.id, now=world.now)
    assert credits_of(world, world.tilde) == [(6, True)]
    figures = {row.criterion: row.figures for row in renewal.standings}["renewal-credits"]
    assert (figures["amount"], figures["target"]) == (6, 10)


def test_accepting_twice_counts_once_and_writes_one_letter(world, declared):
    for _click in range(2):
        training.accept(world.session, declared, credits=6, category="core", by=world.cleo.id, now=world.now)
    assert credits_of(world, world.tilde) == [(6, True)]
    letters = world.session.scalars(select(Mail).where(Mail.about_id == declared.id)).all()
    assert len(letters) == 1


def test_the_same_form_twice_is_one_row(world, declared):
    assert training.declare(world.session, entry(world), by=world.tilde.id, now=world.now).id == declared.id


def test_nobody_judges_their_own(world, declared):
    for act in (
        lambda: training.accept(
            world.session, declared, credits=6, category="core", by=world.tilde.id, now=world.now
        ),
        lambda: training.decline(world.session, declared, answer="x", by=world.tilde.id, now=world.now),
        lambda: training.void(world.session, declared, reason="x", by=world.tilde.id, now=world.now),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == "oneself"
    assert credits_of(world, world.tilde) == []


def test_the_database_itself_refuses_that_somebody_judges_their_own(world, declared):
    own = update(FurtherTraining).where(FurtherTraining.id == declared.id)
    with pytest.raises(IntegrityError):
        world.session.execute(own.values(judged_by=world.tilde.id))


def test_what_was_declared_never_changes(world, declared):
    with pytest.raises(DatabaseError, match="append-only"):
        world.session.execute(
            update(FurtherTraining).where(FurtherTraining.id == declared.id).values(credits=60)
        )


def test_other_credits_than_declared_need_a_word_why(world, declared):
    with pytest.raises(Refused) as refused:
        training.accept(world.session, declared, credits=3, category="core", by=world.cleo.id, now=world.now)
    assert refused.value.code == "answer"
    training.accept(
        world.session, declared, credits=3, category="other", answer="En halv dag.", by=world.cleo.id, now=world.now
    )  # fmt: skip
    assert credits_of(world, world.tilde) == [(3, True)]


def test_one_of_two_who_judge_at_once_is_told(world, declared):
    training.decline(world.session, declared, answer="Ingen fortbildning.", by=world.cleo.id, now=world.now)
    with pytest.raises(Refused) as refused:
        training.accept(world.session, declared, credits=6, category="core", by=world.ruben.id, now=world.now)
    assert refused.value.code == "state"
    assert credits_of(world, world.tilde) == []


def test_credits_that_are_taken_back_no_longer_count(world, declared):
    training.accept(world.session, declared, credits=6, category="core", by=world.cleo.id, now=world.now)
    for _click in range(2):
        training.void(world.session, declared, reason="Intyget var fel.", by=world.ruben.id, now=world.now)
    assert credits_of(world, world.tilde) == [(6, False)]


def test_only_what_waits_can_be_withdrawn(world, declared):
    training.accept(world.session, declared, credits=6, category="core", by=world.cleo.id, now=world.now)
    with pytest.raises(Refused):
        training.withdraw(world.session, declared, by=world.tilde.id, now=world.now)


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("title", {"title": "x" * 201}),
        ("organiser", {"organiser": "  "}),
        ("day", {"day": "tomorrow"}),
        ("day", {"day": "long ago"}),
        ("category", {"category": "lunch"}),
        ("credits", {"credits": 0}),
        ("credits", {"credits": 101}),
        ("about", {"about": ""}),
        ("link", {"link": "javascript:alert(1)"}),
        ("proof", {"link": ""}),
    ],
)
def test_what_cannot_be_is_refused(world, code, changes):
    days = {
        "tomorrow": local_date(world.now) + timedelta(days=1),
        "long ago": local_date(world.now) - timedelta(days=6 * 366),
    }
    changes = {key: days.get(value, value) for key, value in changes.items()}
    with pytest.raises(Refused) as refused:
        training.declare(world.session, entry(world, **changes), by=world.tilde.id, now=world.now)
    assert refused.value.code == code


def test_the_list_leaves_out_ones_own(world, declared):
    owner = world.consortium.id
    assert [one.id for one in training.waiting(world.session, owner=owner, besides=world.cleo.id)] == [
        declared.id
    ]
    assert training.waiting(world.session, owner=owner, besides=world.tilde.id) == []
    assert training.count_waiting(world.session, owner=owner, besides=world.tilde.id) == 0
