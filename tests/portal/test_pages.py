"""The path as its owner, her guide, a certifier and a stranger see it."""

import ast
from pathlib import Path

import pytest
from sqlalchemy import select

from app import clock
from app.demo import factories as make
from app.evidence.models import EvidenceItem
from app.learners import words as said
from app.portal import words
from app.rules.profile import PATTERNS
from app.schemes import service as schemes
from tests.portal.reading import words_of

ROOT = Path(__file__).resolve().parents[2]


def test_the_path_says_what_is_there_and_what_is_left(browse, siv, path):
    page = words_of(browse(siv).get(f"/path/{path.id}"))
    assert "5 av 15 timmar" in page
    assert "10 timmar och 2 organisationer kvar" in page


def test_the_path_says_the_same_in_english(browse, siv, path):
    siv.language = "en"
    page = words_of(browse(siv, "en").get(f"/path/{path.id}"))
    assert "5 of 15 hours" in page
    assert "10 hours and 2 organisations left" in page


def test_a_number_opens_to_what_makes_it_and_to_what_does_not_count(browse, siv, path):
    page = words_of(browse(siv).get(f"/path/{path.id}/coaching-hours"))
    counts, does_not = page.split("Det här räknas inte, och varför", 1)
    assert counts.count("Granåsa kommun") == 2
    assert "Granåsa kommun" in does_not
    assert "överlappar" in does_not


def test_training_is_named_by_its_lesson(browse, siv, path):
    assert "Från expert till pollinatör" in words_of(browse(siv).get(f"/path/{path.id}/training-hours"))


def test_one_item_is_told_in_words_and_shows_its_statement(browse, session, siv):
    item = session.scalars(select(EvidenceItem).where(EvidenceItem.kind == "coaching")).first()
    page = words_of(browse(siv).get(f"/evidence/{item.id}"))
    assert "Coachtimmar: Granåsa kommun" in page
    assert "Betalt Ja" in page
    assert str(item.facts["client"]) not in page.split("Var det kommer ifrån")[0]
    assert browse(siv).get(f"/evidence/{item.id}/statement.json").json["id"] == str(item.statement_id)


def test_a_strangers_path_answers_like_none(browse, session, places, path, now):
    stranger = make.person(session, "Åsa Låtsas", organisation=places["Granåsa"], now=now)
    item = session.scalars(select(EvidenceItem)).first()
    client = browse(stranger)
    for address in (f"/path/{path.id}", f"/path/{path.id}/coaching-hours", f"/evidence/{item.id}"):
        assert client.get(address).status_code == 404, address


def test_the_guide_of_the_municipality_follows_the_path(browse, session, places, path, now):
    guide = make.person(session, "Love Exempel", organisation=places["Falkvik"], roles=("guide",), now=now)
    page = words_of(browse(guide).get(f"/path/{path.id}"))
    assert "Siv Demolin" in page
    assert "Ditt nästa steg" not in page


def test_every_reason_why_something_does_not_count_is_said_in_words():
    told = set()
    for name in ("criteria", "criterion", "exclusions", "held"):
        file = ROOT / "app" / "rules" / f"{name}.py"
        if file.exists():
            told |= _reasons(ast.parse(file.read_text()))
    assert {"overlap", "out_of_range", "too_few_examiners", "wrong_role"} <= told
    told.add("outside_period")
    assert told - set(words.IGNORED) == set()


def _reasons(module):
    """Reason codes: what ``Exclusion`` is made with, and the texts that ``rejects`` and ``outside`` return."""
    found = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Exclusion":
            found |= {one.value for one in node.args[:1] if isinstance(one, ast.Constant)}
        if isinstance(node, ast.FunctionDef) and node.name in ("rejects", "outside", "_outside"):
            found |= set().union(
                *(_texts(one.value) for one in ast.walk(node) if isinstance(one, ast.Return))
            )
    return found - {None}


def _texts(value):
    if isinstance(value, ast.IfExp):
        return _texts(value.body) | _texts(value.orelse)
    return {value.value} if isinstance(value, ast.Constant) else set()


def test_every_kind_of_evidence_and_every_fact_has_words():
    assert {pattern.kind for pattern in PATTERNS} - set(words.EVIDENCE) == set()
    facts = {fact.name for pattern in PATTERNS for fact in pattern.facts}
    assert facts - set(words.FACTS) - words.INTERNAL == set()


@pytest.mark.parametrize("code", ["participant", "pollinator", "certified-coach", "lead-trainer"])
def test_every_part_of_every_requirement_has_a_name(app, session, places, siv, code):
    version = schemes.load(session, schemes.current(session, code).id)
    with app.test_request_context():
        for criterion in (*version.criteria, *version.renewal):
            figures = criterion.read(criterion.empty(None), clock.now().date()).figures()
            said.of_target(figures)
            said.left(figures)
            assert all(said.part_name(part["name"]) for part in said.parts(figures))
