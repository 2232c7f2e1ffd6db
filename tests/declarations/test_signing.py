"""A declaration that a scheme asks for: signed in its own words, counted, asked for anew when the words change."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.errors import Refused
from app.declarations import signing
from app.declarations.models import Signing
from app.demo import factories as make
from app.schemes import service as schemes

ETHICS = """

[[criteria]]
code = "ethics"
kind = "declaration"
name = { sv = "Etisk kod", en = "Code of ethics" }
text = { sv = "Du har skrivit under den etiska koden.", en = "You have signed the code of ethics." }
declares = { sv = "Jag håller det jag får veta för mig själv.", en = "I keep to myself what I am told." }
"""


def publish(world, change) -> None:
    draft = schemes.draft(world.session, "participant", by=world.cleo.id, now=world.now)
    schemes.save_draft(world.session, draft, change(draft.text), by=world.cleo.id, now=world.now)
    schemes.publish(world.session, draft, keep_months=0, by=world.cleo.id, now=world.now)


@pytest.fixture
def candidacy(world):
    publish(world, lambda text: text + ETHICS)
    return make.candidacy(world.session, world.tilde, "participant", now=world.now)


def state(candidacy) -> str:
    return next(row.state for row in candidacy.standings if row.criterion == "ethics")


def test_signing_meets_the_requirement(world, candidacy):
    assert state(candidacy) == "unmet"
    signing.sign(world.session, candidacy, "ethics", by=world.tilde.id, now=world.now)
    assert state(candidacy) == "met"


def test_a_second_click_signs_nothing_more(world, candidacy):
    first = signing.sign(world.session, candidacy, "ethics", by=world.tilde.id, now=world.now)
    again = signing.sign(world.session, candidacy, "ethics", by=world.tilde.id, now=world.now)
    assert again.id == first.id
    assert len(world.session.scalars(select(Signing)).all()) == 1


def test_nobody_signs_for_another(world, candidacy):
    with pytest.raises(Refused):
        signing.sign(world.session, candidacy, "ethics", by=world.cleo.id, now=world.now)
    assert state(candidacy) == "unmet"


def test_what_is_not_asked_for_cannot_be_signed(world, candidacy):
    with pytest.raises(Refused):
        signing.sign(world.session, candidacy, "training-hours", by=world.tilde.id, now=world.now)


def test_other_words_ask_for_a_new_signature(world, candidacy):
    signing.sign(world.session, candidacy, "ethics", by=world.tilde.id, now=world.now)
    candidacy.state = "withdrawn"
    publish(world, lambda text: text.replace("för mig själv", "inom uppdraget"))
    anew = make.candidacy(world.session, world.tilde, "participant", now=world.now + timedelta(days=1))
    assert state(anew) == "unmet"
    judged = make.learners.assess(world.session, anew, now=world.now + timedelta(days=1), criterion="ethics")
    assert set(judged[0].ignored.values()) == {"other_wording"}


def test_the_words_are_read_whole_and_signed_with_a_button(world, candidacy, browse):
    client = browse(world.tilde)
    path = f"/path/{candidacy.id}/ethics"
    assert f"{path}/sign" in client.get(path).get_data(as_text=True)
    page = client.get(f"{path}/sign").get_data(as_text=True)
    assert "Jag håller det jag får veta för mig själv." in page
    world.session.expire_all()
    assert state(candidacy) == "unmet"
    for _click in range(2):
        answer = client.post(f"{path}/sign", follow_redirects=True)
        assert "Du har skrivit under." in answer.get_data(as_text=True)
    world.session.expire_all()
    assert state(candidacy) == "met"
    assert browse(world.cleo).get(f"{path}/sign").status_code == 404
