"""A template read from plain data, as an issuer's file or a partner's course package brings it.

    base = "standard"                       what is changed: a template by name
    accent = "#0c5a60"                      colours: ink, quiet, accent, warm
    logo = "logo.png"                       PNG or JPEG, in place of the mark
    words.title = {sv = "Diplom", en = "Diploma"}
    rosette = [{radius = 50, depth = 6, waves = 12, count = 14, inner = 0.7, twist = 1.0}]

Every key may be left out.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from certificates.facts import Text
from certificates.ornament import Colour
from certificates.template import STANDARD, TEMPLATES, Engraving, Template, TemplateError

COLOURS = ("ink", "quiet", "accent", "warm")
KEYS = ("base", *COLOURS, "logo", "words", "rosette")
LEAST_CONTRAST = 4.5
_MOST_LINES = 400
_LARGEST_LOGO = 512 * 1024


def read_template(
    data: Mapping[str, Any],
    name: str,
    *,
    file: Callable[[str], bytes],
    bases: Mapping[str, Template] = TEMPLATES,
) -> Template:
    """The template that ``data`` describes. ``file`` gives the bytes of a file that it names.

    Raises :class:`TemplateError` with what is wrong and where; a colour that is too faint to be read on white is.
    """
    unknown = sorted(set(data) - set(KEYS))
    if unknown:
        raise TemplateError(f"{name}: no such key: {', '.join(unknown)}")
    base = data.get("base", STANDARD.name)
    if base not in bases:
        raise TemplateError(f"{name}: base: there is no template {base!r}")
    changes: dict[str, Any] = {key: _colour(name, key, data[key]) for key in COLOURS if key in data}
    if "logo" in data:
        changes["logo"] = _logo(name, data["logo"], file)
    if "rosette" in data:
        changes["rosette"] = tuple(_engraving(name, one) for one in data["rosette"])
        if sum(one.count for one in changes["rosette"]) > _MOST_LINES:
            raise TemplateError(f"{name}: rosette: more than {_MOST_LINES} lines")
    changes["words"] = {**bases[base].words, **_words(name, data.get("words", {}), bases[base])}
    return replace(bases[base], name=name, **changes)


def contrast(colour: Colour) -> float:
    """How clearly the colour stands on white, from 1 to 21 (WCAG 2)."""
    r, g, b = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in colour)
    return 1.05 / (0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05)


def _colour(name: str, key: str, value: object) -> Colour:
    text = value if isinstance(value, str) else ""
    if len(text) != 7 or text[0] != "#" or set(text[1:].lower()) - set(string.hexdigits):
        raise TemplateError(f"{name}: {key}: a colour is written as #0c5a60")
    r, g, b = (int(text[i : i + 2], 16) / 255 for i in (1, 3, 5))
    if contrast((r, g, b)) < LEAST_CONTRAST:
        raise TemplateError(f"{name}: {key}: {text} is too faint to be read on white")
    return r, g, b


def _logo(name: str, value: object, file: Callable[[str], bytes]) -> bytes:
    try:
        data = file(str(value))
    except OSError as error:
        raise TemplateError(f"{name}: logo: {value} cannot be read") from error
    if len(data) > _LARGEST_LOGO:
        raise TemplateError(f"{name}: logo: {value} is larger than 512 kB")
    return data


def _engraving(name: str, value: Mapping[str, Any]) -> Engraving:
    try:
        return Engraving(**value)
    except TypeError as error:
        raise TemplateError(f"{name}: rosette: {error}") from error


def _words(name: str, words: Mapping[str, Any], base: Template) -> dict[str, Text]:
    found = {}
    for key, value in words.items():
        if key not in base.words:
            raise TemplateError(f"{name}: words: no such wording: {key}")
        found[key] = text_of(value, f"{name}: words.{key}")
        known = _fields(base.words[key].sv)
        for language in ("sv", "en"):
            wrong = _fields(found[key].in_language(language)) - known
            if wrong:
                raise TemplateError(f"{name}: words.{key}: nothing is called {', '.join(sorted(wrong))} here")
    return found


def _fields(wording: str) -> set[str]:
    try:
        return {field for _, field, _, _ in string.Formatter().parse(wording) if field is not None}
    except ValueError:
        return {wording}


def text_of(value: object, where: str) -> Text:
    """A wording from ``{"sv": ..., "en": ...}``, or one for both languages. Raises :class:`TemplateError`."""
    if isinstance(value, str) and value:
        return Text(value)
    if isinstance(value, Mapping) and set(value) == {"sv", "en"}:
        swedish, english = value["sv"], value["en"]
        if isinstance(swedish, str) and isinstance(english, str) and swedish and english:
            return Text(swedish, english)
    raise TemplateError(f"{where}: a text has sv and en")
