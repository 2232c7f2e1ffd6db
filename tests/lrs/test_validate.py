"""One fault at a time: each breaks one rule and must be named by its property."""

import copy
from contextlib import suppress
from typing import Any

import pytest

from app.lrs.validate import InvalidStatement, check
from tests.lrs.statements import LEARNER, MENTOR, MODULE, VOIDED, rich, statement

AGENT_WITH_TWO = {**MENTOR, "openid": "http://maja.example"}
FAULTS: list[tuple[str, Any, str]] = [
    ("id", "123", "id"),
    ("actor", None, "actor"),
    ("actor", "a learner", "actor"),
    ("actor", {"objectType": "Person", "mbox": "mailto:a@b.example"}, "actor.objectType"),
    ("actor", {"name": "nobody"}, "actor"),
    ("actor", AGENT_WITH_TWO, "actor"),
    ("actor", {"mbox": "a@b.example"}, "actor.mbox"),
    ("actor", {"mbox_sha1sum": "12"}, "actor.mbox_sha1sum"),
    ("actor", {"openid": "maja"}, "actor.openid"),
    ("actor", {"account": {"name": "x"}}, "actor.account.homePage"),
    ("actor", {"account": {"homePage": "no scheme", "name": "x"}}, "actor.account.homePage"),
    ("actor", {"objectType": "Group"}, "actor.member"),
    (
        "actor",
        {"objectType": "Group", "member": [{"objectType": "Group", "member": [MENTOR]}]},
        "actor.member[0].member",
    ),
    ("verb", {"display": {"sv": "x"}}, "verb.id"),
    ("verb", {"id": "completed"}, "verb.id"),
    ("verb", {"id": "http://a.example/v", "display": {"not_a_tag": "x"}}, "verb.display.not_a_tag"),
    ("verb", {"id": "http://a.example/v", "display": {"sv": 1}}, "verb.display.sv"),
    ("verb", {"id": VOIDED}, "object"),
    ("object", {"objectType": "activity", "id": MODULE}, "object.objectType"),
    ("object", {"objectType": "StatementRef", "id": "x"}, "object.id"),
    ("object", {"id": MODULE, "definition": {"moreInfo": "x"}}, "object.definition.moreInfo"),
    (
        "object",
        {"id": MODULE, "definition": {"interactionType": "Choice"}},
        "object.definition.interactionType",
    ),
    ("object", {"id": MODULE, "definition": {"choices": []}}, "object.definition.interactionType"),
    (
        "object",
        {"id": MODULE, "definition": {"interactionType": "choice", "choices": [{"id": "a"}, {"id": "a"}]}},
        "object.definition.choices[1].id",
    ),
    (
        "object",
        {"id": MODULE, "definition": {"interactionType": "likert", "choices": [{"id": "a"}]}},
        "object.definition.choices",
    ),
    ("object", {"id": MODULE, "definition": {"extensions": {"x": 1}}}, "object.definition.extensions.x"),
    ("result", {"success": "true"}, "result.success"),
    ("result", {"score": {"scaled": 1.01}}, "result.score.scaled"),
    ("result", {"score": {"scaled": True}}, "result.score.scaled"),
    ("result", {"score": {"raw": 11, "max": 10}}, "result.score.raw"),
    ("result", {"score": {"min": 3, "max": 3}}, "result.score.min"),
    ("result", {"duration": "1 hour"}, "result.duration"),
    ("result", {"duration": "P"}, "result.duration"),
    ("result", {"duration": "P1DT"}, "result.duration"),
    ("result", {"duration": "P1W2D"}, "result.duration"),
    ("context", {"registration": "x"}, "context.registration"),
    ("context", {"team": LEARNER}, "context.team.objectType"),
    ("context", {"language": "zh-z-aaa-z-bbb"}, "context.language"),
    ("context", {"contextActivities": {"Parent": []}}, "context.contextActivities.Parent"),
    ("context", {"statement": {"id": "x"}}, "context.statement.objectType"),
    ("context", {"instruktor": MENTOR}, "context.instruktor"),
    (
        "context",
        {"contextAgents": [{"objectType": "Agent", "agent": MENTOR}]},
        "context.contextAgents[0].objectType",
    ),
    (
        "context",
        {"contextAgents": [{"objectType": "contextAgent", "agent": MENTOR, "relevantTypes": []}]},
        "context.contextAgents[0].relevantTypes",
    ),
    ("timestamp", "2027-02-29T10:00:00Z", "timestamp"),
    ("timestamp", "2027-03-03", "timestamp"),
    ("timestamp", "2027-03-03T10:00:00-00:00", "timestamp"),
    ("timestamp", 1, "timestamp"),
    ("version", "0.9", "version"),
    ("authority", {"objectType": "Group", "member": [MENTOR]}, "authority"),
    ("attachments", {}, "attachments"),
    ("attachments", [{"display": {}}], "attachments[0].usageType"),
    ("Result", {}, "Result"),
]


