"""The form in which an organisation says what its invoices need."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Email, InputRequired, Length, NumberRange, Optional, ValidationError

from app.licensing.invoicing import Details
from app.ui.forms import Form


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of those before it, as in organisation and bankgiro numbers."""
    total = 0
    for at, one in enumerate(reversed(digits)):
        value = int(one) * (1 + at % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def gln(digits: str) -> bool:
    """Whether these are thirteen digits of which the last checks the others, by the rules of GS1."""
    weighed = sum(int(one) * (3 if at % 2 else 1) for at, one in enumerate(digits))
    return len(digits) == 13 and weighed % 10 == 0


def iban(text: str) -> bool:
    """Whether the account's check digits hold (ISO 13616: the number modulo 97 is 1)."""
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", text):
        return False
    return int("".join(str(int(one, 36)) for one in text[4:] + text[:4])) % 97 == 1


def _plain(text: str | None) -> str:
    return re.sub(r"[\s\u00a0-]", "", text or "").upper()


class Digits(StringField):
    """A number that people write with spaces and hyphens; ``plain`` is without."""

    @property
    def plain(self) -> str:
        return _plain(self.data)


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"[0-9]{10}", text)) and luhn(text)


class DetailsForm(Form):
    name = StringField(
        _l("Legal name"),
        validators=[
            InputRequired(_l("Write the organisation's name.")),
            Length(max=200, message=_l("Use at most 200 characters.")),
        ],
    )
    number = Digits(
        _l("Organisation number"),
        description=_l("Ten digits, such as 212000-0142."),
        validators=[InputRequired(_l("Write the organisation number."))],
    )
    vat_number = Digits(
        _l("VAT number"),
        description=_l("SE, the organisation number and 01. Needed by whoever sells."),
        validators=[Optional()],
    )
    street = StringField(
        _l("Street or box"),
        validators=[
            InputRequired(_l("Write the address.")),
            Length(max=200, message=_l("Use at most 200 characters.")),
        ],
    )
    postcode = Digits(_l("Postcode"), validators=[InputRequired(_l("Write the postcode."))])
    city = StringField(
        _l("Town"),
        validators=[
            InputRequired(_l("Write the town.")),
            Length(max=100, message=_l("Use at most 100 characters.")),
        ],
    )
    scheme = RadioField(
        _l("Where do you receive electronic invoices?"),
        description=_l("Your address in the Peppol network."),
        choices=[
            SelectChoice("0007", _l("Under the organisation number")),
            SelectChoice("0088", _l("Under a location number (GLN)")),
        ],
        default="0007",
    )
    endpoint = Digits(
        _l("Location number"), description=_l("Thirteen digits. Only for GLN."), validators=[Optional()]
    )
    email = StringField(
        _l("E-mail address for questions"),
        validators=[Optional(), Email(_l("Write an address such as anna@example.se.")), Length(max=254)],
    )
    reference = StringField(
        _l("Your reference, when you buy"),
        description=_l(
            "What you want to read on the invoice, for example a cost centre. Needed by whoever buys."
        ),
        validators=[Optional(), Length(max=100, message=_l("Use at most 100 characters."))],
    )
    days = IntegerField(
        _l("Days to pay, when you sell"),
        default=30,
        validators=[
            InputRequired(_l("Write a number of days from 0 to 365.")),
            NumberRange(0, 365, _l("Write a number of days from 0 to 365.")),
        ],
    )
    bankgiro = Digits(_l("Bankgiro"), validators=[Optional()])
    iban = Digits(_l("IBAN"), validators=[Optional()])
    f_tax = BooleanField(_l("Approved for F-tax"))
    exemption = StringField(
        _l("Why no VAT is charged"),
        description=_l("Only where you sell without VAT. It is written on the invoice."),
        validators=[Optional(), Length(max=200, message=_l("Use at most 200 characters."))],
    )

    def validate_number(self, field: Digits) -> None:
        if not _is_number(field.plain):
            raise ValidationError(
                _l("That is no organisation number. It has ten digits; check each of them.")
            )

    def validate_vat_number(self, field: Digits) -> None:
        found = re.fullmatch(r"SE([0-9]{10})[0-9]{2}", field.plain)
        if found is None or not luhn(found[1]):
            raise ValidationError(_l("Write the VAT number as SE and twelve digits, such as SE212000014201."))

    def validate_postcode(self, field: Digits) -> None:
        if not re.fullmatch(r"[0-9]{5}", field.plain):
            raise ValidationError(_l("A postcode has five digits, such as 123 45."))

    def validate_bankgiro(self, field: Digits) -> None:
        if not (re.fullmatch(r"[0-9]{7,8}", field.plain) and luhn(field.plain)):
            raise ValidationError(_l("That is no bankgiro number. It has seven or eight digits."))

    def validate_iban(self, field: Digits) -> None:
        if not iban(field.plain):
            raise ValidationError(_l("That is no IBAN. Check each character."))

    def validate(self, extra_validators: Any = None) -> bool:
        right = super().validate(extra_validators)
        if self.scheme.data == "0088" and not (self.endpoint.plain.isdecimal() and gln(self.endpoint.plain)):
            said = _l("That is no location number. It has thirteen digits; check each of them.")
            self.endpoint.errors = [*self.endpoint.errors, str(said)]
            return False
        return right

    def details(self) -> Details:
        """What was said, once it is valid."""

        def words(field: StringField) -> str:
            return " ".join((field.data or "").split())

        code = self.postcode.plain
        return Details(
            name=words(self.name),
            number=self.number.plain,
            vat_number=self.vat_number.plain,
            street=words(self.street),
            postcode=f"{code[:3]} {code[3:]}",
            city=words(self.city),
            scheme=self.scheme.data,
            endpoint=self.endpoint.plain if self.scheme.data == "0088" else self.number.plain,
            email=words(self.email),
            reference=words(self.reference),
            days=self.days.data or 0,
            bankgiro=self.bankgiro.plain,
            iban=self.iban.plain,
            f_tax=self.f_tax.data,
            exemption=words(self.exemption),
        )
