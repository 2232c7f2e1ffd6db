"""From a request to a licence in force: whose step it is, in words, by mail, once, and for the two sides only."""

import io
import re
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from app import clock
from app.demo import factories as make
from app.licensing import market
from app.licensing.market_models import LicenceRequest, RequestStep
from app.licensing.models import Licence
from app.licensing.signing import sign
from app.mail import Mail
from app.rules.terms import write
from tests.licensing.terms import KEY, PRIVATE
from tests.licensing.test_pages import hidden, said, text


@pytest.fixture
def wish(trade) -> dict:
    """The form of a request, filled in."""
    return {
        "form_token": "one",
        "kind": "seats",
        "amount": "25",
        "starts": trade.today.isoformat(),
        "message": "För våra trafikplanerare.",
    }


@pytest.fixture
def terms(trade) -> dict:
    """The form of an offer, filled in."""
    return {
        "first_version": "1.0.0",
        "below": "",
        "starts": trade.today.isoformat(),
        "ends": (trade.today + timedelta(days=364)).isoformat(),
        "kind": "seats",
        "amount": "25",
        "teaches": ["own_staff"],
        "deliverers": "any",
        "model": "each",
        "price": "900",
        "currency": "SEK",
        "vat": "2500",
        "grace_days": "60",
        "message": "Välkomna!",
    }


class Deal:
    """Leo of Falkvik and Paula of the publisher, in their browsers, step by step."""

    def __init__(self, trade, enter, wish, terms):
        self.leo, self.paula = enter(trade.leo), enter(trade.paula)
        self.wish, self.terms, self.session = wish, terms, trade.session

    @property
    def request(self) -> LicenceRequest:
        self.session.expire_all()
        return self.session.scalars(select(LicenceRequest)).one()

    @property
    def page(self) -> str:
        return f"/licence-requests/{self.request.id}"

    def asked(self):
        answer = self.leo.post("/courses/bikes/licence", data=self.wish)
        assert answer.status_code == 303
        return self

    def offered(self):
        shown = self.paula.post(f"{self.page}/offer", data=self.terms)
        assert shown.status_code == 200
        self.sent = {"terms": hidden(shown, "terms"), "message": "Välkomna!"}
        assert self.paula.post(f"{self.page}/offer/send", data=self.sent).status_code == 303
        return self

    def accepted(self):
        self.read = {"offer": hidden(self.leo.get(self.page), "offer")}
        assert self.leo.post(f"{self.page}/accept", data=self.read).status_code == 303
        return self

    def signed(self):
        key = {"key": (io.BytesIO(PRIVATE), "key.pem")}
        assert self.paula.post(f"{self.page}/sign", data=key).status_code == 303
        return self

    def kinds(self) -> list[str]:
        return [one.kind for one in market.steps(self.session, self.request)]

    def letters_to(self, person) -> list[str]:
        self.session.expire_all()
        mine = select(Mail.subject).where(Mail.to == person.email, Mail.kind == "request").order_by(Mail.id)
        return list(self.session.scalars(mine))


@pytest.fixture
def deal(trade, enter, wish, terms) -> Deal:
    return Deal(trade, enter, wish, terms)


def test_a_request_becomes_an_offer_is_accepted_signed_and_in_force(deal, trade, session):
    deal.asked()
    assert "För våra trafikplanerare." in text(deal.paula.get(deal.page))
    deal.offered()
    words = text(deal.leo.get(deal.page))
    for words_of in ("25 platser", "900 kr".replace(" ", "\u00a0"), "60 dagar", "Välkomna!"):
        assert words_of in words, words_of
    deal.accepted().signed()
    licence = session.scalars(select(Licence)).one()
    assert (licence.licensee_id, licence.capacity, licence.installed_by) == (
        trade.falkvik.id,
        25,
        trade.paula.id,
    )
    assert deal.kinds() == ["asked", "offered", "accepted", "installed"]
    assert f"/licences/{licence.id}" in text(deal.leo.get(deal.page))


def test_each_step_is_told_to_the_other_side(deal, trade):
    deal.asked().offered().accepted().signed()
    assert deal.letters_to(trade.paula) == [
        "Falkviks kommun frågar efter en licens för Cyklar",
        "Falkviks kommun har tackat ja till er offert för Cyklar",
    ]
    assert deal.letters_to(trade.leo) == [
        "Cykelbolaget Exempel AB erbjuder er en licens för Cyklar",
        "Er licens för Cyklar gäller nu",
    ]


