"""What can be wrong in a scheme's text, in the reader's language. The rules say it in English only."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.schemes.source import Mistake

TEXTS = (
    _l("a table is expected"),
    _l("a whole number from %(least)s to %(most)s is expected"),
    _l("hours are expected, in quarters of an hour (such as 12 or 1.5)"),
    _l("a mean from 1 to 5 with at most two decimals is expected"),
    _l("true or false is expected"),
    _l("a short code of small letters, digits and hyphens is expected"),
    _l("a list of short codes is expected"),
    _l("one of %(choices)s is expected"),
    _l("a text in each language is expected: sv and en"),
    _l("at least %(least)s of these are expected"),
    _l("a list is expected"),
    _l("this key is not known here; known are %(known)s"),
    _l("recent_hours and within_months belong together"),
    _l("a span in weeks or in months is expected, not both"),
    _l("a code of its own is expected: %(code)s is taken"),
    _l("a highest level of more than 0 points is expected"),
    _l("different points for each level are expected"),
    _l("a code of its own is expected for each criterion"),
    _l("a code of its own is expected for each assessment"),
    _l("an assessment %(assessment)s is expected: %(code)s names it"),
    _l("other schemes are expected, not the scheme itself"),
    _l("a number of months is expected, since there are renewal criteria"),
    _l("a quotation mark, equals sign or bracket seems to be missing (%(why)s)"),
    _l("%(code)s is expected: a scheme keeps its code"),
    _l("%(number)s is expected: the next number"),
    _l("there is no scheme %(code)s"),
    _l("a version of three numbers is expected, such as 1.0.0"),
    _l("whole numbers by name are expected, such as { weeks = 8 }"),
    _l("%(code)s: no course %(course)s %(version)s with the criterion kind %(criterion)s is installed"),
    _l("%(code)s: %(criterion)s takes the parameters %(parameters)s"),
)
"""Every text that the rules and this room can say."""


def say(mistake: Mistake) -> str:
    """What is wrong, in the language of the page."""
    return gettext(mistake.text, **mistake.values)
