"""Answer an instrument, and read one's own profile beside the organisation's."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from coursekit import Instrument
from flask import Response, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app import clock
from app.access import permission
from app.db import db
from app.registrations.models import Registration
from app.study import instruments
from app.study.blueprint import bp, content, mine, remember, said
from app.ui import charts
from plugins.handle import Handle


def _instrument(handle: Handle, unit: str) -> Instrument:
    return handle.instrument(unit) or abort(404)


def _axes(instrument: Instrument, now: Mapping[str, float], then: Mapping[str, float]) -> list[charts.Axis]:
    return [
        charts.Axis(
            label=said(one.title),
            now=float(now[one.id]),
            then=float(then[one.id]) if one.id in then else None,
        )
        for one in instrument.dimensions
        if one.id in now
    ]


def _page(
    registration: Registration,
    handle: Handle,
    instrument: Instrument,
    chosen: Mapping[str, int],
    missing: tuple[str, ...] = (),
    status: int = 200,
) -> Response:
    return content(
        render_template(
            "study/instrument.html",
            course=handle.course,
            registration=registration,
            instrument=instrument,
            chosen=chosen,
            missing=missing,
        ),
        status,
    )


@bp.get("/study/<uuid:id>/instruments/<unit>")
@permission("course.study")
def instrument(id: uuid.UUID, unit: str) -> Response:
    """What is asked, with the answers given last."""
    registration, handle = mine(id)
    found = _instrument(handle, unit)
    before = instruments.own(db.session(), registration, unit)
    page = _page(registration, handle, found, before[-1].levels if before else {})
    if registration.resume_at is None:  # later on, lessons are gone on with
        remember(registration, unit)
    return page


@bp.post("/study/<uuid:id>/instruments/<unit>")
@permission("course.study")
def answer_instrument(id: uuid.UUID, unit: str) -> AnyResponse:
    """Keep the answers."""
    registration, handle = mine(id)
    found = _instrument(handle, unit)
    chosen = {
        one.id: int(level)
        for one in found.dimensions
        if (level := request.form.get(f"d-{one.id}", "")) in map(str, range(1, len(one.anchors) + 1))
    }
    session = db.session()
    try:
        instruments.answer(
            session, registration, found, chosen, organisation=g.person.organisation_id, now=clock.now()
        )
    except instruments.Incomplete as incomplete:
        return _page(registration, handle, found, chosen, incomplete.missing, 422)
    session.commit()
    flash(_("Your answers are kept. This is your profile today."), "good")
    return redirect(url_for("study.profile", id=id, unit=unit), 303)


@bp.get("/study/<uuid:id>/instruments/<unit>/profile")
@permission("course.study")
def profile(id: uuid.UUID, unit: str) -> Response | AnyResponse:
    """One's own profile, now and at first; and the organisation's, once enough have answered."""
    registration, handle = mine(id, results=True)
    found = _instrument(handle, unit)
    session = db.session()
    answers = instruments.own(session, registration, unit)
    if not answers:
        return redirect(url_for("study.instrument", id=id, unit=unit), 303)
    first = answers[0].levels if len(answers) > 1 else {}
    where = g.person.organisation_id
    together = (
        instruments.together(session, found, course=registration.course, organisation=where)
        if where
        else None
    )
    shared = {key: tenths / 10 for key, tenths in together.means.items()} if together else {}
    return content(
        render_template(
            "study/profile.html",
            course=handle.course,
            registration=registration,
            instrument=found,
            answered=answers[-1],
            before=answers[0] if first else None,
            axes=_axes(found, answers[-1].levels, first),
            together=together,
            shared=_axes(found, shared, {}) if len(shared) >= 3 else [],
            top=max(len(one.anchors) for one in found.dimensions),
        )
    )
