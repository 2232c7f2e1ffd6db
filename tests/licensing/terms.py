"""Terms of a licence to begin with, and keys that sign them."""

import uuid
from dataclasses import replace
from datetime import date

from app.licensing.signing import load_private, new_key
from app.rules.terms import Party, Price, Terms

PRIVATE, PUBLIC = new_key()
KEY = load_private(PRIVATE)


def terms(**changes) -> Terms:
    """A hundred seats for a year, with what the test changes."""
    made = Terms(
        id=uuid.uuid4(),
        publisher=Party(uuid.uuid4(), "Cykelbolaget Exempel AB"),
        licensee=Party(uuid.uuid4(), "Falkviks kommun"),
        course="bikes",
        first_version="1.0.0",
        below="2.0.0",
        kind="seats",
        amount=100,
        starts=date(2027, 1, 1),
        ends=date(2027, 12, 31),
        teaches=("own_staff", "customers"),
        deliverers="any",
        coaches=(),
        price=Price(model="each", currency="SEK", amount=125_000, vat=2500),
        grace_days=90,
        rollover=False,
        divisible=True,
        trial=False,
    )
    return replace(made, **changes)
