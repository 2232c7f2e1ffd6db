"""Invitations: one link, used once, taken back, run out, never above the inviter's own role."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts import invitations as room
from app.accounts.errors import Refused
from app.accounts.models import Invitation
from app.accounts.roles import ROLES
from app.accounts.service import active_grants, close_account, end_grant, grants_of, has_role
from app.mail import Mail
from tests.accounts.test_roles import MATRIX

PASSWORD = "korrekt häst batteri"


@pytest.fixture
def falkvik(place):
    return place("Falkvik")


@pytest.fixture
def guide(person, falkvik):
    return person("Gunde Lots-Påhitt", "guide", falkvik.id, email="gunde@exempel.se")


@pytest.fixture
def send(session, falkvik, guide, now):
    def invite(email="mats@exempel.se", **more):
        values = {"organisation": falkvik.id, "role": "member", "by": guide.id, "now": now, **more}
        return room.invite(session, email=email, **values)

    return invite


@pytest.fixture
def token_of(session):
    def read(invitation) -> str:
        session.flush()
        letter = session.scalars(select(Mail).where(Mail.id == invitation.mail_id)).one()
        return re.findall(r"/invitation/(\S+)", letter.text)[0]

    return read


def accept(session, token, now, **more):
    values = {
        "name": "Mats Exempel",
        "password": PASSWORD,
        "language": "sv",
        "consents": ["service"],
        "now": now,
        **more,
    }
    return room.accept(session, token=token, **values)


def code(call, *args, **more):
    with pytest.raises(Refused) as refused:
        call(*args, **more)
    return refused.value.code


def test_accepting_makes_the_account_with_its_role_and_consents(session, send, token_of, falkvik, guide, now):
    invitation = send()
    mats = accept(session, token_of(invitation), now)
    assert (mats.email, mats.organisation_id) == ("mats@exempel.se", falkvik.id)
    assert has_role(session, mats.id, "member", now.date(), organisation=falkvik.id)
    assert grants_of(session, mats.id)[0].granted_by == guide.id


def test_the_link_is_kept_as_a_digest_only(session, send, token_of):
    invitation = send()
    token = token_of(invitation)
    kept = [str(getattr(invitation, column.name)) for column in Invitation.__table__.columns]
    assert not any(token in value for value in kept)


def test_the_mail_is_marked_to_be_wiped_once_sent(session, send):
    assert session.get_one(Mail, send().mail_id).sensitive


def test_a_link_works_once(session, send, token_of, now):
    token = token_of(send())
    accept(session, token, now)
    assert code(room.open_invitation, session, token, now=now) == "used"


def test_a_link_runs_out_after_fourteen_days(session, send, token_of, now):
    token = token_of(send())
    last = now + timedelta(days=14) - timedelta(seconds=1)
    assert room.open_invitation(session, token, now=last)
    assert code(room.open_invitation, session, token, now=last + timedelta(seconds=1)) == "expired"


def test_a_revoked_link_does_not_work(session, send, token_of, guide, now):
    invitation = send()
    room.revoke(session, invitation, by=guide.id, now=now)
    assert code(room.open_invitation, session, token_of(invitation), now=now) == "revoked"


def test_an_invented_link_does_not_work(session, now):
    assert code(room.open_invitation, session, "x" * 43, now=now) == "unknown"


def test_sending_again_makes_the_first_link_useless_and_gives_it_new_time(
    session, send, token_of, guide, now
):
    invitation = send()
    first = token_of(invitation)
    later = now + timedelta(days=20)
    room.resend(session, invitation, by=guide.id, now=later)
    assert code(room.open_invitation, session, first, now=later) == "unknown"
    assert room.open_invitation(session, token_of(invitation), now=later + timedelta(days=13))
    assert invitation.resent == 1


def test_it_cannot_be_sent_again_without_end(session, send, guide, now):
    invitation = send()
    invitation.resent = room.MOST_RESENDS
    assert code(room.resend, session, invitation, by=guide.id, now=now) == "resent"


def test_an_accepted_invitation_cannot_be_revoked_or_resent(session, send, token_of, guide, now):
    invitation = send()
    accept(session, token_of(invitation), now)
    assert code(room.revoke, session, invitation, by=guide.id, now=now) == "used"
    assert code(room.resend, session, invitation, by=guide.id, now=now) == "used"


def test_the_same_address_is_not_invited_twice_to_the_same(send):
    send()
    assert code(send, "MATS@exempel.se") == "invited"


def test_an_invitation_that_ran_out_is_taken_up_again(session, send, now):
    first = send()
    assert send(now=now + timedelta(days=15)) is first


def test_who_has_the_role_already_is_not_invited_to_it(session, send, token_of, now):
    accept(session, token_of(send()), now)
    assert code(send) == "member"


def test_an_invitation_to_a_delivery_reaches_members_too(session, send, token_of, falkvik, now):
    accept(session, token_of(send()), now)
    assert send(purpose="delivery", target=falkvik.id).target_id == falkvik.id


def test_a_closed_account_is_not_invited(session, send, token_of, administrator, now):
    mats = accept(session, token_of(send()), now)
    close_account(session, mats, by=administrator.id, now=now)
    assert code(send) == "closed"


def test_nobody_invites_themselves(send):
    assert code(send, "Gunde@exempel.se") == "oneself"


@pytest.mark.parametrize("address", ["", "mats", "mats@", "a b@exempel.se", "mats@exempel.se\nBcc: x@y.se"])
def test_what_is_no_address_is_refused(send, address):
    assert code(send, address) == "email"


@pytest.mark.parametrize("holder", ROLES)
def test_nobody_invites_above_their_own_role(session, person, place, now, holder):
    falkvik = place("Falkvik")
    inviter = person("Inga Inbjudare-Påhitt", holder, falkvik.id)
    invited, codes = set(), set()
    for role in ROLES:
        try:
            room.invite(
                session, email="x@exempel.se", organisation=falkvik.id, role=role, by=inviter.id, now=now
            )
            invited.add(role)
        except Refused as refused:
            codes.add(refused.code)
    assert invited == MATRIX[holder]
    assert codes <= {"above"}


def test_nobody_invites_into_another_organisation(send, place):
    assert code(send, organisation=place("Granåsa").id) == "above"


def test_nobody_invites_further_than_they_reach(send):
    assert code(send, everywhere=True) == "above"


def test_an_invitation_dies_with_the_inviters_role(session, send, token_of, guide, administrator, now):
    token = token_of(send())
    for grant in active_grants(session, guide.id, now.date()):
        end_grant(session, grant, by=administrator.id, now=now)
    assert code(accept, session, token, now) == "inviter"


def test_without_the_required_consent_there_is_no_account(session, send, token_of, now):
    assert code(accept, session, token_of(send()), now, consents=["register"]) == "consent"


def test_an_account_can_be_made_without_a_password(session, send, token_of, now):
    assert accept(session, token_of(send()), now, password=None).password is None


def test_who_has_an_account_accepts_with_it(session, send, token_of, person, now):
    mats = person("Mats Exempel", email="mats@exempel.se")
    token = token_of(send())
    assert code(accept, session, token, now) == "account"
    room.accept_as(session, token=token, person=mats, now=now)
    assert has_role(session, mats.id, "member", now.date())


def test_nobody_accepts_an_invitation_that_went_to_another_address(session, send, token_of, person, now):
    other = person("Olle Exempel")
    assert code(room.accept_as, session, token=token_of(send()), person=other, now=now) == "other"


def test_once_accepted_the_invitation_holds_no_address(session, send, token_of, now):
    invitation = send(name="Mats Exempel")
    accept(session, token_of(invitation), now)
    assert (invitation.email, invitation.name) == ("", "")


def test_several_accepted_invitations_stand_side_by_side(session, send, token_of, now):
    accept(session, token_of(send("a@exempel.se")), now)
    accept(session, token_of(send("b@exempel.se")), now)


def test_old_addresses_are_forgotten(session, send, now):
    invitation = send()
    assert room.forget_addresses(session, before=now) == 0
    assert room.forget_addresses(session, before=now + timedelta(days=100)) == 1
    assert invitation.email == ""


def test_the_list_says_why_a_mail_did_not_arrive(session, send, falkvik, now):
    invitation = send()
    session.flush()
    letter = session.get_one(Mail, invitation.mail_id)
    letter.state, letter.error = "failed", "550 no such user"
    session.flush()
    listed = room.invitations(session, among=frozenset({falkvik.id}), now=now)
    assert [(one.email, one.undelivered) for one in listed] == [("mats@exempel.se", "550 no such user")]


def test_the_list_stays_within_ones_own_organisations(session, send, place, now):
    send()
    assert room.invitations(session, among=frozenset({place("Granåsa").id}), now=now) == []
    assert len(room.invitations(session, among=None, now=now)) == 1


def test_the_mail_speaks_the_language_of_the_invitation(session, send):
    swedish = session.get_one(Mail, send("a@exempel.se", language="sv").mail_id)
    english = session.get_one(Mail, send("b@exempel.se", language="en").mail_id)
    assert "Gunde Lots-Påhitt" in swedish.subject
    assert "invites you" in english.subject
    assert "17 March 2027" in english.text
