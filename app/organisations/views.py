"""Organisations, for administrators: listed, added, corrected."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import clock
from app.access import permission
from app.db import db
from app.organisations.forms import OrganisationForm
from app.organisations.models import KINDS
from app.organisations.service import (
    KIND_NAMES,
    OrganisationRefused,
    change_organisation,
    create_organisation,
    load_organisation,
    organisations,
)

bp = Blueprint("organisations", __name__, template_folder="templates")

Page = str | Response | tuple[Any, int]


@bp.get("/organisations")
@permission("people.manage")
def index() -> Page:
    """Every organisation, or those of one kind."""
    kind = request.args.get("kind") if request.args.get("kind") in KINDS else None
    found = organisations(db.session(), kinds=(kind,) if kind else KINDS)
    return render_template("organisations/index.html", found=found, kind=kind, kind_names=KIND_NAMES)


@bp.route("/organisations/new", methods=["GET", "POST"])
@permission("people.manage")
def new() -> Page:
    """Add an organisation."""
    form = OrganisationForm()
    if form.validate_on_submit():
        try:
            made = create_organisation(
                db.session(),
                name=form.name.data,
                kind=form.kind.data,
                registration_number=form.registration_number.data,
                language=form.language.data,
                by=g.person.id,
                now=clock.now(),
            )
        except OrganisationRefused as refused:
            form.form_errors.append(str(refused))
        else:
            db.session.commit()
            flash(_("%(name)s is added.", name=made.name), "good")
            return redirect(url_for("organisations.index"), 303)
    return render_template(
        "organisations/edit.html", form=form, organisation=None
    ), 422 if form.errors else 200


@bp.route("/organisations/<uuid:organisation_id>", methods=["GET", "POST"])
@permission("people.manage")
def edit(organisation_id: uuid.UUID) -> Page:
    """Correct an organisation; its kind stays."""
    found = load_organisation(db.session(), organisation_id)
    if found is None:
        abort(404)
    form = OrganisationForm(obj=found)
    del form.kind
    if form.validate_on_submit():
        try:
            change_organisation(
                db.session(),
                found,
                name=form.name.data,
                registration_number=form.registration_number.data,
                language=form.language.data,
                by=g.person.id,
                now=clock.now(),
            )
        except OrganisationRefused as refused:
            form.form_errors.append(str(refused))
        else:
            db.session.commit()
            flash(_("Saved."), "good")
            return redirect(url_for("organisations.index"), 303)
    return render_template(
        "organisations/edit.html", form=form, organisation=found
    ), 422 if form.errors else 200
