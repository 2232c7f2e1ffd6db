from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject
from pyhanko.pdf_utils.reader import PdfFileReader

from certificates.cms import CMSError, SignatureMould
from certificates.faces import face
from certificates.facts import Facts, Text
from certificates.fast import _NAME_CASE, Press, issue_all
from certificates.keys import Signer, development_ca
from certificates.sign import SigningError, cms, issue, prepare
from certificates.template import ATTENDANCE, STANDARD, Template
from certificates.verify import KnownSigner, is_silent, verify
from tests.certificates.conftest import AT
from tests.certificates.judges import complaints
from tests.certificates.reading import picture_of, text_of

NAMES = st.one_of(
    st.text(st.characters(codec="latin-1", categories=["Lu", "Ll", "Zs"]), min_size=1, max_size=80),
    st.sampled_from(
        [
            "Bo Ek",
            "Åsa Öberg-Låtsas",
            "Áilu Čálliid Ŋuorŧŧa",
            "Şükrü Żółć",
            "محمد الخيالي",
            "李小明",
            "Anna Lisa Karolina Påhitt Exempel Provberg Demolin Låtsas Fiktiv Påhitt Exempel",
        ]
    ),
).filter(lambda name: name.strip() != "" and "\xad" not in name and "\xa0" not in name)


OWN = replace(STANDARD, name="own", warm=(0.3, 0.1, 0.5), words={"title": Text("Diplom", "Diploma")})
TEMPLATES = (STANDARD, ATTENDANCE, OWN)


@pytest.fixture(scope="module")
def press(signer: Signer) -> Press:
    return Press(signer=signer)


def _elements(pdf: bytes) -> list[tuple[str, str, str]]:
    """The structure tree, from top to bottom: role, alternative text, scope."""
    found: list[tuple[str, str, str]] = []

    def walk(element: object) -> None:
        if isinstance(element, DictionaryObject) and "/S" in element:
            attributes = element.get("/A", {})
            found.append(
                (
                    element["/S"],
                    str(element["/Alt"]) if "/Alt" in element else "",
                    str(attributes["/Scope"]) if "/Scope" in attributes else "",
                )
            )
            walk(element["/K"])
        elif isinstance(element, ArrayObject):
            for child in element:
                walk(child.get_object())

    walk(PdfFileReader(io.BytesIO(pdf)).root["/StructTreeRoot"]["/K"])
    return found


def _described(pdf: bytes) -> tuple[object, ...]:
    reader = PdfFileReader(io.BytesIO(pdf))
    root = reader.root
    page = root["/Pages"]["/Kids"][0]
    return (
        root["/Metadata"].data,
        root["/Lang"],
        page["/MediaBox"],
        page["/Annots"][0]["/A"]["/URI"],
        page["/Annots"][0]["/Contents"],
        *(str(reader.trailer["/Info"][key]) for key in ("/Title", "/CreationDate", "/Subject", "/Author")),
        root["/Names"]["/EmbeddedFiles"]["/Names"][1]["/EF"]["/F"].data,
        root["/AcroForm"]["/Fields"][0]["/TU"],
        reader.trailer["/ID"][0],
    )


@pytest.fixture(scope="module")
def presses(signer: Signer, rsa_signer: Signer) -> dict[tuple[str, str], Press]:
    """A press for every template and kind of key."""
    return {
        (template.name, kind): Press(template, signer=key)
        for template in TEMPLATES
        for kind, key in (("P-256", signer), ("RSA", rsa_signer))
    }


@settings(max_examples=60, deadline=None)
@given(
    name=NAMES,
    serial=st.from_regex(r"[A-Z]{2,6}-20[2-3][0-9]-[0-9]{3,9}", fullmatch=True),
    days=st.none() | st.integers(0, 4000),
    template=st.sampled_from([one.name for one in TEMPLATES]),
    key=st.sampled_from(["P-256", "RSA"]),
    languages=st.sampled_from(["sv", "en", "both"]),
)
def test_both_ways_make_the_same_certificate(
    presses: dict[tuple[str, str], Press],
    plain: Facts,
    name: str,
    serial: str,
    days: int | None,
    template: str,
    key: str,
    languages: str,
) -> None:
    until = None if days is None else plain.valid_from + timedelta(days=days)
    facts = replace(plain, holder=name, serial=serial, valid_until=until, languages=languages)
    press = presses[template, key]
    signer = press.signer
    fast = press.issue(facts, at=AT)
    general = issue(prepare(facts, press.template, signer=signer, at=AT))
    assert text_of(fast.pdf) == text_of(general.pdf)
    assert _elements(fast.pdf) == _elements(general.pdf)
    assert _described(fast.pdf) == _described(general.pdf)
    assert picture_of(fast.pdf, 40).tobytes() == picture_of(general.pdf, 40).tobytes()
    report = verify(fast.pdf, known=[KnownSigner(signer.certificate, chain=signer.chain)], at=AT)
    assert report.valid
    assert (report.facts, report.digest, report.sha256) == (facts, fast.digest, fast.sha256)


