"""The check of a course finds each fault, and says the file and the line that its author has to open."""

from pathlib import Path

import pytest
from coursekit.__main__ import main
from coursekit.check import check
from coursekit.scaffold import CannotScaffold, scaffold

from plugins.find import BUNDLED

MAIN = "src/cyklar_for_alla/__init__.py"
PROJECT = "pyproject.toml"
BANK = "src/cyklar_for_alla/questions.toml"
WHY = "src/cyklar_for_alla/pages/sv/01-why.md"
HOW = "src/cyklar_for_alla/pages/sv/02-how.md"
EXERCISE = "Skriv en mening"
FIGURE = "![Tre stationer på rad, den sista i en annan färg](figures/way.svg)"

FAULTS: dict[str, tuple[str, str, str, str]] = {
    # file, what stands there, what is put there instead, the line and sentence that are found (somewhere)
    "a picture without words": (
        WHY, FIGURE, "![](figures/way.svg)",
        f"{WHY}:7: a picture has no words for those who cannot see it",
    ),
    "a picture described by its file": (
        WHY, FIGURE, "![way.svg](figures/way.svg)",
        f"{WHY}:7: a picture's words are its file name, 'way.svg'; say what it shows",
    ),
    "a picture that is not listed": (
        WHY, "(figures/way.svg)", "(figures/other.svg)",
        f"{WHY}:7: the picture 'figures/other.svg' is not listed in the course's files",
    ),
    "a picture on another site": (
        WHY, "(figures/way.svg)", "(https://exempel.se/x.svg)",
        f"{WHY}:7: the picture 'https://exempel.se/x.svg' lies on another site; put the file in the package",
    ),
    "a film without captions": (
        WHY, EXERCISE, '<video src="figures/way.svg" controls></video>',
        f"{WHY}:10: a film has no captions",
    ),
    "a link that leads nowhere": (
        WHY, EXERCISE, "Läs [hela planen](plan.pdf).",
        f"{WHY}:10: the link leads to 'plan.pdf', which is not listed in the course's files",
    ),
    "a link to a place that is not on the page": (
        WHY, EXERCISE, "Se [övningen](#s-ingenstans).",
        f"{WHY}:10: the link leads to '#s-ingenstans', which is not on the page",
    ),
    "a link with a script": (
        WHY, EXERCISE, '<a href="javascript:alert(1)">tryck</a>',
        f"{WHY}:10: the link to 'javascript:alert(1)' is taken away; https and mailto are kept",
    ),
    "a link that says nothing": (
        WHY, EXERCISE, "Läs mer [här](https://exempel.se/sida).",
        f"{WHY}:10: the link 'här' does not say where it leads",
    ),
    "a heading of the first level": (
        WHY, "## Behovet", "# Behovet",
        f"{WHY}:3: a heading of the first level: the page's title stands there already, begin with ##",
    ),
    "a skipped heading": (
        WHY, "## Behovet", "#### Behovet",
        f"{WHY}:3: a heading of level 4 follows one of level 1; none may be skipped",
    ),
    "a script": (WHY, EXERCISE, "<script>alert(1)</script>", f"{WHY}:10: <script> is taken away"),
    "a handler": (
        WHY, EXERCISE, '<p onclick="x()">Ord</p>', f"{WHY}:10: 'onclick' on <p> is taken away"
    ),
    "a callout of no kind": (
        WHY, "::: exercise", "::: ovning",
        f"{WHY}:9: there is no callout 'ovning'; it can be note, tip, case, exercise, warning, quote",
    ),
    "a callout that stays open": (
        WHY, "för en kollega.\n:::", "för en kollega.", f"{WHY}:9: the callout is not closed with :::"
    ),
    "a footnote without text": (HOW, "[^1]: Nämn din källa här.", "", f"{HOW}:5: the footnote '1' has no text"),
    "a footnote nobody refers to": (HOW, "fel.[^1]", "fel.", f"{HOW}:12: the footnote '1' is never referred to"),
    "a table without a head": (
        HOW, "| Steg | Tid |", "| Steg | |", f"{HOW}:7: a column of a table has no head"
    ),
    "an empty page": (HOW, "*", " ", f"{HOW}:1: the page has no words"),
    "languages that differ": (
        "src/cyklar_for_alla/pages/en/01-why.md", "## The need", "The need",
        "src/cyklar_for_alla/pages/en/01-why.md:1: 0 sections here, 1 in pages/sv/01-why.md: "
        "the languages say different things",
    ),
    "one language only": (
        MAIN, '("sv", "en")', '("sv",)',
        f"{MAIN}:9: the course does not speak en; the service speaks sv and en",
    ),
    "words in one language": (
        MAIN, '{"sv": "Varför", "en": "Why"}', '{"sv": "Varför"}', f"{MAIN}:21: lesson 01-why title: no words in en"
    ),
    "a page that is missing": (
        MAIN, '"02-how"', '"03-what"', f"{MAIN}:22: the file pages/sv/03-what.md is missing"
    ),
    "too little time": (
        MAIN, "minutes=20", "minutes=0", f"{MAIN}:21: lesson 01-why: minutes must be a whole number from 1 up"
    ),
    "hours that do not add up": (
        MAIN, "hours=1", "hours=9", f"{MAIN}:9: the course says 9 hours; its lessons make 1.0"
    ),
    "a file nobody uses": (
        MAIN, '("figures/way.svg",)', '("figures/way.svg", "questions.toml")',
        f"{MAIN}:14: the file questions.toml is listed and no page uses it",
    ),
    "a hook that is misspelt": (
        MAIN, "def quizzes", "def quizes", f"{MAIN}:27: there is no hook 'quizes'; did you mean 'quizzes'?"
    ),
    "a hook that raises": (
        MAIN, '    bank = read_bank(Path(__file__).with_name("questions.toml"))', "    bank = 1 / 0",
        f"{MAIN}:28: it raised ZeroDivisionError: division by zero",
    ),
    "Python that is none": (MAIN, "def course():", "def course(:", f"{MAIN}:7: it raised SyntaxError: "),
    "a library that is missing": (
        MAIN, "from pathlib import Path", "import no_such_library",
        f"{MAIN}:1: it raised ModuleNotFoundError: No module named 'no_such_library'",
    ),
    "a bank that is no TOML": (BANK, "[[question]]", "[[question", f"{BANK}:3: "),
    "a kind of question that is none": (
        BANK, 'kind = "short"', 'kind = "essay"',
        f"{BANK}:14: question how-large is of kind 'essay'; it can be single, multiple, ",
    ),
    "a question without a right answer": (
        BANK, "right = true, ", "",
        f"{BANK}:5: quiz check: question where-to-begin: 0 choices are right; a single choice needs exactly one",
    ),
    "answers that look the same": (
        BANK, "I en lösning som är klar", "I ett behov som någon har",
        f"{BANK}:5: quiz check: question where-to-begin: two of its answers have the same words in sv",
    ),
    "an answer that the lesson does not give": (
        BANK, '["litet", "liten"]', '["enormt"]',
        f"{BANK}:16: quiz check: question how-large: none of its answers in sv stands in the lesson 02-how",
    ),
    "a question about no lesson": (
        BANK, 'lesson = "02-how"', 'lesson = "02-hur"',
        f"{BANK}:17: quiz check: question how-large points at lesson '02-hur', which is not there",
    ),
    "a question about what has not been read": (
        MAIN, "pass_mark=60, ", 'pass_mark=60, after="01-why", ',
        f"{BANK}:17: quiz check: question how-large asks about 02-how, which comes after the quiz",
    ),
    "a result that is not declared": (
        MAIN, ', "self-check")', ",)",
        f"{MAIN}:29: check reports 'self-check', which the course does not list in 'serves'",
    ),
    "a declared criterion that nothing reports": (
        MAIN, '"self-check"),', '"self-check", "master-test"),',
        f"{MAIN}:13: the course serves 'master-test', and no quiz or assignment reports it",
    ),
    "a version that differs": (
        PROJECT, 'version = "0.1.0"', 'version = "0.2.0"',
        f"{PROJECT}:3: the version is '0.2.0' here and '0.1.0' in the course",
    ),
    "an entry point of another name": (
        PROJECT, "cyklar-for-alla = ", "bikes = ",
        f"{PROJECT}:9: the entry point is called 'bikes'; call it as the course, 'cyklar-for-alla'",
    ),
    "pages that would not be packed": (
        PROJECT, '["pages/**/*", ', "[",
        f"{PROJECT}:21: the file pages/en/01-why.md would not be packed; name it under package-data",
    ),
    "a module that is missing": (
        PROJECT, '= "cyklar_for_alla"', '= "cyklar"', f"{PROJECT}:9: its module cyklar is missing"
    ),
    "no course": (
        PROJECT, "accelerera.courses", "accelerera.kurser",
        f"{PROJECT}:1: pyproject.toml names 0 courses; it needs one, under "
        '[project.entry-points."accelerera.courses"]',
    ),
}  # fmt: skip


