"""Who holds which role, and who may hand it out."""

from datetime import date, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from app.accounts.errors import Refused
from app.accounts.models import Grant
from app.accounts.roles import MAY_GRANT, ROLES
from app.accounts.service import (
    active_grants,
    close_account,
    end_grant,
    grant_role,
    has_role,
    held_roles,
    people_of,
    people_with_role,
)

# What each role may hand out, written down once more and by hand: whoever changes the table changes this.
MATRIX = {
    "administrator": set(ROLES),
    "guide": {"member", "lead"},
    "lead": {"member"},
    "coach": {"member"},
    "partner": {"partner"},
    "member": set(),
    "examiner": set(),
    "certifier": set(),
}


def test_the_table_says_what_was_decided():
    assert {role: set(may) for role, may in MAY_GRANT.items()} == MATRIX


@pytest.mark.parametrize("holder", ROLES)
def test_nobody_grants_above_their_own_role(session, person, place, now, holder):
    falkvik = place()
    giver, receiver = person("Gun Givare-Påhitt", holder, falkvik.id), person("Mats Mottagare-Exempel")
    granted, codes = set(), set()
    for role in ROLES:
        try:
            grant_role(session, person=receiver.id, role=role, organisation=falkvik.id, by=giver.id, now=now)
            granted.add(role)
        except Refused as refused:
            codes.add(refused.code)
    assert granted == MATRIX[holder]
    assert codes <= {"above"}


def test_nobody_grants_beyond_their_own_organisation(session, person, place, now):
    falkvik, granasa = place("Falkvik"), place("Granåsa")
    guide, receiver = person("Gunde Lots-Påhitt", "guide", falkvik.id), person("Mats Exempel")
    for where in (granasa.id, None):
        with pytest.raises(Refused):
            grant_role(session, person=receiver.id, role="member", organisation=where, by=guide.id, now=now)


def test_nobody_grants_beyond_their_own_scheme(session, person, administrator, now):
    keeper, receiver = person("Kim Provberg"), person("Mats Exempel")
    grant_role(session, person=keeper.id, role="administrator", scheme="coach", by=administrator.id, now=now)
    with pytest.raises(Refused):
        grant_role(session, person=receiver.id, role="examiner", scheme="trainer", by=keeper.id, now=now)
    assert grant_role(session, person=receiver.id, role="examiner", scheme="coach", by=keeper.id, now=now)


def test_nobody_grants_themselves_a_role(session, administrator, now):
    with pytest.raises(Refused) as refused:
        grant_role(session, person=administrator.id, role="certifier", by=administrator.id, now=now)
    assert refused.value.code == "oneself"


def test_the_database_too_refuses_a_grant_to_oneself(session, administrator, now):
    session.add(
        Grant(
            person_id=administrator.id,
            role="certifier",
            starts=now.date(),
            granted_by=administrator.id,
            granted_at=now,
        )
    )
    with pytest.raises(IntegrityError):
        session.flush()


def test_the_database_refuses_a_grant_from_nobody_that_is_no_founders(session, administrator, now):
    session.add(Grant(person_id=administrator.id, role="certifier", starts=now.date(), granted_at=now))
    with pytest.raises(IntegrityError):
        session.flush()


def test_a_person_cannot_name_founders(session, administrator, person, now):
    receiver = person("Mats Exempel")
    with pytest.raises(Refused):
        grant_role(session, person=receiver.id, role="examiner", founder=True, by=administrator.id, now=now)


def test_a_role_that_has_run_out_hands_out_nothing(session, person, place, administrator, now):
    falkvik, receiver, guide = place(), person("Mats Exempel"), person("Gunde Lots-Påhitt")
    grant_role(
        session,
        person=guide.id,
        role="guide",
        organisation=falkvik.id,
        starts=date(2026, 1, 1),
        ends=date(2027, 3, 2),
        by=administrator.id,
        now=now,
    )
    with pytest.raises(Refused):
        grant_role(session, person=receiver.id, role="member", organisation=falkvik.id, by=guide.id, now=now)


