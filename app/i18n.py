"""Which language a page speaks: the person's own choice, else the browser's, else Swedish."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, g, has_request_context, request
from flask_babel import Babel

LANGUAGES = ("sv", "en")
DEFAULT = "sv"
COOKIE = "language"

babel = Babel()


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
