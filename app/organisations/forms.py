"""The organisation's form."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from app.organisations.service import KIND_NAMES
from app.ui.forms import Form


class OrganisationForm(Form):
    name = StringField(
        _l("Name"),
        validators=[
            InputRequired(_l("Write the organisation's name.")),
            Length(max=200, message=_l("The name is longer than 200 characters. Shorten it.")),
        ],
    )
    kind = SelectField(_l("Kind"), choices=[SelectChoice(kind, name) for kind, name in KIND_NAMES.items()])
    registration_number = StringField(
        _l("Registration number"),
        validators=[Optional(), Length(max=40, message=_l("Use at most 40 characters."))],
    )
    language = RadioField(
        _l("Language of mail to its people"),
        choices=[SelectChoice("sv", "Svenska"), SelectChoice("en", "English")],
        default="sv",
    )
