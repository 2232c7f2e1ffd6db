"""A requirement whose reckoning a course package brings: never met where that cannot be asked."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from app.rules.brought import Brought
from app.rules.decision import decide, export, recompute
from app.rules.parsing import SchemeError, parse
from tests.rules.making import DAY_ONE, LATER, coaching, days_of_practice

TEXTS = {"sv": "Text.", "en": "Text."}
CRITERION = {
    "code": "practice",
    "kind": "course_kind",
    "name": TEXTS,
    "text": TEXTS,
    "course": "k",
    "version": "1.0.0",
    "criterion": "days",
    "parameters": {"days": 3},
}
SCHEME = {"code": "s", "version": 1, "level": 1, "name": TEXTS, "summary": TEXTS, "criteria": [CRITERION]}
DAYS = [coaching(DAY_ONE + timedelta(days=number)) for number in range(3)]
ON = DAY_ONE + timedelta(days=10)


def reckoners(course, version, criterion):
    return days_of_practice if (course, version, criterion) == ("k", "1.0.0", "days") else None


def brought(function) -> Brought:
    named = {"course": "k", "version": "1.0.0", "criterion": "days", "parameters": (("days", 3),)}
    return Brought(code="practice", reckoners=lambda *_named: function, **named)


def test_a_scheme_asks_for_it_and_the_packages_function_decides():
    criterion = parse(SCHEME, reckoners=reckoners).criterion("practice")
    standing = criterion.assess(DAYS, ON, LATER)
    assert (standing.state, standing.amount, standing.target) == ("met", 3, 3)
    assert criterion.assess(DAYS[:2], ON, LATER).state == "unmet"


def test_a_scheme_reads_back_as_it_was_written():
    version = parse(SCHEME, reckoners=reckoners)
    assert parse(version.to_json(), reckoners=reckoners).digest == version.digest


def test_evidence_of_later_days_is_not_shown_to_it():
    seen = []

    def look(evidence, _on, parameters):
        seen.append([one["starts"][:10] for one in evidence])
        return days_of_practice(evidence, _on, parameters)

    brought(look).assess(DAYS, DAY_ONE, LATER)
    assert [DAY_ONE.isoformat()] in seen
    assert brought(look).assess(DAYS, DAY_ONE, LATER).state == "unmet"


@pytest.mark.parametrize(
    "function",
    [
        None,
        lambda *_given: 1 / 0,
        lambda *_given: None,
        lambda *_given: SimpleNamespace(met=1, amount=3, target=3),
        lambda *_given: SimpleNamespace(met=True, amount=3.0, target=3),
    ],
    ids=["not there", "raises", "no answer", "met is no truth", "an amount in parts"],
)
def test_what_cannot_be_asked_is_not_met(function):
    assert brought(function).assess(DAYS, ON, LATER).state == "unmet"


def test_its_evidence_cannot_be_changed_by_it():
    def spoil(evidence, on, parameters):
        found = days_of_practice(evidence, on, parameters)
        for one in evidence:
            one["facts"].clear()
            one["kind"] = "nothing"
        return found

    criterion = brought(spoil)
    state = criterion.empty()
    for one in DAYS:
        state = criterion.add(state, one)
    assert [criterion.read(state, ON).state for _ in range(2)] == ["met", "met"]


def test_a_decision_recomputes_with_the_packages_function_and_not_without():
    version = parse(SCHEME, reckoners=reckoners)
    decision = decide(version.criteria, DAYS, on=ON, known_at=LATER)
    exported = export(version, DAYS, decision)
    assert recompute(exported, reckoners=reckoners).met
    with pytest.raises(ValueError, match="another answer"):
        recompute(exported)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"version": "1"}, "a version of three numbers"),
        ({"parameters": {"days": "3"}}, "whole numbers by name"),
        ({"parameters": 3}, "whole numbers by name"),
        ({"course": None}, "a short code"),
    ],
)
def test_what_is_wrong_in_it_is_named(wrong, told):
    with pytest.raises(SchemeError, match=told):
        parse(SCHEME | {"criteria": [CRITERION | wrong]})


def test_a_window_is_the_schemes():
    version = parse(SCHEME | {"criteria": [CRITERION | {"within_months": 1}]}, reckoners=reckoners)
    standing = version.criterion("practice").assess(DAYS, ON, LATER)
    assert (standing.state, standing.turns) == ("met", date(2026, 2, 15))
