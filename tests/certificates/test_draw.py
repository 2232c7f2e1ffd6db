from __future__ import annotations

import re
import zlib
from dataclasses import replace

import page
import pytest
import zxingcpp

from certificates.document import ImageError
from certificates.draw import draw
from certificates.faces import GlyphMissing
from certificates.facts import Facts, Languages, Text
from certificates.template import ATTENDANCE, STANDARD, TEMPLATES, Template, TemplateError
from tests.certificates.conftest import AT
from tests.certificates.judges import complaints
from tests.certificates.reading import picture_of, text_of

LONGEST = ("Anna Lisa Karolina Påhitt Exempel Provberg Demolin Låtsas Fiktiv " * 4)[:200].strip()
NAMES = {
    "short": "Bo Ek",
    "sixty": "Maximiliana Alexandra Wilhelmina Fiktiv-Låtsas von Exempelberg",
    "two hundred": LONGEST,
    "one unbroken word": "Påhitt" * 20,
    "Sami": "Áilu Čálliid Ŋuorŧŧa Đđ Žiŋŋá",
    "Polish, Turkish, Vietnamese": "Żółć Şükrü Nguyễn",
    "Greek and Cyrillic": "Ελένη Щербакова",
    "Arabic": "محمد الخيالي",
    "Arabic with Latin": "محمد Påhitt",
    "Hebrew": "שלום הבדיוני",
    "Devanagari": "अनन्या काल्पनिक",
    "Thai": "สมชาย สมมุติ",
    "Chinese": "李小明",
    "Chinese, traditional": "王麗華",
    "decomposed": "A\u030asa O\u0308hman",
}


@pytest.mark.parametrize("languages", ["sv", "en", "both"])
@pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES.keys())
def test_every_template_is_archival_and_accessible_in_every_language(
    facts: Facts, template: Template, languages: Languages
) -> None:
    assert complaints(draw(replace(facts, languages=languages), template, at=AT)) == []


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
def test_any_name_is_archival_accessible_and_readable(plain: Facts, name: str) -> None:
    pdf = draw(replace(plain, holder=name, languages="both", development=True), at=AT)
    assert complaints(pdf) == []


def test_the_judge_sees_an_untagged_page(plain: Facts) -> None:
    """The negative control of the two tests above."""
    pdf = draw(plain, at=AT).replace(b"/Marked true", b"/Marked nope")
    assert complaints(pdf) or page.is_pdf_compliant_bytes(pdf, profile="ua1") is False


def test_the_sheet_states_every_fact(facts: Facts) -> None:
    shown = text_of(draw(facts, at=AT))
    for stated in (
        facts.serial,
        facts.code,
        facts.holder,
        "Certifierad coach",
        "Transformativ innovation",
        "2.1",
        facts.criteria_digest,
        "3 mars 2027",
        "4 mars 2027",
        "3 mars 2030",
        "Accelerera",
        "Falkvik",
        "Elsa Exempel",
        "Nämndens ordförande",
        facts.verify_url,
    ):
        assert stated in shown


def test_a_sheet_in_two_languages_says_both(facts: Facts) -> None:
    shown = text_of(draw(replace(facts, languages="both"), at=AT))
    for stated in (
        "Certifikat",
        "Certificate",
        "Certifierad coach",
        "Certified Coach",
        "3 mars 2030",
        "3 March 2030",
    ):
        assert stated in shown


def test_an_english_sheet_has_no_swedish_left(plain: Facts) -> None:
    shown = text_of(draw(replace(plain, languages="en", holder="Bo Ek", place="Visby"), at=AT))
    assert "Certified Coach" in shown
    assert not re.search(r"[åäö]|Certifikat\b|mars", shown)


def test_a_certificate_without_end_says_so(plain: Facts) -> None:
    assert "Tills vidare" in text_of(draw(replace(plain, valid_until=None), at=AT))


def test_a_certificate_of_attendance_is_called_so(plain: Facts) -> None:
    assert "Intyg om deltagande" in text_of(draw(plain, ATTENDANCE, at=AT))


def test_a_sample_says_so_across_its_top(plain: Facts) -> None:
    assert "gäller inte som certifikat" in text_of(draw(replace(plain, development=True), at=AT))
    assert "gäller inte som certifikat" not in text_of(draw(plain, at=AT))


@pytest.mark.parametrize("dpi", [72, 100, 150, 200, 300])
def test_the_qr_code_leads_to_the_verification_page(facts: Facts, dpi: int) -> None:
    read = zxingcpp.read_barcodes(picture_of(draw(facts, at=AT), dpi))
    assert [code.text for code in read] == [facts.verify_url]


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
def test_nothing_runs_over_the_frame(plain: Facts, name: str) -> None:
    picture = picture_of(draw(replace(plain, holder=name, languages="both"), at=AT), 72).convert("L")
    width, height = picture.size
    margins = (
        picture.crop((32, 40, 62, height - 40)),
        picture.crop((width - 62, 40, width - 32, height - 40)),
    )
    assert all(min(margin.tobytes()) > 200 for margin in margins)


def test_a_long_name_is_all_there(plain: Facts) -> None:
    shown = re.sub(r"\s+", " ", text_of(draw(replace(plain, holder=LONGEST), at=AT)))
    assert LONGEST in shown


@pytest.mark.parametrize("character", ["🌸", "\U00013000", "\ue000"])
def test_a_character_without_a_glyph_is_refused_by_name(plain: Facts, character: str) -> None:
    with pytest.raises(GlyphMissing) as refused:
        draw(replace(plain, holder=f"Anna {character} Påhitt"), at=AT)
    assert refused.value.character == character


def test_joined_scripts_are_copied_as_they_were_written(plain: Facts) -> None:
    pdf = draw(replace(plain, holder="محمد الخيالي"), at=AT)
    assert "محمد الخيالي".encode("utf-16-be").hex().upper() in _page_code(pdf)


def test_the_same_facts_give_the_same_sheet(facts: Facts) -> None:
    assert draw(facts, at=AT) == draw(facts, at=AT)


def test_a_template_may_change_colours_words_and_logo(plain: Facts, handwriting: bytes) -> None:
    own = replace(
        STANDARD,
        name="björkhamra",
        accent=(0.4, 0.1, 0.3),
        logo=handwriting,
        words={"title": Text("Diplom", "Diploma")},
    )
    pdf = draw(plain, own, at=AT)
    assert complaints(pdf) == []
    assert "Diplom" in text_of(pdf)


def test_a_template_with_an_unknown_wording_is_refused() -> None:
    with pytest.raises(TemplateError, match="titel"):
        replace(STANDARD, words={"titel": Text("Diplom")})


def test_a_signature_image_that_is_none_is_refused(facts: Facts) -> None:
    broken = replace(facts, signatories=(replace(facts.signatories[0], image=b"GIF89a not an image"),))
    with pytest.raises(ImageError):
        draw(broken, at=AT)


def _page_code(pdf: bytes) -> str:
    codes = []
    for found in re.finditer(rb"stream\n", pdf):
        try:
            codes.append(zlib.decompressobj().decompress(pdf[found.end() :]).decode("latin-1"))
        except zlib.error:
            continue
    return "".join(codes)
