"""Every template, in every language, at every level of signature, before judges who know nothing of this library."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
import zxingcpp

from certificates.facts import Facts, Languages, Text
from certificates.longterm import archive, issue_for_long
from certificates.rehearsal import ADDRESS, Rehearsal
from certificates.sign import issue, prepare
from certificates.template import TEMPLATES, Template
from certificates.timestamps import add_timestamp
from tests.certificates import judges
from tests.certificates.conftest import AT
from tests.certificates.reading import picture_of

LEVELS = ("B-B", "B-T", "B-LT", "B-LTA")
PARTNER = replace(
    TEMPLATES["standard"], name="partner", accent=(0.1, 0.2, 0.45), words={"title": Text("Diplom", "Diploma")}
)
EVERY = {**TEMPLATES, "partner": PARTNER}


class Made(NamedTuple):
    pdf: bytes
    level: str


@pytest.fixture(scope="module")
def rehearsal() -> Rehearsal:
    return Rehearsal(AT)


def make(
    facts: Facts,
    rehearsal: Rehearsal,
    level: str,
    *,
    template: Template = PARTNER,
    languages: Languages = "both",
) -> Made:
    prepared = prepare(replace(facts, languages=languages), template, signer=rehearsal.signer, at=AT)
    if level == "B-B":
        return Made(issue(prepared).pdf, level)
    if level == "B-T":
        pdf, _ = add_timestamp(
            issue(prepared).pdf, authorities=[ADDRESS], post=rehearsal.post, roots=[rehearsal.root]
        )
        return Made(pdf, level)
    asked = {"authorities": [ADDRESS], "post": rehearsal.post, "roots": [rehearsal.root]}
    pdf = issue_for_long(prepared, rehearsal.evidence, **asked)[0].pdf
    return Made(archive(pdf, rehearsal.evidence, **asked)[0] if level == "B-LTA" else pdf, level)


@pytest.fixture(scope="module", params=LEVELS)
def made(request: pytest.FixtureRequest, facts: Facts, rehearsal: Rehearsal) -> Made:
    return make(facts, rehearsal, request.param)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("languages", ["sv", "en", "both"])
@pytest.mark.parametrize("template", EVERY.values(), ids=EVERY.keys())
def test_no_judge_has_anything_to_say(
    facts: Facts, rehearsal: Rehearsal, template: Template, languages: Languages, level: str
) -> None:
    pdf = make(facts, rehearsal, level, template=template, languages=languages).pdf
    assert judges.complaints(pdf, archived=level == "B-LTA") == []
    assert judges.qpdf(pdf) == []


def test_pyhanko_agrees(made: Made, rehearsal: Rehearsal) -> None:
    roots = [rehearsal.signer.chain[-1], rehearsal.root]
    assert judges.pyhanko(made.pdf, roots=roots, at=AT + timedelta(minutes=1)) == []


def test_pyhanko_and_qpdf_see_what_is_wrong(facts: Facts, rehearsal: Rehearsal) -> None:
    """The negative control."""
    pdf = make(facts, rehearsal, "B-B").pdf
    place = pdf.index(b"/Producer")
    assert judges.pyhanko(
        pdf[:place] + b"/produced" + pdf[place + 9 :], roots=[rehearsal.signer.chain[-1]], at=AT
    )
    assert judges.pyhanko(pdf, roots=[rehearsal.root], at=AT)
    start = pdf.index(b"stream\n", pdf.index(b"/FlateDecode")) + 20
    assert judges.qpdf(pdf[:start] + bytes(40) + pdf[start + 40 :])


def test_pdfsig_agrees(made: Made, tmp_path: Path) -> None:
    said = judges.pdfsig(made.pdf, tmp_path)
    assert (
        said.count("Signature is Valid") == 1
    )  # of an archive timestamp it says that it cannot validate this type
    assert said.count("Signature #") == (2 if made.level == "B-LTA" else 1)
    assert "Total document signed" in said.split("Signature #")[-1]


def test_openssl_agrees(made: Made, rehearsal: Rehearsal, tmp_path: Path) -> None:
    said = judges.openssl(made.pdf, tmp_path, roots=[rehearsal.signer.chain[-1]], at=AT)
    assert "erification successful" in said


def test_a_reader_of_codes_agrees_on_every_sheet(made: Made, facts: Facts) -> None:
    for dpi in (72, 150, 300):
        [found] = zxingcpp.read_barcodes(picture_of(made.pdf, dpi))
        assert found.text == facts.verify_url
