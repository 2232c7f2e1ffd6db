"""The texts that people agree to. A changed text gets a new version; required ones are then asked again."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString


@dataclass(frozen=True, slots=True)
class Terms:
    """One text in its current ``version``. Without a ``required`` one there is no account."""

    kind: str
    version: str
    required: bool
    label: LazyString
    text: LazyString


TERMS: dict[str, Terms] = {
    terms.kind: terms
    for terms in (
        Terms(
            "service",
            "2026-11",
            True,
            _l("I agree that the service keeps what I learn and do here"),
            _l(
                "We keep your name, your e-mail address and what counts towards your certification. You can "
                "read and download all of it, and have it erased. Decisions that others rely on then stay, "
                "without your name."
            ),
        ),
        Terms(
            "register",
            "2026-11",
            False,
            _l("My certificates may be listed in the public register"),
            _l("Your name, certificate and its dates are shown there. You can change your mind at any time."),
        ),
        Terms(
            "reminders",
            "2026-11",
            False,
            _l("Remind me by mail when something waits for me"),
            _l("For example hours to sign or a certificate that is about to expire."),
        ),
    )
}

REQUIRED = frozenset(kind for kind, terms in TERMS.items() if terms.required)
