"""Statements to build tests from."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.lrs.models import Statement

LEARNER = {"objectType": "Agent", "account": {"homePage": "http://localhost:8000", "name": "a-learner"}}
MENTOR = {"objectType": "Agent", "mbox": "mailto:mentor@falkvik.example", "name": "Maja Påhitt"}
AUTHORITY = {"objectType": "Agent", "account": {"homePage": "http://localhost:8000/xapi/", "name": "a-key"}}
DID = "http://adlnet.gov/expapi/verbs/completed"
MODULE = "http://localhost:8000/courses/module-1"
VOIDED = "http://adlnet.gov/expapi/verbs/voided"


def statement(**changes: Any) -> dict[str, Any]:
    """A plain statement with ``changes``."""
    return {
        "actor": LEARNER,
        "verb": {"id": DID, "display": {"sv": "fullgjorde", "en": "completed"}},
        "object": {"objectType": "Activity", "id": MODULE, "definition": {"name": {"sv": "Modul 1"}}},
        **changes,
    }


def named(**changes: Any) -> dict[str, Any]:
    """A plain statement that brings an id of its own."""
    return statement(**{"id": str(uuid.uuid4())} | changes)


def another(one: dict[str, Any]) -> dict[str, Any]:
    """Another statement with the id of ``one``."""
    return {**one, "result": {"response": "other"}}


def transactions(session: Session, ids: Iterable[uuid.UUID]) -> int:
    """By how many transactions the statements with these ids were stored."""
    session.rollback()
    asked = select(func.count(Statement.committed.distinct())).where(Statement.statement_id.in_(ids))
    return session.scalar(asked) or 0


def rich() -> dict[str, Any]:
    """A valid statement that uses nearly everything xAPI 2.0 has."""
    return statement(
        id=str(uuid.uuid4()),
        result={
            "score": {"scaled": 0.8, "raw": 8, "min": 0, "max": 10},
            "success": True,
            "completion": True,
            "response": "a[,]b",
            "duration": "PT1H30M2.5S",
            "extensions": {"http://localhost:8000/x": None},
        },
        context={
            "registration": str(uuid.uuid4()),
            "instructor": MENTOR,
            "team": {"objectType": "Group", "member": [LEARNER, MENTOR]},
            "contextActivities": {
                "parent": [{"id": MODULE + "/0"}],
                "category": [{"id": "http://localhost:8000/c"}],
            },
            "revision": "1",
            "platform": "web",
            "language": "sv-SE",
            "statement": {"objectType": "StatementRef", "id": str(uuid.uuid4())},
            "contextAgents": [
                {
                    "objectType": "contextAgent",
                    "agent": MENTOR,
                    "relevantTypes": ["http://localhost:8000/roles/mentor"],
                }
            ],
            "contextGroups": [
                {"objectType": "contextGroup", "group": {"objectType": "Group", "member": [MENTOR]}}
            ],
            "extensions": {},
        },
        timestamp="2027-03-03T10:00:00.123+01:00",
        attachments=[
            {
                "usageType": "http://localhost:8000/letter",
                "display": {"sv": "Intyg"},
                "contentType": "application/pdf",
                "length": 3,
                "sha2": "0" * 64,
                "fileUrl": "http://localhost:8000/letter.pdf",
            }
        ],
    )
