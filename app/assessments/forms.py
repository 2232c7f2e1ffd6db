"""The forms of this room. Each names its fields; nothing else that is posted is looked at."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import (
    DateField,
    EmailField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
    URLField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from app.assessments.assigning import REASON_LIMIT
from app.assessments.grading import Judgement
from app.assessments.observing import ASPECTS, LEVELS
from app.files import ACCEPT
from app.rules.scheme import AssessmentForm
from app.ui.forms import Form

CLOCK = ["%H:%M", "%H.%M"]


class WorkForm(Form):
    """Files, links and words to hand in."""

    files = MultipleFileField(
        _l("Files"),
        description=_l("PDF, Word, Excel, PowerPoint, OpenDocument, JPEG, PNG or HEIC. Each up to 25 MB."),
        validators=[Optional()],
        render_kw={"accept": ACCEPT},
    )
    link = URLField(
        _l("Link"),
        description=_l("To something on the web that your examiner can open. It begins with https://."),
        validators=[Optional()],
        render_kw={"inputmode": "url", "spellcheck": "false"},
    )
    text = TextAreaField(_l("Words to the examiner"), validators=[Optional()], render_kw={"rows": 6})


class MeetingForm(Form):
    """Words to agree on a time, where nothing is handed in."""

    text = TextAreaField(
        _l("When does it suit you?"),
        description=_l("Write some days and times, and how the examiners reach you."),
        validators=[Optional()],
        render_kw={"rows": 5},
    )


class ReasonForm(Form):
    """Why an examiner does not judge."""

    reason = TextAreaField(
        _l("Reason"),
        validators=[
            InputRequired(_l("Write the reason.")),
            Length(max=REASON_LIMIT, message=_l("The reason is longer than 1,000 characters. Shorten it.")),
        ],
        render_kw={"rows": 3},
    )


class AssignForm(Form):
    """An examiner to ask."""

    examiner = RadioField(_l("Examiner"), validators=[InputRequired(_l("Choose an examiner."))])


class GradingForm(Form):
    """An examiner's judgement; :func:`grading_form` adds the rubric's own fields before these."""

    comment: TextAreaField
    outcome: RadioField

    def judgement(self, rubric: AssessmentForm) -> Judgement:
        """What has been filled in so far."""
        points = {one.code: self[f"points-{one.code}"].data for one in rubric.rubric}
        return Judgement(
            points={code: int(value) for code, value in points.items() if value and str(value).isdecimal()},
            comments={one.code: self[f"comment-{one.code}"].data or "" for one in rubric.rubric},
            comment=self.comment.data or "",
            outcome=self.outcome.data or "",
        )


Rubric = tuple[tuple[str, str, str, tuple[tuple[int, str], ...]], ...]
"""Code, name, what its comment is called and (points, text) of each level, in one language."""


def _words() -> TextAreaField:
    return TextAreaField(
        _l("Words to the candidate"),
        description=_l("What is good, and what to work on. The candidate reads it."),
        render_kw={"rows": 6},
    )


@lru_cache(maxsize=64)
def _class(rubric: Rubric, choose: str) -> type[GradingForm]:
    # In the order of the page, so that its errors are listed from top to bottom.
    fields: dict[str, Any] = {}
    for code, name, words, levels in rubric:
        fields[f"points-{code}"] = RadioField(
            name,
            choices=[SelectChoice(str(value), text) for value, text in levels],
            validators=[InputRequired(choose)],
        )
        fields[f"comment-{code}"] = TextAreaField(words, validators=[Optional()], render_kw={"rows": 2})
    fields["comment"] = _words()
    fields["outcome"] = RadioField(
        _l("Outcome"),
        choices=[
            SelectChoice("passed", _l("Passed")),
            SelectChoice("repeat", _l("Asked to repeat: hand in again, with changes")),
            SelectChoice("failed", _l("Not passed")),
        ],
        validators=[InputRequired(_l("Choose an outcome."))],
    )
    return type("RubricForm", (GradingForm,), fields)


def grading_form(form: AssessmentForm, language: str, said: Judgement | None = None) -> GradingForm:
    """The form for this rubric in this language, filled with what was said before."""
    rubric = tuple(
        (
            one.code,
            one.name[language],
            _("Comment on “%(part)s”", part=one.name[language]),
            tuple(
                (level.points, f"{level.points} – {level.text[language]}")
                for level in sorted(one.levels, key=lambda level: level.points)
            ),
        )
        for one in form.rubric
    )
    made = _class(rubric, _("Choose a level."))
    if said is None:
        return made()
    data: dict[str, Any] = {"comment": said.comment, "outcome": said.outcome or None}
    data |= {f"points-{code}": str(value) for code, value in said.points.items()}
    data |= {f"comment-{code}": text for code, text in said.comments.items()}
    return made(formdata=None, data=data)


class WhomForm(Form):
    """Who was observed."""

    email = EmailField(
        _l("The candidate's e-mail address"),
        validators=[InputRequired(_l("Write an e-mail address."))],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


class ObservationForm(Form):
    """What was seen."""

    kind = RadioField(
        _l("What did you observe?"),
        choices=[
            SelectChoice("session", _l("The candidate led a session")),
            SelectChoice("coaching", _l("The candidate coached")),
        ],
        validators=[InputRequired(_l("Choose what you observed."))],
    )
    delivery = SelectField(_l("Session"), description=_l("Where it is one of those planned here."))
    day = DateField(_l("Day"), validators=[InputRequired(_l("Choose a day."))])
    begins = TimeField(
        _l("Begins"), format=CLOCK, validators=[InputRequired(_l("Write when it begins, for example 09:00."))]
    )
    place = StringField(
        _l("Where"), validators=[Optional(), Length(max=300, message=_l("Use at most 300 characters."))]
    )
    comment: TextAreaField
    outcome: RadioField

    def answers(self) -> Mapping[str, int]:
        """The level chosen for each part, where one is."""
        chosen = {code: self[f"aspect-{code}"].data for code in ASPECTS}
        return {code: int(value) for code, value in chosen.items() if value in {"0", "1", "2"}}


def _with_aspects() -> type[ObservationForm]:
    fields: dict[str, Any] = {
        f"aspect-{code}": RadioField(
            name,
            choices=[SelectChoice(str(value), text) for value, text in LEVELS.items()],
            validators=[InputRequired(_l("Choose an answer."))],
        )
        for code, name in ASPECTS.items()
    }
    fields["comment"] = _words()
    fields["outcome"] = RadioField(
        _l("Outcome"),
        choices=[SelectChoice("passed", _l("Passed")), SelectChoice("failed", _l("Not passed"))],
        validators=[InputRequired(_l("Choose an outcome."))],
    )
    return type("AspectsForm", (ObservationForm,), fields)


FullObservationForm = _with_aspects()


def choices(pairs: Iterable[tuple[str, str]] | Sequence[tuple[uuid.UUID, str]]) -> list[SelectChoice]:
    """Choices for a field from (value, label)."""
    return [SelectChoice(str(value), label) for value, label in pairs]
