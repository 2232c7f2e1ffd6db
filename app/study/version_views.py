"""For administrators: which packages run, which version waits, whom it concerns, and what was decided about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import Response, abort, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from app import clock
from app.access import permission
from app.accounts import service as accounts
from app.db import db
from app.licensing import gate as gates
from app.registrations import service as registrations
from app.study import finding, statistics, versions
from app.study.blueprint import bp, catalogue_of_app, said, spent
from app.study.forms import DecisionForm
from app.study.outline import outline
from plugins.catalogue import UnknownCourse
from plugins.handle import Handle

FORUM_WORDS = {"design": _l("Design"), "retro": _l("Retro"), "think_tank": _l("Think Tank")}


def _handle(course_id: str, version: str) -> Handle:
    """The course for whoever administers it: no learner's licence is used by looking at what it changes."""
    try:
        return catalogue_of_app().course(course_id, version, gate=gates.administration())
    except UnknownCourse:
        abort(404)


@bp.get("/administration/courses")
@permission("course.manage")
def packages() -> str:
    """Which course packages run, which newer ones wait, and why others were refused."""
    catalogue, session = catalogue_of_app(), db.session()
    names = finding.assessment_names(session)
    return render_template(
        "study/packages.html",
        courses=versions.offered(session, catalogue),
        served=lambda course: _served(course.serves, names),
        waiting=versions.waiting(session, catalogue),
        refused=catalogue.refused(),
    )


def _served(codes: Iterable[str], names: Mapping[str, Mapping[str, str]]) -> str:
    """What a course gives evidence for, as people call it; a code that no scheme knows stays."""
    return ", ".join(
        _("Training hours") if code == "training" else said(names[code]) if code in names else code
        for code in codes
    )


def _number(minutes: int | None) -> str:
    return spent(minutes) if minutes else ""


def _told(one: versions.Difference) -> tuple[str, str, str]:
    """(what changes, what it was, what it becomes)"""
    name = said(one.name) if isinstance(one.name, Mapping) else one.name
    before, after = one.before, one.after
    match one.what:
        case "hours":
            return _("Hours of the course"), str(before), str(after)
        case "serves":
            names = finding.assessment_names(db.session())
            return _("What it gives evidence for"), _served(before, names), _served(after, names)
        case "lesson" if before is None:
            return _("New lesson: %(name)s", name=name), "", _number(after)
        case "lesson":
            return _("Lesson taken away: %(name)s", name=name), _number(before), ""
        case "minutes":
            return _("Time of the lesson %(name)s", name=name), _number(before), _number(after)
        case "text":
            return _("Text of the lesson %(name)s", name=name), "", _("rewritten")
        case "quiz" if before is None:
            return _("New quiz: %(name)s", name=name), "", _("%(number)s questions", number=after)
        case "quiz":
            return _("Quiz taken away: %(name)s", name=name), _("%(number)s questions", number=before), ""
        case "questions":
            return _("Questions of the quiz %(name)s", name=name), str(before), str(after)
        case "pass_mark":
            return _("To pass the quiz %(name)s", name=name), f"{before} %", f"{after} %"
        case "retry":
            return _("Rule for trying the quiz %(name)s again", name=name), "", _("changed")
        case _:
            return _("Work to hand in: %(name)s", name=name), _number(before), _number(after)


def _midway(course_id: str, version: str, handle: Handle) -> Sequence[tuple[Any, str, int, int]]:
    """Each person who is mid-way in a version: registration, name, parts done, parts in all."""
    session = db.session()
    found = registrations.midway(session, course=course_id, version=version)
    parts = {unit.id for unit in outline(handle.package) if unit.required}
    people = accounts.load_people(session, {one.person_id for one in found})
    done = registrations.done_counts(session, [one.id for one in found], parts)
    return [(one, people[one.person_id].name, done.get(one.id, 0), len(parts)) for one in found]


@bp.get("/administration/courses/<course_id>/<version>")
@permission("course.manage")
def version(course_id: str, version: str) -> str:
    """One version: whom taking it concerns, what it changes, and what was decided about it."""
    return _version_page(course_id, version, DecisionForm(data={"held_on": clock.local_date(clock.now())}))


def _version_page(course_id: str, version: str, form: DecisionForm) -> str:
    session, catalogue = db.session(), catalogue_of_app()
    handle = _handle(course_id, version)
    current = versions.offered_one(session, catalogue, course_id)
    now = _handle(course_id, current.version)
    others = version != current.version
    return render_template(
        "study/version.html",
        course=handle.course,
        current=current,
        digest=handle.digest,
        report=catalogue.report(course_id, version) if others else None,
        differences=[_told(one) for one in versions.differences(now.package, handle.package)]
        if others
        else [],
        says=next((one for one in handle.course.history if one.version == version), None),
        midway=_midway(course_id, current.version, now),
        decisions=[
            (one, FORUM_WORDS[one.forum])
            for one in versions.decisions(session, course_id)
            if one.version == version
        ],
        form=form,
    )


@bp.post("/administration/courses/<course_id>/<version>/offer")
@permission("course.manage")
def offer(course_id: str, version: str) -> AnyResponse:
    """From now on new learners begin this version."""
    handle, session = _handle(course_id, version), db.session()
    versions.offer(session, course_id, version, handle.digest, by=g.person.id, now=clock.now())
    session.commit()
    flash(_("New learners begin version %(version)s from now on.", version=version), "good")
    return redirect(url_for("study.version", course_id=course_id, version=version), 303)


@bp.post("/administration/courses/<course_id>/<version>/decisions")
@permission("course.manage")
def attach_decision(course_id: str, version: str) -> AnyResponse:
    """Keep what a retro or a think tank decided that this version carries out."""
    _handle(course_id, version)
    form = DecisionForm()
    if not form.validate_on_submit():
        return Response(_version_page(course_id, version, form), 422)
    session = db.session()
    versions.attach(
        session,
        course=course_id,
        version=version,
        forum=form.forum.data,
        held_on=form.held_on.data,
        text=form.text.data,
        by=g.person.id,
        now=clock.now(),
    )
    session.commit()
    flash(_("The decision is kept with version %(version)s.", version=version), "good")
    return redirect(url_for("study.version", course_id=course_id, version=version), 303)


@bp.get("/administration/courses/<course_id>/<version>/questions")
@permission("course.manage")
def question_statistics(course_id: str, version: str) -> str:
    """How each question of the version does, for its author: how many got it right, and what the others chose."""
    handle = _handle(course_id, version)
    session = db.session()
    return render_template(
        "study/statistics.html",
        course=handle.course,
        quizzes=[
            (quiz, statistics.of_quiz(session, quiz, course=course_id, version=version))
            for quiz in handle.package.quizzes
        ],
        fewest=statistics.FEWEST,
    )
