"""From a month's account to an invoice: what each side has to say first, who may say it, and the file."""

import pytest
from sqlalchemy.exc import DatabaseError

from app import clock
from app.licensing import invoicing, metering, ubl
from app.licensing.invoice_forms import gln, iban, luhn
from app.rules.settlement import Account, Charge
from app.rules.terms import Price
from tests.licensing.invoice_rules import broken
from tests.licensing.test_accounts import PER_PERSON, use
from tests.licensing.test_seats import text
from tests.licensing.test_usage import line_of, void

GIVEN = {
    "name": "Falkviks kommun",
    "number": "212000-0001",
    "street": "Torget 1",
    "postcode": "22222",
    "city": "Falkvik",
    "scheme": "0007",
    "reference": "ZZ1234",
    "days": "30",
}
SELLS = {
    **GIVEN,
    "name": "Cykelbolaget Exempel AB",
    "number": "556000-0001",
    "vat_number": "SE556000000101",
    "bankgiro": "5050-1055",
    "f_tax": "y",
}


def details_at(organisation):
    return f"/organisations/{organisation.id}/invoicing"


@pytest.fixture
def licence(trade, rented_courses):
    made = trade.install(**PER_PERSON)
    use(trade, rented_courses, trade.leo)
    return made


@pytest.fixture
def both_have_said(trade, enter):
    assert enter(trade.leo).post(details_at(trade.falkvik), data=GIVEN).status_code == 303
    assert enter(trade.paula).post(details_at(trade.partner), data=SELLS).status_code == 303


def file_of(client, licence, **asked):
    return client.get(f"/licences/{licence.id}/invoice.xml", query_string=asked)


def test_the_page_says_what_each_side_has_to_give_and_where(trade, licence, enter):
    page = text(enter(trade.paula).get(f"/licences/{licence.id}/invoice"))
    assert "Uppgifter saknas om Cykelbolaget Exempel AB" in page
    assert "momsnummer, bankgiro eller IBAN" in page
    assert "er referens" in page
    assert details_at(trade.partner) in page
    assert details_at(trade.falkvik) not in page  # that is for its own people


def test_without_what_is_missing_there_is_no_file(trade, licence, enter):
    answer = file_of(enter(trade.paula), licence)
    assert answer.status_code == 303
    assert "/invoice?" in answer.location


@pytest.mark.usefixtures("both_have_said")
def test_both_sides_download_the_same_invoice_and_it_breaks_no_rule(trade, licence, enter):
    files = {file_of(enter(side), licence, number="F-17").data for side in (trade.leo, trade.paula)}
    assert len(files) == 1
    (file,) = files
    assert broken(file) == set()
    for said in (b">F-17<", b">1250.50<", b">312.63<", b">1563.13<", b">5560000001<", b">ZZ1234<"):
        assert said in file


@pytest.mark.usefixtures("both_have_said")
def test_an_invoice_speaks_the_buyers_language_whoever_asks(trade, licence, enter):
    trade.paula.language = "en"
    trade.session.commit()
    assert "Månadens användningar" in file_of(enter(trade.paula), licence).get_data(as_text=True)


@pytest.mark.usefixtures("both_have_said")
def test_the_page_shows_what_the_file_says(trade, licence, enter):
    page = text(enter(trade.leo).get(f"/licences/{licence.id}/invoice")).replace("\xa0", " ")
    for said in ("1 563,13 kr", "312,63 kr", "SE556000000101", "0007:2120000001", "Månaden är inte slut"):
        assert said in page


@pytest.mark.usefixtures("both_have_said")
def test_a_use_that_is_corrected_in_its_month_leaves_nothing_to_invoice(trade, licence, enter):
    void(trade, line_of(trade))
    page = text(enter(trade.leo).get(f"/licences/{licence.id}/invoice"))
    assert "Då finns inget att fakturera" in page
    assert file_of(enter(trade.leo), licence).status_code == 303


