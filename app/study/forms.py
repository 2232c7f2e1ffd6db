"""The forms of this room: the learner's own note, a decision about a version."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from app.study.service import LONGEST_NOTE
from app.ui.forms import Form


class NoteForm(FlaskForm):
    text = TextAreaField(
        _l("My notes"),
        description=_l("Only you see them. They are kept with the lesson."),
        validators=[
            Length(
                max=LONGEST_NOTE,
                message=_l("A note can have at most 20,000 characters. Shorten it a little."),
            )
        ],
        render_kw={"rows": 6},
    )


class DecisionForm(Form):
    """What was decided, where and when."""

    forum = SelectField(
        _l("Where it was decided"),
        choices=[
            SelectChoice("retro", _l("Retro")),
            SelectChoice("think_tank", _l("Think Tank")),
            SelectChoice("design", _l("Design")),
        ],
    )
    held_on = DateField(
        _l("Day of the decision"), validators=[InputRequired(_l("Choose the day on which it was decided."))]
    )
    text = TextAreaField(
        _l("What was decided"),
        description=_l("In a sentence or two: what was seen, and what this version changes because of it."),
        validators=[
            InputRequired(_l("Write what was decided.")),
            Length(max=2000, message=_l("Write at most 2,000 characters.")),
        ],
        render_kw={"rows": 4},
    )
