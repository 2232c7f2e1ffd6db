"""Scheme files: read without guessing, every mistake named at once, versions told apart."""

import copy
import tomllib
from pathlib import Path
from typing import Any

import pytest

import app.schemes
from app.rules.comparison import compare
from app.rules.criteria import CoachingHours, Deliveries, Quality
from app.rules.parsing import SchemeError, parse

DATA = Path(app.schemes.__file__).parent / "data"
FILES = sorted(DATA.glob("*.toml"))


def content(code: str = "certified-coach") -> dict[str, Any]:
    return tomllib.loads((DATA / f"{code}.toml").read_text(encoding="utf-8"))


def problems(data: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(SchemeError) as caught:
        parse(data, file="x.toml")
    return {one.key: one.expected for one in caught.value.problems}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_demonstration_scheme_reads_and_writes_to_the_same_version(path: Path) -> None:
    version = parse(tomllib.loads(path.read_text(encoding="utf-8")))
    again = parse(version.to_json())
    assert version.code == path.stem
    assert again == version
    assert again.digest == version.digest


def test_hours_become_minutes_and_means_hundredths() -> None:
    version = parse(content())
    assert version.criterion("coaching-hours") == CoachingHours(
        code="coaching-hours",
        scheme="certified-coach",
        minimum=6000,
        paid=4500,
        clients=8,
        recent=1500,
        within=18,
    )
    quality = version.criterion("quality")
    assert isinstance(quality, Quality)
    assert (quality.mean, quality.answers) == (400, 15)


def test_the_lead_trainer_counts_a_co_delivery_from_half() -> None:
    deliveries = parse(content("lead-trainer")).criterion("deliveries")
    assert isinstance(deliveries, Deliveries)
    assert (deliveries.co_share, deliveries.participants, deliveries.within) == (50, 100, 60)


def test_every_mistake_is_named_at_once() -> None:
    data = content()
    data["criteria"][0]["hours"] = 1.1
    data["criteria"][1]["hour"] = 3
    data["criteria"][2]["kind"] = "magic"
    data["name"] = {"sv": "Bara svenska"}
    found = problems(data)
    assert "quarters" in found["criteria[0].hours"]
    assert "not known" in found["criteria[1].hour"]
    assert "one of" in found["criteria[2].kind"]
    assert "sv and en" in found["name"]


@pytest.mark.parametrize("junk", [[], "x", None, {"criteria": 3}, {"criteria": [3]}, {"criteria": [{}]}])
def test_junk_is_a_mistake_and_no_crash(junk: Any) -> None:
    assert problems(junk)


def test_an_assessment_that_is_not_there_is_a_mistake() -> None:
    data = content()
    data["assessments"] = data["assessments"][1:]
    assert "coach-test" in problems(data)["assessments"]


def test_two_criteria_cannot_share_a_code() -> None:
    data = content()
    data["renewal"][0]["code"] = "coaching-hours"
    assert "taken" in problems(data)["renewal[0].code"]


def test_a_group_is_read_with_its_parts() -> None:
    data = content("participant")
    parts = data["criteria"][:2]
    group = {"code": "either", "kind": "n_of", "n": 1, "name": {"sv": "A", "en": "A"}}
    data["criteria"] = [{**group, "text": {"sv": "A", "en": "A"}, "criteria": parts}]
    data["assessments"] = []
    version = parse(data)
    assert [one.code for one in version.every()] == ["either", "training-hours", "attendance"]
    assert parse(version.to_json()) == version


def test_a_declaration_is_known_by_its_words() -> None:
    data = content("participant")
    ethics = {"code": "ethics", "kind": "declaration", "declares": {"sv": "Jag lovar.", "en": "I promise."}}
    data["criteria"].append(ethics | {"name": {"sv": "A", "en": "A"}, "text": {"sv": "A", "en": "A"}})
    version = parse(data)
    assert parse(version.to_json()) == version
    other = copy.deepcopy(data)
    other["criteria"][-1]["declares"]["sv"] = "Jag svär."
    assert parse(other).criterion("ethics") != version.criterion("ethics")
    del data["criteria"][-1]["declares"]["en"]
    assert "sv and en" in problems(data)["criteria[3].declares"]


def test_versions_are_told_apart_criterion_by_criterion() -> None:
    old = parse(content())
    data = copy.deepcopy(content())
    data["version"] = 2
    data["grace_days"] = 30
    data["criteria"][1]["hours"] = 120
    del data["criteria"][8]
    data["renewal"][1]["code"] = "renewal-coaching"
    found = {
        (one.part, one.code): (one.state, [(c.key, c.old, c.new) for c in one.changes])
        for one in compare(old, parse(data))
    }
    assert found["terms", "certified-coach"] == ("changed", [("grace_days", 60, 30)])
    assert found["criteria", "coaching-hours"] == ("changed", [("hours", 100, 120)])
    assert found["criteria", "quality"][0] == "removed"
    assert found["renewal", "renewal-coaching"][0] == "added"
    assert found["renewal", "renewal-hours"][0] == "removed"
    assert found["criteria", "test"] == ("unchanged", [])


def test_a_rubric_is_scored_in_whole_percent() -> None:
    rubric = parse(content()).assessment("case")
    assert rubric.score({"reading": 3, "choices": 3, "ethics": 2}) == 100
    assert rubric.score({"reading": 0, "choices": 0, "ethics": 0}) == 0
    assert rubric.score({"reading": 3, "choices": 0, "ethics": 0}) == 40
    with pytest.raises(KeyError):
        rubric.score({"reading": 3})
    with pytest.raises(ValueError, match="no level"):
        rubric.score({"reading": 9, "choices": 0, "ethics": 0})
