"""Licences on the pages: written, signed, checked, installed; and nobody else's."""

import base64
import io
import re
import uuid
from datetime import timedelta
from html import unescape

import pytest

from app.licensing import publishers
from app.licensing.models import Licence
from tests.licensing.terms import PRIVATE
from tests.spine import counted


def text(response) -> str:
    return unescape(response.get_data(as_text=True))


def said(response) -> str:
    """What the page says, without the address that its head repeats."""
    return text(response).partition("<main")[2]


def hidden(response, name) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', response.get_data(as_text=True), re.DOTALL)
    assert found, f"no {name} in the form"
    return unescape(found[1])


@pytest.fixture
def asked(trade) -> dict:
    """The form of a licence, filled in."""
    return {
        "publisher": str(trade.partner.id),
        "course": "bikes",
        "licensee": str(trade.falkvik.id),
        "first_version": "1.0.0",
        "below": "",
        "starts": trade.today.isoformat(),
        "ends": (trade.today + timedelta(days=365)).isoformat(),
        "kind": "seats",
        "amount": "40",
        "teaches": ["own_staff"],
        "deliverers": "named",
        "coaches": trade.leo.email,
        "model": "each",
        "price": "1 250,50",
        "currency": "SEK",
        "vat": "2500",
        "grace_days": "60",
        "rollover": "1",
    }


def test_a_licence_is_written_read_in_words_signed_and_installed(trade, enter, asked, session):
    paula, leo = enter(trade.paula), enter(trade.leo)
    words = paula.post("/licences/new", data=asked)
    assert words.status_code == 200
    for words_of in (
        "Falkviks kommun",
        "40 platser",
        "1 250,50 kr".replace(" ", "\u00a0"),
        "Leo Exempelsson",
        "60 dagar",
    ):
        assert words_of in text(words), words_of
    signing = {"terms": hidden(words, "terms"), "key": (io.BytesIO(PRIVATE), "key.pem")}
    file = paula.post("/licences/sign", data=signing).get_data()
    assert file.startswith(b"accelerera-licence/1\nkey ")
    shown = leo.post("/licences/install", data={"file": (io.BytesIO(file), "a.licence")})
    assert "äkta" in text(shown)
    assert session.query(Licence).count() == 0
    done = leo.post(
        "/licences/install/now", data={"content": hidden(shown, "content")}, follow_redirects=True
    )
    assert "40 platser" in text(done)
    assert bytes(session.query(Licence).one().content) == file
    assert "Falkviks kommun" in text(paula.get("/licences"))


def test_the_terms_can_be_taken_home_to_sign(trade, enter, asked):
    paula = enter(trade.paula)
    words = paula.post("/licences/new", data=asked)
    file = paula.post("/licences/terms", data={"terms": hidden(words, "terms")})
    assert file.get_json(force=True)["amount"] == 40


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("ends", "2020-01-01", "Sista dagen ligger före den första"),
        ("amount", "", "hur många platser"),
        ("price", "gratis", "Skriv ett belopp"),
        ("coaches", "ingen@exempel.se", "Ingen här har adressen"),
        ("licensee", "", "Välj en i listan"),
        ("model", "flat", "Ett pris för hela perioden"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_the_rest_is_kept(trade, enter, asked, name, value, said):
    answer = enter(trade.paula).post("/licences/new", data={**asked, name: value})
    assert answer.status_code == 422
    assert said in text(answer)
    assert 'value="60"' in text(answer)


@pytest.mark.parametrize("key", [b"", b"no key at all"])
def test_a_file_that_is_no_key_signs_nothing(trade, enter, asked, key):
    paula = enter(trade.paula)
    terms = hidden(paula.post("/licences/new", data=asked), "terms")
    answer = paula.post("/licences/sign", data={"terms": terms, "key": (io.BytesIO(key), "k.pem")})
    assert answer.status_code == 422
    assert "Falkviks kommun" in text(answer)


def test_a_changed_file_is_told_apart(trade, enter):
    changed = trade.file().replace(b'"amount": 100', b'"amount": 101')
    answer = enter(trade.leo).post("/licences/install", data={"file": (io.BytesIO(changed), "a.licence")})
    assert answer.status_code == 422
    assert "ändrats efter" in text(answer)


def test_a_pair_of_keys_is_made_and_its_private_half_shown_once(trade, enter, session):
    paula = enter(trade.paula)
    made = paula.post("/licences/keys/new", data={"publisher": str(trade.partner.id), "make": "1"})
    assert "-----BEGIN PRIVATE KEY-----" in text(made)
    assert len(publishers.keys(session, trade.partner.id)) == 2
    assert "PRIVATE KEY" not in text(paula.get("/licences"))


# ---- tenancy --------------------------------------------------------------------------------------


def test_a_licence_is_seen_by_its_two_sides_and_an_administrator_only(trade, enter):
    made = trade.install()
    for person in (trade.paula, trade.leo, trade.ada):
        assert enter(person).get(f"/licences/{made.id}").status_code == 200
    for person in (trade.rita, trade.gunnel):
        other = enter(person)
        missing = other.get(f"/licences/{uuid.uuid4()}")
        theirs = other.get(f"/licences/{made.id}")
        assert (theirs.status_code, said(theirs)) == (404, said(missing))
        assert "bikes" not in text(other.get("/licences/held"))
    assert "Falkviks" not in text(enter(trade.rita).get("/licences"))


def test_nobody_installs_a_licence_between_others(trade, enter, session):
    content = base64.b64encode(trade.file()).decode()
    for person in (trade.rita, trade.gunnel):
        answer = enter(person).post("/licences/install/now", data={"content": content})
        assert answer.status_code == 404
    assert session.query(Licence).count() == 0


def test_nobody_signs_or_retires_for_another_publisher(trade, enter, asked, session):
    rita = enter(trade.rita)
    assert rita.post("/licences/new", data=asked).status_code == 422
    terms = hidden(enter(trade.paula).post("/licences/new", data=asked), "terms")
    signing = {"terms": terms, "key": (io.BytesIO(PRIVATE), "key.pem")}
    assert rita.post("/licences/sign", data=signing).status_code == 404
    key = publishers.keys(session, trade.partner.id)[0]
    assert rita.post(f"/licences/keys/{key.id}/retire").status_code == 404
    session.expire_all()
    assert publishers.find_key(session, key.fingerprint) is not None


def test_only_an_administrator_says_which_courses_need_a_licence(trade, enter, session):
    said = {"course": "trams", "publisher": str(trade.rival.id)}
    assert enter(trade.rita).post("/administration/licensed-courses", data=said).status_code == 403
    assert enter(trade.ada).post("/administration/licensed-courses", data=said).status_code == 303
    assert publishers.publisher_of(session, "trams") == trade.rival.id


def test_a_list_asks_the_database_equally_often_however_long_it_is(trade, enter, session):
    ada = enter(trade.ada)
    asked = []
    for more in (1, 6):
        for _ in range(more):
            trade.install()
        with counted(session) as queries:
            assert ada.get("/licences").status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1]
