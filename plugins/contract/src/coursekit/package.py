"""A course package as a whole: ask a module's hooks, and say everything that is wrong with the answers."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pluggy

from coursekit import spec
from coursekit.course import (
    CONTRACT,
    Assessed,
    Assignment,
    CertificateTemplate,
    Course,
    CriterionKind,
    Facilitation,
    Instrument,
    Lesson,
    Quiz,
)
from coursekit.text import Text

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
TWICE = "*"
"""In a fault's ``field``: it is about the second thing of that id."""
VERSION = re.compile(r"\d+\.\d+\.\d+\Z")


class Fault(str):
    """A sentence for the author. ``id`` and ``field`` say which thing and which part of it, ``hook`` which function."""

    id: str
    field: str
    hook: str

    def __new__(cls, says: str, *, id: str = "", field: str = "", hook: str = "") -> Fault:
        made = super().__new__(cls, says)
        made.id, made.field, made.hook = id, field, hook
        return made


class PackageError(Exception):
    """The package cannot be used; each of ``faults`` is a sentence for its author."""

    def __init__(self, *faults: str) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A loaded course: all that its hooks returned, and the folder in which its files lie."""

    root: Path
    course: Course
    lessons: tuple[Lesson, ...]
    quizzes: tuple[Quiz, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    instruments: tuple[Instrument, ...] = ()
    facilitation: Facilitation | None = None
    criterion_kinds: tuple[CriterionKind, ...] = ()
    certificate: CertificateTemplate | None = None

    def read(self, name: str) -> str:
        """The text of one of the package's files. Raises OSError or UnicodeDecodeError."""
        return inside(self.root, name).read_text(encoding="utf-8")


RETURNS: dict[str, tuple[type, bool]] = {
    "course": (Course, False),
    "lessons": (Lesson, True),
    "quizzes": (Quiz, True),
    "assignments": (Assignment, True),
    "instruments": (Instrument, True),
    "facilitation": (Facilitation, False),
    "criterion_kinds": (CriterionKind, True),
    "certificate": (CertificateTemplate, False),
}


def inside(root: Path, name: str) -> Path:
    """The file ``name`` under ``root``. Raises FileNotFoundError for whatever leads out of it."""
    path = (root / name).resolve()
    if not path.is_relative_to(root.resolve()):
        raise FileNotFoundError(name)
    return path


def _ask(module: ModuleType) -> dict[str, Any]:
    manager = pluggy.PluginManager(spec.NAME)
    manager.add_hookspecs(spec)
    try:
        manager.register(module)
    except pluggy.PluginValidationError as error:
        said = str(error)
        named = re.search(r"hook '(\w+)'", said)
        raise PackageError(
            Fault(
                f"a hook does not fit the contract: {said.splitlines()[-1].strip()}",
                hook=named[1] if named else "",
            )
        ) from error
    known = set(RETURNS)
    unknown = {caller.name for caller in manager.get_hookcallers(module) or ()} - known
    if unknown:
        raise PackageError(*(_misspelt(name, known) for name in sorted(unknown)))
    return {name: getattr(manager.hook, name)() for name in RETURNS}


def _misspelt(name: str, known: set[str]) -> Fault:
    close = difflib.get_close_matches(name, sorted(known), 1)
    return Fault(f"there is no hook {name!r}" + (f"; did you mean {close[0]!r}?" if close else ""), hook=name)


def _typed(name: str, answer: Any) -> Any:
    kind, many = RETURNS[name]
    if answer is None:
        return () if many else None
    if not many:
        if not isinstance(answer, kind):
            raise PackageError(
                Fault(f"{name}() must return a {kind.__name__}, not {type(answer).__name__}", hook=name)
            )
        return answer
    if isinstance(answer, str) or not isinstance(answer, Sequence):
        raise PackageError(
            Fault(f"{name}() must return a list of {kind.__name__}, not {type(answer).__name__}", hook=name)
        )
    for one in answer:
        if not isinstance(one, kind):
            raise PackageError(
                Fault(
                    f"{name}() must return only {kind.__name__}, but one is {type(one).__name__}", hook=name
                )
            )
    return tuple(answer)


