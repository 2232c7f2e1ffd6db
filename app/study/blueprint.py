"""What every page of studying shares: the blueprint, how a course is fetched, and how its content is answered."""

from __future__ import annotations

import uuid
from typing import Any

from babel import Locale
from coursekit import Course, Text, say
from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    g,
    request,
    url_for,
)
from flask_babel import get_locale
from flask_babel import gettext as _

from app import clock, i18n
from app.db import begin_writing, db
from app.licensing.gate import NoLicence
from app.registrations import service as registrations
from app.registrations.models import Registration
from app.study import covers, service, versions
from app.ui.setup import render_error
from plugins.catalogue import Catalogue, UnknownCourse
from plugins.handle import Handle

bp = Blueprint("study", __name__, template_folder="templates")

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "media-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@bp.app_template_filter("said")
def said(text: Text) -> str:
    """A course's words in the reader's language."""
    return say(text, i18n.language())


bp.add_app_template_filter(covers.cover, "cover")


@bp.app_template_filter("tongue")
def tongue(code: str) -> str:
    """The name of a language in the reader's: "svenska", "English"."""
    return Locale.parse(code).get_display_name(get_locale()) or code


@bp.app_template_filter("spent")
def spent(minutes: int) -> str:
    """Learning time: "45 min", "2 h", "1 h 15 min"."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(minutes)d min", minutes=rest)
    return (
        _("%(hours)d h %(minutes)d min", hours=hours, minutes=rest) if rest else _("%(hours)d h", hours=hours)
    )


def catalogue_of_app() -> Catalogue:
    catalogue: Catalogue = current_app.extensions["courses"]
    return catalogue


def summary_of(course_id: str) -> Course:
    """The course in the version that new learners begin; 404 where there is none."""
    try:
        return versions.offered_one(db.session(), catalogue_of_app(), course_id)
    except UnknownCourse:
        abort(404)


def no_licence(refused: NoLicence) -> Response:
    """A page that says why the licence keeps the course shut, and that nothing is lost."""
    action = (_("To the course"), url_for("study.course", course_id=refused.course))
    page, code = render_error(403, _("The course is not open for you right now"), str(refused), action)
    return Response(page, code)


def mine(id: uuid.UUID, *, results: bool = False) -> tuple[Registration, Handle]:
    """The registration of the person who asks, and its course; 404 for anybody else's.

    Where the licence keeps the course shut, a page says so. ``results``: what they have earned or written in it is
    shown all the same.
    """
    registration = registrations.find(db.session(), id, person=g.person.id)
    if registration is None:
        abort(404)
    try:
        gate = (
            registrations.own_results(registration)
            if results
            else registrations.gate(db.session(), registration, now=clock.now())
        )
        return registration, catalogue_of_app().course(registration.course, registration.version, gate=gate)
    except NoLicence as refused:
        abort(no_licence(refused))
    except UnknownCourse:
        page, code = render_error(
            503,
            _("The course is not here right now"),
            _(
                "You began version %(version)s of it, and that version is not installed. What you have done is "
                "kept. Your guide or administrator can help.",
                version=registration.version,
            ),
            (_("To the courses"), url_for("study.catalogue")),
        )
        abort(Response(page, code))


def files_of(registration: Registration) -> str:
    return url_for("study.file", id=registration.id, name="")


def address(registration: Registration, unit: Any) -> str:
    if unit is None:
        return url_for("study.course", course_id=registration.course)
    return url_for(f"study.{unit.kind}", id=registration.id, unit=unit.id)


def content(page: str, status: int = 200) -> Response:
    response = Response(page, status)
    response.headers["Content-Security-Policy"] = CONTENT_POLICY
    return response


def remember(registration: Registration, unit: str) -> None:
    """Keep where the learner is. The page is drawn already; this is a short transaction of its own.

    The first unit that is opened begins the course; whoever asks for the head of a page has not opened it.
    """
    if registration.resume_at == unit or request.method == "HEAD":
        return
    id, first = registration.id, registration.resume_at is None
    course, person = registration.course, registration.person_id
    db.session.commit()
    begin_writing()
    if first:
        service.begin_with(db.session(), id, unit, course=course, person=person, now=clock.now())
    else:
        registrations.see(db.session(), id, unit=unit, now=clock.now())
    db.session.commit()


@bp.before_request
def _asked_for() -> Response | None:
    """A browser that fetches pages beforehand gets none: opening one can begin a course, which is a learner's act."""
    purpose = request.headers.get("Sec-Purpose") or request.headers.get("Purpose", "")
    return Response(status=503, headers={"Cache-Control": "no-store"}) if "prefetch" in purpose else None