def test_a_second_click_on_any_step_does_nothing_more(deal, session):
    deal.asked()
    assert deal.leo.post("/courses/bikes/licence", data=deal.wish).status_code == 303
    deal.offered()
    deal.paula.post(f"{deal.page}/offer/send", data=deal.sent)
    deal.accepted()
    deal.leo.post(f"{deal.page}/accept", data=deal.read)
    deal.signed().signed()
    assert deal.kinds() == ["asked", "offered", "accepted", "installed"]
    assert session.query(Licence).count() == 1


def test_what_was_accepted_is_what_was_read(deal, terms):
    deal.asked().offered()
    old = {"offer": hidden(deal.leo.get(deal.page), "offer")}
    deal.terms = {**terms, "price": "1 900"}
    deal.offered()
    answer = deal.leo.post(f"{deal.page}/accept", data=old, follow_redirects=True)
    assert "just svarat" in text(answer)
    assert deal.request.state == "offered"


def test_a_licence_signed_elsewhere_fulfils_the_request_when_it_is_installed(deal, trade, session):
    deal.asked().offered().accepted()
    offered = market.last_offer(session, deal.request)
    changed = trade.file()
    market.install(session, changed, by=trade.leo.id, now=clock.now())
    session.commit()
    assert deal.request.state == "accepted"
    file = sign(offered.terms, KEY)
    market.install(session, file, by=trade.leo.id, now=clock.now())
    session.commit()
    assert deal.request.state == "installed"


@pytest.mark.parametrize(
    ("before", "who", "act", "state"),
    [
        ("asked", "leo", "decline", "withdrawn"),
        ("asked", "paula", "refuse", "refused"),
        ("offered", "leo", "decline", "declined"),
        ("offered", "paula", "refuse", "refused"),
    ],
)
def test_either_side_can_end_it_and_says_why(deal, before, who, act, state):
    deal.asked()
    if before == "offered":
        deal.offered()
    client = getattr(deal, who)
    for _ in range(2):
        assert client.post(f"{deal.page}/{act}", data={"message": "Vi väntar ett år."}).status_code == 303
    assert deal.request.state == state
    assert deal.kinds()[-1] == state
    other = deal.paula if who == "leo" else deal.leo
    assert "Vi väntar ett år." in text(other.get(deal.page))
    assert deal.leo.post(f"{deal.page}/accept", data={"offer": str(uuid.uuid4())}).status_code == 303
    assert deal.request.state == state


def test_turning_a_request_down_needs_a_reason(deal):
    deal.asked()
    answer = deal.paula.post(f"{deal.page}/refuse", data={"message": ""})
    assert answer.status_code == 422
    assert "Skriv varför" in text(answer)


def test_nothing_is_signed_that_nobody_accepted(deal, session):
    deal.asked().offered()
    key = {"key": (io.BytesIO(PRIVATE), "key.pem")}
    assert deal.paula.post(f"{deal.page}/sign", data=key).status_code == 404
    assert session.query(Licence).count() == 0


def test_what_was_said_never_changes(deal, session):
    deal.asked().offered()
    step = session.scalars(select(RequestStep).where(RequestStep.kind == "offered")).one()
    step.message = "Gratis!"
    with pytest.raises(DatabaseError, match="append-only"):
        session.flush()
    session.rollback()


# ---- whose it is ----------------------------------------------------------------------------------


def test_only_the_two_sides_see_it_and_each_takes_its_own_steps(deal, trade, enter):
    deal.asked().offered()
    missing = said(enter(trade.rita).get(f"/licence-requests/{uuid.uuid4()}"))
    for person in (trade.rita, trade.gunnel):
        other = enter(person)
        answer = other.get(deal.page)
        assert (answer.status_code, said(answer)) == (404, missing)
        assert "Falkviks" not in said(other.get("/licence-requests"))
    offer = {"offer": hidden(deal.leo.get(deal.page), "offer")}
    assert deal.paula.post(f"{deal.page}/accept", data=offer).status_code == 404
    assert enter(trade.gunnel).post(f"{deal.page}/accept", data=offer).status_code == 404
    assert enter(trade.rita).post(f"{deal.page}/refuse", data={"message": "Nej."}).status_code == 404
    assert deal.leo.post(f"{deal.page}/refuse", data={"message": "Nej."}).status_code == 403
    assert deal.request.state == "offered"


