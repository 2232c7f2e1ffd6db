"""Accounts, consents, one's own data, and what erasing leaves."""

import json

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.accounts.consents import consent, consents, has_consent, terms_to_renew
from app.accounts.data import erase_person, person_data
from app.accounts.errors import Refused
from app.accounts.models import Consent, Person
from app.accounts.passwords import checked_password, hashed, matches
from app.accounts.service import change_profile, create_person, find_person
from app.audit import AuditEvent


def test_an_address_belongs_to_one_person_whatever_its_capitals(session, person, now):
    person("Pia Påhitt", email="Pia@Exempel.se")
    found = find_person(session, " PIA@exempel.SE ")
    assert found is not None
    with pytest.raises(Refused):
        create_person(session, email="pia@EXEMPEL.se", name="En annan", by=None, now=now)


def test_the_database_too_keeps_an_address_once(session, person, now):
    person("Pia Påhitt", email="pia@exempel.se")
    session.add(Person(email="PIA@exempel.se", name="En annan", created_at=now))
    with pytest.raises(IntegrityError):
        session.flush()


@pytest.mark.parametrize(
    "name", ["Åsa Öberg-Påhitt", "Нина Вымысел", "山田 太郎", "Zoë 🌼 Exempel", "x" * 200]
)
def test_names_in_any_script_are_kept(session, person, name):
    assert person(name, email="namn@exempel.se").name == name


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, "Pia\x00Påhitt", "Pia\u202ePåhitt"])
def test_names_that_cannot_be_shown_are_refused(person, name):
    with pytest.raises(Refused):
        person(name, email="namn@exempel.se")


def test_a_name_over_several_lines_becomes_one(person):
    assert person("Pia\n  Påhitt", email="namn@exempel.se").name == "Pia Påhitt"


def test_the_consented_name_is_the_one_for_certificates(session, person, now):
    pia = person("Pia Påhitt")
    change_profile(
        session,
        pia,
        name="Pia Påhitt",
        certificate_name="Dr Pia Påhitt",
        language="en",
        time_zone="Europe/Oslo",
        by=pia.id,
        now=now,
    )
    assert pia.display_name == "Dr Pia Påhitt"
    change_profile(
        session,
        pia,
        name="Pia Exempel",
        certificate_name=" ",
        language="sv",
        time_zone="Europe/Stockholm",
        by=pia.id,
        now=now,
    )
    assert pia.display_name == "Pia Exempel"


@pytest.mark.parametrize("password", ["kort", "x" * 201, "lösenord1234", "aaaaaaaaaaaaaaa"])
def test_weak_passwords_are_refused(password):
    with pytest.raises(Refused):
        checked_password(password)


def test_a_password_matches_however_its_letters_were_composed(app, session, person):
    pia = person("Pia Påhitt", password_hash=hashed(checked_password("ha\u0308st batteri klammer")))
    assert matches(pia, "häst batteri klammer")
    assert not matches(pia, "hast batteri klammer")
    assert not matches(None, "häst batteri klammer")


def test_passwords_are_kept_as_argon2(app, session):
    assert hashed("korrekt häst batteri").startswith("$argon2id$")


def test_the_required_consent_is_required(session, person, now):
    pia = person("Pia Påhitt")
    with pytest.raises(Refused):
        consent(session, pia, ["register"], by=pia.id, now=now)


def test_a_consent_can_be_given_and_taken_back(session, person, now):
    pia = person("Pia Påhitt")
    consent(session, pia, ["service", "register"], by=pia.id, now=now)
    assert has_consent(session, pia.id, "register")
    consent(session, pia, ["service"], by=pia.id, now=now)
    assert not has_consent(session, pia.id, "register")
    assert session.scalars(select(Consent).where(Consent.kind == "register")).one().withdrawn_at == now


def test_an_older_version_is_asked_again(session, person, now):
    pia = person("Pia Påhitt")
    assert terms_to_renew(session, pia.id) == frozenset()
    for one in consents(session, pia.id):
        one.withdrawn_at = now
    session.add(Consent(person_id=pia.id, kind="service", version="2020-01", at=now))
    session.flush()
    assert terms_to_renew(session, pia.id) == {"service"}


def test_what_was_agreed_to_cannot_be_rewritten(session, person, now):
    pia = person("Pia Påhitt")
    consents(session, pia.id)[0].version = "another"
    with pytest.raises(DBAPIError):
        session.flush()


def test_ones_own_data_is_plain_json_without_secrets(session, person, now):
    pia = person("Pia Påhitt", "coach", password_hash="$argon2id$secret")
    plain = json.dumps(person_data(session, pia.id))
    assert "pia.pahitt@exempel.se" in plain
    assert "coach" in plain
    for secret in ("$argon2id$secret", pia.fs_uniquifier, pia.fs_webauthn_user_handle):
        assert secret not in plain


def test_erasing_leaves_no_name_or_address(session, person, administrator, now):
    pia = person("Pia Påhitt", "coach", password_hash="x")
    erase_person(session, pia, by=administrator.id, now=now)
    session.flush()
    plain = json.dumps(person_data(session, pia.id), ensure_ascii=False).lower()
    assert "pia" not in plain
    assert "påhitt" not in plain
    assert pia.password is None
    assert not pia.active


def test_the_audit_log_holds_no_names_or_addresses(session, person, administrator, now):
    pia = person("Pia Påhitt", "coach")
    change_profile(
        session,
        pia,
        name="Pia Nypåhitt",
        certificate_name="Dr Pia",
        language="sv",
        time_zone="Europe/Stockholm",
        by=pia.id,
        now=now,
    )
    session.flush()
    said = json.dumps([event.details for event in session.scalars(select(AuditEvent))], ensure_ascii=False)
    assert "Pia" not in said
    assert "@" not in said
