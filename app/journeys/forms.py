"""The forms of this room. Each names its fields; nothing else that is posted is looked at."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from app.journeys.service import HANDOVER_LIMIT
from app.ui.forms import Form


class AssignForm(Form):
    """Who becomes the municipality's guide."""

    guide = SelectField(_l("Guide"), validators=[InputRequired(_l("Choose a guide."))])


class HandOverForm(Form):
    """Who comes after, and what they need to know."""

    guide = SelectField(_l("New guide"), validators=[InputRequired(_l("Choose a guide."))])
    note = TextAreaField(
        _l("To the new guide"),
        description=_l("What is agreed, who to talk to, what comes next. It is kept with the municipality."),
        validators=[
            InputRequired(_l("Write what the next guide needs to know.")),
            Length(
                max=HANDOVER_LIMIT,
                message=_l("The note is longer than %(limit)s characters. Shorten it.", limit=HANDOVER_LIMIT),
            ),
        ],
    )
