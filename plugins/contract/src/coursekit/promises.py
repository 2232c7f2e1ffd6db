"""What a course promises beyond the contract: questions that can be answered, criteria that it gives evidence for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from types import CodeType, FunctionType
from typing import Any

from coursekit.course import CriterionKind, Quiz
from coursekit.package import Fault, Package
from coursekit.questions import Matching, MultipleChoice, Ordering, Question, ShortAnswer, SingleChoice, plain
from coursekit.sheet import look

LATER_DAYS = (0, 1, 31, 400)
LONGEST_SHORT = 200
"""Characters that fit into the field of a short answer."""
IMPURE = {
    "now", "utcnow", "today", "time", "time_ns", "monotonic", "perf_counter", "random", "randint", "choice", "shuffle",
    "uuid1", "uuid4", "urandom", "environ", "getenv", "open", "input", "print", "exec", "eval", "compile",
    "__import__", "import_module", "read_text", "read_bytes", "write_text", "write_bytes", "urlopen", "socket",
    "system", "Popen", "run", "globals", "setattr", "id", "hash",
}  # fmt: skip
"""Names that a criterion's function cannot use and still give the same answer every time."""


def promises(package: Package) -> Iterator[Fault]:
    """Everything that the course says it can do and cannot."""
    for quiz in package.quizzes:
        for question in quiz.questions:
            says = f"quiz {quiz.id}: question {question.id}: "
            yield from (Fault(says + one, id=question.id) for one in _answerable(package, question))
        yield from _read_before(package, quiz)
    yield from _served(package)
    for kind in package.criterion_kinds:
        for name in sorted(impure(kind)):
            says = f"criterion kind {kind.code}: it uses {name!r}, so the same evidence could give another answer"
            yield Fault(says, id=kind.code, field="assess")
        if _moves(kind):
            says = (
                f"criterion kind {kind.code}: its answer changes with the day alone; "
                "leave windows to the scheme's within_months"
            )
            yield Fault(says, id=kind.code, field="assess")
    yield from _instruments(package)
    yield from _meetings(package)
    yield from look(package)


def _answerable(package: Package, question: Question) -> Iterator[str]:
    shown: list[Any] = []
    match question:
        case SingleChoice() | MultipleChoice():
            shown = [one.text for one in question.choices]
            if isinstance(question, MultipleChoice) and all(one.right for one in question.choices):
                yield "every choice is right, so there is nothing to choose"
        case Ordering():
            shown = [one.text for one in question.steps]
        case Matching():
            shown = [one.left for one in question.pairs]
    for language in package.course.languages:
        words = [plain(one.get(language, "")) for one in shown if hasattr(one, "get")]
        if len(set(words)) < len(words):
            yield f"two of its answers have the same words in {language}"
    if isinstance(question, ShortAnswer):
        yield from _short(package, question)


def _short(package: Package, question: ShortAnswer) -> Iterator[str]:
    lesson = next((one for one in package.lessons if one.id == question.lesson), None)
    for language, accepted in question.accepts.items():
        if isinstance(accepted, str):
            yield f"what it accepts in {language} is one word; write a list"
            continue
        if all(len(words) > LONGEST_SHORT for words in accepted):
            yield f"no accepted answer in {language} fits into {LONGEST_SHORT} characters"
        if lesson is None or language not in package.course.languages:
            continue
        try:
            page = plain(package.read(lesson.page(language)))
        except (OSError, UnicodeDecodeError):
            continue
        if not any(plain(words) in page for words in accepted):
            yield f"none of its answers in {language} stands in the lesson {lesson.id}"


