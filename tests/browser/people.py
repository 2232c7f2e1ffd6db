"""What people do at their screens: come in, look after schemes, invite, find their path, study.

Every function takes the page of the person who acts and leaves it where that person ends up. Labels are the Swedish
ones, so that a word left in English is noticed; what somebody does in English takes its labels from ``words``.
"""

import base64
import hashlib
import hmac
import re
import struct
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.mailbox import Outbox, links

PASSWORD = "en kopp te vid ån i mars"


@dataclass(frozen=True)
class Newcomer:
    """Somebody who is invited."""

    name: str
    email: str
    language: str = "sv"


def said(page: Page, text: str | re.Pattern[str]) -> None:
    """The service has answered what was just done with this."""
    expect(page.get_by_role("status").filter(has_text=text)).to_be_visible()


def heading(page: Page, text: str | re.Pattern[str]) -> None:
    """The page's title is this."""
    expect(page.get_by_role("heading", level=1, name=text)).to_be_visible()


def row(page: Page, text: str | re.Pattern[str]) -> Locator:
    """The one row of the page's tables that holds ``text``."""
    return page.get_by_role("row").filter(has_text=text)


def fact(page: Page, term: str) -> Locator:
    """What stands beside ``term`` in a list of facts."""
    return page.get_by_role("term").filter(has_text=re.compile(f"^{re.escape(term)}$")).locator("+ dd").first


# ---- coming in ------------------------------------------------------------------------------------


def accept(page: Page, letter_link: str, who: Newcomer) -> None:
    """Follow the link of an invitation, choose a password and a language, consent."""
    page.goto(letter_link)
    english = page.locator("html").get_attribute("lang") == "en"
    expect(page.get_by_text(who.email)).to_be_visible()
    page.get_by_label("Your name" if english else "Ditt namn").fill(who.name)
    page.get_by_role("radio", name={"sv": "Svenska", "en": "English"}[who.language]).check()
    page.get_by_label("Password" if english else "Lösenord", exact=False).and_(
        page.get_by_role("textbox")
    ).fill(PASSWORD)
    for consent in page.get_by_role("checkbox").all():
        consent.check()
    page.get_by_role("button", name="Get started" if english else "Sätt igång").click()
    heading(page, re.compile("Welcome|Välkommen"))
    expect(page.locator("html")).to_have_attribute("lang", who.language)


def has_a_passkey_device(page: Page) -> None:
    """From now on the browser has a device that knows its owner, as a phone does."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": device})


def accept_with_passkey(page: Page, letter_link: str) -> None:
    """Follow the link of an invitation and choose a passkey; then sign out, and in again with it."""
    has_a_passkey_device(page)
    page.goto(letter_link)
    page.get_by_role("radio", name=re.compile("Med en passnyckel")).check()
    for consent in page.get_by_role("checkbox").all():
        consent.check()
    page.get_by_role("button", name="Sätt igång").click()
    page.get_by_role("button", name="Lägg till en passnyckel").click()
    said(page, "Passnyckeln är tillagd")
    sign_out(page)
    page.get_by_role("button", name="Använd en passnyckel").click()
    heading(page, re.compile("Välkommen"))


def one_time_code(key: str, at: float | None = None) -> str:
    """The six digits that an authenticator app shows (RFC 6238, SHA-1, 30 seconds)."""
    secret = base64.b32decode(key.replace("-", "").replace(" ", ""))
    count = int((time.time() if at is None else at) // 30)
    digest = hmac.new(secret, struct.pack(">Q", count), hashlib.sha1).digest()
    place = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[place : place + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def switch_on_totp(page: Page) -> str:
    """Ask for a code at every sign-in from now on; the key that the app keeps."""
    page.goto("/settings")
    page.get_by_role("link", name="Kod från en app").click()
    shown = page.get_by_text("Eller skriv in den här nyckeln").inner_text()
    key = shown.split(":")[1].strip()
    page.get_by_label("Kod").fill(one_time_code(key))
    page.get_by_role("button", name="Slå på").click()
    expect(page.get_by_role("heading", name="Återställningskoder")).to_be_visible()
    return key


def sign_in_with_password(page: Page, email: str, password: str, *, key: str = "") -> None:
    """By address and password, and with the next code of the app where it is asked for."""
    page.goto("/sign-in")
    page.get_by_label("E-postadress").fill(email)
    page.get_by_label("Lösenord").fill(password)
    page.get_by_role("button", name="Logga in", exact=True).click()
    if key:
        # A code works once, and the present one may have been used to switch codes on.
        page.get_by_label("Kod").fill(one_time_code(key, time.time() + 30))
        page.get_by_role("button", name="Fortsätt").click()
    heading(page, re.compile("Välkommen"))


def sign_out(page: Page) -> None:
    page.get_by_role("banner").locator("summary").click()
    page.get_by_role("button", name="Logga ut").click()


def switch_role(page: Page, role: str) -> None:
    """Be here as ``role`` from now on, by the menu under one's own name."""
    page.goto("/")
    page.get_by_role("banner").locator("summary").click()
    page.get_by_role("button", name=role, exact=True).click()
    page.get_by_role("banner").locator("summary").click()
    expect(page.get_by_role("button", name=role, exact=True)).to_have_attribute("aria-pressed", "true")


