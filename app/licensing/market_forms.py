"""The forms of the market: a price list, a request, an offer, an answer."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, IntegerField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from app.licensing.forms import TermsForm
from app.licensing.market import LONGEST_MESSAGE
from app.rules.terms import MOST
from app.ui.forms import Form

_LONG = Length(max=LONGEST_MESSAGE, message=_l("Use at most 1,000 characters."))


class AskForm(Form):
    """What is wished for; the publisher's offer says what it will be."""

    form_token = HiddenField()
    licensee = SelectField(_l("For which organisation?"))
    kind = RadioField(
        _l("How will the course be used?"),
        choices=[
            SelectChoice("seats", _l("Seats, bought beforehand: for self-study and sessions")),
            SelectChoice("registrations", _l("By people who study at their own pace")),
            SelectChoice("attendees", _l("In sessions")),
            SelectChoice("flat", _l("As much as we like, for one price")),
        ],
        validators=[InputRequired(_l("Choose one of the list."))],
    )
    amount = IntegerField(
        _l("For about how many?"),
        description=_l("Leave empty if you do not know yet, or want no limit."),
        validators=[Optional(), NumberRange(1, MOST, _l("Write a number from 1 to 1,000,000."))],
    )
    starts = DateField(_l("From which day?"), validators=[InputRequired(_l("Choose the first day."))])
    message = TextAreaField(
        _l("Anything that the publisher should know?"),
        description=_l("For example who will take the course, and who will give it."),
        validators=[Optional(), _LONG],
        render_kw={"rows": 4},
    )

    def validate_amount(self, field: IntegerField) -> None:
        if self.kind.data == "flat" and field.data:
            raise ValidationError(_l("Use without a limit has no number. Leave it empty."))


class OfferForm(TermsForm):
    """The terms of an offer: the two sides and the course are those of the request."""

    publisher = None
    course = None
    licensee = None
    message = TextAreaField(
        _l("A few words with the offer"), validators=[Optional(), _LONG], render_kw={"rows": 3}
    )


class AnswerForm(Form):
    """Words with which a request or an offer is turned down."""

    message = TextAreaField(_l("Why"), validators=[Optional(), _LONG], render_kw={"rows": 2})
