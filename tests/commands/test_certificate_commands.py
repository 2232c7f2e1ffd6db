"""Samples and decisions as files."""

import json
import uuid

import pytest
from sqlalchemy import select

from app.awards.models import Decision
from app.rules.decision import recompute
from certificates.timestamps import signature_of
from certificates.verify import embedded_facts
from tests.certificates.judges import complaints


@pytest.mark.parametrize("lang", ["sv", "en", "both"])
def test_a_sample_says_that_it_is_one(run, tmp_path, lang):
    out = tmp_path / "sample.pdf"
    answer = run("certificate", "sample", out, "--lang", lang, "--name", "Åsa Påhitt")
    assert answer.exit_code == 0, answer.output
    facts = embedded_facts(out.read_bytes())
    assert (facts.holder, facts.development, facts.languages) == ("Åsa Påhitt", True, lang)


@pytest.mark.parametrize(("level", "parts"), [("B-T", (b"/Contents",)), ("B-LT", (b"/Contents", b"/DSS"))])
def test_a_sample_comes_at_every_level_and_from_every_template(run, tmp_path, level, parts):
    out = tmp_path / "sample.pdf"
    answer = run("certificate", "sample", out, "--level", level, "--template", "attendance")
    assert answer.exit_code == 0, answer.output
    made = out.read_bytes()
    assert signature_of(made)[0].token is not None
    assert all(part in made for part in parts)
    assert complaints(made) == []


def test_a_name_that_cannot_be_drawn_is_refused_in_words(run, tmp_path):
    answer = run("certificate", "sample", tmp_path / "x.pdf", "--name", "Bo \U00013000")
    assert answer.exit_code == 1
    assert "Traceback" not in answer.output


def test_an_exported_decision_recomputes(run, world, session):
    decision = session.scalars(select(Decision)).first()
    answer = run("decision", "export", decision.id)
    assert answer.exit_code == 0, answer.output
    exported = json.loads(answer.stdout)
    assert recompute(exported).met
    assert exported["digest"] == decision.digest


def test_an_unknown_decision_is_said(run):
    assert "no decision" in run("decision", "export", uuid.uuid4()).output
