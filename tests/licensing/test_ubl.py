"""Invoices as XML hold by the rules of UBL and EN 16931, which do refuse what is wrong, and have what Peppol asks."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.licensing import ubl
from app.rules.invoice import Invoice, Line, Party, Payment, signed
from tests.licensing.invoice_rules import broken

UBL = "urn:oasis:names:specification:ubl:schema:xsd:Common"
NAMES = {"cbc": f"{UBL}BasicComponents-2", "cac": f"{UBL}AggregateComponents-2"}
SELLER = Party(
    "Cykelbolaget & Söner AB", "5560000001", "SE556000000101", "Gatan 1", "111 11", "Påhittköping", "0007",
    "5560000001", "faktura@example.se",
)  # fmt: skip
BUYER = Party("Falkviks kommun", "2120000001", "", "Torget 1", "222 22", "Falkvik", "0007", "2120000001")
INVOICE = Invoice(
    number="2027-03-4F2A",
    issued=date(2027, 4, 1),
    due=date(2027, 5, 1),
    first=date(2027, 3, 1),
    last=date(2027, 3, 31),
    currency="SEK",
    seller=SELLER,
    buyer=BUYER,
    reference="ZZ1234",
    payment=Payment(30, "50501055", "SE4550000000058398257466", f_tax=True),
    lines=(Line("Cyklar för alla: platser", 20, 2_500_000, 2500),),
)


def invoice(*lines, **changes):
    return signed(replace(INVOICE, lines=lines or INVOICE.lines, **changes))


@pytest.mark.parametrize(
    "made",
    [
        invoice(),
        invoice(Line("Sju för tillsammans", 7, 100_001, 2500)),
        invoice(Line("Sju", 7, 100_001, 2500), Line("En bok", 1, 20_003, 600), Line("Lunch", 3, 9, 1200)),
        invoice(Line("Sju", 7, 100_001, 2500), Line("Rättelse", -1, -20_000, 2500)),
        invoice(Line("Undantaget", 2, 500, 0), Line("Sju", 7, 100_001, 2500), exemption="Utbildning"),
        invoice(Line("Rättelse", -3, -100_001, 2500)),
        invoice(payment=Payment(0, "", "SE4550000000058398257466", f_tax=False)),
        invoice(buyer=replace(BUYER, scheme="0088", endpoint="7300010000001"), currency="EUR"),
    ],
    ids=[
        "seats", "uneven", "three-rates", "with-correction", "exempt", "credit", "iban-only", "gln-euro",
    ],
)  # fmt: skip
def test_an_invoice_breaks_no_rule(made):
    assert broken(ubl.write(made)) == set()


AMOUNTS = st.integers(0, 10**11)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.builds(Line, st.just("Platser"), st.integers(1, 10**6), AMOUNTS, st.sampled_from([0, 600, 1200, 2500])),
        min_size=1,
        max_size=5,
    )
)  # fmt: skip
def test_whatever_is_owed_the_rules_hold_and_the_parts_add_up(lines):
    made = invoice(*lines, exemption="Utbildning")
    assert made.gross == sum(one.taxable + one.amount for one in made.vat)
    assert broken(ubl.write(made)) == set()


WRONG = {
    "the total to pay": (b">31250.00</cbc:PayableAmount>", b">31250.01</cbc:PayableAmount>", "BR-CO-16"),
    "the total without VAT": (
        b">25000.00</cbc:TaxExclusiveAmount>",
        b">24999.00</cbc:TaxExclusiveAmount>",
        "BR-CO-13",
    ),
    "the VAT": (b">6250.00</cbc:TaxAmount>", b">6249.00</cbc:TaxAmount>", "BR-S-09"),
    "no currency of an amount": (b' currencyID="SEK"', b"", "schema"),
    "another order": (b"<cbc:ID>2027-03-4F2A</cbc:ID>\n", b"", "BR-02"),
}


@pytest.mark.parametrize("fault", WRONG)
def test_the_rules_refuse_what_is_wrong(fault):
    right, wrong, rule = WRONG[fault]
    file = ubl.write(invoice())
    assert right in file
    assert rule in broken(file.replace(right, wrong))


@pytest.mark.parametrize(
    ("minor", "said"),
    [
        (0, "0.00"),
        (5, "0.05"),
        (-5, "-0.05"),
        (125_050, "1250.50"),
        (-125_050, "-1250.50"),
        (10**17 + 1, "1000000000000000.01"),
    ],
)
def test_minor_units_are_written_exactly(minor, said):
    assert ubl.decimals(minor) == said


def test_words_that_xml_knows_are_written_as_words():
    assert "Cykelbolaget &amp; Söner AB".encode() in ubl.write(invoice())


def test_what_peppol_asks_beyond_the_european_norm_is_there():
    """Rules R003, R010, R020 and R120 of BIS Billing 3: reference, addresses in the network, price times quantity."""
    made = ET.fromstring(ubl.write(invoice()))
    texts = [
        made.findtext(path, namespaces=NAMES)
        for path in (
            "cbc:BuyerReference",
            "cac:AccountingSupplierParty/cac:Party/cbc:EndpointID",
            "cac:AccountingCustomerParty/cac:Party/cbc:EndpointID",
        )
    ]
    assert texts == ["ZZ1234", "5560000001", "2120000001"]
    for line in made.iterfind("cac:InvoiceLine", NAMES):
        count, price, amount = (
            Decimal(line.findtext(path, namespaces=NAMES) or "")
            for path in ("cbc:InvoicedQuantity", "cac:Price/cbc:PriceAmount", "cbc:LineExtensionAmount")
        )
        assert count * price == amount


def test_vat_is_rounded_once_for_each_rate_and_never_line_by_line():
    tiny = [Line("Liten", 1, 2, 2500)] * 3
    made = invoice(*tiny, Line("Bok", 1, 2, 600))
    assert [(one.rate, one.taxable, one.amount) for one in made.vat] == [(600, 2, 0), (2500, 6, 2)]
    assert made.gross == 2 + 6 + 2
