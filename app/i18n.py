"""Which language a page speaks: the person's own choice, else the browser's, else Swedish."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask, g, has_request_context, request
from flask_babel import Babel, Domain, get_locale
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup
from werkzeug.utils import cached_property

LANGUAGES = ("sv", "en")
DEFAULT = "sv"
COOKIE = "language"


class Words(Domain):
    """The words of every room. A page asks for hundreds, so they are found by the bare language."""

    def __init__(self) -> None:
        super().__init__()
        self._by_language: dict[str, Any] = {}

    def get_translations(self) -> Any:
        locale = get_locale()
        if locale is None:  # nobody asks
            return super().get_translations()
        found = self._by_language.get(locale.language)
        if found is None:
            found = self._by_language[locale.language] = super().get_translations()
        return found


class Languages(Babel):
    @cached_property
    def domain_instance(self) -> Words:
        return Words()


babel = Languages()


def language() -> str:
    """The language of the page, or of the letter, that is being written."""
    locale = get_locale()
    return DEFAULT if locale is None else str(locale.language)


@pass_eval_context
def _say(context: EvalContext, message: str, /, **values: Any) -> str:
    return _filled(context, babel.domain_instance.get_translations().ugettext(message), values)


@pass_eval_context
def _say_number(context: EvalContext, one: str, many: str, number: int, /, **values: Any) -> str:
    text = babel.domain_instance.get_translations().ungettext(one, many, number)
    return _filled(context, text, {"num": number, **values})


def _filled(context: EvalContext, text: str, values: dict[str, Any]) -> str:
    """What a message says is markup; the values that it names are not."""
    if context.autoescape:
        text = Markup(text)  # noqa: S704 (our own words)
    return text % values if values or "%" in text else text


def catalogues() -> list[Path]:
    """Every room's folder of translations."""
    return sorted(path for path in Path(__file__).parent.glob("*/translations") if path.is_dir())


def select_locale() -> str:
    if not has_request_context():
        return DEFAULT
    chosen = request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return chosen
    person = g.get("person")
    if person is not None and person.language in LANGUAGES:
        return str(person.language)
    return request.accept_languages.best_match(LANGUAGES, DEFAULT) or DEFAULT


def select_zone() -> str:
    person = g.get("person") if has_request_context() else None
    return getattr(person, "time_zone", None) or "Europe/Stockholm"


def init_app(app: Flask) -> None:
    babel.init_app(
        app,
        default_locale=DEFAULT,
        default_timezone="Europe/Stockholm",
        default_translation_directories=";".join(str(path) for path in catalogues()),
        locale_selector=select_locale,
        timezone_selector=select_zone,
    )
    # The same as Jinja's own, at a third of the time.
    app.jinja_env.globals.update(_=_say, gettext=_say, ngettext=_say_number)
