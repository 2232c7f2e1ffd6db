"""What a licence says is read exactly, or refused with every reason."""

import json
import uuid

import pytest

from app.rules.terms import BadTerms, Price, covers_version, read, write
from tests.licensing.terms import terms


def test_what_is_written_is_read_again():
    made = terms(
        price=Price(model="tiered", currency="EUR", tiers=((50, 500), (None, 400)), minimum=1000, vat=600)
    )
    assert read(write(made)) == made


@pytest.mark.parametrize(
    ("version", "covered"),
    [
        ("1.0.0", True),
        ("1.10", True),
        ("1.9.9", True),
        ("2.0", False),
        ("0.9.9", False),
        ("2.0.1", False),
        ("x", False),
    ],
)
def test_a_range_of_versions_begins_with_the_first_and_ends_before_the_last(version, covered):
    assert covers_version(terms(first_version="1", below="2.0.0"), version) is covered


def test_without_an_end_every_later_version_is_covered():
    assert covers_version(terms(below=""), "17.3")


def wrong(path, value):
    said = json.loads(write(terms()))
    *way, last = path.split(".")
    inside = said
    for name in way:
        inside = inside[name]
    inside[last] = value
    return json.dumps(said).encode()


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        ("format", "other/1", "format"),
        ("until", "2026-12-31", "until"),
        ("until", "2027-1-1", "until"),
        ("amount", None, "amount"),
        ("amount", True, "amount"),
        ("amount", 1.5, "amount"),
        ("amount", -1, "amount"),
        ("kind", "gift", "kind"),
        ("teaches", [], "teaches"),
        ("delivered_by.rule", "named", "delivered_by"),
        ("delivered_by.coaches", [str(uuid.uuid4())], "delivered_by"),
        ("price.vat", 10_001, "price.vat"),
        ("price.model", "flat", "price.model"),
        ("price.tiers", [[1, 2]], "price.tiers"),
        ("price.currency", "kronor", "price.currency"),
        ("versions.below", "0.5", "versions.below"),
        ("course", "../etc", "course"),
        ("more", 1, "more"),
        ("licensee.id", "x", "licensee.id"),
        ("rollover", 1, "rollover"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(path, value, fault):
    with pytest.raises(BadTerms) as refused:
        read(wrong(path, value))
    assert any(one.startswith(fault) for one in refused.value.faults)


def test_every_fault_is_told_at_once():
    content = write(terms()).replace(b'"amount": 100', b'"amount": 0').replace(b'"seats"', b'"gift"')
    with pytest.raises(BadTerms) as refused:
        read(content)
    assert {one.partition(":")[0] for one in refused.value.faults} >= {"kind", "amount"}


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff", b'{"format": 1, "format": 2}', b"[" * 5000])
def test_what_is_no_licence_at_all_is_refused(content):
    with pytest.raises(BadTerms):
        read(content)


def test_a_publisher_gives_itself_no_licence():
    made = terms()
    with pytest.raises(BadTerms, match="itself"):
        read(write(terms(publisher=made.licensee, licensee=made.licensee)))
