"""Studying in a real browser: by keyboard, without JavaScript, with a connection that breaks, and in bad company."""

import re
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.browser import packages
from tests.browser.conftest import OpenPage
from tests.served import Served, command, environment, seeded_instance

SENT = re.compile("Lämna in mina svar")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("studying")
    instance = folder / "instance"
    shutil.copytree(seeded_instance(), instance)
    for wheel in (packages.questions(folder), packages.hostile(folder)):
        command("course", "install", str(wheel), environment=environment(instance))
    service = Served(instance)
    service.start()
    yield service
    service.stop()


def enter(page: Page, name: str) -> None:
    page.goto("/sign-in")
    page.get_by_role("button", name=f"Gå in som {name}").click()


def begin_quiz(page: Page, name: str) -> None:
    """Somebody begins the course and its quiz; the questions are on the page."""
    enter(page, name)
    page.goto("/courses/bikes")
    page.get_by_role("button", name="Starta kursen").click()
    page.goto("/courses/bikes")
    page.get_by_role("link", name="Kollen", exact=True).click()
    page.get_by_role("button", name=re.compile("Starta|Försök igen")).click()
    expect(page.get_by_role("group", name="En?")).to_be_visible()


def order(page: Page) -> None:
    for place, step in enumerate(("Först", "Sedan", "Sist"), start=1):
        page.get_by_label(f"Plats {place}").select_option(label=step)


def test_a_quiz_is_answered_without_javascript(open_page: OpenPage) -> None:
    page = open_page(javascript=False, width=375)
    begin_quiz(page, "Leo")
    page.get_by_role("group", name="En?").get_by_label("Ja").check()
    page.get_by_role("group", name="Flera?").get_by_label("Ja").check()
    order(page)
    page.get_by_label("Vänster").select_option(label="Höger")
    page.get_by_label("Upp").select_option(label="Ned")
    page.get_by_label("Ditt svar").fill("Cykel")
    page.get_by_role("button", name=SENT).click()
    expect(page.get_by_role("alert")).to_contain_text("En fråga är inte besvarad")
    page.get_by_label("Dina tankar").fill("Det här tar jag med mig.")
    page.get_by_role("button", name=SENT).click()
    expect(page.get_by_role("main")).to_contain_text("100")


def test_a_quiz_is_answered_by_keyboard_alone(open_page: OpenPage) -> None:
    page = open_page()
    begin_quiz(page, "Tilde")

    def step(*keys: str) -> None:
        """On to the next field, and these keys in it."""
        page.keyboard.press("Tab")
        for key in keys:
            page.keyboard.press(key)

    def to(label: str) -> None:
        """On with Tab until the field or button with this name has the focus."""
        wanted = page.get_by_label(label).or_(page.get_by_role("button", name=label)).first
        for _ in range(40):
            if wanted.evaluate("field => field === document.activeElement"):
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"the keyboard does not reach {label}")

    one = page.get_by_role("group", name="En?")
    one.get_by_role("radio").first.focus()
    page.keyboard.press(" ")
    if not one.get_by_label("Ja").is_checked():
        page.keyboard.press("ArrowDown")
    several = page.get_by_role("group", name="Flera?")
    for answer in several.get_by_role("checkbox").all():
        step(*([" "] if "Ja" in answer.evaluate("field => field.labels[0].textContent") else []))
    for label, first in [
        ("Plats 1", "F"),
        ("Plats 2", "Se"),
        ("Plats 3", "Si"),
        ("Vänster", "H"),
        ("Upp", "N"),
    ]:
        to(label)
        page.keyboard.type(first)
    to("Ditt svar")
    page.keyboard.type("cykel")
    to("Dina tankar")
    page.keyboard.type("Utan mus.")
    to("Lämna in mina svar")
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_contain_text("100")


def test_nothing_typed_is_lost_when_the_connection_is_gone(open_page: OpenPage) -> None:
    page = open_page()
    begin_quiz(page, "Cajsa")
    thoughts = page.get_by_label("Dina tankar")
    thoughts.fill("Skrivet på tåget.")
    page.context.set_offline(True)
    notice = page.get_by_role("alert").filter(has_text="Du har ingen uppkoppling")
    expect(notice).to_be_visible()
    page.get_by_role("button", name=SENT).click()
    expect(notice).to_be_focused()
    expect(thoughts).to_have_value("Skrivet på tåget.")
    page.context.set_offline(False)
    expect(notice).to_be_hidden()
    page.get_by_role("button", name=SENT).click()
    expect(page.get_by_role("alert").first).to_contain_text("inte besvarade")
    expect(thoughts).to_have_value("Skrivet på tåget.")


def test_nothing_typed_is_lost_when_the_connection_breaks_while_sending(open_page: OpenPage) -> None:
    page = open_page()
    begin_quiz(page, "Egil")
    page.get_by_label("Ditt svar").fill("cykel")
    page.get_by_label("Dina tankar").fill("Skrivet i tunneln.")
    asked = page.url

    def broken(route: Route) -> None:
        if route.request.method == "POST":
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/*", broken)
    page.get_by_role("button", name=SENT).click()
    page.wait_for_url(re.compile("^chrome-error:"))
    page.unroute("**/*", broken)
    page.goto(asked)
    expect(page.get_by_label("Dina tankar")).to_have_value("Skrivet i tunneln.")
    expect(page.get_by_label("Ditt svar")).to_have_value("cykel")
    page.get_by_role("button", name="Spara och fortsätt senare").click()
    page.goto(asked)
    expect(page.get_by_label("Dina tankar")).to_have_value("Skrivet i tunneln.")
    assert page.evaluate("Object.keys(sessionStorage).length") == 0, "what the service has needs no draft"


class Asked(list[str]):
    """The addresses that a browser asked for; what the page's policy forbade, the browser kept back itself."""

    def note(self, request: Request) -> None:
        self.append(request.url)

    def failed(self, request: Request) -> None:
        if "BLOCKED_BY_CSP" in (request.failure or "") or request.failure == "csp":
            self.remove(request.url)


def test_a_hostile_course_gets_nothing(open_page: OpenPage, served: Served, console: list[str]) -> None:
    page = open_page()
    asked = Asked()
    page.context.on("request", asked.note)
    page.context.on("requestfailed", asked.failed)
    page.on("dialog", lambda dialog: pytest.fail(f"the page asked {dialog.message}"))
    enter(page, "Tilde")
    page.goto("/courses/trap")
    page.get_by_role("button", name="Starta kursen").click()
    expect(page.get_by_text("Sist på sidan.")).to_be_visible()
    for words in ("tryck här", "och här", "eller här"):
        for link in page.get_by_role("link", name=words).all():
            link.click(no_wait_after=True)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.hurt") is None
    assert "session" not in page.evaluate("document.cookie")
    assert page.get_by_role("button", name="Vinn en cykel").count() == 0
    assert page.get_by_text("Sist på sidan.").evaluate("field => getComputedStyle(field).display") == "block"
    assert [url for url in asked if not url.startswith((served.url, served.content_url, "data:"))] == []

    drawing = page.get_by_alt_text("en figur").get_attribute("src")
    page.goto(str(drawing))
    page.wait_for_load_state("networkidle")
    assert page.title() != "ran"
    assert page.evaluate("self.origin") == "null", "what is opened alone belongs to nobody"
    assert [url for url in asked if "evil.example" in url or "my-data" in url] == []
    console.clear()  # the browser says what it would not run
