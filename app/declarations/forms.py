"""The forms of this room. Each names its fields; nothing else that is posted is looked at."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import DateField, HiddenField, IntegerField, RadioField, StringField, TextAreaField, URLField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.declarations.models import MOST_CREDITS, REASON_LIMIT, TEXT_LIMIT, TITLE_LIMIT
from app.files import ACCEPT
from app.ui.forms import Form

CATEGORIES = [
    SelectChoice("core", _l("Core subjects: innovation management, coaching, adult learning")),
    SelectChoice("ethics", _l("Ethics: roles, confidentiality, power")),
    SelectChoice("other", _l("Something else that you use in the work")),
]
_HOW_MANY = _l("Write how many credits, between 1 and 100.")
_CREDITS = (InputRequired(_HOW_MANY), NumberRange(1, MOST_CREDITS, _HOW_MANY))
_LONG = _l("It is longer than 200 characters. Shorten it.")


class TrainingForm(Form):
    """Further training that somebody asks credits for."""

    form_token = HiddenField()
    title = StringField(
        _l("What it is called"),
        validators=[InputRequired(_l("Write what it is called.")), Length(max=TITLE_LIMIT, message=_LONG)],
    )
    organiser = StringField(
        _l("Who held it"),
        validators=[InputRequired(_l("Write who held it.")), Length(max=TITLE_LIMIT, message=_LONG)],
    )
    day = DateField(
        _l("Day"),
        description=_l("The last day, where it lasted several."),
        validators=[InputRequired(_l("Choose which day it was."))],
    )
    credits = IntegerField(
        _l("Credits"),
        description=_l("One for each hour of training, rounded down."),
        validators=[*_CREDITS],
    )
    category = RadioField(
        _l("What it was about"),
        choices=CATEGORIES,
        validators=[InputRequired(_l("Choose what it was about."))],
    )
    about = TextAreaField(
        _l("What you learnt"),
        description=_l("Two or three sentences: what you learnt and what you will use it for."),
        validators=[
            InputRequired(_l("Write what you learnt.")),
            Length(max=TEXT_LIMIT, message=_l("The text is longer than 2,000 characters. Shorten it.")),
        ],
        render_kw={"rows": 4},
    )
    file = FileField(
        _l("A file that shows it"),
        description=_l("A course certificate or a programme, up to 25 MB. A link will do instead."),
        validators=[Optional()],
        render_kw={"accept": ACCEPT},
    )
    link = URLField(
        _l("Or a link"),
        validators=[Optional()],
        render_kw={"inputmode": "url", "spellcheck": "false"},
    )


class AcceptForm(Form):
    """How much of it counts."""

    credits = IntegerField(_l("Credits"), validators=[*_CREDITS])
    category = RadioField(
        _l("What it was about"),
        choices=CATEGORIES,
        validators=[InputRequired(_l("Choose what it was about."))],
    )
    answer = TextAreaField(
        _l("A word to whoever declared it"),
        description=_l("Needed where you give other credits than they asked for."),
        validators=[
            Optional(),
            Length(max=REASON_LIMIT, message=_l("The text is longer than 1,000 characters. Shorten it.")),
        ],
        render_kw={"rows": 3},
    )


class WhyForm(Form):
    """Why something is not accepted, or taken back."""

    reason = TextAreaField(
        _l("Why?"),
        description=_l("The person reads it."),
        validators=[
            InputRequired(_l("Write why, so that the person understands.")),
            Length(max=REASON_LIMIT, message=_l("The text is longer than 1,000 characters. Shorten it.")),
        ],
        render_kw={"rows": 3},
    )
