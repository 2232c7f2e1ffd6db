from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from certificates.facts import Facts, FactsError, Text, group_code, new_code


def test_facts_survive_the_way_through_json(facts: Facts) -> None:
    assert Facts.from_json(facts.to_json()) == facts


def test_facts_without_an_end_survive_too(plain: Facts) -> None:
    endless = replace(plain, valid_until=None, signatories=())
    assert Facts.from_json(endless.to_json()) == endless


def test_the_same_facts_give_the_same_bytes(facts: Facts) -> None:
    assert replace(facts).to_json() == facts.to_json()
    assert replace(facts).digest == facts.digest


def test_the_bytes_are_those_of_rfc_8785(facts: Facts) -> None:
    named = replace(facts, holder='Åsa "Ek" \\ 李小明 \U0001d11e')
    assert rfc8785.dumps(json.loads(named.to_json())) == named.to_json()


def test_other_bytes_for_the_same_facts_are_refused(plain: Facts) -> None:
    with pytest.raises(FactsError, match="canonical"):
        Facts.from_json(plain.to_json().replace(b'{"awarded_on"', b'{ "awarded_on"', 1))


@given(st.binary(max_size=200))
def test_foreign_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(FactsError):
        Facts.from_json(data)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("holder", " "),
        ("serial", ""),
        ("holder", "Anna\nPåhitt"),
        ("holder", "Anna\u202ePåhitt"),
        ("holder", "Å" * 2001),
        ("criteria_digest", "abc"),
        ("verify_url", "javascript:alert(1)"),
        ("valid_until", date(2020, 1, 1)),
        ("level", Text("")),
        ("languages", "fi"),
    ],
)
def test_facts_that_no_sheet_can_state_are_refused(plain: Facts, field: str, value: object) -> None:
    with pytest.raises(FactsError, match=field):
        replace(plain, **{field: value})


def test_a_code_has_128_bits_in_groups() -> None:
    code = new_code()
    assert len(code.replace("-", "")) == 26
    assert new_code() != code
    assert group_code(code.replace("-", "").lower()) == code