@pytest.mark.usefixtures("both_have_said")
def test_a_use_that_is_corrected_in_a_later_month_is_a_credit_note_of_that(trade):
    this = metering.month_of(clock.now())
    only_correction = Account((Charge("uses", -1, -125_050),), "SEK", 2500)
    seller, buyer = [invoicing.details_of(trade.session, one.id) for one in (trade.partner, trade.falkvik)]
    made = invoicing.made(
        seller, buyer, only_correction, this, number="K-1", on=trade.today, name=str, note="Rättelse"
    )
    assert (made.credit, made.gross, made.lines[0].quantity) == (True, 156_313, 1)
    assert broken(ubl.write(made)) == set()


@pytest.mark.usefixtures("both_have_said")
def test_without_vat_the_seller_says_why_first(trade, rented_courses, enter):
    free_of_vat = trade.install(
        **PER_PERSON | {"price": Price(model="each", currency="SEK", amount=125_050, vat=0)}
    )
    use(trade, rented_courses, trade.leo)
    paula = enter(trade.paula)
    assert "varför ingen moms tas ut" in text(paula.get(f"/licences/{free_of_vat.id}/invoice"))
    paula.post(details_at(trade.partner), data={**SELLS, "exemption": "Utbildning enligt lag"})
    file = file_of(paula, free_of_vat).data
    assert broken(file) == set()
    assert b"Utbildning enligt lag" in file


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("number", "212000-0002"),
        ("number", "12"),
        ("vat_number", "SE5560000001"),
        ("vat_number", "NO556000000101"),
        ("postcode", "2222"),
        ("bankgiro", "5050-1056"),
        ("iban", "SE4550000000058398257467"),
        ("days", "-1"),
        ("email", "ingen adress"),
        ("street", ""),
    ],
)
def test_a_wrong_number_is_refused_and_kept_in_the_form(trade, enter, field, typed):
    answer = enter(trade.leo).post(details_at(trade.falkvik), data={**GIVEN, field: typed})
    assert answer.status_code == 422
    assert f'value="{typed}"' in text(answer)
    assert invoicing.details_of(trade.session, trade.falkvik.id) is None


def test_a_location_number_is_asked_for_where_it_was_chosen(trade, enter):
    leo = enter(trade.leo)
    assert leo.post(details_at(trade.falkvik), data={**GIVEN, "scheme": "0088"}).status_code == 422
    given = {**GIVEN, "scheme": "0088", "endpoint": "7300010000001"}
    assert leo.post(details_at(trade.falkvik), data=given).status_code == 303
    assert invoicing.details_of(trade.session, trade.falkvik.id).endpoint == "7300010000001"


def test_only_its_own_people_speak_for_an_organisation(trade, licence, enter):
    for stranger in (trade.paula, trade.gunnel, trade.rita):
        client = enter(stranger)
        assert client.get(details_at(trade.falkvik)).status_code == 404
        assert client.post(details_at(trade.falkvik), data=GIVEN).status_code == 404
    for stranger in (trade.gunnel, trade.rita):
        for path in ("invoice", "invoice.xml"):
            assert enter(stranger).get(f"/licences/{licence.id}/{path}").status_code == 404


@pytest.mark.usefixtures("both_have_said")
def test_what_was_said_stays_and_saying_it_again_keeps_nothing_new(trade, enter):
    first = invoicing.details_of(trade.session, trade.falkvik.id)
    enter(trade.leo).post(details_at(trade.falkvik), data=GIVEN)
    assert invoicing.details_of(trade.session, trade.falkvik.id).id == first.id
    enter(trade.leo).post(details_at(trade.falkvik), data={**GIVEN, "city": "Nya Falkvik"})
    assert invoicing.details_of(trade.session, trade.falkvik.id).city == "Nya Falkvik"
    first.city = "Annan ort"
    with pytest.raises(DatabaseError):
        trade.session.commit()


def test_check_digits():
    assert luhn("2120000001")
    assert not luhn("2120000002")
    assert gln("7300010000001")
    assert not gln("7300010000002")
    assert not gln("730001000000")
    assert iban("SE4550000000058398257466")
    assert not iban("SE4550000000058398257467")


def test_a_basis_has_a_number_of_its_own_for_each_month(trade):
    licence = trade.install()
    numbers = {invoicing.number_of(licence, month) for month in ("2027-01", "2027-02")}
    assert len(numbers) == 2
    assert invoicing.period("2028-02")[1].day == 29
