"""The form of a plan."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from app.licensing.forms import minor_units
from app.rules.settlement import FULL
from app.ui.forms import Form


class PercentField(StringField):
    """A percentage with at most two decimals; ``data`` stays as typed, :meth:`share` is in hundredths."""

    def share(self) -> int:
        return minor_units(self.data or "0") or 0

    def pre_validate(self, form: Any) -> None:
        value = minor_units(self.data or "0")
        if value is None or not 0 <= value <= FULL:
            raise ValidationError(self.gettext("Write a percentage such as 10 or 12,5."))


class PlanForm(Form):
    course = SelectField(_l("Course"), validators=[InputRequired(_l("Choose one of the list."))])
    starts = DateField(_l("From"), validators=[InputRequired(_l("Choose the first day."))])
    ends = DateField(_l("Until"), validators=[Optional()])
    authors = TextAreaField(
        _l("Authors"),
        description=_l(
            "One per line: e-mail address of somebody with an account, or the organisation number of an "
            "organisation here, then a colon and a percentage. For example anna@example.se: 12,5"
        ),
        validators=[Optional(), Length(max=5000, message=_l("That is too long. Name fewer authors."))],
        render_kw={"rows": 4},
    )
    first = PercentField(_l("Who gave the session, percent"), validators=[Optional()])
    second = PercentField(_l("Who trained them, percent"), validators=[Optional()])
    third = PercentField(_l("Who trained those, percent"), validators=[Optional()])
    reason = StringField(
        _l("Why"),
        validators=[InputRequired(_l("Write why, in at most 500 characters.")), Length(max=500)],
    )


def read_authors(text: str) -> list[tuple[str, int]] | None:
    """(who, share) for each line as typed; None where a line cannot be read."""
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        who, colon, said = line.rpartition(":")
        share = minor_units(said.replace("%", ""))
        if not colon or not who.strip() or share is None:
            return None
        found.append((who.strip(), share))
    return found
