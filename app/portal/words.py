"""What the rules' codes are called on the screen: units, kinds of evidence, reasons why something does not count."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from app.rules.scheme import SchemeVersion
from app.ui import formatting

EVIDENCE = {
    "training": _l("Course unit completed"),
    "attendance": _l("Session attended"),
    "coaching": _l("Coaching hours"),
    "mentoring": _l("Mentor coaching received"),
    "mentoring_given": _l("Mentor coaching given"),
    "delivery": _l("Session delivered"),
    "observation": _l("Observed session"),
    "assessment": _l("Assessment"),
    "rating": _l("Participant's rating"),
    "credits": _l("Further training"),
    "declaration": _l("Signed declaration"),
    "certificate": _l("Certificate"),
    "certificate_status": _l("Change of a certificate"),
    "trainee_certified": _l("A person you trained was certified"),
    "waiver": _l("Requirement waived"),
}

IGNORED = {
    "future": _l("It lies in the future; it counts from its own day on."),
    "too_long": _l("It is longer than a day, which cannot be right."),
    "no_minutes": _l("It has no length."),
    "overlap": _l("It overlaps something that already counts; a minute counts once."),
    "duplicate": _l("The same thing already counts once."),
    "outside_window": _l("It lies outside the months that this requirement looks at."),
    "outside_period": _l("It happened before your current certification period."),
    "not_core": _l("It is not core training."),
    "group_too_large": _l("The group was larger than this requirement allows."),
    "failed": _l("It was not passed."),
    "below_minimum": _l("The score is below what is needed."),
    "too_few_examiners": _l("Too few examiners have assessed it."),
    "out_of_range": _l("It holds a value that cannot be right."),
    "wrong_role": _l("It was done in another role than this requirement asks for."),
    "too_small_share": _l("Your share of the session was too small."),
    "other_wording": _l("It was signed in other words than the requirement has now."),
    "inactive": _l("The certificate is not active on this day."),
    "withdrawn": _l("It has been withdrawn."),
}


def language() -> str:
    """The language of this page, as the schemes' texts know it."""
    return "en" if str(get_locale()) == "en" else "sv"


def say(texts: Mapping[str, str]) -> str:
    """A text in the language of this page."""
    return texts.get(language()) or texts.get("sv") or next(iter(texts.values()), "")


def evidence_name(kind: str) -> str:
    return str(EVIDENCE.get(kind, kind))


def ignored_reason(code: str) -> str:
    return str(IGNORED.get(code, code))


def criterion_name(version: SchemeVersion, code: str) -> str:
    return say(version.names[code]) if code in version.names else code


def criterion_text(version: SchemeVersion, code: str) -> str:
    return say(version.texts[code]) if code in version.texts else ""


FACTS = {
    "client": _l("Whom you coached"),
    "provider": _l("On behalf of"),
    "course": _l("Course"),
    "unit": _l("Unit"),
    "delivery": _l("Session"),
    "municipality": _l("Municipality"),
    "assessment": _l("Assessment"),
    "score": _l("Result"),
    "passed": _l("Passed"),
    "outcome": _l("Outcome"),
    "examiner": _l("Examiner"),
    "examiners": _l("Examiners"),
    "paid": _l("Paid"),
    "group_size": _l("People in the group"),
    "mentor": _l("Mentor"),
    "mentee": _l("Whom you mentored"),
    "one_to_one": _l("One-to-one"),
    "trainer": _l("Trainer"),
    "of_minutes": _l("The session's length"),
    "role": _l("Role"),
    "share": _l("Your share of leading it"),
    "participants": _l("Participants"),
    "value": _l("Rating"),
    "trainee": _l("Whom you trained"),
    "scheme": _l("Certification"),
    "criterion": _l("Requirement"),
    "reason": _l("Reason"),
    "approver": _l("Approved by"),
    "category": _l("Kind of training"),
    "credits": _l("Credits"),
    "core": _l("In core subjects"),
    "status": _l("Status"),
}
#: Facts that only tell one record from another; they stand in the statement.
INTERNAL = frozenset(
    {
        "hours",
        "mentoring",
        "attempt",
        "observation",
        "declaration",
        "certificate",
        "waiver",
        "signing",
        "wording",
    }
)

ROLES = {"lead": _l("Led it"), "co": _l("Led it together with somebody")}
CATEGORIES = {"core": _l("Core subjects"), "ethics": _l("Ethics"), "other": _l("Other subjects")}


def day(value: date | None) -> str:
    """A day as a page says it."""
    return formatting.day(value)


def moment(value: datetime) -> str:
    """An instant as a page says it."""
    return formatting.moment(value)
