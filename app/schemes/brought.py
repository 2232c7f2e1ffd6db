"""The kinds of requirement that installed course packages bring, by course, version and code."""

from __future__ import annotations

from coursekit import CriterionKind
from flask import current_app

from app.rules.brought import Reckon


def kind(course: str, version: str, criterion: str) -> CriterionKind | None:
    """The kind itself; None where no such package is installed, or where it has no such kind."""
    found: CriterionKind | None = current_app.extensions["courses"].criterion_kind(course, version, criterion)
    return found


def find(course: str, version: str, criterion: str) -> Reckon | None:
    """The function that decides."""
    found = kind(course, version, criterion)
    return found.assess if found else None