def _read_before(package: Package, quiz: Quiz) -> Iterator[Fault]:
    order = {lesson.id: number for number, lesson in enumerate(package.lessons)}
    if quiz.after and quiz.after not in order:
        says = f"quiz {quiz.id} stands after the lesson {quiz.after!r}, which is not there"
        yield Fault(says, id=quiz.id, field="after")
    if quiz.after not in order:
        return
    for question in quiz.questions:
        if order.get(question.lesson, -1) > order[quiz.after]:
            says = f"quiz {quiz.id}: question {question.id} asks about {question.lesson}, which comes after the quiz"
            yield Fault(says, id=question.id, field="lesson")


def _served(package: Package) -> Iterator[Fault]:
    course = package.course
    reported = {quiz.reports for quiz in package.quizzes} | {one.reports for one in package.assignments}
    for code in course.serves:
        if code != "training" and code not in reported:
            says = f"the course serves {code!r}, and no quiz or assignment reports it"
            yield Fault(says, id=course.id, field="serves")
    if reported - {""} and "training" not in course.serves:
        says = "the course does not serve 'training', so its lessons count for nothing"
        yield Fault(says, id=course.id, field="serves")


def impure(kind: CriterionKind) -> set[str]:
    """Names of clocks, chance, files and network that the kind's function or its helpers use."""
    if not isinstance(kind.assess, FunctionType):
        return set()
    home, seen, found = kind.assess.__module__, set[CodeType](), set[str]()
    waiting = [kind.assess.__code__]
    while waiting:
        code = waiting.pop()
        if code in seen:
            continue
        seen.add(code)
        found |= IMPURE & set(code.co_names)
        waiting += [inner for inner in code.co_consts if isinstance(inner, CodeType)]
        for name in code.co_names:
            helper = kind.assess.__globals__.get(name)
            if isinstance(helper, FunctionType) and helper.__module__ == home:
                waiting.append(helper.__code__)
    return found


def _moves(kind: CriterionKind) -> bool:
    """Whether the same evidence, all of it past, gives another answer on a later day."""
    for example in kind.examples:
        last = example.on.isoformat()
        past = [item for item in example.evidence if str(item["starts"])[:10] <= last]
        answers = [
            kind.assess(past, example.on + timedelta(days=days), example.parameters) for days in LATER_DAYS
        ]
        if any(answer != answers[0] for answer in answers):
            return True
    return False


def _instruments(package: Package) -> Iterator[Fault]:
    for one in package.instruments:
        if one.whose not in ("person", "organisation"):
            yield Fault(f"instrument {one.id}: whose is 'person' or 'organisation'", id=one.id, field="whose")
        if len(one.dimensions) < 3:
            says = f"instrument {one.id}: a profile needs three dimensions or more"
            yield Fault(says, id=one.id, field="dimensions")
        names = [dimension.id for dimension in one.dimensions]
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield Fault(f"instrument {one.id}: dimension {name!r} stands twice", id=one.id)
        for dimension in one.dimensions:
            if len(dimension.anchors) < 2:
                says = f"instrument {one.id}: dimension {dimension.id} needs at least two levels"
                yield Fault(says, id=dimension.id, field="anchors")
        if one.shown_from < 3:
            says = (
                f"instrument {one.id}: answers are shown together from three people up, not {one.shown_from}"
            )
            yield Fault(says, id=one.id, field="shown_from")


def _meetings(package: Package) -> Iterator[Fault]:
    if package.facilitation is None:
        return
    for meeting in package.facilitation.meetings:
        if not meeting.activities:
            yield Fault(f"meeting {meeting.id} has no activities", id=meeting.id)
        for activity in meeting.activities:
            if type(activity.minutes) is not int or activity.minutes < 1:
                says = f"meeting {meeting.id}: minutes must be whole numbers from 1 up"
                yield Fault(says, id=meeting.id)
    body = package.certificate.body if package.certificate else {}
    for language, words in body.items():
        for name in sorted(set(re.findall(r"\{(\w*)\}", words)) - {"name", "course", "minutes", "day"}):
            says = f"the certificate's words in {language} use {{{name}}}, which is not known"
            yield Fault(says, hook="certificate")
