"""The main job, from a published scheme to a certificate that anybody verifies, walked by the people concerned.

Nothing is written to the database once it is seeded: everything happens on pages, and links come out of the mail that
a real mail server received. The main path is Swedish; Zoë and one of the clients read English.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import people, verdicts, work
from tests.browser.files import making
from tests.browser.people import Newcomer
from tests.browser.work import Coaching
from tests.mailbox import Outbox, links, text
from tests.pages import sign_in
from tests.served import ROOT, Served

SIGNE = Newcomer("Signe Fiktiv", "signe.fiktiv@falkvik.example")
ZOE = Newcomer("Zoë Exempel", "zoe.exempel@falkvik.example", "en")
AKE = Newcomer("Åke Låtsas", "ake.latsas@falkvik.example")
GONE = Newcomer("Bo Borta", "borta@falkvik.example")
SAGA = "saga.fiktiv@example.org"
PIA = Newcomer("Pia Provberg", "pia.provberg@granasa.example")
MUNICIPALITY = "Björkhamra kommun"
BANK = ROOT / "courses/train-the-trainer/src/accelerera_train_the_trainer/questions.toml"


class Town:
    """Everybody's browser, opened when they first do something, and what they tell each other."""

    def __init__(self, served: Served, open_page: Callable[..., Page], files: Path) -> None:
        self.served, self.outbox, self.files = served, served.outbox, files
        self._open = open_page
        self._at: dict[str, Page] = {}
        self.session = self.certificate = self.code = ""

    def of(self, person: str) -> Page:
        """The browser of one of the demonstration's people, who has entered."""
        if person not in self._at:
            self._at[person] = self._open()
            sign_in(self._at[person], person)
        return self._at[person]

    def stranger(self, **how: object) -> Page:
        """A browser in which nobody has signed in."""
        return self._open(**how)

    def newcomer(self, who: Newcomer, page: Page | None = None) -> Page:
        """The browser of somebody who came by an invitation."""
        if page is not None:
            self._at[who.email] = page
        return self._at[who.email]


@pytest.fixture
def town(served: Served, open_page: Callable[..., Page], tmp_path: Path) -> Town:
    return Town(served, open_page, tmp_path)


def letter_link(outbox: Outbox, email: str, count: int = 1) -> str:
    return links(outbox.wait_for(email, count))[0]


def test_from_an_invitation_to_a_certificate_that_anybody_verifies(town: Town) -> None:
    schemes_are_published_and_the_next_version_follows(town)
    a_guide_invites_one_by_one_and_by_list(town)
    newcomers_follow_their_links(town)
    a_trainee_applies_and_sees_the_path(town)
    lessons_and_the_self_check_count(town)
    clients_sign_refuse_and_correct_hours(town)
    a_coach_brings_a_session_to_a_new_municipality(town)
    an_examiner_without_ties_grades_handed_in_work(town)
    a_certifier_who_took_no_part_decides(town)
    the_holder_downloads_a_signed_certificate(town)
    anybody_verifies_it(town)
    its_status_follows_events(town)
    verification_outlives_the_account(town)


def schemes_are_published_and_the_next_version_follows(town: Town) -> None:
    ada = town.of("Ada")
    people.see_published_schemes(ada)
    people.publish_next_version(ada, "Certifierad coach", "hours = 60", "hours = 64")


def a_guide_invites_one_by_one_and_by_list(town: Town) -> None:
    love = town.of("Love")
    town.outbox.refuse[GONE.email] = "550 no such user here"
    people.invite(love, SIGNE, "Falkviks kommun")
    people.invite(love, GONE, "Falkviks kommun")
    bad = making.swedish_csv(
        town.files / "deltagare.csv",
        [(AKE.email, AKE.name, "Deltagare", "sv"), ("zoe.exempel(at)falkvik", ZOE.name, "Deltagare", "en")],
    )
    people.bad_cell(love, bad, "Falkviks kommun", "Rad 3, kolumn A (E-post)")
    mended = making.swedish_csv(
        town.files / "deltagare.csv",
        [(AKE.email, AKE.name, "Deltagare", "sv"), (ZOE.email, ZOE.name, "Deltagare", "en")],
    )
    people.import_list(love, mended, "Falkviks kommun", [AKE, ZOE])
    sheet = making.workbook(town.files / "granasa.xlsx", [(PIA.email, PIA.name, "Deltagare", "sv")])
    people.import_list(love, sheet, "Granåsa kommun", [PIA])
    people.resend(love, ZOE.email)
    people.revoke(love, AKE.email)
    expect(people.row(love, GONE.email)).to_contain_text("550 no such user here")


