"""What certifiers and holders fill in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import DateField, FileField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from app.awards.waivers import REASONS
from app.ui.forms import Form

CHOOSE_REASON = _l("Write a reason. The person will read it.")


class DecisionForm(Form):
    outcome = RadioField(
        _l("Decision"),
        choices=[
            SelectChoice("grant", _l("Grant the certification")),
            SelectChoice("refuse", _l("Refuse the certification")),
        ],
        validators=[InputRequired(_l("Choose a decision."))],
    )
    reason = TextAreaField(
        _l("Reason"),
        description=_l("The person reads this. Write plainly what you based the decision on."),
        validators=[InputRequired(CHOOSE_REASON), Length(max=4000)],
    )


class BatchForm(Form):
    reason = TextAreaField(
        _l("Reason"),
        description=_l("The same reason for everybody in this list."),
        validators=[InputRequired(CHOOSE_REASON), Length(max=4000)],
    )


class ReasonForm(Form):
    reason = TextAreaField(_l("Reason"), validators=[InputRequired(CHOOSE_REASON), Length(max=4000)])


class SuspendForm(ReasonForm):
    until = DateField(
        _l("Suspended until and including"),
        description=_l("Leave empty for the longest time that the scheme allows."),
        validators=[Optional()],
    )


class AppealForm(Form):
    text = TextAreaField(
        _l("What do you think is wrong, and why?"),
        validators=[InputRequired(_l("Write what you think is wrong.")), Length(max=8000)],
    )


class AnswerForm(Form):
    outcome = RadioField(
        _l("Answer"),
        choices=[
            SelectChoice("upheld", _l("Uphold the appeal")),
            SelectChoice("dismissed", _l("Dismiss the appeal")),
        ],
        validators=[InputRequired(_l("Choose an answer."))],
    )
    text = TextAreaField(_l("Reason"), validators=[InputRequired(CHOOSE_REASON), Length(max=8000)])


class CodeForm(Form):
    code = StringField(
        _l("Verification code"),
        description=_l("It stands below the QR code on the certificate. Capitals and hyphens do not matter."),
        validators=[InputRequired(_l("Write the code.")), Length(max=80)],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


class FileForm(Form):
    file = FileField(
        _l("The certificate as PDF"),
        description=_l("The file is checked and not kept."),
        validators=[InputRequired(_l("Choose a PDF file."))],
        render_kw={"accept": "application/pdf,.pdf"},
    )


class WaiverForm(Form):
    criterion = SelectField(_l("Requirement"), validators=[InputRequired(_l("Choose a requirement."))])
    reason = RadioField(
        _l("Ground"),
        choices=[SelectChoice(code, text) for code, text in REASONS.items()],
        validators=[InputRequired(_l("Choose a ground."))],
    )
    text = TextAreaField(
        _l("Explain"),
        description=_l("What you have checked, and how."),
        validators=[InputRequired(_l("Explain why the requirement is waived.")), Length(max=2000)],
    )
    until = DateField(
        _l("Until and including"),
        description=_l("Leave empty if the waiver does not end."),
        validators=[Optional()],
    )