@pytest.mark.parametrize(("name", "value", "at"), FAULTS)
def test_a_broken_rule_is_named_by_its_property(name: str, value: Any, at: str):
    with pytest.raises(InvalidStatement) as caught:
        check(statement(**{name: value}), version="2.0.0")
    assert caught.value.at == at


@pytest.mark.parametrize("name", ["actor", "verb", "object"])
def test_what_every_statement_has_cannot_be_missing(name: str):
    without = statement()
    del without[name]
    with pytest.raises(InvalidStatement, match=f"{name}: it is required"):
        check(without, version="1.0.3")


def test_a_statement_that_uses_everything_is_valid():
    check(rich(), version="2.0.0")


def test_context_agents_are_unknown_to_the_older_version():
    with pytest.raises(InvalidStatement, match="contextAgents"):
        check(rich(), version="1.0.3")


@pytest.mark.parametrize("about", ["Agent", "StatementRef"])
def test_a_platform_belongs_to_statements_about_activities(about: str):
    thing = (
        MENTOR if about == "Agent" else {"objectType": about, "id": "0" * 8 + "-0000-4000-8000-" + "0" * 12}
    )
    with pytest.raises(InvalidStatement, match=r"context\.platform"):
        check(statement(object=thing, context={"platform": "web"}), version="1.0.3")


def test_a_sub_statement_keeps_the_rules_too():
    sub = {**statement(result={"success": 1}), "objectType": "SubStatement"}
    with pytest.raises(InvalidStatement, match=r"object\.result\.success"):
        check(statement(object=sub), version="1.0.3")


def test_a_sub_statement_has_no_id_and_no_sub_statement():
    sub = {**statement(), "objectType": "SubStatement"}
    check(statement(object=sub), version="1.0.3")
    with pytest.raises(InvalidStatement, match=r"object\.object"):
        check(statement(object={**sub, "object": sub}), version="1.0.3")
    with pytest.raises(InvalidStatement, match=r"object\.id"):
        check(statement(object={**sub, "id": "0" * 8}), version="1.0.3")


@pytest.mark.parametrize("duration", ["PT0S", "P3Y1M29DT4H35M59.14S", "P4W", "PT16559.14S", "P1Y"])
def test_durations_as_iso_8601_writes_them(duration: str):
    check(statement(result={"duration": duration}), version="1.0.3")


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in items:
        found += places(inner, (*path, name))
    return found


WRONG: list[Any] = [
    None,
    True,
    0,
    -1,
    1.5,
    "",
    " ",
    "x",
    "http://",
    [],
    {},
    [None],
    {"": 1},
    {"id": []},
    "\x00",
    "😀",
]


@pytest.mark.parametrize("place", places(rich()), ids=lambda p: ".".join(map(str, p)))
def test_a_wrong_type_anywhere_is_refused_and_never_breaks_the_check(place: tuple[Any, ...]):
    for wrong in WRONG:
        broken = copy.deepcopy(rich())
        inner: Any = broken
        for step in place[:-1]:
            inner = inner[step]
        inner[place[-1]] = wrong
        with suppress(InvalidStatement):  # a few of the wrong values happen to be right somewhere
            check(broken, version="2.0.0")