def newcomers_follow_their_links(town: Town) -> None:
    people.link_is_dead(town.stranger(), letter_link(town.outbox, AKE.email))
    people.link_is_dead(town.stranger(), letter_link(town.outbox, ZOE.email))
    zoe = town.newcomer(ZOE, town.stranger(language="en"))
    people.accept(zoe, letter_link(town.outbox, ZOE.email, 2), ZOE)
    signe = town.newcomer(SIGNE, town.stranger())
    first = letter_link(town.outbox, SIGNE.email)
    people.accept(signe, first, SIGNE)
    people.link_is_dead(town.stranger(), first)
    people.accept_with_passkey(town.stranger(), letter_link(town.outbox, PIA.email))
    key = people.switch_on_totp(signe)
    people.sign_out(signe)
    people.reset_password(signe, SIGNE.email, "två moln över fjärden i maj", town.outbox)
    people.sign_in_with_password(signe, SIGNE.email, "två moln över fjärden i maj", key=key)


def a_trainee_applies_and_sees_the_path(town: Town) -> None:
    signe = town.newcomer(SIGNE)
    people.apply_for(signe, "Deltagare")
    people.on_path(signe, "Utbildningstimmar", "0 av 12 timmar")
    expect(signe.get_by_text("Ditt nästa steg")).to_be_visible()
    tilde = town.of("Tilde")
    people.open_path(tilde)
    expect(tilde.get_by_text("Bli klar senast")).to_be_visible()
    people.on_path(tilde, "Coachtimmar", "15 av 15 timmar")
    people.open_down_to_statement(tilde, "Mentorcoachning")


def lessons_and_the_self_check_count(town: Town) -> None:
    signe = town.newcomer(SIGNE)
    people.start_course(signe)
    people.read_lessons(signe, 10)
    people.answer_self_check(signe, BANK)
    people.open_path(signe)
    people.on_path(signe, "Utbildningstimmar", "Uppfyllt")
    people.on_path(signe, "Kunskapskoll", "Uppfyllt")


def clients_sign_refuse_and_correct_hours(town: Town) -> None:
    tilde, outbox = town.of("Tilde"), town.outbox
    first = work.log_hours(tilde, Coaching("Granåsa kommun", 9, 90, "Klas Kundsson", "klas@granasa.example"))
    link, client = work.signing_link(outbox, "klas@granasa.example"), town.stranger()
    client.goto(link)
    work.state(tilde, first, "Väntar på klienten")
    work.confirm(client, link)
    work.state(tilde, first, "Signerat av båda")

    second = work.log_hours(
        tilde, Coaching("Sundmåla kommun", 12, 60, "Kay Client", "kay@sundmala.example", "English")
    )
    work.refuse(
        town.stranger(language="en"), work.signing_link(outbox, "kay@sundmala.example"), "I was ill that day."
    )
    work.state(tilde, second, "I was ill that day.")

    third = work.log_hours(tilde, Coaching("Sundmåla kommun", 15, 120, "Karl Kund", "karl@sundmala.example"))
    work.correct(
        town.stranger(), work.signing_link(outbox, "karl@sundmala.example"), 100, "Vi slutade tidigare."
    )
    work.accept_correction(tilde, third)
    work.state(tilde, third, "Ersatt av en ny rad")
    tilde.get_by_role("link", name="13.00–14.40").click()
    expect(tilde.get_by_role("main").get_by_text("Signerat av båda")).to_be_visible()

    right = work.void_and_replace(tilde, first, "Fel dag: det var en annan vecka.", 75)
    work.state(tilde, first, "Makulerad av dig")
    work.confirm(town.stranger(), work.signing_link(outbox, "klas@granasa.example", 2))
    work.state(tilde, right, "Signerat av båda")


