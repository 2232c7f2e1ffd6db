"""The forms of this room. Each names its fields; nothing else that is posted is looked at."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from app.rules.terms import LONGEST_GRACE, MOST, MOST_MONEY
from app.ui.forms import Form

_VERSION = r"\d{1,6}(\.\d{1,6}){0,2}$"
_CHOOSE = _l("Choose one of the list.")


def minor_units(text: str) -> int | None:
    """An amount as people write it ("1 250,50") in minor units; None where it is none."""
    plain = re.sub(r"[\s\u00a0]", "", text).replace(",", ".")
    try:
        value = Decimal(plain) * 100
    except InvalidOperation:
        return None
    return int(value) if value.is_finite() and value == value.to_integral_value() else None


class MoneyField(StringField):
    """An amount in kronor or euro; ``data`` stays as typed, :meth:`minor` is in minor units."""

    def minor(self) -> int:
        return minor_units(self.data or "0") or 0

    def pre_validate(self, form: Any) -> None:
        value = minor_units(self.data or "0")
        if value is None or not 0 <= value <= MOST_MONEY:
            raise ValidationError(self.gettext("Write an amount such as 1 250 or 1 250,50."))


class Checks(SelectMultipleField):
    """Several choices as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class PriceForm(Form):
    """What is counted and what it costs."""

    kind = RadioField(
        _l("What is licensed?"),
        default="seats",
        choices=[
            SelectChoice("seats", _l("Seats, bought beforehand")),
            SelectChoice("registrations", _l("People who study at their own pace, counted as they begin")),
            SelectChoice("attendees", _l("Participants in sessions, counted as they attend")),
            SelectChoice("flat", _l("Free use for the whole period")),
        ],
    )
    model = RadioField(
        _l("Price"),
        default="each",
        choices=[
            SelectChoice("each", _l("For each seat or person")),
            SelectChoice("tiered", _l("For each, by how many there are")),
            SelectChoice("flat", _l("One price for the whole period")),
            SelectChoice("free", _l("Free: for non-profit use by the public sector, or as a trial")),
        ],
    )
    price = MoneyField(_l("Price without VAT"), validators=[Optional()])
    tiers = TextAreaField(
        _l("Steps"),
        description=_l(
            "Only for a price by how many there are. One step per line: up to how many, a colon, the price of "
            "each. Begin the last line with a star, for example 50: 500 and then *: 400."
        ),
        validators=[Optional(), Length(max=2000, message=_l("Use at most 2,000 characters."))],
        render_kw={"rows": 3},
    )
    minimum = MoneyField(_l("At least, for the whole period"), validators=[Optional()])
    currency = SelectField(
        _l("Currency"), choices=[SelectChoice(one, one) for one in ("SEK", "EUR", "NOK", "DKK")]
    )
    vat = RadioField(
        _l("VAT"),
        default="2500",
        choices=[SelectChoice("2500", "25 %"), SelectChoice("1200", "12 %"), SelectChoice("600", "6 %"),
                 SelectChoice("0", _l("None"))],
    )  # fmt: skip


class TermsForm(PriceForm):
    """The terms of a new licence."""

    publisher = SelectField(_l("Publisher"))
    course = SelectField(_l("Course"), validators=[InputRequired(_CHOOSE)])
    licensee = SelectField(_l("Licensee"), validators=[InputRequired(_CHOOSE)])
    first_version = StringField(
        _l("From version"),
        default="1.0.0",
        validators=[Regexp(_VERSION, message=_l("Write a version such as 1.0.0."))],
    )
    below = StringField(
        _l("Up to, but not including, version"),
        validators=[Optional(), Regexp(_VERSION, message=_l("Write a version such as 2.0.0."))],
    )
    starts = DateField(_l("First day"), validators=[InputRequired(_l("Choose the first day."))])
    ends = DateField(_l("Last day"), validators=[InputRequired(_l("Choose the last day."))])
    amount = IntegerField(
        _l("How many at most?"),
        description=_l("Needed for seats. Leave empty for no limit."),
        validators=[Optional(), NumberRange(1, MOST, _l("Write a number from 1 to 1,000,000."))],
    )
    teaches = Checks(
        _l("Who may be taught?"),
        default=["own_staff"],
        choices=[
            SelectChoice("own_staff", _l("The licensee's own staff")),
            SelectChoice("customers", _l("The licensee's customers")),
        ],
        validators=[InputRequired(_l("Choose at least one."))],
    )
    deliverers = RadioField(
        _l("Who may give sessions?"),
        default="own",
        choices=[
            SelectChoice("own", _l("Any certified coach of the licensee")),
            SelectChoice("any", _l("Any certified coach")),
            SelectChoice("named", _l("Only the coaches named below")),
        ],
    )
    coaches = TextAreaField(
        _l("Named coaches"),
        description=_l("One e-mail address per line, of people with an account here."),
        validators=[Optional(), Length(max=20_000, message=_l("That is too long. Name fewer coaches."))],
        render_kw={"rows": 3},
    )
    grace_days = IntegerField(
        _l("Days after the end in which those who are mid-way may go on"),
        default=90,
        validators=[NumberRange(0, LONGEST_GRACE, _l("Write a number of days from 0 to 730."))],
    )
    rollover = BooleanField(_l("Unused seats pass to the licence that follows"))
    divisible = BooleanField(_l("The licensee may hand unused seats on to another organisation"))
    trial = BooleanField(_l("This is a trial"))

    def validate_ends(self, field: DateField) -> None:
        if isinstance(self.starts.data, date) and field.data and field.data < self.starts.data:
            raise ValidationError(_l("The last day lies before the first. Change one of them."))

    def validate_amount(self, field: IntegerField) -> None:
        if self.kind.data == "flat" and field.data:
            raise ValidationError(_l("Free use has no number. Leave it empty, or choose another kind."))