def reset_password(page: Page, email: str, new: str, outbox: Outbox) -> None:
    """Forgotten: ask for a link, follow it, choose a new one."""
    page.goto("/sign-in")
    page.get_by_role("link", name="Glömt lösenordet?").click()
    page.get_by_label("E-postadress").fill(email)
    page.get_by_role("button", name="Skicka länken").click()
    page.goto(links(outbox.wait_for(email, subject="lösenord"))[0])
    page.get_by_label("Nytt lösenord").fill(new)
    page.get_by_role("button", name="Spara lösenordet").click()
    outbox.wait_for(email, subject="lösenord", count=2)


# ---- administrators -------------------------------------------------------------------------------


def see_published_schemes(page: Page) -> None:
    """The four schemes, each with a published version that offers no way to change it."""
    page.goto("/admin/schemes")
    for scheme in ("Deltagare", "Pollinatör", "Certifierad coach", "Ledande utbildare"):
        region = page.get_by_role("region", name=scheme, exact=True)
        expect(
            region.get_by_role("row").filter(has_text="Version 1").get_by_text("Publicerad")
        ).to_be_visible()
    page.get_by_role("region", name="Ledande utbildare").get_by_role("link", name="Version 1").click()
    heading(page, "Ledande utbildare, version 1")
    expect(page.get_by_role("main").get_by_role("textbox")).to_have_count(0)
    expect(page.get_by_role("main").get_by_role("button")).to_have_count(0)


def publish_next_version(page: Page, scheme: str, old: str, new: str) -> None:
    """Draft the next version with ``old`` replaced by ``new``, compare it, publish it with a transition rule."""
    page.goto("/admin/schemes")
    page.get_by_role("region", name=scheme, exact=True).get_by_role("button", name="Skriv utkast").click()
    text = page.get_by_label("Versionen som text")
    before = text.input_value()
    text.fill(before.replace(old, "hours = many"))
    page.get_by_role("button", name="Spara och förhandsgranska").click()
    said(page, "kan inte publiceras än")
    text.fill(before.replace(old, new, 1))
    page.get_by_role("button", name="Spara och förhandsgranska").click()
    heading(page, f"{scheme}: version 2 bredvid version 1")
    hours = [re.sub(r"\D", "", line) for line in (old, new)]
    expect(page.get_by_role("row").filter(has_text="Timmar").get_by_role("cell")).to_have_text(hours)
    expect(page.get_by_role("heading", name="Utbildningstimmar Ändrat")).to_be_visible()
    expect(page.get_by_role("heading", name="Coachtimmar Oförändrat").first).to_be_visible()
    page.get_by_role("link", name="Publicera").click()
    expect(page.get_by_text("Den som redan har börjat behåller den äldre versionen")).to_be_visible()
    page.get_by_label("Månader på den äldre versionen").fill("6")
    page.get_by_role("button", name="Publicera").click()
    said(page, "Version 2 är publicerad")
    expect(page.get_by_role("main").get_by_role("textbox")).to_have_count(0)


def grant_role(page: Page, name: str, role: str, reason: str) -> None:
    page.goto("/people")
    page.get_by_label("Namn eller adress").fill(name)
    page.get_by_role("button", name="Sök").or_(page.get_by_role("button", name="Hitta")).first.click()
    page.get_by_role("link", name=name).click()
    page.get_by_label("Roll", exact=True).select_option(label=role)
    page.get_by_label("Skäl").fill(reason)
    page.get_by_role("button", name="Tilldela rollen").click()
    said(page, "Rollen är tilldelad")


# ---- guides ---------------------------------------------------------------------------------------


def invite(page: Page, who: Newcomer, municipality: str) -> None:
    """One person, into a municipality that the guide follows."""
    page.goto("/invitations/new")
    page.get_by_label("E-postadress").fill(who.email)
    page.get_by_label("Namn").fill(who.name)
    page.get_by_label("Organisation").select_option(label=municipality)
    page.get_by_role("radio", name={"sv": "Svenska", "en": "English"}[who.language]).check()
    page.get_by_role("button", name="Skicka inbjudan").click()
    said(page, f"Inbjudan till {who.email} är på väg")


def look_at_list(page: Page, file: Path, municipality: str) -> None:
    page.goto("/invitations/import")
    page.get_by_label("Organisation").select_option(label=municipality)
    page.get_by_label("Lista").set_input_files(file)
    page.get_by_role("button", name="Granska listan").click()


def bad_cell(page: Page, file: Path, municipality: str, where: str) -> None:
    """The list has a bad cell: it is named, and nobody is invited."""
    look_at_list(page, file, municipality)
    expect(page.get_by_role("alert")).to_contain_text("ingen har blivit inbjuden")
    expect(page.get_by_role("alert")).to_contain_text(where)
    expect(page.get_by_role("button", name=re.compile("^Bjud in"))).to_have_count(0)


