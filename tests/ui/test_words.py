"""How templates and code say things in the language of whoever reads."""

from __future__ import annotations

from flask import Flask
from flask_babel import force_locale, gettext

from app import i18n


def said(app: Flask, template: str, file: str = "page.html", **values: object) -> str:
    app.jinja_env.autoescape = file.endswith(".html")
    return app.jinja_env.from_string(template).render(**values)


def test_each_reader_gets_their_own_language_one_after_the_other(app: Flask) -> None:
    with app.test_request_context():
        heard = []
        for language in ("sv", "en", "sv"):
            with force_locale(language):
                heard.append((i18n.language(), gettext("Sign out"), said(app, "{{ _('Sign out') }}")))
    assert heard == [
        ("sv", "Logga ut", "Logga ut"),
        ("en", "Sign out", "Sign out"),
        ("sv", "Logga ut", "Logga ut"),
    ]


def test_what_was_said_to_nobody_is_not_said_to_swedish_readers(app: Flask) -> None:
    gettext("Sign out")
    with app.test_request_context(headers={"Cookie": "language=sv"}):
        assert gettext("Sign out") == "Logga ut"


def test_values_in_a_message_are_escaped_on_a_page(app: Flask) -> None:
    with app.test_request_context():
        assert (
            said(app, "{{ _('Hello <b>%(name)s</b>', name=name) }}", name="<i>") == "Hello <b>&lt;i&gt;</b>"
        )


def test_values_in_a_message_stay_as_they_are_in_a_letter(app: Flask) -> None:
    with app.test_request_context():
        assert said(app, "{{ _('Hello %(name)s', name=name) }}", "letter.txt", name="<i>") == "Hello <i>"


def test_two_percent_signs_are_one_whether_or_not_a_value_stands_beside_them(app: Flask) -> None:
    with app.test_request_context():
        page = said(app, "{{ _('10 %%') }} {{ _('%(n)s %%', n=5) }}")
    assert page == "10 % 5 %"


def test_one_and_many_are_told_apart(app: Flask) -> None:
    with app.test_request_context(headers={"Cookie": "language=en"}):
        page = said(app, "{% for n in (1, 2) %}{{ ngettext('%(num)s day', '%(num)s days', n) }} {% endfor %}")
    assert page == "1 day 2 days "


def test_a_number_may_be_written_otherwise_than_it_is_counted(app: Flask) -> None:
    with app.test_request_context(headers={"Cookie": "language=en"}):
        page = said(app, "{{ ngettext('%(num)s day', '%(num)s days', 1200, num='1,200') }}")
    assert page == "1,200 days"


def test_a_message_may_name_its_values_as_it_likes(app: Flask) -> None:
    with app.test_request_context():
        page = said(app, "{{ _('%(context)s: %(message)s', context='Row 3', message='empty') }}")
    assert page == "Row 3: empty"