def read_tiers(text: str) -> tuple[tuple[int | None, int], ...] | None:
    """The steps of a price as typed, or None where a line cannot be read."""
    found: list[tuple[int | None, int]] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        end, _colon, cost = line.partition(":")
        minor, end = minor_units(cost), end.strip()
        if minor is None or not cost.strip() or not (end == "*" or (end.isascii() and end.isdigit())):
            return None
        found.append((None if end == "*" else int(end), minor))
    return tuple(found)


class SignForm(Form):
    """The key that signs the terms shown; it is used once and not kept."""

    key = FileField(
        _l("Your private key"),
        description=_l(
            "The file that begins with -----BEGIN PRIVATE KEY-----. It is used this once and not kept."
        ),
        validators=[FileRequired(_l("Choose the file with your private key."))],
    )


class FileForm(Form):
    """A licence file to look at."""

    file = FileField(_l("Licence file"), validators=[FileRequired(_l("Choose the licence file."))])


class KeyForm(Form):
    """A public key to register."""

    publisher = SelectField(_l("Publisher"))
    public_key = TextAreaField(
        _l("Public key"),
        description=_l("The text that begins with -----BEGIN PUBLIC KEY-----."),
        validators=[
            InputRequired(_l("Paste the public key, or let a new pair be made below.")),
            Length(max=2000, message=_l("A public key is not that long. Paste only the key.")),
        ],
        render_kw={"rows": 4, "spellcheck": "false"},
    )


class PublisherForm(Form):
    """Whose licence a course needs."""

    course = SelectField(_l("Course"), validators=[InputRequired(_CHOOSE)])
    publisher = SelectField(_l("Publisher"))


class StopForm(Form):
    """Who may go on with a licence, and why that changes."""

    kind = RadioField(
        _l("From now on"),
        choices=[
            SelectChoice("stop_new", _l("Nobody new begins; those who have begun go on")),
            SelectChoice("stop_all", _l("Nobody goes on")),
            SelectChoice("resume", _l("Everybody begins and goes on as the terms say")),
        ],
        validators=[InputRequired(_CHOOSE)],
    )
    reason = StringField(
        _l("Why"),
        description=_l("Both sides can read it."),
        validators=[InputRequired(_l("Write why. Both sides can read it.")), Length(max=500)],
    )


class HandOnForm(Form):
    """Seats for another organisation."""

    form_token = HiddenField()
    to = StringField(
        _l("Organisation"),
        description=_l("Its organisation number, or its name written out as it stands here."),
        validators=[InputRequired(_l("Write the organisation's number or name.")), Length(max=200)],
    )
    amount = IntegerField(_l("How many seats"), validators=[InputRequired(_l("Write how many."))])


class TakeBackForm(Form):
    """Seats that come back."""

    form_token = HiddenField()
    amount = IntegerField(_l("How many seats"), validators=[InputRequired(_l("Write how many."))])


class WhyForm(Form):
    """Whose licences for which course are looked at."""

    course = SelectField(_l("Course"), validators=[InputRequired(_CHOOSE)])
    licensee = SelectField(_l("Organisation"), validators=[InputRequired(_CHOOSE)])
