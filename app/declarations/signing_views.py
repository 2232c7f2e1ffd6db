"""A declaration that a scheme asks for: the words, and one button."""

from __future__ import annotations

import uuid

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from app import clock
from app.access import permission
from app.accounts.errors import Refused
from app.db import db
from app.declarations import signing
from app.declarations.blueprint import Page, bp
from app.learners import service as learners
from app.schemes import service as schemes


@bp.route("/path/<uuid:candidacy_id>/<code>/sign", methods=["GET", "POST"])
@permission("training.declare")
def sign(candidacy_id: uuid.UUID, code: str) -> Page:
    """Read it whole, then sign."""
    session = db.session()
    candidacy = learners.get(session, candidacy_id, person=g.person.id)
    criterion = signing.asked_for(session, candidacy, code) if candidacy is not None else None
    if candidacy is None or criterion is None:
        abort(404)
    there = url_for("portal.criterion", candidacy_id=candidacy.id, code=code)
    if request.method == "POST":
        try:
            signing.sign(session, candidacy, code, by=g.person.id, now=clock.now())
        except Refused as refused:
            session.rollback()
            flash(str(refused), "warn")
        else:
            session.commit()
            flash(_("You have signed. It counts on your path."), "good")
        return redirect(there, 303)
    version = schemes.load(session, candidacy.scheme_version_id)
    language = "en" if str(get_locale()) == "en" else "sv"
    return render_template(
        "declarations/sign.html",
        candidacy=candidacy,
        code=code,
        name=version.names[code][language],
        scheme=version.name[language],
        words=signing.words_of(session, candidacy, code)[language],
        within=criterion.within,
        before=signing.latest(session, candidacy, criterion),
        there=there,
    )
