"""Issuers and templates as data: what a folder says becomes a sheet, or is refused with a reason."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from certificates.draw import draw
from certificates.facts import Facts, Text
from certificates.issuer import Issuer, IssuerError, read_issuer
from certificates.template import ATTENDANCE, STANDARD, TemplateError
from certificates.template_data import contrast, read_template
from tests.certificates.conftest import AT
from tests.certificates.judges import complaints
from tests.certificates.reading import text_of

FOLDER = """
organisation = "Granåsa kompetens"
place = "Granåsa"
languages = "both"
key = "granasa.p12"
key_password_file = "password"

[[signatories]]
name = "Elsa Exempel"
title = {sv = "Rektor", en = "Principal"}
image = "elsa.png"

[template]
accent = "#1b3f72"
logo = "elsa.png"
words.title = {sv = "Diplom", en = "Diploma"}

[templates.participant]
base = "attendance"
"""


@pytest.fixture
def folder(tmp_path: Path, handwriting: bytes) -> Path:
    (tmp_path / "issuer.toml").write_text(FOLDER)
    (tmp_path / "password").write_text("hemligt\n")
    (tmp_path / "elsa.png").write_bytes(handwriting)
    return tmp_path


def test_a_folder_says_who_issues_where_and_how(folder: Path, handwriting: bytes) -> None:
    issuer = read_issuer(folder)
    assert (issuer.organisation, issuer.place, issuer.languages) == ("Granåsa kompetens", "Granåsa", "both")
    assert (issuer.key, issuer.key_password) == (str(folder / "granasa.p12"), "hemligt")
    assert issuer.signatories[0].image == handwriting
    assert issuer.template.words["title"] == Text("Diplom", "Diploma")
    assert issuer.template_for("participant").words == ATTENDANCE.words
    assert issuer.template_for("pollinator") == issuer.template


def test_its_sheet_is_archival_and_accessible_and_says_what_it_should(folder: Path, plain: Facts) -> None:
    issuer = read_issuer(folder)
    facts = replace(plain, languages="both", place=issuer.place, signatories=issuer.signatories)
    pdf = draw(facts, issuer.template, at=AT)
    assert complaints(pdf) == []
    assert {"Diplom", "Diploma", "Granåsa", "Principal"} <= set(text_of(pdf).split())


def test_the_password_of_a_key_is_never_shown(folder: Path) -> None:
    assert "hemligt" not in repr(read_issuer(folder))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ('organisation = "x"\nplaces = "y"', "no such key: places"),
        ('organisation = "x"\nlanguages = "de"', "languages"),
        ('organisation = "x"\nkey_password_file = "none"', "none"),
        ('organisation = "x"\n[template]\nlogo = "../secret"', "logo: ../secret cannot be read"),
        ('organisation = "x"\n[[signatories]]\nname = "E"\ntitle = {sv = "a"}', "sv and en"),
        ("organisation = ", "Invalid value"),
        ('place = "y"', "organisation"),
    ],
)
def test_a_folder_that_makes_no_sense_is_refused_with_the_reason(folder: Path, wrong: str, said: str) -> None:
    (folder / "issuer.toml").write_text(wrong)
    with pytest.raises(IssuerError, match=said):
        read_issuer(folder)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"accents": "#000000"}, "no such key: accents"),
        ({"base": "diplom"}, "no template 'diplom'"),
        ({"accent": "teal"}, "written as #0c5a60"),
        ({"quiet": "#c0c0c0"}, "too faint"),
        ({"words": {"titel": {"sv": "a", "en": "b"}}}, "no such wording: titel"),
        ({"words": {"scheme": {"sv": "i {ordning}", "en": "in {scheme}"}}}, "nothing is called ordning"),
        ({"words": {"scheme": {"sv": "i {", "en": "in"}}}, "nothing is called"),
        ({"rosette": [{"radius": 5.0, "depth": 1.0, "waves": 6, "count": 9000}]}, "more than 400 lines"),
        ({"rosette": [{"radios": 5.0}]}, "rosette"),
        ({"logo": "logo.png"}, "logo.png cannot be read"),
    ],
)
def test_a_template_that_makes_no_sense_is_refused_with_the_reason(data: dict[str, Any], said: str) -> None:
    def nothing(name: str) -> bytes:
        raise FileNotFoundError(name)

    with pytest.raises(TemplateError, match=said):
        read_template(data, "partner", file=nothing)


def test_every_colour_of_the_standard_template_can_be_read_on_white() -> None:
    colours = (STANDARD.ink, STANDARD.quiet, STANDARD.accent, STANDARD.warm)
    assert min(map(contrast, colours)) >= 4.5


def test_an_issuer_without_a_folder_uses_the_standard_template() -> None:
    assert Issuer().template_for("anything") == STANDARD
