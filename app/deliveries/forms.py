"""The forms of this room. Each names its fields; nothing else that is posted is looked at."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
    URLField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.deliveries.models import MOST_SEATS, Booking
from app.ui.forms import Form

NEW = "new"
ZONES = (
    "Europe/Stockholm",
    "Europe/Helsinki",
    "Europe/Copenhagen",
    "Europe/Oslo",
    "Europe/Brussels",
    "Europe/London",
    "Atlantic/Reykjavik",
)
CLOCK = ["%H:%M", "%H.%M"]


def choices(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """Choices for a field from (value, label)."""
    return [SelectChoice(value, label) for value, label in pairs]


class PlanForm(Form):
    """A session: what, for whom, when, where, for how many."""

    course = SelectField(_l("Course"), validators=[InputRequired(_l("Choose a course."))])
    trainer = SelectField(_l("Trainer"), validators=[InputRequired(_l("Choose a trainer."))])
    municipality = SelectField(_l("Municipality"), validators=[InputRequired(_l("Choose a municipality."))])
    new_municipality = StringField(
        _l("Name of the new municipality"),
        description=_l("Only where it is not in the list. It is then created and gets a guide assigned."),
        validators=[
            Optional(),
            Length(max=200, message=_l("The name is longer than 200 characters. Shorten it.")),
        ],
    )
    another = BooleanField(_l("It is another municipality than that one"))
    day = DateField(_l("Day"), validators=[InputRequired(_l("Choose a day."))])
    begins = TimeField(
        _l("Begins"), format=CLOCK, validators=[InputRequired(_l("Write when it begins, for example 09:00."))]
    )
    finishes = TimeField(
        _l("Ends"), format=CLOCK, validators=[InputRequired(_l("Write when it ends, for example 12:00."))]
    )
    zone = SelectField(_l("Time zone"), choices=choices((zone, zone) for zone in ZONES))
    minutes = IntegerField(
        _l("Minutes that count"),
        description=_l("The time without breaks. Left empty, the whole time counts."),
        validators=[Optional(), NumberRange(1, 1440, _l("Write whole minutes, from 1 to 1,440."))],
    )
    capacity = IntegerField(
        _l("Places"),
        validators=[
            InputRequired(_l("Write how many places there are.")),
            NumberRange(1, MOST_SEATS, _l("Write a number of places from 1 to %(most)s.", most=MOST_SEATS)),
        ],
    )
    place = StringField(
        _l("Place"), description=_l("Building, room, address."), validators=[Optional(), Length(max=300)]
    )
    online_link = URLField(
        _l("Link to the online meeting"),
        description=_l("Shown only to those who are booked."),
        validators=[Optional(), Length(max=500)],
    )


class InviteListForm(Form):
    """A pasted list of addresses."""

    addresses = TextAreaField(
        _l("E-mail addresses"),
        description=_l("One on each row, or pasted from a sheet. Names may stand beside them."),
        validators=[InputRequired(_l("Paste at least one e-mail address."))],
        render_kw={"rows": 8, "spellcheck": "false", "autocomplete": "off"},
    )


class CoTrainerForm(Form):
    """Somebody who leads along."""

    email = EmailField(
        _l("E-mail address"),
        description=_l("Of somebody who has an account."),
        validators=[InputRequired(_l("Write an e-mail address."))],
    )
    share = IntegerField(
        _l("Share in percent"),
        description=_l("Their part of leading the session. From 50 percent it counts in full for them."),
        validators=[InputRequired(_l("Write a share from 1 to 99 percent.")),
                    NumberRange(1, 99, _l("Write a share from 1 to 99 percent."))],
    )  # fmt: skip


class CancelForm(Form):
    """Why the session is cancelled."""

    reason = StringField(
        _l("Reason"),
        description=_l("Stands in the mail to those who are booked."),
        validators=[
            Optional(),
            Length(max=500, message=_l("The reason is longer than 500 characters. Shorten it.")),
        ],
    )


class GuideNoteForm(Form):
    """What whoever chooses a guide should know."""

    note = TextAreaField(
        _l("What should the guide know?"),
        validators=[
            Optional(),
            Length(
                max=2000, message=_l("The note is longer than %(limit)s characters. Shorten it.", limit=2000)
            ),
        ],
    )


class AskForm(Form):
    """The address of somebody who has the session's link and no account."""

    email = EmailField(
        _l("E-mail address"),
        validators=[InputRequired(_l("Write an e-mail address."))],
        render_kw={"autocomplete": "email", "spellcheck": "false"},
    )


class FeedbackForm(Form):
    """1 to 5, and words."""

    value = RadioField(
        _l("How good was the session for you?"),
        choices=[
            SelectChoice("5", _l("5 – very good")),
            SelectChoice("4", _l("4 – good")),
            SelectChoice("3", _l("3 – neither good nor bad")),
            SelectChoice("2", _l("2 – not so good")),
            SelectChoice("1", _l("1 – not good at all")),
        ],
        validators=[InputRequired(_l("Choose from 1 to 5."))],
    )
    comment = TextAreaField(
        _l("What would you like to say to the trainer?"),
        description=_l("Shown without your name, together with the others' words."),
        validators=[
            Optional(),
            Length(
                max=2000,
                message=_l("The comment is longer than %(limit)s characters. Shorten it.", limit=2000),
            ),
        ],
    )


class AttendanceForm(Form):
    """The reason for a correction; the rows themselves are read by :func:`read_rows`."""

    reason = StringField(
        _l("Why does the attendance change?"),
        validators=[Length(max=500, message=_l("The reason is longer than 500 characters. Shorten it."))],
    )


@dataclass(slots=True)
class Rows:
    """What was typed on the attendance page: a choice and minutes for each booking, and what was wrong with it."""

    chosen: dict[uuid.UUID, str] = field(default_factory=dict)
    typed: dict[uuid.UUID, str] = field(default_factory=dict)
    minutes: dict[uuid.UUID, int] = field(default_factory=dict)
    errors: dict[uuid.UUID, str] = field(default_factory=dict)


def read_rows(posted: Mapping[str, str], bookings: Iterable[Booking], *, most: int, rest: bool) -> Rows:
    """The posted rows of ``bookings``. ``rest`` marks those that nobody has chosen for as there all the time."""
    rows = Rows()
    for booking in bookings:
        choice = posted.get(f"there-{booking.id}") or ("full" if rest and booking.state == "booked" else "")
        written = posted.get(f"minutes-{booking.id}", "").strip()
        rows.chosen[booking.id], rows.typed[booking.id] = choice, written
        if choice == "full":
            rows.minutes[booking.id] = most
        elif choice == "absent":
            rows.minutes[booking.id] = 0
        elif choice == "part":
            if written.isdecimal() and 0 < int(written) <= most:
                rows.minutes[booking.id] = int(written)
            else:
                rows.errors[booking.id] = _("Write how many minutes, from 1 to %(most)s.", most=most)
    return rows
