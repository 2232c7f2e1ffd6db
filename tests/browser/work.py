"""What coaches, clients, trainees and examiners do: sessions, hours with both signatures, work and its grades."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from tests.browser.people import heading, row, said
from tests.mailbox import Outbox, links

STOCKHOLM = ZoneInfo("Europe/Stockholm")
ASK = re.compile("/hours/")


def days_ago(days: int) -> str:
    """That day in Stockholm, as a date field takes it."""
    return (datetime.now(STOCKHOLM).date() - timedelta(days=days)).isoformat()


# ---- sessions -------------------------------------------------------------------------------------


def zone_of_today() -> str:
    """A zone of the form's in which it is neither just before nor just after midnight, so that a session that lasts
    the whole day has begun for a while and is not over."""
    clock = datetime.now(STOCKHOLM)
    safe = (
        timedelta(minutes=30)
        <= timedelta(hours=clock.hour, minutes=clock.minute)
        < timedelta(hours=23, minutes=30)
    )
    return "Europe/Stockholm" if safe else "Atlantic/Reykjavik"


def plan_session(page: Page, municipality: str) -> str:
    """A session today for a municipality that nobody here has heard of; the session's address."""
    zone = zone_of_today()
    page.goto("/")
    page.get_by_role("link", name="Planera ett tillfälle").click()
    page.get_by_label("Kurs").select_option(label="Utbilda, coacha och för vidare")
    page.get_by_label("Kommun", exact=True).select_option(label="En kommun som är ny här")
    page.get_by_label("Den nya kommunens namn").fill(municipality)
    page.get_by_label("Dag", exact=True).fill(datetime.now(ZoneInfo(zone)).date().isoformat())
    page.get_by_label("Börjar").fill("00:00")
    page.get_by_label("Slutar").fill("23:59")
    page.get_by_label("Tidszon").select_option(label=zone)
    page.get_by_label("Minuter som räknas").fill("20")
    page.get_by_label("Plats (frivilligt)").fill("Kommunhuset, Storsalen")
    page.get_by_role("button", name="Planera tillfället").click()
    said(page, "Tillfället är planerat")
    expect(page.get_by_text(municipality).first).to_be_visible()
    return page.url


def ask_for_guide(page: Page, session: str, note: str) -> None:
    page.goto(session)
    page.get_by_role("link", name="Se begäran").click()
    page.get_by_label("Vad bör lotsen veta?").fill(note)
    page.get_by_role("button", name="Spara texten").click()
    expect(page.get_by_text("En lots begärdes").first).to_be_visible()


def assign_guide(page: Page, municipality: str, guide: str, note: str) -> None:
    page.goto("/municipalities")
    waiting = row(page, municipality).filter(has=page.get_by_role("link", name="Välj lots"))
    expect(waiting).to_contain_text(note)
    waiting.get_by_role("link", name="Välj lots").click()
    page.get_by_label("Lots", exact=True).select_option(label=guide)
    page.get_by_role("button", name="Utse lotsen").click()
    said(page, "Kommunen har fått sin lots")


def open_for_booking(page: Page, session: str) -> str:
    """Open it; the link to share."""
    page.goto(session)
    page.get_by_role("button", name="Öppna för bokning").click()
    said(page, "öppet för bokning")
    return page.get_by_label("Kopiera och dela").input_value()


def invite_list(page: Page, session: str, addresses: Sequence[str]) -> None:
    page.goto(session)
    page.get_by_role("link", name="Bjud in", exact=True).first.click()
    page.get_by_label("E-postadresser").fill("\n".join(addresses))
    page.get_by_role("button", name="Skicka inbjudningarna").click()
    said(page, "på väg")


