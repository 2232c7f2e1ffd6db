"""The hooks of a course package.

A course package is a Python distribution with one module that an entry point in the group
``accelerera.courses`` names, and its pages as files beside it. The module answers some of the questions below,
each by a function of the same name marked with ``@hookimpl``. Only :func:`course` and :func:`lessons` must be
answered. Hooks are asked once, when the package is loaded; they return data and do nothing else. A function
whose name is not in this file stops the package from loading: it was misspelt.

.. code-block:: python

    from coursekit import Course, Lesson, hookimpl

    @hookimpl
    def course():
        return Course(id="bikes-for-all", version="1.0.0", contract=1, ...)

    @hookimpl
    def lessons():
        return [Lesson(id="01-why", title={"sv": "Varför", "en": "Why"}, minutes=30)]
"""

from __future__ import annotations

from collections.abc import Sequence

import pluggy

from coursekit.course import (
    Assignment,
    CertificateTemplate,
    Course,
    CriterionKind,
    Facilitation,
    Instrument,
    Lesson,
    Quiz,
)

NAME = "accelerera"
ENTRY_POINTS = "accelerera.courses"

hookspec = pluggy.HookspecMarker(NAME)
hookimpl = pluggy.HookimplMarker(NAME)


@hookspec(firstresult=True)
def course() -> Course:  # type: ignore[empty-body]
    """What is this course? Shown in the catalogue; a learner's registration is pinned to its version."""


@hookspec(firstresult=True)
def lessons() -> Sequence[Lesson]:  # type: ignore[empty-body]
    """Which pages, in which order? Working through one gives its minutes as training."""


@hookspec(firstresult=True)
def quizzes() -> Sequence[Quiz]:  # type: ignore[empty-body]
    """What is asked? A quiz that names an assessment in ``reports`` gives its result as evidence for it."""


@hookspec(firstresult=True)
def assignments() -> Sequence[Assignment]:  # type: ignore[empty-body]
    """What is handed in, and by which rubric is it judged? People judge it, never the package."""


@hookspec(firstresult=True)
def instruments() -> Sequence[Instrument]:  # type: ignore[empty-body]
    """Which surveys and capability assessments come with the course? Their answers are never evidence."""


@hookspec(firstresult=True)
def facilitation() -> Facilitation:  # type: ignore[empty-body]
    """How is the course given to a group? Shown only to those who may lead sessions."""


@hookspec(firstresult=True)
def criterion_kinds() -> Sequence[CriterionKind]:  # type: ignore[empty-body]
    """Which criteria of its own kind may a scheme use? Each is a pure function with examples."""


@hookspec(firstresult=True)
def certificate() -> CertificateTemplate:  # type: ignore[empty-body]
    """With which words does the course confirm that it was completed?"""
