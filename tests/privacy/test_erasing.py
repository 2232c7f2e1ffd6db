"""Erasing takes the person out of everything, and leaves what others stand on."""

import pytest
from sqlalchemy import LargeBinary, select, text

from app import audit
from app.accounts.models import Person
from app.awards import deciding, verification
from app.awards.models import Certificate, Decision
from app.coaching.models import Hours
from app.db import Model
from app.lrs import query
from app.mail import Mail
from app.privacy import erasing, naming
from app.rules.decision import recompute
from tests.privacy.conftest import NAME

# Where the certificate keeps its holder's name.
STAYS = {("certificates", "holder"), ("certificates", "facts"), ("renditions", "content")}


@pytest.fixture
def erased(session, past):
    past.report = erasing.erase(
        session, past.tilde, reason=f"{NAME} har bett om det", by=past.ruben.id, now=past.now
    )
    session.commit()
    return past


def everything_kept(session) -> list[tuple[str, str, str]]:
    """(table, column, text) of every value in the database, in whatever type."""
    found = []
    for table in Model.metadata.sorted_tables:
        for row in session.execute(select(table)).mappings():
            for column in table.columns:
                value = row[column.name]
                if isinstance(column.type, LargeBinary) and value is not None:
                    value = bytes(value).decode("utf-8", "replace")
                found.append((table.name, column.name, str(value).lower()))
    return found


def named_in(session, *words: str) -> set[tuple[str, str]]:
    return {
        (table, column)
        for table, column, value in everything_kept(session)
        if any(word.lower() in value for word in words)
    } - STAYS


def test_before_it_the_person_is_named_in_many_places(session, past):
    assert {table for table, _ in named_in(session, NAME, past.email)} >= {
        "people", "mails", "audit_events", "coaching_hours", "attempts", "lrs_statements", "quiz_attempts", "appeals",
    }  # fmt: skip


def test_no_name_and_no_address_is_left(session, erased):
    assert named_in(session, NAME, erased.email) == set()
    assert named_in(session, "Tilde", "Ångström") == set()
    assert naming.places(
        session, naming.Named(erased.tilde.id, frozenset({erased.email}), frozenset({NAME}), False)
    )
    assert "hemligt om bo" not in {value for *_, value in everything_kept(session)}


def test_the_certificate_can_still_be_verified(session, erased):
    found = verification.by_code(session, erased.certificate.code, now=erased.now)
    assert found.verdict == "valid"
    assert found.register.facts.holder == NAME
    pdf = session.execute(text("SELECT content FROM renditions")).scalar_one()
    assert verification.by_file(session, bytes(pdf), now=erased.now).verdict == "valid"


def test_the_decision_still_recomputes(session, erased):
    decision = session.scalars(select(Decision).where(Decision.person_id == erased.tilde.id)).first()
    assert recompute(deciding.export(session, decision)).met
    assert deciding.export(session, decision)["digest"] == decision.digest


def test_the_register_lists_the_person_no_more(client, session, erased):
    assert NAME not in client.get("/register").get_data(as_text=True)


def test_nothing_waits_for_the_person(session, erased):
    session.refresh(erased.candidacy)
    assert erased.candidacy.state == "withdrawn"
    assert not set(session.scalars(select(Hours.state))) & {"waiting", "corrected"}
    assert set(session.scalars(select(Mail.state).where(Mail.person_id == erased.tilde.id))) == {"failed"}


def test_others_keep_their_names_and_letters(session, erased):
    assert session.get(Person, erased.ruben.id).name == "Ruben Provberg"
    letter = session.scalars(select(Mail).where(Mail.person_id == erased.egil.id)).one()
    assert letter.to == erased.egil.email
    assert letter.text.startswith("Skriv till erased-")


def test_a_statement_from_elsewhere_stays_without_the_name(session, erased):
    page = query.query(session, tenant=erased.home.id, verb="http://adlnet.gov/expapi/verbs/experienced")
    actor = page.statements[0].statement["actor"]
    assert actor["name"] == naming.ERASED
    assert actor["mbox"].endswith("@erased.invalid")
    asked = {"mbox": f"mailto:{erased.email}"}
    assert query.query(session, tenant=erased.home.id, agent=asked).statements == []


def test_the_audit_log_is_whole_and_says_what_was_done(session, erased):
    while audit.link(session):
        session.commit()
    assert list(audit.check(session)) == []
    said = session.scalars(select(audit.AuditEvent).where(audit.AuditEvent.action == "person.erased")).one()
    assert said.actor_id == erased.ruben.id
    assert said.details["reason"] == "[erased] har bett om det"
    assert said.details["rechained_from"] >= 1
    assert len(said.details["digest_there_before"]) == 64


def test_append_only_tables_are_closed_again(session, erased):
    with pytest.raises(Exception, match="append-only"):
        session.execute(text("UPDATE quiz_attempts SET score = 2"))
    session.rollback()
    assert session.execute(text("SELECT count(*) FROM erasure_permits")).scalar_one() == 0


def test_somebody_with_the_same_name_keeps_theirs(session, past):
    from_before = Person(email="other@example.org", name=NAME, created_at=past.now)
    session.add(from_before)
    session.flush()
    note = audit.record(session, "note.made", by=None, now=past.now, person=from_before.id, text=f"om {NAME}")
    session.commit()
    erasing.erase(session, past.tilde, reason="bad om det", by=None, now=past.now)
    session.commit()
    session.refresh(note)
    assert session.get(Person, from_before.id).name == NAME
    assert note.details["text"] == f"om {NAME}"


def test_a_preview_changes_nothing(session, past):
    before = everything_kept(session)
    report = erasing.preview(session, past.tilde, now=past.now)
    session.commit()
    assert everything_kept(session) == before
    assert report.tables["mails"] >= 2
    assert report.certificates == 1


def test_a_second_erasure_is_refused(session, erased):
    with pytest.raises(erasing.CannotErase, match="already"):
        erasing.erase(session, erased.tilde, reason="igen", by=None, now=erased.now)


def test_certificates_are_all_that_names_the_person(session, erased):
    named = session.scalars(select(Certificate.holder)).all()
    assert named == [NAME]