def import_list(page: Page, file: Path, municipality: str, people: list[Newcomer]) -> None:
    """See everybody in the preview, then invite them all."""
    look_at_list(page, file, municipality)
    for who in people:
        expect(row(page, who.email)).to_contain_text(who.name)
        expect(row(page, who.email)).to_contain_text("Bjuds in")
    page.get_by_role("button", name=re.compile("^Bjud in")).click()
    said(page, "på väg")


def resend(page: Page, email: str) -> None:
    page.goto("/invitations")
    row(page, email).get_by_role("button", name="Skicka igen").click()
    said(page, "med en ny länk")


def revoke(page: Page, email: str) -> None:
    page.goto("/invitations")
    row(page, email).get_by_role("button", name="Ta tillbaka").click()
    said(page, "länken fungerar inte längre")


def link_is_dead(page: Page, link: str) -> None:
    """The link opens a page that says so and asks for nothing."""
    answer = page.goto(link)
    assert answer is not None
    assert answer.status == 410, answer.status
    heading(page, re.compile("fungerar inte längre|kan inte användas"))


# ---- trainees -------------------------------------------------------------------------------------


def apply_for(page: Page, scheme: str) -> None:
    """From the start page's next step to the path."""
    page.goto("/")
    page.get_by_role("link", name="Se certifieringarna").click()
    page.get_by_role("article").filter(has=page.get_by_role("heading", name=scheme, exact=True)).get_by_role(
        "link", name=re.compile("^Ansök")
    ).click()
    page.get_by_role("button", name="Ansök").click()
    said(page, f"Du är på väg mot {scheme}")


def open_path(page: Page) -> None:
    page.get_by_role("navigation", name="Huvudmeny").get_by_role("link", name="Min väg").click()
    if page.get_by_role("heading", name="Krav för krav").count() == 0:
        page.get_by_role("main").get_by_role("article").get_by_role("link").first.click()


def on_path(page: Page, requirement: str, says: str) -> None:
    """The requirement's card says this."""
    card = (
        page.get_by_role("region", name="Krav för krav").get_by_role("article").filter(has_text=requirement)
    )
    expect(card).to_contain_text(says)


def open_down_to_statement(page: Page, requirement: str) -> None:
    """From the number over the list that makes it to one evidence item and the statement that it came from."""
    page.get_by_role("region", name="Krav för krav").get_by_role("link", name=requirement, exact=True).click()
    heading(page, requirement)
    page.get_by_role("main").get_by_role("table").get_by_role("link").first.click()
    expect(page.get_by_text("exakt ett xAPI-uttalande")).to_be_visible()
    page.get_by_text("Visa uttalandet").click()
    expect(page.get_by_role("group").filter(has_text="Visa uttalandet")).to_contain_text('"verb"')


def start_course(page: Page) -> None:
    page.goto("/courses")
    page.get_by_role("main").get_by_role("link", name="Utbilda, coacha och för vidare").click()
    page.get_by_role("button", name="Starta kursen").click()


def read_lessons(page: Page, count: int) -> None:
    """Work through as many lessons as there are, from wherever the course goes on; quizzes and hand-ins wait."""
    for _turn in range(count):
        page.goto("/courses/train-the-trainer")
        page.get_by_role("main").get_by_role("listitem").filter(
            has_text=re.compile(r"Lektion\s*·[^·]*·\s*(Pågår|Senare)")
        ).get_by_role("link").first.click()
        heading(page, re.compile("."))
        expect(page.get_by_role("article")).to_be_visible()
        page.get_by_role("button", name="Jag har gått igenom det här").click()
        page.wait_for_load_state("domcontentloaded")


def answer_self_check(page: Page, bank: Path) -> None:
    """Answer the self-check from the lessons, as the course's own bank of questions has it, and hand in."""
    page.goto("/courses/train-the-trainer")
    page.get_by_role("link", name="Kunskapskoll", exact=True).click()
    page.get_by_role("button", name="Starta testet").click()
    known = {one["text"]["sv"]: one for one in tomllib.loads(bank.read_text())["question"]}
    asked = page.get_by_role("main").get_by_role("group").all()
    assert len(asked) == 8
    for group in asked:
        text = re.sub(r"^\d+\.\s*", "", group.locator("legend").inner_text())
        answer(group, known[text])
    page.get_by_role("button", name="Lämna in mina svar").click()
    expect(page.get_by_role("main").get_by_text("Godkän").first).to_be_visible()


def answer(group: Locator, question: dict[str, Any]) -> None:
    """The right answer to one question, whatever its kind."""
    for choice in question.get("choices", []):
        if choice.get("right"):
            group.get_by_label(choice["sv"], exact=True).check()
    for place, step in enumerate(question.get("steps", []), 1):
        group.get_by_label(f"Plats {place}", exact=True).select_option(label=step["sv"])
    for pair in question.get("pairs", []):
        group.get_by_label(pair["left"]["sv"], exact=True).select_option(label=pair["right"]["sv"])
    if question["kind"] == "short":
        accepted = question["accepts"]
        group.get_by_role("textbox").fill(accepted["sv"][0])
    if question["kind"] == "reflective":
        group.get_by_role("textbox").fill("Jag prövar det på måndag med två kollegor.")
