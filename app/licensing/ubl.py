"""An invoice as XML: UBL 2.1 by Peppol BIS Billing 3, with the rules of Sweden.

UBL is a sequence: the order of the elements here is the order that the schema asks for. The tests check what is
written against the schema of OASIS and the rules of CEN and OpenPeppol.
"""

from __future__ import annotations

from datetime import date
from xml.etree import ElementTree as ET

from app.rules.invoice import Invoice, Line, Party, Vat

CUSTOMIZATION = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
PROFILE = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
ORGANISATION_NUMBER = "0007"
_ROOT = "urn:oasis:names:specification:ubl:schema:xsd:"
_CAC, _CBC = f"{_ROOT}CommonAggregateComponents-2", f"{_ROOT}CommonBasicComponents-2"
_PIECE, _CREDIT_TRANSFER = "C62", "30"

ET.register_namespace("ubl", f"{_ROOT}Invoice-2")
ET.register_namespace("ubl-cn", f"{_ROOT}CreditNote-2")
ET.register_namespace("cac", _CAC)
ET.register_namespace("cbc", _CBC)


def decimals(minor: int) -> str:
    """Minor units as a decimal number, exactly: 125050 is "1250.50"."""
    whole, rest = divmod(abs(minor), 100)
    return f"{'-' if minor < 0 else ''}{whole}.{rest:02d}"


def percent(rate: int) -> str:
    """Hundredths of a percent as a percentage: 2500 is "25"."""
    return decimals(rate).rstrip("0").rstrip(".")


def _group(parent: ET.Element, name: str) -> ET.Element:
    return ET.SubElement(parent, f"{{{_CAC}}}{name}")


def _put(parent: ET.Element, name: str, text: str, **attributes: str) -> None:
    if text:
        ET.SubElement(parent, f"{{{_CBC}}}{name}", attributes).text = text


def write(invoice: Invoice) -> bytes:
    """The invoice, or credit note, as a file in UTF-8."""
    kind = "CreditNote" if invoice.credit else "Invoice"
    root = ET.Element(f"{{{_ROOT}{kind}-2}}{kind}")
    _head(root, invoice, kind)
    for role, party in (("Supplier", invoice.seller), ("Customer", invoice.buyer)):
        seller = party is invoice.seller
        _party(
            _group(_group(root, f"Accounting{role}Party"), "Party"),
            party,
            f_tax=seller and invoice.payment.f_tax,
        )
    _payment(root, invoice)
    _totals(root, invoice)
    for at, line in enumerate(invoice.lines, 1):
        _line(root, invoice, kind, at, line)
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _day(parent: ET.Element, name: str, day: date) -> None:
    _put(parent, name, day.isoformat())


def _head(root: ET.Element, invoice: Invoice, kind: str) -> None:
    _put(root, "CustomizationID", CUSTOMIZATION)
    _put(root, "ProfileID", PROFILE)
    _put(root, "ID", invoice.number)
    _day(root, "IssueDate", invoice.issued)
    if not invoice.credit:
        _day(root, "DueDate", invoice.due)
    _put(root, f"{kind}TypeCode", "381" if invoice.credit else "380")
    _put(root, "Note", invoice.note)
    _put(root, "DocumentCurrencyCode", invoice.currency)
    _put(root, "BuyerReference", invoice.reference)
    period = _group(root, "InvoicePeriod")
    _day(period, "StartDate", invoice.first)
    _day(period, "EndDate", invoice.last)


def _party(at: ET.Element, party: Party, *, f_tax: bool) -> None:
    _put(at, "EndpointID", party.endpoint, schemeID=party.scheme)
    _put(_group(at, "PartyName"), "Name", party.name)
    address = _group(at, "PostalAddress")
    _put(address, "StreetName", party.street)
    _put(address, "CityName", party.city)
    _put(address, "PostalZone", party.postcode)
    _put(_group(address, "Country"), "IdentificationCode", "SE")
    if party.vat_number:
        _tax_scheme(at, party.vat_number, "VAT")
    if f_tax:
        _tax_scheme(at, "Godkänd för F-skatt", "TAX")
    legal = _group(at, "PartyLegalEntity")
    _put(legal, "RegistrationName", party.name)
    _put(legal, "CompanyID", party.number, schemeID=ORGANISATION_NUMBER)
    if party.email:
        _put(_group(at, "Contact"), "ElectronicMail", party.email)


def _tax_scheme(at: ET.Element, id: str, scheme: str) -> None:
    tax = _group(at, "PartyTaxScheme")
    _put(tax, "CompanyID", id)
    _put(_group(tax, "TaxScheme"), "ID", scheme)


def _payment(root: ET.Element, invoice: Invoice) -> None:
    """Bankgiro and IBAN are two ways of the same payment, and each is a group of its own."""
    for account, branch in ((invoice.payment.bankgiro, "SE:BANKGIRO"), (invoice.payment.iban, "")):
        if not account:
            continue
        means = _group(root, "PaymentMeans")
        _put(means, "PaymentMeansCode", _CREDIT_TRANSFER)
        _put(means, "PaymentID", invoice.number)
        payee = _group(means, "PayeeFinancialAccount")
        _put(payee, "ID", account)
        if branch:
            _put(_group(payee, "FinancialInstitutionBranch"), "ID", branch)


def _category(parent: ET.Element, name: str, category: str, rate: int, exemption: str) -> None:
    tax = _group(parent, name)
    _put(tax, "ID", category)
    _put(tax, "Percent", percent(rate))
    _put(tax, "TaxExemptionReason", exemption if category == "E" else "")
    _put(_group(tax, "TaxScheme"), "ID", "VAT")


def _totals(root: ET.Element, invoice: Invoice) -> None:
    def amount(parent: ET.Element, name: str, minor: int) -> None:
        _put(parent, name, decimals(minor), currencyID=invoice.currency)

    total = _group(root, "TaxTotal")
    amount(total, "TaxAmount", invoice.vat_total)
    for one in invoice.vat:
        _subtotal(total, one, invoice)
    sums = _group(root, "LegalMonetaryTotal")
    amount(sums, "LineExtensionAmount", invoice.net)
    amount(sums, "TaxExclusiveAmount", invoice.net)
    amount(sums, "TaxInclusiveAmount", invoice.gross)
    amount(sums, "PayableAmount", invoice.gross)


def _subtotal(total: ET.Element, vat: Vat, invoice: Invoice) -> None:
    part = _group(total, "TaxSubtotal")
    _put(part, "TaxableAmount", decimals(vat.taxable), currencyID=invoice.currency)
    _put(part, "TaxAmount", decimals(vat.amount), currencyID=invoice.currency)
    _category(part, "TaxCategory", vat.category, vat.rate, invoice.exemption)


def _line(root: ET.Element, invoice: Invoice, kind: str, at: int, line: Line) -> None:
    row = _group(root, f"{kind}Line")
    _put(row, "ID", str(at))
    _put(
        row,
        "CreditedQuantity" if invoice.credit else "InvoicedQuantity",
        str(line.quantity),
        unitCode=_PIECE,
    )
    _put(row, "LineExtensionAmount", decimals(line.net), currencyID=invoice.currency)
    item = _group(row, "Item")
    _put(item, "Name", line.name)
    _category(item, "ClassifiedTaxCategory", line.category, line.rate, "")
    price, many = line.price
    cost = _group(row, "Price")
    _put(cost, "PriceAmount", decimals(price), currencyID=invoice.currency)
    if many != 1:
        _put(cost, "BaseQuantity", str(many), unitCode=_PIECE)
