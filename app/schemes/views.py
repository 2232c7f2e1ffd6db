"""Certification schemes: for anybody to read, for administrators to draft, compare and publish."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import clock
from app.access import permission
from app.db import db
from app.rules import scheme as rules
from app.schemes import mistakes, service, words
from app.schemes.forms import DraftForm, PublishForm
from app.schemes.models import Scheme, SchemeDraft, SchemeVersion
from app.ui.setup import render_error

bp = Blueprint("schemes", __name__, template_folder="templates")
Page = str | Response | tuple[Any, int]


def unknown() -> Response:
    """The answer to a certification's code that nobody knows."""
    page, code = render_error(
        404,
        _("There is no such certification"),
        _("It may have another name, or the link is cut off. Here are all that there are:"),
        (_("See the certifications"), url_for("schemes.schemes")),
    )
    return Response(page, code, mimetype="text/html")


def _scheme(code: str) -> Scheme:
    try:
        return service.by_code(db.session(), code)
    except service.UnknownScheme:
        abort(unknown())


def _version(code: str, number: int) -> SchemeVersion:
    try:
        return service.numbered(db.session(), code, number)
    except service.UnknownScheme:
        abort(unknown())


def _draft(code: str) -> SchemeDraft:
    found = service.draft_of(db.session(), code)
    if found is None:
        abort(404)
    return found


def _said(version: SchemeVersion) -> rules.SchemeVersion:
    return service.load(db.session(), version.id)


def _published() -> list[tuple[SchemeVersion, rules.SchemeVersion]]:
    """The current version of every scheme that has one."""
    return [
        (version, _said(version))
        for scheme in service.every(db.session())
        for version in scheme.versions
        if version.state == "published"
    ]


def _names() -> dict[str, str]:
    return {version.code: words.say(version.name) for _row, version in _published()}


@bp.get("/schemes")
@permission("page.public")
def schemes() -> Page:
    """All certifications, for anybody."""
    return render_template("schemes/schemes.html", schemes=[version for _row, version in _published()])


@bp.get("/schemes/<code>")
@permission("page.public")
def scheme(code: str) -> Page:
    """What one certification asks for, for anybody."""
    try:
        row = service.current(db.session(), code)
    except service.UnknownScheme:
        abort(unknown())
    version = _said(row)
    return render_template(
        "schemes/scheme.html", row=row, version=version, terms=words.terms(version, _names())
    )


@bp.get("/admin/schemes")
@permission("scheme.edit")
def administer() -> Page:
    """Every scheme with its versions and its draft."""
    session = db.session()
    found = service.every(session)
    return render_template(
        "schemes/administer.html",
        schemes=[(one, _said(one.versions[0]) if one.versions else None) for one in found],
        drafts=service.drafts(session),
    )


@bp.get("/admin/schemes/<code>/<int:number>")
@permission("scheme.edit")
def version(code: str, number: int) -> Page:
    """One published version in full."""
    row = _version(code, number)
    said = _said(row)
    return render_template(
        "schemes/version.html",
        row=row,
        version=said,
        terms=words.terms(said, _names()),
        older=[one for one in row.scheme.versions if one.number < number],
    )


@bp.get("/admin/schemes/<code>/<int:old>/<int:new>")
@permission("scheme.edit")
def compare(code: str, old: int, new: int) -> Page:
    """Two published versions, criterion by criterion."""
    before, after = _version(code, old), _version(code, new)
    found = service.compare(db.session(), before, after)
    return render_template(
        "schemes/compare.html", old=before, new=_said(after), differences=found, draft=None
    )


@bp.post("/admin/schemes/<code>/draft")
@permission("scheme.edit")
def begin(code: str) -> Page:
    """Begin the next version as a draft, or go on with the one there is."""
    found = _scheme(code)
    service.draft(db.session(), found.code, by=g.person.id, now=clock.now())
    db.session.commit()
    return redirect(url_for("schemes.edit", code=code))


@bp.get("/admin/schemes/<code>/draft")
@permission("scheme.edit")
def edit(code: str) -> Page:
    """The draft's text, with what is wrong in it."""
    found = _draft(code)
    form = DraftForm(text=found.text)
    return render_template(
        "schemes/edit.html",
        form=form,
        draft=found,
        checked=service.examine(db.session(), found),
        say_mistake=mistakes.say,
    )


@bp.post("/admin/schemes/<code>/draft/text")
@permission("scheme.edit")
def save(code: str) -> Page:
    """Keep the draft's text, right or wrong."""
    found = _draft(code)
    form = DraftForm()
    if not form.validate_on_submit():
        checked = service.examine(db.session(), found)
        page = render_template(
            "schemes/edit.html", form=form, draft=found, checked=checked, say_mistake=mistakes.say
        )
        return page, 422
    checked = service.save_draft(db.session(), found, form.text.data, by=g.person.id, now=clock.now())
    db.session.commit()
    if checked.version is not None and not checked.mistakes:
        flash(_("The draft is saved. Read it through before you publish it."), "good")
        return redirect(url_for("schemes.preview", code=code))
    flash(_("The draft is saved, but it cannot be published yet."), "warn")
    return redirect(url_for("schemes.edit", code=code))


@bp.get("/admin/schemes/<code>/draft/preview")
@permission("scheme.edit")
def preview(code: str) -> Page:
    """The draft in words, and what it changes."""
    found = _draft(code)
    checked = service.examine(db.session(), found)
    if checked.version is None or checked.mistakes:
        return redirect(url_for("schemes.edit", code=code))
    before = service.current(db.session(), code)
    return render_template(
        "schemes/compare.html",
        old=before,
        new=checked.version,
        differences=service.compare(db.session(), before, checked.version),
        draft=found,
        terms=words.terms(checked.version, _names()),
    )


@bp.route("/admin/schemes/<code>/draft/publish", methods=["GET", "POST"])
@permission("scheme.edit")
def publish(code: str) -> Page:
    """Publish the draft for good, after a look at who moves when."""
    found = _draft(code)
    checked = service.examine(db.session(), found)
    if checked.version is None or checked.mistakes:
        return redirect(url_for("schemes.edit", code=code))
    form = PublishForm(keep_months=checked.version.transition_months)
    now = clock.now()
    if form.validate_on_submit():
        row = service.publish(db.session(), found, keep_months=form.keep_months.data, by=g.person.id, now=now)
        db.session.commit()
        flash(_("Version %(number)s is published.", number=row.number), "good")
        return redirect(url_for("schemes.version", code=code, number=row.number))
    keep = form.keep_months.data if form.keep_months.data is not None and not form.errors else None
    last_day = service.honoured_until(clock.local_date(now), keep) if keep is not None else None
    status = 422 if form.errors else 200
    return render_template(
        "schemes/publish.html",
        form=form,
        version=checked.version,
        old=service.current(db.session(), code),
        last_day=last_day,
    ), status


@bp.post("/admin/schemes/<code>/draft/discard")
@permission("scheme.edit")
def discard(code: str) -> Page:
    """Throw the draft away."""
    service.discard_draft(db.session(), _draft(code), by=g.person.id, now=clock.now())
    db.session.commit()
    flash(_("The draft is thrown away. The published version is as it was."), "info")
    return redirect(url_for("schemes.administer"))
