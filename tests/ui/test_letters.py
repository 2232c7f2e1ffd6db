"""A letter is written once as plain text; its dressed form says the same."""

from __future__ import annotations

from flask import Flask

from app.ui.letters import as_html, parts

LETTER = """Hej Siv,

Välj ett nytt lösenord här:
https://tjanst.example/nytt?a=1&b=2

Hjälp finns här:
https://tjanst.example/hjalp

Hälsningar
Accelerera
"""


def test_the_first_address_is_a_button_and_the_next_a_link() -> None:
    assert [kind for kind, _lines in parts(LETTER)] == ["text", "text", "button", "text", "link", "text"]


def test_every_line_of_the_letter_is_in_its_dressed_form(app: Flask) -> None:
    with app.app_context():
        dressed = as_html("Nytt lösenord", LETTER, language="sv")
    for line in LETTER.splitlines():
        assert line.replace("&", "&amp;") in dressed
    assert '<html lang="sv">' in dressed


def test_what_people_wrote_cannot_become_markup(app: Flask) -> None:
    with app.app_context():
        assert "<img" not in as_html(
            "Hej <img>", 'Hej <img src="x">\n\nhttps://x.example/"><img>', language="en"
        )
