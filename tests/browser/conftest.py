"""A real browser before the real service. What a page says in its console fails the test."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from tests import chromium
from tests.pages import HEIGHTS, Screen
from tests.served import Served, seeded_instance
from tests.validator import HtmlValidator

OpenPage = Callable[..., Page]


def pytest_itemcollected(item: pytest.Item) -> None:
    item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return chromium.installed().launch_options()


@pytest.fixture(scope="session")
def validate_html() -> Iterator[HtmlValidator]:
    """``validate_html(source)`` lists what is wrong with a page's HTML."""
    validator = HtmlValidator()
    yield validator
    validator.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service with the demonstration's data, started anew for each module of tests."""
    instance = tmp_path_factory.mktemp("served") / "instance"
    shutil.copytree(seeded_instance(), instance)
    service = Served(instance)
    service.start()
    yield service
    service.stop()


@pytest.fixture
def console() -> list[str]:
    """What pages complained about; a test that provokes it clears the list."""
    return []


@pytest.fixture
def open_page(browser: Browser, served: Served, console: list[str]) -> Iterator[OpenPage]:
    """``open_page(language="en", scheme="dark", width=375, javascript=False)``: one more person's own browser."""
    opened: list[BrowserContext] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            console.append(f"{message.text} ({message.location.get('url', '')})")

    def open_(
        *,
        language: str = "sv",
        scheme: str = "light",
        width: int = 1280,
        javascript: bool = True,
        **more: Any,
    ) -> Page:
        context = browser.new_context(
            base_url=served.url,
            locale={"sv": "sv-SE", "en": "en-GB"}[language],
            timezone_id="Europe/Stockholm",
            color_scheme=scheme,
            viewport={"width": width, "height": HEIGHTS.get(width, 900)},
            java_script_enabled=javascript,
            reduced_motion="reduce",
            **more,
        )
        context.set_default_timeout(30_000)
        opened.append(context)
        page = context.new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: console.append(str(error)))
        return page

    yield open_
    for context in opened:
        context.close()
    assert console == [], "the browser's console complained"


@pytest.fixture
def screen(request: pytest.FixtureRequest) -> Screen:
    """How ``page`` looks: Swedish, light, 1280 px; ``@every_screen`` tries them all."""
    return getattr(request, "param", Screen())


@pytest.fixture
def page(open_page: OpenPage, screen: Screen) -> Page:
    """A browser's page before the service, signed in as nobody."""
    return open_page(language=screen.language, scheme=screen.scheme, width=screen.width)
