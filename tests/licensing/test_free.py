"""What costs nothing is for non-profit use by the public sector: the licensee decides, not the price alone."""

import pytest

from app import clock
from app.accounts.errors import Refused
from app.db import new_id
from app.licensing import dividing, licences, words
from app.organisations.service import create_organisation
from app.rules.terms import Party, Price

FREE = {"price": Price(model="free", currency="SEK"), "teaches": ("own_staff",)}


def no(call, *args, **kwargs):
    with pytest.raises(Refused) as refused:
        call(*args, **kwargs)
    return refused.value.code


def test_a_municipality_gets_it_free_for_its_own_staff(trade):
    assert trade.install(**FREE).licensee_id == trade.falkvik.id


@pytest.mark.parametrize("kind", ["partner", "coaching_firm"])
def test_who_does_not_belong_to_the_public_sector_does_not(trade, kind):
    firm = create_organisation(trade.session, name="Vinst Exempel AB", kind=kind, by=None, now=clock.now())
    assert no(trade.install, **FREE, licensee=Party(firm.id, firm.name)) == "model"
    assert not licences.listed(trade.session)


def test_teaching_customers_is_no_non_profit_use(trade):
    assert no(trade.install, **FREE | {"teaches": ("own_staff", "customers")}) == "model"


def test_a_trial_is_free_for_anybody(trade):
    trade.install(**FREE, trial=True, licensee=Party(trade.rival.id, trade.rival.name))


def test_its_seats_are_not_handed_on_to_anybody_else(trade):
    licence = trade.install(**FREE)
    given = {"amount": 1, "by": trade.leo.id, "now": clock.now()}
    assert (
        no(dividing.hand_on, trade.session, licence, to=trade.rival.id, form=new_id().hex, **given) == "model"
    )
    dividing.hand_on(trade.session, licence, to=trade.granasa.id, form=new_id().hex, **given)


@pytest.mark.parametrize("trial", [True, False])
def test_the_terms_say_for_whom_it_is_free(app, trade, trial):
    with app.test_request_context():
        said = dict(words.facts(trade.terms(**FREE, trial=trial), course="Cyklar"))["Pris"]
    assert ("offentlig sektor" in said) is not trial