@pytest.fixture
def made(tmp_path: Path) -> Path:
    return scaffold("Cyklar för alla", tmp_path / "cyklar")


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_where_it_stands(fault: str, made: Path):
    file, before, after, expected = FAULTS[fault]
    text = (made / file).read_text()
    assert before == "*" or before in text
    (made / file).write_text(after if before == "*" else text.replace(before, after, 1))
    found = [str(one) for one in check(made).findings]
    assert any(one.startswith(expected) for one in found), found


def test_a_new_course_has_nothing_to_mend_and_is_under_thirty_lines(made: Path):
    report = check(made)
    assert report.findings == ()
    assert (report.course.id, report.questions, len(report.readings)) == ("cyklar-for-alla", 2, 4)
    assert len((made / MAIN).read_text().splitlines()) < 30


def test_a_page_that_takes_longer_than_it_says_is_told_with_both_figures(made: Path):
    (made / HOW).write_text((made / HOW).read_text() + "\n" + "ord " * 9000)
    expected = f"{MAIN}:22: lesson 02-how: reading takes 51 min in sv (9035 words), but it declares 40"
    assert expected in map(str, check(made).findings)


def test_a_criterion_that_asks_the_clock_is_told(made: Path):
    more = """

from datetime import date
from coursekit import Assessed, CriterionKind, Example


def assess(evidence, on, parameters):
    return helper()


def helper():
    return Assessed(met=date.today() is None, amount=0, target=1)


@hookimpl
def criterion_kinds():
    example = Example(evidence=(), on=date(2027, 3, 3), parameters={}, gives=Assessed(met=False, amount=0, target=1))
    words = {"sv": "Klocka", "en": "Clock"}
    return [CriterionKind(code="clock", title=words, says=words, assess=assess, examples=(example,))]
"""
    (made / MAIN).write_text((made / MAIN).read_text() + more)
    expected = "criterion kind clock: it uses 'today', so the same evidence could give another answer"
    assert expected in [one.says for one in check(made).findings]


