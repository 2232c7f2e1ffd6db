"""What the style guide shows: one form with every kind of field, and made-up data for every component."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Email, InputRequired, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.ui.charts import Axis, Node, Station
from app.ui.forms import Form

LONG_NAME = "Övre Granåsa-Björkhamra och Sundmåla samverkanskommun med omnejd"


class ExampleForm(Form):
    """Not sent anywhere."""

    client = StringField(
        _l("Organisation"),
        description=_l("The municipality or unit that you coached."),
        validators=[DataRequired(_l("Write which organisation it was."))],
    )
    email = EmailField(
        _l("E-mail"), validators=[Email(_l("Write the address as name@municipality.example."))]
    )
    code = PasswordField(_l("Password"), validators=[Optional()])
    held = DateField(_l("Day"), validators=[InputRequired(_l("Choose which day it was."))])
    start = TimeField(_l("Starts"), validators=[Optional()])
    minutes = IntegerField(
        _l("Minutes"),
        validators=[NumberRange(min=1, max=1440, message=_l("Write how many minutes, between 1 and 1,440."))],
    )
    kind = SelectField(
        _l("Kind of coaching"),
        choices=[SelectChoice("one", _l("One to one")), SelectChoice("group", _l("In a group"))],
    )
    paid = RadioField(
        _l("Paid?"),
        description=_l("Working hours count as paid."),
        validators=[InputRequired(_l("Choose whether the hours were paid."))],
        choices=[SelectChoice("yes", _l("Yes")), SelectChoice("no", _l("No"))],
    )
    topics = SelectMultipleField(
        _l("What was it about?"),
        validators=[Optional()],
        choices=[
            SelectChoice("lead", _l("Leadership")),
            SelectChoice("buy", _l("Innovation procurement")),
            SelectChoice("share", _l("Collaboration")),
        ],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    about = TextAreaField(_l("Briefly about the conversation"), validators=[Optional()])
    record = FileField(
        _l("Evidence"), description=_l("PDF or picture, at most 25 MB."), validators=[Optional()]
    )
    agree = BooleanField(
        _l("I certify that this is correct"), validators=[DataRequired(_l("Tick the box to certify."))]
    )


def filled_form() -> ExampleForm:
    """The form as it is first seen."""
    return ExampleForm(
        formdata=None, data={"client": "Falkviks kommun", "minutes": 90, "paid": "yes"}, meta={"csrf": False}
    )


def faulty_form() -> ExampleForm:
    """The form as it comes back with things to correct."""
    form = ExampleForm(
        formdata=MultiDict({"err-email": "siv(at)falkvik", "err-minutes": "-30"}),
        prefix="err",
        meta={"csrf": False},
    )
    form.validate()
    return form


def data(locale: str) -> dict[str, Any]:
    """Made-up people, numbers and drawings."""
    sv = locale == "sv"

    def say(swedish: str, english: str) -> str:
        return swedish if sv else english

    return {
        "long_name": LONG_NAME,
        "start": datetime(2027, 3, 3, 8, 0, tzinfo=UTC),
        "end": datetime(2027, 3, 3, 9, 30, tzinfo=UTC),
        "stations": [
            Station(
                title=say("Ansökan", "Application"),
                state="done",
                text=say("12 januari 2027", "12 January 2027"),
            ),
            Station(title=say("Utbildning", "Training"), state="done", text=say("30 av 30 h", "30 of 30 h")),
            Station(
                title=say("Coachtimmar", "Coaching hours"),
                state="current",
                amount=31,
                target=100,
                text=say("31 av 100 h", "31 of 100 h"),
                url="#progress",
            ),
            Station(
                title=say("Utbildningstillfällen", "Sessions"), state="next", text=say("2 av 6", "2 of 6")
            ),
            Station(title=say("Examination", "Assessment"), state="later"),
            Station(title=say("Certifikat", "Certificate"), state="later"),
        ],
        "parts": [
            (say("Betalda", "Paid"), 22),
            (say("Obetalda", "Unpaid"), 9),
            (say("Väntar", "Waiting"), 14),
        ],
        "axes": [
            Axis(label=say("Ledning och mål", "Direction and goals"), now=3.4, then=2.1),
            Axis(label=say("Lärande", "Learning"), now=4.2, then=2.8),
            Axis(label=say("Samverkan över gränser", "Working across boundaries"), now=2.9, then=2.4),
            Axis(label=say("Resurser", "Resources"), now=2.2, then=2.0),
            Axis(label=say("Upphandling", "Procurement"), now=3.1, then=1.6),
            Axis(label=say("Behov och nuläge", "Needs and current state"), now=3.8, then=3.0),
        ],
        "tree": Node(
            label="Vera Påhitt",
            text=say("ledande tränare", "lead trainer"),
            children=(
                Node(
                    label="Anton Exempel",
                    text="coach",
                    children=(
                        Node(
                            label="Siv Demolin",
                            lit=True,
                            text=say("pollinatör", "pollinator"),
                            children=(Node(label="Omar Fiktiv"), Node(label="Lova Låtsas")),
                        ),
                        Node(label="Nils Provberg", text=say("pollinatör", "pollinator")),
                    ),
                ),
                Node(label="Ester Sagoson", text="coach", children=(Node(label="Kim Påhitt"),)),
            ),
        ),
        "rows": [
            ("Falkviks kommun", datetime(2027, 3, 3, 8, 0, tzinfo=UTC), 90, "signed"),
            ("Granåsa kommun", datetime(2027, 2, 18, 12, 0, tzinfo=UTC), 60, "waiting"),
            (LONG_NAME, datetime(2027, 2, 2, 9, 0, tzinfo=UTC), 750, "disputed"),
        ],
        "events": [
            {
                "when": say("3 mars 2027 kl. 10.30", "3 March 2027, 10:30"),
                "tone": "wait",
                "title": say(
                    "Skickade timmar till Falkvik för signering", "Sent hours to Falkvik to be signed"
                ),
            },
            {
                "when": say("18 februari 2027 kl. 14.02", "18 February 2027, 14:02"),
                "tone": "good",
                "title": say("Granåsa signerade 1 h", "Granåsa signed 1 h"),
                "url": "#timeline",
            },
            {
                "when": say("12 januari 2027 kl. 09.15", "12 January 2027, 09:15"),
                "title": say("Ansökte om Certifierad coach", "Applied for Certified Coach"),
                "text": say("Certifieringsordning version 1", "Scheme version 1"),
            },
        ],
    }
