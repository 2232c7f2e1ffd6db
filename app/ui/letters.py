"""The dressed form of a letter. A letter is written once, as plain text; this gives the same words a layout.

An address on a line of its own becomes a link, the first of them a button.
"""

from __future__ import annotations

import re

from flask import current_app
from flask_babel import force_locale

_ADDRESS = re.compile(r"https?://\S+")


def parts(text: str) -> list[tuple[str, list[str]]]:
    """A plain letter as (kind, lines): ``text`` for a paragraph, ``button`` for the first address, ``link``."""
    found: list[tuple[str, list[str]]] = []
    linked = False
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        lines: list[str] = []
        for line in (raw.strip() for raw in paragraph.splitlines()):
            if not _ADDRESS.fullmatch(line):
                lines.append(line)
                continue
            if lines:
                found.append(("text", lines))
                lines = []
            found.append(("link" if linked else "button", [line]))
            linked = True
        if lines:
            found.append(("text", lines))
    return found


def as_html(subject: str, text: str, *, language: str) -> str:
    """The letter in the service's layout, in ``language``. Needs an application, no request."""
    with force_locale(language):
        return current_app.jinja_env.get_template("ui/mail/letter.html").render(
            subject=subject,
            parts=parts(text),
            language=language,
            demonstration=current_app.config.get("MODE") == "demo",
        )
