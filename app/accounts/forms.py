"""The forms of this room. Each names its fields; nothing else that is posted is looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from zoneinfo import available_timezones

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from app.accounts.errors import Refused
from app.accounts.invitations import checked_email
from app.accounts.passwords import LONGEST, SHORTEST, checked_password
from app.accounts.roles import ROLE_NAMES
from app.accounts.service import checked_name
from app.ui.forms import Form


def choices(pairs: Iterable[tuple[str, Any]]) -> list[SelectChoice]:
    """Choices for a field from (value, label)."""
    return [SelectChoice(value, label) for value, label in pairs]


LANGUAGE_CHOICES = choices([("sv", "Svenska"), ("en", "English")])


ZONES = sorted(zone for zone in available_timezones() if zone.startswith("Europe/") or zone == "UTC")


def says(check: Callable[[str], Any]) -> Callable[[Any, Any], None]:
    """A validator from a service's own check, so that form and service say the same."""

    def validate(_form: Any, field: Any) -> None:
        try:
            check(field.data or "")
        except Refused as refused:
            raise ValidationError(str(refused)) from refused

    return validate


def _email(label: Any, **more: Any) -> EmailField:
    return EmailField(
        label,
        validators=[InputRequired(_l("Write an e-mail address.")), says(checked_email)],
        render_kw={"autocomplete": "email", "spellcheck": "false", **more},
    )


def _new_password(label: Any) -> PasswordField:
    return PasswordField(
        label,
        description=_l(
            "At least %(count)s characters. A few words in a row are easy to remember.", count=SHORTEST
        ),
        validators=[says(checked_password)],
        render_kw={"autocomplete": "new-password", "minlength": SHORTEST, "maxlength": LONGEST},
    )


def _name(label: Any, **more: Any) -> StringField:
    return StringField(label, validators=[says(checked_name)], render_kw={"autocomplete": "name"}, **more)


class SignInForm(Form):
    email = EmailField(
        _l("E-mail address"),
        validators=[InputRequired(_l("Write your e-mail address."))],
        render_kw={"autocomplete": "username webauthn", "spellcheck": "false"},
    )
    password = PasswordField(
        _l("Password"),
        validators=[InputRequired(_l("Write your password."))],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()


class CodeForm(Form):
    code = StringField(
        _l("Code"),
        description=_l("Six digits from your app, or one of your recovery codes."),
        validators=[InputRequired(_l("Write the code.")), Length(max=40)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "text", "spellcheck": "false"},
    )


class ForgottenForm(Form):
    email = _email(_l("E-mail address"))


class NewPasswordForm(Form):
    password = _new_password(_l("New password"))


class ChangePasswordForm(Form):
    current = PasswordField(
        _l("Current password"),
        validators=[InputRequired(_l("Write your current password."))],
        render_kw={"autocomplete": "current-password"},
    )
    password = _new_password(_l("New password"))


class ConfirmForm(Form):
    password = PasswordField(
        _l("Password"),
        validators=[InputRequired(_l("Write your password."))],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()


class AcceptForm(Form):
    """``consent_...`` fields are added from the current terms."""

    name = _name(_l("Your name"), description=_l("As you want to be addressed here."))
    language = RadioField(_l("Language"), choices=LANGUAGE_CHOICES, default="sv")
    how = RadioField(
        _l("How you will sign in"),
        choices=choices(
            [
                ("password", _l("With a password")),
                ("passkey", _l("With a passkey: your finger, face or PIN")),
            ]
        ),
        default="password",
    )
    password = PasswordField(
        _l("Password"),
        description=_l(
            "At least %(count)s characters. Leave it empty if you choose a passkey.", count=SHORTEST
        ),
        render_kw={"autocomplete": "new-password", "maxlength": LONGEST},
    )

    def validate_password(self, field: PasswordField) -> None:
        if self.how.data == "password":
            says(checked_password)(self, field)


class ProfileForm(Form):
    name = _name(_l("Your name"))
    certificate_name = StringField(
        _l("Name on certificates"),
        description=_l(
            "If it should be another than your name here. Issued certificates do not change by this."
        ),
        validators=[Optional(), says(checked_name)],
    )
    language = RadioField(_l("Language"), choices=LANGUAGE_CHOICES)
    time_zone = SelectField(
        _l("Time zone"),
        choices=choices((zone, zone) for zone in ZONES),
    )


class InviteForm(Form):
    email = _email(_l("E-mail address"), autocomplete="off")
    name = StringField(
        _l("Name"), validators=[Optional(), says(checked_name)], render_kw={"autocomplete": "off"}
    )
    organisation = SelectField(_l("Organisation"))
    role = SelectField(_l("Role"))
    language = RadioField(_l("Language of the mail"), choices=LANGUAGE_CHOICES, default="sv")


class ImportForm(Form):
    organisation = SelectField(_l("Organisation"))
    file = FileField(
        _l("List"),
        description=_l(
            "CSV or Excel (.xlsx) with the columns “E-post” and “Namn”; “Roll” and “Språk” if you like."
        ),
        validators=[FileRequired(_l("Choose a file."))],
        render_kw={"accept": ".csv,.txt,.xlsx"},
    )


class ImportCommitForm(Form):
    list = HiddenField()


class GrantForm(Form):
    role = SelectField(_l("Role"), choices=choices(ROLE_NAMES.items()))
    organisation = SelectField(_l("Where"))
    starts = DateField(_l("From"), validators=[InputRequired(_l("Choose a date."))])
    ends = DateField(_l("Until"), validators=[Optional()])
    reason = StringField(_l("Reason"), validators=[InputRequired(_l("Write a reason.")), Length(max=500)])


class EndGrantForm(Form):
    reason = StringField(_l("Reason"), validators=[InputRequired(_l("Write a reason.")), Length(max=500)])


class ConsentForm(Form):
    """Made per request by :func:`with_consents`."""

    next = HiddenField()


def with_consents(form: type[Form], terms: Any) -> type[Form]:
    """The form with one box for each text."""
    boxes = {
        f"consent_{one.kind}": BooleanField(
            one.label,
            description=one.text,
            validators=[InputRequired(_l("Without this consent there can be no account."))]
            if one.required
            else [],
        )
        for one in terms
    }
    return type(form.__name__, (form,), boxes)


def consented(form: Form) -> list[str]:
    """The kinds of text that were ticked."""
    ticked = [field.short_name for field in form if field.short_name.startswith("consent_") and field.data]
    return [name.removeprefix("consent_") for name in ticked]
