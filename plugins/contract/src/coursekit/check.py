"""Everything that an author can mend before anybody else sees the course, each with its file and line.

Beyond the contract (:func:`coursekit.package.faults`): both languages, every page, its links and pictures, whether
everybody can read it, whether its time is enough, whether every question can be answered, and what is promised.
"""

from __future__ import annotations

import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from coursekit.bank import BankError
from coursekit.course import Assignment, Course, Facilitation, Lesson
from coursekit.loading import module_apart
from coursekit.package import Fault, Package, PackageError, describe, faults, inside
from coursekit.pages import render
from coursekit.project import Project, ProjectError, open_project
from coursekit.promises import promises
from coursekit.reading import Element, findings, read, reading_minutes
from coursekit.where import Sources

LANGUAGES = ("sv", "en")


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """``file`` is relative to the project's folder; ``says`` is a sentence for the author."""

    file: str
    line: int
    says: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.says}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How much a lesson holds in one language."""

    lesson: str
    language: str
    words: int
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was found, sorted by file and line; the course and its reading times where it could be loaded."""

    findings: tuple[Finding, ...]
    course: Course | None = None
    questions: int = 0
    readings: tuple[Reading, ...] = ()


def check(folder: Path) -> Report:
    """Look at the course in ``folder`` from every side. It is imported afresh, in this process."""
    folder = folder.resolve()
    try:
        project = open_project(folder)
    except ProjectError as error:
        return Report(findings=(Finding("pyproject.toml", error.line, str(error)),))
    return _report(project, shipped=False)


def check_shipped(module: str, folder: Path) -> Report:
    """The same of a course that was shipped: its module lies in ``folder``, and its pyproject.toml stayed at home."""
    content = Project(folder=folder.resolve(), content={}, text="", name=module, module=module)
    return _report(content, shipped=True)


def _report(project: Project, *, shipped: bool) -> Report:
    look = _Look(project)
    try:
        with module_apart(project.module, project.source) as module:
            package = describe(module)
            contract = list(faults(package))
    except Exception as error:
        return Report(findings=(*look.of_error(error),))
    questions = {one.id for quiz in package.quizzes for one in quiz.questions}
    return Report(
        findings=tuple(sorted(set(look.of_package(package, contract, shipped=shipped)))),
        course=package.course,
        questions=len(questions),
        readings=tuple(_readings(package)),
    )


