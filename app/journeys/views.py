"""A guide's municipalities: who moves, who stands still; each municipality's page; who guides it."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app import clock, i18n
from app.access import may, organisations_for, permission
from app.accounts.errors import Refused
from app.accounts.invitations import invitations
from app.accounts.service import load_people
from app.db import db
from app.journeys import progress, service
from app.journeys.forms import AssignForm, HandOverForm
from app.organisations.models import Organisation
from app.organisations.service import load_organisation, organisations

bp = Blueprint("journeys", __name__, template_folder="templates")

Page = str | Response | tuple[Any, int]
WAITING_SHOWN = 100


def _municipality(
    organisation_id: uuid.UUID, *, asked_for: bool = False, needed: str = "municipality.follow"
) -> Organisation:
    """The municipality, if the person who asks has the permission ``needed`` there; else 404.

    ``asked_for``: one that waits for a guide is also there for guides who do not reach it yet.
    """
    found = load_organisation(db.session(), organisation_id)
    if found is None or found.kind != "municipality":
        abort(404)
    waits = asked_for and service.open_request(db.session(), organisation_id) is not None
    if not waits and not may(needed, organisation=organisation_id):
        abort(404)
    return found


@bp.get("/municipalities")
@permission("municipality.read")
def municipalities() -> Page:
    """The municipalities that one guides, or all within one's reach; requests for a guide first."""
    now = clock.now()
    session = db.session()
    mine = service.municipalities_of(session, g.person.id)
    every = request.args.get("show") == "all" or not mine
    shown = (
        organisations(session, kinds=("municipality",), among=organisations_for("municipality.read"))
        if every
        else mine
    )
    return render_template(
        "journeys/municipalities.html",
        found=progress.overviews(session, shown, now=now),
        guides=service.guides_of(session, [one.id for one in shown]),
        waiting=service.open_requests(session) if may("municipality.follow") else [],
        mine=bool(mine),
        every=every,
    )


@bp.get("/municipalities/<uuid:organisation_id>")
@permission("municipality.read")
def municipality(organisation_id: uuid.UUID) -> Page:
    """One municipality: its people on their paths, waiting invitations, its guides then and now."""
    place = _municipality(organisation_id, needed="municipality.read")
    now = clock.now()
    session = db.session()
    past = service.history(session, place.id)
    return render_template(
        "journeys/municipality.html",
        place=place,
        travellers=progress.of_municipality(session, place.id, now=now),
        waiting=invitations(session, among=frozenset({place.id}), state="sent", limit=WAITING_SHOWN, now=now),
        guidance=service.guidance_of(session, place.id),
        request_=service.open_request(session, place.id),
        past=past,
        people=load_people(session, [one.guide_id for one in past]),
        may_invite=may("people.invite", organisation=place.id),
        follows=may("municipality.follow", organisation=place.id),
        language=i18n.language(),
    )


@bp.route("/municipalities/<uuid:organisation_id>/guide", methods=["GET", "POST"])
@permission("municipality.follow")
def guide(organisation_id: uuid.UUID) -> Page:
    """Assign the municipality's guide, or hand it over to the next."""
    place = _municipality(organisation_id, asked_for=True)
    now = clock.now()
    session = db.session()
    present = service.guide_of(session, place.id)
    form = HandOverForm() if present else AssignForm()
    able = service.guides_for(session, place.id, by=g.person.id, now=now)
    form.guide.choices = [
        SelectChoice("", _("Choose")),
        *(SelectChoice(str(one.id), one.name) for one in able if present is None or one.id != present.id),
    ]
    if form.validate_on_submit():
        chosen = uuid.UUID(form.guide.data)
        try:
            if present is None:
                service.assign_guide(session, organisation=place.id, guide=chosen, by=g.person.id, now=now)
            else:
                service.hand_over(
                    session, organisation=place.id, to=chosen, note=form.note.data, by=g.person.id, now=now
                )
        except Refused as refused:
            session.rollback()
            if refused.code == "note" and present is not None:
                form.note.errors = [str(refused)]
            else:
                form.guide.errors = [str(refused)]
        else:
            session.commit()
            flash(_("The municipality has its guide."), "good")
            return redirect(_after(organisation_id), 303)
    page = render_template(
        "journeys/guide.html",
        place=place,
        form=form,
        present=present,
        request_=service.open_request(session, place.id),
        follows=may("municipality.follow", organisation=place.id),
    )
    return page, 422 if form.is_submitted() else 200


def _after(organisation_id: uuid.UUID) -> str:
    """The municipality's page where one may see it, else the list."""
    if may("municipality.follow", organisation=organisation_id):
        return url_for("journeys.municipality", organisation_id=organisation_id)
    return url_for("journeys.municipalities")
