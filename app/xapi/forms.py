"""Forms of the record store's pages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.ui.forms import Form

#: What each scope lets its holder do.
SCOPE_NAMES = {
    "statements/write": _l("Store statements (statements/write)"),
    "statements/read": _l("Read all of the organisation's statements (statements/read)"),
    "statements/read/mine": _l("Read the statements that it stored itself (statements/read/mine)"),
    "state": _l("Keep state documents (state)"),
    "profile": _l("Keep profile documents of people and activities (profile)"),
    "all/read": _l("Read everything (all/read)"),
    "all": _l("Everything, voiding its own statements included (all)"),
}


class CredentialForm(Form):
    """A new credential."""

    label = StringField(
        _l("What is it for?"),
        [
            DataRequired(_l("Write what the credential is for, so that others recognise it.")),
            Length(max=100, message=_l("Shorten it to 100 characters.")),
        ],
        description=_l("For example the name of the course, the app or the other record store."),
    )
    organisation = SelectField(
        _l("Organisation"),
        [InputRequired(_l("Choose an organisation."))],
        description=_l("It sees and stores this organisation's statements, and no others."),
    )
    scopes = SelectMultipleField(
        _l("What may it do?"),
        [DataRequired(_l("Choose at least one thing that it may do."))],
        choices=[SelectChoice(scope, name) for scope, name in SCOPE_NAMES.items()],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    expires = DateField(
        _l("Last day"),
        [Optional()],
        description=_l("From the day after, it opens nothing. Leave it empty for one without an end."),
    )


class FilterForm(Form):
    """What is looked for among the statements; it stands in the address."""

    class Meta(Form.Meta):
        csrf = False

    organisation = SelectField(_l("Organisation"), validate_choice=False)
    person = StringField(_l("Person"), description=_l("A name, an e-mail address or an id."))
    verb = SelectField(_l("What was done"), validate_choice=False)
    activity = StringField(_l("Activity"), description=_l("Its whole address (IRI)."))
    registration = StringField(_l("Registration"), description=_l("Its id."))
    since = DateField(_l("From"))
    until = DateField(_l("Until"))
    voided = SelectField(
        _l("Voided"),
        choices=[SelectChoice("", _l("Leave out voided ones")), SelectChoice("only", _l("Only voided ones"))],
    )


class VoidForm(Form):
    """Why a statement is voided; ``act`` names the act, so that sending it twice does it once."""

    reason = TextAreaField(
        _l("Why is it voided?"),
        [
            DataRequired(_l("Write why. The reason is kept with the statement and the person can read it.")),
            Length(max=500, message=_l("Shorten it to 500 characters.")),
        ],
        description=_l("Write no personal data that is not needed. The text cannot be changed afterwards."),
    )
    act = HiddenField()
