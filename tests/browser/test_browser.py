"""The browser itself."""

from tests.pages import Screen, assert_scheme, every_screen


@every_screen
def test_the_browser_shows_the_scheme_that_was_asked_for(page, screen: Screen):
    page.goto("/")
    assert page.evaluate("document.documentElement.lang").startswith(screen.language)
    assert_scheme(page, screen.scheme)


def test_the_validator_finds_a_missing_alternative_text(validate_html):
    found = validate_html(
        "<!doctype html><html lang='sv'><head><title>a</title></head><body><img src='x'></body></html>"
    )
    assert any("alt" in line for line in found)
