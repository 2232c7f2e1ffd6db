"""Pages for studying: the catalogue, a course, its lessons and work to hand in, the guide for those who lead."""

from __future__ import annotations

import mimetypes
import uuid

from coursekit import Course, Facilitation, Lesson
from flask import (
    Response,
    abort,
    flash,
    g,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask_babel import gettext as _
from flask_babel.speaklater import LazyString
from werkzeug.wrappers import Response as AnyResponse

from app import clock, i18n
from app.access import may, permission
from app.assessments import service as assessments
from app.db import db
from app.deliveries import service as deliveries
from app.licensing import for_sale
from app.licensing import gate as gates
from app.licensing.blueprint import acts_as_publisher, may_ask
from app.licensing.reasons import why, why_not_here
from app.registrations import service as registrations
from app.registrations.models import Registration
from app.study import finding, guide_pdf, service, versions
from app.study.blueprint import (
    address,
    bp,
    catalogue_of_app,
    content,
    files_of,
    mine,
    no_licence,
    remember,
    said,
    spent,
    summary_of,
)
from app.study.forms import NoteForm
from app.study.outline import neighbours, next_unit, outline
from app.ui import formatting
from app.ui.setup import render_error
from plugins.handle import Handle

FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"


# ---- what there is -------------------------------------------------------------------------------


@bp.get("/courses")
@permission("page.public")
def catalogue() -> str:
    """Every course, and how far the reader has come in it."""
    mine = registrations.of_person(db.session(), person=g.person.id) if g.person else ()
    begun = {one.course: one for one in reversed(mine)}
    courses = versions.offered(db.session(), catalogue_of_app())
    asked = request.args.get("q", "").strip()[:100]
    found = [one for one in courses if finding.fits(one, asked)]
    return render_template("study/catalogue.html", courses=found, asked=asked, many=len(courses), begun=begun)


@bp.get("/courses/<course_id>")
@permission("page.public")
def course(course_id: str) -> str | Response:
    """One course: for whom, how long, what it helps to meet; and, for those who have begun, the way through it."""
    found = summary_of(course_id)
    registration = (
        registrations.latest(db.session(), person=g.person.id, course=course_id) if g.person else None
    )
    meets = finding.what_it_meets(db.session(), found)
    sale = _sale(found)
    if registration is None:
        return render_template(
            "study/course.html",
            course=found,
            registration=None,
            meets=meets,
            sale=sale,
            closed=_closed_to_begin(found),
        )
    registration, handle = mine(registration.id, results=True)
    why_not = registrations.why_not(db.session(), registration, now=clock.now())
    units = outline(handle.package)
    done = registrations.done(db.session(), registration)
    required = [unit for unit in units if unit.required]
    return render_template(
        "study/course.html",
        course=handle.course,
        registration=registration,
        units=units,
        done=done,
        amount=sum(unit.id in done for unit in required),
        target=len(required),
        next_unit=next_unit(units, done, registration.resume_at),
        minutes=sum(lesson.minutes for lesson in handle.lessons if lesson.id in done),
        newest=found.version,
        closed=why(why_not) if why_not else None,
        again=bool(why_not) and registration.completed_at is None and _closed_to_begin(handle.course) is None,
        proof=handle.package.certificate is not None and registration.completed_at is not None,
        meets=meets,
        sale=sale,
    )


def _sale(course: Course) -> for_sale.ForSale | None:
    """What the page says about the course's licence; None where it needs none."""
    nobody: frozenset[uuid.UUID] = frozenset()
    return for_sale.of_course(
        db.session(),
        course.id,
        home=g.person.organisation_id if g.person else None,
        asking=may_ask() if g.person else nobody,
        selling=acts_as_publisher() if may("licence.sell") else nobody,
        today=clock.local_date(clock.now()),
    )


def _closed_to_begin(course: Course) -> LazyString | None:
    """Why whoever is signed in cannot begin the course now, or None."""
    if g.person is None:
        return None
    verdict = gates.to_study(
        db.session(), course.id, course.version, organisation=g.person.organisation_id, now=clock.now()
    )
    return why(verdict.reason) if verdict is not None and verdict.grant is None else None


@bp.post("/courses/<course_id>/start")
@permission("course.study")
def start(course_id: str) -> AnyResponse:
    """Begin, or go on."""
    found = summary_of(course_id)
    session = db.session()
    try:
        registration = registrations.start(session, course=found, by=g.person.id, now=clock.now())
    except gates.NoLicence as refused:
        session.rollback()
        return no_licence(refused)
    session.commit()
    return redirect(url_for("study.resume", id=registration.id), 303)


@bp.get("/study/<uuid:id>")
@permission("course.study")
def resume(id: uuid.UUID) -> AnyResponse:
    """Where one was."""
    registration, handle = mine(id)
    done = registrations.done(db.session(), registration)
    return redirect(
        address(registration, next_unit(outline(handle.package), done, registration.resume_at)), 303
    )


# ---- lessons -------------------------------------------------------------------------------------


def _lesson_page(
    registration: Registration, handle: Handle, lesson: Lesson, form: NoteForm, status: int
) -> Response:
    units = outline(handle.package)
    before, after = neighbours(units, lesson.id)
    language = handle.language(i18n.language())
    done = registrations.done(db.session(), registration)
    return content(
        render_template(
            "study/lesson.html",
            course=handle.course,
            registration=registration,
            lesson=lesson,
            page=handle.page(lesson.page(language), files=files_of(registration)),
            language=language,
            units=units,
            done=done,
            number=[one.id for one in handle.lessons].index(lesson.id) + 1,
            before=before,
            after=after,
            form=form,
            address=address,
        ),
        status,
    )


def _lesson(handle: Handle, unit: str) -> Lesson:
    return handle.lesson(unit) or abort(404)


@bp.get("/study/<uuid:id>/lessons/<unit>")
@permission("course.study")
def lesson(id: uuid.UUID, unit: str) -> Response:
    """One lesson, with the learner's own notes."""
    registration, handle = mine(id)
    found = _lesson(handle, unit)
    form = NoteForm(data={"text": service.note(db.session(), registration, unit)})
    page = _lesson_page(registration, handle, found, form, 200)
    remember(registration, unit)
    return page


@bp.post("/study/<uuid:id>/lessons/<unit>/note")
@permission("course.study")
def keep_note(id: uuid.UUID, unit: str) -> AnyResponse:
    """Keep the note beside a lesson; with ``done``, the lesson is worked through as well."""
    registration, handle = mine(id)
    found = _lesson(handle, unit)
    form = NoteForm()
    if not form.validate_on_submit():
        return _lesson_page(registration, handle, found, form, 422)
    session, now = db.session(), clock.now()
    service.keep_note(session, registration, unit, form.text.data or "", now=now)
    if "done" not in request.form:
        session.commit()
        flash(_("Your notes are saved."), "good")
        return redirect(url_for("study.lesson", id=id, unit=unit, _anchor="notes"), 303)
    counted = service.complete_lesson(session, registration, handle, found, by=g.person.id, now=now)
    session.commit()
    if counted and registration.completed_at == now:
        flash(_("You have worked through the whole course. Well done!"), "good")
        return redirect(url_for("study.course", course_id=registration.course), 303)
    if counted:
        flash(
            _(
                "“%(lesson)s” is done: %(time)s of learning time.",
                lesson=said(found.title),
                time=spent(found.minutes),
            ),
            "good",
        )
    _before, after = neighbours(outline(handle.package), unit)
    return redirect(address(registration, after), 303)


@bp.get("/study/<uuid:id>/notes")
@permission("course.study")
def notes(id: uuid.UUID) -> str:
    """All of one's notes in the course, to read and print."""
    registration, handle = mine(id, results=True)
    kept = service.notes(db.session(), registration)
    written = [(lesson, kept[lesson.id]) for lesson in handle.lessons if lesson.id in kept]
    return render_template(
        "study/notes.html", course=handle.course, registration=registration, written=written
    )


@bp.get("/study/<uuid:id>/files/<path:name>")
@permission("course.study")
def file(id: uuid.UUID, name: str) -> Response:
    """A picture, film or download that the course lists. Whatever it is, it can do nothing in the browser."""
    _registration, handle = mine(id)
    path = handle.file(name)
    if path is None or not path.is_file():
        abort(404)
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    response = send_file(path, mimetype=kind, conditional=True, etag=handle.digest[:16], max_age=3600)
    response.headers["Content-Security-Policy"] = FILE_POLICY
    response.headers["Cache-Control"] = "private, max-age=3600"
    if not kind.startswith(("image/", "video/", "audio/")):
        response.headers["Content-Disposition"] = f'attachment; filename="{path.name}"'
    return response


@bp.get("/study/<uuid:id>/proof")
@permission("course.study")
def proof(id: uuid.UUID) -> str:
    """The course's own proof of completion, to print; missing until the course is worked through."""
    registration, handle = mine(id, results=True)
    words = handle.package.certificate
    if words is None or registration.completed_at is None:
        abort(404)
    done = registrations.done(db.session(), registration)
    filled = {
        "{name}": g.person.name,
        "{course}": said(handle.course.title),
        "{minutes}": str(sum(lesson.minutes for lesson in handle.lessons if lesson.id in done)),
        "{day}": formatting.day(registration.completed_at),
    }
    body = said(words.body)
    for place, value in filled.items():  # no str.format: a package's words must not reach into our objects
        body = body.replace(place, value)
    return render_template(
        "study/proof.html", course=handle.course, registration=registration, words=words, body=body
    )


def _hand_in_url(registration: Registration, assessment: str) -> str | None:
    """Where the person hands in work for ``assessment``, if a path that they are on asks for it."""
    for path in assessments.mine(db.session(), registration.person_id):
        if any(row.form.code == assessment for row in path.rows) and path.candidacy.state == "open":
            return url_for("assessments.hand_in", candidacy_id=path.candidacy.id, code=assessment)
    return None


@bp.get("/study/<uuid:id>/assignments/<unit>")
@permission("course.study")
def assignment(id: uuid.UUID, unit: str) -> Response:
    """What to hand in, and the rubric by which it is judged."""
    registration, handle = mine(id)
    found = handle.assignment(unit)
    if found is None:
        abort(404)
    language = handle.language(i18n.language())
    before, _after = neighbours(outline(handle.package), unit)
    page = content(
        render_template(
            "study/assignment.html",
            course=handle.course,
            registration=registration,
            assignment=found,
            hand_in_url=_hand_in_url(registration, found.reports),
            page=handle.page(found.page(language), files=files_of(registration)),
            language=language,
            before=before,
            address=address,
        )
    )
    remember(registration, unit)
    return page


# ---- for those who give courses ------------------------------------------------------------------


def _guide(course_id: str) -> tuple[Handle, Facilitation]:
    course = summary_of(course_id)
    session = db.session()
    gate = gates.guide_for(
        session,
        home=g.person.organisation_id,
        leads=lambda course: deliveries.leads_course(session, g.person.id, course),
        administers=may("course.manage"),
        now=clock.now(),
    )
    try:
        handle = catalogue_of_app().course(course_id, course.version, gate=gate)
    except gates.NoLicence as refused:
        page = render_error(
            403, _("The guide is not open for you right now"), str(why_not_here(refused.reason)), None
        )
        abort(Response(*page))
    if handle.package.facilitation is None:
        abort(404)
    return handle, handle.package.facilitation


@bp.get("/courses/<course_id>/facilitation")
@permission("session.plan")
def facilitation(course_id: str) -> Response:
    """The facilitator's guide and the plan of every session, for reading and printing."""
    handle, guide = _guide(course_id)
    language = handle.language(i18n.language())
    return content(
        render_template(
            "study/facilitation.html",
            course=handle.course,
            guide=guide,
            page=handle.page(guide.page(language), files=""),
            language=language,
        )
    )


@bp.get("/courses/<course_id>/facilitation.pdf")
@permission("session.plan")
def facilitation_pdf(course_id: str) -> Response:
    """The same on paper, minute by minute."""
    handle, guide = _guide(course_id)
    language = handle.language(i18n.language())
    page = handle.page(guide.page(language), files="")
    response = Response(guide_pdf.draw(handle.course, guide, page.html, language=language))
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{course_id}-{language}.pdf"'
    return response
