"""A broken package is refused with the sentence that its author needs, and the others go on."""

import os
from pathlib import Path

import pytest

from tests.plugins.packages import COURSE, LESSONS, catalogue_of, write_package


def reasons(folder: Path, **more: float) -> tuple[str, ...]:
    refused = catalogue_of(folder, **more).refused()
    assert len(refused) == 1
    return refused[0].reasons


QUIZ = """
@hookimpl
def quizzes():
    return [Quiz(id="check", title=both("Koll", "Check"), pass_mark=60{more}, questions=({questions},))]
"""
RIGHT = (
    'SingleChoice(id="q", text=both("F?", "Q?"), lesson="one", choices=('
    'Option(id="a", text=both("A", "A"), right=True), Option(id="b", text=both("B", "B"))))'
)

BROKEN = {
    "raises when imported": (
        {"more": "\nraise RuntimeError('no wheels')\n"},
        "it raised RuntimeError: no wheels",
    ),
    "raises in a hook": (
        {"lessons": "\n@hookimpl\ndef lessons():\n    return 1 / 0\n"},
        "it raised ZeroDivisionError: division by zero",
    ),
    "has a syntax error": ({"more": "\ndef (:\n"}, "it raised SyntaxError: "),
    "imports what is missing": (
        {"more": "\nimport no_such_library\n"},
        "it raised ModuleNotFoundError: No module named 'no_such_library'",
    ),
    "exits": ({"more": "\nraise SystemExit(3)\n"}, "it stopped its process while loading (exit status 3)"),
    "kills its process": (
        {"more": "\nimport os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n"},
        "it stopped its process while loading (exit status -9)",
    ),
    "misspells a hook": (
        {"more": "\n@hookimpl\ndef quizes():\n    return []\n"},
        "there is no hook 'quizes'; did you mean 'quizzes'?",
    ),
    "takes an argument that the hook does not give": (
        {"lessons": "\n@hookimpl\ndef lessons(language):\n    return []\n"},
        "a hook does not fit the contract: ",
    ),
    "has no course": ({"course": COURSE.replace("@hookimpl", "")}, "the hook 'course' is missing"),
    "has no lessons": ({"lessons": ""}, "the course has no lessons"),
    "returns the wrong type": (
        {"lessons": "\n@hookimpl\ndef lessons():\n    return 'one'\n"},
        "lessons() must return a list of Lesson, not str",
    ),
    "returns the wrong thing in a list": (
        {"lessons": "\n@hookimpl\ndef lessons():\n    return [{'id': 'one'}]\n"},
        "lessons() must return only Lesson, but one is dict",
    ),
    "knows no such field": (
        {"lessons": LESSONS.replace("minutes=30", "minuter=30")},
        "it raised TypeError: Lesson.__init__() got an unexpected keyword argument 'minuter'",
    ),
    "speaks another contract": (
        {"course": COURSE.replace("contract=1", "contract=7")},
        "it is written for contract 7; this service speaks contract 1",
    ),
    "has a version that is no version": (
        {"course": COURSE.replace("1.0.0", "spring")},
        "version 'spring': it needs three numbers, such as 1.0.0",
    ),
    "speaks no language": ({"course": COURSE.replace('("sv", "en")', "()")}, "the course names no language"),
    "lacks a language": (
        {"course": COURSE.replace('both("Kort", "Short")', '{{"sv": "Kort"}}')},
        "course summary: no words in en",
    ),
    "writes words without a language": (
        {"course": COURSE.replace('both("Kort", "Short")', '"Kort"')},
        "course summary: words are given per language, such as {'sv': ..., 'en': ...}",
    ),
    "misses a page": (
        {"lessons": LESSONS.replace('id="two"', 'id="three"')},
        "the file pages/sv/three.md is missing",
    ),
    "lists a file that is not there": (
        {"course": COURSE.replace("figure.svg", "film.mp4")},
        "the file film.mp4 is missing",
    ),
    "reaches outside its folder": (
        {"course": COURSE.replace("figure.svg", "../../../etc/passwd")},
        "the file ../../../etc/passwd is missing",
    ),
    "has two lessons of one id": ({"lessons": LESSONS.replace('"two"', '"one"')}, "unit 'one' stands twice"),
    "has an id with a space": (
        {"lessons": LESSONS.replace('"two"', '"Part two"')},
        "unit 'Part two': an id has small letters a-z, digits and hyphens",
    ),
    "has a lesson without time": (
        {"lessons": LESSONS.replace("minutes=45", "minutes=0")},
        "lesson two: minutes must be a whole number from 1 up",
    ),
    "has a quiz without questions": (
        {"more": QUIZ.format(more="", questions="").replace("questions=(,)", "questions=()")},
        "quiz check has no questions",
    ),
    "draws more than it has": (
        {"more": QUIZ.format(more=", draw=9", questions=RIGHT)},
        "quiz check: it cannot draw 9 of 1 questions",
    ),
    "has a pass mark of its own kind": (
        {"more": QUIZ.format(more="", questions=RIGHT).replace("pass_mark=60", "pass_mark=0.6")},
        "quiz check: the pass mark is a whole percent from 0 to 100",
    ),
    "has a question nobody can answer": (
        {"more": QUIZ.format(more="", questions=RIGHT.replace(", right=True", ""))},
        "quiz check: question q: 0 choices are right; a single choice needs exactly one",
    ),
    "asks about a lesson that is not there": (
        {"more": QUIZ.format(more="", questions=RIGHT.replace('"one"', '"nine"'))},
        "quiz check: question q points at lesson 'nine', which is not there",
    ),
    "reports what it does not serve": (
        {"more": QUIZ.format(more=', reports="master"', questions=RIGHT)},
        "check reports 'master', which the course does not list in 'serves'",
    ),
    "reads a bank that is not there": (
        {
            "more": """
            from pathlib import Path
            @hookimpl
            def quizzes():
                return [Quiz(id="check", title=both("K", "C"), pass_mark=60,
                             questions=read_bank(Path(__file__).with_name("bank.toml")))]
            """
        },
        "it raised BankError: bank.toml: ",
    ),
    "brings a criterion whose example is wrong": (
        {
            "more": """
            import datetime
            @hookimpl
            def criterion_kinds():
                wrong = Example(evidence=(), on=datetime.date(2027, 3, 3), parameters={},
                                gives=Assessed(met=True, amount=1, target=1))
                return [CriterionKind(code="odd", title=both("U", "O"), says=both("U", "O"), examples=(wrong,),
                                      assess=lambda evidence, on, parameters: Assessed(met=False, amount=0, target=1))]
            """
        },
        "criterion kind odd: example 1 should give ",
    ),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_package_is_refused_that(fault: str, tmp_path: Path):
    content, sentence = BROKEN[fault]
    write_package(tmp_path, **content)
    found = reasons(tmp_path)
    assert any(reason.startswith(sentence) for reason in found), found


def test_a_package_is_refused_that_hangs(tmp_path: Path):
    write_package(tmp_path, more="\nimport time\ntime.sleep(600)\n")
    assert reasons(tmp_path, time_limit=1.5) == ("it did not finish loading within 1.5 seconds",)


def test_a_package_is_refused_whose_module_is_missing(tmp_path: Path):
    inside = write_package(tmp_path)
    inside.rename(inside.with_name("elsewhere"))
    assert reasons(tmp_path) == (f"its module {inside.name} is missing",)


def test_the_second_of_two_packages_with_one_id_is_refused(tmp_path: Path):
    write_package(tmp_path)
    write_package(tmp_path)
    catalogue = catalogue_of(tmp_path)
    assert [course.id for course in catalogue.listing()] == ["bikes"]
    assert [one.reasons for one in catalogue.refused()] == [
        ("the course bikes 1.0.0 is already given by bikes",)
    ]


def test_good_packages_go_on_beside_a_broken_one(tmp_path: Path):
    write_package(tmp_path, "bikes")
    write_package(tmp_path, "trams", more="\nraise RuntimeError('no rails')\n")
    catalogue = catalogue_of(tmp_path)
    assert [course.id for course in catalogue.listing()] == ["bikes"]
    assert [one.name for one in catalogue.refused()] == ["trams"]


def test_a_broken_package_never_runs_in_the_service_itself(tmp_path: Path):
    ran = tmp_path / "ran"
    write_package(
        tmp_path,
        more=f"\nfrom pathlib import Path\nimport os\nPath({str(ran)!r}).write_text(str(os.getpid()))\nraise OSError\n",
    )
    reasons(tmp_path)
    assert ran.read_text() != str(os.getpid())
