"""The people whom tests of the way from evidence to certificate begin with, and short cuts along it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.orm import Session

from app.accounts import service as accounts
from app.accounts.models import Person
from app.awards import deciding, issuing
from app.awards.models import Certificate
from app.demo import factories as make
from app.learners import service as learners
from app.learners.models import Candidacy
from app.organisations.models import Organisation
from app.schemes import service as schemes


@dataclass
class World:
    """A consortium with two certifiers, a trainer, and a candidate from Falkvik."""

    session: Session
    now: datetime
    consortium: Organisation
    falkvik: Organisation
    cleo: Person
    ruben: Person
    trainer: Person
    tilde: Person

    def person(self, name: str, **more: Any) -> Person:
        return make.person(
            self.session, name, now=self.now - timedelta(days=400), organisation=self.falkvik, **more
        )

    def ready(self, who: Person) -> Candidacy:
        """``who`` has done everything for Participant."""
        begun = self.now - timedelta(days=60)
        make.candidacy(self.session, who, "participant", now=begun)
        for lesson in range(1, 5):
            at = begun + timedelta(days=lesson)
            make.training(self.session, who, at=at, minutes=90, unit=f"lesson-{lesson}")
        for meeting in (30, 20):
            at = self.now - timedelta(days=meeting)
            make.attended(self.session, who, at=at, minutes=180, of_minutes=180, trainer=self.trainer)
        make.quiz(self.session, who, "self-check", 90, at=self.now - timedelta(days=1))
        return self.open(who, "participant")

    def open(self, who: Person, scheme: str) -> Candidacy:
        found = learners.find_open(self.session, owner=self.consortium.id, person=who.id, scheme=scheme)
        assert found is not None
        return found

    def certified(self, who: Person, now: datetime | None = None) -> Certificate:
        """``who`` holds Participant."""
        return make.certificate(self.session, self.ready(who), by=self.cleo, now=now or self.now)

    def pollinator(self, who: Person, now: datetime | None = None) -> Certificate:
        """``who`` holds Participant and, for two years, Pollinator, which gives the coach's role."""
        at = (now or self.now) - timedelta(hours=2)
        return make.founder(self.session, who, ("participant", "pollinator"), by=self.cleo, now=at)[-1]

    def decided(
        self, found: Candidacy, *, grant: bool = True, by: Person | None = None, now: datetime | None = None
    ):
        return deciding.decide(
            self.session, found, grant=grant, reason="Granskat.", by=(by or self.cleo).id, now=now or self.now
        )

    def issued(self, found: Candidacy) -> Certificate:
        intent = issuing.intend(self.session, self.decided(found), now=self.now)
        self.session.commit()
        done = issuing.finish(self.session, intent, now=self.now)
        self.session.commit()
        return done

    def roles(self, who: Person, on: datetime) -> set[str]:
        return {one.role for one in accounts.active_grants(self.session, who.id, on.date())}


def build(session: Session, now: datetime) -> World:
    """Make the world as of ``now``; its people have been there for a year."""
    before = now - timedelta(days=400)
    home = make.consortium(session, now=before)
    falkvik = make.municipality(session, "Falkviks kommun", now=before)
    schemes.publish_from_files(session, by=None, now=before)

    def person(name: str, place: Organisation, *roles: str) -> Person:
        return make.person(session, name, now=before, organisation=place, roles=roles)

    world = World(
        session,
        now,
        home,
        falkvik,
        cleo=person("Cleo Fiktiv", home, "certifier"),
        ruben=person("Ruben Provberg", home, "certifier"),
        trainer=person("Cajsa Låtsas", home),
        tilde=person("Tilde Påhitt", falkvik),
    )
    session.commit()
    return world


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    """The statements that the database is asked inside the block."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)


@contextmanager
def plans(session: Session, about: str) -> Iterator[list[str]]:
    """How the database answers each question inside the block that has these words in it."""
    told: list[str] = []
    engine = session.get_bind()
    sqlite = engine.dialect.name == "sqlite"
    if not sqlite:  # it would rather read a table of one row from end to end
        session.execute(text("SET LOCAL enable_seqscan = off"))
        session.execute(text("SET LOCAL enable_bitmapscan = off"))

    def explain(connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if about in statement:
            word = "EXPLAIN QUERY PLAN" if sqlite else "EXPLAIN"
            rows = connection.connection.cursor().execute(f"{word} {statement}", parameters)
            told.append(" ".join(str(row[-1]) for row in rows))

    event.listen(engine, "before_cursor_execute", explain)
    try:
        yield told
    finally:
        event.remove(engine, "before_cursor_execute", explain)
