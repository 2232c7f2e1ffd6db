"""Invoices checked by what is not ours: the schema of OASIS, the rules of CEN and the rules of OpenPeppol."""

from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

from peppol import validate_xsd
from saxonche import PySaxonProcessor, PyXsltExecutable

_RULES = sorted((Path(__file__).parent / "peppol").glob("*.xslt"))
_REPORT = "{http://purl.oclc.org/dsdl/svrl}"


@cache
def _saxon() -> PySaxonProcessor:
    return PySaxonProcessor(license=False)


@cache
def _rules(file: Path) -> PyXsltExecutable:
    return _saxon().new_xslt30_processor().compile_stylesheet(stylesheet_file=str(file))


def broken(invoice: bytes) -> set[str]:
    """The ids of the rules that the invoice breaks; "schema" where it is no UBL 2.1."""
    holds, _faults = validate_xsd(invoice)
    found = set() if holds else {"schema"}
    document = _saxon().parse_xml(xml_text=invoice.decode())
    for file in _RULES:
        report = ET.fromstring(_rules(file).transform_to_string(xdm_node=document))
        assert report.findall(f"{_REPORT}fired-rule"), f"{file.name} has looked at nothing"
        found |= {one.get("id", "") for one in report.iter(f"{_REPORT}failed-assert")}
    return found
