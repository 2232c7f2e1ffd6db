"""What browser tests do to a page: sign in, look at it with axe, check its source, see that nothing sticks out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.validator import HtmlValidator

LANGUAGES = ("sv", "en")
SCHEMES = ("light", "dark")
WIDTHS = (1280, 375)
HEIGHTS = {1280: 900, 375: 812}

COLOURS = ("color-contrast", "link-in-text-block")
"""The rules of axe whose answer depends on the colours; to all others a page is the same in every scheme."""
AXE = Axe().axe_script
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass(frozen=True)
class Screen:
    """One way of looking at a page."""

    language: str = "sv"
    scheme: str = "light"
    width: int = 1280

    def __str__(self) -> str:
        return f"{self.language}-{self.scheme}-{self.width}"


SCREENS = [Screen(*one) for one in product(LANGUAGES, SCHEMES, WIDTHS)]
every_screen = pytest.mark.parametrize("screen", SCREENS, indirect=True, ids=str)


def sign_in(page: Page, person: str) -> None:
    """Enter as the demonstration's ``person``, by name, with one click on the sign-in page."""
    page.goto("/sign-in")
    page.get_by_role("button", name=re.compile(rf"\b{person}\b")).first.click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


def luminance(page: Page) -> float:
    """How light the page's computed background is, from 0 (black) to 1 (white)."""
    painted = page.evaluate(
        """() => {
            const canvas = document.createElement("canvas").getContext("2d");
            for (const element of [document.body, document.documentElement]) {
                canvas.clearRect(0, 0, 1, 1);
                canvas.fillStyle = getComputedStyle(element).backgroundColor;
                canvas.fillRect(0, 0, 1, 1);
                const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
                if (alpha === 255) return [red, green, blue];
            }
            return [255, 255, 255];
        }"""
    )
    red, green, blue = (value / 255 for value in painted)
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)


def assert_scheme(page: Page, scheme: str) -> None:
    """The page is really painted dark or light."""
    found = luminance(page)
    assert found < 0.25 if scheme == "dark" else found > 0.75, (
        f"the background's luminance is {found:.2f} in {scheme}"
    )


def assert_accessible(page: Page, scheme: str | None = None, *, only: Sequence[str] = ()) -> None:
    """axe finds nothing on the page, which is really shown in ``scheme``; by these rules only where any are named."""
    if scheme is not None:
        assert_scheme(page, scheme)
    rules = {"type": "rule", "values": list(only)} if only else {"type": "tag", "values": TAGS}
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    violations = page.evaluate(
        "async options => (await axe.run(document, options)).violations",
        {"runOnly": rules, "resultTypes": ["violations"]},
    )
    complaints = [
        f"{violation['id']}: {violation['help']}\n    "
        + "\n    ".join(f"{node['target']} {node['html'][:160]}" for node in violation["nodes"])
        for violation in violations
    ]
    assert not complaints, f"{page.url}\n" + "\n".join(complaints)


def assert_fits(page: Page) -> None:
    """Nothing makes the page scroll sideways."""
    wide, screen = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert wide <= screen, f"{page.url} is {wide} px wide on a screen of {screen}"


def assert_valid_html(page: Page, validate_html: HtmlValidator) -> None:
    """The page's source, as the server sends it to this person, follows the standard."""
    source = page.request.get(page.url).text()
    complaints = validate_html(source)
    assert not complaints, f"{page.url}\n" + "\n".join(complaints)