def a_coach_brings_a_session_to_a_new_municipality(town: Town) -> None:
    cajsa, outbox = town.of("Cajsa"), town.outbox
    town.session = work.plan_session(cajsa, MUNICIPALITY)
    work.ask_for_guide(cajsa, town.session, "De börjar med skyfall.")
    work.assign_guide(town.of("Ada"), MUNICIPALITY, "Love Exempel", "De börjar med skyfall.")
    link = work.open_for_booking(cajsa, town.session)
    work.invite_list(cajsa, town.session, [f"{SIGNE.name} <{SIGNE.email}>", "nagon.ny@bjorkhamra.example"])
    signe, zoe = town.newcomer(SIGNE), town.newcomer(ZOE)
    invitation = outbox.wait_for(SIGNE.email, subject="Du är inbjuden")
    work.book(signe, links(invitation)[0])
    work.book(zoe, link)
    outbox.wait_for("nagon.ny@bjorkhamra.example")

    phone = town.stranger(width=375, has_touch=True, is_mobile=True)
    sign_in(phone, "Cajsa")
    work.take_attendance(phone, town.session, whole=SIGNE.name, none=ZOE.name)
    work.mark_held(phone)
    people.open_path(signe)
    people.on_path(signe, "Närvaro", "100 %")
    people.open_path(cajsa)
    people.on_path(cajsa, "Utbildningstillfällen", "7 av 10")


def an_examiner_without_ties_grades_handed_in_work(town: Town) -> None:
    ada, tilde, outbox = town.of("Ada"), town.of("Tilde"), town.outbox
    people.grant_role(ada, "Cajsa Låtsas", "Examinator", "Vikarierar under våren.")
    people.switch_role(town.of("Cajsa"), "Examinator")
    people.switch_role(town.of("Cajsa"), "Coach")
    egil = town.of("Egil")
    work.grade(egil, work.waiting_to_grade(egil), (1, 1, 0), "Ska göras om", "Berätta vad ni lärde er.")
    outbox.wait_for("tilde.pahitt@example.org", subject="Planportfölj")

    plan = making.scanned_pdf(town.files / "plan.pdf", "Plan för Falkvik\nBehov: skyfall\nMål: tre försök")
    photo = making.phone_photo(town.files / "IMG_2041.JPG")
    work.hand_in(tilde, [plan, photo], "https://falkvik.example/plan", "Nu står det vad vi lärde oss.")
    tied = "utbildare, coach eller mentor"
    work.assign_examiner(ada, "Tilde Påhitt", "Saga Fiktiv", tied="Cajsa Låtsas", because=tied)
    saga = town.stranger()
    people.reset_password(saga, SAGA, "en stig mellan två sjöar", outbox)
    people.sign_in_with_password(saga, SAGA, "en stig mellan två sjöar")
    asked = outbox.wait_for(SAGA, subject="Arbete att bedöma")
    work.grade(saga, links(asked)[0], (2, 2, 2), "Godkänd", "Nu hänger behov, mål och lärande ihop.")
    outbox.wait_for("tilde.pahitt@example.org", subject="Planportfölj", count=2)
    people.open_path(tilde)
    people.on_path(tilde, "Planportfölj", "Uppfyllt")


def a_certifier_who_took_no_part_decides(town: Town) -> None:
    people.grant_role(town.of("Ada"), "Cajsa Låtsas", "Certifierare", "Vikarierar under våren.")
    cajsa = town.of("Cajsa")
    people.switch_role(cajsa, "Certifierare")
    verdicts.cannot_decide(cajsa, SIGNE.name, "Du har utbildat")
    cleo = town.of("Cleo")
    verdicts.refuse(cleo, "Rut Låtsas", "Underlagen för lektionerna behöver granskas på nytt.")
    refusal = text(town.outbox.wait_for("rut.latsas@example.org", subject="Beslut"))
    assert "granskas på nytt" in refusal
    assert "överklaga" in refusal
    town.certificate = verdicts.grant(
        cleo, SIGNE.name, "Alla krav är uppfyllda, och underlagen är granskade."
    )


def the_holder_downloads_a_signed_certificate(town: Town) -> None:
    town.outbox.wait_for(SIGNE.email, subject="Ditt certifikat")
    signe = town.newcomer(SIGNE)
    document = verdicts.download(signe, town.files / "certifikat.pdf")
    assert document.startswith(b"%PDF")
    town.code = verdicts.code_of(signe)


