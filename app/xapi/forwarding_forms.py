"""Forms for the targets of forwarding."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import DateField, PasswordField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.ui.forms import Form
from app.xapi.targets import VERSIONS


class TargetForm(Form):
    """A store, its credentials and what it gets."""

    name = StringField(_l("Name of the store"), [DataRequired(_l("Write a name for the store."))])
    endpoint = StringField(
        _l("xAPI endpoint"),
        [DataRequired(_l("Write the address of the store's xAPI endpoint."))],
        description=_l("A public address that begins with https://."),
        render_kw={"inputmode": "url", "autocapitalize": "off", "spellcheck": "false"},
    )
    version = SelectField(
        _l("Version of xAPI"),
        choices=[SelectChoice(one, one) for one in VERSIONS],
        description=_l("Statements that only 2.0 can say are set aside for an older store."),
    )
    user = StringField(_l("Key"), [Optional()], render_kw={"autocomplete": "off", "autocapitalize": "off"})
    password = PasswordField(
        _l("Secret"),
        [Optional()],
        description=_l("Kept encrypted. Leave both empty to keep those there are."),
        render_kw={"autocomplete": "new-password"},
    )
    organisations = SelectMultipleField(
        _l("Organisations whose statements are forwarded"),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    verbs = TextAreaField(
        _l("Only these verbs"),
        [Optional()],
        description=_l("One IRI on each line. Empty means all."),
        render_kw={"rows": 3},
    )
    activities = TextAreaField(
        _l("Only these activities"),
        [Optional()],
        description=_l(
            "One IRI on each line; a star at the end covers everything that begins like that. Empty means all."
        ),
        render_kw={"rows": 3},
    )


class NewTargetForm(TargetForm):
    """A store that is new."""

    since = DateField(
        _l("Forward what was stored from this day on"),
        [Optional()],
        description=_l("Without a day, only what is stored from now on."),
    )


class ReplayForm(Form):
    """From when on everything is gone through again."""

    since = DateField(_l("From this day on"), [InputRequired(_l("Choose a day."))])
