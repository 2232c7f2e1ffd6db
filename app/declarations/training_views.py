"""My further training: the list, declaring, one row, its file."""

from __future__ import annotations

import uuid

from flask import abort, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app import clock, files
from app.access import permission
from app.accounts.errors import Refused
from app.accounts.service import load_person
from app.db import db, new_id
from app.declarations import training
from app.declarations.blueprint import Page, bp, judges, readable, say
from app.declarations.forms import TrainingForm
from app.declarations.training import Entry, Proof


@bp.get("/further-training")
@permission("training.declare")
def mine() -> Page:
    """What I have declared, and what it came to."""
    rows = training.of_person(db.session(), g.person.id)
    return render_template("declarations/mine.html", rows=rows, totals=training.totals(rows))


@bp.route("/further-training/new", methods=["GET", "POST"])
@permission("training.declare")
def declare() -> Page:
    """Ask for credits for something one has taken part in."""
    form = TrainingForm()
    if request.method == "GET":
        form.form_token.data = new_id().hex
    if form.validate_on_submit():
        try:
            row = training.declare(db.session(), _entry(form), by=g.person.id, now=clock.now())
        except (Refused, files.TooLarge, files.NotAccepted) as refused:
            db.session.rollback()
            say(
                form, refused if isinstance(refused, Refused) else Refused("file", str(refused)), proof="file"
            )
        else:
            db.session.commit()
            flash(_("It is declared. You get a mail when somebody has judged it."), "good")
            return redirect(url_for("declarations.row", row_id=row.id), 303)
    return render_template("declarations/declare.html", form=form), 422 if form.is_submitted() else 200


def _entry(form: TrainingForm) -> Entry:
    upload, proof = form.file.data, None
    if upload and upload.filename:
        kept = files.store(upload.stream, limit=current_app.config["UPLOAD_LIMIT"], name=upload.filename)
        proof = Proof(
            name=files.shown_name(upload.filename, kept.media_type),
            digest=kept.digest,
            size=kept.size,
            media_type=kept.media_type,
        )
    return Entry(
        title=form.title.data or "",
        organiser=form.organiser.data or "",
        day=form.day.data,
        category=form.category.data,
        credits=form.credits.data,
        about=form.about.data or "",
        link=form.link.data or "",
        proof=proof,
        form_token=(form.form_token.data or new_id().hex)[:64],
    )


@bp.get("/further-training/<uuid:row_id>")
@permission("training.declare")
def row(row_id: uuid.UUID) -> Page:
    """One declaration: what was said, and what came of it."""
    found = readable(row_id)
    session = db.session()
    return render_template(
        "declarations/row.html",
        row=found,
        own=found.person_id == g.person.id,
        judges=judges(found),
        person=load_person(session, found.person_id),
        judge=load_person(session, found.judged_by),
    )


@bp.post("/further-training/<uuid:row_id>/withdraw")
@permission("training.declare")
def withdraw(row_id: uuid.UUID) -> Page:
    """Take back one's own declaration before it is judged."""
    found = training.load(db.session(), row_id, person=g.person.id)
    if found is None:
        abort(404)
    try:
        training.withdraw(db.session(), found, by=g.person.id, now=clock.now())
    except Refused as refused:
        db.session.rollback()
        flash(str(refused), "bad")
    else:
        db.session.commit()
        flash(_("It is taken back."), "good")
    return redirect(url_for("declarations.row", row_id=row_id), 303)


@bp.get("/further-training/<uuid:row_id>/file")
@permission("training.declare")
def file(row_id: uuid.UUID) -> Page:
    """The file that shows it, to save."""
    found = readable(row_id)
    if not found.file_digest:
        abort(404)
    try:
        return files.download(
            found.file_digest, name=found.file_name, media_type=found.file_type, size=found.file_size
        )
    except FileNotFoundError:
        abort(404)
