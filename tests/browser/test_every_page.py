"""Everybody, on every page they can reach by links: it answers, speaks their language, is accessible, and fits.

One walk per person follows menus and links breadth first. Addresses that differ only in an id or a code are one
page and looked at once in a walk, so that it is bounded however much data there is. Whoever comes first to a page
sees it in both languages and both colour schemes; those who come after see whether it is whole for them too.
"""

import re
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import Page

from tests.pages import (
    COLOURS,
    SCHEMES,
    assert_accessible,
    assert_fits,
    assert_scheme,
    assert_valid_html,
    sign_in,
)
from tests.validator import HtmlValidator

VISITOR = ""
PEOPLE = (VISITOR, "Ada", "Love", "Cleo", "Egil", "Cajsa", "Tilde", "Leo", "Petra")
MOST = 60
"""How many pages one person's walk holds at most."""

LEFT_OUT = re.compile(
    r"^/(assets|static|styleguide|xapi|api|healthz|readyz|metrics|content|favicon)|/export|\.(pdf|csv|xlsx|json|ics|zip)$"
)
"""Files, and what machines ask for."""
VARIES = re.compile(
    r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/verify/)[^/]+|(?<=/schemes/)[^/]+|(?<=/courses/)[^/]+"
    r"|(?<=/lessons/)[^/]+|(?<=/quizzes/)[^/]+|(?<=/assignments/)[^/]+|(?<=/apply/)[^/]+"
)

ADDRESS = re.compile(r"https?://\S+")
ENGLISH = frozenset(
    "the and of your you is are was were has have been with from that this not what when who why how which they "
    "their there here only every each nobody somebody anybody yet still since until below above".split()
)
"""Common English words that are no Swedish ones."""


def kind_of(address: str) -> str:
    """What a page is: its path without what tells one thing from another."""
    parts = urlsplit(address)
    asked = "?" + "&".join(sorted(re.findall(r"([a-z_]+)=", parts.query))) if parts.query else ""
    return VARIES.sub("*", parts.path) + asked


def links_of(page: Page) -> list[str]:
    """Every address on the page that stays in the service, without fragments."""
    found: list[str] = page.eval_on_selector_all(
        "a[href]:not([download])", "links => links.map(link => link.getAttribute('href'))"
    )
    here = urlsplit(page.url)
    addresses = []
    for href in found:
        to = urlsplit(urljoin(page.url, href))
        if (to.scheme, to.netloc) == (here.scheme, here.netloc) and not LEFT_OUT.search(to.path):
            addresses.append(to.path + (f"?{to.query}" if to.query else ""))
    return addresses


def walk(page: Page) -> Iterator[str]:
    """Addresses in the order of their links; the page stands on the address that was handed out last."""
    waiting, known, looked_at = deque(["/"]), {"/"}, set[str]()
    while waiting and len(looked_at) < MOST:
        address = waiting.popleft()
        if kind_of(address) in looked_at:
            continue
        answer = page.goto(address, wait_until="domcontentloaded")
        assert answer is not None
        assert answer.status == 200, f"{address} answered {answer.status}"
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        looked_at.add(kind_of(address))
        yield address
        for link in links_of(page):
            if link not in known:
                known.add(link)
                waiting.append(link)


def english_left(page: Page) -> list[str]:
    """Lines of the page that are English: two common English words or more, where no ``lang`` says otherwise."""
    said: str = page.evaluate(
        """() => {
            const copy = document.body.cloneNode(true);
            copy.querySelectorAll('[lang], code, pre, script, style, textarea').forEach(one => one.remove());
            document.body.append(copy);
            const text = copy.innerText + "\\n" + document.title;
            copy.remove();
            return text;
        }"""
    )
    lines = [ADDRESS.sub("", line).strip() for line in said.splitlines()]
    return [
        line for line in lines if sum(word in ENGLISH for word in re.findall(r"[a-z]+", line.lower())) >= 2
    ]


def paint(page: Page, scheme: str) -> None:
    """Show the page in the other colours, with what moves there brought to its end."""
    page.emulate_media(color_scheme=scheme)
    page.evaluate(
        """async () => {
            const moving = () => document.getAnimations();
            do {
                moving().forEach(one => one.finish());
                await new Promise(painted => requestAnimationFrame(painted));
            } while (moving().length > 0);
        }"""
    )


def choose_language(page: Page, language: str) -> None:
    """Read the service in ``language`` from here on, as with the button at the top."""
    page.goto("/")
    if page.locator("html").get_attribute("lang") != language:
        page.get_by_role("button", name={"sv": "Svenska", "en": "English"}[language], exact=True).click()
        page.wait_for_selector(f"html[lang={language}]")


class Faults(list[str]):
    """What is wrong, gathered, so that one walk tells everything."""

    def check(self, where: str, assertion: Callable[..., None], *arguments: object) -> None:
        try:
            assertion(*arguments)
        except AssertionError as error:
            self.append(f"[{where}] {error}")


def look_closely(page: Page, language: str, validate_html: HtmlValidator, faults: Faults) -> None:
    """With axe in both schemes, by the standard of HTML, and on a narrow screen."""
    paint(page, "dark")
    faults.check(f"{language} dark", partial(assert_accessible, only=COLOURS), page, "dark")
    paint(page, "light")
    faults.check(f"{language} light", assert_accessible, page, "light")
    faults.check(language, assert_valid_html, page, validate_html)
    look_quickly(page, language, faults)


def look_quickly(page: Page, language: str, faults: Faults) -> None:
    """On a narrow screen; and whether a Swedish page is Swedish."""
    page.set_viewport_size({"width": 375, "height": 812})
    faults.check(language, assert_fits, page)
    page.set_viewport_size({"width": 1280, "height": 900})
    if language == "sv":
        faults += [f"[sv] {page.url} says in English: {line[:160]}" for line in english_left(page)]


@pytest.fixture(scope="module")
def seen_closely() -> set[str]:
    """The kinds of pages that somebody has been to."""
    return set()


@pytest.mark.parametrize("person", PEOPLE, ids=lambda name: name or "visitor")
def test_every_page_is_whole_for(
    person: str, open_page: Callable[..., Page], validate_html: HtmlValidator, seen_closely: set[str]
) -> None:
    page = open_page()
    if person:
        sign_in(page, person)
    for scheme in SCHEMES:
        paint(page, scheme)
        page.goto("/")
        assert_scheme(page, scheme)
    paint(page, "light")
    choose_language(page, "sv")
    faults, new, visited = Faults(), [], 0
    for address in walk(page):
        visited += 1
        kind = kind_of(address)
        if kind in seen_closely and address != "/":
            look_quickly(page, "sv", faults)
            continue
        seen_closely.add(kind)
        new.append(address)
        look_closely(page, "sv", validate_html, faults)
    choose_language(page, "en")
    for address in new:
        page.goto(address)
        look_closely(page, "en", validate_html, faults)
    assert visited >= 5, f"{person or 'a visitor'} found only {visited} pages"
    assert not faults, "\n\n".join(faults)
