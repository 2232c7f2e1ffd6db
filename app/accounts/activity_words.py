"""What an entry of the audit log is called on a person's own activity page."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

WORDS: dict[str, LazyString] = {
    "account.created": _l("The account was made"),
    "account.changed": _l("Profile changed"),
    "account.closed": _l("The account was closed"),
    "account.reopened": _l("The account was opened again"),
    "account.signed_in": _l("Signed in"),
    "account.signed_out": _l("Signed out"),
    "account.signed_out_everywhere": _l("Signed out in other browsers"),
    "account.refused": _l("An attempt to sign in failed"),
    "password.asked": _l("A new password was asked for"),
    "password.changed": _l("Password changed"),
    "passkey.added": _l("A passkey was added"),
    "passkey.removed": _l("A passkey was removed"),
    "two_factor.on": _l("Code from an app switched on"),
    "two_factor.off": _l("Code from an app switched off"),
    "recovery_codes.made": _l("New recovery codes"),
    "recovery_code.used": _l("A recovery code was used"),
    "consent.given": _l("A consent was given"),
    "consent.withdrawn": _l("A consent was withdrawn"),
    "grant.given": _l("A role was granted"),
    "grant.ended": _l("A role ended"),
    "invitation.sent": _l("An invitation was sent"),
    "invitation.accepted": _l("An invitation was accepted"),
    "invitation.revoked": _l("An invitation was withdrawn"),
    "invitations.imported": _l("A list of people was invited"),
    "organisation.created": _l("An organisation was added"),
    "organisation.changed": _l("An organisation was changed"),
    "organisation.invoicing": _l("An organisation's invoicing details were given"),
}


def tell(**words: LazyString) -> None:
    """Rooms above name their own actions here: ``tell(**{"hours.signed": _l("Hours were signed")})``."""
    WORDS.update(words)


def say(action: str) -> str:
    """The words for an action; one that nobody has named is shown as it is."""
    return str(WORDS[action]) if action in WORDS else _("Entry “%(action)s”", action=action)
