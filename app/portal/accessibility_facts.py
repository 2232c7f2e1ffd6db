"""The data behind the accessibility statement. Change it when a check or a known gap changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that does not yet work for everybody, why, and when it will."""

    what: LazyString
    why: LazyString
    mended_by: date | None


@dataclass(frozen=True, slots=True)
class Statement:
    """Who answers, how far the service conforms, how that was checked, what is missing, where to turn."""

    conformance: LazyString
    standard: str
    checked: date
    method: LazyString
    gaps: tuple[Gap, ...]
    contact: str
    answer_days: int
    authority_url: str


STATEMENT = Statement(
    conformance=_l("The service conforms fully to the level that the law asks for, as far as we know."),
    standard="WCAG 2.2 AA, EN 301 549",
    checked=date(2026, 11, 23),
    method=_l(
        "Self-assessment: automatic checks of every page in both languages, both colour schemes and two widths, "
        "and a walk through the main tasks by keyboard."
    ),
    gaps=(
        Gap(
            what=_l(
                "Files that people hand in, such as scanned documents, may not be readable by a screen reader."
            ),
            why=_l("They are others' documents, and we show them as they were handed in."),
            mended_by=None,
        ),
    ),
    contact="tillganglighet@accelerera.example",
    answer_days=5,
    authority_url="https://www.digg.se/tdosanmalan",
)
