"""The forms of this room."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from app.ui.forms import Form

_WHY = _l("Write why, in at most 500 characters. Both sides can read it.")


class OpenForm(Form):
    reason = TextAreaField(
        _l("Why should this use not count?"),
        description=_l("Both sides can read it."),
        validators=[InputRequired(_WHY), Length(max=500, message=_WHY)],
        render_kw={"rows": 4},
    )


class SettleForm(Form):
    outcome = RadioField(
        _l("What do you answer?"),
        choices=[
            SelectChoice("accepted", _l("We accept: the use does not count")),
            SelectChoice("refused", _l("We refuse: the use counts")),
        ],
        validators=[InputRequired(_l("Choose one of the list."))],
    )
    reason = TextAreaField(
        _l("Why"),
        description=_l("Both sides can read it."),
        validators=[InputRequired(_WHY), Length(max=500, message=_WHY)],
        render_kw={"rows": 4},
    )
