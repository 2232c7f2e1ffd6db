"""What is forgotten by itself."""

from datetime import timedelta

from sqlalchemy import select

from app import jobs
from app.accounts.invitations import invite
from app.accounts.models import SignIn


def test_old_sign_ins_and_old_addresses_are_forgotten(session, person, place, now):
    falkvik = place()
    guide = person("Gunde Lots-Påhitt", "guide", falkvik.id)
    old = now - timedelta(days=120)
    session.add_all(SignIn(person_id=guide.id, started_at=at) for at in (old, now))
    invitation = invite(session, email="mats@exempel.se", organisation=falkvik.id, by=guide.id, now=now)
    invitation.expires_at = old
    jobs.enqueue(session, "forget-old-sign-ins-and-invitations", now=now)
    session.commit()
    job = session.scalars(
        select(jobs.Job).where(jobs.Job.name == "forget-old-sign-ins-and-invitations")
    ).one()
    assert jobs.run(session(), job.id)
    assert [one.started_at for one in session.scalars(select(SignIn))] == [now]
    assert invitation.email == ""