def collect(module: ModuleType) -> Package:
    """The course that ``module`` describes, whole. Raises :class:`PackageError`; what a hook raises passes through."""
    package = describe(module)
    found = tuple(faults(package))
    if found:
        raise PackageError(*found)
    return package


def describe(module: ModuleType) -> Package:
    """What the hooks of ``module`` answer, of the right types, whatever else may be wrong with it."""
    answers = {name: _typed(name, answer) for name, answer in _ask(module).items()}
    if answers["course"] is None:
        raise PackageError("the hook 'course' is missing")
    if answers["course"].contract != CONTRACT:
        raise PackageError(
            Fault(
                f"it is written for contract {answers['course'].contract}; this service speaks contract {CONTRACT}",
                id=answers["course"].id,
                field="contract",
            )
        )
    if module.__file__ is None:
        raise PackageError("its module has no folder for its pages")
    return Package(root=Path(module.__file__).parent, **answers)


def _ids(what: str, names: Sequence[str]) -> Iterator[str]:
    for name in names:
        if not isinstance(name, str) or not SLUG.match(name):
            yield Fault(f"{what} {name!r}: an id has small letters a-z, digits and hyphens", id=str(name))
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Fault(f"{what} {name!r} stands twice", id=name, field=TWICE)


def _texts(thing: Any, where: str) -> Iterator[tuple[str, Text, str, str]]:
    """Every text in ``thing``, however deep: where it stands, the text, and the id and field it belongs to."""
    for field in fields(thing):
        value = getattr(thing, field.name)
        label = f"{where} {field.name}"
        if field.type == "Text":
            yield label, value, _name(thing), field.name
        elif isinstance(value, tuple):
            for number, one in enumerate(value, start=1):
                if field.type == "tuple[Text, ...]":
                    yield f"{label} {number}", one, _name(thing), field.name
                elif is_dataclass(one) and not isinstance(one, type):
                    yield from _texts(one, f"{where} {getattr(one, 'id', f'{field.name} {number}')}")


def _languages(package: Package) -> Iterator[str]:
    things: list[tuple[Any, str]] = [(package.course, "course")]
    for name in ("lessons", "quizzes", "assignments", "instruments", "criterion_kinds"):
        things += [
            (one, f"{RETURNS[name][0].__name__.lower()} {_name(one)}") for one in getattr(package, name)
        ]
    things += [(one, name) for name in ("facilitation", "certificate") if (one := getattr(package, name))]
    for thing, where in things:
        for label, text, id, field in _texts(thing, where):
            if not hasattr(text, "get"):
                says = f"{label}: words are given per language, such as {{'sv': ..., 'en': ...}}"
                yield Fault(says, id=id, field=field)
                continue
            for language in package.course.languages:
                if text and not str(text.get(language) or "").strip():
                    yield Fault(f"{label}: no words in {language}", id=id, field=field)


def _name(thing: Any) -> str:
    return str(getattr(thing, "id", None) or getattr(thing, "code", ""))


def _files(package: Package) -> Iterator[str]:
    course = package.course
    names = [(name, course.id, "files") for name in course.files]
    for language in course.languages:
        names += [(lesson.page(language), lesson.id, "pages") for lesson in package.lessons]
        names += [(one.page(language), one.id, "pages") for one in package.assignments]
        if package.facilitation:
            names.append((package.facilitation.page(language), "", ""))
    for name, id, field in names:
        try:
            if not inside(package.root, name).is_file():
                raise FileNotFoundError(name)
        except OSError:
            hook = "" if id else "facilitation"
            yield Fault(f"the file {name} is missing", id=id, field=field, hook=hook)


