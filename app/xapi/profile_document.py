"""The service's xAPI profile as JSON-LD (xAPI Profiles 1.0), made from the table in ``app.rules.profile``.

Concepts are the verbs, activity types and context extensions that are the service's own; each row of the table is a
statement template with its determining properties (verb, activity type) and rules; the pattern says how the
statements of one course registration follow each other.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from app.rules import profile
from app.rules.profile import BASE, PATTERNS, Fact, Pattern, extension

CONTEXT = "https://w3id.org/xapi/profiles/context"
CONFORMS_TO = "https://w3id.org/xapi/profiles#1.0"
PUBLISHED = "2026-11-24T00:00:00Z"
_DATES = (Fact("valid_from", optional=True), Fact("valid_until", optional=True))
_SCHEMAS: dict[str, dict[str, Any]] = {
    "text": {"type": "string", "minLength": 1},
    "whole": {"type": "integer", "minimum": 0},
    "flag": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "people": {"type": "array", "items": {"type": "string", "minLength": 1}},
}

#: What each fact is called, Swedish and English.
FACT_NAMES: dict[str, tuple[str, str]] = {
    "course": ("kursens kod", "the course's code"),
    "unit": ("avsnittets kod", "the unit's code"),
    "core": ("hör till kärnämnena", "belongs to the core subjects"),
    "assessment": ("examinationens kod", "the assessment's code"),
    "attempt": ("försöket", "the attempt"),
    "outcome": ("utfallet: passed, failed eller repeat", "the outcome: passed, failed or repeat"),
    "examiners": ("antal examinatorer", "the number of examiners"),
    "hours": ("raden med coachtimmar", "the row of coaching hours"),
    "client": ("klientens organisation", "the client's organisation"),
    "paid": ("betald", "paid"),
    "group_size": ("antal i gruppen", "the number of people in the group"),
    "provider": (
        "organisationen som coachningen gjordes för",
        "the organisation on whose behalf it was done",
    ),
    "mentoring": ("mentorcoachningen", "the mentor coaching"),
    "mentor": ("mentorn", "the mentor"),
    "mentee": ("den som fick mentorcoachning", "who was mentored"),
    "one_to_one": ("enskilt", "one-to-one"),
    "delivery": ("utbildningstillfället", "the delivery"),
    "trainer": ("utbildaren", "the trainer"),
    "of_minutes": ("tillfällets längd i minuter", "the delivery's length in minutes"),
    "role": ("rollen: lead eller co", "the role: lead or co"),
    "municipality": ("kommunen", "the municipality"),
    "share": ("andelen i procent", "the share in percent"),
    "participants": ("antal deltagare", "the number of participants"),
    "value": ("omdömet, 1 till 5", "the rating, 1 to 5"),
    "observation": ("observationen", "the observation"),
    "examiner": ("examinatorn", "the examiner"),
    "declaration": ("anmälan om fortbildning", "the declaration of further training"),
    "category": ("sorten: core, ethics eller other", "the kind: core, ethics or other"),
    "credits": ("poäng", "credits"),
    "signing": ("underskriften", "the signature"),
    "wording": ("ordalydelsens kontrollsumma", "the digest of its words"),
    "certificate": ("certifikatet", "the certificate"),
    "scheme": ("certifieringsordningens kod", "the certification scheme's code"),
    "trainee": ("den som utbildades", "who was trained"),
    "status": ("certifikatets status", "the certificate's status"),
    "waiver": ("dispensen", "the waiver"),
    "criterion": ("kravets kod", "the criterion's code"),
    "reason": ("skälet", "the reason"),
    "approver": ("den som godkände", "who approved"),
    "dispute": ("invändningen", "the dispute"),
    "line": ("raden om användningen", "the line of the use"),
    "valid_from": ("gäller från och med", "holds from"),
    "valid_until": ("gäller till och med", "holds until and including"),
    "examined_by": ("examinatorerna", "the examiners"),
}


def _both(names: tuple[str, str]) -> dict[str, str]:
    return {"sv": names[0], "en": names[1]}


def template_id(row: Pattern) -> str:
    """The IRI of a row's statement template."""
    return f"{BASE}templates/{row.verb.rsplit('/', 1)[-1]}-{row.type.rsplit('/', 1)[-1]}"


VOIDING = f"{BASE}templates/voided"
INITIALIZING = f"{BASE}templates/initialized-course"
CORRECTING = f"{BASE}templates/corrected-use"
_CORRECTS = ("dispute", "line")
COURSE, COURSE_STEP = f"{BASE}patterns/course", f"{BASE}patterns/course-step"


