"""Forms for drafting and publishing a scheme version."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, TextAreaField
from wtforms.validators import InputRequired, NumberRange


class DraftForm(FlaskForm):
    """The draft's text, as a TOML file."""

    text = TextAreaField(
        _l("The version as text"),
        description=_l(
            "Hours are written as 12 or 1.5, scores in percent. Every text stands in Swedish (sv) and English (en)."
        ),
        validators=[InputRequired(_l("Write the version's text. To begin again, throw the draft away."))],
        render_kw={"rows": 32, "spellcheck": "false", "autocapitalize": "off", "wrap": "off"},
    )


class PublishForm(FlaskForm):
    """The transition rule."""

    keep_months = IntegerField(
        _l("Months on the older version"),
        description=_l("Whoever has begun on the older version can be decided on by it for this long."),
        validators=[
            InputRequired(_l("Write how many months; 0 means that everybody moves at once.")),
            NumberRange(0, 60, _l("Write a number of months from 0 to 60.")),
        ],
    )
