"""Scheme versions in words: what each rule asks for, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.rules.scheme import SchemeVersion

KEYS: dict[str, LazyString] = {
    "hours": _l("Hours"),
    "core_only": _l("Only core training"),
    "paid_hours": _l("Of them paid"),
    "clients": _l("Different client organisations"),
    "recent_hours": _l("Of them recent"),
    "within_months": _l("Within so many months"),
    "max_group": _l("Largest group"),
    "one_to_one_hours": _l("Of them one to one"),
    "span_weeks": _l("Spread over so many weeks"),
    "span_months": _l("Spread over so many months"),
    "given": _l("Given to others"),
    "count": _l("Number"),
    "role": _l("Role"),
    "co_share": _l("Smallest share of a session held together, in percent"),
    "municipalities": _l("Different municipalities"),
    "participants": _l("Participants"),
    "percent": _l("Share of the time, in percent"),
    "examiners": _l("Examiners"),
    "assessment": _l("Assessment"),
    "score": _l("Lowest score, in percent"),
    "mean": _l("Lowest mean, of 5"),
    "answers": _l("Fewest answers"),
    "certified_in": _l("Certified in"),
    "certificate": _l("Certificate in"),
    "credits": _l("Credits"),
    "core": _l("Of them core"),
    "ethics": _l("Of them ethics"),
    "declares": _l("What is declared"),
    "course": _l("Course"),
    "units": _l("Units"),
    "version": _l("Version"),
    "criterion": _l("The course's own kind of requirement"),
    "parameters": _l("What it is given"),
    "n": _l("How many of them"),
    "kind": _l("Kind of requirement"),
    "name": _l("Name"),
    "text": _l("Text"),
    "method": _l("How it is judged"),
    "pass_mark": _l("Pass mark, in percent"),
    "hand_in": _l("Something is handed in"),
    "weight": _l("Weight"),
    "points": _l("Points"),
    "rubric": _l("Rubric"),
    "levels": _l("Level"),
    "level": _l("Level of the scheme"),
    "summary": _l("Summary"),
    "prerequisites": _l("Prerequisites"),
    "time_limit_months": _l("Time to be ready, in months"),
    "extension_months": _l("Longest extension, in months"),
    "validity_months": _l("Validity, in months"),
    "renewal_window_months": _l("Renewal opens, months before the end"),
    "grace_days": _l("Days of grace after the end"),
    "max_suspension_months": _l("Longest suspension, in months"),
    "transition_months": _l("Months on the older version"),
    "grants": _l("Role that comes with it"),
    "sv": _l("Swedish"),
    "en": _l("English"),
}
PARTS: dict[str, LazyString] = {
    "terms": _l("Terms"),
    "criteria": _l("Requirements"),
    "renewal": _l("Requirements for renewal"),
    "assessments": _l("Assessments"),
}
CHANGES: dict[str, LazyString] = {
    "added": _l("Added"),
    "removed": _l("Removed"),
    "changed": _l("Changed"),
    "unchanged": _l("Unchanged"),
}


def part_name(version: SchemeVersion, part: str, code: str) -> str:
    """What a compared part is called in the newer version; its code where that version no longer has it."""
    if part == "terms":
        return str(KEYS[code]) if code in KEYS else say(version.name)
    texts = {one.code: one.name for one in version.assessments} if part == "assessments" else version.names
    return say(texts[code]) if code in texts else code


def say(texts: Mapping[str, str]) -> str:
    """A text in the language of the page."""
    return texts["en" if str(get_locale()) == "en" else "sv"]


def key_name(path: str) -> str:
    """A path in a scheme file (``text.sv``) in words; codes stay as they are."""
    return " – ".join(str(KEYS.get(part, part)) for part in path.split("."))


def value(given: Any) -> str:
    """A value of a scheme file as people write it."""
    if given is None:
        return _("Not said")
    if isinstance(given, bool):
        return _("Yes") if given else _("No")
    if isinstance(given, Mapping):
        return ", ".join(f"{name} {one}" for name, one in given.items()) or _("None")
    if isinstance(given, list):
        return ", ".join(map(str, given)) or _("None")
    if isinstance(given, float) and str(get_locale()) != "en":
        return str(given).replace(".", ",")
    return str(given)


def rows(source: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The numbers of one criterion: what is asked, without what is nought or no."""
    silent = ("code", "kind", "name", "text", "criteria", "rubric", "declares")
    return [(key_name(key), value(one)) for key, one in source.items() if key not in silent and one]


def months(number: int) -> str:
    """ "12 months", "2 years"."""
    if number % 12 == 0:
        return ngettext("%(num)s year", "%(num)s years", number // 12)
    return ngettext("%(num)s month", "%(num)s months", number)


def terms(version: SchemeVersion, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """What holds for the version as a whole. ``names`` are the schemes' names by code."""
    listed = [
        (_("Before you begin"), ", ".join(names.get(code, code) for code in version.prerequisites)),
        (_("Time to be ready"), months(version.time_limit_months) if version.time_limit_months else ""),
        (_("Can be extended by"), months(version.extension_months) if version.extension_months else ""),
        (
            _("The certificate holds for"),
            months(version.validity_months) if version.validity_months else _("no end"),
        ),
    ]
    if version.validity_months:
        listed += [
            (
                _("Renewal opens"),
                _("%(time)s before the end", time=months(version.renewal_window_months)),
            ),
            (
                _("Can still be renewed"),
                ngettext("%(num)s day after the end", "%(num)s days after the end", version.grace_days),
            ),
        ]
    return [row for row in listed if row[1]]