def anybody_verifies_it(town: Town) -> None:
    file, anybody = town.files / "certifikat.pdf", town.stranger()
    document = file.read_bytes()
    verdicts.verify_code(
        anybody, town.code, verdicts.GENUINE, SIGNE.name, "Deltagare", "är inte kontrollerad"
    )
    anybody.goto(making.qr_code_on(document))
    people.heading(anybody, verdicts.GENUINE)
    verdicts.verify_file(
        anybody,
        file,
        verdicts.GENUINE,
        ("Är filen oförändrad sedan den signerades?", "Ja"),
        ("Känner vårt register till just den här filen?", "Ja"),
        ("Intygar en oberoende part när den signerades?", "Kunde inte kontrolleras"),
    )
    forged = making.edited(town.files / "forged.pdf", document, b"Fiktiv", b"Fiffig")
    verdicts.verify_file(
        anybody, forged, verdicts.FORGED, ("Är filen oförändrad sedan den signerades?", "Nej")
    )
    assert town.served.command("verify", str(file)).startswith("valid")
    with pytest.raises(AssertionError, match="integrity"):
        town.served.command("verify", str(forged))


def its_status_follows_events(town: Town) -> None:
    cleo, signe, anybody = town.of("Cleo"), town.newcomer(SIGNE), town.stranger()
    verdicts.change(
        cleo, town.certificate, "Dra in tillfälligt", "Dra in tillfälligt", "Ett klagomål utreds."
    )
    verdicts.verify_code(anybody, town.code, verdicts.NOT_IN_FORCE, "Tillfälligt indraget")
    verdicts.change(
        cleo, town.certificate, "Gör giltigt igen", "Gör giltigt igen", "Klagomålet saknade grund."
    )
    verdicts.verify_code(anybody, town.code, verdicts.GENUINE)

    signe.goto("/settings")
    signe.get_by_label("Namn på certifikat").fill("Signe Fiktiv Demolin")
    signe.get_by_role("button", name="Spara").click()
    verdicts.change(
        cleo, town.certificate, "Utfärda med nytt namn", "Utfärda det nya certifikatet", "Hon har gift sig."
    )
    town.outbox.wait_for(SIGNE.email, subject="Ditt certifikat", count=2)
    verdicts.verify_code(anybody, town.code, verdicts.NOT_IN_FORCE, "Ersatt")
    verdicts.download(signe, town.files / "nytt.pdf")
    successor, renewed = signe.url, verdicts.code_of(signe)
    assert renewed != town.code
    verdicts.verify_code(anybody, renewed, verdicts.GENUINE, "Signe Fiktiv Demolin")
    verdicts.change(cleo, successor, "Återkalla", "Återkalla", "Innehavaren har bett om det.")
    verdicts.verify_code(anybody, renewed, verdicts.NOT_IN_FORCE, "Återkallat")


def verification_outlives_the_account(town: Town) -> None:
    signe, anybody = town.newcomer(SIGNE), town.stranger()
    signe.goto("/my-data")
    with signe.expect_download() as coming:
        signe.get_by_role("link", name=re.compile("JSON")).click()
    assert SIGNE.email in json.dumps(json.loads(coming.value.path().read_text()))
    ada = town.of("Ada")
    ada.goto("/people")
    ada.get_by_label("Namn eller adress").fill(SIGNE.name)
    ada.get_by_role("button", name="Sök").click()
    ada.get_by_role("link", name=SIGNE.name).click()
    ada.get_by_role("link", name="Avsluta kontot").click()
    ada.get_by_role("button", name="Avsluta kontot").click()
    people.said(ada, "Kontot är avslutat")
    verdicts.verify_code(anybody, town.code, verdicts.NOT_IN_FORCE, "Ersatt")
    said = town.served.command("erase", SIGNE.email, "--reason", "Hon bad om det.", "--yes")
    assert "Erased" in said
    verdicts.verify_code(anybody, town.code, verdicts.NOT_IN_FORCE, "Ersatt")
    file = town.files / "certifikat.pdf"
    verdicts.verify_file(
        anybody, file, verdicts.NOT_IN_FORCE, ("Är filen oförändrad sedan den signerades?", "Ja")
    )
