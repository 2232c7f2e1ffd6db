"""Quizzes: draw, draft, hand in, read the result."""

from __future__ import annotations

import uuid
from typing import Any

from coursekit import Quiz
from flask import (
    Response,
    abort,
    flash,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import format_datetime, get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app import clock
from app.access import permission
from app.db import db
from app.registrations import service as registrations
from app.registrations.models import Registration
from app.study import answers, service
from app.study.blueprint import (
    address,
    bp,
    content,
    mine,
    remember,
)
from app.study.outline import next_unit, outline
from plugins.handle import Handle

# ---- quizzes -------------------------------------------------------------------------------------


def _quiz(handle: Handle, unit: str) -> Quiz:
    return handle.quiz(unit) or abort(404)


def _why_not(turn: service.Turn) -> str:
    if turn.why == "passed":
        return _("You have passed, and the result is kept. There is nothing more to do here.")
    if turn.why == "wait" and turn.when:
        when = format_datetime(
            turn.when, "d MMMM y 'kl.' HH.mm" if str(get_locale()) == "sv" else "d MMMM y, HH:mm"
        )
        return _("You can try again from %(when)s. Use the time to go back to what was difficult.", when=when)
    return _("You have used all your attempts. Talk to your guide about how to go on.")


@bp.get("/study/<uuid:id>/quizzes/<unit>")
@permission("course.study")
def quiz(id: uuid.UUID, unit: str) -> Response:
    """The quiz: what it asks for, what was answered so far, and earlier attempts."""
    registration, handle = mine(id)
    found = _quiz(handle, unit)
    session = db.session()
    kept = service.draft(session, registration, unit)
    if kept is not None:
        page = _form_page(registration, handle, found, kept)
    else:
        before = service.attempts(session, registration, unit)
        turn = service.turn(found, before, now=clock.now())
        page = content(
            render_template(
                "study/quiz.html",
                course=handle.course,
                registration=registration,
                quiz=found,
                asks=found.draw or len(found.questions),
                attempts=before,
                turn=turn,
                why_not="" if turn.allowed else _why_not(turn),
                next=next_unit(outline(handle.package), registrations.done(session, registration), None),
                address=address,
            )
        )
    remember(registration, unit)
    return page


def _form_page(
    registration: Registration,
    handle: Handle,
    quiz: Quiz,
    draft: Any,
    missing: tuple[str, ...] = (),
    status: int = 200,
) -> Response:
    questions = answers.asked(quiz, draft.questions)
    return content(
        render_template(
            "study/questions.html",
            course=handle.course,
            registration=registration,
            quiz=quiz,
            draft=draft,
            questions=questions,
            options={one.id: answers.shown(one, draft.id) for one in questions},
            missing=missing,
            repeated=[one.id for one in questions if answers.repeated(one, draft.answers.get(one.id))],
        ),
        status,
    )


@bp.post("/study/<uuid:id>/quizzes/<unit>/start")
@permission("course.study")
def begin_quiz(id: uuid.UUID, unit: str) -> AnyResponse:
    """Draw the questions."""
    registration, handle = mine(id)
    session = db.session()
    try:
        service.begin(session, registration, _quiz(handle, unit), now=clock.now())
    except service.NotNow as refused:
        flash(_why_not(refused.turn), "warn")
    session.commit()
    return redirect(url_for("study.quiz", id=id, unit=unit), 303)


@bp.post("/study/<uuid:id>/quizzes/<unit>/attempts/<uuid:attempt>")
@permission("course.study")
def answer(id: uuid.UUID, unit: str, attempt: uuid.UUID) -> AnyResponse:
    """Save what is answered so far, or hand it in. Handing in the same attempt twice is handing it in once."""
    registration, handle = mine(id)
    found = _quiz(handle, unit)
    session, now = db.session(), clock.now()
    if service.attempt(session, registration, attempt) is not None:
        return redirect(url_for("study.result", id=id, unit=unit, attempt=attempt), 303)
    kept = service.draft(session, registration, unit)
    if kept is None or kept.id != attempt:
        flash(
            _("These questions are no longer open. Start the quiz again; your notes and results are kept."),
            "warn",
        )
        return redirect(url_for("study.quiz", id=id, unit=unit), 303)
    service.save(kept, found, request.form, now=now)
    if "save" in request.form:
        session.commit()
        flash(_("Your answers are saved. You can go on whenever you like."), "good")
        return redirect(url_for("study.course", course_id=registration.course), 303)
    questions = answers.asked(found, kept.questions)
    missing = tuple(one.id for one in questions if not answers.complete(one, kept.answers.get(one.id)))
    if missing and "anyway" not in request.form:
        session.commit()
        return _form_page(registration, handle, found, kept, missing, 422)
    service.hand_in(session, registration, handle, found, kept, by=g.person.id, now=now)
    session.commit()
    return redirect(url_for("study.result", id=id, unit=unit, attempt=attempt), 303)


@bp.get("/study/<uuid:id>/quizzes/<unit>/attempts/<uuid:attempt>")
@permission("course.study")
def result(id: uuid.UUID, unit: str, attempt: uuid.UUID) -> Response | AnyResponse:
    """What was right, why, and what comes next."""
    registration, handle = mine(id, results=True)
    found = _quiz(handle, unit)
    session = db.session()
    made = service.attempt(session, registration, attempt)
    if made is None:
        kept = service.draft(session, registration, unit)
        if kept is not None and kept.id == attempt:
            return redirect(url_for("study.quiz", id=id, unit=unit), 303)
        abort(404)
    questions = answers.asked(found, made.questions)
    turn = service.turn(found, service.attempts(session, registration, unit), now=clock.now())
    return content(
        render_template(
            "study/result.html",
            course=handle.course,
            registration=registration,
            quiz=found,
            attempt=made,
            questions=questions,
            shares={one.id: one.share(made.answers.get(one.id)) for one in questions},
            lessons={one.id: one for one in handle.lessons},
            turn=turn,
            why_not="" if turn.allowed else _why_not(turn),
            next=next_unit(outline(handle.package), registrations.done(session, registration), None),
            address=address,
        )
    )
