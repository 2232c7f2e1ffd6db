"""A partner's first page: who runs the courses and how much is left, and nothing of other partners."""

from datetime import timedelta

from tests.portal.reading import words_of


def test_a_partner_sees_each_licence_in_use_and_what_is_taken_of_it(trade, enter):
    licence = trade.install()
    page = enter(trade.paula).get("/")
    assert f"Tagna platser 0 av {licence.capacity}" in words_of(page)
    assert f'href="/licences/{licence.id}"' in page.text


def test_a_licence_that_ends_soon_waits_for_the_partner(trade, enter):
    trade.install(ends=trade.today + timedelta(days=20))
    assert "Licensen för Cyklar går ut" in words_of(enter(trade.paula).get("/"))


def test_another_partner_sees_none_of_it(trade, enter):
    licence = trade.install()
    page = enter(trade.rita).get("/")
    assert str(licence.id) not in page.text
    assert "När någon ger en kurs som är din" in words_of(page)
