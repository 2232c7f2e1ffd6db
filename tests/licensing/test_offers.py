"""One offer for a course is open at a time: a newer one takes its place, whoever is quicker."""

import json
import subprocess
import sys
import uuid

import pytest
from sqlalchemy import select

from app import clock
from app.accounts.errors import Refused
from app.demo import factories as make
from app.licensing import market
from app.licensing.market_models import LicenceRequest, RequestStep
from app.licensing.models import Licence
from app.licensing.signing import sign
from app.rules.terms import Party, write
from tests.licensing.terms import KEY
from tests.licensing.test_pages import hidden, text


@pytest.fixture
def asked(trade):
    """``asked(licensee)``: one more request for a licence of the course."""

    def ask(licensee=None):
        made = market.ask(
            trade.session,
            "bikes",
            licensee=(licensee or trade.falkvik).id,
            kind="seats",
            amount=10,
            starts=trade.today,
            message="",
            form=uuid.uuid4().hex,
            by=trade.leo.id,
            now=clock.now(),
        )
        trade.session.commit()
        return made

    return ask


def terms_for(trade, request):
    place = trade.session.get(type(trade.falkvik), request.licensee_id)
    return write(trade.terms(id=uuid.uuid4(), licensee=Party(place.id, place.name)))


def offer(trade, request):
    market.offer(trade.session, request, terms_for(trade, request), by=trade.paula.id, now=clock.now())
    trade.session.commit()
    return market.last_offer(trade.session, request)


def accept(trade, request, offered):
    market.accept(trade.session, request, offered.id, by=trade.leo.id, now=clock.now())
    trade.session.commit()


def kinds(trade, request):
    return [one.kind for one in market.steps(trade.session, request)]


def test_a_newer_offer_takes_the_place_of_the_one_before_on_the_record(trade, asked):
    first, second = asked(), asked()
    offer(trade, first)
    offer(trade, second)
    assert (kinds(trade, first), kinds(trade, second)) == (
        ["asked", "offered", "replaced"],
        ["asked", "offered"],
    )
    assert market.successor(trade.session, first) == second.id


def test_an_offer_that_was_replaced_is_not_accepted(trade, asked):
    first, second = asked(), asked()
    old = offer(trade, first)
    offer(trade, second)
    with pytest.raises(Refused) as no:
        accept(trade, first, old)
    assert no.value.code == "replaced"


def test_offers_to_others_and_for_other_licensees_stay(trade, asked):
    first, elsewhere = asked(), asked(trade.granasa)
    offer(trade, first)
    offer(trade, elsewhere)
    assert (first.state, elsewhere.state) == ("offered", "offered")


def test_while_an_accepted_offer_waits_for_the_signature_no_other_is_made(trade, asked):
    first, second = asked(), asked()
    accept(trade, first, offer(trade, first))
    with pytest.raises(Refused) as no:
        offer(trade, second)
    trade.session.rollback()
    assert no.value.code == "accepted"
    assert (first.state, second.state) == ("accepted", "asked")


def test_once_it_is_signed_more_can_be_offered(trade, asked):
    first, second = asked(), asked()
    offered = offer(trade, first)
    accept(trade, first, offered)
    market.install(trade.session, sign(offered.terms, KEY), by=trade.paula.id, now=clock.now())
    trade.session.commit()
    offer(trade, second)
    assert (first.state, second.state) == ("installed", "offered")


def test_the_page_of_a_replaced_offer_says_so_and_leads_to_the_newer_one(trade, asked, enter):
    first, second = asked(), asked()
    offer(trade, first)
    leo = enter(trade.leo)
    at = f"/licence-requests/{first.id}"
    read = {"offer": hidden(leo.get(at), "offer")}
    offer(trade, second)
    answer = leo.post(f"{at}/accept", data=read, follow_redirects=True)
    page = text(answer)
    assert answer.status_code == 200
    assert "Läs den innan ni svarar" in page
    assert "Se den nyare offerten" in page
    assert f'href="/licence-requests/{second.id}"' in page
    assert "Acceptera" not in page


# ---- several processes at once --------------------------------------------------------------------

ROUNDS = 5


def rush(trade, database_url, rounds):
    trade.session.commit()  # and from here on nothing is read before they are done
    ran = subprocess.run(
        [sys.executable, "-m", "tests.licensing.deal_rush", database_url],
        input=json.dumps(rounds),
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    trade.session.expire_all()
    return json.loads(ran.stdout)


@pytest.fixture
def places(trade):
    return [make.municipality(trade.session, f"Ort {n} kommun", now=clock.now()) for n in range(ROUNDS)]


def test_two_who_accept_and_two_who_sign_the_same_offer_at_once_make_one_licence(
    trade, asked, places, database_url
):
    rounds, requests = [], []
    for place in places:
        request = asked(place)
        offered = offer(trade, request)
        file = sign(offered.terms, KEY).hex()
        requests.append(request)
        people = (str(trade.leo.id), str(trade.gunnel.id))
        rounds.append([["accept", str(request.id), str(offered.id), one] for one in people])
        rounds.append([["install", file, str(one.id)] for one in (trade.paula, trade.ada)])
    ended = rush(trade, database_url, rounds)
    assert ended[0::2] == [["done", "done"]] * ROUNDS
    assert [sorted(one) for one in ended[1::2]] == [["done", "installed"]] * ROUNDS
    for request in requests:
        assert kinds(trade, request) == ["asked", "offered", "accepted", "installed"]
    assert trade.session.query(Licence).count() == ROUNDS


def test_of_accepting_and_declining_at_once_one_holds(trade, asked, places, database_url):
    rounds, requests = [], []
    for place in places:
        request = asked(place)
        offered = offer(trade, request)
        requests.append(request)
        rounds.append(
            [
                ["accept", str(request.id), str(offered.id), str(trade.leo.id)],
                ["decline", str(request.id), str(trade.gunnel.id)],
            ]
        )
    ended = rush(trade, database_url, rounds)
    assert [sorted(one) for one in ended] == [["done", "over"]] * ROUNDS
    for request, (accepted, _declined) in zip(requests, ended, strict=True):
        state = "accepted" if accepted == "done" else "declined"
        assert (request.state, kinds(trade, request)) == (state, ["asked", "offered", state])


def test_of_accepting_and_replacing_at_once_one_holds(trade, asked, places, database_url):
    rounds, pairs = [], []
    for place in places:
        first, second = asked(place), asked(place)
        offered = offer(trade, first)
        pairs.append((first, second))
        rounds.append(
            [
                ["accept", str(first.id), str(offered.id), str(trade.leo.id)],
                ["offer", str(second.id), terms_for(trade, second).decode(), str(trade.paula.id)],
            ]
        )
    ended = rush(trade, database_url, rounds)
    for (first, second), one in zip(pairs, ended, strict=True):
        assert (one, first.state, second.state) in (
            (["done", "accepted"], "accepted", "asked"),
            (["replaced", "done"], "replaced", "offered"),
        )


def test_of_two_offers_at_once_one_stays_open(trade, asked, places, database_url):
    rounds = []
    for place in places:
        requests = [asked(place), asked(place)]
        rounds.append(
            [["offer", str(one.id), terms_for(trade, one).decode(), str(trade.paula.id)] for one in requests]
        )
    assert rush(trade, database_url, rounds) == [["done", "done"]] * ROUNDS
    states = sorted(trade.session.scalars(select(LicenceRequest.state)))
    assert states == ["offered"] * ROUNDS + ["replaced"] * ROUNDS
    assert trade.session.query(RequestStep).filter_by(kind="replaced").count() == ROUNDS
