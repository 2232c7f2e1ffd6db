"""What certifiers do, and what anybody does with a certificate: decide, download, verify, suspend, replace."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.people import heading, said

GENUINE = "Äkta och giltigt"
NOT_IN_FORCE = "Äkta, men inte giltigt"
FORGED = "Inte äkta"


def cannot_decide(page: Page, candidate: str, because: str) -> None:
    """Whoever took part is told so and finds no form."""
    page.goto("/decisions")
    page.get_by_role("link", name=candidate).click()
    expect(page.get_by_role("heading", name="Du kan inte ta det här beslutet")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(because)
    expect(page.get_by_role("radio")).to_have_count(0)


def grant(page: Page, candidate: str, reason: str) -> str:
    """Look at what it rests on, grant with a reason; the certificate's address."""
    page.goto("/decisions")
    page.get_by_role("link", name=candidate).click()
    expect(page.get_by_role("row").filter(has_text="Utbildningstimmar")).to_contain_text("Uppfyllt")
    page.get_by_role("radio", name="Bevilja certifieringen").check()
    page.get_by_label("Skäl").fill(reason)
    page.get_by_role("button", name="Besluta").click()
    said(page, "är utfärdat")
    return page.url


def refuse(page: Page, candidate: str, reason: str) -> None:
    page.goto("/decisions")
    page.get_by_role("link", name=candidate).click()
    page.get_by_role("radio", name="Avslå certifieringen").check()
    page.get_by_label("Skäl").fill(reason)
    page.get_by_role("button", name="Besluta").click()
    said(page, "Beslutet är sparat")


def download(page: Page, to: Path) -> bytes:
    """The holder's own file, as the browser saves it."""
    page.goto("/certificates")
    page.get_by_role("main").get_by_role("article").get_by_role("link").first.click()
    with page.expect_download() as coming:
        page.get_by_role("link", name="Ladda ner som PDF").click()
    coming.value.save_as(to)
    return to.read_bytes()


def code_of(page: Page) -> str:
    """The verification code that the certificate's page shows."""
    shown = page.get_by_role("link", name="Kontrollsidan").get_attribute("href")
    assert shown
    return shown.rsplit("/", 1)[1]


def verify_code(page: Page, code: str, verdict: str, *says: str) -> None:
    """Type the code in, small letters and all."""
    page.goto("/verify")
    page.get_by_label("Kontrollkod").fill(code.lower())
    page.get_by_role("button", name="Kontrollera koden").click()
    heading(page, verdict)
    for text in says:
        expect(page.get_by_role("main")).to_contain_text(text)


def verify_file(page: Page, file: Path, verdict: str, *answers: tuple[str, str]) -> None:
    """Upload the file; each question has its answer."""
    page.goto("/verify")
    page.get_by_label("Certifikatet som PDF").set_input_files(file)
    page.get_by_role("button", name="Kontrollera filen").click()
    heading(page, verdict)
    for question, reply in answers:
        expect(page.get_by_role("row").filter(has_text=question)).to_contain_text(reply)


def change(page: Page, certificate: str, action: str, confirm: str, reason: str) -> None:
    """Suspend, make valid again, replace or withdraw, after the look at what follows."""
    page.goto(certificate)
    page.get_by_role("link", name=action, exact=True).click()
    page.get_by_label("Skäl").fill(reason)
    page.get_by_role("button", name=confirm, exact=True).click()
    said(page, re.compile("."))
