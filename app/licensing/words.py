"""A licence's terms in words, so that whoever signs or installs it reads what it means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext

from app.rules.terms import Price, Terms
from app.ui import formatting

Row = tuple[str, str]


def facts(
    terms: Terms, people: Mapping[UUID, str] | None = None, locale: str | None = None, *, course: str
) -> list[Row]:
    """(what, how it is) for every term. ``people`` gives the names of coaches who are known, ``course`` is what the
    reader calls the course."""
    return [
        (_("Licence"), str(terms.id)),
        (_("Publisher"), terms.publisher.name),
        (_("Licensee"), terms.licensee.name),
        (_("Course"), _versions(terms, course)),
        (_("Period"), formatting.days(terms.starts, terms.ends, locale)),
        (_("How much"), amount(terms, locale)),
        (_("Who may be taught"), _audience(terms)),
        (_("Who may give it"), _deliverers(terms, people or {})),
        (_("Price"), price(terms.price, terms.kind, locale, trial=terms.trial)),
        (_("After the last day"), _grace(terms)),
        (_("Seats that are left over"), _left_over(terms)),
        (_("Trial"), _("Yes, this is a licence for trying the course out.") if terms.trial else ""),
    ]


def _versions(terms: Terms, course: str) -> str:
    if terms.below:
        return _(
            "%(course)s, from version %(first)s up to, but not including, %(below)s",
            course=course,
            first=terms.first_version,
            below=terms.below,
        )
    return _("%(course)s, from version %(first)s on", course=course, first=terms.first_version)


def amount(terms: Terms, locale: str | None = None) -> str:
    """How many may use it, and what counts as use."""
    if terms.kind == "flat":
        return _("As many as you like, in courses of one's own pace and in sessions.")
    many = formatting.number(terms.amount, locale) if terms.amount is not None else ""
    if terms.kind == "seats":
        return _(
            "%(many)s seats. One is kept for each person who enrols or books, and is used once they open the "
            "course or attend.",
            many=many,
        )
    if terms.kind == "registrations":
        if not many:
            return _("Any number of people who study at their own pace. Each counts once they have begun.")
        return _(
            "At most %(many)s people who study at their own pace. Each counts once they have begun.",
            many=many,
        )
    if not many:
        return _("Any number of participants in sessions. Each counts once they have attended.")
    return _("At most %(many)s participants in sessions. Each counts once they have attended.", many=many)


def _audience(terms: Terms) -> str:
    said: dict[tuple[str, ...], str] = {
        ("own_staff",): _("The licensee's own staff."),
        ("customers",): _("The licensee's customers, in sessions that the licensee gives."),
    }
    return said.get(terms.teaches) or _(
        "The licensee's own staff, and its customers in sessions that the licensee gives."
    )


def _deliverers(terms: Terms, people: Mapping[UUID, str]) -> str:
    if terms.deliverers == "own":
        return _("Any certified coach of the licensee.")
    if terms.deliverers == "any":
        return _("Any certified coach.")
    names = [people.get(one, str(one)) for one in terms.coaches]
    return _("Only these, while certified: %(names)s", names=", ".join(names))


def _each(kind: str) -> str:
    return {
        "seats": _("for each seat, used or not"),
        "registrations": _("for each person who has begun"),
        "attendees": _("for each participant who has attended"),
    }[kind]


def _tiers(value: Price, locale: str | None) -> str:
    parts, below = [], 0
    for end, each in value.tiers:
        cost = formatting.money(each, value.currency, locale)
        if end is None:
            parts.append(_("%(cost)s each from number %(first)s on", first=below + 1, cost=cost))
        else:
            parts.append(
                _("%(cost)s each for number %(first)s to %(end)s", first=below + 1, end=end, cost=cost)
            )
            below = end
    return "; ".join(parts)


def price(value: Price, kind: str, locale: str | None = None, *, trial: bool = False) -> str:
    """What is paid, for what, with which VAT; ``kind`` is the licence's."""
    if value.model == "free":
        return _("Nothing: it is a trial.") if trial else _("Nothing: free for public-sector non-profit use.")
    cost = formatting.money(value.amount, value.currency, locale)
    if value.model == "flat":
        said = _("%(cost)s for the whole period", cost=cost)
    elif value.model == "each":
        said = f"{cost} {_each(kind)}"
    else:
        said = f"{_tiers(value, locale)} ({_each(kind)})"
    if value.minimum:
        said += "; " + _(
            "at least %(cost)s for the whole period",
            cost=formatting.money(value.minimum, value.currency, locale),
        )
    return said + ". " + _("VAT of %(vat)s is added.", vat=formatting.percent(value.vat / 100, locale))


def _grace(terms: Terms) -> str:
    if not terms.grace_days:
        return _("Nobody goes on. What they have earned they keep.")
    return ngettext(
        "Those who are mid-way may go on for one more day. What they have earned they keep.",
        "Those who are mid-way may go on for %(num)s more days. What they have earned they keep.",
        terms.grace_days,
    )


def _left_over(terms: Terms) -> str:
    said: Sequence[str] = [
        *([_("They pass to the licence that follows, if it is of the same kind.")] if terms.rollover else []),
        *([_("The licensee may hand them on to another organisation.")] if terms.divisible else []),
    ]
    return " ".join(said) if said or terms.kind != "seats" else _("They are lost on the last day.")