def test_a_role_holds_on_its_first_and_its_last_day(session, person, administrator, now):
    someone = person("Mats Exempel")
    first, last = date(2027, 3, 10), date(2027, 3, 20)
    grant_role(
        session, person=someone.id, role="coach", starts=first, ends=last, by=administrator.id, now=now
    )
    days = [first - timedelta(days=1), first, last, last + timedelta(days=1)]
    assert [has_role(session, someone.id, "coach", day) for day in days] == [False, True, True, False]


def test_a_role_cannot_end_before_it_starts(session, person, administrator, now):
    someone = person("Mats Exempel")
    with pytest.raises(Refused) as refused:
        grant_role(
            session, person=someone.id, role="coach", ends=date(2027, 3, 1), by=administrator.id, now=now
        )
    assert refused.value.code == "interval"


def test_the_same_grant_twice_is_one(session, person, administrator, now):
    someone = person("Mats Exempel")
    twice = [grant_role(session, person=someone.id, role="coach", by=administrator.id, now=now) for _ in "ab"]
    assert twice[0] is twice[1]
    assert len(active_grants(session, someone.id, now.date())) == 1


def test_an_ended_role_holds_no_more_and_stays_in_the_history(session, person, administrator, now):
    someone = person("Mats Exempel")
    grant = grant_role(session, person=someone.id, role="coach", by=administrator.id, now=now)
    end_grant(session, grant, by=administrator.id, now=now, reason="moved")
    assert held_roles(session, someone.id, now.date()) == ()
    assert (grant.ended_by, grant.end_reason) == (administrator.id, "moved")


def test_a_guide_cannot_end_an_administrators_role(session, person, place, administrator, now):
    guide = person("Gunde Lots-Påhitt", "guide", place().id)
    grant = active_grants(session, administrator.id, now.date())[0]
    with pytest.raises(Refused):
        end_grant(session, grant, by=guide.id, now=now)


def test_the_last_administrator_stays(session, administrator, person, now):
    with pytest.raises(Refused) as refused:
        close_account(session, administrator, by=administrator.id, now=now)
    assert refused.value.code == "last"
    session.rollback()


def test_one_of_two_administrators_can_leave(session, administrator, person, now):
    person("Alma Administrator-Påhitt", "administrator")
    close_account(session, administrator, by=administrator.id, now=now)
    assert not administrator.active


def test_a_closed_account_holds_no_roles(session, person, administrator, now):
    someone = person("Mats Exempel", "coach")
    close_account(session, someone, by=administrator.id, now=now)
    assert held_roles(session, someone.id, now.date()) == ()
    assert someone not in people_with_role(session, "coach", now.date())


def test_people_are_found_by_organisation_role_and_letters(session, person, place, now):
    falkvik, granasa = place("Falkvik"), place("Granåsa")
    asa = person("Åsa Påhitt", organisation=falkvik.id, role="member")
    bo = person("Bo Exempel", organisation=granasa.id, role="guide")
    day = now.date()
    assert people_of(session, falkvik.id) == [asa]
    assert people_of(session, among=frozenset({falkvik.id, granasa.id}), role="guide", on=day) == [bo]
    assert people_of(session, search="åsa") == [asa]
    assert people_of(session, search="%") == []


def test_who_reaches_everywhere_reaches_each_organisation(session, person, place, now):
    falkvik = place()
    everywhere, there, elsewhere = (
        person("Eva Exempel", "guide"),
        person("Tor Provberg", "guide", falkvik.id),
        person("Ulf Låtsas", "guide", place("Granåsa").id),
    )
    found = people_with_role(session, "guide", now.date(), organisation=falkvik.id)
    assert set(found) == {everywhere, there}
    assert elsewhere not in found
