"""Statements that are nearly valid: each differs from a valid one in a few places, in ways that callers get wrong."""

from __future__ import annotations

import json
import marshal
import random
import uuid
from typing import Any

from app.rules import profile

HOME = "http://localhost:8000"
_ADL = "http://adlnet.gov/expapi/"
_AGENT = {"objectType": "Agent", "account": {"homePage": HOME, "name": "somebody"}}
_MAIL = {"mbox": "mailto:maja@falkvik.example", "name": "Maja Påhitt"}
_GROUP = {"objectType": "Group", "name": "Grupp 1", "member": [_MAIL, _AGENT]}

WRONG: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1.5, -0.0, 1e308, 5e-324, 10**30, -(10**18), 2**63),
    *(
        "",
        " ",
        "x",
        "null",
        "http://",
        "urn:x",
        "mailto:",
        "mailto:a@b",
        "\x00",
        "a\x00b",
        "\ufeff",
        "\u202eabc",
        "😀",
    ),
    *(
        "å" * 300,
        "P",
        "PT",
        "P1Y2W",
        "PT1,5H",
        "P99999999999W",
        "PT999999999H",
        "PT0.0000001S",
        "-P1D",
        "P9999Y",
    ),
    *(
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999999Z",
        "9999-12-31T23:59:59-23:59",
        "2027-02-30T00:00:00Z",
    ),
    *(
        "2027-03-03T10:00:60Z",
        "2027-03-03T10:00:00.1234567890123Z",
        "2027-03-03",
        "1e5",
        "NaN",
        "2999-01-01T00:00:00Z",
    ),
    *(
        "sv",
        "sv-SE",
        "x-y",
        "i-enochian",
        "Agent",
        "Group",
        "Activity",
        "StatementRef",
        "SubStatement",
        "choice",
    ),
    *(
        "00000000-0000-0000-0000-000000000000",
        "{" + str(uuid.UUID(int=1)) + "}",
        uuid.UUID(int=2).hex,
        "9" * 5000,
    ),
    *("=1+1", "<script>alert(1)</script>", "%s%n%x", "../../etc", "' OR 1=1 --", "{{7*7}}"),
    *([], {}, [None], [[]], {"": 1}, {"id": []}, {"objectType": "Group"}, [{}], {"http://x.example/e": None}),
    *(
        _AGENT,
        _MAIL,
        _GROUP,
        {"id": HOME + "/a"},
        {"objectType": "StatementRef", "id": str(uuid.UUID(int=3))},
    ),
)
_NAMES = tuple(
    "id actor verb object result context timestamp stored authority version attachments objectType name mbox openid"
    " mbox_sha1sum account homePage member display definition description type moreInfo extensions interactionType"
    " correctResponsesPattern choices scale source target steps score scaled raw min max success completion response"
    " duration registration instructor team contextActivities parent grouping category other revision platform language"
    " statement contextAgents contextGroups agent group relevantTypes usageType contentType length sha2 fileUrl".split()
)
_SPLICES = (
    b"",
    b"null",
    b"[",
    b"}",
    b'"',
    b"\\u0000",
    b"\\ud800",
    b"\xff",
    b"1e999",
    b"-",
    b"{}",
    b"true",
    b",",
    b":",
)


def valid(chance: random.Random, person: str) -> dict[str, Any]:
    """A valid statement of one of many shapes; ``person`` is the account that a launched session speaks for."""
    learner = {"objectType": "Agent", "account": {"homePage": HOME, "name": person}}
    made: dict[str, Any] = {
        "id": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
        "actor": chance.choice([learner, _AGENT, _MAIL, _GROUP]),
        "verb": {"id": _ADL + "verbs/completed", "display": {"sv": "fullgjorde", "en-US": "completed"}},
        "object": _object(chance),
        "timestamp": "2027-03-03T10:00:00.123+01:00",
        "version": chance.choice(["1.0.3", "1.0.0", "2.0.0"]),
    }
    if chance.random() < 0.6:
        made["result"] = {
            "score": {"scaled": 0.8, "raw": 8, "min": 0, "max": 10},
            **{"success": True, "completion": True, "response": "a[,]b", "duration": "PT1H30M2.5S"},
            "extensions": {HOME + "/x": {"deep": [1, {"er": None}]}},
        }
    if chance.random() < 0.6:
        made["context"] = _context(chance)
    if chance.random() < 0.3:
        made["attachments"] = [
            {
                **{
                    "usageType": HOME + "/letter",
                    "display": {"sv": "Intyg"},
                    "contentType": "application/pdf",
                },
                **{"length": 3, "sha2": "0" * 64, "fileUrl": HOME + "/letter.pdf"},
            }
        ]
    if chance.random() < 0.1:
        made["verb"] = {"id": _ADL + "verbs/voided"}
        made["object"] = {"objectType": "StatementRef", "id": str(uuid.UUID(int=chance.getrandbits(4)))}
    return made


