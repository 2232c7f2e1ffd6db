"""How a standing is said: "18 of 30 hours", "12 hours left", and what a part of a requirement is called.

Everything here takes the figures of a standing (``rules.Standing.figures()``) or one of its parts.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.ui import formatting

Figures = Mapping[str, Any]

PARTS = {
    "paid": _l("Paid"),
    "clients": _l("Different organisations"),
    "recent": _l("Recent enough"),
    "one_to_one": _l("One-to-one"),
    "span": _l("Spread over"),
    "municipalities": _l("Different municipalities"),
    "participants": _l("Participants in all"),
    "examiners": _l("Independent examiners"),
    "answers": _l("Participants who have answered"),
    "core": _l("In core subjects"),
    "ethics": _l("In ethics"),
}
#: Requirements of which there is no more or less: one has it or not.
HELD = frozenset({"certificate_held", "declaration"})
#: Parts that only repeat what the state says.
SILENT = frozenset({"passed"})


def part_name(name: str) -> str:
    """What one part of a requirement is called."""
    return str(PARTS[name])


def parts(figures: Figures) -> list[Figures]:
    """The parts that a page shows beside the main figure."""
    return [part for part in figures.get("parts", ()) if part["name"] not in SILENT]


def _thing(figures: Figures) -> str:
    """What is counted: the kind of a requirement, or the name of a part."""
    return str(figures.get("kind") or figures.get("name") or "")


def counted(number: int, thing: str) -> str:
    """ "2 sessions", "3 organisations": a number of what this requirement or part counts."""
    match thing:
        case "deliveries":
            return ngettext("%(num)s session", "%(num)s sessions", number)
        case "observed":
            return ngettext("%(num)s observed session", "%(num)s observed sessions", number)
        case "clients":
            return ngettext("%(num)s organisation", "%(num)s organisations", number)
        case "municipalities":
            return ngettext("%(num)s municipality", "%(num)s municipalities", number)
        case "participants" | "certified_trainees":
            return ngettext("%(num)s person", "%(num)s people", number)
        case "examiners":
            return ngettext("%(num)s examiner", "%(num)s examiners", number)
        case "answers":
            return ngettext("%(num)s answer", "%(num)s answers", number)
        case "course_completed":
            return ngettext("%(num)s unit", "%(num)s units", number)
        case "all_of" | "any_of" | "n_of":
            return ngettext("%(num)s part", "%(num)s parts", number)
        case _:
            return formatting.number(number)


def _hours(minutes: int) -> str:
    if minutes % 60:
        return formatting.hours(minutes)
    return ngettext("%(num)s hour", "%(num)s hours", minutes // 60)


def amount(value: int, figures: Figures) -> str:
    """An amount with its unit in words: "31 hours", "80 %", "4.2", "3 organisations", "8 weeks"."""
    match figures["unit"]:
        case "minutes":
            return _hours(value)
        case "percent":
            return formatting.percent(value)
        case "hundredths":
            return formatting.number(value / 100)
        case "days" if figures["target"] % 7 == 0:
            return ngettext("%(num)s week", "%(num)s weeks", value // 7)
        case "days":
            return ngettext("%(num)s day", "%(num)s days", value)
        case "credits":
            return ngettext("%(num)s credit", "%(num)s credits", value)
        case _:
            return counted(value, _thing(figures))


def _bare(value: int, figures: Figures) -> str:
    """The first number of "18 of 30 hours": without its unit where the second has the same."""
    match figures["unit"]:
        case "minutes" if not value % 60 and not figures["target"] % 60:
            return formatting.number(value // 60)
        case "minutes":
            return formatting.hours(value)
        case "days" if figures["target"] % 7 == 0:
            return formatting.number(value // 7)
        case _:
            return formatting.number(value)


def of_target(figures: Figures) -> str:
    """ "18 of 30 hours"; for a result or a mean "90 %, at least 75 % needed"; empty where nothing is measured."""
    value, target = figures["amount"], figures["target"]
    if not target:
        return amount(value, figures) if value else ""
    if figures.get("kind") == "declaration":
        return _("Signed") if value else _("Not signed yet")
    if figures.get("kind") == "certificate_held":
        return _("In force") if value else _("No certificate in force")
    if figures["unit"] in ("percent", "hundredths"):
        needed = amount(target, figures)
        if not value:
            return _("At least %(target)s needed", target=needed)
        return _("%(amount)s, at least %(target)s needed", amount=amount(value, figures), target=needed)
    if "kind" not in figures and figures["unit"] == "count":
        # a part's name says what is counted
        return _(
            "%(amount)s of %(target)s", amount=formatting.number(value), target=formatting.number(target)
        )
    return _("%(amount)s of %(target)s", amount=_bare(value, figures), target=amount(target, figures))


def left(figures: Figures) -> str:
    """What is missing, in words: "12 hours, 2 organisations"; empty where nothing or nothing countable is."""
    if figures["state"] != "unmet":
        return ""
    missing = []
    for one in (figures, *parts(figures)):
        lacking = one["target"] - one["amount"]
        if lacking <= 0 or one["unit"] in ("percent", "hundredths") or one.get("kind") in HELD:
            continue
        missing.append(_part_left(one, lacking))
    return formatting.ordered(missing)


def _part_left(one: Figures, lacking: int) -> str:
    if one["unit"] == "days" and one["target"] % 7 == 0:
        lacking += -lacking % 7
    said = amount(lacking, one)
    if one.get("name") in ("paid", "recent", "one_to_one", "core", "ethics"):
        return _("%(amount)s (%(part)s)", amount=said, part=part_name(one["name"]).lower())
    return said


def change(figures: Figures) -> str:
    """What happens by itself, and when; empty where nothing does."""
    turns, moves = figures.get("turns"), figures.get("next_change")
    if turns and figures["state"] != "unmet":
        return _("Met until %(day)s. After that something new is needed.", day=_day_before(turns))
    if turns:
        return _("Met by itself from %(day)s.", day=formatting.day(date.fromisoformat(turns)))
    if moves:
        return _(
            "On %(day)s something becomes too old to count, and the number changes.",
            day=formatting.day(date.fromisoformat(moves)),
        )
    return ""


def _day_before(iso: str) -> str:
    return formatting.day(date.fromordinal(date.fromisoformat(iso).toordinal() - 1))
