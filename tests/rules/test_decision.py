"""A decision can be worked out again by anybody who has the exported files and the rules."""

import json
import shutil
import subprocess
import sys
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import app.rules
from app.rules.criteria import CoachingHours
from app.rules.decision import Mismatch, decide, export, recompute
from app.rules.evidence import Evidence
from app.rules.parsing import parse
from tests.rules.making import DAY_ONE, LATER, coaching, delivery, item

RULES = Path(app.rules.__file__).parent
POLLINATOR = RULES.parent / "schemes" / "data" / "pollinator.toml"


@pytest.fixture
def exported() -> dict[str, Any]:
    scheme = parse(tomllib.loads(POLLINATOR.read_text(encoding="utf-8")))
    items = [coaching(DAY_ONE + timedelta(days=n), 300, client=str(n)) for n in range(3)]
    items += [delivery(DAY_ONE, role="co", share=50), coaching(DAY_ONE, 30, at=9, client="x")]
    decision = decide(scheme.criteria, items, on=DAY_ONE + timedelta(days=30), known_at=LATER)
    return json.loads(json.dumps(export(scheme, items, decision)))


def test_a_decision_is_recomputed_by_the_rules_alone(exported: dict[str, Any], tmp_path: Path) -> None:
    """Another Python, without the site's packages, that finds nothing but the rules and the standard library."""
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "__init__.py").touch()
    shutil.copytree(RULES, tmp_path / "app" / "rules")
    (tmp_path / "export.json").write_text(json.dumps(exported), encoding="utf-8")
    script = tmp_path / "verify.py"
    script.write_text(
        "import json, sys\n"
        f"sys.path.insert(0, {str(tmp_path)!r})\n"
        "from app.rules.decision import recompute\n"
        f"decision = recompute(json.load(open({str(tmp_path / 'export.json')!r}, encoding='utf-8')))\n"
        "foreign = {name.partition('.')[0] for name in sys.modules} - set(sys.stdlib_module_names)\n"
        "print(json.dumps([decision.met, list(decision.missing), sorted(foreign)]))\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-S", "-I", str(script)], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    met, missing, foreign = json.loads(done.stdout)
    assert foreign == ["__main__", "app"]
    assert met is False
    assert missing == exported["decision"]["missing"]


def test_a_decision_recomputes_to_the_same_answer(exported: dict[str, Any]) -> None:
    assert recompute(exported).to_json() == exported["decision"]


def test_changed_evidence_is_noticed(exported: dict[str, Any]) -> None:
    exported["evidence"][0]["minutes"] = 301
    with pytest.raises(Mismatch):
        recompute(exported)


def test_a_changed_fact_that_changes_no_figure_is_noticed(exported: dict[str, Any]) -> None:
    exported["evidence"][0]["facts"]["about"] = "x"
    with pytest.raises(Mismatch, match="digest"):
        recompute(exported)


def test_a_changed_answer_is_noticed(exported: dict[str, Any]) -> None:
    exported["decision"]["met"] = True
    with pytest.raises(Mismatch):
        recompute(exported)


def test_another_scheme_is_noticed(exported: dict[str, Any]) -> None:
    exported["scheme"]["criteria"][0]["hours"] = 1
    with pytest.raises(Mismatch, match="scheme"):
        recompute(exported)


def test_another_engine_says_so(exported: dict[str, Any]) -> None:
    exported["engine"] = "0"
    with pytest.raises(Mismatch, match="rules 0"):
        recompute(exported)


def test_a_renewal_counts_only_its_own_period() -> None:
    criterion = CoachingHours(code="c", minimum=60)
    before, within = coaching(DAY_ONE), coaching(DAY_ONE + timedelta(days=10), 30)
    since = DAY_ONE + timedelta(days=5)
    decision = decide((criterion,), [before, within], on=within.day, known_at=LATER, since=since)
    assert (decision.met, decision.progress[0].amount) == (False, 30)
    assert decision.progress[0].ignored == {before.id: "outside_period"}


def test_evidence_survives_json() -> None:
    one = item("waiver", minutes=0, facts={"criterion": "c", "n": 1, "b": True, "none": None})
    assert Evidence.from_json(json.loads(json.dumps(one.to_json()))) == one


def test_a_withdrawal_does_not_change_what_was_said() -> None:
    one = coaching(id="e1", statement="s1")
    taken_back = Evidence.from_json(one.to_json() | {"withdrawn": LATER.isoformat()})
    assert taken_back.digest == one.digest