def test_an_administrator_reads_but_acts_for_neither_side(deal, trade, enter):
    deal.asked().offered()
    ada = enter(trade.ada)
    offer = {"offer": hidden(deal.leo.get(deal.page), "offer")}
    assert ada.get(deal.page).status_code == 200
    assert ada.post(f"{deal.page}/accept", data=offer).status_code == 404
    assert ada.post(f"{deal.page}/refuse", data={"message": "Nej."}).status_code == 404
    assert ada.get("/courses/bikes/licence").status_code == 404


def test_terms_between_others_cannot_be_offered(deal, trade, session):
    deal.asked()
    foreign = trade.terms(licensee=trade.terms().publisher, publisher=trade.terms().licensee)
    deal.paula.post(f"{deal.page}/offer/send", data={"terms": write(foreign).decode()})
    assert deal.request.state == "asked"


# ---- the course's page ----------------------------------------------------------------------------


def test_a_course_page_says_the_price_in_words_and_who_can_ask(trade, enter, client, session):
    price = {"kind": "seats", "model": "each", "price": "1 200", "currency": "SEK", "vat": "2500"}
    assert enter(trade.rita).post("/courses/bikes/price", data=price).status_code == 404
    assert "säger det när ni frågar" in text(client.get("/courses/bikes"))
    for _ in range(2):
        assert enter(trade.paula).post("/courses/bikes/price", data=price).status_code == 303
    page = text(client.get("/courses/bikes"))
    assert "1 200 kr för varje plats, använd eller inte".replace("1 200 kr", "1\u00a0200\u00a0kr") in page
    assert "/courses/bikes/licence" not in page
    assert "/courses/bikes/licence" in text(enter(trade.leo).get("/courses/bikes"))
    assert "Fri att använda" in text(client.get("/courses/trams"))


def test_a_colleague_reads_whom_to_ask(trade, enter, session):
    nils = make.person(
        session, "Nils Påhitt", organisation=trade.falkvik, demonstration=True, now=clock.now()
    )
    session.commit()
    page = text(enter(nils).get("/courses/bikes"))
    assert "Leo Exempelsson" in page
    assert "Gunnel" not in page
    assert enter(nils).get("/courses/bikes/licence").status_code == 403


def test_asking_for_more_begins_with_what_the_licence_says(trade, enter, deal):
    held = trade.install(amount=30, deliverers="own")
    form = text(deal.leo.get(f"/licences/{held.id}/more"))
    assert 'value="30"' in form
    assert deal.leo.post(f"/licences/{held.id}/more", data=deal.wish).status_code == 303
    offer = text(deal.paula.get(f"{deal.page}/offer"))
    assert 'value="1250"' in offer
    assert 'value="25"' in offer
    assert enter(trade.gunnel).get(f"/licences/{held.id}/more").status_code == 404
    assert enter(trade.ada).get(f"/licences/{held.id}/more").status_code == 404


def test_what_is_wrong_stands_beside_its_field(trade, deal, wish):
    answer = deal.leo.post("/courses/bikes/licence", data={**wish, "kind": "flat"})
    assert answer.status_code == 422
    assert "har inget antal" in text(answer)
    assert "För våra trafikplanerare." in text(answer)


def test_requests_that_wait_stand_on_the_first_page(deal):
    deal.asked()
    assert "1 förfrågan om licens väntar på dig" in text(deal.paula.get("/"))
    assert "väntar på dig" not in said(deal.leo.get("/")).replace("Det som väntar på dig", "")
    deal.offered()
    assert "1 förfrågan om licens väntar på dig" in text(deal.leo.get("/"))


@pytest.mark.parametrize(
    ("language", "course"), [("sv", r"Cyklar, från (och med )?version"), ("en", r"Bikes, from version")]
)
def test_terms_name_the_course_by_its_title_in_the_readers_language(deal, trade, session, language, course):
    deal.asked().offered()
    for person in (trade.leo, trade.paula):
        person.language = language
    session.commit()
    pages = [
        deal.leo.get(deal.page),
        deal.paula.post(f"{deal.page}/offer", data=deal.terms),
        deal.leo.post("/licences/install", data={"file": (io.BytesIO(trade.file()), "bikes.licence")}),
    ]
    assert [bool(re.search(course, said(one))) for one in pages] == [True, True, True]