def book(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_role("button", name=re.compile("Boka min plats|Book my")).click()
    said(page, re.compile("Du är bokad|You are booked"))


def take_attendance(page: Page, session: str, whole: str, none: str) -> None:
    """On a phone, with a finger: one was there all the time, one did not come."""
    page.goto(session)
    page.get_by_role("link", name="Ta närvaro").first.tap()
    page.get_by_role("group", name=whole).get_by_text("Hela tiden").tap()
    page.get_by_role("group", name=none).get_by_text("Frånvarande").tap()
    expect(page.get_by_role("group", name=whole).get_by_role("radio", name="Hela tiden")).to_be_checked()
    page.get_by_role("button", name="Spara närvaron").tap()
    said(page, "Närvaron är sparad för 2 personer")


def mark_held(page: Page) -> None:
    page.get_by_role("button", name="Markera som genomfört").tap()
    said(page, "Tillfället räknas för en deltagare")


# ---- coaching hours -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Coaching:
    """Hours to log: where, how many days ago, how long, who confirms."""

    client: str
    days: int
    minutes: int
    signer: str
    email: str
    language: str = "svenska"
    about: str = "Att hålla samman tre förvaltningar kring en gemensam fråga."


def fill_hours(page: Page, hours: Coaching) -> None:
    page.get_by_label("Organisationens namn").fill(hours.client)
    page.get_by_label("Dag", exact=True).fill(days_ago(hours.days))
    page.get_by_label("Började").fill("13:00")
    page.get_by_label("Minuter").fill(str(hours.minutes))
    page.get_by_label("Hur många coachade du?").fill("4")
    page.get_by_role("radio", name="Ja", exact=True).check()
    page.get_by_label("Vad det handlade om").fill(hours.about)
    page.get_by_label("Namn", exact=True).fill(hours.signer)
    page.get_by_label("E-post", exact=True).fill(hours.email)
    page.get_by_label("Språk i mejlet").select_option(label=hours.language)


def log_hours(page: Page, hours: Coaching) -> str:
    """Log and sign them as their coach; the row's address."""
    page.goto("/coaching-hours")
    page.get_by_role("link", name="Logga timmar").first.click()
    fill_hours(page, hours)
    page.get_by_role("button", name="Signera och logga timmarna").click()
    said(page, f"{hours.signer} får en länk")
    return page.url


def signing_link(outbox: Outbox, email: str, count: int = 1) -> str:
    """The link in the letter to a client."""
    return next(link for link in links(outbox.wait_for(email, count)) if ASK.search(link))


def state(page: Page, hours: str, says: str) -> None:
    """The coach sees that the hours stand like this."""
    page.goto(hours)
    expect(page.get_by_role("main").get_by_text(says).first).to_be_visible()


def confirm(page: Page, link: str) -> None:
    """A client signs: opening the link signed nothing, the button does."""
    page.goto(link)
    page.get_by_role("button", name="Bekräfta timmarna").click()
    expect(page.get_by_role("main")).to_contain_text("Tack")


def refuse(page: Page, link: str, reason: str) -> None:
    """A client says no, in English."""
    page.goto(link)
    page.get_by_text("Refuse the hours").first.click()
    page.get_by_label("Why is it not right?").fill(reason)
    page.get_by_role("button", name="Refuse the hours").click()
    expect(page.get_by_role("main")).to_contain_text("Thank")


def correct(page: Page, link: str, minutes: int, comment: str) -> None:
    page.goto(link)
    page.get_by_text("Rätta uppgifterna").first.click()
    page.get_by_label("Minuter").fill(str(minutes))
    page.get_by_label("En kommentar").fill(comment)
    page.get_by_role("button", name="Skicka rättelsen").click()
    expect(page.get_by_role("main")).to_contain_text("Tack")


def accept_correction(page: Page, hours: str) -> None:
    page.goto(hours)
    page.get_by_role("button", name=re.compile("Godta|Godkänn")).click()


def void_and_replace(page: Page, hours: str, reason: str, minutes: int) -> str:
    """Take signed hours back and log the right ones instead; the new row's address."""
    page.goto(hours)
    page.get_by_role("link", name="Makulera timmarna").click()
    page.get_by_label("Skäl").fill(reason)
    page.get_by_role("button", name="Makulera timmarna nu").click()
    said(page, re.compile("makulerad", re.I))
    page.get_by_role("link", name=re.compile("Logga de rätta timmarna|Logga liknande")).first.click()
    page.get_by_label("Minuter").fill(str(minutes))
    page.get_by_label("Vad det handlade om").fill("Att börja smått i stället för stort.")
    page.get_by_label("Dag", exact=True).fill(days_ago(30))
    page.get_by_label("Började").fill("13:00")
    page.get_by_role("button", name="Signera och logga timmarna").click()
    said(page, "får en länk")
    return page.url


# ---- work and its grades --------------------------------------------------------------------------


def hand_in(page: Page, files: Sequence[Path], link: str, words: str) -> str:
    """Hand in the portfolio once more, after an examiner asked for that; the attempt's address."""
    page.goto("/assessments")
    page.get_by_role("link", name="Lämna in ”Planportfölj” igen").click()
    page.get_by_label("Filer").set_input_files(files)
    page.get_by_role("button", name="Lägg till i utkastet").click()
    for file in files:
        expect(page.get_by_role("row").filter(has_text=file.stem)).to_be_visible()
    page.get_by_label("Länk (frivilligt)").fill(link)
    page.get_by_role("button", name="Lägg till i utkastet").click()
    page.get_by_label("Ord till examinatorn").fill(words)
    page.get_by_role("button", name="Fortsätt till inlämning").click()
    page.get_by_role("button", name="Lämna in", exact=True).click()
    said(page, "Ditt arbete är inlämnat")
    return page.url


def assign_examiner(page: Page, candidate: str, examiner: str, *, tied: str, because: str) -> None:
    """``tied`` stands there with the reason and cannot be chosen; ``examiner`` can."""
    page.goto("/assigning")
    row(page, candidate).get_by_role("link").first.click()
    expect(row(page, tied)).to_contain_text(because)
    expect(page.get_by_role("radio", name=tied)).to_have_count(0)
    page.get_by_role("radio", name=examiner).check()
    page.get_by_role("button", name="Fråga den här examinatorn").click()
    said(page, "Examinatorn är tillfrågad")


def waiting_to_grade(page: Page) -> str:
    """The address of the one work that waits for this examiner, as the start page has it."""
    page.goto("/grading")
    page.get_by_role("main").get_by_role("row").get_by_role("link").first.click()
    return page.url


def grade(page: Page, link: str, levels: Sequence[int], outcome: str, words: str) -> None:
    """With the rubric beside the work: a level for every part, words to the candidate, a look, hand in."""
    page.goto(link)
    expect(page.get_by_text("Kontrollerat", exact=False).first).to_be_visible()
    for group, level in zip(
        (page.get_by_role("group", name=name) for name in ("Behov och nuläge", "Mål och väg dit", "Lärande")),
        levels,
        strict=True,
    ):
        group.get_by_role("radio", name=re.compile(f"^{level} – ")).check()
    page.get_by_label("Ord till kandidaten").fill(words)
    page.get_by_role("radio", name=re.compile(f"^{outcome}")).check()
    page.get_by_role("button", name="Se resultatet").click()
    page.get_by_role("button", name="Lämna in bedömningen").click()
    heading(page, re.compile("Planportfölj"))
