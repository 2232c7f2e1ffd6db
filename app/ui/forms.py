"""The form that every room's forms descend from: Flask-WTF's, with messages in our own words.

WTForms brings a Swedish catalogue; ours (``app/ui/translations``) comes first, since it says what to do.
"""

from __future__ import annotations

from typing import Any

from flask_babel import get_translations
from flask_wtf import FlaskForm
from wtforms.i18n import get_translations as wtforms_translations

from app import i18n


class OwnWordsFirst:
    """Looks a message up in the service's catalogues, then in WTForms' own."""

    def __init__(self, language: str) -> None:
        self._ours: Any = get_translations()
        self._theirs: Any = wtforms_translations([language])

    def gettext(self, string: str) -> str:
        own: str = self._ours.ugettext(string)
        return own if own != string else str(self._theirs.gettext(string))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        own: str = self._ours.ungettext(singular, plural, n)
        return own if own not in (singular, plural) else str(self._theirs.ngettext(singular, plural, n))


class Form(FlaskForm):
    """Base of every form. Give each validator its own message where the usual one does not say what to do."""

    class Meta(FlaskForm.Meta):
        def get_translations(self, form: Any) -> OwnWordsFirst:
            return OwnWordsFirst(i18n.language())
