"""A person with a past in every room, and others around them."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from app import audit, clock, mail
from app.assessments.models import Attempt, AttemptItem, HandInDraft
from app.awards.models import Appeal, Decision
from app.coaching.models import Answer, Hours, SigningLink
from app.demo import factories as make
from app.ledger import service as ledger
from app.registrations.models import Registration
from app.schemes import service as schemes
from app.study.models import Note, QuizAttempt

NAME = "Tilde Påhitt-Ångström"


@pytest.fixture
def past(app, session):
    """Tilde, certified, with traces everywhere; and Ruben, who decided."""
    now = clock.now()
    home = make.consortium(session, now=now - timedelta(days=90))
    town = make.municipality(session, "Falkviks kommun", now=now - timedelta(days=90))
    schemes.publish_from_files(session, by=None, now=now - timedelta(days=90))
    ruben = make.person(
        session, "Ruben Provberg", organisation=home, roles=("certifier",), now=now - timedelta(days=90)
    )
    egil = make.person(
        session, "Egil Exempel", organisation=home, roles=("examiner",), now=now - timedelta(days=90)
    )
    tilde = make.person(session, NAME, organisation=town, now=now - timedelta(days=80))
    email = tilde.email
    certificate = make.founder(session, tilde, ["participant"], by=ruben, now=now - timedelta(days=70))[0]
    make.mentored(session, egil, tilde, at=now - timedelta(days=20), minutes=60)
    make.coached(session, tilde, town, at=now - timedelta(days=10), minutes=90)
    made = make.candidacy(session, tilde, "pollinator", now=now - timedelta(days=60))

    hours = Hours(
        person_id=tilde.id, client_id=town.id, starts=now - timedelta(hours=9), ends=now - timedelta(hours=8),
        minutes=60, paid=True, group_size=2, about=f"{NAME} och oro i gruppen", contact_name="Klara Klient",
        contact_email="klara@example.org", form_token="a", audit_drawn=False, created_at=now, asked_at=now,
    )  # fmt: skip
    session.add(hours)
    session.flush()
    link = SigningLink(hours_id=hours.id, kind="request", token_digest="0" * 64, email="klara@example.org",
                       sent_at=now, expires_at=now)  # fmt: skip
    session.add(link)
    session.flush()
    version = schemes.current(session, "pollinator").id
    attempt = Attempt(
        owner_id=home.id, person_id=tilde.id, candidacy_id=made.id, scheme="pollinator", scheme_version_id=version,
        assessment="portfolio", number=1, text=f"Jag, {NAME}, nås på {email}", examiners=1, handed_in_at=now,
    )  # fmt: skip
    session.add(attempt)
    session.flush()
    run = Registration(
        person_id=tilde.id, course="train-the-trainer", version="1", started_at=now, seen_at=now
    )
    session.add(run)
    session.flush()
    decision = session.scalars(select(Decision).where(Decision.person_id == tilde.id)).first()
    session.add_all([
        Answer(hours_id=hours.id, link_id=link.id, action="refuse", at=now, name="Klara Klient",
               email="klara@example.org", digest="0" * 64, comment=f"{NAME} kom inte"),
        AttemptItem(attempt_id=attempt.id, position=1, kind="link", name=f"{NAME} plan", url=f"https://x.example/{email}"),
        HandInDraft(person_id=tilde.id, scheme="pollinator", assessment="other", text="utkast", saved_at=now),
        Note(registration_id=run.id, unit="u", text="hemligt om Bo", written_at=now),
        QuizAttempt(registration_id=run.id, quiz="q", number=1, questions=[], answers={"a": NAME}, score=1,
                    passed=False, started_at=now, handed_in_at=now),
        Appeal(decision_id=decision.id, person_id=tilde.id, text=f"Jag heter {NAME}", filed_at=now, due=now.date()),
    ])  # fmt: skip
    mail.enqueue(
        session,
        to=email,
        kind="hello",
        subject=f"Hej {NAME}",
        text="text",
        language="sv",
        now=now,
        person=tilde.id,
    )
    mail.enqueue(
        session,
        to=egil.email,
        kind="told",
        subject=f"Om {NAME.upper()}",
        text=f"Skriv till {email.upper()}",
        language="sv",
        now=now,
        person=egil.id,
    )
    outside = {
        "actor": {"mbox": f"mailto:{email}", "name": NAME},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced", "display": {"sv": "upplevde"}},
        "object": {"id": "https://elsewhere.example/a"},
    }
    ledger.record_statements(
        session,
        [outside],
        tenant=home.id,
        authority={"account": {"homePage": "https://x.example", "name": "x"}},
        now=now,
    )
    audit.record(
        session, "note.made", by=ruben.id, now=now, person=tilde.id, text=f"{NAME} ({email}) har läst förut"
    )
    session.commit()
    while audit.link(session):
        session.commit()
    return SimpleNamespace(
        tilde=tilde,
        email=email,
        certificate=certificate,
        ruben=ruben,
        egil=egil,
        home=home,
        now=now,
        candidacy=made,
    )