def of_profile(chance: random.Random, person: str, registration: str, activity: str) -> dict[str, Any]:
    """What a launched unit says in the service's own profile: what is meant to become evidence."""
    row = chance.choice([one for one in profile.PATTERNS if one.kind in ("training", "assessment")])
    right = {"text": str(chance.randrange(9)), "flag": True, "whole": 3}
    facts = {profile.extension(one.name): right.get(one.type, "x") for one in row.facts}
    return {
        "id": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
        "actor": {"objectType": "Agent", "account": {"homePage": HOME, "name": person}},
        "verb": {"id": row.verb},
        "object": {"id": f"{HOME}/unit/{chance.randrange(9)}", "definition": {"type": row.type}},
        "result": {"score": {"scaled": 0.8}, "success": True, "duration": "PT45M"},
        "context": {
            "registration": registration,
            "contextActivities": {"grouping": [{"id": activity}]},
            "extensions": {**facts, profile.extension("course"): "train-the-trainer"},
        },
        "timestamp": "2026-11-20T10:00:00Z",
    }


def _object(chance: random.Random) -> dict[str, Any]:
    activity = {
        "objectType": "Activity",
        "id": f"{HOME}/activities/{chance.randrange(50)}",
        "definition": {
            **{"name": {"sv": "Modul"}, "description": {"en": "Module"}, "type": HOME + "/types/module"},
            **{"moreInfo": HOME + "/more", "extensions": {HOME + "/x": 1}},
            **{"interactionType": "choice", "correctResponsesPattern": ["a[,]b"]},
            "choices": [{"id": "a", "description": {"sv": "A"}}, {"id": "b"}],
        },
    }
    reference = {"objectType": "StatementRef", "id": str(uuid.UUID(int=chance.getrandbits(4)))}
    sub = {
        "objectType": "SubStatement",
        **{
            "actor": _MAIL,
            "verb": {"id": _ADL + "verbs/did"},
            "object": chance.choice([activity, _AGENT, reference]),
        },
    }
    return chance.choice([activity, activity, {"id": HOME + "/plain"}, _AGENT, _GROUP, reference, sub])


def _context(chance: random.Random) -> dict[str, Any]:
    said: dict[str, Any] = {
        **{"registration": str(uuid.UUID(int=chance.getrandbits(8))), "instructor": _MAIL, "team": _GROUP},
        "contextActivities": {"parent": [{"id": HOME + "/0"}], "category": {"id": HOME + "/c"}},
        **{"revision": "1", "platform": "web", "language": "sv-SE", "extensions": {}},
        "statement": {"objectType": "StatementRef", "id": str(uuid.UUID(int=7))},
    }
    if chance.random() < 0.3:
        said["contextAgents"] = [
            {"objectType": "contextAgent", "agent": _MAIL, "relevantTypes": [HOME + "/r"]}
        ]
        said["contextGroups"] = [{"objectType": "contextGroup", "group": _GROUP}]
    for name in chance.sample(sorted(said), chance.randrange(len(said))):
        del said[name]
    return said


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every place in ``value``: what holds it, and its name or number there."""
    found, waiting = [], [value]
    while waiting:
        holder = waiting.pop()
        for name, one in holder.items() if isinstance(holder, dict) else enumerate(holder):
            found.append((holder, name))
            if isinstance(one, (dict, list)):
                waiting.append(one)
    return found


def _copy(value: Any) -> Any:
    return marshal.loads(marshal.dumps(value))  # noqa: S302  a fifth of JSON's time


def changed(chance: random.Random, statement: dict[str, Any]) -> Any:
    """``statement`` with one place changed: another value, none, another name, one thing too much or too deep."""
    broken = _copy(statement)
    places = _places(broken)
    if not places:
        return chance.choice(WRONG)
    holder, last = chance.choice(places)
    match chance.randrange(7):
        case 0 | 1:
            holder[last] = _copy(chance.choice(WRONG))
        case 2:
            del holder[last]
        case 3 if isinstance(holder, dict):
            holder[chance.choice(_NAMES)] = holder.pop(last)
        case 4 if isinstance(holder, dict):
            holder[chance.choice(_NAMES)] = _copy(chance.choice(WRONG))
        case 5:
            deep: Any = holder[last]
            for _ in range(chance.choice([1, 2, 50, 99, 101, 150])):
                deep = [deep] if chance.random() < 0.5 else {"http://x.example/e": deep}
            holder[last] = deep
        case _:
            other, name = chance.choice(places)
            holder[last] = _copy(other[name])
    return broken


def octets(chance: random.Random, value: Any) -> bytes:
    """``value`` as JSON; one time in four with octets out of place."""
    body = bytearray(json.dumps(value, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass"))
    if chance.random() < 0.25:
        for _ in range(chance.randrange(1, 4)):
            place = chance.randrange(len(body) + 1)
            body[place : place + chance.randrange(4)] = chance.choice(
                (*_SPLICES, bytes([chance.randrange(256)]))
            )
        if chance.random() < 0.1:
            del body[chance.randrange(len(body) + 1) :]
    return bytes(body)
