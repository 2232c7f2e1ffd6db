"""The forms of this room. Each names its fields; nothing else that is posted is looked at."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    EmailField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.coaching.models import ABOUT_LIMIT, LARGEST_GROUP, LONGEST_MINUTES, REASON_LIMIT
from app.ui.forms import Form

NEW = "new"
CLOCK = ["%H:%M", "%H.%M", "%H:%M:%S"]
YES_NO = [SelectChoice("yes", _l("Yes")), SelectChoice("no", _l("No"))]
LANGUAGES = [SelectChoice("sv", "svenska"), SelectChoice("en", "English")]

_DAY = InputRequired(_l("Choose which day it was."))
_BEGINS = InputRequired(_l("Write when it began, for example 09:00."))
_HOW_LONG = _l("Write how many minutes, between 1 and 1,440.")
_HOW_MANY = _l("Write how many you coached, between 1 and 500.")
_MINUTES = (InputRequired(_HOW_LONG), NumberRange(1, LONGEST_MINUTES, _HOW_LONG))
_GROUP = (InputRequired(_HOW_MANY), NumberRange(1, LARGEST_GROUP, _HOW_MANY))


class FiguresForm(Form):
    """When, how long, paid or not, how many: what two people sign."""

    day = DateField(_l("Day"), validators=[_DAY])
    begins = TimeField(_l("Began (Swedish time)"), format=CLOCK, validators=[_BEGINS])
    minutes = IntegerField(_l("Minutes"), validators=[*_MINUTES])
    paid = RadioField(
        _l("Paid?"),
        choices=YES_NO,
        description=_l("Salaried time counts as paid."),
        validators=[InputRequired(_l("Choose whether the hours were paid."))],
    )
    group_size = IntegerField(
        _l("How many did you coach?"), description=_l("Write 1 for a single person."), validators=[*_GROUP]
    )


class LogForm(FiguresForm):
    """Coaching hours: where, whom, when, what about."""

    form_token = HiddenField()
    client = SelectField(_l("Client"), validate_choice=False)
    new_client = StringField(
        _l("Name of the organisation"),
        validators=[
            Length(max=200, message=_l("The name is longer than 200 characters. Shorten it.")),
        ],
    )
    similar = RadioField(
        _l("Which one do you mean?"), validate_choice=False, choices=[], validators=[Optional()]
    )
    contact_name = StringField(
        _l("Name"),
        validators=[
            InputRequired(_l("Write the name of the person who signs.")),
            Length(max=200, message=_l("The name is longer than 200 characters. Shorten it.")),
        ],
    )
    contact_email = EmailField(
        _l("E-mail"),
        validators=[
            InputRequired(_l("Write the address that the link is to go to.")),
            Length(max=254, message=_l("The address is too long. Check it.")),
        ],
    )
    contact_language = SelectField(_l("Language of the mail"), choices=LANGUAGES)
    about = TextAreaField(
        _l("What it was about"),
        description=_l("One or two sentences that the client recognises. No sensitive details about people."),
        validators=[
            InputRequired(_l("Write what it was about.")),
            Length(max=ABOUT_LIMIT, message=_l("The text is longer than 2,000 characters. Shorten it.")),
        ],
    )


class SendForm(Form):
    """Send the link again, to a corrected address where needed."""

    contact_name = StringField(
        _l("Name"),
        validators=[
            InputRequired(_l("Write the name of the person who signs.")),
            Length(max=200, message=_l("The name is longer than 200 characters. Shorten it.")),
        ],
    )
    contact_email = EmailField(
        _l("E-mail"),
        validators=[
            InputRequired(_l("Write the address that the link is to go to.")),
            Length(max=254, message=_l("The address is too long. Check it.")),
        ],
    )
    contact_language = SelectField(_l("Language of the mail"), choices=LANGUAGES)


class CorrectForm(FiguresForm):
    """What the client says the figures should be."""

    group_size = IntegerField(_l("How many were coached?"), validators=[*_GROUP])
    comment = TextAreaField(
        _l("A comment to the coach"),
        validators=[
            Optional(),
            Length(max=ABOUT_LIMIT, message=_l("The text is longer than 2,000 characters. Shorten it.")),
        ],
    )


class RefuseForm(Form):
    """Why the client does not sign."""

    reason = TextAreaField(
        _l("Why is it not right?"),
        validators=[
            InputRequired(_l("Write why, so that your coach understands.")),
            Length(max=ABOUT_LIMIT, message=_l("The text is longer than 2,000 characters. Shorten it.")),
        ],
    )


class ReasonForm(Form):
    """Why something that counted is taken back, or is not agreed to."""

    reason = TextAreaField(
        _l("Reason"),
        validators=[
            InputRequired(_l("Write why, so that those who read it later understand.")),
            Length(max=REASON_LIMIT, message=_l("The text is longer than 500 characters. Shorten it.")),
        ],
    )


class MentoringForm(Form):
    """Mentor coaching: with whom, in which part, when."""

    form_token = HiddenField()
    part = RadioField(
        _l("Your part"),
        choices=[
            SelectChoice("mentee", _l("I was mentored")),
            SelectChoice("mentor", _l("I was the mentor")),
        ],
        validators=[InputRequired(_l("Choose which of you was the mentor."))],
    )
    other_email = EmailField(
        _l("The other person's e-mail"),
        description=_l("The address of their account here. They get a mail and confirm."),
        validators=[InputRequired(_l("Write the other person's address."))],
    )
    day = DateField(_l("Day"), validators=[_DAY])
    begins = TimeField(_l("Began (Swedish time)"), format=CLOCK, validators=[_BEGINS])
    minutes = IntegerField(_l("Minutes"), validators=[*_MINUTES])
    one_to_one = RadioField(
        _l("Kind of mentor coaching"),
        choices=[SelectChoice("yes", _l("One to one")), SelectChoice("no", _l("In a group"))],
        validators=[InputRequired(_l("Choose whether it was one to one or in a group."))],
    )


class FilterForm(Form):
    """What the list shows; sent with GET, so that the choice stays in the address."""

    class Meta(Form.Meta):
        csrf = False

    state = SelectField(_l("State"), validate_choice=False)
    client = SelectField(_l("Client"), validate_choice=False)
    paid = SelectField(_l("Paid"), validate_choice=False)
    year = SelectField(_l("Year"), validate_choice=False)