def test_a_criterion_whose_answer_changes_with_the_day_alone_is_told(made: Path):
    more = """

from datetime import date
from coursekit import Assessed, CriterionKind, Example


def assess(evidence, on, parameters):
    return Assessed(met=on.year > 2027, amount=0, target=1)


@hookimpl
def criterion_kinds():
    example = Example(evidence=(), on=date(2027, 3, 3), parameters={}, gives=Assessed(met=False, amount=0, target=1))
    words = {"sv": "Dag", "en": "Day"}
    return [CriterionKind(code="day", title=words, says=words, assess=assess, examples=(example,))]
"""
    (made / MAIN).write_text((made / MAIN).read_text() + more)
    expected = "criterion kind day: its answer changes with the day alone; leave windows to the scheme's within_months"
    assert expected in [one.says for one in check(made).findings]


@pytest.mark.parametrize(
    ("look", "told"),
    [
        ({"colour": "#000000"}, "the certificate's look has no 'colour'"),
        ({"accent": "green"}, "accent: 'green' is no colour such as #0c5a60"),
        ({"ink": "#eeeeee"}, "ink: #eeeeee is too faint to be read on white"),
        ({"logo": "logo.png"}, "logo: the file logo.png is missing"),
        ({"logo": "../../pyproject.toml"}, "logo: the file ../../pyproject.toml is missing"),
        ({"logo": "__init__.py"}, "logo: __init__.py is neither PNG nor JPEG"),
    ],
)
def test_a_look_that_no_sheet_can_have_is_told(made: Path, look: dict[str, str], told: str):
    more = f"""

from coursekit import CertificateTemplate


@hookimpl
def certificate():
    words = {{"sv": "Intyg", "en": "Proof"}}
    return CertificateTemplate(title=words, body=words, look={look!r})
"""
    (made / MAIN).write_text((made / MAIN).read_text() + more)
    assert any(told in one.says for one in check(made).findings)


@pytest.mark.parametrize(
    "folder", sorted(BUNDLED.glob("*/pyproject.toml")), ids=lambda file: file.parent.name
)
def test_a_bundled_course_has_nothing_to_mend(folder: Path):
    assert [str(one) for one in check(folder.parent).findings] == []


def test_the_command_tells_by_its_exit_status(made: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["check", str(made)]) == 0
    assert capsys.readouterr().out.endswith("Nothing to mend.\n")
    (made / WHY).unlink()
    assert main(["check", str(made)]) == 1
    assert f"{MAIN}:21: the file pages/sv/01-why.md is missing" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["", "123", '"', "!!!", "a\nb"])
def test_a_name_that_gives_no_id_is_refused(name: str, tmp_path: Path):
    with pytest.raises(CannotScaffold):
        scaffold(name, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_folder_that_holds_something_is_left_alone(made: Path):
    with pytest.raises(CannotScaffold, match="is not empty"):
        scaffold("Cyklar", made)