def _own_verbs() -> Iterator[dict[str, Any]]:
    for iri, names in {row.verb: row.verb_name for row in PATTERNS}.items():
        if iri.startswith(BASE):
            types = [row for row in PATTERNS if row.verb == iri]
            told = (
                f"Aktören {names[0]}: {', '.join(row.type_name[0] for row in types)}.",
                f"The actor {names[1]}: {', '.join(row.type_name[1] for row in types)}.",
            )
            yield _concept(iri, "Verb", names, told)
    yield _concept(
        profile.USE_CORRECTED,
        "Verb",
        ("fick sin användning rättad", "had a use corrected"),
        (
            "En användning av en licens räknas inte längre; det som uttalandet säger gör det.",
            "A use of a licence counts no more; what the statement says does.",
        ),
    )


def _types() -> Iterator[dict[str, Any]]:
    for iri, names in {row.type: row.type_name for row in PATTERNS}.items():
        told = (f"Aktiviteten är: {names[0]}.", f"The activity is: {names[1]}.")
        yield _concept(iri, "ActivityType", names, told)


def facts_of(row: Pattern) -> Iterator[tuple[Fact, str]]:
    """The facts that a row's context extensions may carry, each with the type of its value."""
    for fact in row.facts:
        yield fact, fact.type
    if row.lasting:
        for fact in _DATES:
            yield fact, "date"


def _extensions() -> Iterator[dict[str, Any]]:
    kinds: dict[str, str] = {}
    verbs: dict[str, list[str]] = {}
    for row in PATTERNS:
        for fact, kind in facts_of(row):
            kinds[fact.name] = kind
            verbs.setdefault(fact.name, []).append(row.verb)
    kinds["examined_by"] = "people"
    verbs["examined_by"] = [profile.verb("was-graded")]
    verbs["reason"].append(profile.VOIDED)
    for name in _CORRECTS:
        kinds[name], verbs[name] = "text", [profile.USE_CORRECTED]
    for name in sorted(kinds):
        names = FACT_NAMES[name]
        told = (f"Anger {names[0]}.", f"Tells {names[1]}.")
        yield {
            **_concept(extension(name), "ContextExtension", names, told),
            "recommendedVerbs": list(dict.fromkeys(verbs[name])),
            "inlineSchema": json.dumps(_SCHEMAS[kinds[name]], sort_keys=True),
        }


def _concept(iri: str, kind: str, names: tuple[str, str], told: tuple[str, str]) -> dict[str, Any]:
    return {
        "id": iri,
        "type": kind,
        "inScheme": profile.VERSION,
        "prefLabel": _both(names),
        "definition": _both(told),
    }


def _location(name: str) -> str:
    return f"$.context.extensions['{extension(name)}']"


def _rules(row: Pattern) -> Iterator[dict[str, Any]]:
    yield {
        "location": "$.context.contextActivities.category[*].id",
        "presence": "included",
        "any": [profile.VERSION],
    }
    yield {"location": "$.timestamp", "presence": "included"}
    yield {"location": "$.actor.account.name", "presence": "included"}
    for fact, _kind in facts_of(row):
        presence = "recommended" if fact.optional else "included"
        yield {
            "location": _location(fact.name),
            "presence": presence,
            "scopeNote": _both(FACT_NAMES[fact.name]),
        }
    yield {"location": "$.result.duration", "presence": "included" if row.timed else "excluded"}
    yield {"location": "$.result.score.scaled", "presence": "included" if row.scored else "excluded"}
    judged = row.scored or row.judged
    yield {
        "location": "$.result.success",
        "presence": "included" if judged else "excluded",
        **({"all": [True, False]} if judged else {}),
    }


def _template(row: Pattern) -> dict[str, Any]:
    return {
        "id": template_id(row),
        "type": "StatementTemplate",
        "inScheme": profile.VERSION,
        "prefLabel": {
            "sv": f"{row.verb_name[0]} {row.type_name[0]}",
            "en": f"{row.verb_name[1]} {row.type_name[1]}",
        },
        "definition": {
            "sv": f"Blir underlag av slaget {row.kind}, för den som är aktör.",
            "en": f"Becomes evidence of the kind {row.kind} for the actor.",
        },
        "verb": row.verb,
        "objectActivityType": row.type,
        "rules": list(_rules(row)),
    }