@pytest.mark.parametrize("languages", ["sv", "en", "both"])
@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.name)
def test_every_printed_certificate_is_archival_and_accessible(
    facts: Facts, rsa_signer: Signer, template: object, languages: str
) -> None:
    press = Press(template, signer=rsa_signer)
    made = press.issue(replace(facts, languages=languages), at=AT)
    assert press.printed == 1
    assert complaints(made.pdf) == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.name)
def test_any_two_letters_of_the_type_case_may_meet_in_a_name(
    template: Template, plain: Facts, signer: Signer
) -> None:
    plate = Press(template, signer=signer)._plate(plain, AT)
    case = [letter for letter in _NAME_CASE if face(template.display).has(letter)]
    known = set(plate.fonts.use(face(template.display)).codes)
    met = {
        first + second
        for first in case
        for second in case
        for glyph in face(template.display).shape(first + second)[0]
        if glyph.number not in known
    }
    assert met == set()


def test_a_name_beyond_the_type_case_goes_the_general_way(signer: Signer, plain: Facts) -> None:
    press = Press(signer=signer)
    press.issue(replace(plain, holder="Åsa Låtsas"), at=AT)
    press.issue(replace(plain, holder="محمد الخيالي"), at=AT)
    assert (press.printed, press.general) == (1, 1)


def test_a_batch_is_issued_one_by_one(press: Press, plain: Facts) -> None:
    batch = [replace(plain, serial=f"FALK-2027-{i}") for i in range(3)]
    assert [made.facts.serial for made in issue_all(press, batch, at=AT)] == [facts.serial for facts in batch]


def test_a_development_key_puts_the_banner_on_printed_sheets(plain: Facts, tmp_path: object) -> None:
    press = Press(signer=development_ca(tmp_path, now=AT))
    assert "gäller inte som certifikat" in text_of(press.issue(plain, at=AT).pdf)


def test_a_press_with_the_wrong_key_hands_nothing_over(
    signer: Signer, rsa_signer: Signer, plain: Facts
) -> None:
    press = Press(signer=signer)
    press.signer = rsa_signer
    with pytest.raises(SigningError):
        press.issue(plain, at=AT)


def test_a_printed_file_with_one_wrong_byte_is_not_handed_over(press: Press, plain: Facts) -> None:
    made = press.issue(plain, at=AT)
    plate, attached = press._plate(plain, AT), plain.to_json()
    plate._check(made.pdf, attached)
    begin = len(plate.prefix)
    for place in (*range(0, begin, 4999), *range(begin, len(made.pdf), 211)):
        broken = bytearray(made.pdf)
        broken[place] ^= 1
        with pytest.raises(SigningError):
            plate._check(bytes(broken), attached)


def test_what_sheets_share_may_speak_of_no_signature_and_no_attachment(press: Press, plain: Facts) -> None:
    made = press.issue(plain, at=AT).pdf
    assert is_silent(press._plate(plain, AT).prefix)
    assert not is_silent(made)
    assert not is_silent(made.replace(b"/ByteRange", b"/Range"))


def test_a_mould_casts_what_pyhanko_makes(signer: Signer) -> None:
    digest = bytes(range(32))
    mould = SignatureMould(cms(b"\7" * 32, signer), b"\7" * 32)
    made = cms(digest, signer)
    assert mould.cast(digest, mould.value_in(made, digest)) == made


def test_a_mould_knows_what_it_did_not_cast(signer: Signer) -> None:
    digest = bytes(range(32))
    mould = SignatureMould(cms(b"\7" * 32, signer), b"\7" * 32)
    with pytest.raises(CMSError):
        mould.value_in(cms(digest, signer)[:-1] + b"\0\0", bytes(32))