class _Look:
    def __init__(self, project: Project) -> None:
        self.project = project
        self.sources = Sources(project.root)

    def at(self, path: Path, line: int, says: str) -> Finding:
        try:
            file = path.resolve().relative_to(self.project.folder).as_posix()
        except ValueError:
            file = path.name
        return Finding(file, line, says)

    def of(self, fault: str) -> Finding:
        known = fault if isinstance(fault, Fault) else Fault(fault)
        path, line = self.sources.of(known)
        return self.at(path, line, str(known))

    def of_error(self, error: Exception) -> Iterator[Finding]:
        """Why the course could not be loaded, where the author's own file has it."""
        says = f"it raised {type(error).__name__}: {error}"
        if isinstance(error, PackageError):
            yield from sorted({self.of(fault) for fault in error.faults})
        elif isinstance(error, SyntaxError):
            says = f"it raised SyntaxError: {error.msg}"
            yield self.at(Path(error.filename or self.sources.main), error.lineno or 1, says)
        elif isinstance(error, BankError):
            yield self.at(error.file, error.line, str(error).partition(": ")[2])
        elif isinstance(error, ModuleNotFoundError) and not self.sources.main.is_file():
            line = self.project.line(f'"{self.project.module}"')
            yield Finding("pyproject.toml", line, f"its module {self.project.module} is missing")
        else:
            frames = traceback.extract_tb(error.__traceback__)
            own = [one for one in frames if Path(one.filename).is_relative_to(self.project.root)]
            last = own[-1] if own else None
            path = Path(last.filename) if last else self.sources.main
            yield self.at(path, (last.lineno if last else None) or 1, says)

    def of_package(
        self, package: Package, contract: Sequence[str], *, shipped: bool = False
    ) -> Iterator[Finding]:
        """The faults of the contract, and everything beyond it; of the distribution only while it is at home."""
        yield from (self.of(fault) for fault in contract)
        yield from (self.of(fault) for fault in promises(package))
        if not shipped:
            yield from self._project(package)
        yield from self._pages(package)
        yield from self._times(package)

    # ---- the distribution --------------------------------------------------------------------------

    def _project(self, package: Package) -> Iterator[Finding]:
        project, course = self.project, package.course
        if project.version != course.version:
            says = f"the version is {project.version!r} here and {course.version!r} in the course"
            yield Finding("pyproject.toml", project.line("version"), says)
        if project.name != course.id:
            says = f"the entry point is called {project.name!r}; call it as the course, {course.id!r}"
            yield Finding("pyproject.toml", project.line(project.name), says)
        needs = project.content.get("project", {}).get("dependencies", ())
        if not any(str(need).startswith("coursekit") for need in needs):
            yield Finding("pyproject.toml", project.line("dependencies"), "it does not depend on coursekit")
        packed = project.packed()
        if packed is not None:
            line = project.line("package-data")
            for name in _wanted(package):
                if (project.root / name).is_file() and project.root / name not in packed:
                    says = f"the file {name} would not be packed; name it under package-data"
                    yield Finding("pyproject.toml", line, says)

    # ---- pages -------------------------------------------------------------------------------------

    def _pages(self, package: Package) -> Iterator[Finding]:
        course, used = package.course, set[str]()
        for language in LANGUAGES:
            if language not in course.languages:
                says = f"the course does not speak {language}; the service speaks {' and '.join(LANGUAGES)}"
                yield self.of(Fault(says, id=course.id, field="languages"))
        for one in _paged(package):
            parts: dict[str, tuple[str, Counter[str]]] = {}
            for language in course.languages:
                name = one.page(language)
                text = _text(package, name)
                if text is None:
                    continue
                html = name.endswith((".html", ".htm"))
                for line, says in findings(text, listed=course.files, html=html):
                    yield self.at(package.root / name, line, says)
                elements, _words = read(text, html=html)
                used |= {
                    value
                    for element in elements
                    for key, value in element.attributes.items()
                    if key in ("src", "href")
                }
                counted = Counter(filter(None, map(_part, elements)))
                parts[language] = name, counted
            yield from self._same(package, parts)
        for name in course.files:
            if name not in used:
                yield self.of(
                    Fault(f"the file {name} is listed and no page uses it", id=course.id, field="files")
                )
        pages = {page for one in _paged(package) for page in map(one.page, course.languages)}
        for path in sorted((package.root / "pages").rglob("*.*")):
            name = path.relative_to(package.root).as_posix()
            if path.suffix in (".md", ".html", ".htm") and name not in pages:
                yield self.at(path, 1, "nothing uses this page")

    def _same(self, package: Package, parts: dict[str, tuple[str, Counter[str]]]) -> Iterator[Finding]:
        """Both languages hold the same parts, and are not the same text."""
        if len(parts) < 2:
            return
        (first, has), *others = parts.values()
        for name, own in others:
            for part in sorted(set(has) | set(own)):
                if own[part] != has[part]:
                    says = (
                        f"{own[part]} {part} here, {has[part]} in {first}: the languages say different things"
                    )
                    yield self.at(package.root / name, 1, says)
            if _text(package, name) == _text(package, first):
                yield self.at(package.root / name, 1, f"the same text as {first}: it is not translated")

    # ---- time --------------------------------------------------------------------------------------

    def _times(self, package: Package) -> Iterator[Finding]:
        declared = {lesson.id: lesson.minutes for lesson in package.lessons}
        for one in _readings(package):
            if one.minutes > declared[one.lesson]:
                says = (
                    f"lesson {one.lesson}: reading takes {one.minutes} min in {one.language} "
                    f"({one.words} words), but it declares {declared[one.lesson]}"
                )
                yield self.of(Fault(says, id=one.lesson, field="minutes"))
        lessons = sum(declared.values())
        whole = lessons + sum(one.minutes for one in package.assignments)
        least, most = int(lessons * 0.75 / 60), -(-int(whole * 1.25) // 60)
        if not least <= package.course.hours <= most:
            says = f"the course says {package.course.hours} hours; its lessons make {lessons / 60:.1f}"
            if whole > lessons:
                says += f", with what is handed in {whole / 60:.1f}"
            yield self.of(Fault(says, id=package.course.id, field="hours"))


PARTS = {
    "h2": "sections",
    "h3": "sections of the second level",
    "img": "pictures",
    "video": "films",
    "table": "tables",
}


def _part(element: Element) -> str | None:
    """What a part of a page is counted as; None where it is not."""
    if "callout" in (element.attributes.get("class") or "").split():
        return "callouts"
    return PARTS.get(element.tag)


def _paged(package: Package) -> list[Lesson | Assignment | Facilitation]:
    guide = [package.facilitation] if package.facilitation else []
    return [*package.lessons, *package.assignments, *guide]


def _wanted(package: Package) -> list[str]:
    pages = {one.page(language) for one in _paged(package) for language in package.course.languages}
    return sorted({*package.course.files, *pages})


def _text(package: Package, name: str) -> str | None:
    try:
        return inside(package.root, name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None  # the contract says that it is missing


def _readings(package: Package) -> Iterator[Reading]:
    for lesson in package.lessons:
        for language in package.course.languages:
            name = lesson.page(language)
            text = _text(package, name)
            if text is not None:
                html = name.endswith((".html", ".htm"))
                words = render(text, files="", listed=package.course.files, html=html).words
                yield Reading(
                    lesson=lesson.id, language=language, words=words, minutes=reading_minutes(words)
                )
