"""The published profile, and everything that the service says held against it."""

import json
import re
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import get_args, get_origin, get_type_hints
from uuid import UUID, uuid4

import jsonschema
import pytest

from app import events
from app.ledger.statements import statements_for
from app.rules import profile
from app.xapi.profile_document import CORRECTING, COURSE, COURSE_STEP, VOIDING, document

HOME = "https://accelerera.example"
OWN_WORDS = {"role": "lead", "outcome": "passed", "category": "core", "status": "suspended"}
KINDS = [
    kind
    for kind in vars(events).values()
    if isinstance(kind, type) and issubclass(kind, events.Event) and kind is not events.Event
]


def made(kind, *, full=True):
    """An event of ``kind`` with every field filled in, or with nothing that may be left out."""
    hints = get_type_hints(kind)
    return kind(**{one.name: value(one.name, hints[one.name], full) for one in fields(kind)})


def value(name, hint, full):
    if name in OWN_WORDS:
        return OWN_WORDS[name]
    options = get_args(hint)
    if type(None) in options:
        return value(name, next(one for one in options if one is not type(None)), full) if full else None
    if get_origin(hint) is tuple:
        return (uuid4(), uuid4())
    plain = {
        UUID: uuid4(),
        datetime: datetime(2027, 3, 3, 9, tzinfo=UTC),
        date: date(2030, 3, 3),
        int: 3,
        bool: True,
        str: "kod",
    }
    return plain[hint]


def found(statement, location):
    """What a location of a rule names: a list of values. Knows the JSONPath that the profile uses."""
    step = re.compile(r"\.(\w+)|\['([^']+)'\]|\[(\*)\]")
    assert "".join(one.group() for one in step.finditer(location[1:])) == location[1:]
    here = [statement]
    for name, quoted, every in step.findall(location[1:]):
        if every:
            here = [one for listed in here for one in listed]
        else:
            key = name or quoted
            here = [one[key] for one in here if isinstance(one, dict) and key in one]
    return here


def broken(statement, template):
    """The rules of ``template`` that ``statement`` breaks."""
    faults = []
    for rule in template["rules"]:
        values, presence = found(statement, rule["location"]), rule.get("presence")
        wrong = (
            presence == "included" and not values,
            presence == "excluded" and values,
            values and "any" in rule and not set(values) & set(rule["any"]),
            values and "all" in rule and not set(values) <= set(rule["all"]),
            values and "none" in rule and set(values) & set(rule["none"]),
        )
        if any(wrong):
            faults.append(rule)
    return faults


def determined(statement):
    """The templates whose determining properties ``statement`` has."""
    kind = statement["object"].get("definition", {}).get("type")
    return [
        one
        for one in document()["templates"]
        if one["verb"] == statement["verb"]["id"] and one.get("objectActivityType") == kind
    ]


@pytest.mark.parametrize("full", [True, False], ids=["everything-said", "only-what-must-be"])
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_what_the_service_says_follows_exactly_one_template(kind, full):
    told = statements_for(made(kind, full=full), home=HOME)
    assert told
    for one in told:
        (template,) = determined(one.statement)
        assert broken(one.statement, template) == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_the_extensions_that_the_service_says_are_concepts_with_that_kind_of_value(kind):
    schemas = {
        one["id"]: json.loads(one["inlineSchema"])
        for one in document()["concepts"]
        if one["type"] == "ContextExtension"
    }
    for one in statements_for(made(kind), home=HOME):
        for iri, said in one.statement["context"]["extensions"].items():
            jsonschema.validate(said, schemas[iri])


def test_a_statement_that_leaves_a_fact_out_breaks_its_template():
    (one,) = statements_for(made(events.HoursSignedOff), home=HOME)
    del one.statement["context"]["extensions"][profile.extension("client")]
    (template,) = determined(one.statement)
    assert [fault["location"] for fault in broken(one.statement, template)] == [
        f"$.context.extensions['{profile.extension('client')}']"
    ]


def test_every_identifier_stands_once_and_every_reference_is_to_something():
    said = document()
    listed = [*said["concepts"], *said["templates"], *said["patterns"]]
    ids = [one["id"] for one in listed]
    assert len(ids) == len(set(ids))
    assert {one["inScheme"] for one in listed} == {said["versions"][0]["id"]} != {said["id"]}
    own = {iri for iri in _references(said) if iri.startswith(profile.BASE)}
    assert own - {*ids, said["id"], profile.VERSION} == set()


def _references(said):
    for template in said["templates"]:
        yield template["verb"]
        yield from template.get("objectStatementRefTemplate", ())
        if "objectActivityType" in template:
            yield template["objectActivityType"]
    for pattern in said["patterns"]:
        yield from pattern.get("alternates", ())
        yield pattern.get("oneOrMore", COURSE)
    for concept in said["concepts"]:
        yield from concept.get("recommendedVerbs", ())


def test_a_rule_says_something_and_a_voiding_names_what_it_may_void():
    templates = {one["id"]: one for one in document()["templates"]}
    rules = [rule for one in templates.values() for rule in one["rules"]]
    assert all({"presence", "any", "all", "none"} & rule.keys() for rule in rules)
    for one in (VOIDING, CORRECTING):
        assert set(templates[one]["objectStatementRefTemplate"]) == set(templates) - {VOIDING, CORRECTING}


def test_the_statements_of_a_registration_follow_the_pattern_of_a_course():
    patterns = {one["id"]: one for one in document()["patterns"]}
    assert patterns[COURSE]["primary"]
    assert patterns[COURSE]["oneOrMore"] == COURSE_STEP
    with_registration = {
        determined(one.statement)[0]["id"]
        for kind in KINDS
        for one in statements_for(made(kind), home=HOME)
        if "registration" in one.statement["context"]
    }
    assert with_registration == set(patterns[COURSE_STEP]["alternates"])


def test_anybody_can_fetch_the_profile_and_keep_it(client):
    answer = client.get("/xapi-profile")
    assert answer.content_type == "application/ld+json"
    assert json.loads(answer.data) == document()
    again = client.get("/xapi-profile", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