def _numbers(package: Package) -> Iterator[str]:
    for lesson in package.lessons:
        if type(lesson.minutes) is not int or lesson.minutes < 1:
            yield Fault(
                f"lesson {lesson.id}: minutes must be a whole number from 1 up", id=lesson.id, field="minutes"
            )
    for quiz in package.quizzes:
        if type(quiz.pass_mark) is not int or not 0 <= quiz.pass_mark <= 100:
            yield Fault(
                f"quiz {quiz.id}: the pass mark is a whole percent from 0 to 100",
                id=quiz.id,
                field="pass_mark",
            )
        if quiz.draw is not None and not 1 <= quiz.draw <= len(quiz.questions):
            yield Fault(
                f"quiz {quiz.id}: it cannot draw {quiz.draw} of {len(quiz.questions)} questions",
                id=quiz.id,
                field="draw",
            )
    for assignment in package.assignments:
        for row in assignment.rubric:
            if not 0 <= assignment.pass_level < len(row.levels):
                yield Fault(
                    f"assignment {assignment.id}: the row {row.id} has no level {assignment.pass_level}",
                    id=assignment.id,
                    field="pass_level",
                )


def _questions(package: Package) -> Iterator[str]:
    lessons = {lesson.id for lesson in package.lessons}
    for quiz in package.quizzes:
        if not quiz.questions:
            yield Fault(f"quiz {quiz.id} has no questions", id=quiz.id, field="questions")
        yield from _ids(f"quiz {quiz.id}: question", [question.id for question in quiz.questions])
        for question in quiz.questions:
            if question.lesson not in lessons:
                where = f"quiz {quiz.id}: question {question.id}"
                says = f"{where} points at lesson {question.lesson!r}, which is not there"
                yield Fault(says, id=question.id, field="lesson")
            for fault in question.faults():
                yield Fault(f"quiz {quiz.id}: question {question.id}: {fault}", id=question.id)


def _promises(package: Package) -> Iterator[str]:
    reports = [(quiz.id, quiz.reports) for quiz in package.quizzes]
    reports += [(assignment.id, assignment.reports) for assignment in package.assignments]
    for id, code in reports:
        if code and code not in package.course.serves:
            yield Fault(
                f"{id} reports {code!r}, which the course does not list in 'serves'", id=id, field="reports"
            )


def _kinds(package: Package) -> Iterator[str]:
    for kind in package.criterion_kinds:
        if not kind.examples:
            yield Fault(
                f"criterion kind {kind.code}: give at least one example", id=kind.code, field="examples"
            )
        for number, example in enumerate(kind.examples, start=1):
            for order in (example.evidence, example.evidence[::-1], example.evidence):
                found = kind.assess(order, example.on, example.parameters)
                if not isinstance(found, Assessed) or found != example.gives:
                    says = f"criterion kind {kind.code}: example {number} should give {example.gives}, not {found}"
                    yield Fault(says, id=kind.code, field="examples")
                    break


def faults(package: Package) -> Iterator[str]:
    """Everything that keeps the package from being used, each as a sentence for its author."""
    course = package.course
    yield from _ids("course", [course.id])
    if not isinstance(course.version, str) or not VERSION.match(course.version):
        yield Fault(
            f"version {course.version!r}: it needs three numbers, such as 1.0.0",
            id=course.id,
            field="version",
        )
    if not course.languages:
        yield Fault("the course names no language", id=course.id, field="languages")
    if not package.lessons:
        yield Fault("the course has no lessons", hook="lessons")
    several: tuple[Sequence[Any], ...] = (
        package.lessons,
        package.quizzes,
        package.assignments,
        package.instruments,
    )
    units = [one.id for things in several for one in things]
    yield from _ids("unit", units)
    checks = (_numbers, _languages, _files, _questions, _promises, _kinds)
    for check in checks:
        try:
            yield from check(package)
        except (TypeError, AttributeError) as error:
            yield f"something is of the wrong type: {error}"
