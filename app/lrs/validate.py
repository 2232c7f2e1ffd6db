"""Whether a statement keeps the rules of xAPI 1.0.3 and 2.0: one pass, strict, and the first fault by its name.

Sources: xAPI 1.0.3 part two, sections 2 and 4; IEEE 9274.1.1-2023, section 4.2. Faults name the property as a
path such as ``result.score.scaled``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from app.lrs import values
from app.lrs.instants import parse

VOIDED = "http://adlnet.gov/expapi/verbs/voided"

_STATEMENT = frozenset(
    "id actor verb object result context timestamp stored authority version attachments".split()
)
_SUB_STATEMENT = frozenset("objectType actor verb object result context timestamp attachments".split())
_AGENT = frozenset("objectType name mbox mbox_sha1sum openid account".split())
_GROUP = _AGENT | {"member"}
_IDENTIFIERS = ("mbox", "mbox_sha1sum", "openid", "account")
_RESULT = frozenset("score success completion response duration extensions".split())
_SCORE = frozenset(("scaled", "raw", "min", "max"))
_CONTEXT_1 = frozenset(
    "registration instructor team contextActivities revision platform language statement extensions".split()
)
_CONTEXT_2 = _CONTEXT_1 | {"contextAgents", "contextGroups"}
_CONTEXT_ACTIVITIES = frozenset(("parent", "grouping", "category", "other"))
_DEFINITION = frozenset(
    "name description type moreInfo extensions interactionType correctResponsesPattern choices scale source target"
    " steps".split()
)
_COMPONENTS = {
    "choice": frozenset(["choices"]),
    "sequencing": frozenset(["choices"]),
    "likert": frozenset(["scale"]),
    "matching": frozenset(["source", "target"]),
    "performance": frozenset(["steps"]),
    **dict.fromkeys(("true-false", "fill-in", "long-fill-in", "numeric", "other"), frozenset[str]()),
}
_COMPONENT_LISTS = ("choices", "scale", "source", "target", "steps")
_VERB = frozenset(("id", "display"))
_ACCOUNT = frozenset(("homePage", "name"))
_ACTIVITY = frozenset(("objectType", "id", "definition"))
_REFERENCE = frozenset(("objectType", "id"))
_COMPONENT = frozenset(("id", "description"))
_ATTACHMENT = frozenset("usageType display description contentType length sha2 fileUrl".split())


class InvalidStatement(ValueError):
    """A rule is broken: ``at`` names the property, ``reason`` says what is wrong with it."""

    def __init__(self, at: str, reason: str) -> None:
        super().__init__(f"{at or 'the statement'}: {reason}")
        self.at, self.reason = at, reason


def _fail(at: str, reason: str) -> NoReturn:
    raise InvalidStatement(at.lstrip("."), reason)


def _object(value: Any, allowed: frozenset[str], at: str) -> None:
    if not isinstance(value, dict):
        _fail(at, "it must be an object")
    if not value.keys() <= allowed:
        _fail(f"{at}.{sorted(value.keys() - allowed)[0]}", "xAPI knows no such property here")


def _text(value: Any, at: str) -> None:
    if type(value) is not str:
        _fail(at, "it must be a string")


def _iri(value: Any, at: str) -> None:
    if type(value) is not str or not values.is_iri(value):
        _fail(at, "it must be an IRI with a scheme")


def _uuid(value: Any, at: str) -> None:
    if type(value) is not str or not values.is_uuid(value):
        _fail(at, "it must be a UUID in its usual spelling")


def _language_map(value: Any, at: str) -> None:
    if not isinstance(value, dict):
        _fail(at, "it must be a language map")
    for tag, text in value.items():
        if not values.is_language(tag):
            _fail(f"{at}.{tag}", "it is not a language tag (RFC 5646)")
        if type(text) is not str:
            _fail(f"{at}.{tag}", "it must be a string")


def _extensions(value: Any, at: str) -> None:
    if not isinstance(value, dict):
        _fail(at, "it must be an object")
    for name in value:
        if not values.is_iri(name):
            _fail(f"{at}.{name}", "an extension's name must be an IRI with a scheme")


def _list(value: Any, at: str) -> None:
    if not isinstance(value, list):
        _fail(at, "it must be an array")


class _Rules:
    """The rules of one version."""

    def __init__(self, version: str) -> None:
        self.two = version.startswith("2")
        self.context_properties = _CONTEXT_2 if self.two else _CONTEXT_1

    def timestamp(self, value: Any, at: str) -> None:
        _text(value, at)
        if self.two and not values.is_rfc3339(value):
            _fail(at, "it must be a date and time with seconds and zone (RFC 3339)")
        try:
            parse(value)
        except ValueError as error:
            _fail(at, str(error))

    def statement(self, statement: Any, at: str) -> None:
        _object(statement, _STATEMENT, at)
        self.core(statement, at)
        if "id" in statement:
            _uuid(statement["id"], at + ".id")
        if "stored" in statement:
            self.timestamp(statement["stored"], at + ".stored")
        if "authority" in statement:
            self.authority(statement["authority"], at + ".authority")
        if "version" in statement:
            self.version(statement["version"], at + ".version")
        thing = statement["object"]
        if statement["verb"]["id"] == VOIDED and thing.get("objectType") != "StatementRef":
            _fail(at + ".object", "a voiding statement names what it voids as a StatementRef")

    def version(self, value: Any, at: str) -> None:
        if type(value) is not str or not values.is_version(value) or (value.startswith("2") and not self.two):
            _fail(
                at, "it must be a version that this request can carry, such as 1.0.3" + " or 2.0.0" * self.two
            )

    def core(self, statement: dict[str, Any], at: str) -> None:
        """What statement and sub-statement share."""
        for name in ("actor", "verb", "object"):
            if name not in statement:
                _fail(f"{at}.{name}", "it is required")
        self.actor(statement["actor"], at + ".actor")
        verb = statement["verb"]
        _object(verb, _VERB, at + ".verb")
        if "id" not in verb:
            _fail(at + ".verb.id", "it is required")
        _iri(verb["id"], at + ".verb.id")
        if "display" in verb:
            _language_map(verb["display"], at + ".verb.display")
        self.thing(statement["object"], at + ".object", sub="objectType" in statement)
        if "result" in statement:
            self.result(statement["result"], at + ".result")
        if "context" in statement:
            about = statement["object"].get("objectType", "Activity")
            self.context(statement["context"], at + ".context", about)
        if "timestamp" in statement:
            self.timestamp(statement["timestamp"], at + ".timestamp")
        if "attachments" in statement:
            _list(statement["attachments"], at + ".attachments")
            for number, attachment in enumerate(statement["attachments"]):
                self.attachment(attachment, f"{at}.attachments[{number}]")

    def actor(self, value: Any, at: str) -> None:
        kind = value.get("objectType", "Agent") if isinstance(value, dict) else None
        if kind == "Agent":
            self.agent(value, at)
        elif kind == "Group":
            self.group(value, at)
        elif kind is None:
            _fail(at, "it must be an object")
        else:
            _fail(at + ".objectType", "it must be Agent or Group")

    def identifiers(self, value: dict[str, Any], at: str) -> int:
        count = 0
        if "mbox" in value:
            count += 1
            if type(value["mbox"]) is not str or not values.is_mbox(value["mbox"]):
                _fail(at + ".mbox", "it must be mailto: and an e-mail address")
        if "mbox_sha1sum" in value:
            count += 1
            if type(value["mbox_sha1sum"]) is not str or not values.is_sha1(value["mbox_sha1sum"]):
                _fail(at + ".mbox_sha1sum", "it must be a SHA-1 digest in 40 hexadecimal digits")
        if "openid" in value:
            count += 1
            _iri(value["openid"], at + ".openid")
        if "account" in value:
            count += 1
            account = value["account"]
            _object(account, _ACCOUNT, at + ".account")
            for name in ("homePage", "name"):
                if name not in account:
                    _fail(f"{at}.account.{name}", "it is required")
            _iri(account["homePage"], at + ".account.homePage")
            _text(account["name"], at + ".account.name")
        if "name" in value:
            _text(value["name"], at + ".name")
        return count

    def agent(self, value: Any, at: str) -> None:
        _object(value, _AGENT, at)
        if value.get("objectType", "Agent") != "Agent":
            _fail(at + ".objectType", "it must be Agent")
        if self.identifiers(value, at) != 1:
            _fail(at, "an agent has exactly one of mbox, mbox_sha1sum, openid and account")

    def group(self, value: Any, at: str) -> None:
        _object(value, _GROUP, at)
        if value.get("objectType") != "Group":
            _fail(at + ".objectType", "it must be Group")
        count = self.identifiers(value, at)
        if count > 1:
            _fail(at, "a group has at most one of mbox, mbox_sha1sum, openid and account")
        if "member" in value:
            _list(value["member"], at + ".member")
            for number, member in enumerate(value["member"]):
                self.agent(member, f"{at}.member[{number}]")
        if not count and not value.get("member"):
            _fail(at + ".member", "a group without an identifier needs members")

    def authority(self, value: Any, at: str) -> None:
        self.actor(value, at)
        if value.get("objectType") == "Group" and (
            any(name in value for name in _IDENTIFIERS) or len(value["member"]) != 2
        ):
            _fail(at, "a group as authority has no identifier and exactly two members")

    def thing(self, value: Any, at: str, *, sub: bool) -> None:
        if not isinstance(value, dict):
            _fail(at, "it must be an object")
        kind = value.get("objectType", "Activity")
        if kind == "Activity":
            self.activity(value, at)
        elif kind == "Agent":
            self.agent(value, at)
        elif kind == "Group":
            self.group(value, at)
        elif kind == "StatementRef":
            self.reference(value, at)
        elif kind == "SubStatement" and not sub:
            _object(value, _SUB_STATEMENT, at)
            self.core(value, at)
        elif kind == "SubStatement":
            _fail(at + ".objectType", "a sub-statement holds no further sub-statement")
        else:
            _fail(at + ".objectType", "it must be Activity, Agent, Group, StatementRef or SubStatement")

    def reference(self, value: Any, at: str) -> None:
        _object(value, _REFERENCE, at)
        if value.get("objectType") != "StatementRef":
            _fail(at + ".objectType", "it must be StatementRef")
        if "id" not in value:
            _fail(at + ".id", "it is required")
        _uuid(value["id"], at + ".id")

    def activity(self, value: Any, at: str) -> None:
        _object(value, _ACTIVITY, at)
        if value.get("objectType", "Activity") != "Activity":
            _fail(at + ".objectType", "it must be Activity")
        if "id" not in value:
            _fail(at + ".id", "it is required")
        _iri(value["id"], at + ".id")
        if "definition" in value:
            self.definition(value["definition"], at + ".definition")

    def definition(self, value: Any, at: str) -> None:
        _object(value, _DEFINITION, at)
        for name in ("name", "description"):
            if name in value:
                _language_map(value[name], f"{at}.{name}")
        for name in ("type", "moreInfo"):
            if name in value:
                _iri(value[name], f"{at}.{name}")
        if "extensions" in value:
            _extensions(value["extensions"], at + ".extensions")
        used = [name for name in _COMPONENT_LISTS if name in value]
        if "interactionType" not in value:
            if used or "correctResponsesPattern" in value:
                _fail(at + ".interactionType", "an interaction needs its type")
            return
        kind = value["interactionType"]
        allowed = _COMPONENTS.get(kind) if type(kind) is str else None
        if allowed is None:
            _fail(at + ".interactionType", f"it must be one of {', '.join(sorted(_COMPONENTS))}")
        if "correctResponsesPattern" in value:
            _list(value["correctResponsesPattern"], at + ".correctResponsesPattern")
            for number, pattern in enumerate(value["correctResponsesPattern"]):
                _text(pattern, f"{at}.correctResponsesPattern[{number}]")
        for name in used:
            if name not in allowed:
                _fail(f"{at}.{name}", f"an interaction of type {kind} has no {name}")
            self.components(value[name], f"{at}.{name}")

    def components(self, value: Any, at: str) -> None:
        _list(value, at)
        ids = set()
        for number, component in enumerate(value):
            here = f"{at}[{number}]"
            _object(component, _COMPONENT, here)
            if "id" not in component:
                _fail(here + ".id", "it is required")
            _text(component["id"], here + ".id")
            if component["id"] in ids:
                _fail(here + ".id", "it is not the only one with this id")
            ids.add(component["id"])
            if "description" in component:
                _language_map(component["description"], here + ".description")

    def result(self, value: Any, at: str) -> None:
        _object(value, _RESULT, at)
        if "score" in value:
            self.score(value["score"], at + ".score")
        for name in ("success", "completion"):
            if name in value and type(value[name]) is not bool:
                _fail(f"{at}.{name}", "it must be true or false")
        if "response" in value:
            _text(value["response"], at + ".response")
        if "duration" in value and (
            type(value["duration"]) is not str or not values.is_duration(value["duration"])
        ):
            _fail(at + ".duration", "it must be an ISO 8601 duration such as PT1H30M")
        if "extensions" in value:
            _extensions(value["extensions"], at + ".extensions")

    def score(self, value: Any, at: str) -> None:
        _object(value, _SCORE, at)
        for name, number in value.items():
            if type(number) is not int and type(number) is not float:
                _fail(f"{at}.{name}", "it must be a number")
        if "scaled" in value and not -1 <= value["scaled"] <= 1:
            _fail(at + ".scaled", "it must lie between -1 and 1")
        low, raw, high = value.get("min"), value.get("raw"), value.get("max")
        if low is not None and high is not None and low >= high:
            _fail(at + ".min", "it must be less than max")
        if raw is not None and ((low is not None and raw < low) or (high is not None and raw > high)):
            _fail(at + ".raw", "it must lie between min and max")

    def context(self, value: Any, at: str, about: str) -> None:
        _object(value, self.context_properties, at)
        if "registration" in value:
            _uuid(value["registration"], at + ".registration")
        if "instructor" in value:
            self.actor(value["instructor"], at + ".instructor")
        if "team" in value:
            self.group(value["team"], at + ".team")
        if "contextActivities" in value:
            self.context_activities(value["contextActivities"], at + ".contextActivities")
        for name in ("revision", "platform"):
            if name in value:
                _text(value[name], f"{at}.{name}")
                if about != "Activity":
                    _fail(f"{at}.{name}", "it is only for statements about an activity")
        if "language" in value and (
            type(value["language"]) is not str or not values.is_language(value["language"])
        ):
            _fail(at + ".language", "it is not a language tag (RFC 5646)")
        if "statement" in value:
            self.reference(value["statement"], at + ".statement")
        if "extensions" in value:
            _extensions(value["extensions"], at + ".extensions")
        if "contextAgents" in value:
            self.relevant(value["contextAgents"], at + ".contextAgents", "contextAgent", "agent", self.agent)
        if "contextGroups" in value:
            self.relevant(value["contextGroups"], at + ".contextGroups", "contextGroup", "group", self.group)

    def relevant(
        self, value: Any, at: str, kind: str, name: str, check_it: Callable[[Any, str], None]
    ) -> None:
        _list(value, at)
        for number, item in enumerate(value):
            here = f"{at}[{number}]"
            _object(item, frozenset(("objectType", name, "relevantTypes")), here)
            if item.get("objectType") != kind:
                _fail(here + ".objectType", f"it must be {kind}")
            if name not in item:
                _fail(f"{here}.{name}", "it is required")
            check_it(item[name], f"{here}.{name}")
            if "relevantTypes" in item:
                _list(item["relevantTypes"], here + ".relevantTypes")
                if not item["relevantTypes"]:
                    _fail(here + ".relevantTypes", "it names at least one type or is left out")
                for place, iri in enumerate(item["relevantTypes"]):
                    _iri(iri, f"{here}.relevantTypes[{place}]")

    def context_activities(self, value: Any, at: str) -> None:
        _object(value, _CONTEXT_ACTIVITIES, at)
        for name, listed in value.items():
            here = f"{at}.{name}"
            if isinstance(listed, dict):
                self.activity(listed, here)
            elif isinstance(listed, list):
                for number, activity in enumerate(listed):
                    self.activity(activity, f"{here}[{number}]")
            else:
                _fail(here, "it must be an array of activities")

    def attachment(self, value: Any, at: str) -> None:
        _object(value, _ATTACHMENT, at)
        for name in ("usageType", "display", "contentType", "length", "sha2"):
            if name not in value:
                _fail(f"{at}.{name}", "it is required")
        _iri(value["usageType"], at + ".usageType")
        _language_map(value["display"], at + ".display")
        if "description" in value:
            _language_map(value["description"], at + ".description")
        if type(value["contentType"]) is not str or not values.is_media_type(value["contentType"]):
            _fail(at + ".contentType", "it must be an Internet media type")
        if type(value["length"]) is not int or value["length"] < 0:
            _fail(at + ".length", "it must be a number of octets")
        if type(value["sha2"]) is not str or not values.is_sha2(value["sha2"]):
            _fail(at + ".sha2", "it must be a SHA-2 digest in hexadecimal digits")
        if "fileUrl" in value:
            _iri(value["fileUrl"], at + ".fileUrl")


_ONE, _TWO = _Rules("1.0.3"), _Rules("2.0.0")


def rules(version: str) -> _Rules:
    """The rules of ``version`` (1.0.x or 2.0.x)."""
    return _TWO if version.startswith("2") else _ONE


def check(statement: Any, *, version: str, at: str = "") -> None:
    """Pass if ``statement`` keeps every rule of ``version``; else raise :class:`InvalidStatement`."""
    rules(version).statement(statement, at)
