"""Why a licence keeps somebody out, in kind words; and who can do something about it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

_LEARNER: dict[str, LazyString] = {
    "none": _l(
        "Your organisation has no licence for this course. Ask whoever leads the work in your organisation: they "
        "can ask the publisher for one."
    ),
    "full": _l(
        "All seats that your organisation has for this course are taken. Ask whoever leads the work in your "
        "organisation: a seat may come free, or they can ask the publisher for more."
    ),
    "stopped_new": _l(
        "Nobody new can begin this course at the moment. Those who have begun go on as before. Ask whoever leads "
        "the work in your organisation."
    ),
    "stopped_all": _l(
        "The licence for this course is paused. What you have done and earned is kept, and you go on where you were "
        "as soon as it is open again. Whoever leads the work in your organisation can see why."
    ),
    "later": _l("Your organisation's licence for this course begins later. Come back then."),
    "ended": _l(
        "Your organisation's licence for this course has ended. What you have done and earned is kept: results, "
        "notes and certificates stay yours. Ask whoever leads the work in your organisation about a new licence."
    ),
    "returned": _l(
        "Your seat was given back, since the course was not begun in time. Start the course again to get another."
    ),
    "version": _l("Your organisation's licence does not cover this version of the course."),
    "kind": _l("Your organisation's licence for this course is not for this way of using it."),
    "audience": _l("The licence for this course is not for you: it is for other people than these."),
    "deliverer": _l("The licence says who may give this course, and this trainer is not among them."),
    "broken": _l(
        "The licence was changed after it was installed, so it gives nobody anything. Ask an administrator."
    ),
}

_COACH: dict[str, LazyString] = {
    "none": _l(
        "The course needs its publisher's licence, and neither the municipality nor you as the provider have one "
        "for that day. Ask the publisher, or choose another course."
    ),
    "full": _l("All seats of the licence are taken. The licensee can ask the publisher for more."),
    "stopped_new": _l("The licence is paused for new sessions and bookings. The licensee can see why."),
    "stopped_all": _l("The licence is paused. The licensee can see why."),
    "later": _l("The licence begins after that day. Choose a later day."),
    "ended": _l(
        "The licence has ended by that day. Choose an earlier day, or ask the publisher for a new one."
    ),
    "version": _l("The licence does not cover this version of the course."),
    "kind": _l("The licence is for people who study at their own pace, not for sessions."),
    "audience": _l(
        "The licence is not for the people of this municipality. The licensee can ask for one that is."
    ),
    "deliverer": _l(
        "The licence says which coaches may give the course, and the trainer of this session is not among them."
    ),
    "broken": _l(
        "The licence was changed after it was installed, so it gives nobody anything. Ask an administrator."
    ),
}

_OVERSEER: dict[str, LazyString] = {
    "": _l("Lets people begin."),
    "none": _l("There is no licence."),
    "full": _l("All seats are taken."),
    "stopped_new": _l("Stopped for those who have not begun."),
    "stopped_all": _l("Stopped for everybody."),
    "later": _l("Has not begun yet."),
    "ended": _l("Has ended; those who are mid-way go on for the days of grace."),
    "audience": _l("Is not for the licensee's own staff."),
    "broken": _l("The signature does not hold: the licence was changed after it was installed."),
}


def why(reason: str) -> LazyString:
    """For the learner: what happened and what to do."""
    return _LEARNER[reason]


def why_not_here(reason: str) -> LazyString:
    """For whoever plans, leads or accompanies a session."""
    return _COACH[reason]


def state_of(reason: str) -> LazyString:
    """For whoever looks after licences: what one licence says today."""
    return _OVERSEER.get(reason) or _COACH[reason]