def _voiding() -> dict[str, Any]:
    return {
        "id": VOIDING,
        "type": "StatementTemplate",
        "inScheme": profile.VERSION,
        "prefLabel": {"sv": "återtog ett uttalande", "en": "voided a statement"},
        "definition": {
            "sv": "Underlaget som kom av uttalandet räknas inte längre.",
            "en": "The evidence that came from the statement counts no more.",
        },
        "verb": profile.VOIDED,
        "objectStatementRefTemplate": [INITIALIZING, *(template_id(row) for row in PATTERNS)],
        "rules": [
            {"location": "$.object.id", "presence": "included"},
            {
                "location": _location("reason"),
                "presence": "included",
                "scopeNote": _both(FACT_NAMES["reason"]),
            },
        ],
    }


def _initializing() -> dict[str, Any]:
    return {
        "id": INITIALIZING,
        "type": "StatementTemplate",
        "inScheme": profile.VERSION,
        "prefLabel": {"sv": "påbörjade en kurs", "en": "initialized a course"},
        "definition": {
            "sv": "Det första avsnittet öppnades. Det blir inget underlag; där en licens gäller används platsen.",
            "en": "The first unit was opened. It becomes no evidence; where a licence applies, it uses the seat.",
        },
        "verb": profile.INITIALIZED,
        "objectActivityType": profile.COURSE,
        "rules": [
            {"location": "$.timestamp", "presence": "included"},
            {"location": "$.actor.account.name", "presence": "included"},
            {"location": "$.context.registration", "presence": "included"},
            {
                "location": _location("course"),
                "presence": "included",
                "scopeNote": _both(FACT_NAMES["course"]),
            },
        ],
    }


def _correcting() -> dict[str, Any]:
    return {
        "id": CORRECTING,
        "type": "StatementTemplate",
        "inScheme": profile.VERSION,
        "prefLabel": {"sv": "rättade en användning", "en": "corrected a use"},
        "definition": {
            "sv": "Raden som uttalandet gav upphov till räknas inte längre. Det blir inget underlag.",
            "en": "The line that the statement caused counts no more. It becomes no evidence.",
        },
        "verb": profile.USE_CORRECTED,
        "objectStatementRefTemplate": [INITIALIZING, *(template_id(row) for row in PATTERNS)],
        "rules": [
            {"location": "$.object.id", "presence": "included"},
            *(
                {"location": _location(name), "presence": "included", "scopeNote": _both(FACT_NAMES[name])}
                for name in _CORRECTS
            ),
        ],
    }


def _course_patterns() -> list[dict[str, Any]]:
    steps = [row for row in PATTERNS if row.event in ("TrainingCompleted", "QuizAnswered")]
    return [
        {
            "id": COURSE,
            "type": "Pattern",
            "primary": True,
            "inScheme": profile.VERSION,
            "prefLabel": {"sv": "en kurs", "en": "a course"},
            "definition": {
                "sv": "Påbörjad kurs, avsnitt och kunskapstest under en och samma registrering.",
                "en": "A course begun, its units and quizzes, of one registration.",
            },
            "oneOrMore": COURSE_STEP,
        },
        {
            "id": COURSE_STEP,
            "type": "Pattern",
            "primary": False,
            "inScheme": profile.VERSION,
            "prefLabel": {"sv": "ett steg i en kurs", "en": "a step of a course"},
            "definition": {
                "sv": "Kursen påbörjad, ett avsnitt genomfört eller ett kunskapstest besvarat.",
                "en": "The course begun, a unit completed or a quiz answered.",
            },
            "alternates": [INITIALIZING, *(template_id(row) for row in steps)],
        },
    ]


def document() -> dict[str, Any]:
    """The whole profile, ready to be written as JSON."""
    return {
        "@context": CONTEXT,
        "id": BASE,
        "type": "Profile",
        "conformsTo": CONFORMS_TO,
        "prefLabel": {"sv": "Accelereras xAPI-profil", "en": "The xAPI profile of Accelerera"},
        "definition": {
            "sv": "Vad tjänsten säger i uttalanden när något räknas mot en certifiering, och vad den räknar.",
            "en": "What the service says when something counts towards a certificate, and what it counts.",
        },
        "author": {"type": "Organization", "name": "Accelerera"},
        "versions": [{"id": profile.VERSION, "generatedAtTime": PUBLISHED}],
        "concepts": [*_own_verbs(), *_types(), *_extensions()],
        "templates": [*(_template(row) for row in PATTERNS), _initializing(), _voiding(), _correcting()],
        "patterns": _course_patterns(),
    }
