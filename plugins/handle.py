"""A course that was handed out: its data, its pages as safe HTML, its files."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from coursekit import Assignment, Course, Instrument, Lesson, Package, Quiz
from coursekit.package import inside
from coursekit.pages import Page, render


class Handle:
    """One version of one course, as the catalogue's door gave it."""

    def __init__(self, package: Package, digest: str) -> None:
        self.package = package
        self.digest = digest

    @property
    def course(self) -> Course:
        return self.package.course

    @property
    def lessons(self) -> tuple[Lesson, ...]:
        return self.package.lessons

    def lesson(self, id: str) -> Lesson | None:
        """The lesson ``id``, or None."""
        return next((one for one in self.package.lessons if one.id == id), None)

    def quiz(self, id: str) -> Quiz | None:
        """The quiz ``id``, or None."""
        return next((one for one in self.package.quizzes if one.id == id), None)

    def assignment(self, id: str) -> Assignment | None:
        """The assignment ``id``, or None."""
        return next((one for one in self.package.assignments if one.id == id), None)

    def instrument(self, id: str) -> Instrument | None:
        """The instrument ``id``, or None."""
        return next((one for one in self.package.instruments if one.id == id), None)

    def language(self, wanted: str) -> str:
        """``wanted`` where the course speaks it, else its first language."""
        return wanted if wanted in self.course.languages else self.course.languages[0]

    def page(self, name: str, *, files: str) -> Page:
        """The file ``name`` as safe HTML; addresses of the package's own files begin with ``files``."""
        return _page(self.package.root, name, files, self.digest, self.course.files)

    def file(self, name: str) -> Path | None:
        """The path of a file that the course lists, or None for any other."""
        return inside(self.package.root, name) if name in self.course.files else None


@lru_cache(maxsize=512)
def _page(root: Path, name: str, files: str, digest: str, listed: tuple[str, ...]) -> Page:
    text = inside(root, name).read_text(encoding="utf-8")
    return render(text, files=files, listed=listed, html=name.endswith((".html", ".htm")))
